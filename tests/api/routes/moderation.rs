//! Reports, cases, decisions and appeals (rules 19 and 20).

mod cases;
mod pictures;
mod restrictions;
mod sanctions;
mod schedule;
mod takedowns;
mod weights;

use serde_json::{Value, json};

use crate::support::community::{Community, text};
use crate::support::harness::{Answer, Student, TestApp};

/// Reports of a post by this many new students, whose reports weigh.
async fn report_by(community: &Community, post: &str, students: usize, reason: &str) {
    for student in community.members(students).await {
        community.app.report(&student, json!({ "post_id": post, "reason": reason })).await.is(201);
    }
}

/// The state of the post as the student sees it.
async fn state(community: &Community, by: &Student, post: &str) -> String {
    text(&community.show(by, post).await["state"]).to_owned()
}

async fn appeal(community: &Community, by: &Student, post: &str) -> Answer {
    appeal_to(&community.app, by, post).await
}

async fn appeal_to(app: &TestApp, by: &Student, post: &str) -> Answer {
    let body = json!({ "post_id": post, "text": "광고가 아닙니다." });
    app.post("/appeals").by(by).json(&body).send().await
}

/// The cases of the school in this state, as the admin sees them.
async fn cases(community: &Community, admin: &Student, state: &str) -> Vec<Value> {
    let page = community.app.get(format!("/moderation/cases?state={state}")).by(admin).send().await;
    page.is(200).at("/items").as_array().unwrap().clone()
}

#[tokio::test]
async fn each_student_reports_something_of_others_once_and_with_a_reason() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let report = json!({ "post_id": post, "reason": "abuse", "detail": "욕설" });
    let answer = app.report(reader, report.clone()).await;
    let expected = json!({ "reason": "abuse", "created_at": answer.at("/created_at"), "help_lines": [] });
    assert_eq!(answer.is(201).json(), expected);
    app.report(reader, report.clone()).await.is_problem(409, "already_reported");
    app.report(author, report).await.is_problem(403, "own_content");
    let other = community.member().await;
    for (body, errors) in [
        (json!({ "post_id": post }), [("reason", "required")]),
        (json!({ "post_id": post, "reason": "boring" }), [("reason", "unknown_choice")]),
        (json!({ "post_id": post, "reason": "other" }), [("detail", "required")]),
        (json!({ "reason": "spam" }), [("post_id", "required")]),
        (json!({ "thread_id": uuid::Uuid::now_v7(), "reason": "spam" }), [("message_id", "required")]),
        (json!({ "message_id": uuid::Uuid::now_v7(), "reason": "spam" }), [("thread_id", "required")]),
        (json!({ "post_id": post, "review_id": uuid::Uuid::new_v4(), "reason": "spam" }), [("review_id", "only_one")]),
    ] {
        app.report(&other, body).await.is_invalid(&errors);
    }
    let unknown = json!({ "review_id": uuid::Uuid::new_v4(), "reason": "spam" });
    app.report(&other, unknown).await.is_problem(404, "not_found");
    let foreign = json!({ "post_id": post, "reason": "spam" });
    app.report(&community.foreigner().await, foreign).await.is_problem(404, "not_found");
    app.audit().await;
}

#[tokio::test]
async fn a_report_of_self_harm_is_answered_with_help_lines() {
    let community = Community::start().await;
    let post = community.post("글", true).await;
    let answer = community.app.report(&community.reader, json!({ "post_id": post, "reason": "self_harm" })).await;
    let lines = answer.is(201).at("/help_lines");
    let phones: Vec<_> = lines.as_array().unwrap().iter().map(|line| text(&line["phone"])).collect();
    assert_eq!(phones, ["109", "1577-0199"]);
}

