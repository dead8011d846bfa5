//! Access tokens.

use axum::http::Method;
use campus_auth::{TokenSigner, generate_signing_key, key_set, public_key};
use campus_core::domain::{Caller, Role, SchoolId, SessionId, Time, UserId};
use serde_json::{Value, json};

use crate::support::harness::TestApp;

/// A token with this header and these claims, signed with this key.
fn forge(header: &Value, claims: &Value) -> String {
    let key = generate_signing_key().unwrap();
    sign(&key.pkcs8, header, claims)
}

/// Signs any header and claims with Ed25519, even invalid ones.
pub fn sign(pkcs8: &str, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", base64(header.to_string().as_bytes()), base64(claims.to_string().as_bytes()));
    let der = decode_base64(pkcs8);
    let pair = aws_lc_rs::signature::Ed25519KeyPair::from_pkcs8(&der).unwrap();
    format!("{message}.{}", base64(pair.sign(message.as_bytes()).as_ref()))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn decode_base64(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.decode(text).unwrap()
}

fn claims_of(token: &str) -> Value {
    part(token, 1)
}

pub fn part(token: &str, at: usize) -> Value {
    use base64::Engine;
    let part = token.split('.').nth(at).unwrap();
    serde_json::from_slice(&base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn a_missing_token_is_401() {
    let app = TestApp::start().await;
    for (method, path) in [(Method::GET, "/boards"), (Method::POST, "/boards"), (Method::GET, "/auth/me")] {
        let answer = app.call(method, path).send().await;
        answer.is_problem(401, "token_missing");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn an_authorization_without_a_bearer_token_is_401() {
    let app = TestApp::start().await;
    for authorization in ["", "Bearer", "Bearer ", "Bearer x", "Basic bWFydTp4", "bearer a.b.c", "Bearer a b"] {
        let answer = app.get("/auth/me").header("authorization", authorization).send().await;
        answer.is_problem(401, "token_invalid");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
}

#[tokio::test]
async fn a_token_contains_the_caller_and_its_expiry() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    let header = part(&student.token, 0);
    assert_eq!(header["alg"], "EdDSA");
    assert_eq!(header["kid"], app.service.signer.key_id());
    let claims = claims_of(&student.token);
    assert_eq!(claims["sub"], student.id);
    assert_eq!(claims["school"], school.id.to_string());
    assert_eq!(claims["role"], "student");
    assert_eq!(claims["aud"], "campus");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    for claim in ["iss", "nbf", "jti", "sid"] {
        assert!(!claims[claim].is_null(), "{claim}");
    }
}

#[tokio::test]
async fn an_expired_token_is_401() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    app.clock.set_ahead_by_millis(-601_000);
    let student = app.student(&school).await;
    app.get("/auth/me").by(&student).send().await.is_problem(401, "token_expired");
    app.clock.set_ahead_by_millis(-500_000);
    let student = app.log_in(&student.login_id).await;
    app.get("/auth/me").by(&student).send().await.is(200);
}

#[tokio::test]
async fn a_token_from_25_seconds_ahead_is_valid_and_one_from_60_seconds_ahead_is_not() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    app.clock.set_ahead_by_millis(25_000);
    let student = app.student(&school).await;
    app.get("/auth/me").by(&student).send().await.is(200);
    app.clock.set_ahead_by_millis(60_000);
    let student = app.log_in(&student.login_id).await;
    app.get("/auth/me").by(&student).send().await.is_problem(401, "token_invalid");
}

#[tokio::test]
async fn a_token_of_another_key_or_algorithm_is_401() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let (header, claims) = (part(&student.token, 0), claims_of(&student.token));
    let signature = student.token.rsplit('.').next().unwrap();
    let unsigned = format!("{}.{}.", base64(br#"{"alg":"none","typ":"JWT"}"#), base64(claims.to_string().as_bytes()));
    let mut hs256 = header.clone();
    hs256["alg"] = json!("HS256");
    let mut stranger = header.clone();
    stranger["kid"] = json!("stranger");
    let mut nameless = header.clone();
    nameless.as_object_mut().unwrap().remove("kid");
    let mut other_claims = claims.clone();
    other_claims["role"] = json!("admin");
    let altered = format!(
        "{}.{}.{signature}",
        base64(header.to_string().as_bytes()),
        base64(other_claims.to_string().as_bytes())
    );
    for token in [
        unsigned,
        forge(&header, &claims),
        forge(&hs256, &claims),
        forge(&stranger, &claims),
        forge(&nameless, &claims),
        altered,
        student.token.trim_end_matches(signature).to_owned(),
    ] {
        let answer = app.get("/auth/me").header("authorization", &format!("Bearer {token}")).send().await;
        answer.is_problem(401, "token_invalid");
    }
}

#[tokio::test]
async fn a_token_with_an_embedded_key_is_401() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let key = app.service.app.keys.signing().await.unwrap().unwrap();
    let (header, claims) = (part(&student.token, 0), claims_of(&student.token));
    let good = sign(&key.pkcs8, &header, &claims);
    app.get("/auth/me").header("authorization", &format!("Bearer {good}")).send().await.is(200);
    let jwk = key_set(&app.service.app.keys.ring().await.unwrap().unwrap()).unwrap()["keys"][0].clone();
    for (name, value) in [
        ("jku", json!("https://example.com/keys")),
        ("x5u", json!("https://example.com/x")),
        ("jwk", jwk),
        ("x5c", json!(["MA=="])),
    ] {
        let mut header = header.clone();
        header[name] = value;
        let token = sign(&key.pkcs8, &header, &claims);
        let answer = app.get("/auth/me").header("authorization", &format!("Bearer {token}")).send().await;
        answer.is_problem(401, "token_invalid");
    }
}

#[tokio::test]
async fn every_claim_is_required_and_checked() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let key = app.service.app.keys.signing().await.unwrap().unwrap();
    let (header, claims) = (part(&student.token, 0), claims_of(&student.token));
    for claim in ["iss", "aud", "sub", "exp", "iat", "nbf", "jti", "sid", "school", "role", "verified", "young_until"] {
        for wrong in [None, Some(json!("wrong"))] {
            let mut claims = claims.clone();
            match &wrong {
                None => drop(claims.as_object_mut().unwrap().remove(claim)),
                Some(value) => claims[claim] = value.clone(),
            }
            let token = sign(&key.pkcs8, &header, &claims);
            let answer = app.get("/auth/me").header("authorization", &format!("Bearer {token}")).send().await;
            assert_eq!(answer.status, 401, "{claim} {wrong:?}");
            answer.is_problem(401, "token_invalid");
        }
    }
}

#[tokio::test]
async fn a_token_of_another_stage_is_401() {
    let app = TestApp::start().await;
    let key = app.service.app.keys.signing().await.unwrap().unwrap();
    let now = Time::now();
    let caller = Caller {
        school: SchoolId::new(now),
        user: UserId::random(),
        session: SessionId::new(now),
        role: Role::Student,
        is_verified: true,
        young_until: Time::now(),
    };
    let token = TokenSigner::new(&key, "campus-production").unwrap().sign(&caller, now).unwrap();
    app.get("/boards")
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await
        .is_problem(401, "token_invalid");
}

#[tokio::test]
async fn the_published_keys_are_public_and_verify_tokens() {
    let app = TestApp::start().await;
    let answer = app.get("/.well-known/jwks.json").send().await;
    assert_eq!(answer.is(200).json(), key_set(&app.service.app.keys.ring().await.unwrap().unwrap()).unwrap());
    let key = answer.at("/keys/0");
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));
    assert!(key.get("d").is_none(), "the private key");
}

