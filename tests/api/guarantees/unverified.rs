//! What an account can do before it is verified, and from when on it can do the rest. `permissions` has the response of
//! each operation to an unverified account.

use axum::http::Method;
use campus_core::domain::{Caller, LoginId, Parse, School, VerificationPolicy};
use serde_json::{Value, json};

use crate::support::fixture::{Fixture, Who};
use crate::support::harness::{Student, TestApp, student_of};
use crate::support::operations;

const UNVERIFIED: &str = "school_unverified";

/// Operations for which the verification in the access token is enough: what concerns only the caller, deletions of what
/// the caller wrote, blocks, hidden and muted posts, reports, appeals and objections.
const BARRED_BY_TOKEN_ONLY: [&str; 25] = [
    "show_thread",
    "delete_thread",
    "block_thread",
    "unblock_thread",
    "create_block",
    "delete_block",
    "hide_post",
    "unhide_post",
    "mute_post",
    "unmute_post",
    "unsubscribe_from_pushes",
    "mark_notifications_read",
    "update_notification_settings",
    "create_report",
    "create_appeal",
    "object_to_takedown",
    "delete_post",
    "delete_comment",
    "delete_review",
    "delete_exam_info",
    "update_timetable",
    "delete_timetable",
    "copy_timetable",
    "create_entry",
    "delete_share",
];

async fn refreshed(app: &TestApp, student: &Student) -> Student {
    let body = json!({ "refresh_token": student.refresh_token });
    student_of(app.post("/auth/refresh").json(&body).send().await.is(200))
}

async fn set_policy(app: &TestApp, school: &School, policy: VerificationPolicy) {
    app.service.app.schools.set_policy(school, policy, &school.email_domains).await.unwrap();
}

#[tokio::test]
async fn an_unverified_account_keeps_private_timetables() {
    let fixture = Fixture::start().await;
    let (app, me) = (&fixture.app, fixture.student(Who::Unverified).unwrap());
    let own = app.timetable(me, "계획", "private").await;
    let new = |visibility: &str| json!({ "semester": "2026-1", "name": visibility, "visibility": visibility });
    let before = app.snapshot().await;
    for visibility in ["friends", "school"] {
        app.post("/timetables").by(me).json(&new(visibility)).send().await.is_problem(403, UNVERIFIED);
        let edit = json!({ "name": "새 이름", "visibility": visibility });
        app.patch(&own).by(me).json(&edit).send().await.is_problem(403, UNVERIFIED);
    }
    app.post(format!("{own}/share")).by(me).send().await.is_problem(403, UNVERIFIED);
    assert_eq!(app.snapshot().await, before);

    let edit = json!({ "name": "새 이름", "visibility": "private" });
    assert_eq!(app.patch(&own).by(me).json(&edit).send().await.is(200).at("/name"), "새 이름");
    let entry = app.enter(me, &own, &json!({ "lecture_id": fixture.lecture })).await;
    app.patch(&entry).by(me).json(&json!({ "color": "#aabbcc" })).send().await.is(200);
    for view in ["", "/calendar.ics", "/picture.svg"] {
        app.get(format!("{own}{view}")).by(me).send().await.is(200);
    }
    app.delete(format!("{own}/share")).by(me).send().await.is(204);
    app.delete(&entry).by(me).send().await.is(204);
    let copy = app.post(format!("{own}/copy")).by(me).json(&json!({ "name": "사본" })).send().await;
    app.delete(copy.is(201).header("location")).by(me).send().await.is(204);
    app.delete(&own).by(me).send().await.is(204);
    app.audit().await;
}

#[tokio::test]
async fn an_unverified_account_learns_nothing_about_the_timetables_of_others() {
    let fixture = Fixture::start().await;
    let (app, me) = (&fixture.app, fixture.student(Who::Unverified).unwrap());
    let private = app.timetable(fixture.student(Who::Author).unwrap(), "비밀", "private").await;
    let (start, last) = fixture.timetable.split_at(fixture.timetable.len() - 1);
    let never = format!("{start}{}", if last == "0" { "1" } else { "0" });
    let copy = json!({ "name": "사본" });
    for timetable in [&fixture.timetable, &private, &never] {
        for (method, path, body) in [
            (Method::GET, timetable.clone(), Value::Null),
            (Method::GET, format!("{timetable}/calendar.ics"), Value::Null),
            (Method::GET, format!("{timetable}/picture.svg"), Value::Null),
            (Method::POST, format!("{timetable}/copy"), copy.clone()),
            (Method::PATCH, timetable.clone(), copy.clone()),
            (Method::DELETE, timetable.clone(), Value::Null),
        ] {
            let call = app.call(method, path).by(me);
            let call = if body.is_null() { call } else { call.json(&body) };
            call.send().await.is_problem(403, UNVERIFIED);
        }
    }
    // A link is for everybody who has it.
    app.get(format!("/shared-timetables/{}", fixture.share)).by(me).send().await.is(200);
}

