//! Notifications of what moderation does to the things of a student, or to the account.

use campus_core::domain::{Parse, RESTRICTED_FOR_S};
use campus_moderation::run_on_schedule;
use serde_json::{Value, json};

use super::{kinds, notifications};
use crate::support::community::{Community, text};
use crate::support::fixture::{exam_info_body, review_body};

/// Asserts that the author is told of each step of the thing: it is blinded by the first report, removed, and restored after
/// an appeal. `thing` is the thing in requests, and `ids` are those that its notifications have.
async fn assert_told(community: &Community, thing: Value, case: &str, ids: &Value) {
    let Community { app, author, reader, admin, .. } = community;
    let with = |name: &str, value: &str| {
        let mut body = thing.clone();
        body[name] = value.into();
        body
    };
    let newest = async || notifications(community, author).await.remove(0);
    let assert_state = async |state: &str| {
        let told = newest().await;
        let found = (&told["kind"], &told["state"], &told["actor_name"], &told["preview"]);
        assert_eq!(found, (&json!("moderation"), &json!(state), &Value::Null, &Value::Null), "{case}");
        for name in ["post_id", "comment_id", "thread_id", "review_id", "exam_info_id"] {
            assert_eq!(told[name], ids[name], "{name} of {case}");
        }
    };
    app.report(reader, with("reason", "abuse")).await.is(201);
    assert_state("blinded").await;
    app.decide(admin, case, "remove").await.is(200);
    assert_state("removed").await;
    app.post("/appeals").by(author).json(&with("text", "욕설이 아닙니다.")).send().await.is(201);
    app.decide(admin, case, "restore").await.is(200);
    assert_state("restored").await;
    assert_eq!(newest().await["count"], 3, "{case}");
    assert_eq!(kinds(community, admin).await, []);
    app.audit().await;
}

/// A community where the first report blinds.
async fn strict() -> Community {
    let community = Community::start().await;
    let threshold = Parse::parse(1).unwrap();
    community.app.service.app.schools.set_report_threshold(&community.school, threshold).await.unwrap();
    community
}

#[tokio::test]
async fn the_author_of_a_message_is_told() {
    let community = strict().await;
    let Community { app, author, reader, .. } = &community;
    let post = app.write_post(reader, &community.board, "글", true).await;
    let thread = app.write_about(author, json!({ "post_id": post }), "나쁜 말").await;
    let message = app.get(format!("/messages/{thread}")).by(reader).send().await.is(200).text_at("/items/0/id");
    let case = format!("m{}{}", thread.replace('-', ""), message.replace('-', ""));
    let thing = json!({ "thread_id": thread, "message_id": message });
    assert_told(&community, thing, &case, &json!({ "thread_id": thread })).await;
    assert_eq!(kinds(&community, reader).await, []);
}

#[tokio::test]
async fn the_author_of_a_review_and_of_an_exam_info_is_told_until_they_leave() {
    let community = strict().await;
    let Community { app, author, reader, admin, school, .. } = &community;
    app.import(school, &["M1|001|해석학|3|박||", "M2|001|위상수학|3|김||"]).await;
    let timetable = app.timetable(author, "계획", "private").await;
    let (lecture, other) = (app.lecture(author, "해석학").await, app.lecture(author, "위상수학").await);
    for lecture in [&lecture, &other] {
        app.enter(author, &timetable, &json!({ "lecture_id": lecture })).await;
    }
    let create = async |lecture: &str, list: &str, body: Value| {
        app.post(format!("/lectures/{lecture}/{list}")).by(author).json(&body).send().await.is(201).text_at("/id")
    };
    let review = create(&lecture, "reviews", review_body()).await;
    let ids = json!({ "review_id": review });
    assert_told(&community, ids.clone(), &format!("r{}", review.replace('-', "")), &ids).await;
    let exam_info = create(&lecture, "exam-infos", exam_info_body()).await;
    let ids = json!({ "exam_info_id": exam_info });
    assert_told(&community, ids.clone(), &format!("e{}", exam_info.replace('-', "")), &ids).await;
    assert_eq!(kinds(&community, reader).await, []);

    // A review stays when its author leaves.
    let remaining = create(&other, "reviews", review_body()).await;
    app.report(reader, json!({ "review_id": remaining, "reason": "abuse" })).await.is(201);
    community.withdraw(author).await;
    app.consume_stream().await;
    app.decide(admin, &format!("r{}", remaining.replace('-', "")), "remove").await.is(200);
    let rows = app.snapshot().await;
    app.consume_stream().await;
    assert_eq!(app.snapshot().await, rows);
}

