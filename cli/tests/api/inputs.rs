//! What comes of requests that are not as the document says: of all operations, with what it says of their bodies,
//! paths and queries. A new operation needs no entry here.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};

use crate::faults::SCENARIOS;
use crate::harness::{Answer, Call};
use crate::openapi;
use crate::shapes::Shapes;
use crate::world::{Specimen, Who, World, specimen};

/// An operation, as somebody who may do it.
struct Operation {
    name: &'static str,
    who: Who,
    described: Value,
    method: Method,
    sound: Specimen,
}

/// All operations of the world, with the document.
async fn operations(world: &World) -> (Vec<Operation>, Value) {
    let document = openapi::document();
    let described = openapi::operations(&document);
    let all = SCENARIOS.iter().map(|(name, who)| Operation {
        name,
        who: *who,
        described: described.iter().find(|(listed, _)| listed == name).unwrap().1.clone(),
        method: name.split(' ').next().unwrap().parse().unwrap(),
        sound: specimen(name, world, *who),
    });
    (all.collect(), document)
}

impl Operation {
    /// A request of the operation to a path.
    fn call<'a>(&self, world: &'a World, path: &str) -> Call<'a> {
        let call = world.app.call(self.method.clone(), path);
        world.student(self.who).into_iter().fold(call, Call::by)
    }

    async fn send(&self, world: &World, body: impl Into<axum::body::Body>) -> Answer {
        self.call(world, &self.sound.path).text(body).send().await
    }

    /// What the document says of the body, if it has one: of one that may look in several ways, all fields that any of
    /// them has, and as required those that all of them require.
    fn schema(&self, document: &Value) -> Option<Value> {
        let schema = resolve(self.described.pointer("/requestBody/content/application~1json/schema")?, document);
        let Some(ways) = schema["oneOf"].as_array() else { return Some(schema.clone()) };
        let mut schema = ways[0].clone();
        for way in &ways[1..] {
            for (field, described) in way["properties"].as_object().unwrap() {
                // Where a way excludes a field, it may only be null there.
                if described["type"] != "null" {
                    schema["properties"][field] = described.clone();
                }
            }
            let required = way["required"].as_array().unwrap();
            schema["required"].as_array_mut().unwrap().retain(|field| required.contains(field));
        }
        Some(schema)
    }

    fn parameters(&self, place: &str) -> BTreeSet<String> {
        let all = self.described["parameters"].as_array().into_iter().flatten();
        all.filter(|one| one["in"] == place).map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }
}

fn resolve<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// The types of JSON that a schema allows.
fn types(schema: &Value, document: &Value) -> BTreeSet<String> {
    let schema = resolve(schema, document);
    match (&schema["oneOf"], &schema["type"]) {
        (Value::Array(choices), _) => choices.iter().flat_map(|choice| types(choice, document)).collect(),
        (_, Value::Array(types)) => types.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
        (_, one) => BTreeSet::from([one.as_str().unwrap().to_owned()]),
    }
}

/// Values that are of none of the types. Null is left out where something need not be there.
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

/// Values of one of the types that are longer, larger or smaller than any field may be.
fn extreme_values(types: &BTreeSet<String>, is_password: bool) -> Vec<Value> {
    let mut values = Vec::new();
    if types.contains("string") {
        values.push(json!("가".repeat(20_000)));
    }
    // A password may have any characters.
    if types.contains("string") && !is_password {
        values.extend([json!("\u{0}"), json!("\u{202E}\u{7}")]);
    }
    if types.contains("integer") {
        values.extend([json!(-1), json!(u64::MAX), json!(i64::MIN), json!(1e300)]);
    }
    if types.contains("array") {
        values.extend([json!(vec![""; 1000]), json!(vec![json!({}); 1000])]);
    }
    values
}

/// Asserts that an answer is a 422 which names the field, or one in it, and nothing else.
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
        let is_in = named == field || [".", "["].iter().any(|mark| named.starts_with(&format!("{field}{mark}")));
        assert!(is_in, "{why}: {shown}");
    }
}

