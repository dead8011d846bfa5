//! `campus smoke`: checks a running service.

mod client;

use std::process::ExitCode;

use anyhow::{Result, bail};
use axum::http::{HeaderValue, header};
use clap::Args;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use uuid::Uuid;

use self::client::{Client, Request};
use crate::args;
use crate::output::{print, print_error};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The URL of the API, such as http://127.0.0.1:8080
    url: String,
    /// The school at which the two students sign up
    ///
    /// The default is a school for this purpose only, so that no student sees the board while it exists. Import it with
    /// `campus schools import`, and give it the policy `open` with `campus schools set`, so that the students count as
    /// verified.
    #[arg(long, value_name = "NAME", default_value = "점검대학교")]
    school: String,
    /// A web origin whose pages must be allowed to call the API, such as https://campus.example. Can be given several times
    #[arg(long = "origin", value_name = "ORIGIN", value_parser = args::origin)]
    origins: Vec<HeaderValue>,
}

/// An origin whose pages may not call any API.
const FOREIGN_ORIGIN: HeaderValue = HeaderValue::from_static("https://foreign.invalid");

/// Runs the smoke test and prints a line for each request. Exits with 1 if a step fails.
pub(crate) async fn run(options: &Options) -> Result<ExitCode> {
    let client = Client::new(&options.url)?;
    let failures = smoke_test(&client, options).await;
    for failure in &failures {
        print_error(format_args!("\nFAILED: {failure:#}"));
    }
    if !failures.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    print("\nThe service works.")?;
    Ok(ExitCode::SUCCESS)
}

/// Runs all steps, and deletes what the students created even if a step fails. Returns the failures.
async fn smoke_test(client: &Client, options: &Options) -> Vec<anyhow::Error> {
    let mut students = Vec::new();
    let mut failures: Vec<_> = check_preflights(client, &options.origins).await.err().into_iter().collect();
    failures.extend(try_all(client, &options.school, &mut students).await.err());
    for student in &students {
        failures.extend(student.clean_up(client).await);
    }
    failures
}

