//! What admins see and decide, and appeals (rule 20).

use campus_core::domain::Role;
use serde_json::{Value, json};

use super::{appeal, cases, report_by, state};
use crate::support::community::{Community, text};

#[tokio::test]
async fn a_case_shows_what_was_reported_although_it_was_edited_and_deleted_since() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("나쁜 글", true).await;
    app.report(reader, json!({ "post_id": post, "reason": "other", "detail": "읽기 힘들어요" })).await.is(201);
    community.edit(author, &post, json!({ "title": "착한 글", "content": "착한 내용" })).await.is(200);
    let case = async || app.get(format!("/moderation/cases/p{post}")).by(admin).send().await.is(200).json();
    let before = case().await;
    let content = json!({ "title": "나쁜 글", "content": "나쁜 글의 내용", "media": [] });
    assert_eq!((&before["kind"], &before["content"]), (&json!("post"), &content));
    let reports = before["reports"].as_array().unwrap();
    let created_at = &reports[0]["created_at"];
    assert_eq!(reports, &[json!({ "reason": "other", "detail": "읽기 힘들어요", "created_at": created_at })]);
    community.delete(author, &format!("/posts/{post}")).await.is(204);
    assert_eq!(case().await, before);
    app.decide(admin, &format!("p{post}"), "remove").await.is(200);
    app.audit().await;
}

#[tokio::test]
async fn a_later_report_shows_the_version_that_it_is_about() {
    let community = Community::start().await;
    let post = community.post("나쁜 글", true).await;
    report_by(&community, &post, 1, "abuse").await;
    community.edit(&community.author, &post, json!({ "title": "더 나쁜 글" })).await.is(200);
    report_by(&community, &post, 1, "abuse").await;
    let case = &cases(&community, &community.admin, "open").await[0];
    assert_eq!((&case["content"]["title"], &case["weight"]), (&json!("더 나쁜 글"), &json!(2)));
    community.app.audit().await;
}

#[tokio::test]
async fn open_cases_are_listed_oldest_first_and_decided_ones_newest_first() {
    let community = Community::start().await;
    let Community { app, admin, .. } = &community;
    let mut posts = Vec::new();
    for number in 0..3 {
        let post = community.post(&format!("글 {number}"), true).await;
        report_by(&community, &post, 1, "spam").await;
        posts.push(format!("p{post}"));
    }
    let ids = |cases: Vec<Value>| -> Vec<String> { cases.iter().map(|case| text(&case["id"]).to_owned()).collect() };
    assert_eq!(ids(cases(&community, admin, "open").await), posts);
    assert_eq!(ids(community.walk(admin, "/moderation/cases", 1).await), posts);
    for case in [&posts[1], &posts[0]] {
        app.decide(admin, case, "restore").await.is(200);
    }
    assert_eq!(ids(cases(&community, admin, "open").await), [posts[2].clone()]);
    assert_eq!(ids(cases(&community, admin, "decided").await), [posts[0].clone(), posts[1].clone()]);
    let log = app.get("/moderation/log").by(admin).send().await.is(200).at("/items");
    assert_eq!((&log[0]["case_id"], &log[1]["case_id"]), (&json!(posts[0]), &json!(posts[1])));
    assert_eq!((&log[0]["verdict"], &log[0]["decided_by"]["name"]), (&json!("restore"), &json!(admin.nickname)));
    app.audit().await;
}

#[tokio::test]
async fn a_decision_is_made_once_and_a_restored_post_is_blinded_again_only_after_an_edit() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    report_by(&community, &post, 5, "abuse").await;
    let case = format!("p{post}");
    app.decide(admin, &case, "restore").await.is(200);
    app.decide(admin, &case, "remove").await.is_problem(409, "case_decided");
    assert_eq!(state(&community, reader, &post).await, "visible");
    assert_eq!(state(&community, author, &post).await, "restored");
    report_by(&community, &post, 6, "abuse").await;
    assert_eq!(state(&community, reader, &post).await, "visible");
    assert_eq!(cases(&community, admin, "open").await.len(), 0);

    let edited = community.edit(author, &post, json!({ "title": "나쁜 글" })).await;
    assert_eq!(edited.is(200).text_at("/state"), "visible");
    assert_eq!(state(&community, author, &post).await, "visible");
    report_by(&community, &post, 4, "abuse").await;
    assert_eq!(state(&community, reader, &post).await, "visible");
    report_by(&community, &post, 1, "abuse").await;
    assert_eq!(state(&community, reader, &post).await, "blinded");
    app.audit().await;
}

