//! Verification of an address by a code (rule 16).

mod addresses;
mod codes;
mod races;

use campus_core::domain::School;
use serde_json::json;

use crate::support::harness::{PASSWORD, Student, TestApp};

const MINUTE_MS: i64 = 60 * 1000;

/// Starts a service with a student whose address is in the domain of the school.
async fn start_by_email() -> (TestApp, School, Student) {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let student = app.unverified(&school).await;
    (app, school, student)
}

/// The code that was sent to the student's own address.
async fn own_code(app: &TestApp, student: &Student) -> String {
    app.request_code(student, &student.email).await.is(202);
    app.take_code(&student.email).await
}

async fn verification(app: &TestApp, student: &Student) -> serde_json::Value {
    app.get("/auth/me").by(student).send().await.is(200).at("/verification")
}

async fn withdraw(app: &TestApp, student: &Student) {
    app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await.is(204);
}
