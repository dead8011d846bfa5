//! The published OpenAPI document.

mod examples;
mod problems;
mod schemas;

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::support::fixture::Who;
use crate::support::operations;

/// The document of the whole service.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(campus_local::document()).unwrap());
    &DOCUMENT
}

/// The operations of a document: the method and path of each, and its description.
pub fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter().filter(|(_, operation)| operation.get("responses").is_some());
        methods.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    operations.collect()
}

/// The description of the operation with this method and path.
pub fn operation(name: &str) -> &'static Value {
    let (method, path) = name.split_once(' ').unwrap();
    let operation = &document()["paths"][path][method.to_lowercase()];
    assert!(operation.is_object(), "the document has no {name}");
    operation
}

/// Whether the operation with this method and path takes an `Idempotency-Key`.
pub fn takes_idempotency_key(name: &str) -> bool {
    parameters(operation(name), "header").any(|parameter| parameter == "Idempotency-Key")
}

/// The names of the parameters of an operation in this place: `path`, `query` or `header`.
pub fn parameters<'a>(operation: &'a Value, place: &str) -> impl Iterator<Item = &'a str> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.filter(move |parameter| parameter["in"] == place).map(|parameter| parameter["name"].as_str().unwrap())
}

/// The schema or response that a reference refers to. Anything else itself.
pub fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => document().pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// The schema of the JSON body of an operation, if it takes one.
pub fn body_schema(operation: &'static Value) -> Option<&'static Value> {
    operation.pointer("/requestBody/content/application~1json/schema").map(resolve)
}

#[test]
fn operation_ids_are_distinct() {
    let operations = operations(document());
    let mut ids: Vec<_> = operations.iter().map(|(_, operation)| operation["operationId"].to_string()).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn an_operation_needs_a_token_unless_everybody_may_use_it() {
    for operation in operations::all() {
        let described = self::operation(operation.name);
        let is_public = operation.access.refusal(Who::Nobody).is_none();
        assert_eq!(described["security"] == json!([]), is_public, "{}", operation.name);
        let may_lack_token =
            resolve(&described["responses"]["401"])["description"].to_string().contains("token_missing");
        assert_eq!(may_lack_token, !is_public, "{}", operation.name);
    }
}

#[test]
fn what_creates_something_takes_an_idempotency_key_except_sign_ups_and_share_links() {
    let creators = operations::all().filter(|operation| {
        self::operation(operation.name)["responses"].get("201").is_some() && !takes_idempotency_key(operation.name)
    });
    let without: Vec<_> = creators.map(|operation| operation.name).collect();
    assert_eq!(without, ["POST /auth/signup", "POST /timetables/{id}/share"]);
}

#[test]
fn every_reference_leads_somewhere() {
    let mut references = 0;
    visit(document(), &mut |value| {
        if let Some(reference) = value["$ref"].as_str() {
            references += 1;
            assert!(document().pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
    });
    assert!(references > 500, "{references}");
}

#[test]
fn no_body_takes_other_fields() {
    let mut bodies = 0;
    for operation in operations::all() {
        let Some(schema) = body_schema(self::operation(operation.name)) else { continue };
        bodies += 1;
        for variant in schema["oneOf"].as_array().unwrap_or(&vec![schema.clone()]) {
            assert_eq!(variant["additionalProperties"], false, "{}", operation.name);
        }
    }
    assert!(bodies > 20, "{bodies}");
}

#[test]
fn each_variant_of_a_body_says_which_fields_it_has() {
    for (body, variants) in [
        ("NewThread", [("post_id", "comment_id"), ("comment_id", "post_id")]),
        ("NewFriendRequest", [("login_id", "email"), ("email", "login_id")]),
        ("NewEntry", [("lecture_id", "title"), ("title", "lecture_id")]),
    ] {
        let schemas = document()["components"]["schemas"][body]["oneOf"].as_array().unwrap();
        assert_eq!(schemas.len(), variants.len(), "{body}");
        for (schema, (needed, absent)) in schemas.iter().zip(variants) {
            assert!(schema["required"].as_array().unwrap().contains(&needed.into()), "{body}: {needed}");
            assert_eq!(schema["properties"][needed]["type"], "string", "{body}: {needed}");
            assert_eq!(schema["properties"][absent]["type"], "null", "{body}: {absent}");
        }
    }
}

#[test]
fn a_body_that_may_be_missing_may_not_be_null() {
    for path in ["/auth/logout", "/auth/refresh"] {
        let body = &document()["paths"][path]["post"]["requestBody"];
        assert_eq!(body["required"], false, "{path}");
        assert!(body["content"]["application/json"]["schema"]["$ref"].is_string(), "{path}");
    }
}

/// Calls `see` with every value in the document.
fn visit<'a>(value: &'a Value, see: &mut impl FnMut(&'a Value)) {
    see(value);
    match value {
        Value::Object(object) => object.values().for_each(|value| visit(value, see)),
        Value::Array(array) => array.iter().for_each(|value| visit(value, see)),
        _ => {}
    }
}

#[test]
fn a_description_of_a_reference_excludes_no_value() {
    let mut described = 0;
    visit(document(), &mut |schema| {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            described += 1;
            assert!(part.get("$ref").is_some() || part.get("properties").is_some(), "{schema}");
        }
    });
    assert!(described > 0, "the document has no description of a reference");
}
