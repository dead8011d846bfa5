//! The export of a student's data: it has every kind of row of the student, or says why not.

use std::collections::BTreeSet;

use campus_core::domain::{LoginId, Parse};
use campus_core::store::{EXPORTED, Error, Exports, NOT_EXPORTED, Table};
use serde_json::{Value, json};

use super::sample::SampleTable;
use crate::support::community::Community;
use crate::support::harness::{Student, TestApp};

/// Kinds of rows that hold no data of a student.
const OF_NO_STUDENT: [&str; 21] = [
    "account key",
    "board",
    "board name",
    "catalogue",
    "catalogue chunk",
    "course",
    "current policies",
    "cursor key",
    "deleted board",
    "directory entry",
    "failed mail",
    "listed catalogue",
    "mail key",
    "media deletion",
    "policy text",
    "previous signing key",
    "public push keys",
    "push key",
    "school",
    "signing key",
    "term",
];

/// Kinds of rows of students that the sample does not have.
const NOT_IN_THE_SAMPLE: [&str; 31] = [
    "address's counter",
    "applicant",
    "case",
    "failed logins",
    "gram",
    "indexed text",
    "listed case",
    "listed takedown",
    "mail",
    "moderation log entry",
    "notification",
    "notification state",
    "notified cause",
    "operator log entry",
    "own report",
    "purge",
    "push",
    "push endpoint",
    "push subscriptions",
    "report",
    "reporter",
    "resting name",
    "restriction",
    "sanctions",
    "snapshot",
    "student's counter",
    "suppressed address",
    "surviving sanction",
    "takedown",
    "takedown request",
    "withdrawn student",
];

async fn export(app: &TestApp, student: &Student) -> Value {
    let exports = Exports::new(Table::new(app.raw.clone(), app.clock.clone()));
    let login_id = LoginId::parse(student.login_id.clone()).unwrap();
    serde_json::to_value(exports.of(&login_id).await.unwrap()).unwrap()
}

/// If this fails for a new kind of row, say in `store::export` in which section the export has it, or why it does not.
#[tokio::test]
async fn every_kind_of_row_of_a_student_is_exported_or_left_out_for_a_reason() {
    let sample = SampleTable::start().await;
    let kinds: BTreeSet<&str> = sample.app.recount().await.rows.into_keys().collect();
    let listed = EXPORTED.iter().chain(NOT_EXPORTED).map(|(kind, _)| *kind);
    let mut lists: Vec<&str> = listed.clone().chain(OF_NO_STUDENT).collect();
    let missing: Vec<_> = kinds.iter().filter(|kind| !lists.contains(kind)).collect();
    assert!(missing.is_empty(), "neither exported nor left out: {missing:?}");
    let stale: Vec<_> = listed.filter(|kind| !kinds.contains(kind) && !NOT_IN_THE_SAMPLE.contains(kind)).collect();
    assert!(stale.is_empty(), "no such kind of row: {stale:?}");
    let count = lists.len();
    lists.sort_unstable();
    lists.dedup();
    assert_eq!(lists.len(), count, "a kind is listed twice");
}

#[tokio::test]
async fn every_section_of_an_export_is_filled() {
    let sample = SampleTable::start().await;
    let exports = [export(&sample.app, &sample.student).await, export(&sample.app, &sample.other).await];
    for (_, section) in EXPORTED.iter().filter(|(kind, _)| !NOT_IN_THE_SAMPLE.contains(kind)) {
        let is_filled = |export: &Value| match &export[section] {
            Value::Array(rows) => !rows.is_empty(),
            section => section.is_object(),
        };
        assert!(exports.iter().any(is_filled), "{section} is empty");
    }
    let [mine, theirs] = &exports;
    assert_eq!(mine["account"]["login_id"], json!(sample.student.login_id));
    assert_eq!((&theirs["account"]["consents"]["terms"], &mine["account"]["consents"]), (&json!("1"), &Value::Null));
    assert!(theirs["operator_resets"][0]["created_at"].is_string());
    let left_out = mine["not_included"].as_array().unwrap();
    assert_eq!(left_out.len(), NOT_EXPORTED.len());
}

#[tokio::test]
async fn an_export_identifies_nobody_else_and_has_no_secrets() {
    let sample = SampleTable::start().await;
    for (student, other) in [(&sample.student, &sample.other), (&sample.other, &sample.student)] {
        let exported = export(&sample.app, student).await;
        let text = exported.to_string();
        for secret in [&other.id, &other.login_id, &other.email] {
            assert!(!text.contains(secret.as_str()), "{secret}: {text}");
        }
        for secret in ["argon2", "password", "hash", &sample.link] {
            let found = exported.as_object().unwrap().iter().filter(|(section, _)| *section != "not_included");
            assert!(found.clone().all(|(_, section)| !section.to_string().contains(secret)), "{secret}: {text}");
        }
        for thread in exported["threads"].as_array().unwrap() {
            let is_named = thread["partner_nickname"] == json!(other.nickname);
            assert_eq!(is_named, thread["is_anonymous"] == json!(false), "{thread}");
        }
        assert_eq!(exported["friends"][0]["nickname"], json!(other.nickname));
    }
    let hidden = export(&sample.app, &sample.student).await;
    let directions: Vec<_> =
        hidden["friend_requests"].as_array().unwrap().iter().map(|request| &request["direction"]).collect();
    assert_eq!(directions, ["out"], "a declined request stays hidden");
}

#[tokio::test]
async fn an_export_has_what_the_student_wrote_and_sees() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let mut posts = Vec::new();
    for number in 0..103 {
        posts.push(community.post(&format!("글 {number}"), number % 2 == 0).await);
    }
    community.delete(author, &format!("/posts/{}", posts[0])).await.is(204);
    let comment = community.comment(reader, &posts[1], "독자의 댓글", true).await;
    community.reply(author, &comment, "글쓴이의 답글", true).await;
    let thread = app.write_about(reader, json!({ "post_id": posts[2] }), "지울 쪽지").await;
    let path = format!("/messages/{thread}");
    community.delete(author, &path).await.is(204);
    app.post(&path).by(reader).json(&json!({ "content": "남은 쪽지" })).send().await.is(201);

    let exported = export(app, author).await;
    let titles: Vec<_> = exported["posts"].as_array().unwrap().iter().map(|post| post["title"].clone()).collect();
    let expected: Vec<_> = (1..103).map(|number| json!(format!("글 {number}"))).collect();
    assert_eq!(titles, expected, "without the deleted one");
    assert!(exported["posts"][0]["content"].is_string());
    let comments = exported["comments"].as_array().unwrap();
    assert_eq!((comments.len(), &comments[0]["content"]), (1, &json!("글쓴이의 답글")));
    let messages = &exported["threads"][0]["messages"];
    let expected = (json!("남은 쪽지"), json!(false));
    assert_eq!((messages[0]["content"].clone(), messages[0]["is_mine"].clone()), expected);
    assert_eq!(messages.as_array().unwrap().len(), 1, "without what the student deleted");

    community.withdraw(author).await;
    let login_id = LoginId::parse(author.login_id.clone()).unwrap();
    let gone = Exports::new(Table::new(app.raw.clone(), app.clock.clone())).of(&login_id).await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
}
