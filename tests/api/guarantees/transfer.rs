//! Compressed responses, and 304 for what a client already has.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use campus_core::http::transfer::{COMPRESSED, REVALIDATED};
use serde_json::{Value, json};

use crate::guarantees::events::{EventFixture, function, generate};
use crate::guarantees::routing::document;
use crate::support::community::Community;
use crate::support::fixture::{Fixture, Who};
use crate::support::harness::{Answer, decompressed};
use crate::support::operations::{self, GROUPS, Operation};

/// All operations that only read.
fn reads() -> impl Iterator<Item = &'static Operation> {
    operations::all().filter(|operation| operation.method() == "GET")
}

/// The successful response to a read, with these headers.
async fn read(fixture: &Fixture, operation: &Operation, headers: &[(&str, &str)]) -> Answer {
    for who in [Who::Author, Who::Student, Who::Manager, Who::Admin] {
        let request = fixture.request_of_all(operation, who);
        let answer = headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send().await;
        if !answer.status.is_client_error() {
            return answer;
        }
    }
    panic!("nobody can read {}", operation.name);
}

/// The names of all fields in the part of an OpenAPI document, and in the schemas to which it refers.
fn fields(document: &Value, part: &Value, names: &mut BTreeSet<String>) {
    if let Some(schema) = part["$ref"].as_str() {
        return fields(document, document.pointer(schema.trim_start_matches('#')).unwrap(), names);
    }
    for (name, property) in part["properties"].as_object().into_iter().flatten() {
        if names.insert(name.clone()) {
            fields(document, property, names);
        }
    }
    let inner =
        part.as_object().into_iter().flatten().filter(|(name, _)| *name != "properties").map(|(_, inner)| inner);
    for inner in inner.chain(part.as_array().into_iter().flatten()) {
        fields(document, inner, names);
    }
}

#[test]
fn the_lists_name_reads() {
    for path in COMPRESSED.iter().chain(&REVALIDATED) {
        assert!(reads().any(|operation| operation.path() == *path), "{path}");
    }
}

/// The length of a compressed response could tell a secret that stands beside what others choose.
#[test]
fn no_compressed_response_has_a_secret() {
    let private = ["/auth", "/messages", "/notifications", "/blocks", "/friends/requests", "/moderation", "/takedowns"];
    for path in COMPRESSED {
        assert!(!private.iter().any(|private| path.starts_with(private)), "{path}");
    }
    for group in GROUPS.iter() {
        let document = serde_json::to_value(document(group.name)).unwrap();
        for path in COMPRESSED {
            let mut names = BTreeSet::new();
            fields(&document, &document["paths"][path]["get"]["responses"]["200"], &mut names);
            for secret in ["token", "access_token", "refresh_token", "device_token", "code", "login_id", "email"] {
                // The code of a lecture is public.
                let is_public = secret == "code" && (path.starts_with("/lectures") || path.contains("timetable"));
                assert!(is_public || !names.contains(secret), "{path}: {secret}");
            }
        }
    }
}

#[tokio::test]
async fn listed_reads_are_compressed_from_a_kilobyte_and_no_others() {
    let fixture = Fixture::start().await;
    let mut compressed = 0;
    for operation in reads() {
        let is_listed = COMPRESSED.contains(&operation.path());
        let plain = read(&fixture, operation, &[("accept-encoding", "br, gzip;q=0")]).await;
        assert_eq!(plain.header("content-encoding"), "", "{}", operation.name);
        let answer = read(&fixture, operation, &[("accept-encoding", "br, gzip")]).await;
        let expected = if is_listed && plain.text.len() >= 1024 { "gzip" } else { "" };
        assert_eq!(answer.header("content-encoding"), expected, "{}", operation.name);
        assert_eq!(answer.header("vary"), if is_listed { "accept-encoding" } else { "" }, "{}", operation.name);
        if expected == "gzip" {
            compressed += 1;
            assert!(answer.length < plain.length, "{}: {} bytes", operation.name, answer.length);
            // The rest may have a cursor, which each response encrypts again.
            let beginning: String = plain.text.chars().take(100).collect();
            assert!(answer.text.starts_with(&beginning), "{}", operation.name);
        }
    }
    assert!(compressed >= 3, "{compressed}");
}

#[tokio::test]
async fn a_page_of_posts_is_a_fraction_when_compressed() {
    let community = Community::start().await;
    let author = community.member().await;
    for number in 0..20 {
        community.post(&format!("중간고사 시험 범위가 어디까지인가요 {number}"), true).await;
    }
    let path = format!("/boards/{}/posts?limit=20", community.board);
    let plain = community.app.get(path.as_str()).by(&author).send().await;
    let answer = community.app.get(path.as_str()).by(&author).header("accept-encoding", "gzip").send().await;
    assert_eq!(answer.is(200).json()["items"], plain.is(200).json()["items"]);
    assert!(answer.length * 4 < plain.length, "{} of {}", answer.length, plain.length);
}

#[tokio::test]
async fn listed_reads_have_a_tag_and_are_304_until_they_change() {
    let fixture = Fixture::start().await;
    for operation in reads() {
        let first = read(&fixture, operation, &[]).await;
        let tag = first.header("etag");
        assert_eq!(!tag.is_empty(), REVALIDATED.contains(&operation.path()), "{}", operation.name);
        if tag.is_empty() {
            continue;
        }
        let known = format!("W/\"another\", {tag}");
        let same = read(&fixture, operation, &[("if-none-match", &known), ("accept-encoding", "gzip")]).await;
        assert_eq!((same.is(304).length, same.header("content-type")), (0, ""), "{}", operation.name);
        assert_eq!(same.header("etag"), tag, "{}", operation.name);
        let other = read(&fixture, operation, &[("if-none-match", "W/\"another\"")]).await;
        assert_eq!(other.is(200).text, first.text, "{}", operation.name);
    }
}

#[tokio::test]
async fn a_changed_list_has_another_tag() {
    let community = Community::start().await;
    let student = community.member().await;
    let pinned = |tag: String| community.app.get("/boards/pinned").by(&student).header("if-none-match", &tag).send();
    let tag = pinned(String::new()).await.is(200).header("etag").to_owned();
    pinned(tag.clone()).await.is(304);
    community.app.put(format!("/boards/{}/pin", community.board)).by(&student).send().await.is(204);
    assert_ne!(pinned(tag.clone()).await.is(200).header("etag"), tag);
}

/// API Gateway takes binary bodies in base64.
#[tokio::test]
async fn a_function_returns_a_compressed_body_in_base64() {
    let demo = EventFixture::start().await;
    let mut compressed = 0;
    for (name, event) in generate() {
        let mut event: Value = serde_json::from_str(&demo.values.fill(&event)).unwrap();
        if event["requestContext"]["http"]["method"] != "GET" {
            continue;
        }
        event["headers"]["accept-encoding"] = json!("gzip");
        let answer = function(&demo.app, name.split('-').next().unwrap()).handle(event).await.unwrap();
        let is_compressed = answer["headers"]["content-encoding"] == "gzip";
        assert_eq!(answer["isBase64Encoded"], is_compressed, "{name}");
        if is_compressed {
            let body = BASE64_STANDARD.decode(answer["body"].as_str().unwrap()).unwrap();
            assert!(decompressed(&body).len() >= 1024, "{name}");
            compressed += 1;
        }
    }
    assert!(compressed > 0);
}
