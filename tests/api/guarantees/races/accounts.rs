//! Races of verification and recovery (rules 16 and 17).

use std::sync::Arc;

use campus_core::domain::{Parse, School};
use campus_core::store::{Table, VerifiedAddresses};
use serde_json::{Value, json};

use crate::support::faults::lagging::Lagging;
use crate::support::harness::{Answer, Student, TestApp};

/// Two services on one table, and two students who are not verified.
struct Accounts {
    injector: Lagging,
    app: TestApp,
    beside: Arc<TestApp>,
    student: Student,
    other: Student,
}

impl Accounts {
    async fn start() -> Self {
        let injector = Lagging::new();
        let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
        let school: School = app.school_by_email("가온대학교").await;
        let (student, other) = (app.unverified(&school).await, app.unverified(&school).await);
        let beside = Arc::new(app.beside().await);
        Self { injector, app, beside, student, other }
    }

    /// Lets somebody send this request to the other service, just before the next transaction of this one.
    fn before_next_transaction(&self, by: &Student, path: &'static str, body: Value, status: u16) {
        let (beside, by) = (self.beside.clone(), by.clone());
        self.injector.before_next("TransactWriteItems", async move {
            beside.post(path).by(&by).json(&body).send().await.is(status);
        });
    }

    async fn code(&self, by: &Student, address: &str) -> String {
        self.app.request_code(by, address).await.is(202);
        self.app.take_code(address).await
    }

    async fn is_verified(&self, student: &Student) -> bool {
        self.app.get("/auth/me").by(student).send().await.is(200).at("/verification/state") == "verified"
    }

    /// Confirms the student's code after what was planned.
    async fn confirm(&self, code: &str) -> Answer {
        let answer = self.app.confirm_code(&self.student, code).await;
        assert!(self.injector.has_happened());
        self.app.audit().await;
        answer
    }
}

const CONFIRM: &str = "/auth/verification/confirm";

#[tokio::test]
async fn an_address_belongs_to_the_account_that_confirms_it_first() {
    let race = Accounts::start().await;
    let code = race.code(&race.student, "maru@example.ac.kr").await;
    let others = race.code(&race.other, "MARU@example.ac.kr").await;
    race.before_next_transaction(&race.other, CONFIRM, json!({ "code": others }), 200);
    race.confirm(&code).await.is_problem(409, "email_taken");
    assert!(!race.is_verified(&race.student).await && race.is_verified(&race.other).await);
}

#[tokio::test]
async fn a_code_requested_during_a_confirmation_replaces_the_code() {
    let race = Accounts::start().await;
    let code = race.code(&race.student, &race.student.email).await;
    race.before_next_transaction(&race.student, "/auth/verification", json!({ "email": "new@example.ac.kr" }), 202);
    race.confirm(&code).await.is_problem(403, "code_invalid");
    assert!(!race.is_verified(&race.student).await);
    let new = race.app.take_code("new@example.ac.kr").await;
    race.app.confirm_code(&race.student, &new).await.is(200);
}

#[tokio::test]
async fn a_confirmation_during_the_request_for_another_code_stays() {
    let race = Accounts::start().await;
    let code = race.code(&race.student, &race.student.email).await;
    race.before_next_transaction(&race.student, CONFIRM, json!({ "code": code }), 200);
    race.app.request_code(&race.student, "new@example.ac.kr").await.is(202);
    assert!(race.injector.has_happened() && race.is_verified(&race.student).await);
    let new = race.app.take_code("new@example.ac.kr").await;
    race.app.confirm_code(&race.student, &new).await.is(200);
    race.app.audit().await;
}

#[tokio::test]
async fn the_right_code_sent_twice_at_once_gets_the_account_twice() {
    let race = Accounts::start().await;
    let code = race.code(&race.student, &race.student.email).await;
    race.before_next_transaction(&race.student, CONFIRM, json!({ "code": code }), 200);
    let answer = race.confirm(&code).await;
    assert_eq!(answer.is(200).at("/verification/state"), "verified");
    assert_eq!(race.app.get("/auth/me").by(&race.student).send().await.json(), answer.json());
}

#[tokio::test]
async fn a_link_whose_address_is_replaced_during_the_reset_sets_no_password() {
    let race = Accounts::start().await;
    race.app.verify_address(&race.student, &race.student.email).await;
    let address = Parse::parse(race.student.email.clone()).unwrap();
    let addresses = VerifiedAddresses::new(Table::new(race.app.raw.clone(), race.app.clock.clone()));
    let owner = addresses.owner(&address).await.unwrap().unwrap();
    let token = race.app.service.app.password_resets.create(&address, owner).await.unwrap();
    let code = race.code(&race.student, "new@example.ac.kr").await;
    race.before_next_transaction(&race.student, CONFIRM, json!({ "code": code }), 200);
    let body = json!({ "token": token, "new_password": "nine otters juggle" });
    let answer = race.app.post("/auth/password-reset/confirm").json(&body).send().await;
    answer.is_problem(403, "reset_token_invalid");
    assert!(race.injector.has_happened());
    race.app.log_in(&race.student.login_id).await;
    race.app.audit().await;
}
