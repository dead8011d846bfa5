//! Accounts and their mails under load, while DynamoDB and SES fail at random: sign-ups, codes, changes of addresses,
//! resets, reminders, consents, withdrawals, the stream and the schedules, all at the same time.

use std::collections::BTreeMap;

use campus_core::domain::School;
use fastrand::Rng;
use futures_util::future::join_all;
use serde_json::json;

use super::{left, pass_secs};
use crate::support::faults::random::RandomFaults;
use crate::support::harness::{APP_URL, Answer, PASSWORD, Student, TestApp, another_code, sign_up_body, student_of};
use crate::support::policies::policies;
use crate::support::ses::SesFault;

const STUDENTS: usize = 12;
const ROUNDS: u8 = 8;
const REQUESTS_PER_ROUND: usize = 2;

/// The time of a round: a purge that begins in it is due after it, and so is a mail that SES refuses once.
const ROUND_S: i64 = 61;

/// The number of addresses that the students share.
const SHARED: u8 = 6;

/// What SES does while the stream and the schedule deliver.
const SES_FAULTS: [Option<SesFault>; 8] = [
    None,
    None,
    None,
    None,
    Some(SesFault::Throttled),
    Some(SesFault::QuotaExceeded),
    Some(SesFault::Failed),
    Some(SesFault::AnswerLost),
];

/// Somebody who uses accounts, and asks for mails to a new spelling of an address each time.
struct Member<'a> {
    app: &'a TestApp,
    school: &'a School,
    number: usize,
    rng: Rng,
    /// `None` before the sign-up has succeeded.
    student: Option<Student>,
    sign_ups: usize,
    addresses: usize,
    /// The addresses to which the service has promised a code.
    promised: Vec<String>,
    /// The number of the shared address that the account has verified.
    own: Option<u8>,
    /// The address of the last request for a reset.
    reset: String,
    /// The number of requests that have succeeded.
    succeeded: usize,
}

impl<'a> Member<'a> {
    fn new(app: &'a TestApp, school: &'a School, number: usize, rng: Rng) -> Self {
        Self {
            app,
            school,
            number,
            rng,
            student: None,
            sign_ups: 0,
            addresses: 0,
            promised: Vec::new(),
            own: None,
            reset: String::new(),
            succeeded: 0,
        }
    }

    /// Sends a random request. The response is never an error of the service.
    async fn act(&mut self) {
        let Some(student) = self.student.clone() else { return self.sign_up().await };
        let (action, answer) = match self.rng.u8(..24) {
            0..6 => ("request of a code", self.ask_for_code(&student).await),
            6..13 => ("confirmation", self.confirm(&student).await),
            13..15 => ("request of a reset", self.ask_for_reset().await),
            15..18 => ("reset", self.reset_password().await),
            18 => ("reminder", self.ask_for_reminder().await),
            19 | 20 => ("consent", self.accept_policies(&student).await),
            21 | 22 => ("change", self.change_name(&student).await),
            _ => ("withdrawal", self.withdraw(&student).await),
        };
        self.note(action, &answer);
        if answer.status == 401 {
            self.log_in(&student).await;
        }
    }

    /// Asserts that the response is no error of the service, and counts what succeeds.
    fn note(&mut self, action: &str, answer: &Answer) {
        let refusals = [401, 403, 409, 422, 503];
        let is_refusal = refusals.contains(&answer.status.as_u16());
        assert!(answer.status.is_success() || is_refusal, "{action} of student {}: {answer:?}", self.number);
        self.succeeded += usize::from(answer.status.is_success());
    }

    async fn sign_up(&mut self) {
        self.sign_ups += 1;
        let mut body = sign_up_body(self.school, &format!("mem{}x{}", self.number, self.sign_ups));
        if let Ok(Some(current)) = self.app.service.app.policies.current().await {
            body["consents"] = json!(current);
            body["is_14_or_older"] = true.into();
        }
        let answer = self.app.post("/auth/signup").json(&body).send().await;
        self.note("sign-up", &answer);
        self.own = None;
        self.student = (answer.status == 201).then(|| student_of(&answer));
    }

