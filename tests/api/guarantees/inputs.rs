//! Requests that do not fit the OpenAPI document: for all operations, with what the document says of their bodies,
//! paths and queries.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::guarantees::openapi;
use crate::support::fixture::{Fixture, Who};
use crate::support::harness::{Answer, Call};
use crate::support::normalization::Normalizer;
use crate::support::operations::{self, Operation, Specimen};

/// An operation, and its valid request by its usual caller.
struct Target {
    operation: &'static Operation,
    described: &'static Value,
    specimen: Specimen,
}

/// All operations.
fn targets(fixture: &Fixture) -> Vec<Target> {
    let target = |operation: &'static Operation| Target {
        operation,
        described: openapi::operation(operation.name),
        specimen: operation.usual_request(fixture),
    };
    operations::all().map(target).collect()
}

impl Target {
    fn name(&self) -> &'static str {
        self.operation.name
    }

    /// A request of the operation to another path.
    fn call<'a>(&self, fixture: &'a Fixture, path: &str) -> Call<'a> {
        let call = fixture.app.call(self.operation.method().parse().unwrap(), path);
        fixture.student(self.operation.caller).into_iter().fold(call, Call::by)
    }

    /// Sends the valid request with another body.
    async fn send(&self, fixture: &Fixture, body: impl Into<axum::body::Body>) -> Answer {
        self.call(fixture, &self.specimen.path).text(body).send().await
    }

    /// The schema of the body, if there is one. Of a body with several variants: all fields that a variant has, and as
    /// required those that all variants require.
    fn schema(&self) -> Option<Value> {
        let schema = openapi::body_schema(self.described)?;
        let Some(variants) = schema["oneOf"].as_array() else { return Some(schema.clone()) };
        let mut schema = variants[0].clone();
        for variant in &variants[1..] {
            for (field, described) in variant["properties"].as_object().unwrap() {
                // A field that a variant excludes may only be null in it.
                if described["type"] != "null" {
                    schema["properties"][field] = described.clone();
                }
            }
            let required = variant["required"].as_array().unwrap();
            schema["required"].as_array_mut().unwrap().retain(|field| required.contains(field));
        }
        Some(schema)
    }

    fn has_parameter(&self, place: &str, name: &str) -> bool {
        openapi::parameters(self.described, place).any(|parameter| parameter == name)
    }
}

/// The JSON types that a schema allows.
fn types(schema: &Value) -> BTreeSet<String> {
    let referenced = schema["$ref"].as_str().map(|path| path.trim_start_matches('#'));
    let schema = referenced.map_or(schema, |path| openapi::document().pointer(path).unwrap());
    match (&schema["oneOf"], &schema["type"]) {
        (Value::Array(choices), _) => choices.iter().flat_map(types).collect(),
        (_, Value::Array(types)) => types.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
        (_, one) => BTreeSet::from([one.as_str().unwrap().to_owned()]),
    }
}

/// Values of all other types.
fn wrong_values(types: &BTreeSet<String>) -> Vec<Value> {
    let is = |name: &str| types.contains(name);
    let deep = (0..100).fold(json!([]), |inner, _| json!([inner]));
    let all = [
        (is("string"), json!("가나다")),
        (is("integer") || is("number"), json!(7)),
        (is("number"), json!(1.5)),
        (is("boolean"), json!(true)),
        (is("array"), json!([])),
        (is("array"), json!(["x", 1])),
        (is("array"), deep),
        (is("object"), json!({})),
        (is("object"), json!({ "x": { "y": {} } })),
        (is("null"), json!(null)),
    ];
    all.into_iter().filter(|(fits, _)| !fits).map(|(_, value)| value).collect()
}

