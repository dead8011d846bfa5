//! Measures how the cost of a page grows with the amount of data: the first page and a page in the middle of a board, of the
//! comments of a post and of a list of threads, with 1,000 to 1,000,000 items; and a search for lectures in a school with 1
//! to 20 semesters.
//!
//! ```sh
//! cargo run --release -p campus-local --example growth
//! ```
//!
//! The service creates one row of each kind. Copies of these rows are imported directly into the engine's file. A million
//! items take some minutes and 5 GB of disk. The program exits with 1 if a page uses other calls or units than with 1,000
//! items, or takes more than 1.3 times as long.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use campus_core::clock::Clock;
use campus_core::domain::{
    Caller, Columns, CommentId, LectureFacts, Parse, PostId, School, SchoolName, Semester, ThreadId, Time,
    VerificationPolicy,
};
use campus_core::http::{self, CursorScope};
use campus_core::store::Usage;
use campus_local::{Engine, LocalService, MediaStore, Secret};
use dynoxide::{AttributeValue, Database, ImportOptions, Item};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

const COUNTS: [i64; 3] = [1_000, 100_000, 1_000_000];
const SEMESTERS: [i32; 3] = [1, 5, 20];
/// The number of lectures in a semester, about that of a large university.
const LECTURES: usize = 8_000;
/// The number of requests for each page.
const REQUESTS: usize = 300;
/// The allowed ratio of the time of a page to the time with the least data.
const MAX_RATIO: f64 = 1.3;
/// The number of rows that are imported into the file at a time.
const IMPORT_SIZE: usize = 20_000;

/// A service on a file, and the access tokens of two students.
struct GrowthService {
    engine: Engine,
    service: LocalService,
    router: Router,
    tokens: [String; 2],
    clock: Clock,
}

/// The ids of the items that the service has created.
struct Created {
    board: String,
    post: String,
    comment: String,
    thread: String,
}

/// The cost of a page.
struct Page {
    name: &'static str,
    usage: Usage,
    /// The median, in milliseconds.
    time: f64,
}

impl GrowthService {
    async fn start(file: &Path, students: &[Caller]) -> Result<Self> {
        let engine = Engine::on_file(file, Secret::random()?).await?;
        let bucket = MediaStore::bucket_at("http://127.0.0.1:1/campus-media", &Secret::random()?)?;
        let clock = Clock::default();
        let service = LocalService::start(engine.connection(), bucket, clock.clone(), None).await?;
        let router = http::finish(service.router.clone());
        let token = |student| service.signer.sign(student, Clock::default().now()).unwrap_or_default();
        let tokens = [0, 1].map(|number| students.get(number).map(token).unwrap_or_default());
        Ok(Self { engine, service, router, tokens, clock })
    }

