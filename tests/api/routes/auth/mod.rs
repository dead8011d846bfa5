//! Schools, accounts and sessions.

pub mod accounts;
mod consents;
mod profile;
mod recovery;
mod schools;
mod sessions;
mod spelling;
mod unverified;
mod verification;
mod withdrawal;

use serde_json::json;

use crate::support::harness::{Answer, Student, TestApp};

/// Starts a service with one student.
async fn start() -> (TestApp, Student) {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    (app, student)
}

async fn log_in(app: &TestApp, login_id: &str, password: &str) -> Answer {
    app.post("/auth/login").json(&json!({ "login_id": login_id, "password": password })).send().await
}
