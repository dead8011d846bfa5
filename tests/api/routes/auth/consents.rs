//! Policies, and the consent of students to them.

use campus_core::domain::{Parse, Policies, Policy, PolicyText, PolicyVersion, School};
use serde_json::{Value, json};

use super::start;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp, sign_up_body, student_of};
use crate::support::policies::{import, policies};

fn versions(terms: &str, privacy: &str) -> Value {
    json!({ "terms": terms, "privacy": privacy })
}

async fn sign_up(app: &TestApp, school: &School, login_id: &str, extra: Value) -> Answer {
    let mut body = sign_up_body(school, login_id);
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    app.post("/auth/signup").json(&body).send().await
}

async fn accept(app: &TestApp, by: &Student, terms: &str, privacy: &str) -> Answer {
    app.put("/auth/me/consents").by(by).json(&versions(terms, privacy)).send().await
}

/// Sends a write that needs consent.
async fn write(app: &TestApp, by: &Student) -> Answer {
    let name = uuid::Uuid::new_v4().simple().to_string();
    app.post("/boards").by(by).json(&json!({ "category": "일반", "name": name })).send().await
}

#[tokio::test]
async fn without_policies_nothing_is_asked() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    assert_eq!(app.get("/policies").send().await.is(200).json(), json!({ "terms": null, "privacy": null }));
    let plain = sign_up(&app, &school, "maru", json!({})).await;
    assert!(plain.is(201).at("/user/consents").is_null());
    write(&app, &student_of(&plain)).await.is(201);
    let unasked = json!({ "consents": versions("1", "1") });
    let answer = sign_up(&app, &school, "sora", unasked).await;
    answer.is_invalid(&[("consents.terms", "not_current"), ("consents.privacy", "not_current")]);
    sign_up(&app, &school, "sora", json!({ "is_14_or_older": true, "consents": null })).await.is(201);
}

#[tokio::test]
async fn policies_are_shown_in_both_languages() {
    let app = TestApp::start().await;
    let (terms, privacy) = ("2026-03-01", "2026-02-01");
    import(&app, terms, privacy).await;
    let shown = app.get("/policies").send().await;
    let text = |kind: &str, version: &str| {
        let of = |language: &str| format!("{kind} {version} {language}");
        json!({ "version": version, "text": { "ko": of("ko"), "en": of("en") } })
    };
    let expected = json!({ "terms": text("terms", terms), "privacy": text("privacy", privacy) });
    assert_eq!(shown.is(200).json(), expected);
    app.audit().await;
}

#[tokio::test]
async fn sign_up_states_the_current_policies_and_an_age_of_14() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    import(&app, "2", "1").await;
    let required = [("consents", "required"), ("is_14_or_older", "required")];
    sign_up(&app, &school, "maru", json!({})).await.is_invalid(&required);
    for (terms, privacy, wrong) in [
        ("1", "1", vec![("consents.terms", "not_current")]),
        ("2", "2", vec![("consents.privacy", "not_current")]),
        ("1 2", "1", vec![("consents.terms", "invalid_characters")]),
    ] {
        let extra = json!({ "consents": versions(terms, privacy), "is_14_or_older": true });
        sign_up(&app, &school, "maru", extra).await.is_invalid(&wrong);
    }
    let child = json!({ "consents": versions("2", "1"), "is_14_or_older": false });
    sign_up(&app, &school, "maru", child).await.is_invalid(&[("is_14_or_older", "not_confirmed")]);
    let half = json!({ "consents": { "terms": "2", "x": 1 }, "is_14_or_older": true });
    let unknown = [("consents.x", "unknown_field"), ("consents.privacy", "required")];
    sign_up(&app, &school, "maru", half).await.is_invalid(&unknown);

    let now = app.stop_clock();
    let right = json!({ "consents": versions("2", "1"), "is_14_or_older": true });
    let answer = sign_up(&app, &school, "maru", right).await;
    let consents = answer.is(201).at("/user/consents");
    assert_eq!((&consents["terms"], &consents["privacy"]), (&json!("2"), &json!("1")));
    let accepted_at = campus_core::domain::Time::from_millis(now);
    assert_eq!(consents["accepted_at"], json!(accepted_at));
    write(&app, &student_of(&answer)).await.is(201);
    app.audit().await;
}

#[tokio::test]
async fn new_policies_are_accepted_before_the_next_write() {
    let (app, student) = start().await;
    write(&app, &student).await.is(201);
    for (terms, privacy) in [("1", "1"), ("2", "1"), ("2", "2"), ("1", "1")] {
        import(&app, terms, privacy).await;
        write(&app, &student).await.is_problem(403, "consent_needed");
        app.get("/boards").by(&student).send().await.is(200);
        accept(&app, &student, "0", privacy).await.is_invalid(&[("terms", "not_current")]);
        write(&app, &student).await.is_problem(403, "consent_needed");
        let accepted = accept(&app, &student, terms, privacy).await;
        let consents = accepted.is(200).at("/consents");
        assert_eq!((&consents["terms"], &consents["privacy"]), (&json!(terms), &json!(privacy)));
        assert_eq!(app.get("/auth/me").by(&student).send().await.json(), accepted.json());
        write(&app, &student).await.is(201);
        assert_eq!(app.log_in(&student.login_id).await.id, student.id);
        write(&app, &app.log_in(&student.login_id).await).await.is(201);
    }
    app.audit().await;
}

