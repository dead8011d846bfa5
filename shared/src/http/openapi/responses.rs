//! Fields and headers of responses.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Components, Header, OpenApi, Ref, RefOr, Response, Schema};

use super::{bodies, examples, walk};

/// Marks every field of successful responses as required. Responses always have all fields; a field without a value is
/// null.
pub(super) fn require_all_fields(document: &mut OpenApi) {
    let mut names = Vec::new();
    walk::operations(document, |_, _, operation| names.extend(schemas_of_successes(operation)));
    let schemas = walk::named_schemas(document);
    let mut done = 0;
    while let Some(name) = names.get(done).cloned() {
        done += 1;
        let Some(schema) = schemas.get_mut(&name) else { continue };
        walk::schemas_in(schema, &mut |schema| {
            if let RefOr::T(Schema::Object(object)) = schema {
                let optional = object.properties.keys().filter(|property| !object.required.contains(property));
                let optional: Vec<_> = optional.cloned().collect();
                object.required.extend(optional);
            }
            names.extend(walk::name_of(schema).map(str::to_owned).filter(|name| !names.contains(name)));
        });
    }
}

/// The names of the schemas of the operation's successful responses.
fn schemas_of_successes(operation: &mut Operation) -> Vec<String> {
    let successes = operation.responses.responses.iter_mut().filter(|(status, _)| status.starts_with('2'));
    let schemas = successes.filter_map(|(_, response)| match response {
        RefOr::T(response) => walk::json_content(&mut response.content)?.schema.as_ref(),
        RefOr::Ref(_) => None,
    });
    schemas.filter_map(walk::name_of).map(str::to_owned).collect()
}

/// Name, description and example of each header.
const HEADERS: [(&str, &str, &str); 5] = [
    ("X-Request-Id", "The id of the request.", examples::REQUEST),
    ("Location", "The path of the new resource.", "/boards/01a05c4b-8119-7db0-bf82-b964d39c1f11"),
    ("Idempotency-Replayed", "`true` if an earlier request with the same `Idempotency-Key` created it.", "true"),
    ("WWW-Authenticate", "`Bearer`, with `error=\"invalid_token\"` if the access token is not valid.", "Bearer"),
    ("Retry-After", "The number of seconds after which you can try again.", "1"),
];

/// Adds the headers that a response has because of its status.
pub(super) fn add_headers(document: &mut OpenApi) {
    walk::operations(document, |_, _, operation| {
        let takes_key = bodies::takes_idempotency_key(operation);
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response {
                add_headers_to(response, status, takes_key);
            }
        }
    });
    let components = document.components.get_or_insert_with(Components::new);
    let header =
        |(name, description, example): (&str, &str, &str)| (name.to_owned(), header(description, example).into());
    components.headers.extend(HEADERS.map(header));
}

pub(super) fn add_headers_to(response: &mut Response, status: &str, takes_idempotency_key: bool) {
    let names: &[&str] = match status {
        "201" if takes_idempotency_key => &["Location", "Idempotency-Replayed"],
        "201" => &["Location"],
        "401" => &["WWW-Authenticate"],
        "429" | "503" => &["Retry-After"],
        _ => &[],
    };
    for name in names.iter().chain(&["X-Request-Id"]) {
        let reference = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert((*name).to_owned(), RefOr::Ref(reference));
    }
}

fn header(description: &str, example: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String).examples([example]);
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}
