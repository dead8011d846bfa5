//! Restrictions with reports, with other requests and with withdrawals (rule 21).

use campus_core::domain::{RESTRICTED_FOR_S, TakedownState};
use serde_json::json;

use super::takedowns::{DAY_S, begin_earlier, end_restrictions, pass_secs, restricted, start, told};
use super::{report_by, state};
use crate::support::community::Community;
use crate::support::harness::TestApp;

#[tokio::test]
async fn a_removal_by_a_decision_prevails_over_an_objection() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("광고", true).await;
    report_by(&community, &post, 1, "spam").await;
    begin_earlier(app);
    let takedown = app.take_down(admin, &post).await;
    app.decide_takedown(admin, &takedown, "restrict").await.is(200);
    app.object(author, &takedown).await.is(204);
    app.decide(admin, &format!("p{post}"), "remove").await.is(200);
    assert_eq!(state(&community, reader, &post).await, "removed");
    pass_secs(app, RESTRICTED_FOR_S + 1);
    assert_eq!(end_restrictions(app).await, 1);
    app.object(author, &takedown).await.is_problem(409, "appeal_closed");
    assert_eq!(state(&community, reader, &post).await, "removed");
    assert_eq!(app.takedowns(admin, "removed").await.len(), 1);
    app.audit().await;
}

#[tokio::test]
async fn a_granted_appeal_against_a_removal_returns_to_the_restriction() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("광고", true).await;
    report_by(&community, &post, 1, "spam").await;
    begin_earlier(app);
    let takedown = app.take_down(admin, &post).await;
    app.decide_takedown(admin, &takedown, "restrict").await.is(200);
    let case = format!("p{post}");
    app.decide(admin, &case, "remove").await.is(200);
    let appeal = json!({ "post_id": post, "text": "광고가 아닙니다." });
    app.post("/appeals").by(author).json(&appeal).send().await.is(201);
    let notice = community.show(author, &post).await["moderation"].clone();
    assert_eq!((&notice["takedown_id"], &notice["can_object"]), (&json!(takedown), &json!(true)));
    app.object(author, &takedown).await.is(204);
    app.audit().await;
    pass_secs(app, RESTRICTED_FOR_S + 1);
    assert_eq!(end_restrictions(app).await, 0, "the appeal is open");
    app.decide(admin, &case, "restore").await.is(200);
    assert_eq!(state(&community, reader, &post).await, "restricted");
    assert_eq!(end_restrictions(app).await, 1);
    assert_eq!(state(&community, reader, &post).await, "visible");
    app.audit().await;
}

#[tokio::test]
async fn what_reports_have_hidden_stays_hidden_after_an_objection_until_an_admin_decides() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("광고", true).await;
    report_by(&community, &post, 5, "spam").await;
    assert_eq!(state(&community, reader, &post).await, "blinded");
    begin_earlier(app);
    let takedown = app.take_down(admin, &post).await;
    app.decide_takedown(admin, &takedown, "restrict").await.is(200);
    assert_eq!(state(&community, reader, &post).await, "restricted");
    app.object(author, &takedown).await.is(204);
    pass_secs(app, RESTRICTED_FOR_S + 1);
    end_restrictions(app).await;
    assert_eq!(state(&community, reader, &post).await, "blinded");
    app.decide(admin, &format!("p{post}"), "restore").await.is(200);
    assert_eq!(state(&community, reader, &post).await, "visible");
    app.audit().await;
}

#[tokio::test]
async fn a_second_request_about_the_same_thing_ends_with_the_first() {
    let (community, post, first) = restricted().await;
    let Community { app, author, reader, admin, .. } = &community;
    pass_secs(app, DAY_S);
    let until = community.show(author, &post).await["moderation"]["until"].clone();
    let second = app.take_down(admin, &post).await;
    let decided = app.decide_takedown(admin, &second, "restrict").await.is(200).json();
    assert_eq!((&decided["state"], &decided["until"]), (&json!("restricted"), &until));
    assert_eq!(community.show(author, &post).await["moderation"]["takedown_id"], json!(first));
    app.object(author, &first).await.is(204);
    pass_secs(app, RESTRICTED_FOR_S + 1);
    // The second one waits for the first, which the same run may end later.
    assert_eq!(end_restrictions(app).await + end_restrictions(app).await, 2);
    assert_eq!(state(&community, reader, &post).await, "visible");
    assert_eq!(app.takedowns(admin, "restored").await.len(), 2);
    app.audit().await;
}

#[tokio::test]
async fn a_restriction_ends_although_its_author_has_withdrawn() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (admin, author) = (app.admin(&school).await, app.student(&school).await);
    begin_earlier(&app);
    let board = app.board(&admin, "자유").await;
    let post = app.write_post(&author, &board, "전화번호", true).await;
    let takedown = app.take_down(&admin, &post).await;
    app.decide_takedown(&admin, &takedown, "restrict").await.is(200);
    let password = json!({ "password": crate::support::harness::PASSWORD });
    app.delete("/auth/me").by(&author).json(&password).send().await.is(204);
    pass_secs(&app, RESTRICTED_FOR_S + 1);
    app.service.app.withdrawals.purge().await.unwrap();
    assert_eq!(end_restrictions(&app).await, 1);
    pass_secs(&app, 3600);
    app.run_mail_schedule().await;
    let sent: Vec<_> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    assert!(sent.iter().all(|to| to == "sunho@mail.example"), "{sent:?}");
    assert_eq!(app.count_rows("MAILS#").await, 0, "the mail to the author is dropped");
    app.audit().await;
}

#[tokio::test]
async fn runs_of_the_schedule_at_once_end_each_restriction_once() {
    let community = start().await;
    let Community { app, admin, .. } = &community;
    for number in 0..4 {
        let post = community.post(&format!("글 {number}"), true).await;
        let takedown = app.take_down(admin, &post).await;
        app.decide_takedown(admin, &takedown, "restrict").await.is(200);
    }
    pass_secs(app, RESTRICTED_FOR_S + 1);
    told(app).await;
    let ended = tokio::join!(end_restrictions(app), end_restrictions(app), end_restrictions(app));
    assert_eq!(ended.0 + ended.1 + ended.2, 4);
    pass_secs(app, 3600);
    assert_eq!(told(app).await, (vec![TakedownState::Removed; 4], vec![TakedownState::Removed; 4]));
    assert_eq!(app.count_rows("RESTRICTIONS").await, 0);
    app.audit().await;
}