/// Values of these types that are longer, larger or smaller than any field allows.
fn extreme_values(types: &BTreeSet<String>, is_password: bool) -> Vec<Value> {
    let mut values = Vec::new();
    if types.contains("string") {
        values.push(json!("가".repeat(20_000)));
    }
    // A password may contain all characters.
    if types.contains("string") && !is_password {
        values.extend([json!("\u{0}"), json!("\u{202E}\u{7}")]);
    }
    if types.contains("integer") || types.contains("number") {
        values.extend([json!(-1), json!(u64::MAX), json!(i64::MIN), json!(1e300)]);
    }
    if types.contains("array") {
        values.extend([json!(vec![""; 1000]), json!(vec![json!({}); 1000])]);
    }
    values
}

/// Asserts that the response is a 422 whose errors are all about the field, or a part of it.
#[track_caller]
fn assert_names(answer: &Answer, field: &str, why: &str) {
    let shown = answer.text.chars().take(300).collect::<String>();
    assert_eq!(
        (answer.status.as_u16(), answer.text_at("/code").as_str()),
        (422, "validation_failed"),
        "{why}: {shown}"
    );
    for error in answer.at("/errors").as_array().unwrap() {
        let named = error["field"].as_str().unwrap();
        let is_part = [".", "["].iter().any(|separator| named.starts_with(&format!("{field}{separator}")));
        assert!(named == field || is_part, "{why}: {shown}");
    }
}

#[tokio::test]
async fn a_malformed_body_is_refused() {
    let fixture = Fixture::start().await;
    let before = fixture.app.snapshot().await;
    let (deep, deep_inside) = ("[".repeat(10_000), format!("{{\"x\":{}", "[".repeat(10_000)));
    let mut tried = 0;
    for target in targets(&fixture) {
        let Some(schema) = target.schema() else { continue };
        let name = target.name();
        let field = schema["properties"].as_object().unwrap().keys().next().unwrap();
        let half = format!("{{\"{field}\": \"\\ud800\"}}");
        for malformed in ["{", "nul", "{} {}", "{\"x\":}", "\u{FEFF}{}", &half, &deep, &deep_inside] {
            let answer = target.send(&fixture, malformed.to_owned()).await;
            assert_eq!(answer.status, 400, "{name}: {malformed:.20}: {answer:?}");
            answer.is_problem(400, "malformed_json");
        }
        let not_utf8 = [b"{\"", field.as_bytes(), b"\": \"\xff\"}"].concat();
        target.send(&fixture, not_utf8).await.is_problem(400, "malformed_json");
        for root in ["[]", "null", "\"x\"", "7", "true", "[{}]"] {
            target.send(&fixture, root).await.is_invalid(&[("body", "wrong_type")]);
        }
        let large = format!("{{\"x\":\"{}\"}}", "x".repeat(128 * 1024));
        target.send(&fixture, large).await.is_problem(413, "payload_too_large");
        for kind in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
            let call = target.call(&fixture, &target.specimen.path).header("content-type", kind);
            call.text("{}").send().await.is_problem(415, "unsupported_media_type");
        }
        assert_eq!(fixture.app.snapshot().await, before, "{name}");
        tried += 1;
    }
    assert!(tried >= 22, "{tried}");
}

#[tokio::test]
async fn a_field_with_a_wrong_type_or_an_extreme_value_is_named_in_the_error() {
    let fixture = Fixture::start().await;
    let before = fixture.app.snapshot().await;
    let mut tried = 0;
    for target in targets(&fixture) {
        let Some(schema) = target.schema() else { continue };
        for (field, described) in schema["properties"].as_object().unwrap() {
            let types = types(described);
            // A token of any other form is answered like a wrong one.
            let is_token = ["refresh_token", "device_token", "token"].contains(&field.as_str());
            let is_password = described["format"] == "password";
            let extremes = if is_token { Vec::new() } else { extreme_values(&types, is_password) };
            let is_required = schema["required"].as_array().is_some_and(|names| names.contains(&json!(field)));
            for value in wrong_values(&types).into_iter().chain(extremes) {
                if value.is_null() && !is_required {
                    continue;
                }
                let mut body = target.specimen.body.clone().unwrap_or_else(|| json!({}));
                body[field] = value;
                let answer = target.send(&fixture, body.to_string()).await;
                let why = format!("{} {field}: {:.60}", target.name(), body[field].to_string());
                assert_names(&answer, field, &why);
                tried += 1;
            }
        }
        assert_eq!(fixture.app.snapshot().await, before, "{}", target.name());
    }
    assert!(tried >= 600, "{tried}");
}