#[tokio::test]
async fn a_missing_consent_does_not_bar_the_account() {
    let (app, student) = start().await;
    import(&app, "1", "1").await;
    app.get("/auth/me").by(&student).send().await.is(200);
    let change = json!({ "current_password": PASSWORD, "new_password": "nine otters juggle" });
    app.put("/auth/me/password").by(&student).json(&change).send().await.is(204);
    let refresh_token = json!({ "refresh_token": student.refresh_token });
    let refreshed = student_of(app.post("/auth/refresh").json(&refresh_token).send().await.is(200));
    let withdrawal = json!({ "password": "nine otters juggle" });
    app.delete("/auth/me").by(&refreshed).json(&withdrawal).send().await.is(204);
}

#[tokio::test]
async fn a_missing_consent_bars_changes_of_the_profile() {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let student = app.unverified(&school).await;
    import(&app, "1", "1").await;
    let rename = async || app.patch("/auth/me").by(&student).json(&json!({ "name": "김마루" })).send().await;
    rename().await.is_problem(403, "consent_needed");
    assert!(app.get("/auth/me").by(&student).send().await.at("/name").is_null());
    // A student may verify an address first.
    app.verify_address(&student, &student.email).await;
    rename().await.is_problem(403, "consent_needed");
    accept(&app, &student, "1", "1").await.is(200);
    assert_eq!(rename().await.is(200).at("/name"), "김마루");
}

#[tokio::test]
async fn an_instance_remembers_the_policies_for_a_minute() {
    let (app, student) = start().await;
    import(&app, "1", "1").await;
    accept(&app, &student, "1", "1").await.is(200);
    let now = app.stop_clock();
    app.service.app.policies.refresh().await.unwrap();
    import(&app.beside().await, "2", "1").await;
    app.clock.stop_at_millis(now + 59_999);
    write(&app, &student).await.is(201);
    app.clock.stop_at_millis(now + 60_000);
    write(&app, &student).await.is_problem(403, "consent_needed");
}

#[tokio::test]
async fn an_instance_that_remembers_old_policies_refuses_nobody_who_has_accepted_the_new() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    import(&app, "1", "1").await;
    app.stop_clock();
    app.service.app.policies.refresh().await.unwrap();
    let other = app.beside().await;
    import(&other, "2", "1").await;
    accept(&other, &student, "2", "1").await.is(200);
    write(&app, &student).await.is(201);

    import(&other, "3", "1").await;
    accept(&app, &student, "3", "1").await.is(200);
    import(&other, "4", "1").await;
    let newcomer = json!({ "consents": versions("4", "1"), "is_14_or_older": true });
    sign_up(&app, &school, "newcomer", newcomer).await.is(201);
}

#[tokio::test]
async fn what_is_accepted_while_a_version_is_imported_is_what_was_sent() {
    let (app, student) = start().await;
    import(&app, "0", "1").await;
    for number in 1..6 {
        let (old, new) = ((number - 1).to_string(), number.to_string());
        let other = app.beside().await;
        let (accepted, ()) = tokio::join!(accept(&app, &student, &old, "1"), import(&other, &new, "1"));
        if accepted.status == 200 {
            assert_eq!(accepted.at("/consents/terms"), json!(old));
        } else {
            accepted.is_invalid(&[("terms", "not_current")]);
        }
        write(&other, &student).await.is_problem(403, "consent_needed");
        accept(&other, &student, &new, "1").await.is(200);
        write(&other, &student).await.is(201);
        app.audit().await;
    }
}

#[tokio::test]
async fn a_withdrawal_deletes_the_consents() {
    let (app, student) = start().await;
    import(&app, "v-accepted", "1").await;
    accept(&app, &student, "v-accepted", "1").await.is(200);
    let has_consents = async || {
        let rows = app.snapshot().await;
        rows.iter().filter(|row| row.contains(&student.id) && row.contains("v-accepted")).count()
    };
    assert_eq!(has_consents().await, 2, "the profile and the sessions");
    app.delete("/auth/me").by(&student).json(&json!({ "password": PASSWORD })).send().await.is(204);
    assert_eq!(has_consents().await, 0);
    app.audit().await;
}

#[tokio::test]
async fn the_text_of_a_version_never_changes() {
    let app = TestApp::start().await;
    import(&app, "1", "1").await;
    let store = &app.service.app.policies;
    let text = |text: &str| PolicyText::parse(text.to_owned()).unwrap();
    let version = PolicyVersion::parse("1".to_owned()).unwrap();
    let other = Policy { version, ko: text("다른 약관"), en: text("Other terms") };
    let changed = Policies { terms: other, ..policies("1", "1") };
    assert!(store.import(&changed).await.unwrap_err().to_string().contains("with another text"));
    assert_eq!(app.get("/policies").send().await.text_at("/terms/text/en"), "terms 1 en");
    app.audit().await;
}
