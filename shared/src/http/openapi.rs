//! The OpenAPI document: what the routes do not say by themselves.
//!
//! Paths, parameters, bodies and answers come from the handlers that are served. Here stands what holds for all of
//! them, so that no handler repeats it: security, problems, headers, and how the domain's types look in JSON.

use std::borrow::Cow;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{
    Array, ArrayBuilder, ArrayItems, KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, Info, License, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Schema,
};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{FieldProblem, ProblemBody};
use super::query::Limit;
use crate::domain;

mod bodies;

const TOKEN: &str = "access_token";

/// Completes the document of the served routes.
#[must_use]
pub fn complete(mut document: OpenApi) -> OpenApi {
    document.info = Info::builder()
        .title("Campus")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(include_str!("openapi.md")))
        .license(Some(License::builder().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
        .build();
    let components = document.components.get_or_insert_with(Components::new);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer));
    components.schemas.insert("Problem".to_owned(), ProblemBody::schema());
    components.schemas.insert("FieldProblem".to_owned(), FieldProblem::schema());
    for schema in components.schemas.values_mut() {
        describe_properties(schema);
    }
    let mut bodies = Vec::new();
    for (path, item) in &mut document.paths.paths {
        let reads = item.get.iter_mut().map(|operation| (false, operation));
        let methods = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten();
        for (writes, operation) in reads.chain(methods.map(|operation| (true, operation))) {
            complete_operation(path, writes, operation);
            bodies.extend(bodies::name(operation));
        }
    }
    bodies::close(&mut components.schemas, bodies);
    bodies::tell_alternatives(&mut components.schemas);
    document
}

/// Puts the descriptions of properties where they belong, wherever there are any.
fn describe_properties(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            for property in object.properties.values_mut() {
                describe_property(property);
                describe_properties(property);
            }
        }
        RefOr::T(Schema::Array(Array { items: ArrayItems::RefOrSchema(items), .. })) => describe_properties(items),
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().for_each(describe_properties),
        RefOr::T(Schema::OneOf(one)) => one.items.iter_mut().for_each(describe_properties),
        _ => {}
    }
}

/// Puts the description of a property where it belongs. `utoipa` writes an inlined schema with a description as an
/// `allOf` of the schema and of an object that has nothing but the description, which no string can ever match.
fn describe_property(property: &mut RefOr<Schema>) {
    let RefOr::T(Schema::AllOf(all)) = &*property else { return };
    let [RefOr::T(inlined), RefOr::T(Schema::Object(comment))] = all.items.as_slice() else { return };
    let (mut inlined, description) = (inlined.clone(), comment.description.clone());
    match &mut inlined {
        Schema::Object(object) => object.description = description,
        Schema::Array(array) => array.description = description,
        _ => return,
    }
    *property = RefOr::T(inlined);
}

fn complete_operation(path: &str, writes: bool, operation: &mut Operation) {
    let has_tag = |tag| operation.tags.iter().flatten().any(|one| one == tag);
    let (public, anew) = (has_tag(PUBLIC), has_tag(ANEW));
    if let Some(tags) = &mut operation.tags {
        tags.retain(|tag| tag != PUBLIC && tag != ANEW);
    }
    let mut problems = vec![("503", "`unavailable`: try again after `Retry-After` seconds.")];
    if public {
        operation.security = Some(Vec::new());
    } else {
        operation.security = Some(vec![SecurityRequirement::new(TOKEN, Vec::<String>::new())]);
        problems.push(("401", "`token_missing`, `token_invalid` or `token_expired`."));
    }
    if path.contains('{') {
        problems.push((
            "404",
            match public {
                true => "`not_found`: there is no such thing.",
                false => "`not_found`: there is no such thing in one's school.",
            },
        ));
    }
    let parameters: Vec<&Parameter> = operation.parameters.iter().flatten().filter_map(given).collect();
    if parameters.iter().any(|parameter| parameter.parameter_in == ParameterIn::Query) {
        problems.push(("422", "`validation_failed`: `errors` names each field that breaks a rule."));
    }
    if parameters.iter().any(|parameter| parameter.name == "cursor") {
        problems.push(("400", "`invalid_cursor`."));
    }
    if operation.request_body.is_some() {
        bodies::tell_if_optional(operation);
        problems.extend([
            ("400", "`malformed_json`."),
            ("413", "`payload_too_large`."),
            ("415", "`unsupported_media_type`."),
            ("422", "`validation_failed`: `errors` names each field that breaks a rule."),
        ]);
    }
    if writes {
        problems.push(("409", "`conflict`: others were changing the same thing."));
    }
    let creates = operation.responses.responses.contains_key("201");
    if creates && !public && !anew {
        add_idempotency_key(operation);
        problems.extend([
            ("404", "`not_found`: also for a repeat, when what it made is gone."),
            ("422", "`idempotency_key_reused`: the key was used for another request."),
        ]);
    }
    for (status, description) in problems {
        let response = operation.responses.responses.entry(status.to_owned());
        let response = response.or_insert_with(|| problem("").into());
        if let RefOr::T(response) = response {
            response.description = format!("{} {description}", response.description).trim().to_owned();
        }
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            complete_response(status, response);
        }
    }
}

/// The tag of operations that need no access token.
pub const PUBLIC: &str = "public";

/// The tag of operations that make another thing each time, and take no idempotency key.
pub const ANEW: &str = "anew";

fn given(parameter: &RefOr<Parameter>) -> Option<&Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}

fn problem(description: &str) -> Response {
    ResponseBuilder::new().description(description).build()
}

