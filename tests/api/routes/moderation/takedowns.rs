//! Takedown requests (rule 21).

use campus_core::domain::{RESTRICTED_FOR_S, Role, TakedownState};
use campus_core::store::{MailContent, Recipient};
use campus_moderation::run_on_schedule;
use serde_json::{Value, json};

use super::state;
use crate::support::community::{Community, text};
use crate::support::fixture::review_body;
use crate::support::harness::{TestApp, takedown_body};

pub(super) const DAY_S: i64 = 24 * 3600;

/// A community whose clock stands at 40 days ago: access tokens from the future are not valid.
pub(super) async fn start() -> Community {
    let community = Community::start().await;
    begin_earlier(&community.app);
    community
}

pub(super) fn begin_earlier(app: &TestApp) {
    app.clock.stop_at_millis(app.clock.now().plus_secs(-40 * DAY_S).as_millis());
}

/// Lets this time pass for the service.
pub(super) fn pass_secs(app: &TestApp, seconds: i64) {
    app.clock.stop_at_millis(app.clock.now().plus_secs(seconds).as_millis());
}

/// Runs the schedule that ends restrictions. Returns how many have ended.
pub(super) async fn end_restrictions(app: &TestApp) -> u32 {
    run_on_schedule(&app.service.moderation).await.unwrap().ended_restrictions
}

/// The state of a takedown in the mails that wait to be sent, to the applicant and to authors.
pub(super) async fn told(app: &TestApp) -> (Vec<TakedownState>, Vec<TakedownState>) {
    let (mut applicant, mut author) = (Vec::new(), Vec::new());
    for mail in app.take_mails().await {
        match (mail.to, mail.content) {
            (Recipient::Applicant(_), MailContent::Takedown { state }) => applicant.push(state),
            (Recipient::Student { .. }, MailContent::Restriction { state }) => author.push(state),
            other => panic!("{other:?}"),
        }
    }
    (applicant, author)
}

/// The community, and a restricted post of the author with its takedown. All mails about the restriction are sent.
pub(super) async fn restricted() -> (Community, String, String) {
    let community = start().await;
    let post = community.post("전화번호", true).await;
    let takedown = community.app.take_down(&community.admin, &post).await;
    community.app.decide_takedown(&community.admin, &takedown, "restrict").await.is(200);
    pass_secs(&community.app, 3600);
    assert_eq!(told(&community.app).await, (vec![TakedownState::Restricted], vec![TakedownState::Restricted]));
    (community, post, takedown)
}

