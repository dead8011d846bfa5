//! Reviews of courses (rule 14).

mod counts;
mod hidden;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::community::Community;
use crate::harness::{Answer, Student, TestApp};
use crate::world::review_body;

const LECTURES: [&str; 5] = [
    "M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105",
    "M1|002|확률과정론|3|이상열|수 14:00-15:30|25-105",
    "M1|003|확률과정론|3|김확률|목 14:00-15:30|25-105",
    "M1|004|확률과정론|3|||",
    "M2|001|해석학|3|이상열||",
];

/// The same courses, under other codes.
const OTHER_LECTURES: [&str; 2] = ["X1|001|확률과정론|3|이상열||", "X2|001|해석학|3|이상열||"];

/// A school with catalogues of two semesters.
struct Campus {
    community: Community,
}

impl Campus {
    async fn open() -> Self {
        let community = Community::start().await;
        community.app.import(&community.school, &LECTURES).await;
        community.app.import_of("2025-winter", &community.school, &OTHER_LECTURES).await.unwrap();
        Self { community }
    }

    fn app(&self) -> &TestApp {
        &self.community.app
    }

    /// The id of a lecture, by semester, code and section.
    async fn lecture_of(&self, semester: &str, code: &str, section: &str) -> String {
        let path = format!("/lectures?semester={semester}&limit=50");
        let found = self.app().get(path).by(&self.community.admin).send().await.is(200).at("/items");
        let is_it = |one: &&Value| one["code"] == code && one["section"] == section;
        found.as_array().unwrap().iter().find(is_it).unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn lecture(&self, code: &str, section: &str) -> String {
        self.lecture_of("2026-1", code, section).await
    }

    /// Puts the lecture into a new timetable; gives the path of the entry.
    async fn take(&self, by: &Student, lecture: &str) -> String {
        let timetable = self.app().timetable(by, &Uuid::new_v4().to_string()[..8], "school").await;
        self.app().enter(by, &timetable, &json!({ "lecture_id": lecture })).await
    }

    async fn review(&self, by: &Student, lecture: &str, body: &Value) -> Answer {
        self.app().post(format!("/lectures/{lecture}/reviews")).by(by).json(body).send().await
    }

    /// Takes the lecture and reviews it; gives the path of the review.
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
async fn a_review_is_shown_as_it_was_written_and_as_somebodys_who_took_the_course() {
    let campus = Campus::open().await;
    let Community { author, reader, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    campus.take(author, &lecture).await;
    let made = campus.review(author, &lecture, &review_body()).await;
    let mut expected = json!({
        "id": made.is(201).at("/id"), "rating": 4, "content": review_body()["content"], "semester": "2026-1",
        "homework": "many", "team_work": null, "grading": "generous", "attendance": null, "exams": "two",
        "taken": "26년 1학기 수강자", "like_count": 0, "liked": false, "is_mine": true,
        "created_at": made.at("/created_at"), "updated_at": made.at("/created_at"),
    });
    assert_eq!(made.json(), expected);
    assert_eq!(made.header("location"), format!("/reviews/{}", made.text_at("/id")));
    assert_eq!(campus.reviews(author, &lecture).await, [expected.clone()]);
    expected["is_mine"] = false.into();
    assert_eq!(campus.reviews(reader, &lecture).await, [expected]);
    campus.app().audit().await;
}

#[tokio::test]
async fn sections_and_semesters_of_one_title_and_professor_share_their_reviews() {
    let campus = Campus::open().await;
    let Community { author, reader, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    let review = campus.take_and_review(author, &lecture, &json!({})).await;
    let winter = campus.lecture_of("2025-winter", "X1", "001").await;
    for same in [&lecture, &campus.lecture("M1", "002").await, &winter] {
        assert_eq!(format!("/reviews/{}", campus.reviews(reader, same).await[0]["id"].as_str().unwrap()), review);
        assert_eq!(campus.show(reader, same).await["review_count"], 1);
    }
    for (code, section) in [("M1", "003"), ("M1", "004"), ("M2", "001")] {
        let other = campus.lecture(code, section).await;
        assert_eq!(campus.reviews(reader, &other).await, [json!(null); 0]);
        assert_eq!(campus.show(reader, &other).await["review_count"], 0);
    }
}

#[tokio::test]
async fn only_a_course_that_is_or_was_in_ones_timetable_of_the_semester_is_reviewed() {
    let campus = Campus::open().await;
    let Community { author, reader, admin, .. } = &campus.community;
    let (lecture, sibling) = (campus.lecture("M1", "001").await, campus.lecture("M1", "002").await);
    let refused = async |by, lecture: &str, body: &Value| {
        let before = campus.app().snapshot().await;
        campus.review(by, lecture, body).await.is_problem(403, "not_taken");
        assert_eq!(campus.app().snapshot().await, before);
    };
    refused(author, &lecture, &review_body()).await;
    let plan = campus.app().timetable(author, "계획", "school").await;
    let own = json!({ "title": "확률과정론", "professor": "이상열", "slots": [] });
    campus.app().enter(author, &plan, &own).await;
    refused(author, &lecture, &review_body()).await;
    for (code, section) in [("M1", "003"), ("M1", "004"), ("M2", "001")] {
        campus.take(author, &campus.lecture(code, section).await).await;
    }
    refused(author, &lecture, &review_body()).await;

    let entry = campus.take(author, &sibling).await;
    for semester in ["2025-winter", "2031-1"] {
        refused(author, &lecture, &of_semester(semester)).await;
    }
    refused(reader, &lecture, &review_body()).await;
    refused(admin, &lecture, &review_body()).await;
    campus.delete(author, &entry).await.is(204);
    campus.delete(author, entry.split("/entries").next().unwrap()).await.is(204);
    let winter = campus.lecture_of("2025-winter", "X1", "001").await;
    let made = campus.review(author, &winter, &review_body()).await;
    assert_eq!(made.is(201).at("/taken"), "26년 1학기 수강자", "another section's page, and another semester's");
    campus.app().audit().await;
}

#[tokio::test]
async fn a_course_of_another_semester_is_reviewed_as_of_that() {
    let campus = Campus::open().await;
    let Community { author, .. } = &campus.community;
    let winter = campus.lecture_of("2025-winter", "X1", "001").await;
    let plan = json!({ "semester": "2025-winter", "name": "겨울" });
    let plan = campus.app().post("/timetables").by(author).json(&plan).send().await.header("location").to_owned();
    campus.app().enter(author, &plan, &json!({ "lecture_id": winter })).await;
    let lecture = campus.lecture("M1", "002").await;
    campus.review(author, &lecture, &review_body()).await.is_problem(403, "not_taken");
    let made = campus.review(author, &lecture, &of_semester("2025-winter")).await;
    assert_eq!(made.is(201).at("/taken"), "25년 겨울학기 수강자");
}

#[tokio::test]
async fn what_one_copies_from_anothers_timetable_one_has_taken() {
    let campus = Campus::open().await;
    let Community { author, reader, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    let entry = campus.take(author, &lecture).await;
    let copy = format!("{}/copy", entry.split("/entries").next().unwrap());
    campus.app().post(copy).by(reader).json(&json!({ "name": "사본" })).send().await.is(201);
    campus.review(reader, &lecture, &review_body()).await.is(201);
    campus.app().audit().await;
}

#[tokio::test]
async fn a_course_is_reviewed_once_and_after_a_deletion_anew() {
    let campus = Campus::open().await;
    let Community { author, reader, .. } = &campus.community;
    let (lecture, sibling) = (campus.lecture("M1", "001").await, campus.lecture("M1", "002").await);
    let first = campus.take_and_review(author, &lecture, &json!({})).await;
    for again in [&lecture, &sibling, &campus.lecture_of("2025-winter", "X1", "001").await] {
        campus.review(author, again, &review_body()).await.is_problem(409, "already_reviewed");
    }
    campus.take_and_review(author, &campus.lecture("M2", "001").await, &json!({})).await;
    campus.take_and_review(reader, &sibling, &json!({})).await;
    campus.delete(author, &first).await.is(204);
    campus.delete(author, &first).await.is_problem(404, "not_found");
    let second = campus.review(author, &sibling, &review_body()).await;
    assert_ne!(second.is(201).header("location"), first);
    campus.delete(author, &first).await.is_problem(404, "not_found");
    assert_eq!(campus.reviews(reader, &lecture).await.len(), 2);
    campus.app().audit().await;
}

#[tokio::test]
async fn nobody_but_the_author_deletes_a_review() {
    let campus = Campus::open().await;
    let Community { author, reader, admin, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    let review = campus.take_and_review(author, &lecture, &json!({})).await;
    campus.take_and_review(reader, &lecture, &json!({})).await;
    let before = campus.app().snapshot().await;
    for by in [reader, admin] {
        campus.delete(by, &review).await.is_problem(403, "not_author");
    }
    assert_eq!(campus.app().snapshot().await, before);
}

#[tokio::test]
async fn each_field_of_a_review_has_its_rule() {
    let campus = Campus::open().await;
    let Community { author, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    campus.take(author, &lecture).await;
    let missing = campus.review(author, &lecture, &json!({})).await;
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
        campus.review(author, &lecture, &body).await.is_invalid(&[(field, code)]);
    }
    let mut longest = review_body();
    longest["content"] = "😀".repeat(2000).into();
    longest["homework"] = Value::Null;
    assert_eq!(campus.review(author, &lecture, &longest).await.is(201).at("/homework"), Value::Null);
    let id = made_id(&campus.reviews(author, &lecture).await[0]);
    campus.app().call("PATCH".parse().unwrap(), &id).by(author).json(&json!({})).send().await.is(405);
}

fn made_id(review: &Value) -> String {
    format!("/reviews/{}", review["id"].as_str().unwrap())
}

#[tokio::test]
async fn each_refusal_is_told_in_korean_and_in_english() {
    let campus = Campus::open().await;
    let Community { author, reader, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    campus.take_and_review(author, &lecture, &json!({})).await;
    let path = format!("/lectures/{lecture}/reviews");
    for (by, language, detail) in [
        (reader, "ko", "그 학기에 시간표에 담은 강의만 평가할 수 있습니다."),
        (reader, "en", "Only a course that was in a timetable of one's own in that semester can be reviewed."),
        (author, "ko", "이미 강의평을 쓴 강의입니다."),
        (author, "en", "You have reviewed this course already."),
    ] {
        let call = campus.app().post(&path).by(by).header("accept-language", language).json(&review_body());
        assert_eq!(call.send().await.text_at("/detail"), detail);
    }
}

#[tokio::test]
async fn reviews_are_listed_newest_first_page_by_page() {
    let campus = Campus::open().await;
    let Community { app, author, .. } = &campus.community;
    let (lecture, sibling) = (campus.lecture("M1", "001").await, campus.lecture("M1", "002").await);
    let mut expected = Vec::new();
    for (number, student) in campus.community.members(5).await.iter().enumerate() {
        app.clock.set_ahead_by_millis(i64::try_from(number).unwrap());
        expected.insert(0, campus.take_and_review(student, &lecture, &json!({})).await);
    }
    // Both ends of a page, one within, and none of the next.
    for liked in [0, 1, 2, 4] {
        campus.like(author, &expected[liked]).await.is(200);
    }
    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        // A cursor belongs to the course.
        let lecture = if walked.is_empty() { &lecture } else { &sibling };
        let page = app.get(format!("/lectures/{lecture}/reviews?limit=3{cursor}")).by(author).send().await;
        walked.extend(page.is(200).at("/items").as_array().unwrap().clone());
        let Some(next) = page.at("/next_cursor").as_str().map(str::to_owned) else { break };
        let other = campus.lecture("M2", "001").await;
        let elsewhere = app.get(format!("/lectures/{other}/reviews?cursor={next}")).by(author).send().await;
        elsewhere.is_problem(400, "invalid_cursor");
        cursor = format!("&cursor={next}");
    }
    assert_eq!(walked.iter().map(made_id).collect::<Vec<_>>(), expected);
    let liked: Vec<_> = walked.iter().map(|review| review["liked"] == true).collect();
    assert_eq!(liked, [true, true, true, false, true]);
}

#[tokio::test]
async fn a_like_is_given_once_and_for_good_and_not_to_ones_own() {
    let campus = Campus::open().await;
    let Community { app, author, reader, admin, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    let review = campus.take_and_review(author, &lecture, &json!({})).await;
    assert_eq!(campus.like(reader, &review).await.is(200).json(), json!({ "like_count": 1 }));
    assert_eq!(campus.like(admin, &review).await.is(200).json(), json!({ "like_count": 2 }));
    campus.like(reader, &review).await.is_problem(409, "already_liked");
    campus.like(author, &review).await.is_problem(403, "own_content");
    app.delete(format!("{review}/like")).by(reader).send().await.is_problem(405, "method_not_allowed");
    for (by, liked) in [(reader, true), (author, false)] {
        let shown = &campus.reviews(by, &lecture).await[0];
        assert_eq!((&shown["like_count"], &shown["liked"]), (&json!(2), &json!(liked)));
    }
    app.audit().await;
    campus.delete(author, &review).await.is(204);
    for by in [reader, &campus.community.member().await] {
        campus.like(by, &review).await.is_problem(404, "not_found");
    }
    app.audit().await;
}

#[tokio::test]
async fn a_repeat_with_an_idempotency_key_makes_no_second_review() {
    let campus = Campus::open().await;
    let Community { app, author, reader, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    campus.take(author, &lecture).await;
    let send = async || {
        let call = app.post(format!("/lectures/{lecture}/reviews")).by(author).header("idempotency-key", "key");
        call.json(&review_body()).send().await
    };
    let made = send().await;
    let path = made.is(201).header("location").to_owned();
    campus.like(reader, &path).await.is(200);
    let repeat = send().await;
    assert_eq!((repeat.is(201).header("location"), repeat.header("idempotency-replayed")), (path.as_str(), "true"));
    assert_eq!(repeat.at("/like_count"), 1, "as it now stands");
    campus.delete(author, &path).await.is(204);
    send().await.is_problem(404, "not_found");
}
