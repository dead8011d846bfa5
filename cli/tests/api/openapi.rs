//! The published contract.

use std::collections::BTreeSet;

use campus::desk;
use serde_json::Value;

/// The document of what is served.
pub fn document() -> Value {
    serde_json::to_value(desk::document()).unwrap()
}

/// Every operation by its name, which is its method and path.
pub fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter().filter(|(_, operation)| operation.get("responses").is_some());
        methods.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    operations.collect()
}

/// Asserts that a list is about all operations and nothing else.
pub async fn assert_covered<'a>(list: &str, names: impl IntoIterator<Item = &'a str>) {
    let document = document();
    let served: BTreeSet<_> = operations(&document).into_iter().map(|(name, _)| name).collect();
    let listed: BTreeSet<_> = names.into_iter().map(str::to_owned).collect();
    let missing: Vec<_> = served.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&served).collect();
    assert!(missing.is_empty(), "operations without {list}: {missing:?}");
    assert!(stale.is_empty(), "{list} of no operation: {stale:?}");
}

#[tokio::test]
async fn it_has_every_operation_of_the_groups_that_are_served() {
    let document = document();
    let mut names: Vec<_> = operations(&document).into_iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "DELETE /auth/me",
            "DELETE /boards/{id}",
            "DELETE /boards/{id}/pin",
            "DELETE /comments/{id}",
            "DELETE /friends/requests/{id}",
            "DELETE /friends/{id}",
            "DELETE /messages/{thread_id}",
            "DELETE /messages/{thread_id}/block",
            "DELETE /posts/{id}",
            "DELETE /posts/{id}/scrap",
            "DELETE /reviews/{id}",
            "DELETE /timetables/{id}",
            "DELETE /timetables/{id}/entries/{entry_id}",
            "DELETE /timetables/{id}/share",
            "GET /.well-known/jwks.json",
            "GET /auth/me",
            "GET /boards",
            "GET /boards/pinned",
            "GET /boards/{id}",
            "GET /boards/{id}/posts",
            "GET /friends",
            "GET /friends/requests",
            "GET /friends/{id}/timetable",
            "GET /lectures",
            "GET /lectures/{id}",
            "GET /lectures/{id}/reviews",
            "GET /messages",
            "GET /messages/{thread_id}",
            "GET /posts/best",
            "GET /posts/commented",
            "GET /posts/hot",
            "GET /posts/mine",
            "GET /posts/scraps",
            "GET /posts/{id}",
            "GET /posts/{id}/comments",
            "GET /schools",
            "GET /shared-timetables/{token}",
            "GET /shared-timetables/{token}/calendar.ics",
            "GET /shared-timetables/{token}/picture.svg",
            "GET /timetables",
            "GET /timetables/{id}",
            "GET /timetables/{id}/calendar.ics",
            "GET /timetables/{id}/picture.svg",
            "PATCH /auth/me",
            "PATCH /boards/{id}",
            "PATCH /posts/{id}",
            "PATCH /timetables/{id}",
            "PATCH /timetables/{id}/entries/{entry_id}",
            "POST /auth/login",
            "POST /auth/logout",
            "POST /auth/refresh",
            "POST /auth/signup",
            "POST /boards",
            "POST /boards/{id}/posts",
            "POST /comments/{id}/like",
            "POST /friends/requests",
            "POST /friends/requests/{id}/accept",
            "POST /lectures/{id}/reviews",
            "POST /media",
            "POST /messages",
            "POST /messages/{thread_id}",
            "POST /messages/{thread_id}/block",
            "POST /posts/{id}/comments",
            "POST /posts/{id}/like",
            "POST /reviews/{id}/like",
            "POST /timetables",
            "POST /timetables/{id}/copy",
            "POST /timetables/{id}/entries",
            "POST /timetables/{id}/share",
            "PUT /auth/me/password",
            "PUT /boards/{id}/pin",
            "PUT /posts/{id}/scrap",
        ]
    );
}

