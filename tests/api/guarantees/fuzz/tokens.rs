//! Access tokens and refresh tokens.

use axum::http::HeaderValue;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Edit, ask, assert_fit, corpus, each, edited, edits, json_values, runtime};
use crate::guarantees::tokens::{part, sign};
use crate::support::harness::{Student, TestApp};

/// A bad access token.
#[derive(Clone, Debug)]
enum BadToken {
    Text(String),
    Edited(Vec<Edit>),
    /// Signed with the right key, with another header or other claims.
    Signed {
        in_header: bool,
        field: usize,
        value: Option<Value>,
    },
}

const HEADER: &[&str] = &["alg", "kid", "typ", "jku", "jwk", "x5u", "x5c", "crit", "cty", "b64", "zip", "enc"];
const CLAIMS: &[&str] =
    &["iss", "aud", "sub", "exp", "iat", "nbf", "jti", "sid", "school", "role", "scope", "admin", "__proto__"];

fn bad_tokens() -> impl Strategy<Value = BadToken> {
    prop_oneof![
        any::<String>().prop_map(BadToken::Text),
        "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,90}".prop_map(BadToken::Text),
        edits().prop_map(BadToken::Edited),
        (any::<bool>(), any::<usize>(), proptest::option::of(json_values()))
            .prop_map(|(in_header, field, value)| BadToken::Signed { in_header, field, value }),
    ]
}

fn set(json: &mut Value, name: &str, value: Option<&Value>) {
    match value {
        None => drop(json.as_object_mut().unwrap().remove(name)),
        Some(value) => json[name] = value.clone(),
    }
}

async fn start() -> (TestApp, Student) {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    (app, student)
}

#[test]
fn only_an_issued_access_token_is_accepted() {
    let runtime = runtime();
    let (app, student) = runtime.block_on(start());
    let key = runtime.block_on(app.service.app.keys.signing()).unwrap().unwrap();
    let (header, payload) = (part(&student.token, 0), part(&student.token, 1));
    let check = |token: &str| {
        // Values that no header can have are skipped.
        let Ok(value) = HeaderValue::from_bytes(format!("Bearer {token}").as_bytes()) else { return };
        let answer = ask(&runtime, app.get("/auth/me").header("authorization", value.to_str().unwrap_or(token)).send());
        assert_fit(&answer, || token.to_owned());
        match token == student.token {
            true => drop(answer.is(200)),
            false => drop(answer.is_problem(401, "token_invalid")),
        }
    };
    corpus(include_str!("corpus/access-tokens.txt")).iter().for_each(|token| check(token));
    check(&student.token);
    each(200, &bad_tokens(), |claim| match claim {
        BadToken::Text(text) => check(&text),
        BadToken::Edited(edits) => check(&edited(&student.token, &edits)),
        BadToken::Signed { in_header, field, value } => {
            let (mut header, mut payload) = (header.clone(), payload.clone());
            match in_header {
                true => set(&mut header, HEADER[field % HEADER.len()], value.as_ref()),
                false => set(&mut payload, CLAIMS[field % CLAIMS.len()], value.as_ref()),
            }
            let token = sign(&key.pkcs8, &header, &payload);
            let answer = ask(&runtime, app.get("/auth/me").header("authorization", &format!("Bearer {token}")).send());
            assert_fit(&answer, || format!("{header} {payload}"));
        }
    });
}

/// A bad refresh token.
#[derive(Clone, Debug)]
enum BadRefreshToken {
    Text(String),
    Edited(Vec<Edit>),
    /// The bytes of the token, some of them replaced.
    Bytes(usize, Vec<u8>),
}

fn bad_refresh_tokens() -> impl Strategy<Value = (bool, BadRefreshToken)> {
    let refresh = prop_oneof![
        any::<String>().prop_map(BadRefreshToken::Text),
        "[A-Za-z0-9_-]{0,200}".prop_map(BadRefreshToken::Text),
        edits().prop_map(BadRefreshToken::Edited),
        (any::<usize>(), vec(any::<u8>(), 1..120)).prop_map(|(at, bytes)| BadRefreshToken::Bytes(at, bytes)),
    ];
    (any::<bool>(), refresh)
}

#[test]
fn only_the_last_issued_refresh_token_has_an_effect() {
    let runtime = runtime();
    let (app, student) = runtime.block_on(start());
    let before = runtime.block_on(app.snapshot());
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(&student.refresh_token).unwrap();
    let check = |token: &str, as_cookie: bool| {
        if token == student.refresh_token {
            return;
        }
        for path in ["/auth/refresh", "/auth/logout"] {
            let call = app.post(path);
            let call = match as_cookie {
                false => call.json(&json!({ "refresh_token": token })),
                true if HeaderValue::from_str(token).is_err() || token.contains(';') => return,
                true => call.header("cookie", &format!("__Host-campus_refresh={token}")),
            };
            let answer = ask(&runtime, call.send());
            assert_fit(&answer, || token.to_owned());
            // A cookie value is read without the space around it.
            if as_cookie && token.trim() == student.refresh_token {
                continue;
            }
            // Logging out of a session that does not exist succeeds.
            let is_out = path == "/auth/logout" && answer.status == 204;
            assert!(is_out || answer.status == 401, "{token:?}: {answer:?}");
        }
    };
    for token in corpus(include_str!("corpus/refresh-tokens.txt")) {
        check(&token, false);
        check(&token, true);
    }
    each(200, &bad_refresh_tokens(), |(as_cookie, refresh)| match refresh {
        BadRefreshToken::Text(text) => check(&text, as_cookie),
        BadRefreshToken::Edited(edits) => check(&edited(&student.refresh_token, &edits), as_cookie),
        BadRefreshToken::Bytes(at, other) => {
            let mut bytes = bytes.clone();
            let at = at % bytes.len();
            let end = (at + other.len()).min(bytes.len());
            bytes.splice(at..end, other);
            check(&BASE64_URL_SAFE_NO_PAD.encode(bytes), as_cookie);
        }
    });
    assert_eq!(runtime.block_on(app.snapshot()), before);
    let refreshed = app.post("/auth/refresh").json(&json!({ "refresh_token": student.refresh_token }));
    ask(&runtime, refreshed.send()).is(200);
}