    /// Sends a request as a student. Returns the body of the response, and what the request used of DynamoDB.
    async fn send(&self, student: usize, method: Method, path: &str, body: Option<Value>) -> Result<(Value, Usage)> {
        let token = self.tokens.get(student).map(String::as_str).unwrap_or_default();
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

    /// Creates a resource as a student, and returns its id.
    async fn create(&self, student: usize, path: &str, body: Value) -> Result<String> {
        let (created, _) = self.send(student, Method::POST, path, Some(body)).await?;
        created.get("id").and_then(Value::as_str).map(str::to_owned).with_context(|| format!("POST {path}: no id"))
    }

    /// Requests the page many times, as the first student. The clock advances, so that no page is read five times within a
    /// second and then comes from memory.
    async fn measure(&self, name: &'static str, path: &str) -> Result<Page> {
        let (mut times, mut usage) = (Vec::new(), Usage::default());
        for request in 0..REQUESTS {
            self.clock.set_ahead_by_millis(i64::try_from(request)?.saturating_mul(300));
            let start = Instant::now();
            (_, usage) = self.send(0, Method::GET, path, None).await?;
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_unstable_by(f64::total_cmp);
        Ok(Page { name, usage, time: times.get(REQUESTS / 2).copied().unwrap_or_default() })
    }

    async fn school(&self) -> Result<School> {
        let name = SchoolName::parse("가온대학교".to_owned()).ok().context("the school's name")?;
        Ok(self.service.app.schools.add(name, Vec::new(), VerificationPolicy::Open).await?)
    }
}

/// Signs up two students of the school.
async fn sign_up(service: &GrowthService, school: &School) -> Result<Vec<Caller>> {
    let mut students = Vec::new();
    for name in ["maru", "narae"] {
        let body = json!({
            "school_id": school.id, "login_id": name, "password": "otter juggles 9 stones", "nickname": name,
            "email": format!("{name}@gaon.example"), "admission_year": 2026,
        });
        let (session, _) = service.send(0, Method::POST, "/auth/signup", Some(body)).await?;
        let token = session.get("access_token").and_then(Value::as_str).context("no token")?;
        students.push(service.service.app.verifier.verify(token)?.caller());
    }
    Ok(students)
}

/// Creates an item of each kind.
async fn create_items(service: &GrowthService) -> Result<Created> {
    let board = service.create(0, "/boards", json!({ "category": "일반", "name": "자유게시판" })).await?;
    let text = json!({ "title": "글", "content": "학교 이야기. ".repeat(25), "is_anonymous": false });
    let post = service.create(0, &format!("/boards/{board}/posts"), text).await?;
    let text = json!({ "content": "댓글입니다.", "is_anonymous": false });
    let comment = service.create(0, &format!("/posts/{post}/comments"), text).await?;
    let thread = service.create(1, "/messages", json!({ "post_id": post, "content": "안녕하세요." })).await?;
    Ok(Created { board, post, comment, thread })
}

/// Replaces texts in a value and in the values inside it.
fn replace(value: AttributeValue, changes: &[(&str, &str)]) -> AttributeValue {
    match value {
        AttributeValue::S(text) => {
            AttributeValue::S(changes.iter().fold(text, |text, (old, new)| text.replace(old, new)))
        }
        AttributeValue::M(map) => {
            AttributeValue::M(map.into_iter().map(|(name, value)| (name, replace(value, changes))).collect())
        }
        value => value,
    }
}

/// A row to copy, with the id and the time that are different in each copy.
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
        self.item.clone().into_iter().map(|(name, value)| (name, replace(value, &changes))).collect()
    }
}

/// A UUID as it is in the ids of posts and comments.
fn new_uuid(at: Time) -> String {
    ThreadId::new(at).as_uuid().simple().to_string()
}

/// The rows of the created items.
fn originals(database: &Database, created: &Created, student: &Caller) -> Result<Vec<Original>> {
    let rows = database.scan(serde_json::from_value(json!({ "TableName": "campus" }))?)?.items.unwrap_or_default();
    let text = |item: &Item, name: &str| match item.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    };
    let find = |id: &str, time: &str, new_id: fn(Time) -> String, is: &dyn Fn(&str, &str) -> bool| {
        let item = rows.iter().find(|row| is(&text(row, "pk"), &text(row, "sk"))).context("a row is missing")?.clone();
        Ok::<_, anyhow::Error>(Original { id: id.to_owned(), time: text(&item, time), new_id, item })
    };
    let Created { board, post, comment, thread } = created;
    let (post_uuid, comment_uuid) = match (post.parse::<PostId>(), comment.parse::<CommentId>()) {
        (Ok(post), Ok(comment)) => [post.as_uuid(), comment.as_uuid()].map(|uuid| uuid.simple().to_string()).into(),
        _ => bail!("the id of a post or comment is malformed"),
    };
    let mut listed = find(thread, "sk", |at| ThreadId::new(at).to_string(), &|pk, sk| {
        // A thread is in the lists of both students. The measured pages are those of the first one.
        pk.ends_with(&student.user.to_string()) && sk.starts_with("INBOX#") && sk.ends_with(thread)
    })?;
    listed.time = listed.time.split('#').nth(1).context("the listed thread has no time")?.to_owned();
    Ok(vec![
        find(&post_uuid, "created_at", new_uuid, &|pk, sk| pk.ends_with(board) && sk.ends_with(&post_uuid))?,
        find(&comment_uuid, "created_at", new_uuid, &|pk, sk| pk.ends_with(post) && sk.ends_with(&comment_uuid))?,
        find(thread, "created_at", |at| ThreadId::new(at).to_string(), &|pk, sk| {
            pk.ends_with(thread) && sk == "THREAD"
        })?,
        listed,
    ])
}