#[tokio::test]
async fn operation_ids_are_distinct() {
    let document = document();
    let mut ids: Vec<_> =
        operations(&document).iter().map(|(_, operation)| operation["operationId"].to_string()).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[tokio::test]
async fn operations_without_a_token_are_the_public_ones() {
    let document = document();
    let operations = operations(&document);
    let public = operations.iter().filter(|(_, operation)| operation["security"] == serde_json::json!([]));
    let mut public: Vec<_> = public.map(|(name, _)| name.as_str()).collect();
    public.sort_unstable();
    assert_eq!(
        public,
        [
            "GET /.well-known/jwks.json",
            "GET /schools",
            "GET /shared-timetables/{token}",
            "GET /shared-timetables/{token}/calendar.ics",
            "GET /shared-timetables/{token}/picture.svg",
            "POST /auth/login",
            "POST /auth/logout",
            "POST /auth/refresh",
            "POST /auth/signup",
        ]
    );
    for (name, operation) in &operations {
        let needs_token = !public.contains(&name.as_str());
        let missing = operation["responses"]["401"]["description"].to_string().contains("token_missing");
        assert_eq!(missing, needs_token, "{name}");
    }
}

#[tokio::test]
async fn what_makes_something_takes_an_idempotency_key_but_not_where_each_is_another() {
    let document = document();
    let makes = |operation: &Value| operation["responses"].get("201").is_some();
    let has_key = |operation: &Value| operation["parameters"].to_string().contains("Idempotency-Key");
    let operations = operations(&document);
    let without = operations.iter().filter(|(_, operation)| makes(operation) && !has_key(operation));
    let without: Vec<_> = without.map(|(name, _)| name.as_str()).collect();
    assert_eq!(without, ["POST /auth/signup", "POST /timetables/{id}/share"]);
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_bodies_take_no_other_fields() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
    for body in [
        "SignUp",
        "LogIn",
        "AccountEdit",
        "PasswordChange",
        "Withdrawal",
        "NewBoard",
        "BoardEdit",
        "NewPost",
        "NewMedia",
        "PostEdit",
        "NewComment",
        "NewMessage",
        "NewTimetable",
        "TimetableEdit",
        "TimetableCopy",
        "NewSlot",
        "EntryEdit",
        "NewReview",
    ] {
        assert_eq!(document["components"]["schemas"][body]["additionalProperties"], false, "{body}");
    }
}

#[tokio::test]
async fn of_bodies_that_say_one_of_two_things_each_says_which_fields_it_has() {
    let document = document();
    for (body, ways) in [
        ("NewThread", [("post_id", "comment_id"), ("comment_id", "post_id")]),
        ("NewFriendRequest", [("login_id", "email"), ("email", "login_id")]),
        ("NewEntry", [("lecture_id", "title"), ("title", "lecture_id")]),
    ] {
        let schemas = document["components"]["schemas"][body]["oneOf"].as_array().unwrap();
        assert_eq!(schemas.len(), ways.len(), "{body}");
        for (schema, (needed, absent)) in schemas.iter().zip(ways) {
            assert!(schema["required"].as_array().unwrap().contains(&needed.into()), "{body}: {needed}");
            assert_eq!(schema["properties"][needed]["type"], "string", "{body}: {needed}");
            assert_eq!(schema["properties"][absent]["type"], "null", "{body}: {absent}");
            assert_eq!(schema["additionalProperties"], false, "{body}");
        }
    }
}

#[tokio::test]
async fn a_body_that_may_be_missing_is_no_null() {
    let document = document();
    for path in ["/auth/logout", "/auth/refresh"] {
        let body = &document["paths"][path]["post"]["requestBody"];
        assert_eq!(body["required"], false, "{path}");
        assert!(body["content"]["application/json"]["schema"]["$ref"].is_string(), "{path}");
    }
}

/// Calls with every schema in the document, and with every other object of it.
fn visit<'a>(value: &'a Value, see: &mut impl FnMut(&'a Value)) {
    see(value);
    match value {
        Value::Object(object) => object.values().for_each(|value| visit(value, see)),
        Value::Array(array) => array.iter().for_each(|value| visit(value, see)),
        _ => {}
    }
}

#[tokio::test]
async fn a_description_rules_no_value_out() {
    let document = document();
    let mut described = 0;
    visit(&document, &mut |schema| {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            described += 1;
            assert!(part.get("$ref").is_some() || part.get("properties").is_some(), "{schema}");
        }
    });
    assert!(described > 0, "nothing was looked at");
}

#[tokio::test]
async fn text_says_which_characters_it_has() {
    let document = document();
    let board = &document["components"]["schemas"]["NewBoard"]["properties"];
    let pattern = |field: &str| match &board[field]["oneOf"][0]["pattern"] {
        Value::Null => board[field]["pattern"].as_str().unwrap().to_owned(),
        optional => optional.as_str().unwrap().to_owned(),
    };
    assert!(pattern("name").contains(r"\u202E"), "a line has no direction controls");
    assert!(pattern("name").contains(r"\u0000-\u001F"), "a line has no control characters");
    assert!(pattern("description").contains(r"\u0000-\u0008\u000B"), "prose has lines and tabs, and no other controls");
}
