//! Query parameters without a value, such as `?cursor=&query=`, which forms and HTTP clients send for empty fields.

use serde_json::Value;

use crate::guarantees::openapi;
use crate::support::fixture::Fixture;
use crate::support::operations;

/// Whether the schema allows an empty text.
fn allows_empty(schema: &Value) -> bool {
    let constraints = ["format", "pattern", "enum"];
    schema["type"] == "string"
        && schema["minLength"].as_u64().unwrap_or_default() == 0
        && constraints.iter().all(|name| schema.get(name).is_none())
}

#[tokio::test]
async fn an_empty_parameter_is_the_same_as_none_if_the_schema_allows_it_and_invalid_otherwise() {
    let fixture = Fixture::start().await;
    let (mut allowed, mut refused) = (0, 0);
    for operation in operations::all() {
        let specimen = operation.usual_request(&fixture);
        let (path, query) = specimen.path.split_once('?').unwrap_or((&specimen.path, ""));
        let described = openapi::operation(operation.name)["parameters"].as_array().into_iter().flatten();
        for parameter in described.filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let others: Vec<_> =
                query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with(&format!("{name}="))).collect();
            let send = async |pairs: Vec<&str>| {
                let call = fixture.app.get(format!("{path}?{}", pairs.join("&")));
                fixture.student(operation.caller).into_iter().fold(call, |call, student| call.by(student)).send().await
            };
            let empty = format!("{name}=");
            let answer = send(others.iter().copied().chain([empty.as_str()]).collect()).await;
            let shown = format!("{} {name}: {answer:?}", operation.name);
            if allows_empty(&parameter["schema"]) {
                let without = send(others).await;
                // The cursors differ, because each is encrypted with another nonce.
                assert_eq!((answer.status, answer.at("/items")), (without.status, without.at("/items")), "{shown}");
                assert_eq!(answer.status, 200, "{shown}");
                allowed += 1;
            } else {
                assert_eq!(answer.status, 422, "{shown}");
                assert_eq!(answer.at("/errors/0/field"), name, "{shown}");
                refused += 1;
            }
        }
    }
    assert!(allowed >= 20 && refused >= 20, "{allowed} {refused}");
}