/// Sends the requests by which a browser asks whether a page may call the API.
async fn check_preflights(client: &Client, origins: &[HeaderValue]) -> Result<()> {
    for origin in origins {
        let response = client.send_preflight("Send a preflight request from a web origin", origin).await?;
        let allowed = response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        response.check(allowed == Some(origin), format_args!("the service does not allow the origin {origin:?}"))?;
    }
    let response = client.send_preflight("Send a preflight request from a foreign origin", &FOREIGN_ORIGIN).await?;
    let allowed = response.header(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    response.check(allowed.is_none(), format_args!("the service allows the origin {allowed:?}"))
}

/// Signs up two students and uses every function of the service.
async fn try_all(client: &Client, school: &str, students: &mut Vec<Student>) -> Result<()> {
    let school = find_school(client, school).await?;
    students.push(Student::sign_up(client, "Sign up the first student", &school).await?);
    students.push(Student::sign_up(client, "Sign up the second student", &school).await?);
    let [author, sender] = students.as_mut_slice() else { bail!("there are not two students") };
    author.log_in(client).await?;
    let me = author.get(client, "Show the account", "/auth/me").await?;
    let is_verified = me.body().pointer("/verification/state") == Some(&json!("verified"));
    me.check(is_verified, "set the policy of the school: `campus schools set ID --policy open`")?;
    let post = check_posts(client, author).await?;
    check_messages(client, author, sender, &post).await?;
    check_timetable(client, author).await?;
    let unknown = client.send("Request an unknown path", Request::get("/no-such-path"), 404).await?;
    unknown.check(unknown.text("code")? == "not_found", "the error code is not not_found")
}

/// A student who exists only during the smoke test.
struct Student {
    /// Makes names unique.
    suffix: String,
    login: Value,
    token: String,
    /// What the student created: the step that deletes it, and its path.
    created: Vec<(&'static str, String)>,
}

impl Student {
    async fn sign_up(client: &Client, step: &'static str, school: &str) -> Result<Self> {
        let suffix: String = Uuid::new_v4().simple().to_string().chars().take(6).collect();
        let (login_id, password) = (format!("smoke_{suffix}"), Uuid::new_v4().to_string());
        let account = json!({
            "school_id": school,
            "login_id": login_id,
            "password": password,
            "email": format!("{login_id}@campus.example"),
            "nickname": format!("점검{suffix}"),
            "admission_year": 2026,
        });
        let session = client.send(step, Request::post("/auth/signup", account), 201).await?;
        let login = json!({ "login_id": login_id, "password": password });
        Ok(Self { suffix, login, token: session.text("access_token")?, created: Vec::new() })
    }

    async fn log_in(&mut self, client: &Client) -> Result<()> {
        let session = client.send("Log in", Request::post("/auth/login", self.login.clone()), 200).await?;
        self.token = session.text("access_token")?;
        Ok(())
    }

    async fn get(&self, client: &Client, step: &'static str, path: &str) -> Result<client::Response> {
        client.send(step, Request::get(path).token(&self.token), 200).await
    }

    /// Creates something and returns its id.
    async fn create(&mut self, client: &Client, step: &'static str, path: &str, body: Value) -> Result<String> {
        client.send(step, Request::post(path, body).token(&self.token), 201).await?.text("id")
    }

    /// Deletes what the student created, in reverse order, and then the account. Returns the failures.
    async fn clean_up(&self, client: &Client) -> Vec<anyhow::Error> {
        let mut failures = Vec::new();
        for (step, path) in self.created.iter().rev() {
            let request = Request::delete(path).token(&self.token);
            failures.extend(client.send(step, request, 204).await.err());
        }
        let password = json!({ "password": self.login.get("password") });
        let request = Request::delete("/auth/me").body(password).token(&self.token);
        failures.extend(client.send("Withdraw the student", request, 204).await.err());
        let login = Request::post("/auth/login", self.login.clone());
        failures.extend(client.send("Refuse the login of the withdrawn student", login, 401).await.err());
        failures
    }
}

/// Returns the id of the school with the name.
async fn find_school(client: &Client, name: &str) -> Result<String> {
    let query = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let schools = client.send("Find the school", Request::get(format!("/schools?query={query}")), 200).await?;
    let names = schools.of_items("name")?;
    let ids = schools.of_items("id")?;
    let found = names.iter().zip(ids).find(|(found, _)| **found == name).and_then(|(_, id)| id.as_str());
    schools.check(found.is_some(), format_args!("the school {name} does not exist; use `campus schools import`"))?;
    Ok(found.unwrap_or_default().to_owned())
}

/// Creates a board, an anonymous post and an anonymous comment, and reads them. Returns the id of the post.
async fn check_posts(client: &Client, author: &mut Student) -> Result<String> {
    let (suffix, title) = (author.suffix.clone(), format!("점검 {}", author.suffix));
    let board = json!({ "category": "점검", "name": title });
    let board = author.create(client, "Create a board", "/boards", board).await?;
    author.created.push(("Delete the board", format!("/boards/{board}")));
    let posts = format!("/boards/{board}/posts");
    let post = json!({ "title": title, "content": "배포 뒤의 점검입니다.", "is_anonymous": true });
    let post = author.create(client, "Create an anonymous post", &posts, post).await?;
    author.created.push(("Delete the post", format!("/posts/{post}")));
    let comments = format!("/posts/{post}/comments");
    let comment = json!({ "content": suffix, "is_anonymous": true });
    let comment = author.create(client, "Create an anonymous comment", &comments, comment).await?;
    author.created.push(("Delete the comment", format!("/comments/{comment}")));

    let list = author.get(client, "List the posts of the board", &posts).await?;
    list.check(list.of_items("id")? == [&json!(post)], "the list is not the created post")?;
    let shown = author.get(client, "Show the post", &format!("/posts/{post}")).await?;
    shown.check(shown.text("title")? == title, "the title differs")?;
    shown.check(shown.body().get("comment_count") == Some(&json!(1)), "the comment count is not 1")?;
    let kind = shown.body().pointer("/author/kind");
    shown.check(kind == Some(&json!("anonymous")), "the author is not anonymous")?;
    let list = author.get(client, "List the comments of the post", &comments).await?;
    list.check(list.of_items("content")? == [&json!(suffix)], "the list is not the created comment")?;
    Ok(post)
}

/// Sends a message to the anonymous author of the post, and reads it as the author.
async fn check_messages(client: &Client, author: &Student, sender: &mut Student, post: &str) -> Result<()> {
    let message = json!({ "post_id": post, "content": "점검하는 쪽지입니다." });
    let thread = sender.create(client, "Send a message to the anonymous author", "/messages", message).await?;
    let inbox = author.get(client, "List the author's messages", "/messages").await?;
    inbox.check(inbox.of_items("id")? == [&json!(thread)], "the list is not the sent message")?;
    inbox.check(inbox.body().get("unread_total") == Some(&json!(1)), "the unread count is not 1")?;
    author.get(client, "Read the message", &format!("/messages/{thread}")).await?;
    let inbox = author.get(client, "List the author's messages after reading", "/messages").await?;
    inbox.check(inbox.body().get("unread_total") == Some(&json!(0)), "the unread count is not 0")
}

/// Creates a timetable with an entry, and checks that a second entry at the same time is refused.
async fn check_timetable(client: &Client, author: &mut Student) -> Result<()> {
    let timetable = json!({ "semester": "2026-2", "name": "점검" });
    let timetable = author.create(client, "Create a timetable", "/timetables", timetable).await?;
    let path = format!("/timetables/{timetable}");
    author.created.push(("Delete the timetable", path.clone()));
    let entry = json!({ "title": "점검", "slots": [{ "day": "mon", "start": "09:00", "end": "10:15" }] });
    let entries = format!("{path}/entries");
    author.create(client, "Create an entry", &entries, entry.clone()).await?;
    let second = Request::post(entries, entry).token(&author.token);
    let refused = client.send("Refuse a second entry at the same time", second, 409).await?;
    refused.check(refused.text("code")? == "time_conflict", "the error code is not time_conflict")?;
    let shown = author.get(client, "Show the timetable", &path).await?;
    let count = shown.body().get("entries").and_then(Value::as_array).map(Vec::len);
    shown.check(count == Some(1), "the timetable does not have exactly one entry")
}
