//! Measures how what a page takes grows with how much there is: a board, the comments of a post and a list of threads with
//! 1,000 to 1,000,000 things on them, each at its beginning and in its middle, and a search beside 1 to 20 semesters.
//!
//! ```sh
//! cargo run --release -p campus --example growth
//! ```
//!
//! The rows are copies of those that the service wrote, put into the engine's file past the service. A million takes some
//! minutes and 5 GB of disk. It exits with 1 where a page takes other units or calls than with 1,000, or more than 1.3
//! times as long.

use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use campus::desk::{Desk, Engine, MediaStore};
use campus_core::clock::Clock;
use campus_core::domain::{
    Caller, Columns, CommentId, LectureFacts, Parse, PostId, School, SchoolName, Semester, ThreadId, Time,
};
use campus_core::http::{self, List};
use campus_core::store::Usage;
use dynoxide::{AttributeValue, Database, ImportOptions, Item};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

const COUNTS: [i64; 3] = [1_000, 100_000, 1_000_000];
const SEMESTERS: [i32; 3] = [1, 5, 20];
/// About as many as a large university has.
const LECTURES: usize = 8_000;
/// How often each page is asked for.
const TIMES: usize = 300;
/// By how much a page may take longer.
const SLOWER: f64 = 1.3;
/// How many rows are put into the file at once.
const ROWS_AT_ONCE: usize = 20_000;

/// A service on a file, and two students who are logged in.
struct Service {
    engine: Engine,
    desk: Desk,
    router: Router,
    tokens: [String; 2],
}

/// What the pages are of, by their ids.
struct Things {
    board: String,
    post: String,
    comment: String,
    thread: String,
}

/// A page, what it takes, and how long, in milliseconds (the median).
struct Page {
    name: &'static str,
    usage: Usage,
    time: f64,
}

impl Service {
    async fn start(file: &Path, students: &[Caller]) -> Result<Self> {
        let engine = Engine::on_file(file).await?;
        let bucket = MediaStore::bucket_at("http://127.0.0.1:1/campus-media")?;
        let desk = Desk::start(engine.connection(), bucket, Clock::default(), None).await?;
        let router = http::finish(desk.router.clone());
        let token = |student| desk.signer.sign(student, Clock::default().now()).unwrap_or_default();
        let tokens = [0, 1].map(|number| students.get(number).map(token).unwrap_or_default());
        Ok(Self { engine, desk, router, tokens })
    }

    /// The answer to a request of one of the students, and what it took.
    async fn send(&self, by: usize, method: Method, path: &str, body: Option<Value>) -> Result<(Value, Usage)> {
        let token = self.tokens.get(by).map(String::as_str).unwrap_or_default();
        let request =
            Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))?;
        let response = self.router.clone().oneshot(request).await?;
        let (status, usage) = (response.status(), response.extensions().get::<Usage>().copied().unwrap_or_default());
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&body));
        Ok((serde_json::from_slice(&body)?, usage))
    }

    /// Makes something, and gives its id.
    async fn make(&self, by: usize, path: &str, body: Value) -> Result<String> {
        let (made, _) = self.send(by, Method::POST, path, Some(body)).await?;
        made.get("id").and_then(Value::as_str).map(str::to_owned).with_context(|| format!("POST {path}: no id"))
    }

    /// Asks for the page many times.
    async fn measure(&self, name: &'static str, path: &str) -> Result<Page> {
        let (mut times, mut usage) = (Vec::new(), Usage::default());
        for _ in 0..TIMES {
            let begun = Instant::now();
            (_, usage) = self.send(0, Method::GET, path, None).await?;
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_unstable_by(f64::total_cmp);
        Ok(Page { name, usage, time: times.get(TIMES / 2).copied().unwrap_or_default() })
    }

    async fn school(&self) -> Result<School> {
        let name = SchoolName::parse("가온대학교".to_owned()).ok().context("the school's name")?;
        Ok(self.desk.app.schools.add(name, Vec::new()).await?)
    }
}

/// Two students of the school, as they come out of a sign-up.
async fn sign_up(service: &Service, school: &School) -> Result<Vec<Caller>> {
    let mut students = Vec::new();
    for name in ["maru", "narae"] {
        let body = json!({
            "school_id": school.id, "login_id": name, "password": "otter juggles 9 stones", "nickname": name,
            "email": format!("{name}@gaon.example"), "admission_year": 2026,
        });
        let (made, _) = service.send(0, Method::POST, "/auth/signup", Some(body)).await?;
        let token = made.get("access_token").and_then(Value::as_str).context("no token")?;
        students.push(service.desk.app.verifier.verify(token)?.caller());
    }
    Ok(students)
}

