//! What each operation takes of the table, as `docs/data-model.md` says: calls in all, calls in sequence, and capacity.
//!
//! The engine computes capacity as DynamoDB does. The rows of these tests are small; what grows with their size is said
//! in the docs.

use campus_core::domain::School;
use campus_core::store::Usage;
use serde_json::json;

use crate::harness::{Answer, PASSWORD, Student, TestApp, sign_up_body, student_of};
use crate::openapi::operations;

const DOCS: &str = include_str!("../../../docs/data-model.md");

/// One line of the table in the docs.
fn line(operation: &str, answer: &Answer) -> String {
    assert!(answer.status.is_success(), "{operation}: {answer:?}");
    let Usage { calls, sequence, read_units, write_units } = answer.usage;
    format!("| `{operation}` | {calls} | {sequence} | {read_units} | {write_units} |")
}

#[tokio::test]
async fn the_docs_say_what_each_operation_takes() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let mut lines = Vec::new();
    let mut note = |operation: &str, answer: Answer| {
        lines.push(line(operation, &answer));
        answer
    };

    note("GET /schools", app.get("/schools").send().await);
    note("POST /auth/signup", app.post("/auth/signup").json(&sign_up_body(&school, "maru")).send().await);
    let log_in = json!({ "login_id": "maru", "password": PASSWORD });
    note("POST /auth/login", app.post("/auth/login").json(&log_in).send().await);
    let student = app.log_in("maru").await;
    let refresh = json!({ "refresh_token": student.refresh_token });
    let refreshed = note("POST /auth/refresh", app.post("/auth/refresh").json(&refresh).send().await);
    let student = student_of(&refreshed);
    let other = app.log_in("maru").await;
    let log_out = json!({ "refresh_token": other.refresh_token });
    note("POST /auth/logout", app.post("/auth/logout").json(&log_out).send().await);
    note("GET /auth/me", app.get("/auth/me").by(&student).send().await);
    let (name, nickname) = (json!({ "name": "김마루" }), json!({ "nickname": "마루" }));
    note("PATCH /auth/me", app.patch("/auth/me").by(&student).json(&name).send().await);
    note("PATCH /auth/me, nickname", app.patch("/auth/me").by(&student).json(&nickname).send().await);
    let change = json!({ "current_password": PASSWORD, "new_password": "nine otters juggle" });
    note("PUT /auth/me/password", app.put("/auth/me/password").by(&student).json(&change).send().await);
    note("GET /.well-known/jwks.json", app.get("/.well-known/jwks.json").send().await);

    let board = json!({ "category": "일반", "name": "자유게시판" });
    let made = note("POST /boards", app.post("/boards").by(&student).json(&board).send().await);
    let path = made.header("location").to_owned();
    let other = json!({ "category": "일반", "name": "비밀게시판" });
    let once = app.post("/boards").by(&student).header("idempotency-key", "k").json(&other).send().await;
    note("POST /boards, Idempotency-Key", once);
    note("GET /boards/{id}", app.get(&path).by(&student).send().await);
    note("GET /boards", app.get("/boards").by(&student).send().await);
    note("GET /boards?name=", app.get("/boards?name=x").by(&student).send().await);
    let (description, name) = (json!({ "description": "새 설명" }), json!({ "name": "광장" }));
    note("PATCH /boards/{id}", app.patch(&path).by(&student).json(&description).send().await);
    note("PATCH /boards/{id}, name", app.patch(&path).by(&student).json(&name).send().await);
    note("PUT /boards/{id}/pin", app.put(format!("{path}/pin")).by(&student).send().await);
    note("GET /boards/pinned", app.get("/boards/pinned").by(&student).send().await);
    note("DELETE /boards/{id}/pin", app.delete(format!("{path}/pin")).by(&student).send().await);

    let posts = format!("{path}/posts");
    let post = |is_anonymous: bool| json!({ "title": "제목", "content": "내용", "is_anonymous": is_anonymous });
    let made = note("POST /boards/{id}/posts", app.post(&posts).by(&student).json(&post(true)).send().await);
    let named = app.post(&posts).by(&student).json(&post(false)).send().await;
    let named = note("POST /boards/{id}/posts, named", named);
    let once = app.post(&posts).by(&student).header("idempotency-key", "k").json(&post(true)).send().await;
    assert_eq!(once.status, 422, "the key was used");
    let once = app.post(&posts).by(&student).header("idempotency-key", "p").json(&post(true)).send().await;
    note("POST /boards/{id}/posts, Idempotency-Key", once);
    note("GET /posts/{id}", app.get(made.header("location")).by(&student).send().await);
    note("GET /posts/{id}, named", app.get(named.header("location")).by(&student).send().await);
    for _ in 0..20 {
        app.post(&posts).by(&student).json(&post(false)).send().await;
    }
    note("GET /boards/{id}/posts, 20 posts", app.get(&posts).by(&student).send().await);
    note("DELETE /boards/{id}", app.delete(&path).by(&student).send().await);

    measure_timetables(&app, &school, &student, &mut note).await;

    let withdrawal = json!({ "password": "nine otters juggle" });
    note("DELETE /auth/me", app.delete("/auth/me").by(&student).json(&withdrawal).send().await);

    let table = DOCS.split_once("| operation | calls | in sequence |").unwrap().1;
    for (operation, _) in operations(&serde_json::to_value(&app.desk.document).unwrap()) {
        assert!(lines.iter().any(|line| line.contains(&format!("`{operation}"))), "{operation} is not measured");
    }
    let documented: Vec<&str> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(documented == lines, "the docs should say:\n{}\n", lines.join("\n"));
}