#[tokio::test]
async fn the_author_is_told_of_a_takedown_and_of_its_end() {
    for objects in [true, false] {
        let community = Community::start().await;
        let Community { app, author, reader, admin, .. } = &community;
        // Access tokens from the future are not valid.
        app.clock.stop_at_millis(app.clock.now().plus_secs(-40 * 24 * 3600).as_millis());
        let post = community.post("전화번호", true).await;
        let takedown = app.take_down(admin, &post).await;
        assert_eq!(kinds(&community, author).await, [], "a request is no decision");
        app.decide_takedown(admin, &takedown, "restrict").await.is(200);
        let told = notifications(&community, author).await;
        let [told] = &told[..] else { panic!("{told:?}") };
        assert_eq!((&told["kind"], &told["state"]), (&json!("moderation"), &json!("restricted")));
        assert_eq!((&told["post_id"], &told["preview"]), (&json!(post), &Value::Null));
        if objects {
            app.object(author, &takedown).await.is(204);
            assert_eq!(notifications(&community, author).await[0]["count"], 1, "an objection is no news to its author");
        }
        app.clock.stop_at_millis(app.clock.now().plus_secs(RESTRICTED_FOR_S + 1).as_millis());
        assert_eq!(run_on_schedule(&app.service.moderation).await.unwrap().ended_restrictions, 1);
        let told = notifications(&community, author).await;
        let state = if objects { "visible" } else { "removed" };
        assert_eq!((told.len(), &told[0]["state"], &told[0]["count"]), (1, &json!(state), &json!(2)));
        assert_eq!(kinds(&community, reader).await, []);
        assert_eq!(kinds(&community, admin).await, []);
        app.audit().await;
    }
}

#[tokio::test]
async fn the_author_is_told_when_a_post_or_comment_is_removed_and_restored() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "댓글", true).await;
    app.report(reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    app.report(reader, json!({ "comment_id": comment["id"], "reason": "abuse" })).await.is(201);
    app.decide(admin, &format!("c{}", text(&comment["id"])), "remove").await.is(200);
    let of_author = notifications(&community, author).await;
    let shown = (&of_author[0]["kind"], &of_author[0]["state"], &of_author[0]["comment_id"], &of_author[0]["preview"]);
    assert_eq!(shown, (&json!("moderation"), &json!("removed"), &comment["id"], &json!(null)));
    app.decide(admin, &format!("p{post}"), "remove").await.is(200);
    let of_author = notifications(&community, author).await;
    assert_eq!((&of_author[0]["state"], &of_author[0]["post_id"]), (&json!("removed"), &json!(post)));
    let appeal = json!({ "post_id": post, "text": "광고가 아닙니다." });
    app.post("/appeals").by(author).json(&appeal).send().await.is(201);
    assert_eq!(notifications(&community, author).await[0]["count"], 1, "an appeal is no news to its author");
    app.decide(admin, &format!("p{post}"), "restore").await.is(200);
    let of_author = notifications(&community, author).await;
    assert_eq!((&of_author[0]["state"], &of_author[0]["count"]), (&json!("restored"), &json!(2)));
    app.audit().await;
}

#[tokio::test]
async fn a_sanction_is_about_the_account() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    app.report(reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    let body = json!({ "verdict": "remove", "sanction": "apply" });
    app.post(format!("/moderation/cases/p{post}/decision")).by(admin).json(&body).send().await.is(200);
    let of_author = notifications(&community, author).await;
    assert_eq!(of_author.len(), 2);
    let of_account: Vec<_> = of_author.iter().filter(|one| one["state"].is_null()).collect();
    assert!(of_account.len() == 1 && of_account[0]["post_id"].is_null() && of_account[0]["kind"] == "moderation");
    assert_eq!(kinds(&community, admin).await, []);
    assert_eq!(kinds(&community, reader).await, []);
}
