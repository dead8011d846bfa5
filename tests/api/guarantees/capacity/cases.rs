//! The cases of accounts, boards, pictures and notifications.

use campus_core::domain::School;
use serde_json::json;

use crate::guarantees::capacity::posts::note_posts;
use crate::guarantees::capacity::timetables::note_timetables;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp, sign_up_body, student_of};

/// Sends the requests of all cases. Calls `note` with each case and its response, in the order of the table.
pub(super) async fn note_cases(note: &mut impl FnMut(&str, Answer) -> Answer) {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = note_accounts(&app, &school, note).await;
    note_boards(&app, &student, note).await;
    note_notifications(&app, &school, &student, note).await;
    note_timetables(&app, &school, &student, note).await;

    let withdrawal = json!({ "password": "nine otters juggle" });
    note("DELETE /auth/me", app.delete("/auth/me").by(&student).json(&withdrawal).send().await);
}

/// Schools, and the account of a student. Returns the student.
async fn note_accounts(app: &TestApp, school: &School, note: &mut impl FnMut(&str, Answer) -> Answer) -> Student {
    note("GET /schools", app.get("/schools").send().await);
    app.post("/auth/signup").json(&sign_up_body(school, "maru")).send().await.is(201);
    let by_email = app.school_by_email("나래대학교").await;
    let newcomer = app.post("/auth/signup").json(&sign_up_body(&by_email, "newcomer")).send().await;
    let newcomer = student_of(&note("POST /auth/signup", newcomer));
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
    Box::pin(note_verification(app, &by_email, &newcomer, note)).await;
    note("GET /.well-known/jwks.json", app.get("/.well-known/jwks.json").send().await);
    student
}

/// Verification of a student who is not verified, and of a student of the school whom an operator has verified.
async fn note_verification(
    app: &TestApp,
    school: &School,
    unverified: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    note("POST /auth/verification", app.request_code(unverified, &unverified.email).await);
    let code = app.take_code(&unverified.email).await;
    note("POST /auth/verification/confirm, unverified", app.confirm_code(unverified, &code).await);
    for (student, address, case) in [
        (&app.student(school).await, "other@example.ac.kr", ""),
        (unverified, "another@example.ac.kr", ", another address"),
    ] {
        app.request_code(student, address).await.is(202);
        let code = app.take_code(address).await;
        note(&format!("POST /auth/verification/confirm{case}"), app.confirm_code(student, &code).await);
    }
}

/// Boards, posts on one of them, and pictures.
async fn note_boards(app: &TestApp, student: &Student, note: &mut impl FnMut(&str, Answer) -> Answer) {
    let board = json!({ "category": "일반", "name": "자유게시판" });
    let made = note("POST /boards", app.post("/boards").by(student).json(&board).send().await);
    let path = made.header("location").to_owned();
    let other = json!({ "category": "일반", "name": "비밀게시판" });
    let once = app.post("/boards").by(student).header("idempotency-key", "k").json(&other).send().await;
    note("POST /boards, Idempotency-Key", once);
    note("GET /boards/{id}", app.get(&path).by(student).send().await);
    note("GET /boards", app.get("/boards").by(student).send().await);
    note("GET /boards?name=", app.get("/boards?name=x").by(student).send().await);
    let (description, name) = (json!({ "description": "새 설명" }), json!({ "name": "광장" }));
    note("PATCH /boards/{id}", app.patch(&path).by(student).json(&description).send().await);
    note("PATCH /boards/{id}, name", app.patch(&path).by(student).json(&name).send().await);
    note("PUT /boards/{id}/pin", app.put(format!("{path}/pin")).by(student).send().await);
    note("GET /boards/pinned", app.get("/boards/pinned").by(student).send().await);
    note("DELETE /boards/{id}/pin", app.delete(format!("{path}/pin")).by(student).send().await);

    note_posts(app, student, &path, note).await;
    let picture = json!({ "content_type": "image/png", "size": 1000 });
    note("POST /media", app.post("/media").by(student).json(&picture).send().await);
    let once = app.post("/media").by(student).header("idempotency-key", "m1").json(&picture).send().await;
    note("POST /media, Idempotency-Key", once);
    note("DELETE /boards/{id}", app.delete(&path).by(student).send().await);
}

/// A notification of a comment.
async fn note_notifications(
    app: &TestApp,
    school: &School,
    student: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let other = app.student(school).await;
    let board = app.board(&other, "소식").await;
    let post = app.write_post(student, &board, "새 글", true).await;
    app.write_comment(&other, &post, "댓글", None).await;
    app.consume_stream().await;
    note("GET /notifications, 1 comment", app.get("/notifications?limit=1").by(student).send().await);
}
