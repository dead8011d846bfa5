//! Attacks with takedown requests (rule 21), for which nobody needs an account.

use campus_core::domain::TakedownState;
use campus_core::store::{Limits, MailContent, MailRates};
use serde_json::{Value, json};

use crate::support::community::{Community, text};
use crate::support::harness::{Student, TestApp, takedown_body};

/// A post that does not exist.
fn unknown_post(board: &str) -> String {
    format!("{}{}", uuid::Uuid::now_v7().simple(), board.replace('-', ""))
}

#[tokio::test]
async fn a_brigade_with_throwaway_mailboxes_hides_nothing() {
    let community = Community::start().await;
    let Community { app, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    for number in 0..50 {
        let mut body = takedown_body(&post);
        body["email"] = json!(format!("throwaway{number}@mail.example"));
        let token = app.request_takedown(&body).await;
        app.confirm_takedown(&token).await.is(200);
    }
    let seen = community.show(reader, &post).await;
    assert_eq!((&seen["state"], &seen["title"]), (&json!("visible"), &json!("글")));
    let first = app.takedowns(admin, "open").await[0]["id"].clone();
    app.decide_takedown(admin, text(&first), "decline").await.is(200);
    assert_eq!(community.show(reader, &post).await["state"], "visible");
    app.audit().await;
}

#[tokio::test]
async fn nothing_tells_whether_a_thing_exists() {
    let community = Community::start().await;
    let Community { app, board, .. } = &community;
    app.stop_clock();
    let (known, unknown) = (community.post("글", true).await, unknown_post(board));
    let ask = async |post: &str| {
        let answer = app.post("/takedowns").json(&takedown_body(post)).send().await;
        answer.is(202);
        let mails = app.take_mails().await;
        let MailContent::TakedownConfirmation { token, .. } = &mails[0].content else { panic!("{mails:?}") };
        let (confirmed, again) = (app.confirm_takedown(token).await, app.confirm_takedown(token).await);
        confirmed.is(200);
        assert_eq!(confirmed.text, again.is(200).text);
        (answer.text, answer.usage, confirmed.text, confirmed.usage.calls, confirmed.usage.sequence)
    };
    assert_eq!(ask(&known).await, ask(&unknown).await);
    // No mail tells it, either, before an admin could have declined.
    app.clock.stop_at_millis(app.clock.now().plus_secs(2 * 3600 - 1).as_millis());
    assert_eq!(app.take_mails().await, []);
    app.clock.stop_at_millis(app.clock.now().plus_secs(22 * 3600 + 1).as_millis());
    let declined = app.take_mails().await;
    assert_eq!(declined.len(), 1);
    assert_eq!(declined[0].content, MailContent::Takedown { state: TakedownState::Declined });
    app.audit().await;
}

#[tokio::test]
async fn no_admin_learns_the_applicant_and_no_author_does() {
    let community = Community::start().await;
    let Community { app, author, admin, .. } = &community;
    let post = community.post("글", true).await;
    let takedown = app.take_down(admin, &post).await;
    let check = async |by: &Student, path: String| {
        let answer = app.get(&path).by(by).send().await;
        answer.is(200);
        for canary in ["강바다", "sunho", "mail.example", &author.id, &author.nickname, &author.login_id] {
            assert!(by.id == author.id || !answer.text.contains(canary), "{path} tells {canary}");
        }
        for canary in ["강바다", "sunho", "제 전화번호가 적혀 있습니다."] {
            assert!(by.id == admin.id || !answer.text.contains(canary), "{path} tells {canary}");
        }
    };
    check(admin, "/moderation/takedowns".to_owned()).await;
    let decided = app.decide_takedown(admin, &takedown, "restrict").await.is(200).text.clone();
    assert!(!["강바다", "sunho", &author.id].iter().any(|canary| decided.contains(canary)), "{decided}");
    for state in ["open", "restricted", "declined", "restored", "removed"] {
        check(admin, format!("/moderation/takedowns?state={state}")).await;
    }
    for path in ["/moderation/log", "/moderation/cases"] {
        check(admin, path.to_owned()).await;
    }
    check(author, format!("/posts/{post}")).await;
    check(author, "/posts/mine".to_owned()).await;
    // No row holds the applicant in the clear.
    for row in app.snapshot().await {
        assert!(!row.contains("강바다") && !row.contains("sunho@"), "{row}");
    }
}

#[tokio::test]
async fn an_unconfirmed_request_leaves_nothing_after_a_day_and_a_confirmed_one_no_explanation_in_its_row() {
    let community = Community::start().await;
    let Community { app, admin, .. } = &community;
    let post = community.post("글", true).await;
    app.take_down(admin, &post).await;
    let tomorrow = app.clock.now().plus_secs(24 * 3600).as_secs();
    for row in app.rows().await.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("TAKEDOWNREQUEST#")) {
        assert!(row["expires_at"].as_n().unwrap().parse::<i64>().unwrap() <= tomorrow, "{row:?}");
        assert!(!row.contains_key("waiting"), "{row:?}");
    }
}

#[tokio::test]
async fn requests_are_limited_by_mailbox_and_by_network() {
    let limits = Limits { takedowns_per_address: MailRates::new(5, 100), ..Limits::default() };
    let app = TestApp::start_with_limits(limits).await;
    app.stop_clock();
    let post = unknown_post(&uuid::Uuid::now_v7().to_string());
    let send = async |email: &str| {
        let mut body = takedown_body(&post);
        body["email"] = json!(email);
        app.post("/takedowns").json(&body).send().await
    };
    for spelling in ["sunho@mail.example", "SUNHO@mail.example", "sunho+1@mail.example", "sunho+2@mail.example"] {
        assert_eq!(send(spelling).await.is(202).text, "");
    }
    assert_eq!(app.count_rows("MAILS#").await, 3, "the fourth sends nothing");
    assert_eq!(app.count_rows("TAKEDOWNREQUEST#").await, 3);
    send("other@mail.example").await.is(202);
    send("another@mail.example").await.is_problem(429, "rate_limited");
    let wrong: Vec<Value> = vec![json!({ "token": "wrong" }); 201];
    let mut last = None;
    for body in wrong {
        last = Some(app.post("/takedowns/confirm").json(&body).send().await);
    }
    last.unwrap().is_problem(429, "rate_limited");
}