/// Creates a file with `count` items of each kind. Returns the students, the ids of the items that the service has created,
/// and the time of the item in the middle.
async fn fill(file: &Path, count: i64) -> Result<(Vec<Caller>, Created, Time)> {
    let service = GrowthService::start(file, &[]).await?;
    let school = service.school().await?;
    let students = sign_up(&service, &school).await?;
    service.engine.stop().await?;
    let service = GrowthService::start(file, &students).await?;
    let created = create_items(&service).await?;
    service.engine.stop().await?;

    let path = file.to_str().context("the file's name is not UTF-8")?;
    let database = Database::new(path)?;
    database.enable_bulk_loading()?;
    let originals = originals(&database, &created, students.first().context("a student")?)?;
    // The copies are older than the created items, so posts and threads are listed after them, and comments before them.
    let now = Clock::default().now();
    let (mut rows, mut middle) = (Vec::new(), now);
    for number in 1..count {
        let at = now.plus_millis(-1000 * number);
        middle = if number == count / 2 { at } else { middle };
        rows.extend(originals.iter().map(|original| original.copy(at)));
        if rows.len() >= IMPORT_SIZE || number + 1 == count {
            database.import_items("campus", std::mem::take(&mut rows), ImportOptions::default())?;
        }
    }
    database.disable_bulk_loading()?;
    Ok((students, created, middle))
}

/// Measures the pages of lists with `count` items.
async fn measure_lists(count: i64) -> Result<Vec<Page>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("campus.db");
    let (students, created, middle) = fill(&file, count).await?;
    let service = GrowthService::start(&file, &students).await?;
    let student = students.first().context("a student")?;
    let Created { board, post, .. } = created;
    // The cursors of pages in the middle. Requesting all pages before them would take an hour.
    let cursor = |list: &str, position: String| {
        service.service.app.cursors.seal(&CursorScope::of(student, list, &[]), &position)
    };
    let in_board = cursor(&format!("posts of {board}"), format!("POST#{}", new_uuid(middle)));
    let in_post = cursor(&format!("comments of {post}"), format!("COMMENT#{}$", new_uuid(middle)));
    let in_inbox = cursor(&format!("threads of {}", student.user), format!("INBOX#{middle}#"));
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

/// Invents the lectures of a semester.
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

/// Measures a search in a school with this number of semesters. All semesters are searched before the measurement.
async fn measure_search(semesters: i32) -> Result<Vec<Page>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("campus.db");
    let service = GrowthService::start(&file, &[]).await?;
    let school = service.school().await?;
    let students = sign_up(&service, &school).await?;
    service.engine.stop().await?;
    let service = GrowthService::start(&file, &students).await?;
    let search = |semester: &str| format!("/lectures?semester={semester}&query=96%EC%9D%98");
    for number in (0..semesters).rev() {
        let name = format!("{}-{}", 2026 - number / 2, 2 - number % 2);
        let semester = Semester::parse(name.clone()).ok().context("a semester")?;
        let catalogues = &service.service.app.catalogues;
        catalogues.import(school.id, semester, &lectures(&name)?, |_, _| ()).await?;
        service.send(0, Method::GET, &search(&name), None).await?;
    }
    let page = service.measure("a search", &search("2026-2")).await?;
    service.engine.stop().await?;
    Ok(vec![page])
}

/// Prints the costs. Returns whether they are constant: the same calls and units, and no more than [`MAX_RATIO`] times the
/// time of the first count.
fn report(count: &str, measured: &[(i64, Vec<Page>)]) -> bool {
    let mut is_constant = true;
    println!("\n| {count} | page | calls | in sequence | read units | time | ratio to the first |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let first = measured.first().map_or(&[][..], |(_, pages)| pages);
    for (at, base) in first.iter().enumerate() {
        for (count, pages) in measured {
            let Some(Page { name, usage, time }) = pages.get(at) else { continue };
            let ratio = time / base.time;
            let Usage { calls, sequence, read_units, .. } = usage;
            println!("| {count} | {name} | {calls} | {sequence} | {read_units} | {time:.2} ms | {ratio:.2} |");
            is_constant &= *usage == base.usage && ratio <= MAX_RATIO;
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
    let is_constant = [report("items", &lists), report("semesters", &searches)];
    Ok(if is_constant == [true, true] { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
