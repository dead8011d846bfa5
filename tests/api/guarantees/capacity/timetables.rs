//! The cases of lectures, timetables, friends, reviews, exam infos and grades.

use campus_core::domain::School;
use serde_json::{Value, json};

use crate::support::fixture::{exam_info_body, grade_body, review_body};
use crate::support::harness::{Answer, Student, TestApp};

/// Lectures and timetables.
pub(super) async fn note_timetables(
    app: &TestApp,
    school: &School,
    student: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let lecture = note_lectures(app, school, student, note).await;
    let timetable = |name: &str| json!({ "semester": "2026-1", "name": name, "visibility": "school" });
    let made = note(
        "POST /timetables, first of a semester",
        app.post("/timetables").by(student).json(&timetable("1")).send().await,
    );
    note("POST /timetables", app.post("/timetables").by(student).json(&timetable("2")).send().await);
    let once = app.post("/timetables").by(student).header("idempotency-key", "t1").json(&timetable("3")).send().await;
    note("POST /timetables, Idempotency-Key", once);
    let path = made.header("location").to_owned();
    let entries = format!("{path}/entries");
    let entry = json!({ "lecture_id": lecture });
    note("POST /timetables/{id}/entries", app.post(&entries).by(student).json(&entry).send().await);
    let own = json!({ "title": "동아리", "slots": [] });
    let made = app.post(&entries).by(student).header("idempotency-key", "e1").json(&own).send().await;
    let entry = note("POST /timetables/{id}/entries, Idempotency-Key", made).header("location").to_owned();
    let color = json!({ "color": "#aabbcc" });
    note("PATCH /timetables/{id}/entries/{entry_id}", app.patch(&entry).by(student).json(&color).send().await);
    note("DELETE /timetables/{id}/entries/{entry_id}", app.delete(&entry).by(student).send().await);
    note("GET /timetables", app.get("/timetables").by(student).send().await);
    note("GET /timetables?semester=", app.get("/timetables?semester=2026-1").by(student).send().await);
    note("GET /timetables/{id}", app.get(&path).by(student).send().await);
    let other = app.student(school).await;
    note("GET /timetables/{id}, another's", app.get(&path).by(&other).send().await);
    note("GET /timetables/{id}/calendar.ics", app.get(format!("{path}/calendar.ics")).by(student).send().await);
    note("GET /timetables/{id}/picture.svg", app.get(format!("{path}/picture.svg")).by(student).send().await);
    let copy = json!({ "name": "4" });
    note("POST /timetables/{id}/copy", app.post(format!("{path}/copy")).by(student).json(&copy).send().await);
    let visibility = json!({ "visibility": "private" });
    note("PATCH /timetables/{id}", app.patch(&path).by(student).json(&visibility).send().await);
    let name = json!({ "name": "5" });
    note("PATCH /timetables/{id}, name", app.patch(&path).by(student).json(&name).send().await);
    note_friends(app, school, (student, &path), note).await;
    note("DELETE /timetables/{id}", app.delete(&path).by(student).send().await);
    let found = app.get("/lectures?semester=2026-1").by(student).send().await;
    note("GET /lectures, of 2 courses", found);
    note_reviews(app, student, &other, &lecture, note).await;
    note_exam_infos(app, student, &other, &lecture, note).await;
    note_grades(app, student, &lecture, note).await;
}

/// Lectures of a semester. Returns the id of one.
async fn note_lectures(
    app: &TestApp,
    school: &School,
    student: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) -> String {
    let lectures = ["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105", "M2|001|해석학|3|박|수 14:00-15:30|25-106"];
    app.import(school, &lectures).await;
    let search = || app.get("/lectures?semester=2026-1&query=x").by(student).send();
    note("GET /lectures, first", search().await);
    note("GET /lectures", search().await);
    note("GET /semesters", app.get("/semesters").by(student).send().await);
    note("GET /semesters/{semester}/filters", app.get("/semesters/2026-1/filters").by(student).send().await);
    let lecture = app.lecture(student, "확률과정론").await;
    note("GET /lectures/{id}", app.get(format!("/lectures/{lecture}")).by(student).send().await);
    lecture
}