#[tokio::test]
async fn a_write_after_the_session_has_ended_is_401_even_with_a_valid_token() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    for row in app.rows().await {
        let (pk, sk) = (row["pk"].clone(), row["sk"].clone());
        if sk.as_s().unwrap() == "SESSIONS" {
            let connection = app.engine.connection();
            connection.client.delete_item().table_name("campus").key("pk", pk).key("sk", sk).send().await.unwrap();
        }
    }
    let new_board = json!({ "category": "일반", "name": "새 게시판" });
    let post = json!({ "title": "제목", "content": "내용", "is_anonymous": false });
    for call in [
        app.post("/boards").json(&new_board),
        app.post("/boards").json(&new_board).header("idempotency-key", "k"),
        app.patch(format!("/boards/{board}")).json(&json!({ "name": "다른" })),
        app.delete(format!("/boards/{board}")),
        app.put(format!("/boards/{board}/pin")),
        app.delete(format!("/boards/{board}/pin")),
        app.post(format!("/boards/{board}/posts")).json(&post),
    ] {
        let before = app.snapshot().await;
        call.by(&student).send().await.is_problem(401, "token_invalid");
        assert_eq!(app.snapshot().await, before);
    }
}

#[tokio::test]
async fn an_expired_session_is_ignored_even_if_its_row_remains() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let month = 30 * 24 * 3600 * 1000;
    app.clock.set_ahead_by_millis(-month + 60_000);
    let student = app.student(&school).await;
    let caller = app.service.app.verifier.verify(&student.token);
    assert!(caller.is_err(), "its token expired long ago");
    let claims = claims_of(&student.token);
    let caller = Caller {
        school: school.id,
        user: student.id.parse().unwrap(),
        session: claims["sid"].as_str().unwrap().parse().unwrap(),
        role: Role::Student,
        is_verified: true,
        young_until: Time::now(),
    };
    app.clock.set_ahead_by_millis(0);
    assert!(app.service.app.authorizer.authorize(&caller).await.is_ok());
    app.clock.set_ahead_by_millis(60_000);
    assert!(app.service.app.authorizer.authorize(&caller).await.is_err());
}