#[tokio::test]
async fn a_confirmed_request_restricts_for_30_days_and_then_removes() {
    let community = start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("전화번호", true).await;
    let token = app.request_takedown(&takedown_body(&post)).await;
    assert_eq!(app.takedowns(admin, "open").await, [json!(null); 0], "nobody sees it before the confirmation");
    let confirmed = app.confirm_takedown(&token).await.is(200).json();
    assert_eq!(confirmed["right"], "privacy");
    assert_eq!(state(&community, reader, &post).await, "visible", "a click hides nothing");

    let open = app.takedowns(admin, "open").await;
    let [takedown] = open.as_slice() else { panic!("{open:?}") };
    assert_eq!((&takedown["case_id"], &takedown["kind"]), (&json!(format!("p{post}")), &json!("post")));
    assert_eq!(
        (&takedown["right"], &takedown["explanation"]),
        (&json!("privacy"), &json!("제 전화번호가 적혀 있습니다."))
    );
    assert_eq!(takedown["content"]["title"], "전화번호");
    assert_eq!(takedown["created_at"], confirmed["confirmed_at"]);
    let decided = app.decide_takedown(admin, text(&takedown["id"]), "restrict").await.is(200).json();
    let until = app.clock.now().plus_secs(RESTRICTED_FOR_S).to_string();
    assert_eq!((&decided["state"], &decided["until"]), (&json!("restricted"), &json!(until)));
    app.decide_takedown(admin, text(&takedown["id"]), "decline").await.is_problem(409, "case_decided");
    app.audit().await;

    assert_eq!(state(&community, reader, &post).await, "restricted");
    assert_eq!(community.show(reader, &post).await["title"], Value::Null);
    let own = community.show(author, &post).await;
    let notice = json!({
        "reason": null, "until": until, "can_appeal": false, "can_object": true,
        "takedown_id": takedown["id"], "takedown_right": "privacy",
    });
    assert_eq!((&own["title"], &own["moderation"]), (&json!("전화번호"), &notice));
    community.edit(author, &post, json!({ "title": "새 제목" })).await.is_problem(403, "content_blinded");

    pass_secs(app, RESTRICTED_FOR_S);
    assert_eq!(end_restrictions(app).await, 0);
    pass_secs(app, 1);
    assert_eq!(end_restrictions(app).await, 1);
    assert_eq!(end_restrictions(app).await, 0);
    assert_eq!(state(&community, reader, &post).await, "removed");
    let own = community.show(author, &post).await;
    let moderation = &own["moderation"];
    assert_eq!(
        (&own["state"], &moderation["can_object"], &moderation["can_appeal"]),
        (&json!("removed"), &json!(false), &json!(false))
    );
    let appeal = json!({ "post_id": post, "text": "제 번호입니다." });
    app.post("/appeals").by(author).json(&appeal).send().await.is_problem(409, "appeal_closed");
    app.object(author, text(&takedown["id"])).await.is_problem(409, "appeal_closed");
    assert_eq!(app.takedowns(admin, "removed").await.len(), 1);
    app.audit().await;
}

#[tokio::test]
async fn with_an_objection_it_is_visible_again_after_the_30_days() {
    let (community, post, takedown) = restricted().await;
    let Community { app, author, reader, admin, .. } = &community;
    app.object(reader, &takedown).await.is_problem(404, "not_found");
    app.object(admin, &takedown).await.is_problem(404, "not_found");
    app.object(author, &takedown).await.is(204);
    let before = app.snapshot().await;
    app.object(author, &takedown).await.is(204);
    assert_eq!(app.snapshot().await, before, "again changes nothing");
    assert_eq!(state(&community, reader, &post).await, "restricted", "until the end");
    assert_eq!(community.show(author, &post).await["moderation"]["can_object"], false);
    assert!(app.takedowns(admin, "restricted").await[0]["objected_at"].is_string());
    app.audit().await;

    pass_secs(app, RESTRICTED_FOR_S + 1);
    assert_eq!(end_restrictions(app).await, 1);
    assert_eq!(state(&community, reader, &post).await, "visible");
    assert_eq!(community.show(author, &post).await["state"], "visible");
    assert_eq!(app.takedowns(admin, "restored").await.len(), 1);
    pass_secs(app, 3600);
    assert_eq!(told(app).await, (vec![TakedownState::Restored], vec![TakedownState::Restored]));
    app.audit().await;
}

#[tokio::test]
async fn declining_leaves_it_visible_and_tells_only_the_applicant() {
    let community = start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("의견", false).await;
    let takedown = app.take_down(admin, &post).await;
    let decided = app.decide_takedown(admin, &takedown, "decline").await.is(200).json();
    assert_eq!((&decided["state"], &decided["decision"]["note"]), (&json!("declined"), &json!("메모")));
    for student in [author, reader] {
        let seen = community.show(student, &post).await;
        assert_eq!((&seen["state"], &seen["moderation"]), (&json!("visible"), &Value::Null));
    }
    pass_secs(app, 3600);
    assert_eq!(told(app).await, (vec![TakedownState::Declined], vec![]));
    app.audit().await;
}

