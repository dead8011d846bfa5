//! The OpenAPI document.
//!
//! The handlers describe their operations, parameters, bodies and responses. [`complete`] adds what is common to many
//! operations: tags, security, problem responses, headers, examples, and the JSON form of the domain's types.

mod bodies;
pub mod examples;
mod lists;
mod problems;
mod responses;
mod scalars;
mod walk;

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, Info, License, OpenApi, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::problem::ProblemBody;

const ACCESS_TOKEN: &str = "access_token";

const ACCESS_TOKEN_DESCRIPTION: &str = "\
    `POST /auth/login` returns an access token in `access_token`. It is valid for ten minutes; after that, \
    `POST /auth/refresh` returns a new one. Send it as `Authorization: Bearer …`.";

/// The tags, in the order of the API reference. Client generators make a class or module of each tag.
const TAGS: [(&str, &str); 28] = [
    ("auth", "Sign-up, login, token refresh and logout."),
    ("account", "Your own account."),
    ("schools", "The schools at which students can sign up."),
    ("keys", "The public keys that verify access tokens."),
    ("boards", "The boards of your school."),
    ("pins", "The boards that you pinned."),
    ("posts", "Posts on a board."),
    ("feeds", "Lists of posts from all boards."),
    ("scraps", "The posts that you saved."),
    ("media", "Uploads of pictures for posts."),
    ("comments", "Comments on a post, and replies to them."),
    ("messages", "Private message threads with the authors of posts and comments."),
    ("blocks", "Whose posts and comments you do not want to see."),
    ("notifications", "What has happened to what you wrote, and other news for you."),
    ("semesters", "The semesters for which the school has a lecture catalogue."),
    ("lectures", "The lecture catalogue of a semester."),
    ("reviews", "Reviews of courses."),
    ("exam-infos", "Information about the exams of courses."),
    ("grades", "Your grades, their means and your credits. Nobody else sees them."),
    ("timetables", "Your timetables, and those that other students let you see."),
    ("entries", "The entries of a timetable: lectures, and entries of your own."),
    ("shares", "Links that show a timetable to anyone."),
    ("friends", "Your friends."),
    ("friend-requests", "Friend requests that you received or sent."),
    ("reports", "Reports of what others wrote."),
    ("appeals", "Appeals against the hiding of something that you wrote."),
    ("takedowns", "Requests to hide something that infringes a right, by anybody, and objections to them."),
    ("moderation", "The cases and takedown requests of your school, for its admins."),
];

/// Completes the document that the handlers describe.
#[must_use]
pub fn complete(mut document: OpenApi) -> OpenApi {
    document.info = Info::builder()
        .title("Campus")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(include_str!("openapi.md")))
        .license(Some(License::builder().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
        .build();
    let tag = |(name, description)| TagBuilder::new().name(name).description(Some(description)).build();
    document.tags = Some(TAGS.into_iter().map(tag).collect());
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme(
        ACCESS_TOKEN,
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some(ACCESS_TOKEN_DESCRIPTION))
                .build(),
        ),
    );
    let mut schemas = vec![("Problem".to_owned(), ProblemBody::schema())];
    ProblemBody::schemas(&mut schemas);
    components.schemas.extend(schemas);

    lists::name(&mut document);
    scalars::inline(&mut document);
    walk::schemas(&mut document, &mut lift_description);
    bodies::complete(&mut document);
    responses::require_all_fields(&mut document);
    problems::add(&mut document);
    responses::add_headers(&mut document);
    add_security(&mut document);
    examples::add(&mut document);
    document
}

/// Moves the description of a reference that may be null to the field itself, where clients look for it.
fn lift_description(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::OneOf(one)) = schema
        && let [RefOr::Ref(reference), _] = one.items.as_mut_slice()
        && !reference.description.is_empty()
    {
        one.description = Some(std::mem::take(&mut reference.description));
    }
}

/// Requires an access token for each operation, except for those whose handler says `security(())`.
fn add_security(document: &mut OpenApi) {
    walk::operations(document, |_, _, operation| {
        operation.security = Some(match walk::is_public(operation) {
            true => Vec::new(),
            false => vec![SecurityRequirement::new(ACCESS_TOKEN, Vec::<String>::new())],
        });
    });
}
