//! Reviews of courses (rule 14).

mod anonymity;
mod summary;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::community::Community;
use crate::support::fixture::review_body;
use crate::support::harness::{Answer, Student, TestApp};

const LECTURES: [&str; 5] = [
    "M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105",
    "M1|002|확률과정론|3|이상열|수 14:00-15:30|25-105",
    "M1|003|확률과정론|3|김확률|목 14:00-15:30|25-105",
    "M1|004|확률과정론|3|||",
    "M2|001|해석학|3|이상열||",
];

/// The same courses in another semester, with other codes.
const OTHER_LECTURES: [&str; 2] = ["X1|001|확률과정론|3|이상열||", "X2|001|해석학|3|이상열||"];

/// A school with catalogues of two semesters.
struct ReviewFixture {
    community: Community,
}

impl ReviewFixture {
    async fn start() -> Self {
        let community = Community::start().await;
        community.app.import(&community.school, &LECTURES).await;
        community.app.import_of("2025-winter", &community.school, &OTHER_LECTURES).await.unwrap();
        Self { community }
    }

    fn app(&self) -> &TestApp {
        &self.community.app
    }

    async fn lecture_of(&self, semester: &str, code: &str, section: &str) -> String {
        let path = format!("/lectures?semester={semester}&limit=50");
        let found = self.app().get(path).by(&self.community.admin).send().await.is(200).at("/items");
        let is_it = |lecture: &&Value| lecture["code"] == code && lecture["section"] == section;
        found.as_array().unwrap().iter().find(is_it).unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn lecture(&self, code: &str, section: &str) -> String {
        self.lecture_of("2026-1", code, section).await
    }

    /// Adds the lecture to a new timetable. Returns the path of the entry.
    async fn take(&self, by: &Student, lecture: &str) -> String {
        let timetable = self.app().timetable(by, &Uuid::new_v4().to_string()[..8], "school").await;
        self.app().enter(by, &timetable, &json!({ "lecture_id": lecture })).await
    }

    async fn review(&self, by: &Student, lecture: &str, body: &Value) -> Answer {
        self.app().post(format!("/lectures/{lecture}/reviews")).by(by).json(body).send().await
    }

    /// Takes the lecture and reviews it. Returns the path of the review.
    async fn take_and_review(&self, by: &Student, lecture: &str, changes: &Value) -> String {
        self.take(by, lecture).await;
        let mut body = review_body();
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        self.review(by, lecture, &body).await.is(201).header("location").to_owned()
    }

    async fn like(&self, by: &Student, review: &str) -> Answer {
        self.app().post(format!("{review}/like")).by(by).send().await
    }

    async fn delete(&self, by: &Student, path: &str) -> Answer {
        self.app().delete(path).by(by).send().await
    }

    async fn show(&self, by: &Student, lecture: &str) -> Value {
        self.app().get(format!("/lectures/{lecture}")).by(by).send().await.is(200).json()
    }

    async fn reviews(&self, by: &Student, lecture: &str) -> Vec<Value> {
        let path = format!("/lectures/{lecture}/reviews?limit=50");
        self.app().get(path).by(by).send().await.is(200).at("/items").as_array().unwrap().clone()
    }
}

fn of_semester(semester: &str) -> Value {
    let mut body = review_body();
    body["semester"] = semester.into();
    body
}

#[tokio::test]
async fn a_review_shows_its_content_and_the_semester_but_not_the_author() {
    let fixture = ReviewFixture::start().await;
    let Community { author, reader, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    fixture.take(author, &lecture).await;
    let created = fixture.review(author, &lecture, &review_body()).await;
    let mut expected = json!({
        "id": created.is(201).at("/id"), "rating": 4, "content": review_body()["content"], "semester": "2026-1",
        "homework": "many", "team_work": null, "grading": "generous", "attendance": null, "exams": "two",
        "taken": "26년 1학기 수강자", "like_count": 0, "liked": false, "is_mine": true,
        "state": "visible", "moderation": null, "date": created.at("/date"),
    });
    assert_eq!(created.json(), expected);
    assert_eq!(created.header("location"), format!("/reviews/{}", created.text_at("/id")));
    assert_eq!(fixture.reviews(author, &lecture).await, [expected.clone()]);
    expected["is_mine"] = false.into();
    assert_eq!(fixture.reviews(reader, &lecture).await, [expected]);
    fixture.app().audit().await;
}

#[tokio::test]
async fn lectures_with_one_title_and_professor_share_their_reviews() {
    let fixture = ReviewFixture::start().await;
    let Community { author, reader, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    let review = fixture.take_and_review(author, &lecture, &json!({})).await;
    let winter = fixture.lecture_of("2025-winter", "X1", "001").await;
    for same in [&lecture, &fixture.lecture("M1", "002").await, &winter] {
        assert_eq!(format!("/reviews/{}", fixture.reviews(reader, same).await[0]["id"].as_str().unwrap()), review);
        assert_eq!(fixture.show(reader, same).await["review_count"], 1);
    }
    for (code, section) in [("M1", "003"), ("M1", "004"), ("M2", "001")] {
        let other = fixture.lecture(code, section).await;
        assert_eq!(fixture.reviews(reader, &other).await, [json!(null); 0]);
        assert_eq!(fixture.show(reader, &other).await["review_count"], 0);
    }
}

#[tokio::test]
async fn only_a_course_that_is_or_was_in_a_timetable_of_the_semester_can_be_reviewed() {
    let fixture = ReviewFixture::start().await;
    let Community { author, reader, admin, .. } = &fixture.community;
    let (lecture, sibling) = (fixture.lecture("M1", "001").await, fixture.lecture("M1", "002").await);
    let refused = async |by, lecture: &str, body: &Value| {
        let before = fixture.app().snapshot().await;
        fixture.review(by, lecture, body).await.is_problem(403, "not_taken");
        assert_eq!(fixture.app().snapshot().await, before);
    };
    refused(author, &lecture, &review_body()).await;
    let plan = fixture.app().timetable(author, "계획", "school").await;
    let custom = json!({ "title": "확률과정론", "professor": "이상열", "slots": [] });
    fixture.app().enter(author, &plan, &custom).await;
    refused(author, &lecture, &review_body()).await;
    for (code, section) in [("M1", "003"), ("M1", "004"), ("M2", "001")] {
        fixture.take(author, &fixture.lecture(code, section).await).await;
    }
    refused(author, &lecture, &review_body()).await;

    let entry = fixture.take(author, &sibling).await;
    for semester in ["2025-winter", "2031-1"] {
        refused(author, &lecture, &of_semester(semester)).await;
    }
    refused(reader, &lecture, &review_body()).await;
    refused(admin, &lecture, &review_body()).await;
    fixture.delete(author, &entry).await.is(204);
    fixture.delete(author, entry.split("/entries").next().unwrap()).await.is(204);
    let winter = fixture.lecture_of("2025-winter", "X1", "001").await;
    let created = fixture.review(author, &winter, &review_body()).await;
    assert_eq!(
        created.is(201).at("/taken"),
        "26년 1학기 수강자",
        "the request names a lecture of another section and semester"
    );
    fixture.app().audit().await;
}

#[tokio::test]
async fn a_review_must_name_the_semester_in_which_the_course_was_taken() {
    let fixture = ReviewFixture::start().await;
    let Community { author, .. } = &fixture.community;
    let winter = fixture.lecture_of("2025-winter", "X1", "001").await;
    let plan = json!({ "semester": "2025-winter", "name": "겨울" });
    let plan = fixture.app().post("/timetables").by(author).json(&plan).send().await.header("location").to_owned();
    fixture.app().enter(author, &plan, &json!({ "lecture_id": winter })).await;
    let lecture = fixture.lecture("M1", "002").await;
    fixture.review(author, &lecture, &review_body()).await.is_problem(403, "not_taken");
    let created = fixture.review(author, &lecture, &of_semester("2025-winter")).await;
    assert_eq!(created.is(201).at("/taken"), "25년 겨울학기 수강자");
}

#[tokio::test]
async fn copying_a_timetable_counts_as_taking_its_lectures() {
    let fixture = ReviewFixture::start().await;
    let Community { author, reader, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    let entry = fixture.take(author, &lecture).await;
    let copy = format!("{}/copy", entry.split("/entries").next().unwrap());
    fixture.app().post(copy).by(reader).json(&json!({ "name": "사본" })).send().await.is(201);
    fixture.review(reader, &lecture, &review_body()).await.is(201);
    fixture.app().audit().await;
}

#[tokio::test]
async fn a_course_can_be_reviewed_once_and_again_after_the_review_is_deleted() {
    let fixture = ReviewFixture::start().await;
    let Community { author, reader, .. } = &fixture.community;
    let (lecture, sibling) = (fixture.lecture("M1", "001").await, fixture.lecture("M1", "002").await);
    let first = fixture.take_and_review(author, &lecture, &json!({})).await;
    for again in [&lecture, &sibling, &fixture.lecture_of("2025-winter", "X1", "001").await] {
        fixture.review(author, again, &review_body()).await.is_problem(409, "already_reviewed");
    }
    fixture.take_and_review(author, &fixture.lecture("M2", "001").await, &json!({})).await;
    fixture.take_and_review(reader, &sibling, &json!({})).await;
    fixture.delete(author, &first).await.is(204);
    fixture.delete(author, &first).await.is_problem(404, "not_found");
    let second = fixture.review(author, &sibling, &review_body()).await;
    assert_ne!(second.is(201).header("location"), first);
    fixture.delete(author, &first).await.is_problem(404, "not_found");
    assert_eq!(fixture.reviews(reader, &lecture).await.len(), 2);
    fixture.app().audit().await;
}

#[tokio::test]
async fn other_students_cannot_delete_a_review() {
    let fixture = ReviewFixture::start().await;
    let Community { author, reader, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    let review = fixture.take_and_review(author, &lecture, &json!({})).await;
    fixture.take_and_review(reader, &lecture, &json!({})).await;
    let before = fixture.app().snapshot().await;
    fixture.delete(reader, &review).await.is_problem(403, "not_author");
    assert_eq!(fixture.app().snapshot().await, before);
}

#[tokio::test]
async fn each_field_of_a_review_is_validated() {
    let fixture = ReviewFixture::start().await;
    let Community { author, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    fixture.take(author, &lecture).await;
    let missing = fixture.review(author, &lecture, &json!({})).await;
    missing.is_invalid(&[("rating", "required"), ("content", "required"), ("semester", "required")]);
    for (field, value, code) in [
        ("rating", json!(0), "out_of_range"),
        ("rating", json!(6), "out_of_range"),
        ("rating", json!(4.5), "wrong_type"),
        ("rating", json!("4"), "wrong_type"),
        ("content", json!("가".repeat(19)), "too_short"),
        ("content", json!(" ".repeat(20)), "too_short"),
        ("content", json!("가".repeat(2001)), "too_long"),
        ("content", json!(format!("{}\u{0}", "가".repeat(20))), "invalid_characters"),
        ("semester", json!("2026"), "invalid_format"),
        ("homework", json!("lots"), "unknown_choice"),
        ("team_work", json!("generous"), "unknown_choice"),
        ("grading", json!("none"), "unknown_choice"),
        ("attendance", json!("Called"), "unknown_choice"),
        ("exams", json!("4"), "unknown_choice"),
        ("exams", json!(4), "wrong_type"),
        ("like_count", json!(1), "unknown_field"),
        ("author", json!(author.id), "unknown_field"),
    ] {
        let mut body = review_body();
        body[field] = value;
        fixture.review(author, &lecture, &body).await.is_invalid(&[(field, code)]);
    }
    let mut longest = review_body();
    longest["content"] = "😀".repeat(2000).into();
    longest["homework"] = Value::Null;
    assert_eq!(fixture.review(author, &lecture, &longest).await.is(201).at("/homework"), Value::Null);
    let id = path_of(&fixture.reviews(author, &lecture).await[0]);
    fixture.app().call("PATCH".parse().unwrap(), &id).by(author).json(&json!({})).send().await.is(405);
}

fn path_of(review: &Value) -> String {
    format!("/reviews/{}", review["id"].as_str().unwrap())
}

#[tokio::test]
async fn refusals_have_a_korean_and_an_english_text() {
    let fixture = ReviewFixture::start().await;
    let Community { author, reader, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    fixture.take_and_review(author, &lecture, &json!({})).await;
    let path = format!("/lectures/{lecture}/reviews");
    for (by, language, detail) in [
        (reader, "ko", "그 학기에 시간표에 담은 강의에만 강의평과 시험 정보를 쓸 수 있습니다."),
        (reader, "en", "You can write about a course only if it was in one of your timetables of that semester."),
        (author, "ko", "이미 강의평을 쓴 강의입니다."),
        (author, "en", "You have already reviewed this course."),
    ] {
        let call = fixture.app().post(&path).by(by).header("accept-language", language).json(&review_body());
        assert_eq!(call.send().await.text_at("/detail"), detail);
    }
}

#[tokio::test]
async fn reviews_are_paginated_newest_first() {
    let fixture = ReviewFixture::start().await;
    let Community { app, author, .. } = &fixture.community;
    let (lecture, sibling) = (fixture.lecture("M1", "001").await, fixture.lecture("M1", "002").await);
    let mut expected = Vec::new();
    for (number, student) in fixture.community.members(5).await.iter().enumerate() {
        app.clock.set_ahead_by_millis(i64::try_from(number).unwrap());
        expected.insert(0, fixture.take_and_review(student, &lecture, &json!({})).await);
    }
    // The whole first page, and only the last review of the second.
    for liked in [0, 1, 2, 4] {
        fixture.like(author, &expected[liked]).await.is(200);
    }
    let (mut listed, mut cursor) = (Vec::new(), String::new());
    loop {
        // A cursor works for all lectures of the course.
        let lecture = if listed.is_empty() { &lecture } else { &sibling };
        let page = app.get(format!("/lectures/{lecture}/reviews?limit=3{cursor}")).by(author).send().await;
        listed.extend(page.is(200).at("/items").as_array().unwrap().clone());
        let Some(next) = page.at("/next_cursor").as_str().map(str::to_owned) else { break };
        let other = fixture.lecture("M2", "001").await;
        let elsewhere = app.get(format!("/lectures/{other}/reviews?cursor={next}")).by(author).send().await;
        elsewhere.is_problem(400, "invalid_cursor");
        cursor = format!("&cursor={next}");
    }
    assert_eq!(listed.iter().map(path_of).collect::<Vec<_>>(), expected);
    let liked: Vec<_> = listed.iter().map(|review| review["liked"] == true).collect();
    assert_eq!(liked, [true, true, true, false, true]);
}

#[tokio::test]
async fn a_review_can_be_liked_once_by_others_and_the_like_cannot_be_undone() {
    let fixture = ReviewFixture::start().await;
    let Community { app, author, reader, admin, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    let review = fixture.take_and_review(author, &lecture, &json!({})).await;
    assert_eq!(fixture.like(reader, &review).await.is(200).json(), json!({ "like_count": 1 }));
    assert_eq!(fixture.like(admin, &review).await.is(200).json(), json!({ "like_count": 2 }));
    fixture.like(reader, &review).await.is_problem(409, "already_liked");
    fixture.like(author, &review).await.is_problem(403, "own_content");
    app.delete(format!("{review}/like")).by(reader).send().await.is_problem(405, "method_not_allowed");
    for (by, liked) in [(reader, true), (author, false)] {
        let shown = &fixture.reviews(by, &lecture).await[0];
        assert_eq!((&shown["like_count"], &shown["liked"]), (&json!(2), &json!(liked)));
    }
    app.audit().await;
    fixture.delete(author, &review).await.is(204);
    for by in [reader, &fixture.community.member().await] {
        fixture.like(by, &review).await.is_problem(404, "not_found");
    }
    app.audit().await;
}

#[tokio::test]
async fn a_repeated_request_creates_one_review() {
    let fixture = ReviewFixture::start().await;
    let Community { app, author, reader, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    fixture.take(author, &lecture).await;
    let send = async || {
        let call = app.post(format!("/lectures/{lecture}/reviews")).by(author).header("idempotency-key", "key");
        call.json(&review_body()).send().await
    };
    let created = send().await;
    let path = created.is(201).header("location").to_owned();
    fixture.like(reader, &path).await.is(200);
    let repeat = send().await;
    assert_eq!((repeat.is(201).header("location"), repeat.header("idempotency-replayed")), (path.as_str(), "true"));
    assert_eq!(repeat.at("/like_count"), 1, "the current count");
    fixture.delete(author, &path).await.is(204);
    send().await.is_problem(404, "not_found");
}