#[tokio::test]
async fn only_the_recipient_reports_a_message_and_a_blinded_one_leaves_the_list_of_threads() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    app.service
        .app
        .schools
        .set_report_threshold(&community.school, campus_core::domain::Parse::parse(1).unwrap())
        .await
        .unwrap();
    let post = community.post("글", true).await;
    let thread = app.write_about(reader, json!({ "post_id": post }), "나쁜 말").await;
    let messages = app.get(format!("/messages/{thread}")).by(author).send().await.is(200).at("/items");
    let report = json!({ "thread_id": thread, "message_id": messages[0]["id"], "reason": "abuse" });
    app.report(reader, report.clone()).await.is_problem(403, "own_content");
    app.report(admin, report.clone()).await.is_problem(404, "not_found");
    let notice = json!({ "thread_id": thread, "message_id": messages[1]["id"], "reason": "abuse" });
    app.report(author, notice).await.is_problem(404, "not_found");
    app.report(author, report).await.is(201);

    let last = async |by: &Student| app.get("/messages").by(by).send().await.is(200).at("/items/0/last_message");
    let (to_author, to_reader) = (last(author).await, last(reader).await);
    assert_eq!((&to_author["content"], &to_author["state"]), (&Value::Null, &json!("blinded")));
    assert_eq!((&to_reader["content"], &to_reader["state"]), (&json!("나쁜 말"), &json!("blinded")));
    let shown = app.get(format!("/messages/{thread}")).by(author).send().await.is(200).at("/items/0");
    assert_eq!((&shown["content"], &shown["state"]), (&Value::Null, &json!("blinded")));
    app.post(format!("/messages/{thread}")).by(reader).json(&json!({ "content": "미안해요" })).send().await.is(201);
    assert_eq!(last(author).await["content"], "미안해요");
    let case = &cases(&community, admin, "open").await[0];
    assert_eq!((&case["kind"], &case["content"]["content"]), (&json!("message"), &json!("나쁜 말")));
    app.decide(admin, text(&case["id"]), "restore").await.is(200);
    let items = app.get(format!("/messages/{thread}")).by(author).send().await.is(200).at("/items");
    assert_eq!(items[1]["content"], "나쁜 말");
    app.audit().await;
}

#[tokio::test]
async fn comments_reviews_and_exam_infos_are_blinded_too() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, school, .. } = &community;
    app.service.app.schools.set_report_threshold(school, campus_core::domain::Parse::parse(1).unwrap()).await.unwrap();
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "나쁜 댓글", true).await;
    app.report(reader, json!({ "comment_id": comment["id"], "reason": "abuse" })).await.is(201);
    assert_eq!(community.threads(reader, &post).await[0]["content"], Value::Null);
    assert_eq!(community.threads(author, &post).await[0]["content"], "나쁜 댓글");

    app.import(school, &["M1|001|해석학|3|박||"]).await;
    let lecture = app.lecture(author, "해석학").await;
    let timetable = app.timetable(author, "계획", "private").await;
    app.enter(author, &timetable, &json!({ "lecture_id": lecture })).await;
    let path = format!("/lectures/{lecture}/reviews");
    let review = crate::support::fixture::review_body();
    let review = app.post(&path).by(author).json(&review).send().await.is(201).at("/id");
    let report = json!({ "review_id": review, "reason": "personal_data" });
    app.report(author, report.clone()).await.is_problem(403, "own_content");
    app.report(reader, report).await.is(201);
    let seen = async |by: &Student| app.get(&path).by(by).send().await.is(200).at("/items/0");
    assert_eq!(seen(reader).await["content"], Value::Null);
    let own = seen(author).await;
    assert_eq!((&own["moderation"]["reason"], &own["state"]), (&json!("personal_data"), &json!("blinded")));

    let exam_infos = format!("/lectures/{lecture}/exam-infos");
    let exam_info = crate::support::fixture::exam_info_body();
    let exam_info = app.post(&exam_infos).by(author).json(&exam_info).send().await.is(201).at("/id");
    let report = json!({ "exam_info_id": exam_info, "reason": "spam" });
    app.report(author, report.clone()).await.is_problem(403, "own_content");
    app.report(reader, report.clone()).await.is(201);
    app.report(reader, report).await.is_problem(409, "already_reported");
    let seen_exam_info = async |by: &Student| app.get(&exam_infos).by(by).send().await.is(200).at("/items/0");
    let of_others = seen_exam_info(reader).await;
    assert_eq!((&of_others["strategy"], &of_others["state"]), (&Value::Null, &json!("blinded")));
    let own = seen_exam_info(author).await;
    assert_eq!((own["strategy"].is_string(), &own["moderation"]["reason"]), (true, &json!("spam")));
    let like = format!("/exam-infos/{}/like", text(&exam_info));
    app.post(like).by(reader).send().await.is_problem(403, "content_blinded");
    let case = &cases(&community, admin, "open").await[2];
    assert_eq!((&case["kind"], &case["content"]["content"]), (&json!("exam_info"), &own["strategy"]));

    for case in cases(&community, admin, "open").await {
        app.decide(admin, text(&case["id"]), "remove").await.is(200);
    }
    assert_eq!(
        (&seen(reader).await["state"], &seen_exam_info(reader).await["state"]),
        (&json!("removed"), &json!("removed"))
    );
    let appeal = json!({ "exam_info_id": exam_info, "text": "도움이 되는 글입니다." });
    app.post("/appeals").by(author).json(&appeal).send().await.is(201);
    app.decide(admin, &format!("e{}", text(&exam_info).replace('-', "")), "restore").await.is(200);
    assert_eq!(seen_exam_info(reader).await["strategy"], own["strategy"]);
    app.audit().await;
}