fn complete_response(status: &str, response: &mut Response) {
    let header = |description: &str| HeaderBuilder::new().schema(Some(text())).description(Some(description)).build();
    response.headers.insert("X-Request-Id".to_owned(), header("The id of the request.").into());
    match status {
        "201" => {
            response.headers.insert("Location".to_owned(), header("Where the new thing is.").into());
            let replayed = header("`true` when the thing had been made before.");
            response.headers.insert("Idempotency-Replayed".to_owned(), replayed.into());
        }
        "401" => {
            response.headers.insert("WWW-Authenticate".to_owned(), header("`Bearer`, and what is wrong.").into());
        }
        "429" | "503" => {
            response.headers.insert("Retry-After".to_owned(), header("In how many seconds to try again.").into());
        }
        _ => {}
    }
    if !status.starts_with('2') && response.content.is_empty() {
        let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        response.content.insert("application/problem+json".to_owned(), body.into());
    }
}

fn add_idempotency_key(operation: &mut Operation) {
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A repeat with the same key within 24 hours makes nothing new: it is answered with what the first one \
             made, and with `Idempotency-Replayed: true`.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255))))
        .build();
    operation.parameters.get_or_insert_default().push(key.into());
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn format(format: KnownFormat) -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(format)))
}

fn characters(min: usize, max: usize) -> ObjectBuilder {
    text().min_length(Some(min)).max_length(Some(max))
}

/// A pattern of text without the refused characters, in which something can be seen unless it may be empty.
fn pattern(min: usize, refused: &str, inkless: &str) -> String {
    match min {
        0 => format!("^[^{refused}]*$"),
        _ => format!("^[^{refused}]*[^{refused}{inkless}][^{refused}]*$"),
    }
}

fn choice<const N: usize>(choices: [&'static str; N]) -> ObjectBuilder {
    text().enum_values(Some(choices))
}

macro_rules! schemas {
    ($($type:ty => $schema:expr;)*) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema.build().into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($type))
            }
        }
    )*};
}

schemas! {
    domain::SchoolId => format(KnownFormat::Uuid);
    domain::UserId => format(KnownFormat::Uuid);
    domain::BoardId => format(KnownFormat::Uuid);
    domain::PostId => format(KnownFormat::Uuid);
    domain::CommentId => format(KnownFormat::Uuid);
    domain::MediaId => format(KnownFormat::Uuid);
    domain::ThreadId => format(KnownFormat::Uuid);
    domain::MessageId => format(KnownFormat::Uuid);
    domain::Time => format(KnownFormat::DateTime);
    domain::LoginId => characters(4, 20).pattern(Some("^[A-Za-z0-9_]{4,20}$"));
    domain::Email => format(KnownFormat::Email).max_length(Some(254));
    domain::EmailDomain => text();
    domain::Nickname => characters(2, 10)
        .pattern(Some(pattern(2, &[domain::REFUSED_IN_LINES, domain::SPACES].concat(), domain::IN_EMOJI)));
    domain::Password => format(KnownFormat::Password).min_length(Some(10)).max_length(Some(128));
    domain::PasswordAttempt => format(KnownFormat::Password).min_length(Some(1)).max_length(Some(128));
    domain::AdmissionYear => ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)).minimum(Some(1950));
    domain::Role => choice(["student", "admin"]);
    domain::Anonymity => choice(["optional", "always", "never"]);
    domain::ImageType => choice(["image/jpeg", "image/png", "image/webp", "image/gif"]);
    domain::ImageSize => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1))
        .maximum(Some(domain::ImageSize::MAX));
    domain::MediaIds => ArrayBuilder::new().items(format(KnownFormat::Uuid)).unique_items(true)
        .max_items(Some(domain::MediaIds::MAX));
    domain::LectureId => format(KnownFormat::Uuid);
    domain::TimetableId => format(KnownFormat::Uuid);
    domain::EntryId => format(KnownFormat::Uuid);
    domain::FriendshipId => format(KnownFormat::Uuid);
    domain::Semester => text().pattern(Some("^20[0-9]{2}-(1|summer|2|winter)$")).examples([serde_json::json!("2026-1")]);
    domain::Day => choice(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
    domain::TimeOfDay => text().pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"));
    domain::Credit => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(30));
    domain::CreditText => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(30));
    domain::Visibility => choice(["private", "friends", "school"]);
    domain::Direction => choice(["in", "out"]);
    domain::Color => text().pattern(Some("^#[0-9A-Fa-f]{6}$"));
    domain::ReviewId => format(KnownFormat::Uuid);
    domain::Rating => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(5));
    domain::Amount => choice(["none", "some", "many"]);
    domain::Grading => choice(["generous", "average", "strict"]);
    domain::Attendance => choice(["called", "seats", "electronic", "mixed", "not_counted"]);
    domain::Exams => choice(["none", "one", "two", "three", "four_or_more"]);
    Limit => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(50)).default(Some(20.into()));
}

impl<const MIN: usize, const MAX: usize> PartialSchema for domain::Line<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        let pattern = pattern(MIN, domain::REFUSED_IN_LINES, &[domain::SPACES, domain::IN_EMOJI].concat());
        characters(MIN, MAX).pattern(Some(pattern)).build().into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for domain::Line<MIN, MAX> {}

impl<const MIN: usize, const MAX: usize> PartialSchema for domain::Prose<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        let pattern = pattern(MIN, domain::REFUSED_IN_PROSE, domain::SPACES);
        characters(MIN, MAX).pattern(Some(pattern)).build().into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for domain::Prose<MIN, MAX> {}
