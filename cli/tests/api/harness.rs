//! A service to test, and people who use it.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus::desk::{Desk, Engine, MediaStore};
use campus_core::clock::Clock;
use campus_core::domain::{Columns, Merge, Parse, Role, School, SchoolName, Semester};
use campus_core::http;
use campus_core::store::{Audit, Connection, Error, Limits, Report, Table, Usage};
use campus_core::tokens::Claims;
use campus_posts::Bucket;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// The password of every student.
pub const PASSWORD: &str = "otter juggles 9 stones";

/// A service with a database of its own.
pub struct TestApp {
    pub desk: Desk,
    pub clock: Clock,
    pub engine: Engine,
    /// A way to the table past the service, on which nothing goes wrong.
    pub raw: Connection,
    router: Router,
    students: AtomicU32,
}

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

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub usage: Usage,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The value at a JSON pointer, which must be there.
    pub fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}: {self:?}")).clone()
    }

    pub fn text_at(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no text at {pointer}: {self:?}")).to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that it is this problem, in form and in substance.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status.as_u16(), self.text_at("/code").as_str()), (status, code), "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.at("/status"), json!(status));
        assert_eq!(self.text_at("/type"), format!("urn:campus:problem:{code}"));
        assert_eq!(self.text_at("/request_id"), self.header("x-request-id"));
        self
    }

    /// Asserts that it is a 422 which names exactly these fields and rules.
    #[track_caller]
    pub fn is_invalid(&self, expected: &[(&str, &str)]) {
        self.is_problem(422, "validation_failed");
        let errors = self.at("/errors");
        let mut actual: Vec<_> = errors
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (error["field"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect();
        let mut expected = expected.to_vec();
        actual.sort_unstable();
        expected.sort_unstable();
        assert_eq!(actual, expected);
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }
}

/// A request in the making.
pub struct Call<'a> {
    app: &'a TestApp,
    method: Method,
    path: String,
    headers: HeaderMap,
    peer: Option<IpAddr>,
    body: Body,
}