/// Makes one thing of each kind.
async fn make_things(service: &Service) -> Result<Things> {
    let board = service.make(0, "/boards", json!({ "category": "일반", "name": "자유게시판" })).await?;
    let text = json!({ "title": "글", "content": "학교 이야기. ".repeat(25), "is_anonymous": false });
    let post = service.make(0, &format!("/boards/{board}/posts"), text).await?;
    let text = json!({ "content": "댓글입니다.", "is_anonymous": false });
    let comment = service.make(0, &format!("/posts/{post}/comments"), text).await?;
    let thread = service.make(1, "/messages", json!({ "post_id": post, "content": "안녕하세요." })).await?;
    Ok(Things { board, post, comment, thread })
}

/// The text, and that within whatever is inside the value, with other texts in the place of some.
fn replaced(value: AttributeValue, changes: &[(&str, &str)]) -> AttributeValue {
    let replace = |text: String| changes.iter().fold(text, |text, (old, new)| text.replace(old, new));
    match value {
        AttributeValue::S(text) => AttributeValue::S(replace(text)),
        AttributeValue::M(map) => {
            AttributeValue::M(map.into_iter().map(|(name, value)| (name, replaced(value, changes))).collect())
        }
        value => value,
    }
}

/// A row, and what is in it of the one thing that its copies are others of: its id and its time.
struct Original {
    item: Item,
    id: String,
    time: String,
    new_id: fn(Time) -> String,
}

impl Original {
    fn copy(&self, at: Time) -> Item {
        let (id, time) = ((self.new_id)(at), at.to_string());
        let changes = [(self.id.as_str(), id.as_str()), (self.time.as_str(), time.as_str())];
        self.item.clone().into_iter().map(|(name, value)| (name, replaced(value, &changes))).collect()
    }
}

/// The rows of the things that there are to be more of.
fn originals(database: &Database, things: &Things, student: &Caller) -> Result<Vec<Original>> {
    let rows = database.scan(serde_json::from_value(json!({ "TableName": "campus" }))?)?.items.unwrap_or_default();
    let text = |item: &Item, name: &str| match item.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    };
    let find = |id: &str, time: &str, new_id: fn(Time) -> String, is: &dyn Fn(&str, &str) -> bool| {
        let item = rows.iter().find(|row| is(&text(row, "pk"), &text(row, "sk"))).context("a row is missing")?.clone();
        Ok::<_, anyhow::Error>(Original { id: id.to_owned(), time: text(&item, time), new_id, item })
    };
    let Things { board, post, comment, thread } = things;
    let mut listed = find(thread, "sk", |at| ThreadId::new(at).to_string(), &|pk, sk| {
        // It is listed for both sides, and the pages are the one student's.
        pk.ends_with(&student.user.to_string()) && sk.starts_with("INBOX#") && sk.ends_with(thread)
    })?;
    listed.time = listed.time.split('#').nth(1).context("a listed thread without a time")?.to_owned();
    Ok(vec![
        find(post, "created_at", |at| PostId::new(at).to_string(), &|pk, sk| {
            pk.ends_with(board) && sk.ends_with(post)
        })?,
        find(comment, "created_at", |at| CommentId::new(at).to_string(), &|pk, sk| {
            pk.ends_with(post) && sk.ends_with(comment)
        })?,
        find(thread, "created_at", |at| ThreadId::new(at).to_string(), &|pk, sk| {
            pk.ends_with(thread) && sk == "THREAD"
        })?,
        listed,
    ])
}

/// A file in which there are so many of each thing, the newest ones those that the service made.
async fn fill(file: &Path, count: i64) -> Result<(Vec<Caller>, Things, Time)> {
    let service = Service::start(file, &[]).await?;
    let school = service.school().await?;
    let students = sign_up(&service, &school).await?;
    service.engine.stop().await?;
    let service = Service::start(file, &students).await?;
    let things = make_things(&service).await?;
    service.engine.stop().await?;

    let path = file.to_str().context("the file's name is not UTF-8")?;
    let database = Database::new(path)?;
    database.enable_bulk_loading()?;
    let originals = originals(&database, &things, students.first().context("a student")?)?;
    // Comments are listed the oldest first, all else the newest first: the copies are behind what was made.
    let now = Clock::default().now();
    let (mut rows, mut middle) = (Vec::new(), now);
    for number in 1..count {
        let at = now.plus_millis(-1000 * number);
        middle = if number == count / 2 { at } else { middle };
        rows.extend(originals.iter().map(|original| original.copy(at)));
        if rows.len() >= ROWS_AT_ONCE || number + 1 == count {
            database.import_items("campus", std::mem::take(&mut rows), ImportOptions::default())?;
        }
    }
    database.disable_bulk_loading()?;
    Ok((students, things, middle))
}

