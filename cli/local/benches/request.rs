//! Benchmarks of the parts of a request: checking a token, sealing and opening a cursor, encoding and decoding a row,
//! routing, rendering a problem; and hashing a password, which takes most of the time of a login.
//!
//! ```sh
//! cargo bench -p campus-local --bench request
//! ```

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "the items that the macros of criterion create have no docs, and a benchmark may panic"
)]

use std::collections::HashMap;
use std::hint::black_box;

use argon2::Argon2;
use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use campus_core::clock::Clock;
use campus_core::domain::{BoardId, Caller, PostHead, PostId, Role, SchoolId, SessionId, Time, UserId};
use campus_core::http::{self, CursorScope};
use campus_local::{Engine, LocalService, MediaStore, Secret};
use criterion::{Criterion, criterion_group, criterion_main};
use http_body_util::BodyExt;
use serde_json::json;
use tokio::runtime::Runtime;
use tower::ServiceExt;
use uuid::Uuid;

fn caller() -> Caller {
    Caller {
        school: SchoolId::from_uuid(Uuid::now_v7()),
        user: UserId::from_uuid(Uuid::new_v4()),
        session: SessionId::from_uuid(Uuid::now_v7()),
        role: Role::Student,
        is_verified: true,
        young_until: Time::from_secs(0),
    }
}

/// The row of a post in a list.
fn head() -> PostHead {
    let head = json!({
        "id": PostId::from_uuid(BoardId::from_uuid(Uuid::now_v7()), Uuid::now_v7()), "author_id": Uuid::new_v4(),
        "is_anonymous": true,
        "is_question": false, "title": "도서관 열람실 자리", "content_preview": "학교 이야기. ".repeat(25), "like_count": 3, "hot_like_count": 3,
        "scrap_count": 1, "comment_count": 12, "number_count": 4, "media": [],
        "created_at": "2026-11-22T16:43:08.364Z", "updated_at": "2026-11-22T16:43:08.364Z",
    });
    serde_json::from_value(head).unwrap()
}

/// A service with an empty table. No request of the benchmarks reaches the bucket.
async fn service() -> LocalService {
    let engine = Engine::in_memory().await.unwrap();
    let bucket = MediaStore::bucket_at("http://127.0.0.1:1/campus-media", &Secret::random().unwrap()).unwrap();
    LocalService::start(engine.connection(), bucket, Clock::default(), None).await.unwrap()
}

/// Sends a request and reads the whole response. Panics if the status is not the expected one.
async fn send(router: &Router, path: &str, token: &str, status: StatusCode) {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), status);
    black_box(response.into_body().collect().await.unwrap());
}

fn parts(criterion: &mut Criterion, service: &LocalService, token: &str) {
    criterion.bench_function("check a token", |bencher| {
        bencher.iter(|| service.app.verifier.verify(black_box(token)).unwrap());
    });
    let list = CursorScope::of(&caller(), "boards", &[None, None]);
    let position = format!("BOARD#{}", Uuid::now_v7());
    criterion.bench_function("seal a cursor", |bencher| {
        bencher.iter(|| service.app.cursors.seal(&list, black_box(&position)));
    });
    let cursor = service.app.cursors.seal(&list, &position);
    criterion.bench_function("open a cursor", |bencher| {
        bencher.iter(|| service.app.cursors.open(&list, black_box(&cursor)).unwrap());
    });
    let head = head();
    let item: HashMap<String, AttributeValue> = serde_dynamo::to_item(&head).unwrap();
    criterion.bench_function("encode a row", |bencher| {
        bencher.iter(|| serde_dynamo::to_item::<_, HashMap<String, AttributeValue>>(black_box(&head)).unwrap());
    });
    criterion.bench_function("decode a row, including a copy of it", |bencher| {
        bencher.iter(|| serde_dynamo::from_item::<_, PostHead>(black_box(&item).clone()).unwrap());
    });
    criterion.bench_function("hash a password", |bencher| {
        let mut hash = [0; 32];
        bencher.iter(|| Argon2::default().hash_password_into(b"otter juggles 9 stones", &[0; 16], &mut hash).unwrap());
    });
}

fn benchmarks(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let service = runtime.block_on(service());
    let token = service.signer.sign(&caller(), Clock::default().now()).unwrap();
    parts(criterion, &service, &token);

    // None of these requests reaches the table.
    let router = http::finish(service.router.clone());
    let mut benchmark = |name: &str, path: &str, token: &str, status: StatusCode| {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| runtime.block_on(send(&router, path, token, status)));
        });
    };
    benchmark("route an unknown path and render the problem", "/no/such/path", &token, StatusCode::NOT_FOUND);
    benchmark("refuse a bad token", "/boards", "x", StatusCode::UNAUTHORIZED);
    benchmark("check a token and refuse a bad cursor", "/boards?cursor=x", &token, StatusCode::BAD_REQUEST);
}

criterion_group!(benches, benchmarks);
criterion_main!(benches);
