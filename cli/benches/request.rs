//! What runs in every request, each by itself: checking a token, sealing and opening a cursor, decoding and encoding a
//! row, rendering a problem, going through the router; and the hash of a password, which is most of a login.
//!
//! ```sh
//! cargo bench -p campus --bench request
//! ```

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "the macros of criterion document nothing, and what fails may panic"
)]

use std::collections::HashMap;
use std::hint::black_box;

use argon2::Argon2;
use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use campus::desk::{Desk, Engine, MediaStore};
use campus_core::clock::Clock;
use campus_core::domain::{Caller, PostHead, Role, SchoolId, SessionId, UserId};
use campus_core::http::{self, List};
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
    }
}

/// A post as lists have it.
fn head() -> PostHead {
    let head = json!({
        "id": Uuid::now_v7(), "board_id": Uuid::now_v7(), "author_id": Uuid::new_v4(), "is_anonymous": true,
        "is_question": false, "title": "도서관 열람실 자리", "content_preview": "학교 이야기. ".repeat(25), "like_count": 3,
        "scrap_count": 1, "comment_count": 12, "number_count": 4, "media": [],
        "created_at": "2026-11-22T16:43:08.364Z", "updated_at": "2026-11-22T16:43:08.364Z",
    });
    serde_json::from_value(head).unwrap()
}

/// A service with an empty table.
async fn desk() -> Desk {
    let engine = Engine::in_memory().await.unwrap();
    let bucket = MediaStore::bucket_at("http://127.0.0.1:1/campus-media").unwrap();
    Desk::start(engine.connection(), bucket, Clock::default(), None).await.unwrap()
}

/// Sends a request to the end of its answer, which must have this status.
async fn send(router: &Router, path: &str, token: &str, status: StatusCode) {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), status);
    black_box(answer.into_body().collect().await.unwrap());
}

fn pieces(criterion: &mut Criterion, desk: &Desk, token: &str) {
    criterion.bench_function("check a token", |bencher| {
        bencher.iter(|| desk.app.verifier.verify(black_box(token)).unwrap());
    });
    let list = List::of(&caller(), "boards", &[None, None]);
    let position = format!("BOARD#{}", Uuid::now_v7());
    criterion.bench_function("seal a cursor", |bencher| {
        bencher.iter(|| desk.app.cursors.seal(&list, black_box(&position)));
    });
    let cursor = desk.app.cursors.seal(&list, &position);
    criterion.bench_function("open a cursor", |bencher| {
        bencher.iter(|| desk.app.cursors.open(&list, black_box(&cursor)).unwrap());
    });
    let head = head();
    let item: HashMap<String, AttributeValue> = serde_dynamo::to_item(&head).unwrap();
    criterion.bench_function("encode a row", |bencher| {
        bencher.iter(|| serde_dynamo::to_item::<_, HashMap<String, AttributeValue>>(black_box(&head)).unwrap());
    });
    criterion.bench_function("decode a row, with a copy of it", |bencher| {
        bencher.iter(|| serde_dynamo::from_item::<_, PostHead>(black_box(&item).clone()).unwrap());
    });
    criterion.bench_function("hash a password", |bencher| {
        let mut hash = [0; 32];
        bencher.iter(|| Argon2::default().hash_password_into(b"otter juggles 9 stones", &[0; 16], &mut hash).unwrap());
    });
}

fn request(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let desk = runtime.block_on(desk());
    let token = desk.signer.sign(&caller(), Clock::default().now()).unwrap();
    pieces(criterion, &desk, &token);

    // No call to the table is made in these.
    let router = http::finish(desk.router.clone());
    let mut sent = |name: &str, path: &str, token: &str, status: StatusCode| {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| runtime.block_on(send(&router, path, token, status)));
        });
    };
    sent("answer an unknown path", "/no/such/path", &token, StatusCode::NOT_FOUND);
    sent("answer a bad token", "/boards", "x", StatusCode::UNAUTHORIZED);
    sent("answer a bad cursor", "/boards?cursor=x", &token, StatusCode::BAD_REQUEST);
}

criterion_group!(benches, request);
criterion_main!(benches);
