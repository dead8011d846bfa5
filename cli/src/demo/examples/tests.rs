//! Every request that consists of examples of the OpenAPI document works with the demo data.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use campus_core::clock::Clock;
use campus_core::lambda::Function;
use campus_local::{Engine, Mailbox, MediaStore, Secret, StreamConsumer, TableStream, ses_client_config};
use campus_notifications::stream::Mailer;
use percent_encoding::NON_ALPHANUMERIC;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::*;
use crate::demo::{self, Body, BodyExt, Request, ServiceExt, header, http};

/// A service with the demo data, and the document that `campus dev --demo` serves.
struct Reference {
    service: LocalService,
    document: Value,
    token: String,
    cookie: String,
    _engine: Arc<Engine>,
    _media: MediaStore,
    _folder: TempDir,
}

impl Reference {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let media = MediaStore::start(folder.path(), listener, Vec::new(), Secret::random().unwrap()).unwrap();
        let engine = Arc::new(Engine::in_memory().await.unwrap());
        let bucket = media.bucket().unwrap();
        let service = LocalService::start(engine.connection(), bucket, Clock::default(), None).await.unwrap();
        demo::create(&service).await.unwrap();
        consume_streams(&service, &engine, &folder).await;
        let ids = ExampleIds::find(&service).await.unwrap();
        let document = ids.replace_in(campus_local::document().to_json().unwrap());
        let document = serde_json::from_str(&document).unwrap();
        let (token, cookie) = (String::new(), String::new());
        let mut reference = Self { service, document, token, cookie, _engine: engine, _media: media, _folder: folder };
        let session = reference.try_out("post", "/auth/login").await;
        reference.token = text(&session, "access_token").unwrap();
        reference
    }

    /// The operations with these methods, as method and path.
    fn operations(&self, methods: &[&str]) -> Vec<(String, String)> {
        let paths = self.document["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, operations)| {
            operations.as_object().unwrap().keys().map(move |method| (method.clone(), path.clone()))
        });
        all.filter(|(method, _)| methods.contains(&method.as_str())).collect()
    }

    /// Sends a request for each example of the operation's body, with the examples of all parameters. Returns the body
    /// of the last response.
    async fn try_out(&mut self, method: &str, path: &str) -> Value {
        let operation = self.document["paths"][path][method].clone();
        let url = url(path, &operation);
        let content = &operation["requestBody"]["content"]["application/json"];
        let alternatives = content["examples"].as_object().into_iter().flat_map(serde_json::Map::values);
        let bodies = content.get("example").into_iter().chain(alternatives.map(|example| &example["value"]));
        let mut bodies: Vec<_> = bodies.map(ToString::to_string).collect();
        if bodies.is_empty() {
            bodies.push(String::new());
        }
        let mut last = Value::Null;
        for body in bodies {
            let (status, response) = self.send(method, &url, body).await;
            let needs_other_data = OTHER_DATA.iter().any(|code| response.contains(&format!("\"code\":\"{code}\"")));
            let needs_other_data = needs_other_data || (path == OBJECTION && status == StatusCode::NOT_FOUND);
            assert!(status.is_success() || needs_other_data, "{method} {path} {url}: {status} {response}");
            last = serde_json::from_str(&response).unwrap_or_default();
        }
        last
    }

    async fn send(&mut self, method: &str, url: &str, body: String) -> (StatusCode, String) {
        let request = Request::builder()
            .method(method.to_uppercase().as_str())
            .uri(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::COOKIE, &self.cookie);
        let request = request.body(Body::from(body)).unwrap();
        let response: Response = http::finish(self.service.router.clone()).oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (cookie, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            if cookie.starts_with("__Host-campus_refresh=") {
                self.cookie = cookie.to_owned();
            }
        }
        let status = response.status();
        (status, String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
    }
}

/// Lets both consumers of the table's stream write what the demo data makes them write: notifications and the search index.
async fn consume_streams(service: &LocalService, engine: &Arc<Engine>, folder: &TempDir) {
    let secret = Secret::random().unwrap();
    let mailbox = Mailbox::on_file(&folder.path().join("mailbox"), secret.clone()).unwrap();
    let ses = ses_client_config(mailbox.serve().await.unwrap(), &secret);
    let mailer = Mailer::new(ses, "no-reply@campus.example".to_owned(), None);
    let notifications = service.notifications_stream(mailer, "http://localhost".to_owned()).unwrap();
    let functions: [(StreamConsumer, Function); 2] = [
        (StreamConsumer::Notifications, campus_notifications::stream::function(notifications)),
        (StreamConsumer::Posts, campus_posts::stream::function(service.posts_stream.clone())),
    ];
    for (consumer, function) in functions {
        let mut stream = TableStream::new(engine.clone(), consumer, None).unwrap();
        while stream.deliver(&function).await.unwrap() {}
    }
}

/// The path and the query of a request with the examples of all parameters.
fn url(path: &str, operation: &Value) -> String {
    let (mut url, mut query) = (path.to_owned(), Vec::new());
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (name, example) = (parameter["name"].as_str().unwrap(), &parameter["example"]);
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        match parameter["in"].as_str().unwrap() {
            "path" => url = url.replace(&format!("{{{name}}}"), &example),
            "query" if parameter.get("example").is_some() => {
                query.push(format!("{name}={}", percent_encoding::utf8_percent_encode(&example, NON_ALPHANUMERIC)));
            }
            _ => {}
        }
    }
    format!("{url}?{}", query.join("&"))
}

/// Operations on accounts, in an order in which none makes a later one fail.
const AUTH: [&str; 6] =
    ["/auth/login", "/auth/signup", "/auth/refresh", "/auth/me", "/auth/me/password", "/auth/logout"];

/// The problems of examples that need what the demo data cannot have: policies, and a link or a code from a mail.
const OTHER_DATA: [&str; 4] = ["not_current", "reset_token_invalid", "takedown_token_invalid", "code_invalid"];

/// Nothing that the demo student wrote is restricted.
const OBJECTION: &str = "/takedowns/{id}/objection";

#[tokio::test]
async fn every_example_that_reads_works_and_finds_something() {
    let mut reference = Reference::start().await;
    for (method, path) in reference.operations(&["get"]) {
        let response = reference.try_out(&method, &path).await;
        let parameters = reference.document["paths"][path.as_str()]["get"]["parameters"].to_string();
        if ["query", "semester", "direction"].iter().any(|name| parameters.contains(&format!("\"name\":\"{name}\""))) {
            let is_empty = response["items"].as_array().is_some_and(Vec::is_empty);
            assert!(!is_empty, "{path} finds nothing");
        }
    }
}

#[tokio::test]
async fn every_example_that_creates_or_changes_something_works() {
    let mut reference = Reference::start().await;
    let mut operations = reference.operations(&["post", "put", "patch"]);
    // A block refuses messages, so it comes after them.
    operations.sort_by_key(|(_, path)| (AUTH.iter().position(|auth| auth == path), path == "/blocks", path.clone()));
    for (method, path) in operations {
        reference.try_out(&method, &path).await;
    }
}

#[tokio::test]
async fn every_example_that_deletes_something_works() {
    let mut reference = Reference::start().await;
    let mut operations = reference.operations(&["delete"]);
    // What is inside something else comes first, and the account last.
    operations
        .sort_by_key(|(_, path)| (path == "/auth/me", !path.starts_with("/comments"), std::cmp::Reverse(path.len())));
    for (method, path) in operations {
        reference.try_out(&method, &path).await;
    }
}
