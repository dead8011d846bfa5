//! Benchmarks of the parts of a request: checking a token, sealing and opening a cursor, encoding and decoding a row,
//! routing, rendering a problem, comparing a query with a long text; and hashing a password, which takes most of the time of a
//! login. And of the operations that must not tell who has an account, for an address that a student has verified and for an
//! unknown one.
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
use campus_core::domain::{
    BoardId, Caller, EmailDomain, Parse, PostHead, PostId, Role, SchoolId, SchoolName, SearchQuery, SessionId, Time,
    UserId, VerificationPolicy,
};
use campus_core::http::{self, CursorScope};
use campus_core::store::{AttemptStart, MailContent, MailSealer};
use campus_local::{Engine, LocalService, MediaStore, Secret};
use criterion::{Criterion, criterion_group, criterion_main};
use http_body_util::BodyExt;
use serde_json::{Value, json};
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
    // More tokens than a verifier caches, in turn, so that none is cached when its turn comes again.
    let sign = |_| service.signer.sign(&caller(), Clock::default().now()).unwrap();
    let tokens: Vec<String> = (0..1_000).map(sign).collect();
    let mut tokens = tokens.iter().cycle();
    criterion.bench_function("check a token for the first time", |bencher| {
        bencher.iter(|| service.app.verifier.verify(tokens.next().unwrap()).unwrap());
    });
    criterion.bench_function("check a token again", |bencher| {
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
    let query = SearchQuery::parse("도서관 없는말".to_owned()).unwrap();
    for (kind, part) in
        [("Hangul", "학교 앞에서 만나요. "), ("single jamo", "ㅋㅋㅋㅠㅠ"), ("emoji", "👍🎉👩\u{200D}🚀")]
    {
        let text: String = part.chars().cycle().take(10_000).collect();
        criterion.bench_function(&format!("compare a query with 10,000 characters of {kind}"), |bencher| {
            bencher.iter(|| query.matches("도서관", black_box(&text)));
        });
    }
    criterion.bench_function("hash a password", |bencher| {
        let mut hash = [0; 32];
        bencher.iter(|| Argon2::default().hash_password_into(b"otter juggles 9 stones", &[0; 16], &mut hash).unwrap());
    });
}

const VERIFIED: &str = "verified@example.ac.kr";
const UNKNOWN: &str = "unknown_@example.ac.kr";

/// A client of a school whose students verify their addresses.
struct Client<'a> {
    service: &'a LocalService,
    router: &'a Router,
    school: SchoolId,
}

impl Client<'_> {
    /// Posts a body. Returns the response, and panics if its status is not the expected one.
    async fn post(&self, path: &str, token: &str, body: Value, status: StatusCode) -> Value {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let request = if token.is_empty() { request } else { request.header(header::AUTHORIZATION, token) };
        let response = self.router.clone().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
        assert_eq!(response.status(), status);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() }
    }

    /// Signs up a student with a new login id and this address. Returns the value of the header `Authorization`.
    async fn sign_up(&self, address: &str) -> String {
        let id = Uuid::new_v4().simple().to_string();
        let body = json!({
            "school_id": self.school, "login_id": id.get(..20), "password": "otter juggles 9 stones", "email": address,
            "nickname": id.get(..10), "admission_year": 2026,
        });
        let session = self.post("/auth/signup", "", body, StatusCode::CREATED).await;
        format!("Bearer {}", session.get("access_token").and_then(Value::as_str).unwrap())
    }

    async fn request_code(&self, token: &str, address: &str) {
        let body = json!({ "email": address });
        self.post("/auth/verification", token, body, StatusCode::ACCEPTED).await;
    }

    /// Lets a new student verify this address.
    async fn verify(&self, address: &str) {
        let token = self.sign_up(address).await;
        self.request_code(&token, address).await;
        let (mails, sealer) = (&self.service.app.mails, MailSealer::new(&self.service.mail_key).unwrap());
        for partition in mails.partitions() {
            for queued in mails.due(partition, None).await.unwrap().items {
                let AttemptStart::Attempt(attempt) = mails.start_attempt(&sealer, &queued).await.unwrap() else {
                    continue;
                };
                let MailContent::VerificationCode { code, .. } = attempt.mail.content else { continue };
                let body = json!({ "code": code });
                self.post("/auth/verification/confirm", &token, body, StatusCode::OK).await;
            }
        }
    }
}

/// Nobody may learn from the time of these operations whether a student has verified an address.
fn addresses(criterion: &mut Criterion, runtime: &Runtime, service: &LocalService, router: &Router) {
    let domain = EmailDomain::parse("example.ac.kr".to_owned()).unwrap();
    let name = SchoolName::parse("가온대학교".to_owned()).unwrap();
    let school = runtime.block_on(service.app.schools.add(name, vec![domain], VerificationPolicy::Email)).unwrap();
    let client = Client { service, router, school: school.id };
    runtime.block_on(client.verify(VERIFIED));
    let token = runtime.block_on(client.sign_up("student@example.ac.kr"));
    for (kind, address) in [("a verified address", VERIFIED), ("an unknown address", UNKNOWN)] {
        criterion.bench_function(&format!("sign up with {kind}"), |bencher| {
            bencher.iter(|| runtime.block_on(client.sign_up(address)));
        });
        criterion.bench_function(&format!("request a code for {kind}"), |bencher| {
            bencher.iter(|| runtime.block_on(client.request_code(&token, address)));
        });
        for (what, path) in [("a password reset", "/auth/password-reset"), ("a reminder", "/auth/login-id-reminder")] {
            let body = json!({ "email": address });
            criterion.bench_function(&format!("request {what} for {kind}"), |bencher| {
                bencher.iter(|| runtime.block_on(client.post(path, "", body.clone(), StatusCode::ACCEPTED)));
            });
        }
    }
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
    benchmark("check a token again and refuse a bad cursor", "/boards?cursor=x", &token, StatusCode::BAD_REQUEST);
    addresses(criterion, &runtime, &service, &router);
}

criterion_group!(benches, benchmarks);
criterion_main!(benches);