/// What pages take where there are so many of everything.
async fn measure_lists(count: i64) -> Result<Vec<Page>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("campus.db");
    let (students, things, middle) = fill(&file, count).await?;
    let service = Service::start(&file, &students).await?;
    let student = students.first().context("a student")?;
    let Things { board, post, .. } = things;
    // The cursors that a walk would come to; walking there would take an hour.
    let behind = |list: &str, position: String| service.desk.app.cursors.seal(&List::of(student, list, &[]), &position);
    let in_board = behind(&format!("posts of {board}"), format!("POST#{}", PostId::new(middle)));
    let in_post = behind(&format!("comments of {post}"), format!("COMMENT#{}$", CommentId::new(middle)));
    let in_inbox = behind(&format!("threads of {}", student.user), format!("INBOX#{middle}#"));
    let pages = vec![
        service.measure("a board's first page", &format!("/boards/{board}/posts")).await?,
        service.measure("a board's page in the middle", &format!("/boards/{board}/posts?cursor={in_board}")).await?,
        service.measure("a post", &format!("/posts/{post}")).await?,
        service.measure("its first comments", &format!("/posts/{post}/comments")).await?,
        service.measure("its comments in the middle", &format!("/posts/{post}/comments?cursor={in_post}")).await?,
        service.measure("the first threads", "/messages").await?,
        service.measure("threads in the middle", &format!("/messages?cursor={in_inbox}")).await?,
    ];
    service.engine.stop().await?;
    Ok(pages)
}

/// The lectures of a semester, made up.
fn lectures(semester: &str) -> Result<Vec<LectureFacts>> {
    let columns = Columns::find(Columns::NAMES).ok().context("the columns")?;
    let facts = (0..LECTURES).map(|number| {
        let (code, title) = (format!("C{}", number / 4), format!("{}의 이해 {}", number % 97, number / 4));
        let (section, professor) = (format!("{:03}", number % 4), format!("교수 {}", number % 800));
        let row = [
            semester,
            &code,
            &section,
            &title,
            "3",
            &professor,
            "국어국문학과",
            "교양",
            "1학년",
            "월 09:00-10:15; 수 09:00-10:15",
            "인문관 201; 인문관 201",
            "30",
            "",
        ];
        columns.parse(|at| row.get(at).copied()).result.ok().context("a lecture")
    });
    facts.collect()
}

/// What a search takes beside other semesters, all of which were searched before.
async fn measure_search(semesters: i32) -> Result<Vec<Page>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("campus.db");
    let service = Service::start(&file, &[]).await?;
    let school = service.school().await?;
    let students = sign_up(&service, &school).await?;
    service.engine.stop().await?;
    let service = Service::start(&file, &students).await?;
    let search = |semester: &str| format!("/lectures?semester={semester}&query=96%EC%9D%98");
    for number in (0..semesters).rev() {
        let name = format!("{}-{}", 2026 - number / 2, 2 - number % 2);
        let semester = Semester::parse(name.clone()).ok().context("a semester")?;
        let catalogues = &service.desk.app.catalogues;
        catalogues.import(school.id, semester, &lectures(&name)?, &HashSet::new(), |_, _| ()).await?;
        service.send(0, Method::GET, &search(&name), None).await?;
    }
    let page = service.measure("a search", &search("2026-2")).await?;
    service.engine.stop().await?;
    Ok(vec![page])
}

/// Prints how pages grow, and tells whether they do by no more than they may.
fn report(things: &str, measured: &[(i64, Vec<Page>)]) -> bool {
    let mut is_constant = true;
    println!("\n| {things} | page | calls | in sequence | read units | time | beside the first |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let first = measured.first().map_or(&[][..], |(_, pages)| pages);
    for (at, base) in first.iter().enumerate() {
        for (count, pages) in measured {
            let Some(Page { name, usage, time }) = pages.get(at) else { continue };
            let slower = time / base.time;
            let Usage { calls, sequence, read_units, .. } = usage;
            println!("| {count} | {name} | {calls} | {sequence} | {read_units} | {time:.2} ms | {slower:.2} |");
            is_constant &= *usage == base.usage && slower <= SLOWER;
        }
    }
    is_constant
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let mut lists = Vec::new();
    for count in COUNTS {
        lists.push((count, measure_lists(count).await?));
    }
    let mut searches = Vec::new();
    for semesters in SEMESTERS {
        searches.push((i64::from(semesters), measure_search(semesters).await?));
    }
    let is_constant = [report("of each", &lists), report("semesters", &searches)];
    Ok(if is_constant == [true, true] { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