async fn measure_timetables(
    app: &TestApp,
    school: &School,
    student: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let lectures = ["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105", "M2|001|해석학|3|박|수 14:00-15:30|25-106"];
    app.import(school, &lectures).await;
    let search = || app.get("/lectures?semester=2026-1&query=x").by(student).send();
    note("GET /lectures, first", search().await);
    note("GET /lectures", search().await);
    let lecture = app.lecture(student, "확률과정론").await;
    note("GET /lectures/{id}", app.get(format!("/lectures/{lecture}")).by(student).send().await);
    let timetable = |name: &str| json!({ "semester": "2026-1", "name": name, "visibility": "school" });
    let made = note(
        "POST /timetables, first of a semester",
        app.post("/timetables").by(student).json(&timetable("1")).send().await,
    );
    note("POST /timetables", app.post("/timetables").by(student).json(&timetable("2")).send().await);
    let once = app.post("/timetables").by(student).header("idempotency-key", "t").json(&timetable("3")).send().await;
    note("POST /timetables, Idempotency-Key", once);
    let path = made.header("location").to_owned();
    let entries = format!("{path}/entries");
    let entry = json!({ "lecture_id": lecture });
    note("POST /timetables/{id}/entries", app.post(&entries).by(student).json(&entry).send().await);
    let own = json!({ "title": "동아리", "slots": [] });
    let made = app.post(&entries).by(student).header("idempotency-key", "e").json(&own).send().await;
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
    note("DELETE /timetables/{id}", app.delete(&path).by(student).send().await);
}

#[tokio::test]
async fn a_page_of_posts_costs_the_same_however_many_there_are() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let posts = format!("/boards/{}/posts", app.board(&student, "자유").await);
    let mut usages = Vec::new();
    for total in [20, 120] {
        while app.count_rows("#POST#").await < total {
            let post = json!({ "title": "제목", "content": "내용", "is_anonymous": true });
            app.post(&posts).by(&student).json(&post).send().await.is(201);
        }
        usages.push(app.get(&posts).by(&student).send().await.usage);
    }
    assert_eq!(usages[0], usages[1]);
}
