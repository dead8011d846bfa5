//! Information about the exams of courses (rule 26).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::community::Community;
use crate::support::fixture::{Fixture, Who, exam_info_body};
use crate::support::harness::{Answer, PASSWORD, Student, TestApp};

const LECTURES: [&str; 3] =
    ["M1|001|확률과정론|3|이상열||", "M1|002|확률과정론|3|이상열||", "M2|001|해석학|3|이상열||"];

/// A school with lectures, and a lecture that the author and the reader have taken.
struct ExamFixture {
    community: Community,
    lecture: String,
}

impl ExamFixture {
    async fn start() -> Self {
        let community = Community::start().await;
        community.app.import(&community.school, &LECTURES).await;
        let lecture = community.app.lecture(&community.author, "확률과정론").await;
        let fixture = Self { community, lecture };
        for by in [&fixture.community.author, &fixture.community.reader] {
            fixture.take(by).await;
        }
        fixture
    }

    fn app(&self) -> &TestApp {
        &self.community.app
    }

    async fn take(&self, by: &Student) {
        let timetable = self.app().timetable(by, "계획", "private").await;
        self.app().enter(by, &timetable, &json!({ "lecture_id": self.lecture })).await;
    }

    async fn tell_about(&self, by: &Student, lecture: &str, body: &Value) -> Answer {
        self.app().post(format!("/lectures/{lecture}/exam-infos")).by(by).json(body).send().await
    }

    async fn tell(&self, by: &Student, body: &Value) -> Answer {
        self.tell_about(by, &self.lecture, body).await
    }

    async fn list(&self, by: &Student) -> Vec<Value> {
        let path = format!("/lectures/{}/exam-infos", self.lecture);
        self.app().get(path).by(by).send().await.is(200).at("/items").as_array().unwrap().clone()
    }

    async fn like(&self, by: &Student, path: &str) -> Answer {
        self.app().post(format!("{path}/like")).by(by).send().await
    }

    async fn delete(&self, by: &Student, path: &str) -> Answer {
        self.app().delete(path).by(by).send().await
    }
}

/// The body with another value of a field.
fn with(field: &str, value: Value) -> Value {
    let mut body = exam_info_body();
    body[field] = value;
    body
}

#[tokio::test]
async fn an_exam_info_shows_its_content_and_a_date_but_not_the_author() {
    let fixture = ExamFixture::start().await;
    let Community { author, reader, .. } = &fixture.community;
    fixture.app().stop_clock();
    let created = fixture.tell(author, &exam_info_body()).await;
    let mut expected = json!({
        "id": created.is(201).at("/id"), "exam": "midterm", "semester": "2026-1",
        "question_types": ["essay", "true_false"], "strategy": exam_info_body()["strategy"],
        "taken": "26년 1학기 수강자", "like_count": 0, "liked": false, "is_mine": true,
        "state": "visible", "moderation": null, "date": fixture.app().clock.now().date_in_seoul(),
    });
    assert_eq!(created.json(), expected);
    assert_eq!(created.header("location"), format!("/exam-infos/{}", created.text_at("/id")));
    assert_eq!(uuid::Uuid::try_parse(&created.text_at("/id")).unwrap().get_version_num(), 4, "an id without a time");
    assert_eq!(fixture.list(author).await, [expected.clone()]);
    expected["is_mine"] = json!(false);
    assert_eq!(fixture.list(reader).await, [expected]);
    fixture.app().audit().await;
}

#[tokio::test]
async fn all_lectures_of_a_course_share_its_exam_infos() {
    let fixture = ExamFixture::start().await;
    let Community { app, author, reader, .. } = &fixture.community;
    let found = app.get("/lectures?semester=2026-1&code=M1").by(author).send().await;
    let sibling = found.text_at("/items/1/id");
    let created = fixture.tell_about(author, &sibling, &exam_info_body()).await;
    assert_eq!(fixture.list(reader).await[0]["id"], created.is(201).at("/id"));
    let other = app.lecture(author, "해석학").await;
    let list = app.get(format!("/lectures/{other}/exam-infos")).by(reader).send().await;
    assert_eq!(list.is(200).at("/items"), json!([]));
    fixture.tell_about(author, &other, &exam_info_body()).await.is_problem(403, "not_taken");
    fixture.tell(author, &with("semester", json!("2025-2"))).await.is_problem(403, "not_taken");
    fixture.tell(&fixture.community.admin, &exam_info_body()).await.is_problem(403, "not_taken");
}

#[tokio::test]
async fn a_student_writes_once_about_each_exam_and_again_after_a_deletion() {
    let fixture = ExamFixture::start().await;
    let Community { app, author, reader, admin, .. } = &fixture.community;
    let first = fixture.tell(author, &exam_info_body()).await.is(201).header("location").to_owned();
    fixture.tell(author, &exam_info_body()).await.is_problem(409, "already_written");
    for exam in ["final", "quiz"] {
        fixture.tell(author, &with("exam", json!(exam))).await.is(201);
    }
    fixture.tell(reader, &exam_info_body()).await.is(201);
    fixture.delete(reader, &first).await.is_problem(403, "not_author");
    fixture.delete(author, &first).await.is(204);
    fixture.delete(author, &first).await.is_problem(404, "not_found");
    let second = fixture.tell(author, &exam_info_body()).await.is(201).header("location").to_owned();

    // After a deletion by an admin, the author's row is replaced.
    fixture.delete(admin, &second).await.is(204);
    app.audit().await;
    let body = exam_info_body();
    let (one, other) = tokio::join!(fixture.tell(author, &body), fixture.tell(author, &body));
    let (third, refused) = if one.status == 201 { (one, other) } else { (other, one) };
    refused.is_problem(409, "already_written");
    fixture.delete(author, &second).await.is_problem(404, "not_found");
    assert_eq!(fixture.list(reader).await.len(), 4);
    fixture.delete(author, third.is(201).header("location")).await.is(204);
    app.audit().await;
}