#[tokio::test]
async fn no_body_that_is_none_is_taken() {
    let world = World::start().await;
    let before = world.app.snapshot().await;
    let (operations, document) = operations(&world).await;
    let (deep, deep_inside) = ("[".repeat(10_000), format!("{{\"x\":{}", "[".repeat(10_000)));
    let mut tried = 0;
    for operation in &operations {
        let Some(schema) = operation.schema(&document) else { continue };
        let name = operation.name;
        let field = schema["properties"].as_object().unwrap().keys().next().unwrap();
        let half = format!("{{\"{field}\": \"\\ud800\"}}");
        for malformed in ["{", "nul", "{} {}", "{\"x\":}", "\u{FEFF}{}", &half, &deep, &deep_inside] {
            let answer = operation.send(&world, malformed.to_owned()).await;
            assert_eq!(answer.status, 400, "{name}: {malformed:.20}: {answer:?}");
            answer.is_problem(400, "malformed_json");
        }
        let not_utf8 = [b"{\"", field.as_bytes(), b"\": \"\xff\"}"].concat();
        operation.send(&world, not_utf8).await.is_problem(400, "malformed_json");
        for root in ["[]", "null", "\"x\"", "7", "true", "[{}]"] {
            operation.send(&world, root).await.is_invalid(&[("body", "wrong_type")]);
        }
        let large = format!("{{\"x\":\"{}\"}}", "x".repeat(128 * 1024));
        operation.send(&world, large).await.is_problem(413, "payload_too_large");
        for kind in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
            let call = operation.call(&world, &operation.sound.path).header("content-type", kind);
            call.text("{}").send().await.is_problem(415, "unsupported_media_type");
        }
        assert_eq!(world.app.snapshot().await, before, "{name}");
        tried += 1;
    }
    assert!(tried >= 22, "{tried}");
}

#[tokio::test]
async fn a_field_of_a_wrong_type_or_an_extreme_value_is_named() {
    let world = World::start().await;
    let before = world.app.snapshot().await;
    let (operations, document) = operations(&world).await;
    let mut tried = 0;
    for operation in &operations {
        let Some(schema) = operation.schema(&document) else { continue };
        for (field, described) in schema["properties"].as_object().unwrap() {
            let types = types(described, &document);
            // What has another form than a token of a session's is not one, whatever it is.
            let is_token = field == "refresh_token";
            let is_password = described["format"] == "password";
            let extremes = if is_token { Vec::new() } else { extreme_values(&types, is_password) };
            let is_required = schema["required"].as_array().is_some_and(|names| names.contains(&json!(field)));
            for value in wrong_values(&types).into_iter().chain(extremes) {
                if value.is_null() && !is_required {
                    continue;
                }
                let mut body = operation.sound.body.clone().unwrap();
                body[field] = value;
                let answer = operation.send(&world, body.to_string()).await;
                let why = format!("{} {field}: {:.60}", operation.name, body[field].to_string());
                assert_names(&answer, field, &why);
                tried += 1;
            }
        }
        assert_eq!(world.app.snapshot().await, before, "{}", operation.name);
    }
    assert!(tried >= 600, "{tried}");
}

/// What a client might want to say of itself and of things.
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
async fn no_body_says_what_is_not_the_clients_to_say() {
    let world = World::start().await;
    let before = world.app.snapshot().await;
    let (operations, document) = operations(&world).await;
    let mut tried = 0;
    for operation in &operations {
        let Some(schema) = operation.schema(&document) else { continue };
        for field in NOT_THE_CLIENTS.into_iter().filter(|field| schema["properties"].get(field).is_none()) {
            let mut body = operation.sound.body.clone().unwrap();
            body[field] = json!("admin");
            let answer = operation.send(&world, body.to_string()).await;
            assert_eq!(answer.status, 422, "{} {field}: {answer:?}", operation.name);
            answer.is_invalid(&[(field, "unknown_field")]);
            tried += 1;
        }
        for (field, _) in schema["properties"].as_object().unwrap().iter().filter(|(_, one)| one.get("items").is_some())
        {
            let mut body = operation.sound.body.clone().unwrap();
            body[field] = json!([{ "day": "mon", "start": "01:00", "end": "02:00", "role": "admin" }]);
            let answer = operation.send(&world, body.to_string()).await;
            assert_eq!(answer.status, 422, "{} {field}: {answer:?}", operation.name);
            tried += 1;
        }
        assert_eq!(world.app.snapshot().await, before, "{}", operation.name);
    }
    assert!(tried >= 300, "{tried}");
}