#[tokio::test]
async fn comments_and_reviews_are_restricted_too() {
    let community = start().await;
    let Community { app, author, reader, admin, school, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "전화번호", true).await;
    app.import(school, &["M1|001|해석학|3|박||"]).await;
    let lecture = app.lecture(author, "해석학").await;
    let timetable = app.timetable(author, "계획", "private").await;
    app.enter(author, &timetable, &json!({ "lecture_id": lecture })).await;
    let path = format!("/lectures/{lecture}/reviews");
    let review = app.post(&path).by(author).json(&review_body()).send().await.is(201).text_at("/id");
    for link in [
        format!("/posts/{post}?comment={}", text(&comment["id"])),
        format!("https://campus.example/lectures/{lecture}#review-{review}"),
    ] {
        let mut body = takedown_body(&post);
        body["link"] = json!(link);
        let token = app.request_takedown(&body).await;
        app.confirm_takedown(&token).await.is(200);
        let id = app.takedowns(admin, "open").await[0]["id"].clone();
        app.decide_takedown(admin, text(&id), "restrict").await.is(200);
        app.object(author, text(&id)).await.is(204);
    }
    let of_comment = &community.threads(reader, &post).await[0];
    assert_eq!((&of_comment["content"], &of_comment["state"]), (&Value::Null, &json!("restricted")));
    let of_review = app.get(&path).by(reader).send().await.is(200).at("/items/0");
    assert_eq!((&of_review["content"], &of_review["state"]), (&Value::Null, &json!("restricted")));
    let own = app.get(&path).by(author).send().await.is(200).at("/items/0");
    assert_eq!(own["moderation"]["takedown_right"], "privacy");
    pass_secs(app, RESTRICTED_FOR_S + 1);
    assert_eq!(end_restrictions(app).await, 2);
    assert_eq!(community.threads(reader, &post).await[0]["content"], "전화번호");
    assert_eq!(app.get(&path).by(reader).send().await.is(200).at("/items/0")["state"], "visible");
    app.audit().await;
}

#[tokio::test]
async fn the_fields_of_a_request_are_validated_by_their_form_alone() {
    let community = Community::start().await;
    let post = community.post("글", true).await;
    for (field, value, code) in [
        ("link", json!("https://campus.example/"), "invalid_format"),
        ("link", json!(""), "too_short"),
        ("link", Value::Null, "wrong_type"),
        ("right", json!("boredom"), "unknown_choice"),
        ("explanation", json!(""), "too_short"),
        ("name", json!(""), "too_short"),
        ("email", json!("nobody"), "invalid_format"),
    ] {
        let mut body = takedown_body(&post);
        body[field] = value;
        community.app.post("/takedowns").json(&body).send().await.is_invalid(&[(field, code)]);
    }
    assert_eq!(community.app.count_rows("TAKEDOWN").await, 0);
}

#[tokio::test]
async fn a_token_works_for_a_day_and_confirms_once() {
    let community = start().await;
    let Community { app, admin, .. } = &community;
    let post = community.post("글", true).await;
    app.confirm_takedown("wrong").await.is_problem(403, "takedown_token_invalid");
    let token = app.request_takedown(&takedown_body(&post)).await;
    let first = app.confirm_takedown(&token).await.is(200).json();
    let before = app.snapshot().await;
    assert_eq!(app.confirm_takedown(&token).await.is(200).json(), first);
    assert_eq!(app.snapshot().await, before);
    assert_eq!(app.takedowns(admin, "open").await.len(), 1);

    let late = app.request_takedown(&takedown_body(&post)).await;
    pass_secs(app, DAY_S);
    for token in [&token, &late] {
        app.confirm_takedown(token).await.is_problem(403, "takedown_token_invalid");
    }
    assert_eq!(app.takedowns(admin, "open").await.len(), 1);
}

#[tokio::test]
async fn a_token_that_is_sent_many_times_at_once_makes_one_takedown() {
    let community = start().await;
    let Community { app, admin, .. } = &community;
    let post = community.post("글", true).await;
    let token = app.request_takedown(&takedown_body(&post)).await;
    let answers = futures_util::future::join_all((0..10).map(|_| app.confirm_takedown(&token))).await;
    let bodies: Vec<_> = answers.iter().map(|answer| answer.is(200).json()).collect();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    assert_eq!(app.takedowns(admin, "open").await.len(), 1);
    app.audit().await;
}