#[tokio::test]
async fn an_exam_info_can_be_liked_once_by_others() {
    let fixture = ExamFixture::start().await;
    let Community { app, author, reader, admin, .. } = &fixture.community;
    let path = fixture.tell(author, &exam_info_body()).await.is(201).header("location").to_owned();
    assert_eq!(fixture.like(reader, &path).await.is(200).json(), json!({ "like_count": 1 }));
    assert_eq!(fixture.like(admin, &path).await.is(200).json(), json!({ "like_count": 2 }));
    fixture.like(reader, &path).await.is_problem(409, "already_liked");
    fixture.like(author, &path).await.is_problem(403, "own_content");
    for (by, liked) in [(reader, true), (author, false)] {
        let shown = &fixture.list(by).await[0];
        assert_eq!((&shown["like_count"], &shown["liked"]), (&json!(2), &json!(liked)));
    }
    app.audit().await;
    fixture.delete(author, &path).await.is(204);
    fixture.like(&fixture.community.member().await, &path).await.is_problem(404, "not_found");
    app.audit().await;
}

#[tokio::test]
async fn each_field_of_an_exam_info_is_validated() {
    let fixture = ExamFixture::start().await;
    let author = &fixture.community.author;
    let missing = ["exam", "semester", "question_types", "strategy"].map(|field| (field, "required"));
    fixture.tell(author, &json!({})).await.is_invalid(&missing);
    for (field, value, code) in [
        ("exam", json!("mock"), "unknown_choice"),
        ("semester", json!("2026-3"), "invalid_format"),
        ("question_types", json!("essay"), "wrong_type"),
        ("question_types", json!(["essay", 1]), "wrong_type"),
        ("question_types", json!(["essay", "essay"]), "duplicate"),
        ("question_types", json!(["memory"]), "unknown_choice"),
        ("strategy", json!("가".repeat(19)), "too_short"),
        ("strategy", json!("가".repeat(2001)), "too_long"),
        ("strategy", json!(format!("{}\u{202E}", "가".repeat(20))), "invalid_characters"),
        ("media_ids", json!([]), "unknown_field"),
    ] {
        fixture.tell(author, &with(field, value)).await.is_invalid(&[(field, code)]);
    }
    assert_eq!(fixture.tell(author, &with("question_types", json!([]))).await.is(201).at("/question_types"), json!([]));
}

#[tokio::test]
async fn a_repeated_request_creates_one_exam_info() {
    let fixture = ExamFixture::start().await;
    let Community { app, author, reader, .. } = &fixture.community;
    let send = async || {
        let call = app.post(format!("/lectures/{}/exam-infos", fixture.lecture)).by(author);
        call.header("idempotency-key", "key").json(&exam_info_body()).send().await
    };
    let path = send().await.is(201).header("location").to_owned();
    fixture.like(reader, &path).await.is(200);
    let repeat = send().await;
    assert_eq!((repeat.is(201).header("location"), repeat.header("idempotency-replayed")), (path.as_str(), "true"));
    assert_eq!(repeat.at("/like_count"), 1, "the current count");
}

#[tokio::test]
async fn a_withdrawal_changes_nothing_in_exam_infos_and_likes() {
    let fixture = ExamFixture::start().await;
    let Community { app, author, reader, .. } = &fixture.community;
    let other = fixture.community.member().await;
    fixture.take(&other).await;
    let mine = fixture.tell(author, &exam_info_body()).await.is(201).header("location").to_owned();
    let theirs = fixture.tell(&other, &exam_info_body()).await.is(201).header("location").to_owned();
    fixture.like(author, &theirs).await.is(200);
    fixture.like(&other, &mine).await.is(200);
    let before = fixture.list(reader).await;
    app.delete("/auth/me").by(author).json(&json!({ "password": PASSWORD })).send().await.is(204);
    assert_eq!(fixture.list(reader).await, before);
    app.audit().await;
    app.clock.set_ahead_by_millis(60_000);
    assert_eq!(app.service.app.withdrawals.purge().await.unwrap().finished, 1);
    assert_eq!(fixture.list(reader).await, before);
    app.audit().await;
    let rows = app.rows().await;
    let own = rows.iter().filter(|row| row["pk"].as_s().unwrap().ends_with(&format!("#USER#{}", author.id)));
    let kinds: BTreeSet<_> = own.map(|row| row["sk"].as_s().unwrap().split('#').next().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["EXAMLIKE", "WITHDRAWN"]));
}

#[tokio::test]
async fn only_rows_of_the_author_and_the_location_reveal_who_wrote_an_exam_info() {
    let fixture = Fixture::start().await;
    let author = fixture.student(Who::Author).unwrap();
    let rows = fixture.app.snapshot().await;
    let rows: Vec<_> = rows.iter().filter(|row| row.contains("#EXAM#") || row.contains("\"EXAM#")).collect();
    assert_eq!(rows.len(), 2, "the exam info and its location, which moderation reads");
    for row in rows.into_iter().filter(|row| !row.contains("\"PLACE\"")) {
        for secret in [&author.id, &author.nickname, &author.login_id, &author.email] {
            assert!(!row.contains(secret.as_str()), "{row}");
        }
    }
}