/// Fields that only the server may set.
const NOT_THE_CLIENTS: [&str; 14] = [
    "school_id",
    "role",
    "author",
    "author_id",
    "user_id",
    "id",
    "like_count",
    "comment_count",
    "is_mine",
    "is_admin",
    "created_at",
    "manager_id",
    "anonymous_number",
    "__proto__",
];

#[tokio::test]
async fn a_body_cannot_claim_a_school_a_role_an_author_or_a_count() {
    let fixture = Fixture::start().await;
    let before = fixture.app.snapshot().await;
    let mut tried = 0;
    for target in targets(&fixture) {
        let Some(schema) = target.schema() else { continue };
        for field in NOT_THE_CLIENTS.into_iter().filter(|field| schema["properties"].get(field).is_none()) {
            let mut body = target.specimen.body.clone().unwrap_or_else(|| json!({}));
            body[field] = json!("admin");
            let answer = target.send(&fixture, body.to_string()).await;
            assert_eq!(answer.status, 422, "{} {field}: {answer:?}", target.name());
            answer.is_invalid(&[(field, "unknown_field")]);
            tried += 1;
        }
        for (field, _) in schema["properties"].as_object().unwrap().iter().filter(|(_, one)| one.get("items").is_some())
        {
            let mut body = target.specimen.body.clone().unwrap_or_else(|| json!({}));
            body[field] = json!([{ "day": "mon", "start": "01:00", "end": "02:00", "role": "admin" }]);
            let answer = target.send(&fixture, body.to_string()).await;
            assert_eq!(answer.status, 422, "{} {field}: {answer:?}", target.name());
            tried += 1;
        }
        assert_eq!(fixture.app.snapshot().await, before, "{}", target.name());
    }
    assert!(tried >= 300, "{tried}");
}

/// Sends the valid request of the operation, with claims in its query and headers if `has_claims`. Returns the response
/// and the table afterwards, normalized.
async fn outcome(
    fixture: &Fixture,
    normalizer: &Normalizer,
    target: &Target,
    who: Who,
    has_claims: bool,
) -> (String, Vec<String>) {
    fixture.reset().await;
    let Specimen { mut path, body } = (target.operation.request)(fixture, who);
    let (school, author) = (fixture.school.id.to_string(), fixture.student(Who::Author).unwrap().id.as_str());
    if has_claims {
        for name in NOT_THE_CLIENTS.into_iter().filter(|name| !target.has_parameter("query", name)) {
            let value = match name {
                "school_id" => &school,
                "role" => "admin",
                _ => author,
            };
            path = format!("{path}{}{name}={value}", if path.contains('?') { '&' } else { '?' });
        }
    }
    let mut call = fixture.app.call(target.operation.method().parse().unwrap(), path);
    if has_claims {
        for (name, value) in [
            ("x-school-id", school.as_str()),
            ("x-user-id", author),
            ("x-role", "admin"),
            ("x-author", author),
            ("x-like-count", "1000"),
            ("x-forwarded-user", author),
            ("x-http-method-override", "DELETE"),
            ("x-original-url", "/auth/me"),
            ("x-amzn-request-context", "{\"authorizer\":{\"role\":\"admin\"}}"),
        ] {
            call = call.header(name, value);
        }
    }
    let call = body.iter().fold(call, |call, body| call.json(body));
    let answer = fixture.student(who).into_iter().fold(call, Call::by).send().await;
    let text = normalizer.text(&answer.text.replace(answer.header("x-request-id"), "<id>"));
    (format!("{} {text}", answer.status), normalizer.table(fixture).await)
}