#[tokio::test]
async fn of_concurrent_decisions_one_is_made() {
    let community = start().await;
    let Community { app, admin, .. } = &community;
    let post = community.post("글", true).await;
    let takedown = app.take_down(admin, &post).await;
    let decisions = ["restrict", "decline", "restrict", "decline"];
    let decisions = decisions.map(|verdict| app.decide_takedown(admin, &takedown, verdict));
    let answers = futures_util::future::join_all(decisions).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        refused.is_problem(409, "case_decided");
    }
    assert_eq!(app.get("/moderation/log").by(admin).send().await.is(200).at("/items").as_array().unwrap().len(), 1);
    pass_secs(app, 3600);
    assert_eq!(told(app).await.0.len(), 1, "one mail to the applicant");
    app.audit().await;
}

#[tokio::test]
async fn an_admin_neither_sees_nor_decides_requests_about_their_own_things() {
    let community = Community::start().await;
    let Community { app, author, admin, board, .. } = &community;
    let other = app.member(&community.school, Role::Admin).await;
    let post = app.write_post(admin, board, "관리자의 글", true).await;
    let takedown = app.take_down(&other, &post).await;
    assert_eq!(app.takedowns(admin, "open").await, [json!(null); 0]);
    app.decide_takedown(admin, &takedown, "decline").await.is_problem(404, "not_found");
    app.decide_takedown(author, &takedown, "decline").await.is_problem(403, "not_admin");
    let elsewhere = app.school("나래대학교").await;
    let foreign = app.member(&elsewhere, Role::Admin).await;
    app.decide_takedown(&foreign, &takedown, "decline").await.is_problem(404, "not_found");
    app.object(&foreign, &takedown).await.is_problem(404, "not_found");
    app.decide_takedown(&other, &takedown, "decline").await.is(200);
    let log = async |by| app.get("/moderation/log").by(by).send().await.is(200).at("/items");
    assert_eq!(log(admin).await, json!([]));
    let entry = &log(&other).await[0];
    assert_eq!((&entry["takedown_id"], &entry["verdict"]), (&json!(takedown), &json!("decline")));
    assert_eq!((&entry["sanction"], &entry["decided_by"]["name"]), (&json!("none"), &json!(other.nickname)));
}

#[tokio::test]
async fn a_revoked_admin_sees_and_decides_nothing() {
    let community = start().await;
    let Community { app, admin, school, .. } = &community;
    let post = community.post("글", true).await;
    let takedown = app.take_down(admin, &post).await;
    app.service.app.users.set_role(school.id, admin.id.parse().unwrap(), Role::Student).await.unwrap();
    app.decide_takedown(admin, &takedown, "restrict").await.is_problem(403, "not_admin");
    app.get("/moderation/takedowns").by(admin).send().await.is_problem(403, "not_admin");
}

#[tokio::test]
async fn what_the_author_deletes_before_the_decision_or_the_end_is_removed() {
    let community = start().await;
    let Community { app, author, admin, .. } = &community;
    let post = community.post("글", true).await;
    let takedown = app.take_down(admin, &post).await;
    community.delete(author, &format!("/posts/{post}")).await.is(204);
    assert_eq!(app.takedowns(admin, "open").await[0]["content"], Value::Null);
    let decided = app.decide_takedown(admin, &takedown, "restrict").await.is(200).json();
    assert_eq!((&decided["state"], &decided["until"]), (&json!("removed"), &Value::Null));
    app.audit().await;

    let (community, post, takedown) = restricted().await;
    let Community { app, author, .. } = &community;
    community.delete(author, &format!("/posts/{post}")).await.is(204);
    app.object(author, &takedown).await.is_problem(404, "not_found");
    pass_secs(app, RESTRICTED_FOR_S + 1);
    assert_eq!(end_restrictions(app).await, 1);
    pass_secs(app, 3600);
    assert_eq!(told(app).await, (vec![TakedownState::Removed], vec![]));
    app.audit().await;
}