/// What a request of the operation comes to: its status, its answer and the table.
async fn outcome(world: &World, shapes: &Shapes, operation: &Operation, who: Who, claims: Option<&World>) -> String {
    world.reset().await;
    let Specimen { mut path, body } = specimen(operation.name, world, who);
    if let Some(world) = claims {
        let known = operation.parameters("query");
        let (school, author) = (world.school.id.to_string(), &world.student(Who::Author).unwrap().id);
        for name in NOT_THE_CLIENTS.into_iter().filter(|name| !known.contains(*name)) {
            let value = match name {
                "school_id" => &school,
                "role" => "admin",
                _ => author,
            };
            path = format!("{path}{}{name}={value}", if path.contains('?') { '&' } else { '?' });
        }
    }
    let mut call = world.app.call(operation.method.clone(), path);
    if let Some(world) = claims {
        let (school, author) = (world.school.id.to_string(), &world.student(Who::Author).unwrap().id);
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
    let answer = world.student(who).into_iter().fold(call, Call::by).send().await;
    let id = answer.header("x-request-id");
    let text = shapes.text(&answer.text.replace(id, "<id>"));
    format!("{} {text}\n{}", answer.status, shapes.table(world).await.join("\n"))
}

#[tokio::test]
async fn no_query_and_no_header_says_what_is_not_the_clients_to_say() {
    let world = World::start().await;
    let shapes = Shapes::of(&world).await;
    let (operations, _) = operations(&world).await;
    for operation in &operations {
        let others = [Who::Student, Who::Foreigner].into_iter().filter(|who| *who != operation.who);
        for who in others.chain([operation.who]) {
            let plain = outcome(&world, &shapes, operation, who, None).await;
            let claimed = outcome(&world, &shapes, operation, who, Some(&world)).await;
            assert!(plain == claimed, "{} as {who:?}:\n{plain}\n\n{claimed}", operation.name);
        }
    }
}

#[tokio::test]
async fn what_is_no_id_is_404() {
    let world = World::start().await;
    let before = world.app.snapshot().await;
    let (operations, _) = operations(&world).await;
    for operation in operations.iter().filter(|operation| operation.name.contains('{')) {
        let template: Vec<_> = operation.name.split(' ').nth(1).unwrap().split('/').collect();
        for at in (0..template.len()).filter(|at| template[*at].starts_with('{')) {
            let (path, query) = operation.sound.path.split_once('?').unwrap_or((&operation.sound.path, ""));
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
                // A token of a link may be without either.
                if other == id {
                    continue;
                }
                let mut parts = parts.clone();
                parts[at] = other;
                let path = format!("{}?{query}", parts.join("/"));
                let call = operation.call(&world, &path);
                let answer = operation.sound.body.iter().fold(call, |call, body| call.json(body)).send().await;
                assert_eq!(answer.status, 404, "{} {path}: {answer:?}", operation.name);
                answer.is_problem(404, "not_found");
            }
        }
    }
    assert_eq!(world.app.snapshot().await, before);
}

#[tokio::test]
async fn a_list_takes_no_other_limit_and_no_other_lists_cursor() {
    let world = World::start().await;
    let (operations, _) = operations(&world).await;
    let lists: Vec<_> =
        operations.iter().filter(|operation| operation.parameters("query").contains("cursor")).collect();
    assert!(lists.len() >= 16, "{}", lists.len());
    let mut cursors = Vec::new();
    for list in &lists {
        let answer = list.call(&world, &list.sound.path).send().await;
        cursors.extend(answer.is(200).at("/next_cursor").as_str().map(|cursor| (list.name, cursor.to_owned())));
    }
    assert!(cursors.len() >= 12, "{cursors:?}");
    for list in &lists {
        let (path, query) = list.sound.path.split_once('?').unwrap();
        let others = query.split('&').filter(|part| !part.starts_with("limit=")).collect::<Vec<_>>().join("&");
        for limit in ["0", "51", "-1", "x", "", "1.5", "99999999999999999999", "%00"] {
            let answer = list.call(&world, &format!("{path}?{others}&limit={limit}")).send().await;
            answer.is_invalid(&[("limit", "out_of_range")]);
        }
        for (from, cursor) in &cursors {
            let answer = list.call(&world, &format!("{}&cursor={cursor}", list.sound.path)).send().await;
            match *from == list.name {
                true => drop(answer.is(200)),
                false => {
                    assert_eq!(answer.status, 400, "{} takes the cursor of {from}", list.name);
                    answer.is_problem(400, "invalid_cursor");
                }
            }
        }
        for cursor in ["", "x", "%00", "%EA%B0%80", &"A".repeat(5000), "AAAA", "%2e%2e%2f"] {
            let answer = list.call(&world, &format!("{}&cursor={cursor}", list.sound.path)).send().await;
            answer.is_problem(400, "invalid_cursor");
        }
    }
}
