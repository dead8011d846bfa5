//! Students, and what they usually do.

use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{
    Caller, Columns, EmailDomain, LoginId, Merge, Parse, Role, School, SchoolName, Semester, VerificationPolicy,
    YoungDays,
};
use campus_core::store::Error;
use campus_core::tokens::Claims;
use serde_json::{Value, json};

use super::{Answer, Call, TestApp};

/// The password of every student.
pub const PASSWORD: &str = "otter juggles 9 stones";

/// A student who is logged in.
#[derive(Clone)]
pub struct Student {
    pub id: String,
    pub login_id: String,
    pub email: String,
    pub nickname: String,
    pub token: String,
    pub refresh_token: String,
}

impl Student {
    /// The caller that the access token names.
    pub fn caller(&self) -> Caller {
        let payload = self.token.split('.').nth(1).unwrap();
        let claims: Claims = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        claims.caller()
    }
}

/// The body of a sign-up. The email address and the nickname contain the login id.
pub fn sign_up_body(school: &School, login_id: &str) -> Value {
    json!({
        "school_id": school.id, "login_id": login_id, "password": PASSWORD, "admission_year": 2024,
        "email": format!("{login_id}@example.ac.kr"),
        "nickname": login_id.replace("student_", "별명").chars().take(10).collect::<String>(),
    })
}

/// The student of the response to a sign-up or a login.
pub fn student_of(answer: &Answer) -> Student {
    Student {
        id: answer.text_at("/user/id"),
        login_id: answer.text_at("/user/login_id"),
        email: answer.text_at("/user/email"),
        nickname: answer.text_at("/user/nickname"),
        token: answer.text_at("/access_token"),
        refresh_token: answer.text_at("/refresh_token"),
    }
}

impl TestApp {
    /// Adds a school where every account counts as verified, and where the likes of new accounts count towards hot at
    /// once.
    pub async fn school(&self, name: &str) -> School {
        self.school_with(name, Vec::new(), VerificationPolicy::Open).await
    }

    /// The same, but students are verified by an email address in the domain of the addresses in [`sign_up_body`].
    pub async fn school_by_email(&self, name: &str) -> School {
        let domain = EmailDomain::parse("example.ac.kr".to_owned()).unwrap();
        self.school_with(name, vec![domain], VerificationPolicy::Email).await
    }

    async fn school_with(&self, name: &str, domains: Vec<EmailDomain>, policy: VerificationPolicy) -> School {
        let (schools, name) = (&self.service.app.schools, SchoolName::parse(name.to_owned()).unwrap());
        let (school, young_days) = (schools.add(name, domains, policy).await.unwrap(), YoungDays::parse(0).unwrap());
        schools.set_young_days(&school, young_days).await.unwrap();
        School { young_days, ..school }
    }

    /// Signs up a student of the school, who is verified.
    pub async fn student(&self, school: &School) -> Student {
        let student = self.unverified(school).await;
        if school.policy == VerificationPolicy::Open { student } else { self.verified(&student).await }
    }

    /// The student after an operator has verified the account, with a new access token.
    pub async fn verified(&self, student: &Student) -> Student {
        let login_id = LoginId::parse(student.login_id.clone()).unwrap();
        assert!(self.service.app.logins.verify(&login_id).await.unwrap());
        let caller = Caller { is_verified: true, ..student.caller() };
        Student { token: self.service.signer.sign(&caller, self.clock.now()).unwrap(), ..student.clone() }
    }

    /// Signs up a student of the school, who is not verified unless the school is open.
    pub async fn unverified(&self, school: &School) -> Student {
        let number = self.students.fetch_add(1, Ordering::Relaxed);
        let mut body = sign_up_body(school, &format!("student_{number}"));
        if let Some(current) = self.service.app.policies.current().await.unwrap() {
            body["consents"] = json!(current);
            body["is_14_or_older"] = true.into();
        }
        let answer = self.post("/auth/signup").json(&body).send().await;
        answer.is(201);
        student_of(&answer)
    }

    /// Signs up a student of the school and makes the student an admin.
    pub async fn admin(&self, school: &School) -> Student {
        let student = self.student(school).await;
        self.service.app.users.set_role(school.id, student.id.parse().unwrap(), Role::Admin).await.unwrap();
        self.log_in(&student.login_id).await
    }

    pub async fn log_in(&self, login_id: &str) -> Student {
        let answer = self.post("/auth/login").json(&json!({ "login_id": login_id, "password": PASSWORD })).send().await;
        answer.is(200);
        student_of(&answer)
    }

    /// The student with a new access token of the same session: an access token is valid for ten minutes.
    pub fn renewed(&self, student: &Student) -> Student {
        let token = self.service.signer.sign(&student.caller(), self.clock.now()).unwrap();
        Student { token, ..student.clone() }
    }

    /// Creates a board. Returns its id.
    pub async fn board(&self, by: &Student, name: &str) -> String {
        let answer = self.post("/boards").by(by).json(&json!({ "category": "일반", "name": name })).send().await;
        answer.is(201).text_at("/id")
    }

    /// Creates a post. Returns its id.
    pub async fn write_post(&self, by: &Student, board: &str, title: &str, is_anonymous: bool) -> String {
        let body = json!({ "title": title, "content": format!("{title}의 내용"), "is_anonymous": is_anonymous });
        let answer = self.post(format!("/boards/{board}/posts")).by(by).json(&body).send().await;
        answer.is(201).text_at("/id")
    }