    async fn log_in(&mut self, student: &Student) {
        let body = json!({ "login_id": student.login_id, "password": PASSWORD });
        let answer = self.app.post("/auth/login").json(&body).send().await;
        self.note("login", &answer);
        match answer.status.as_u16() {
            200 => self.student = Some(student_of(&answer)),
            // The response to the withdrawal was lost.
            401 => self.student = None,
            _ => {}
        }
    }

    /// A spelling of an address that several students share. No two spellings are alike.
    fn address(&mut self, shared: u8) -> String {
        self.addresses += 1;
        format!("shared{shared}+{}.{}@example.ac.kr", self.number, self.addresses)
    }

    /// An address that the account has verified, or any.
    fn own_address(&mut self) -> String {
        let any = self.rng.u8(..SHARED);
        self.address(self.own.unwrap_or(any))
    }

    async fn ask_for_code(&mut self, student: &Student) -> Answer {
        let shared = self.rng.u8(..SHARED);
        let address = self.address(shared);
        let answer = self.app.request_code(student, &address).await;
        if answer.status == 202 {
            self.promised.push(address);
        }
        answer
    }

    /// Confirms the code of the last mail, or now and then a wrong one.
    async fn confirm(&mut self, student: &Student) -> Answer {
        let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        let text = self.promised.last().and_then(|address| self.mail_to(address));
        let code = text.and_then(|text| text.split_whitespace().find(is_code).map(str::to_owned));
        let code = code.unwrap_or_else(|| "000000".to_owned());
        let code = if self.rng.u8(..4) == 0 { another_code(&code) } else { code };
        let answer = self.app.confirm_code(student, &code).await;
        if answer.status == 200 {
            self.own = answer.text_at("/email").strip_prefix("shared").map(|rest| rest[..1].parse().unwrap());
        }
        answer
    }

    async fn ask_for_reset(&mut self) -> Answer {
        self.reset = self.own_address();
        self.app.post("/auth/password-reset").json(&json!({ "email": self.reset })).send().await
    }

    async fn ask_for_reminder(&mut self) -> Answer {
        let address = self.own_address();
        self.app.post("/auth/login-id-reminder").json(&json!({ "email": address })).send().await
    }

    /// Sets the password with the link of the last mail. It stays the same, so that the owner can log in.
    async fn reset_password(&mut self) -> Answer {
        let prefix = format!("{APP_URL}/reset-password#");
        let text = self.mail_to(&self.reset).unwrap_or_default();
        let token = text.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap_or("none");
        let body = json!({ "token": token, "new_password": PASSWORD });
        self.app.post("/auth/password-reset/confirm").json(&body).send().await
    }

    async fn accept_policies(&mut self, student: &Student) -> Answer {
        let current = self.app.service.app.policies.current().await.ok().flatten();
        self.app.put("/auth/me/consents").by(student).json(&json!(current)).send().await
    }

    async fn change_name(&self, student: &Student) -> Answer {
        self.app.patch("/auth/me").by(student).json(&json!({ "name": "김마루" })).send().await
    }

    async fn withdraw(&mut self, student: &Student) -> Answer {
        let answer = self.app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await;
        if answer.status == 204 {
            self.student = None;
        }
        answer
    }

    fn mail_to(&self, address: &str) -> Option<String> {
        self.app.ses.mails().into_iter().rfind(|mail| mail.to == address).map(|mail| mail.text)
    }
}

/// Delivers the stream and runs all schedules, a few times. The next run repeats what fails.
async fn run_background(app: &TestApp, rng: &mut Rng) {
    for _ in 0..2 {
        match rng.choice(SES_FAULTS).flatten() {
            Some(fault) => app.ses.fail(fault),
            None => app.ses.mend(),
        }
        let withdrawals = &app.service.app.withdrawals;
        let schedule = app.notifications.handle(json!({ "source": "aws.events" }));
        let _ = tokio::join!(app.mails(), schedule, withdrawals.purge(), withdrawals.delete_unverified());
    }
}