#[tokio::test]
async fn an_access_token_that_says_verified_does_not_let_an_unverified_account_write() {
    let fixture = Fixture::start().await;
    let me = fixture.student(Who::Unverified).unwrap();
    let caller = Caller { is_verified: true, ..me.caller() };
    let now = fixture.app.clock.now();
    let token = fixture.app.service.signer.sign(&caller, now).unwrap();
    let before = fixture.app.snapshot().await;
    let mut tried = 0;
    for operation in operations::all().filter(|operation| operation.access.refusal(Who::Unverified).is_some()) {
        let is_checked = operation.method() != "GET" && !BARRED_BY_TOKEN_ONLY.contains(&operation.id);
        if !is_checked || operation.id.ends_with("_entry") {
            continue;
        }
        let call = fixture.request(operation, Who::Unverified).header("authorization", &format!("Bearer {token}"));
        let answer = call.send().await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, UNVERIFIED), "{}", operation.name);
        assert_eq!(fixture.app.snapshot().await, before, "{}", operation.name);
        tried += 1;
    }
    assert!(tried >= 20, "{tried}");
}

#[tokio::test]
async fn a_verification_applies_to_all_sessions_with_their_next_access_token() {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let phone = app.unverified(&school).await;
    let laptop = app.log_in(&phone.login_id).await;
    let state = json!({ "state": "unverified", "email": null, "verified_at": null });
    assert_eq!(app.get("/auth/me").by(&phone).send().await.is(200).at("/verification"), state);
    let login_id = LoginId::parse(phone.login_id.clone()).unwrap();
    let verified_at = app.stop_clock();
    assert!(app.service.app.logins.verify(&login_id).await.unwrap());
    app.clock.set_ahead_by_millis(1000);
    assert!(!app.service.app.logins.verify(&login_id).await.unwrap(), "once");

    let me = app.get("/auth/me").by(&phone).send().await.is(200).at("/verification");
    assert_eq!((&me["state"], &me["email"]), (&json!("verified"), &Value::Null));
    let shown_at = chrono::DateTime::parse_from_rfc3339(me["verified_at"].as_str().unwrap()).unwrap();
    assert_eq!(shown_at.timestamp_millis(), verified_at);
    for session in [&phone, &laptop] {
        app.get("/boards").by(session).send().await.is_problem(403, UNVERIFIED);
        let renewed = refreshed(&app, session).await;
        app.get("/boards").by(&renewed).send().await.is(200);
        app.board(&renewed, &format!("자유 {}", &renewed.token[renewed.token.len() - 8..])).await;
    }
    app.board(&app.log_in(&phone.login_id).await, "새내기").await;
    app.audit().await;
}

#[tokio::test]
async fn in_an_open_school_every_account_counts_as_verified_until_the_school_closes() {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let early = app.unverified(&school).await;
    set_policy(&app, &school, VerificationPolicy::Open).await;
    app.get("/boards").by(&early).send().await.is_problem(403, UNVERIFIED);
    let early = refreshed(&app, &early).await;
    app.board(&early, "자유").await;
    let late = app.unverified(&school).await;
    app.board(&late, "비밀").await;
    let me = app.get("/auth/me").by(&late).send().await.is(200).at("/verification");
    assert_eq!(me, json!({ "state": "verified", "email": null, "verified_at": null }));
    app.audit().await;

    set_policy(&app, &school, VerificationPolicy::Email).await;
    app.audit().await;
    let renewed = refreshed(&app, &early).await;
    for (by, who) in [(&renewed, "the new token"), (&app.log_in(&late.login_id).await, "the login")] {
        let answer = app.get("/boards").by(by).send().await;
        assert_eq!(answer.code(), UNVERIFIED, "{who}");
    }
    // The old access tokens say that the accounts are verified. The table does not.
    for by in [&early, &late] {
        let board = json!({ "category": "일반", "name": "새내기" });
        app.post("/boards").by(by).json(&board).send().await.is_problem(403, UNVERIFIED);
    }
    app.audit().await;
}
