//! A service with a bucket for pictures, and a proxy in front of the bucket that injects faults.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, Response, StatusCode};
use campus_core::domain::School;
use campus_core::store::Connection;
use campus_local::{Engine, MediaStore, Secret};
use campus_posts::{CleanupReport, clean_up_media};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::support::harness::{Answer, Student, TestApp, connection};

/// A PNG with one pixel.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";

/// A service with a bucket, two students and a board. The reader manages the board.
pub struct Gallery {
    pub app: TestApp,
    pub author: Student,
    pub reader: Student,
    pub board: String,
    pub school: School,
    proxy: Arc<Proxy>,
    folder: TempDir,
    _store: MediaStore,
}

/// A fault of requests that the service sends to the bucket: reads of uploads, writes of pictures, and deletions.
#[derive(Clone, Copy)]
enum BucketFault {
    Status(u16),
    /// There is no response.
    Hangs,
}

/// A fault from the request after the next `after` ones on, for `lasts` requests.
struct BucketPlan {
    fault: BucketFault,
    after: usize,
    lasts: usize,
}

struct Proxy {
    /// The origin of the store.
    store: String,
    plan: Mutex<Option<BucketPlan>>,
    /// The write of a picture needs a permit to go on.
    copies: Semaphore,
    /// A permit for each write of a picture that has arrived.
    arrived: Semaphore,
}

impl Proxy {
    /// The fault of this request, if it has one.
    fn fault(&self) -> Option<BucketFault> {
        let mut plan = self.plan.lock().unwrap();
        let plan = plan.as_mut()?;
        if plan.after > 0 {
            plan.after -= 1;
            return None;
        }
        plan.lasts = plan.lasts.checked_sub(1)?;
        Some(plan.fault)
    }

    async fn forward(&self, request: Request) -> Response<Body> {
        let is_pending = request.uri().path().contains("/pending/");
        if request.method() == Method::PUT && !is_pending {
            self.arrived.add_permits(1);
            self.copies.acquire().await.unwrap().forget();
            self.copies.add_permits(1);
        }
        // The test itself uploads, and downloads pictures of posts.
        let is_of_service = match *request.method() {
            Method::GET => is_pending,
            Method::PUT => !is_pending,
            _ => true,
        };
        let fault = if is_of_service { self.fault() } else { None };
        let answer =
            |status: u16, body: &'static str| Response::builder().status(status).body(Body::from(body)).unwrap();
        match fault {
            Some(BucketFault::Status(status)) => return answer(status, ""),
            Some(BucketFault::Hangs) => tokio::time::sleep(Duration::from_secs(60)).await,
            None => {}
        }
        let (parts, body) = request.into_parts();
        let headers: Vec<_> =
            parts.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let url = format!("{}{}", self.store, parts.uri.path_and_query().unwrap());
        let answer = fetch(parts.method.as_str(), &url, &headers, &body).await;
        let mut response = Response::builder().status(StatusCode::from_u16(answer.status).unwrap());
        for (name, value) in &answer.headers {
            if !["connection", "transfer-encoding", "content-length"].contains(&name.as_str()) {
                response = response.header(name, value);
            }
        }
        response.body(Body::from(answer.body)).unwrap()
    }
}

impl Gallery {
    pub async fn open() -> Self {
        Self::open_with(connection).await
    }