/// Runs everything at the same time, in rounds.
async fn run(app: &TestApp, members: &mut [Member<'_>], mut rng: Rng) {
    for round in 0..ROUNDS {
        let requests = join_all(members.iter_mut().map(async |member| {
            for _ in 0..REQUESTS_PER_ROUND {
                Box::pin(member.act()).await;
            }
        }));
        let version = round.to_string();
        let texts = policies(&version, "1");
        let import = async {
            if round.is_multiple_of(4) {
                let _ = app.service.app.policies.import(&texts).await;
            }
        };
        tokio::join!(requests, import, Box::pin(run_background(app, &mut rng)));
        pass_secs(app, ROUND_S);
    }
}

/// After the faults: the schedule sends what is left. Returns how many mails were given up.
async fn drain(app: &TestApp) -> usize {
    app.mails().await;
    for _ in 0..20 {
        match left(app).await {
            (0, given_up) => return given_up,
            _ => pass_secs(app, 121),
        }
        app.run_mail_schedule().await;
    }
    panic!("{:?} mails are left", left(app).await);
}

/// No mail was sent twice, unless nothing could tell the service that it was sent. No promised code is missing, unless it
/// was given up, because it expired before SES accepted it.
fn check_mails(app: &TestApp, faults: &RandomFaults, promised: &[String], given_up: usize) {
    let mut sent = BTreeMap::<_, usize>::new();
    for mail in app.ses.mails() {
        *sent.entry((mail.to, mail.subject)).or_default() += 1;
    }
    let repeated: usize = sent.values().map(|times| times - 1).sum();
    let untold = app.ses.lost_answers() + faults.undeleted("MAILS#");
    assert!(repeated <= untold, "{repeated} mails were sent again, but only {untold} results were lost");
    let is_sent = |address: &&String| sent.keys().any(|(to, _)| to == *address);
    let missing: Vec<_> = promised.iter().filter(|address| !is_sent(address)).collect();
    assert!(missing.len() <= given_up, "{given_up} mails were given up, and these are missing: {missing:?}");
}

#[tokio::test]
async fn accounts_and_mails_withstand_faults_under_load() {
    const SEED: u64 = 22;
    let faults = RandomFaults::new();
    let app = TestApp::start_with(|engine| faults.connection(engine), None).await;
    let school = app.school_by_email("가온대학교").await;
    // Access tokens are not valid yet if the clock of the service is ahead of that of the machine.
    pass_secs(&app, -ROUND_S * i64::from(ROUNDS));
    let mut rng = Rng::with_seed(SEED);
    let new = |number| Member::new(&app, &school, number, rng.fork());
    let mut members: Vec<_> = (0..STUDENTS).map(new).collect();
    for (shared, member) in (0..SHARED).zip(&mut members) {
        member.sign_up().await;
        let address = member.address(shared);
        app.verify_address(member.student.as_ref().unwrap(), &address).await;
        member.own = Some(shared);
    }
    faults.begin(SEED);
    run(&app, &mut members, rng).await;
    let promised: Vec<_> = members.iter().flat_map(|member| member.promised.clone()).collect();
    app.ses.mend();
    let succeeded: usize = members.iter().map(|member| member.succeeded).sum();
    let failed = faults.mend();
    assert!(succeeded > 50 && failed > 50, "{succeeded} requests succeeded, and {failed} calls failed");

    let given_up = drain(&app).await;
    check_mails(&app, &faults, &promised, given_up);
    app.audit().await;
    // The deadline of the unverified accounts passes, and all purges become due.
    pass_secs(&app, 15 * 24 * 3600);
    app.service.app.withdrawals.delete_unverified().await.unwrap();
    pass_secs(&app, 61);
    app.service.app.withdrawals.purge().await.unwrap();
    assert_eq!((app.count_rows("UNVERIFIED#").await, app.count_rows("PURGES").await), (0, 0));
    app.audit().await;
}