/// Reviews of a course that the student has taken.
async fn note_reviews(
    app: &TestApp,
    student: &Student,
    reader: &Student,
    lecture: &str,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let reviews = format!("/lectures/{lecture}/reviews");
    let write = || app.post(&reviews).by(student).json(&review_body());
    let made = note("POST /lectures/{id}/reviews", write().send().await);
    let path = made.header("location").to_owned();
    note("GET /lectures/{id}/reviews, 1 review", app.get(&reviews).by(reader).send().await);
    note("POST /reviews/{id}/like", app.post(format!("{path}/like")).by(reader).send().await);
    note("DELETE /reviews/{id}", app.delete(&path).by(student).send().await);
    let once = write().header("idempotency-key", "r1").send().await;
    note("POST /lectures/{id}/reviews, Idempotency-Key", once);
}

/// Exam infos about a course that the student has taken.
async fn note_exam_infos(
    app: &TestApp,
    student: &Student,
    reader: &Student,
    lecture: &str,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let exam_infos = format!("/lectures/{lecture}/exam-infos");
    let write = || app.post(&exam_infos).by(student).json(&exam_info_body());
    let made = note("POST /lectures/{id}/exam-infos", write().send().await);
    let path = made.header("location").to_owned();
    note("GET /lectures/{id}/exam-infos, 1 exam info", app.get(&exam_infos).by(reader).send().await);
    note("POST /exam-infos/{id}/like", app.post(format!("{path}/like")).by(reader).send().await);
    note("DELETE /exam-infos/{id}", app.delete(&path).by(student).send().await);
    let once = write().header("idempotency-key", "x1").send().await;
    note("POST /lectures/{id}/exam-infos, Idempotency-Key", once);
}

/// Grades of one semester.
async fn note_grades(app: &TestApp, student: &Student, lecture: &str, note: &mut impl FnMut(&str, Answer) -> Answer) {
    let put = |body: &Value| app.put("/grades/2026-1").by(student).json(&json!({ "courses": [body] })).send();
    let mut course = grade_body();
    note("PUT /grades/{semester}", put(&course).await);
    course["lecture_id"] = json!(lecture);
    note("PUT /grades/{semester}, with a lecture", put(&course).await);
    note("GET /grades/{semester}", app.get("/grades/2026-1").by(student).send().await);
    note("GET /grades", app.get("/grades").by(student).send().await);
    note("PATCH /grades", app.patch("/grades").by(student).json(&json!({ "scale": 4.3 })).send().await);
}

/// Share links and friends.
async fn note_friends(
    app: &TestApp,
    school: &School,
    (student, timetable): (&Student, &str),
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let share = format!("{timetable}/share");
    let made = note("POST /timetables/{id}/share", app.post(&share).by(student).send().await);
    let shared = made.header("location").to_owned();
    note("GET /shared-timetables/{token}", app.get(&shared).send().await);
    note("GET /shared-timetables/{token}/calendar.ics", app.get(format!("{shared}/calendar.ics")).send().await);
    note("GET /shared-timetables/{token}/picture.svg", app.get(format!("{shared}/picture.svg")).send().await);
    note("POST /timetables/{id}/share, another", app.post(&share).by(student).send().await);
    note("DELETE /timetables/{id}/share", app.delete(&share).by(student).send().await);

    let (friend, other) = (app.student(school).await, app.student(school).await);
    let ask = |by, whom: &Student| app.post("/friends/requests").by(by).json(&json!({ "login_id": whom.login_id }));
    let made = note("POST /friends/requests", ask(student, &friend).send().await);
    let request = made.header("location").to_owned();
    let once = ask(&other, student).header("idempotency-key", "f").send().await;
    note("POST /friends/requests, Idempotency-Key", once);
    note("GET /friends/requests, 2 requests", app.get("/friends/requests").by(student).send().await);
    note("POST /friends/requests, crossing", ask(student, &other).send().await);
    note("POST /friends/requests/{id}/accept", app.post(format!("{request}/accept")).by(&friend).send().await);
    note("GET /friends, 2 friends", app.get("/friends").by(student).send().await);
    app.patch(timetable).by(student).json(&json!({ "visibility": "friends" })).send().await.is(200);
    note("GET /timetables/{id}, a friend's", app.get(timetable).by(&friend).send().await);
    let path = request.replace("/requests", "");
    let theirs = app.get(format!("{path}/timetable?semester=2026-1")).by(&friend).send().await;
    note("GET /friends/{id}/timetable", theirs);
    note("DELETE /friends/{id}", app.delete(&path).by(student).send().await);
    let request = ask(student, &friend).send().await.header("location").to_owned();
    note("DELETE /friends/requests/{id}", app.delete(&request).by(&friend).send().await);
}