    /// With another connection to the table, such as one with faults.
    pub async fn open_with(connection: impl FnOnce(&Engine) -> Connection) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store_in(&folder, Vec::new()).await;
        let (origin, bucket) = store.url().rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let (copies, arrived) = (Semaphore::new(1), Semaphore::new(0));
        let proxy = Arc::new(Proxy { store: origin, plan: Mutex::default(), copies, arrived });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/{bucket}", listener.local_addr().unwrap());
        let handler = proxy.clone();
        let router = Router::new().fallback(move |request: Request| {
            let proxy = handler.clone();
            async move { proxy.forward(request).await }
        });
        tokio::spawn(axum::serve(listener, router).into_future());
        let bucket = MediaStore::bucket_at(&url, store.secret()).unwrap();
        let engine = Engine::in_memory().await.unwrap();
        let app = TestApp::on_bucket(engine, connection, None, bucket).await;
        let school = app.school("가온대학교").await;
        let (author, reader) = (app.student(&school).await, app.student(&school).await);
        let board = app.board(&reader, "자유").await;
        Self { app, author, reader, board, school, proxy, folder, _store: store }
    }

    /// With the time limits of the deployed service.
    pub fn with_own_time_limits(self) -> Self {
        Self { app: self.app.with_own_time_limits(), ..self }
    }

    pub async fn announce(&self, by: &Student, content_type: &str, size: usize) -> Answer {
        announce(&self.app, by, content_type, size).await
    }

    /// Announces and uploads a picture with other headers, which the signature does not cover. Returns its id.
    pub async fn upload_with(&self, content_type: &str, headers: &[(&str, &str)], body: &[u8]) -> String {
        let announced = self.announce(&self.author, content_type, body.len()).await;
        let length = body.len().to_string();
        let own = [("content-type", content_type), ("content-length", length.as_str())];
        let answer = fetch("PUT", &announced.is(201).text_at("/upload_url"), &[&own, headers].concat(), body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        announced.text_at("/id")
    }

    /// Uploads a picture as the response to its announcement says.
    pub async fn put(&self, announced: &Value, body: &[u8]) -> Fetched {
        put(announced, body).await
    }

    /// Announces and uploads a picture. Returns its id.
    pub async fn upload(&self, by: &Student) -> String {
        upload(&self.app, by).await
    }

    /// Creates an anonymous post with these pictures. Its title is unique.
    pub async fn post(&self, by: &Student, media_ids: &[&str]) -> Answer {
        self.post_on(&self.board, by, media_ids).await
    }

    pub async fn post_on(&self, board: &str, by: &Student, media_ids: &[&str]) -> Answer {
        let title = uuid::Uuid::new_v4().to_string();
        let body = json!({ "title": title, "content": "사진", "is_anonymous": true, "media_ids": media_ids });
        self.app.post(format!("/boards/{board}/posts")).by(by).json(&body).send().await
    }

    /// Asserts that the response is a post whose pictures can be downloaded.
    pub async fn shows(&self, post: &Answer) {
        let media = post.at("/media");
        assert!(!media.as_array().unwrap().is_empty());
        for media in media.as_array().unwrap() {
            assert_eq!(fetch("GET", media["url"].as_str().unwrap(), &[], b"").await.body, PNG);
        }
    }

    /// Runs the media deletions of the schedule, two minutes later.
    pub async fn clean_up_later(&self) -> CleanupReport {
        self.app.clock.set_ahead_by_millis(120_000);
        let report = clean_up_media(&self.app.service.posts).await.unwrap();
        self.app.clock.set_ahead_by_millis(0);
        report
    }

    /// All files in the bucket.
    pub fn files(&self) -> Vec<PathBuf> {
        files_in(&self.folder.path().join("campus-media"))
    }

    /// The pictures of posts in the bucket.
    pub fn pictures(&self) -> Vec<PathBuf> {
        files_in(&self.folder.path().join("campus-media/media"))
    }

    fn fail(&self, fault: BucketFault, after: usize, lasts: usize) {
        *self.proxy.plan.lock().unwrap() = Some(BucketPlan { fault, after, lasts });
    }

    /// Answers all requests of the service with this status from now on.
    pub fn bring_down(&self, status: u16) {
        self.fail(BucketFault::Status(status), 0, usize::MAX);
    }

    /// Answers the requests of the service after the next `requests` ones with this status.
    pub fn bring_down_after(&self, requests: usize, status: u16) {
        self.fail(BucketFault::Status(status), requests, usize::MAX);
    }

    /// Answers the next `requests` requests of the service with this status.
    pub fn bring_down_for(&self, requests: usize, status: u16) {
        self.fail(BucketFault::Status(status), 0, requests);
    }

    /// Does not answer requests of the service.
    pub fn hang(&self) {
        self.fail(BucketFault::Hangs, 0, usize::MAX);
    }

    /// Ends the fault.
    pub fn bring_up(&self) {
        *self.proxy.plan.lock().unwrap() = None;
    }

    /// Holds copies back until [`let_copies`](Self::let_copies).
    pub async fn hold_copies(&self) {
        self.proxy.copies.acquire().await.unwrap().forget();
    }

    pub async fn wait_for_copy(&self) {
        self.proxy.arrived.acquire().await.unwrap().forget();
    }

    pub fn let_copies(&self) {
        self.proxy.copies.add_permits(1);
    }
}

/// An S3 store on a free port, with its files in the folder.
pub async fn store_in(folder: &TempDir, origins: Vec<HeaderValue>) -> MediaStore {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    MediaStore::start(folder.path(), listener, origins, Secret::random().unwrap()).unwrap()
}

async fn announce(app: &TestApp, by: &Student, content_type: &str, size: usize) -> Answer {
    let body = json!({ "content_type": content_type, "size": size });
    app.post("/media").by(by).json(&body).send().await
}

async fn put(announced: &Value, body: &[u8]) -> Fetched {
    let headers = announced["headers"].as_object().unwrap();
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    fetch("PUT", announced["upload_url"].as_str().unwrap(), &headers, body).await
}

/// Announces a picture to the service and uploads it. Returns its id.
pub async fn upload(app: &TestApp, by: &Student) -> String {
    let announced = announce(app, by, "image/png", PNG.len()).await;
    assert_eq!(put(&announced.is(201).json(), PNG).await.status, 200);
    announced.text_at("/id")
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// A response over the network.
#[derive(Debug)]
pub struct Fetched {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Fetched {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// Sends a request with exactly these headers, and with `host` if it is not among them.
pub async fn fetch(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Fetched {
    let (authority, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut request = format!("{method} /{path} HTTP/1.1\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        request += &format!("host: {authority}\r\n");
    }
    for (name, value) in headers.iter().filter(|(name, _)| *name != "connection") {
        request += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(authority).await.unwrap();
    stream.write_all(&[request.as_bytes(), b"\r\n", body].concat()).await.unwrap();
    let mut answer = Vec::new();
    // The server may close the connection before it has read the whole request.
    let _ = stream.read_to_end(&mut answer).await;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("no answer to {url}"));
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<_> = lines.map(|line| line.split_once(": ").unwrap()).map(owned).collect();
    let mut body = answer[end + 4..].to_vec();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        body = unchunked(&body);
    }
    Fetched { status, headers, body }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap().trim(), 16).unwrap();
        body.extend(&rest[end + 2..end + 2 + size]);
        rest = &rest[(end + 4 + size).min(rest.len())..];
    }
    body
}