#[tokio::test]
async fn an_author_appeals_once_and_the_case_is_decided_again() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    appeal(&community, author, &post).await.is_problem(409, "appeal_closed");
    appeal(&community, reader, &post).await.is_problem(403, "not_author");
    report_by(&community, &post, 1, "spam").await;
    let case = format!("p{post}");
    let sanction = json!({ "verdict": "remove", "sanction": "apply", "note": "광고" });
    let decide = app.post(format!("/moderation/cases/{case}/decision")).by(admin).json(&sanction).send().await;
    assert_eq!(decide.is(200).at("/decision/note"), json!("광고"));
    assert_eq!(state(&community, reader, &post).await, "removed");
    appeal(&community, author, &post).await.is(201);
    appeal(&community, author, &post).await.is_problem(409, "already_appealed");
    assert_eq!(community.show(author, &post).await["moderation"]["can_appeal"], false);
    let open = cases(&community, admin, "open").await;
    assert_eq!((&open[0]["id"], &open[0]["appeal"]["text"]), (&json!(case), &json!("광고가 아닙니다.")));
    app.decide(admin, &case, "restore").await.is(200);
    assert_eq!(state(&community, reader, &post).await, "visible");
    app.audit().await;
}

#[tokio::test]
async fn an_appeal_is_possible_for_20_days() {
    let community = Community::start().await;
    let post = community.post("글", true).await;
    report_by(&community, &post, 5, "spam").await;
    community.app.clock.set_ahead_by_millis(20 * 24 * 3600 * 1000 + 60_000);
    appeal(&community, &community.author, &post).await.is_problem(409, "appeal_closed");
}

#[tokio::test]
async fn an_admin_neither_sees_nor_decides_cases_about_their_own_things() {
    let community = Community::start().await;
    let Community { app, admin, reader, .. } = &community;
    let other = app.member(&community.school, Role::Admin).await;
    let post = app.write_post(admin, &community.board, "관리자의 글", true).await;
    app.report(reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    let case = format!("p{post}");
    assert_eq!(cases(&community, admin, "open").await, [json!(null); 0]);
    app.get(format!("/moderation/cases/{case}")).by(admin).send().await.is_problem(404, "not_found");
    app.decide(admin, &case, "restore").await.is_problem(404, "not_found");
    assert_eq!(cases(&community, &other, "open").await.len(), 1);
    app.decide(&other, &case, "remove").await.is(200);
    let log = async |by| app.get("/moderation/log").by(by).send().await.is(200).at("/items");
    assert_eq!((log(admin).await, log(&other).await.as_array().unwrap().len()), (json!([]), 1));
}

#[tokio::test]
async fn a_revoked_admin_sees_and_decides_nothing() {
    let community = Community::start().await;
    let Community { app, admin, .. } = &community;
    let post = community.post("글", true).await;
    report_by(&community, &post, 1, "spam").await;
    let (school, user) = (community.school.id, admin.id.parse().unwrap());
    app.service.app.users.set_role(school, user, Role::Student).await.unwrap();
    for path in ["/moderation/cases".to_owned(), format!("/moderation/cases/p{post}"), "/moderation/log".to_owned()] {
        app.get(path).by(admin).send().await.is_problem(403, "not_admin");
    }
    app.decide(admin, &format!("p{post}"), "remove").await.is_problem(403, "not_admin");
}

#[tokio::test]
async fn a_sanction_needs_a_removal() {
    let community = Community::start().await;
    let post = community.post("글", true).await;
    report_by(&community, &post, 1, "spam").await;
    let body = json!({ "verdict": "restore", "sanction": "apply" });
    let path = format!("/moderation/cases/p{post}/decision");
    community
        .app
        .post(path)
        .by(&community.admin)
        .json(&body)
        .send()
        .await
        .is_invalid(&[("sanction", "unknown_choice")]);
}

#[tokio::test]
async fn appeals_and_notes_of_decided_cases_are_shown_for_a_year() {
    let community = Community::start().await;
    let Community { app, author, admin, .. } = &community;
    let post = community.post("광고", true).await;
    report_by(&community, &post, 1, "spam").await;
    let day = 24 * 3600;
    app.clock.stop_at_millis(app.clock.now().plus_secs(-500 * day).as_millis());
    let path = format!("/moderation/cases/p{post}");
    let decision = json!({ "verdict": "remove", "sanction": "none", "note": "광고" });
    app.post(format!("{path}/decision")).by(admin).json(&decision).send().await.is(200);
    let appeal = json!({ "post_id": post, "text": "광고가 아닙니다." });
    app.clock.stop_at_millis(app.clock.now().plus_secs(day).as_millis());
    app.post("/appeals").by(author).json(&appeal).send().await.is(201);
    app.post(format!("{path}/decision")).by(admin).json(&decision).send().await.is(200);
    let texts = async || {
        let case = app.get(&path).by(admin).send().await.is(200).json();
        (case["appeal"]["text"].clone(), case["decision"]["note"].clone())
    };
    assert_eq!(texts().await, (json!("광고가 아닙니다."), json!("광고")));
    app.clock.stop_at_millis(app.clock.now().plus_secs(366 * day).as_millis());
    assert_eq!(texts().await, (Value::Null, json!("")));
}