#[tokio::test]
async fn tokens_of_published_keys_are_valid_through_a_rotation_and_those_of_withdrawn_keys_are_not() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let old = app.student(&school).await;
    let keys = &app.service.app.keys;
    let works = async |app: &TestApp, student: &crate::support::harness::Student| {
        let answer = app.get("/auth/me").by(student).send().await;
        match answer.status.as_u16() {
            200 => true,
            _ => answer.is_problem(401, "token_invalid").text.is_empty(),
        }
    };

    let next = generate_signing_key().unwrap();
    keys.prepare(&next).await.unwrap();
    assert!(keys.prepare(&next).await.is_err(), "one rotation at a time");
    let both = app.beside().await;
    assert_eq!(both.get("/.well-known/jwks.json").send().await.at("/keys").as_array().unwrap().len(), 2);
    assert!(works(&both, &old).await);
    let signed_by = |student: &crate::support::harness::Student| part(&student.token, 0)["kid"].clone();
    assert_eq!(signed_by(&both.log_in(&old.login_id).await), signed_by(&old), "the old key still signs");

    let current = keys.signing().await.unwrap().unwrap();
    keys.switch(&next, &public_key(&current).unwrap()).await.unwrap();
    assert!(keys.switch(&next, &public_key(&current).unwrap()).await.is_err(), "once");
    let switched = app.beside().await;
    let new = switched.log_in(&old.login_id).await;
    assert_eq!(signed_by(&new), json!(next.kid));
    for service in [&both, &switched] {
        assert!(works(service, &old).await && works(service, &new).await);
    }
    app.audit().await;

    keys.retire().await.unwrap();
    let withdrawn = app.beside().await;
    assert!(works(&withdrawn, &new).await && !works(&withdrawn, &old).await);
    app.audit().await;
}
