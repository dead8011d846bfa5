//! The examples of parameters and bodies. A test of `campus dev --demo` sends them to a service with the demo data;
//! here the ids in them do not exist.

use axum::http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{body_schema, document, operations};
use crate::support::fixture::{Fixture, Who};

/// Parameters without an example. Only the service makes cursors, and a prefilled key would refuse each changed
/// request.
const WITHOUT_EXAMPLE: [&str; 2] = ["cursor", "Idempotency-Key"];

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

/// The examples of the operation's body.
fn bodies(operation: &Value) -> Vec<&Value> {
    let content = &operation["requestBody"]["content"]["application/json"];
    let several = content["examples"].as_object().into_iter().flat_map(serde_json::Map::values);
    content.get("example").into_iter().chain(several.map(|example| &example["value"])).collect()
}

#[test]
fn every_parameter_has_an_example() {
    for (name, operation) in operations(document()) {
        for parameter in parameters(operation) {
            let has_example = parameter.get("example").is_some();
            let needs_example = !WITHOUT_EXAMPLE.contains(&parameter["name"].as_str().unwrap());
            assert_eq!(has_example, needs_example, "{name}: {}", parameter["name"]);
        }
    }
}

#[test]
fn every_body_and_every_field_of_a_body_has_an_example() {
    for (name, operation) in operations(document()) {
        let Some(schema) = body_schema(operation) else { continue };
        assert!(!bodies(operation).is_empty(), "{name}");
        assert_fields_have_examples(&name, schema);
    }
}

#[track_caller]
fn assert_fields_have_examples(name: &str, schema: &'static Value) {
    let variants = schema["oneOf"].as_array().map_or(std::slice::from_ref(schema), Vec::as_slice);
    for variant in variants {
        for (field, property) in variant["properties"].as_object().unwrap() {
            if let Some(object) = object_of(property) {
                assert_fields_have_examples(name, object);
                continue;
            }
            let is_absent = property["type"] == "null";
            assert_ne!(property.get("examples").is_some(), is_absent, "{name}: {field}");
            if property["items"].get("$ref").is_some() {
                assert_fields_have_examples(name, super::resolve(&property["items"]));
            }
        }
    }
}

/// Problems of valid requests: the ids in the examples do not exist in the fixture, and its student did not take the
/// course and is no admin. The tokens, the code, the domain and the versions of policies are not those of the service.
const OTHER_DATA: [&str; 11] = [
    "not_found",
    "no_such_thing",
    "invalid_credentials",
    "wrong_password",
    "refresh_token_invalid",
    "not_admin",
    "reset_token_invalid",
    "takedown_token_invalid",
    "code_invalid",
    "not_current",
    "email_domain",
];

/// The schema of an object in a field that may be null.
fn object_of(property: &'static Value) -> Option<&'static Value> {
    let variants = property["oneOf"].as_array().into_iter().flatten();
    let object = variants.chain([property]).find(|variant| variant.get("$ref").is_some())?;
    Some(super::resolve(object)).filter(|object| object["type"] == "object")
}

/// An example for a service without policies. The fixture has policies.
const WITHOUT_POLICIES: (&str, &str) = ("POST /auth/signup", "required");

#[tokio::test]
async fn the_service_accepts_every_example() {
    let fixture = Fixture::start().await;
    for (name, operation) in operations(document()) {
        let (method, path) = name.split_once(' ').unwrap();
        let url = url(path, operation);
        let mut requests: Vec<_> = bodies(operation).into_iter().map(Some).collect();
        if requests.is_empty() {
            requests.push(None);
        }
        for body in requests {
            fixture.reset().await;
            let call =
                fixture.app.call(method.parse::<Method>().unwrap(), &url).by(fixture.student(Who::Student).unwrap());
            let call = body.into_iter().fold(call, |call, body| call.json(body));
            let answer = call.send().await;
            if !answer.status.is_success() {
                let problem = answer.json();
                let code = problem["errors"][0]["code"].as_str().or(problem["code"].as_str()).unwrap();
                let is_expected = OTHER_DATA.contains(&code) || (name.as_str(), code) == WITHOUT_POLICIES;
                assert!(is_expected, "{name} {url} {body:?}: {answer:?}");
            }
        }
    }
}

/// The path and the query with the examples of all parameters.
fn url(path: &str, operation: &Value) -> String {
    let (mut url, mut query) = (path.to_owned(), Vec::new());
    for parameter in parameters(operation).filter(|parameter| parameter.get("example").is_some()) {
        let (name, example) = (parameter["name"].as_str().unwrap(), &parameter["example"]);
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        match parameter["in"] == "path" {
            true => url = url.replace(&format!("{{{name}}}"), &example),
            false => query.push(format!("{name}={}", utf8_percent_encode(&example, NON_ALPHANUMERIC))),
        }
    }
    format!("{url}?{}", query.join("&"))
}