#[tokio::test]
async fn a_decision_while_the_author_deletes_or_edits_leaves_one_consistent_state() {
    let community = start().await;
    let Community { app, author, admin, .. } = &community;
    for _ in 0..5 {
        let (deleted, edited) = (community.post("글", true).await, community.post("다른 글", true).await);
        let takedowns = (app.take_down(admin, &deleted).await, app.take_down(admin, &edited).await);
        let path = format!("/posts/{deleted}");
        let (first, second, deletion, edit) = tokio::join!(
            app.decide_takedown(admin, &takedowns.0, "restrict"),
            app.decide_takedown(admin, &takedowns.1, "restrict"),
            community.delete(author, &path),
            community.edit(author, &edited, json!({ "title": "고친 글" })),
        );
        first.is(200);
        assert_eq!(second.is(200).at("/state"), "restricted");
        deletion.is(204);
        assert!([200, 403].contains(&edit.status.as_u16()), "{edit:?}");
        assert_eq!(state(&community, &community.reader, &edited).await, "restricted");
    }
    app.audit().await;
}

#[tokio::test]
async fn both_sides_get_a_mail_and_the_authors_names_nothing() {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let (admin, author) = (app.admin(&school).await, app.student(&school).await);
    app.verify_address(&author, "writer@example.ac.kr").await;
    let author = app.renewed(&author);
    let board = app.board(&admin, "자유").await;
    let post = app.write_post(&author, &board, "전화번호", true).await;
    app.post("/takedowns").header("accept-language", "en").json(&takedown_body(&post)).send().await.is(202);
    let mail = app.mails().await.pop().unwrap();
    assert_eq!(mail.to, "sunho@mail.example");
    let link = mail.text.lines().find(|line| line.contains("/takedown/confirm#")).unwrap();
    assert!(!mail.text.contains("강바다") && mail.text.contains("Confirm your takedown request"), "{}", mail.text);
    app.confirm_takedown(link.split_once('#').unwrap().1).await.is(200);
    let id = app.takedowns(&admin, "open").await[0]["id"].clone();
    app.decide_takedown(&admin, text(&id), "restrict").await.is(200);
    let mail = app.mails().await.pop().unwrap();
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        ("sunho@mail.example", "[Campus] Your takedown request was granted")
    );
    pass_secs(&app, 3600);
    app.run_mail_schedule().await;
    let mail = app.mails().await.pop().unwrap();
    assert_eq!(mail.to, "writer@example.ac.kr");
    for word in ["전화번호", "강바다", "sunho", &post, &author.nickname, &author.login_id] {
        assert!(!mail.text.contains(word), "{} contains {word}", mail.text);
    }
}

#[tokio::test]
async fn a_request_that_is_over_shows_no_content_and_is_kept_for_a_year() {
    let community = Community::start().await;
    let Community { app, admin, .. } = &community;
    pass_secs(app, -500 * DAY_S);
    let post = community.post("글", true).await;
    let takedown = app.take_down(admin, &post).await;
    let show = async || app.get(format!("/moderation/takedowns/{takedown}")).by(admin).send().await;
    assert_eq!(show().await.is(200).at("/content/title"), "글");
    let decided = app.decide_takedown(admin, &takedown, "decline").await.is(200).json();
    let listed = app.takedowns(admin, "declined").await.remove(0);
    for seen in [decided, listed, show().await.is(200).json()] {
        assert_eq!((&seen["content"], &seen["decision"]["note"]), (&Value::Null, &json!("메모")));
    }
    pass_secs(app, 366 * DAY_S);
    assert_eq!(app.takedowns(admin, "declined").await, [json!(null); 0]);
    show().await.is_problem(404, "not_found");
    assert_eq!(app.get("/moderation/log").by(admin).send().await.is(200).at("/items/0/note"), "");
    app.audit().await;
}
