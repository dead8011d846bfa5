//! Sanctions (rule 20).

mod addresses;

use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::domain::{LoginId, Parse, PostId, Time};
use campus_core::store::StudentSanctions;
use serde_json::{Value, json};

use super::{appeal, state};
use crate::support::community::{Community, text};
use crate::support::fixture::review_body;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp};

const DAY_MS: i64 = 24 * 3_600_000;

/// Removes the post of the author after a report, with a sanction. The records of the stream wait.
async fn sanction(community: &Community, post: &str) -> Answer {
    let app = &community.app;
    if app.get(format!("/moderation/cases/p{post}")).by(&community.admin).send().await.status == 404 {
        app.report(&community.reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    }
    let body = json!({ "verdict": "remove", "sanction": "apply" });
    let answer = app.post(format!("/moderation/cases/p{post}/decision")).by(&community.admin).json(&body).send().await;
    answer.is(200);
    answer
}

/// Writes a post, removes it with a sanction, and applies the sanction. Returns the post.
async fn sanctioned_post(community: &Community, title: &str) -> String {
    let post = community.post(title, true).await;
    sanction(community, &post).await;
    community.app.consume_stream().await;
    post
}

/// Whether a record of the stream is about a decision that concerns sanctions.
fn is_of_sanctions(record: &Value) -> bool {
    record["dynamodb"]["NewImage"]["concerns_sanctions"]["BOOL"] == true
}

async fn restrictions(app: &TestApp, student: &Student) -> Vec<(String, Value)> {
    let me = app.get("/auth/me").by(student).send().await.is(200).json();
    let restrictions = me["restrictions"].as_array().unwrap().iter();
    restrictions.map(|it| (text(&it["kind"]).to_owned(), it["until"].clone())).collect()
}

async fn kinds(app: &TestApp, student: &Student) -> Vec<String> {
    restrictions(app, student).await.into_iter().map(|(kind, _)| kind).collect()
}

/// The student with an access token that is valid now: the clock of the service does not move the end of tokens.
fn current(app: &TestApp, student: &Student) -> Student {
    let token = app.service.signer.sign(&student.caller(), Time::now()).unwrap();
    Student { token, ..student.clone() }
}

async fn try_write(community: &Community, by: &Student) -> Answer {
    let body = json!({ "title": uuid::Uuid::new_v4(), "content": "글", "is_anonymous": true });
    community.write(by, &community.board, &body).await
}

#[tokio::test]
async fn sanctions_grow_from_a_warning_to_a_suspension_and_end_by_themselves() {
    let community = Community::start().await;
    let app = &community.app;
    let start = app.stop_clock();
    let mut posts = Vec::new();
    for number in 0..5 {
        posts.push(community.post(&format!("글 {number}"), true).await);
    }
    let (mut now, mut lengths) = (start, Vec::new());
    for (number, post) in posts.iter().enumerate() {
        // Sessions end after 30 days.
        let (reader, admin) = (community.member().await, app.log_in(&community.admin.login_id).await);
        let author = current(app, &app.log_in(&community.author.login_id).await);
        let (reader, admin) = (current(app, &reader), current(app, &admin));
        let community = Community { reader, admin, ..community.clone() };
        sanction(&community, post).await;
        app.consume_stream().await;
        let written = try_write(&community, &author).await;
        if number == 4 {
            written.is_problem(403, "write_suspended");
            assert!(written.text_at("/detail").ends_with("기한이 없습니다."), "{written:?}");
            assert_eq!(restrictions(app, &author).await.pop().unwrap(), ("suspended".to_owned(), Value::Null));
            break;
        }
        if number == 0 {
            written.is(201);
            assert_eq!(kinds(app, &author).await, ["warning"]);
            continue;
        }
        written.is_problem(403, "write_suspended");
        let (_, until) = restrictions(app, &author).await.pop().unwrap();
        let until: chrono::DateTime<chrono::Utc> = text(&until).parse().unwrap();
        lengths.push((until.timestamp_millis() - now) / DAY_MS);
        now = until.timestamp_millis();
        app.clock.stop_at_millis(now - 1);
        let author = current(app, &app.log_in(&author.login_id).await);
        try_write(&community, &author).await.is_problem(403, "write_suspended");
        app.clock.stop_at_millis(now);
        try_write(&community, &author).await.is(201);
    }
    assert_eq!(lengths, [3, 7, 30]);
    app.audit().await;
}

#[tokio::test]
async fn the_refusal_says_when_it_ends_and_comes_before_404() {
    let community = Community::start().await;
    let (app, author) = (&community.app, &community.author);
    let kept = community.post("남은 글", true).await;
    let removed = sanctioned_post(&community, "첫 글").await;
    sanctioned_post(&community, "둘째 글").await;
    let until = restrictions(app, author).await.pop().unwrap().1;
    let until = chrono::DateTime::parse_from_rfc3339(text(&until)).unwrap();
    let until = (until + chrono::TimeDelta::hours(9)).format("%Y-%m-%d %H:%M").to_string();
    let unknown = PostId::new(community.board.parse().unwrap(), app.clock.now());
    let unknown = format!("/posts/{unknown}/comments");
    let body = json!({ "content": "댓글", "is_anonymous": true });
    let refused = app.post(&unknown).by(author).json(&body).send().await;
    refused.is_problem(403, "write_suspended");
    assert!(refused.text_at("/detail").ends_with(&until), "{refused:?}");
    appeal(&community, author, &removed).await.is(201);
    community.delete(author, &format!("/posts/{kept}")).await.is(204);
}

#[tokio::test]
async fn a_restore_on_appeal_takes_back_exactly_that_step() {
    let community = Community::start().await;
    let (app, author) = (&community.app, &community.author);
    let posts = [community.post("가", true).await, community.post("나", true).await, community.post("다", true).await];
    for post in &posts {
        sanction(&community, post).await;
        app.consume_stream().await;
    }
    let before = restrictions(app, author).await;
    assert_eq!(before.len(), 3);
    appeal(&community, author, &posts[1]).await.is(201);
    app.decide(&community.admin, &format!("p{}", posts[1]), "restore").await.is(200);
    app.consume_stream().await;
    assert_eq!(kinds(app, author).await, ["warning", "read_only"]);
    assert_eq!(restrictions(app, author).await[0], before[0]);
    assert_eq!(state(&community, author, &posts[1]).await, "restored");
    // An appeal that changes nothing keeps the step and its end.
    let kept = restrictions(app, author).await;
    appeal(&community, author, &posts[2]).await.is(201);
    sanction(&community, &posts[2]).await;
    app.consume_stream().await;
    assert_eq!(restrictions(app, author).await, kept);
    // Without its sanction, the removal stays and the step goes.
    appeal(&community, author, &posts[0]).await.is(201);
    app.decide(&community.admin, &format!("p{}", posts[0]), "remove").await.is(200);
    app.consume_stream().await;
    assert_eq!(kinds(app, author).await, ["warning"]);
    try_write(&community, author).await.is(201);
    app.audit().await;
}

/// A student whom the ladder has suspended, and the posts.
async fn suspended() -> (Community, Vec<String>) {
    let community = Community::start().await;
    let mut posts = Vec::new();
    for number in 0..5 {
        posts.push(community.post(&format!("글 {number}"), true).await);
    }
    for post in &posts {
        sanction(&Community { reader: community.member().await, ..community.clone() }, post).await;
    }
    community.app.consume_stream().await;
    (community, posts)
}

#[tokio::test]
async fn a_suspended_student_can_log_in_appeal_and_withdraw() {
    let (community, posts) = suspended().await;
    let app = &community.app;
    let author = app.log_in(&community.author.login_id).await;
    try_write(&community, &author).await.is_problem(403, "write_suspended");
    appeal(&community, &author, &posts[4]).await.is(201);
    app.decide(&community.admin, &format!("p{}", posts[4]), "restore").await.is(200);
    app.consume_stream().await;
    assert_eq!(kinds(app, &author).await.pop().unwrap(), "read_only", "the last step is taken back");
    app.delete("/auth/me").by(&author).json(&json!({ "password": PASSWORD })).send().await.is(204);
    app.audit().await;
}

#[tokio::test]
async fn an_operator_takes_back_all_sanctions_also_those_that_an_appeal_does_not_end() {
    let (community, posts) = suspended().await;
    let (app, author) = (&community.app, &community.author);
    let sanctions = StudentSanctions::new(app.table());
    let login_id = LoginId::parse(author.login_id.clone()).unwrap();
    appeal(&community, author, &posts[0]).await.is(201);
    assert!(sanctions.lift(&login_id).await.unwrap());
    assert!(!sanctions.lift(&login_id).await.unwrap());
    assert!(kinds(app, author).await.is_empty());
    try_write(&community, author).await.is(201);
    sanction(&community, &posts[0]).await;
    app.consume_stream().await;
    assert!(kinds(app, author).await.is_empty(), "the decision keeps what was lifted");
    app.audit().await;
}

#[tokio::test]
async fn records_that_arrive_late_twice_and_out_of_order_make_the_same_sanctions() {
    let community = Community::start().await;
    let (app, author) = (&community.app, &community.author);
    let posts = [community.post("가", true).await, community.post("나", true).await, community.post("다", true).await];
    for post in &posts {
        sanction(&community, post).await;
    }
    appeal(&community, author, &posts[1]).await.is(201);
    app.decide(&community.admin, &format!("p{}", posts[1]), "restore").await.is(200);
    let mut records = app.waiting_records().await;
    assert_eq!(records.iter().filter(|record| is_of_sanctions(record)).count(), 4);
    records.reverse();
    for record in records.iter().chain(&records) {
        assert!(app.deliver(std::slice::from_ref(record)).await.is_empty());
    }
    let late = restrictions(app, author).await;
    assert_eq!(kinds(app, author).await, ["warning", "read_only"]);
    let rows = app.snapshot().await;
    app.consume_stream().await;
    assert_eq!(app.snapshot().await, rows, "the records in order change nothing more");
    assert_eq!(restrictions(app, author).await, late);
    // Both at once.
    let other = community.member().await;
    let theirs = Community { author: other.clone(), ..community.clone() };
    let posts = [theirs.post("가", true).await, theirs.post("나", true).await];
    for post in &posts {
        sanction(&Community { reader: theirs.member().await, ..theirs.clone() }, post).await;
    }
    let mut records = app.waiting_records().await;
    records.retain(is_of_sanctions);
    let [first, second] = &records[..] else { panic!("{records:?}") };
    let first = std::slice::from_ref(first);
    let second = std::slice::from_ref(second);
    tokio::join!(app.deliver(first), app.deliver(second), app.deliver(first), app.deliver(second));
    assert_eq!(kinds(app, &other).await, ["warning", "read_only"]);
    app.audit().await;
}

#[tokio::test]
async fn a_decision_without_a_sanction_makes_none() {
    let community = Community::start().await;
    let (app, post) = (&community.app, community.post("글", true).await);
    app.report(&community.reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    app.decide(&community.admin, &format!("p{post}"), "remove").await.is(200);
    app.consume_stream().await;
    assert!(kinds(app, &community.author).await.is_empty());
}

#[tokio::test]
async fn reviews_have_an_author_who_is_sanctioned_although_it_is_deleted_meanwhile() {
    let community = Community::start().await;
    let (app, author) = (&community.app, &community.author);
    app.import(&community.school, &["M1|001|해석학|3|박||"]).await;
    let lecture = app.lecture(author, "해석학").await;
    let timetable = app.timetable(author, "계획", "private").await;
    app.enter(author, &timetable, &json!({ "lecture_id": lecture })).await;
    let review = app.post(format!("/lectures/{lecture}/reviews")).by(author).json(&review_body()).send().await;
    let review = review.is(201).text_at("/id");
    app.report(&community.reader, json!({ "review_id": review, "reason": "abuse" })).await.is(201);
    community.delete(author, &format!("/reviews/{review}")).await.is(204);
    let case = format!("r{}", review.replace('-', ""));
    let body = json!({ "verdict": "remove", "sanction": "apply" });
    let path = format!("/moderation/cases/{case}/decision");
    app.post(path).by(&community.admin).json(&body).send().await.is(200);
    app.consume_stream().await;
    assert_eq!(kinds(app, author).await, ["warning"]);
    app.audit().await;
}

#[tokio::test]
async fn a_decision_about_a_student_who_has_left_changes_nothing() {
    let community = Community::start().await;
    let (app, author) = (&community.app, &community.author);
    let post = community.post("글", true).await;
    sanction(&community, &post).await;
    app.delete("/auth/me").by(author).json(&json!({ "password": PASSWORD })).send().await.is(204);
    let rows = app.snapshot().await;
    app.consume_stream().await;
    assert_eq!(app.snapshot().await, rows);
    app.audit().await;
}

/// The answers to decisions about authors at different steps are the same, apart from ids and times, and take the same
/// calls.
#[tokio::test]
async fn an_admin_learns_nothing_of_the_step() {
    let community = Community::start().await;
    let app = &community.app;
    app.stop_clock();
    let mut seen = Vec::new();
    for steps in 0..6 {
        let author = community.member().await;
        let community = Community { author, ..community.clone() };
        let mut posts = Vec::new();
        for number in 0..=steps {
            posts.push(community.post(&format!("글 {number}"), true).await);
        }
        let last = posts.pop().unwrap();
        for post in &posts {
            sanction(&Community { reader: community.member().await, ..community.clone() }, post).await;
            app.consume_stream().await;
        }
        let community = Community { reader: community.member().await, ..community.clone() };
        app.report(&community.reader, json!({ "post_id": last, "reason": "abuse" })).await.is(201);
        let decided = sanction(&community, &last).await;
        let told = |answer: &Answer| {
            let text = answer.text.replace(&last, "POST").replace(&format!("글 {steps}"), "글");
            (text, answer.usage)
        };
        let (decision, usage) = told(&decided);
        app.consume_stream().await;
        let (case, _) = told(&app.get(format!("/moderation/cases/p{last}")).by(&community.admin).send().await);
        seen.push((decision, format!("{usage:?}"), case));
    }
    assert!(seen.windows(2).all(|two| two[0] == two[1]), "{seen:#?}");
}

#[tokio::test]
async fn the_auditor_compares_restrictions_with_sanctions() {
    let community = Community::start().await;
    sanctioned_post(&community, "글").await;
    let app = &community.app;
    app.audit().await;
    let key = [
        ("pk".to_owned(), AttributeValue::S(format!("SCHOOL#{}#USER#{}", community.school.id, community.author.id))),
        ("sk".to_owned(), AttributeValue::S("SESSIONS".to_owned())),
    ];
    let update = app.raw.client.update_item().table_name("campus").set_key(Some(key.into()));
    update.update_expression("REMOVE restrictions").send().await.unwrap();
    let findings = app.recount().await.findings;
    assert!(findings.len() == 1 && findings[0].contains("is restricted"), "{findings:?}");
}