#[tokio::test]
async fn a_query_or_a_header_cannot_claim_a_school_a_role_an_author_or_a_count() {
    let fixture = Fixture::start().await;
    let normalizer = Normalizer::of(&fixture).await;
    for target in targets(&fixture) {
        let caller = target.operation.caller;
        let others = [Who::Student, Who::Foreigner].into_iter().filter(|who| *who != caller);
        for who in others.chain([caller]) {
            let plain = outcome(&fixture, &normalizer, &target, who, false).await;
            let claimed = outcome(&fixture, &normalizer, &target, who, true).await;
            assert!(plain == claimed, "{} as {who:?}:\n{plain:#?}\n\n{claimed:#?}", target.name());
        }
    }
}

#[tokio::test]
async fn a_malformed_id_is_404() {
    let fixture = Fixture::start().await;
    let before = fixture.app.snapshot().await;
    for target in targets(&fixture) {
        let template: Vec<_> = target.operation.path().split('/').collect();
        for at in (0..template.len()).filter(|at| template[*at].starts_with('{')) {
            let (path, query) = target.specimen.path.split_once('?').unwrap_or((&target.specimen.path, ""));
            let parts: Vec<_> = path.split('/').collect();
            let id = parts[at];
            for other in [
                "x",
                "0",
                "%EA%B0%80",
                "%ff",
                "%00",
                "..%2f",
                "%2e%2e",
                "'%20OR%201=1",
                &id.to_uppercase(),
                &id.replace('-', ""),
                &format!("%7B{id}%7D"),
                &format!("urn:uuid:{id}"),
                &"a".repeat(5000),
            ] {
                // The token of a share link may have neither hyphens nor lower-case letters.
                if other == id {
                    continue;
                }
                let mut parts = parts.clone();
                parts[at] = other;
                let path = format!("{}?{query}", parts.join("/"));
                let call = target.call(&fixture, &path);
                let answer = target.specimen.body.iter().fold(call, |call, body| call.json(body)).send().await;
                assert_eq!(answer.status, 404, "{} {path}: {answer:?}", target.name());
                answer.is_problem(404, "not_found");
            }
        }
    }
    assert_eq!(fixture.app.snapshot().await, before);
}

#[tokio::test]
async fn a_list_refuses_bad_limits_and_cursors_of_other_lists() {
    let fixture = Fixture::start().await;
    let lists: Vec<_> =
        targets(&fixture).into_iter().filter(|target| target.has_parameter("query", "cursor")).collect();
    assert!(lists.len() >= 16, "{}", lists.len());
    let mut cursors = Vec::new();
    for list in &lists {
        let answer = list.call(&fixture, &list.specimen.path).send().await;
        cursors.extend(answer.is(200).at("/next_cursor").as_str().map(|cursor| (list.name(), cursor.to_owned())));
    }
    assert!(cursors.len() >= 12, "{cursors:?}");
    for list in &lists {
        let (path, query) = list.specimen.path.split_once('?').unwrap();
        let others = query.split('&').filter(|part| !part.starts_with("limit=")).collect::<Vec<_>>().join("&");
        for limit in ["0", "51", "-1", "x", "", "1.5", "99999999999999999999", "%00"] {
            let answer = list.call(&fixture, &format!("{path}?{others}&limit={limit}")).send().await;
            answer.is_invalid(&[("limit", "out_of_range")]);
        }
        for (from, cursor) in &cursors {
            let answer = list.call(&fixture, &format!("{}&cursor={cursor}", list.specimen.path)).send().await;
            match *from == list.name() {
                true => drop(answer.is(200)),
                false => {
                    assert_eq!(answer.status, 400, "{} takes the cursor of {from}", list.name());
                    answer.is_problem(400, "invalid_cursor");
                }
            }
        }
        for cursor in ["x", "%00", "%EA%B0%80", &"A".repeat(5000), "AAAA", "%2e%2e%2f"] {
            let answer = list.call(&fixture, &format!("{}&cursor={cursor}", list.specimen.path)).send().await;
            answer.is_problem(400, "invalid_cursor");
        }
    }
}