    /// Creates an anonymous comment, or a reply to `parent`. Returns its id.
    pub async fn write_comment(&self, by: &Student, post: &str, content: &str, parent: Option<&str>) -> String {
        let body = json!({ "content": content, "is_anonymous": true, "parent_id": parent });
        let answer = self.post(format!("/posts/{post}/comments")).by(by).json(&body).send().await;
        answer.is(201).text_at("/id")
    }

    /// Sends a message about a post or a comment, such as `{"post_id": "…"}`, to its author. Returns the id of the
    /// thread.
    pub async fn write_about(&self, by: &Student, subject: Value, content: &str) -> String {
        let mut body = subject;
        body["content"] = content.into();
        self.post("/messages").by(by).json(&body).send().await.is(201).text_at("/id")
    }

    /// Blocks the author of a post or a comment. Returns the id of the block.
    pub async fn block(&self, by: &Student, target: Value) -> String {
        self.post("/blocks").by(by).json(&target).send().await.is(201).text_at("/id")
    }

    /// A service with these lectures of 2026-1, and a student.
    pub async fn with_lectures(lines: &[&str]) -> (Self, Student) {
        let app = Self::start().await;
        let school = app.school("가온대학교").await;
        app.import(&school, lines).await;
        let student = app.student(&school).await;
        (app, student)
    }

    /// Imports lectures of 2026-1. A line has code, section, title, credit, professor, times, places and optionally the
    /// state, separated by `|`.
    pub async fn import(&self, school: &School, lines: &[&str]) -> Merge {
        self.import_of("2026-1", school, lines).await.unwrap()
    }

    /// Imports lectures of a semester.
    pub async fn import_of(&self, semester: &str, school: &School, lines: &[&str]) -> Result<Merge, Error> {
        let columns = Columns::find(Columns::NAMES.into_iter().chain([Columns::STATE])).unwrap();
        let facts = |line: &&str| {
            let fields: Vec<&str> = line.split('|').chain([""]).take(8).collect();
            let [code, section, title, credit, professor, times, places, state] = fields[..] else { panic!("{line}") };
            let facts =
                [semester, code, section, title, credit, professor, "수학과", "전선", "", times, places, "", ""];
            let row: Vec<&str> = facts.into_iter().chain([state]).collect();
            columns.parse(|at| row.get(at).copied()).result.unwrap()
        };
        let (listed, semester) = (lines.iter().map(facts).collect::<Vec<_>>(), Semester::parse(semester.to_owned()));
        let catalogues = &self.service.app.catalogues;
        catalogues.import(school.id, semester.unwrap(), &listed, |_, _| ()).await
    }

    /// The id of the lecture of 2026-1 with this title.
    pub async fn lecture(&self, by: &Student, title: &str) -> String {
        self.lecture_of("2026-1", by, title).await
    }

    /// The id of the lecture of a semester with this title.
    pub async fn lecture_of(&self, semester: &str, by: &Student, title: &str) -> String {
        let path = format!("/lectures?semester={semester}&limit=50");
        let found = self.get(path).by(by).send().await.is(200).at("/items");
        let is_it = |lecture: &&Value| lecture["title"] == title;
        found.as_array().unwrap().iter().find(is_it).unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// Creates a timetable of 2026-1. Returns its path.
    pub async fn timetable(&self, by: &Student, name: &str, visibility: &str) -> String {
        let body = json!({ "semester": "2026-1", "name": name, "visibility": visibility });
        let answer = self.post("/timetables").by(by).json(&body).send().await;
        answer.is(201).header("location").to_owned()
    }

    /// Adds an entry to the timetable at the path. Returns the path of the entry.
    pub async fn enter(&self, by: &Student, timetable: &str, entry: &Value) -> String {
        let answer = self.post(format!("{timetable}/entries")).by(by).json(entry).send().await;
        answer.is(201).header("location").to_owned()
    }

    /// Creates a share link of the timetable at the path. Returns its token.
    pub async fn share(&self, by: &Student, timetable: &str) -> String {
        self.post(format!("{timetable}/share")).by(by).send().await.is(201).text_at("/token")
    }

    /// Sends a friend request. Returns its id.
    pub async fn ask(&self, by: &Student, whom: &Student) -> String {
        let body = json!({ "login_id": whom.login_id });
        self.post("/friends/requests").by(by).json(&body).send().await.is(201).text_at("/id")
    }

    /// Makes two students friends. Returns the id of the friendship.
    pub async fn befriend(&self, one: &Student, other: &Student) -> String {
        let id = self.ask(one, other).await;
        self.post(format!("/friends/requests/{id}/accept")).by(other).send().await.is(200);
        id
    }

    /// The names of all items of a list, read page by page.
    pub async fn walk(&self, path: &str, by: Option<&Student>) -> Vec<String> {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let call = self.get(format!("{path}{cursor}"));
            let page = by.into_iter().fold(call, Call::by).send().await;
            let items = page.is(200).at("/items");
            names.extend(items.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()));
            match page.at("/next_cursor").as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return names,
            }
        }
    }

    /// Reports something.
    pub async fn report(&self, by: &Student, body: Value) -> Answer {
        self.post("/reports").by(by).json(&body).send().await
    }

    /// Decides a case, without a sanction.
    pub async fn decide(&self, by: &Student, case: &str, verdict: &str) -> Answer {
        let body = json!({ "verdict": verdict, "sanction": "none" });
        self.post(format!("/moderation/cases/{case}/decision")).by(by).json(&body).send().await
    }
}