impl Call<'_> {
    pub fn by(self, student: &Student) -> Self {
        let token = student.token.clone();
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    /// From this address.
    pub fn from(mut self, address: &str) -> Self {
        self.peer = Some(address.parse().unwrap());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    /// A body that claims to be JSON, unless a content type was set.
    pub fn text(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        self
    }

    pub async fn send(self) -> Answer {
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().unwrap();
        *request.headers_mut() = self.headers;
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(http::Peer(peer));
        }
        self.app.send(request).await
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|engine| engine.connection(), None).await
    }

    pub async fn start_with_limits(limits: Limits) -> Self {
        Self::start_with(|engine| engine.connection(), Some(limits)).await
    }

    /// With a connection that may be worse than the engine's own.
    pub async fn start_with(connection: impl FnOnce(&Engine) -> Connection, limits: Option<Limits>) -> Self {
        Self::on(Engine::in_memory().await.unwrap(), connection, limits).await
    }

    /// On an engine whose table may have rows, with a bucket that does not answer.
    pub async fn on(engine: Engine, connection: impl FnOnce(&Engine) -> Connection, limits: Option<Limits>) -> Self {
        Self::on_bucket(engine, connection, limits, silent_bucket()).await
    }

    /// On an engine whose table may have rows, and a bucket.
    pub async fn on_bucket(
        engine: Engine,
        connection: impl FnOnce(&Engine) -> Connection,
        limits: Option<Limits>,
        bucket: Bucket,
    ) -> Self {
        let clock = Clock::default();
        let desk = Desk::start(connection(&engine), bucket, clock.clone(), limits).await.unwrap();
        let router = http::finish(desk.router.clone());
        let raw = engine.connection();
        Self { desk, clock, engine, raw, router, students: AtomicU32::new(1) }
    }

    /// Another service on the same table, as after a deployment.
    pub async fn beside(&self) -> Self {
        let engine = Engine::in_memory().await.unwrap();
        let connection = self.engine.connection();
        Self::on(engine, |_| connection, None).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let usage = parts.extensions.get::<Usage>().copied().unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, text, usage }
    }

    pub fn call(&self, method: Method, path: impl Into<String>) -> Call<'_> {
        Call { app: self, method, path: path.into(), headers: HeaderMap::new(), peer: None, body: Body::empty() }
    }

    pub fn get(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub fn put(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    pub fn patch(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::PATCH, path)
    }

    pub fn delete(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    pub async fn school(&self, name: &str) -> School {
        self.desk.app.schools.add(SchoolName::parse(name.to_owned()).unwrap(), Vec::new()).await.unwrap()
    }

    /// A new student of the school.
    pub async fn student(&self, school: &School) -> Student {
        let number = self.students.fetch_add(1, Ordering::Relaxed);
        let body = sign_up_body(school, &format!("student_{number}"));
        let answer = self.post("/auth/signup").json(&body).send().await;
        answer.is(201);
        student_of(&answer)
    }

    /// A new student of the school who is one of its admins.
    pub async fn admin(&self, school: &School) -> Student {
        let student = self.student(school).await;
        self.desk.app.users.set_role(school.id, student.id.parse().unwrap(), Role::Admin).await.unwrap();
        self.log_in(&student.login_id).await
    }

    pub async fn log_in(&self, login_id: &str) -> Student {
        let answer = self.post("/auth/login").json(&json!({ "login_id": login_id, "password": PASSWORD })).send().await;
        answer.is(200);
        student_of(&answer)
    }

    /// The student with an access token of now, for the same session: one lives for ten minutes.
    pub fn renewed(&self, student: &Student) -> Student {
        let payload = student.token.split('.').nth(1).unwrap();
        let claims: Claims = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        let token = self.desk.signer.sign(&claims.caller(), self.clock.now()).unwrap();
        Student { token, ..student.clone() }
    }

    /// A new board; gives its id.
    pub async fn board(&self, by: &Student, name: &str) -> String {
        let answer = self.post("/boards").by(by).json(&json!({ "category": "일반", "name": name })).send().await;
        answer.is(201).text_at("/id")
    }

    /// A new post; gives its id.
    pub async fn write_post(&self, by: &Student, board: &str, title: &str, is_anonymous: bool) -> String {
        let body = json!({ "title": title, "content": format!("{title}의 내용"), "is_anonymous": is_anonymous });
        let answer = self.post(format!("/boards/{board}/posts")).by(by).json(&body).send().await;
        answer.is(201).text_at("/id")
    }

    /// A new anonymous comment, or a reply; gives its id.
    pub async fn write_comment(&self, by: &Student, post: &str, content: &str, parent: Option<&str>) -> String {
        let body = json!({ "content": content, "is_anonymous": true, "parent_id": parent });
        let answer = self.post(format!("/posts/{post}/comments")).by(by).json(&body).send().await;
        answer.is(201).text_at("/id")
    }

    /// A message to whoever wrote the thing, which is named by its id; gives the id of the thread.
    pub async fn write_about(&self, by: &Student, thing: Value, content: &str) -> String {
        let mut body = thing;
        body["content"] = content.into();
        self.post("/messages").by(by).json(&body).send().await.is(201).text_at("/id")
    }

    /// A service that has these lectures of 2026-1, and a student.
    pub async fn with_lectures(lines: &[&str]) -> (Self, Student) {
        let app = Self::start().await;
        let school = app.school("가온대학교").await;
        app.import(&school, lines).await;
        let student = app.student(&school).await;
        (app, student)
    }

    /// Imports lectures of 2026-1, as lines of code, section, title, credit, professor, times and places.
    pub async fn import(&self, school: &School, lines: &[&str]) -> Merge {
        self.import_of("2026-1", school, lines).await.unwrap()
    }

    /// Imports lectures of a semester, as far as it comes.
    pub async fn import_of(&self, semester: &str, school: &School, lines: &[&str]) -> Result<Merge, Error> {
        let columns = Columns::find(Columns::NAMES).unwrap();
        let facts = |line: &&str| {
            let fields: Vec<&str> = line.split('|').collect();
            let [code, section, title, credit, professor, times, places] = fields[..] else { panic!("{line}") };
            let row = [semester, code, section, title, credit, professor, "수학과", "전선", "", times, places, "", ""];
            columns.parse(|at| row.get(at).copied()).result.unwrap()
        };
        let (listed, semester) = (lines.iter().map(facts).collect::<Vec<_>>(), Semester::parse(semester.to_owned()));
        let catalogues = &self.desk.app.catalogues;
        catalogues.import(school.id, semester.unwrap(), &listed, &HashSet::new(), |_, _| ()).await
    }

    /// The id of a lecture of 2026-1, by its title.
    pub async fn lecture(&self, by: &Student, title: &str) -> String {
        self.lecture_of("2026-1", by, title).await
    }

    /// The id of a lecture of another semester, by its title.
    pub async fn lecture_of(&self, semester: &str, by: &Student, title: &str) -> String {
        let path = format!("/lectures?semester={semester}&limit=50");
        let found = self.get(path).by(by).send().await.is(200).at("/items");
        let is_it = |lecture: &&Value| lecture["title"] == title;
        found.as_array().unwrap().iter().find(is_it).unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// A new timetable of 2026-1; gives its path.
    pub async fn timetable(&self, by: &Student, name: &str, visibility: &str) -> String {
        let body = json!({ "semester": "2026-1", "name": name, "visibility": visibility });
        let answer = self.post("/timetables").by(by).json(&body).send().await;
        answer.is(201).header("location").to_owned()
    }

    /// Puts something into a timetable; gives the path of the entry.
    pub async fn enter(&self, by: &Student, timetable: &str, entry: &Value) -> String {
        let answer = self.post(format!("{timetable}/entries")).by(by).json(entry).send().await;
        answer.is(201).header("location").to_owned()
    }

    /// A link to the timetable at the path; gives its token.
    pub async fn share(&self, by: &Student, timetable: &str) -> String {
        self.post(format!("{timetable}/share")).by(by).send().await.is(201).text_at("/token")
    }

    /// A request for friendship; gives its id.
    pub async fn ask(&self, by: &Student, whom: &Student) -> String {
        let body = json!({ "login_id": whom.login_id });
        self.post("/friends/requests").by(by).json(&body).send().await.is(201).text_at("/id")
    }

    /// Makes the two friends; gives the id of the friendship.
    pub async fn befriend(&self, one: &Student, other: &Student) -> String {
        let id = self.ask(one, other).await;
        self.post(format!("/friends/requests/{id}/accept")).by(other).send().await.is(200);
        id
    }

    /// The names of a list's items, walked page by page.
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

    /// Everything that is in the table.
    pub async fn rows(&self) -> Vec<HashMap<String, AttributeValue>> {
        let Connection { client, table } = &self.raw;
        let pages = client.scan().table_name(table).into_paginator().items().send();
        pages.collect::<Result<_, _>>().await.unwrap()
    }

    /// What an audit of the table comes to.
    pub async fn recount(&self) -> Report {
        let table = Table::new(self.engine.connection(), self.clock.clone());
        Audit::new(table).run(|_| ()).await.unwrap()
    }

    /// Asserts that the table is true.
    pub async fn audit(&self) {
        let findings = self.recount().await.findings;
        assert!(findings.is_empty(), "{findings:#?}");
    }

    /// The rows of the table as text, in an order that does not depend on when it is asked.
    pub async fn snapshot(&self) -> Vec<String> {
        let text = |row: HashMap<String, AttributeValue>| {
            let readable = |(name, value)| {
                (
                    name,
                    match value {
                        AttributeValue::B(bytes) => AttributeValue::S(format!("{:x?}", bytes.as_ref())),
                        value => value,
                    },
                )
            };
            let row: HashMap<_, _> = row.into_iter().map(readable).collect();
            serde_dynamo::from_item::<_, Value>(row).unwrap().to_string()
        };
        let mut rows: Vec<String> = self.rows().await.into_iter().map(text).collect();
        rows.sort_unstable();
        rows
    }

    /// How many rows have a partition key with this text in it.
    pub async fn count_rows(&self, text: &str) -> usize {
        let rows = self.rows().await;
        rows.iter().filter(|row| row["pk"].as_s().is_ok_and(|pk| pk.contains(text))).count()
    }
}

/// A bucket that does not answer.
pub fn silent_bucket() -> Bucket {
    MediaStore::bucket_at("http://127.0.0.1:1/campus-media").unwrap()
}

/// To be held while a subscriber listens to one test. As long as there is only one subscriber, `tracing` asks that of
/// the thread that comes to an event first, which may be another test's, and none is asked for good; with two, all.
pub fn second_subscriber() -> tracing::Dispatch {
    tracing::Dispatch::new(tracing_subscriber::registry())
}

/// What signs up a student whose e-mail address and nickname come of the login id.
pub fn sign_up_body(school: &School, login_id: &str) -> Value {
    json!({
        "school_id": school.id, "login_id": login_id, "password": PASSWORD, "admission_year": 2024,
        "email": format!("{login_id}@example.ac.kr"),
        "nickname": login_id.replace("student_", "별명").chars().take(10).collect::<String>(),
    })
}

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

/// Asserts that one of the attempts succeeds and each other one is a 409 with this code.
pub async fn one_succeeds(attempts: Vec<JoinHandle<Answer>>, code: &str) {
    let mut succeeded = 0;
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        match answer.status.is_success() {
            true => succeeded += 1,
            false => drop(answer.is_problem(409, code)),
        }
    }
    assert_eq!(succeeded, 1);
}
