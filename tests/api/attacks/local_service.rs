//! Web pages and other programs on a developer's machine, against the ports of `campus dev`.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use campus_core::bucket::Bucket;
use campus_local::{Engine, Folder, MediaStore, Secret, serve};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

use crate::support::gallery::{Fetched, PNG, fetch, store_in};
use crate::support::harness::{TestApp, connection};

const FOREIGN_HOSTS: [&str; 4] =
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "evil.example, localhost"];

/// An engine on a file, as `campus dev` runs it.
async fn engine() -> (Engine, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let data = Folder::lock(folder.path()).unwrap().unwrap();
    let engine = Engine::on_file(&data.database(), data.secret().unwrap()).await.unwrap();
    (engine, folder)
}

/// Scans the table with an access key and other headers.
async fn scan(engine: &Engine, key: &str, headers: &[(&str, &str)]) -> Fetched {
    let body = br#"{"TableName": "campus"}"#;
    let (length, credential) = (body.len().to_string(), format!("{key}/20260101/ap-northeast-2/dynamodb/aws4_request"));
    let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=none");
    let own = [
        ("x-amz-target", "DynamoDB_20120810.Scan"),
        ("content-type", "application/x-amz-json-1.0"),
        ("content-length", &length),
        ("authorization", &authorization),
    ];
    fetch("POST", &format!("{}/", engine.endpoint()), &[&own, headers].concat(), body).await
}

/// The access key in the URL that the data folder has.
fn key(engine: &Engine) -> &str {
    engine.url().trim_start_matches("http://").split_once('@').unwrap().0
}

#[tokio::test]
async fn a_web_page_cannot_use_the_database() {
    let (engine, _folder) = engine().await;
    assert_eq!(scan(&engine, key(&engine), &[]).await.status, 200);
    for origin in ["http://evil.example", "http://localhost:3000", "null"] {
        assert_eq!(scan(&engine, key(&engine), &[("origin", origin)]).await.status, 403, "{origin}");
        let preflight =
            [("origin", origin), ("access-control-request-method", "POST"), ("access-control-request-headers", "x")];
        let answer = fetch("OPTIONS", &format!("{}/", engine.endpoint()), &preflight, b"").await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}: {answer:?}");
        assert!(answer.status >= 400, "{origin}: {answer:?}");
    }
}

#[tokio::test]
async fn only_a_program_that_can_read_the_data_folder_can_use_the_database() {
    let (engine, _folder) = engine().await;
    let unknown = Secret::random().unwrap();
    for key in ["campus", "", unknown.as_str(), &key(&engine)[1..]] {
        let answer = scan(&engine, key, &[]).await;
        assert_eq!(answer.status, 400, "{key}: {answer:?}");
        assert!(String::from_utf8(answer.body).unwrap().contains("UnrecognizedClientException"));
    }
    let body = br#"{"TableName": "campus"}"#;
    let length = body.len().to_string();
    let unsigned = [("x-amz-target", "DynamoDB_20120810.Scan"), ("content-length", &length)];
    let answer = fetch("POST", &format!("{}/", engine.endpoint()), &unsigned, body).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(!String::from_utf8(answer.body).unwrap().contains("Items"));
}

#[tokio::test]
async fn a_domain_name_that_resolves_to_this_machine_reaches_no_port() {
    let (engine, _folder) = engine().await;
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder, Vec::new()).await;
    let any = server(Router::new().fallback(get(async || "answered"))).await;
    for host in FOREIGN_HOSTS {
        assert_eq!(scan(&engine, key(&engine), &[("host", host)]).await.status, 403, "{host}");
        assert_eq!(fetch("GET", &store.url(), &[("host", host)], b"").await.status, 403, "{host}");
        assert_eq!(fetch("GET", &format!("http://{any}/"), &[("host", host)], b"").await.status, 403, "{host}");
    }
    let twice = [("host", "localhost"), ("host", "evil.example")];
    assert_eq!(fetch("GET", &format!("http://{any}/"), &twice, b"").await.status, 403);
    for host in ["localhost", "127.0.0.1:1", "[::1]:8080", "LocalHost"] {
        assert_eq!(fetch("GET", &format!("http://{any}/"), &[("host", host)], b"").await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_cannot_use_the_store_of_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder, vec!["https://app.example".parse().unwrap()]).await;
    let url = upload_url(store.bucket().unwrap()).await;
    let put = async |origin: &str| upload(&url, &[("origin", origin)]).await;
    for origin in ["http://evil.example", "null", "https://app.example.evil.example"] {
        assert_eq!(put(origin).await, 403, "{origin}");
    }
    for origin in ["http://localhost:8082", "http://127.0.0.1:8082", "https://app.example"] {
        assert_eq!(put(origin).await, 200, "{origin}");
    }
}

#[tokio::test]
async fn nobody_can_sign_requests_to_the_store_of_pictures_without_its_secret() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder, Vec::new()).await;
    for (secret, status) in [(store.secret(), 200), (&Secret::random().unwrap(), 403)] {
        let url = upload_url(MediaStore::bucket_at(&store.url(), secret).unwrap()).await;
        assert_eq!(upload(url.split('?').next().unwrap(), &[]).await, 403, "without a signature");
        assert_eq!(upload(&url, &[]).await, status);
    }
}

/// The URL of an upload of [`PNG`] that a service with the bucket signs.
async fn upload_url(bucket: Bucket) -> String {
    let app = TestApp::on_bucket(Engine::in_memory().await.unwrap(), connection, None, bucket).await;
    let student = app.student(&app.school("가온대학교").await).await;
    let body = json!({ "content_type": "image/png", "size": PNG.len() });
    app.post("/media").by(&student).json(&body).send().await.is(201).text_at("/upload_url")
}

/// Uploads [`PNG`]. Returns the status.
async fn upload(url: &str, headers: &[(&str, &str)]) -> u16 {
    let length = PNG.len().to_string();
    let own = [("content-type", "image/png"), ("content-length", &length)];
    fetch("PUT", url, &[&own, headers].concat(), PNG).await.status
}

#[tokio::test(start_paused = true)]
async fn a_half_sent_header_does_not_hold_a_connection() {
    let address = server(Router::new().fallback(get(async || "answered"))).await;
    for head in ["", "GET / HT", "GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: "] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let started = Instant::now();
        let closed = timeout(Duration::from_secs(60), stream.read_to_end(&mut Vec::new())).await;
        assert!(closed.is_ok(), "{head:?} holds the connection");
        assert!(started.elapsed() < Duration::from_secs(21), "{head:?}: {:?}", started.elapsed());
    }
}

/// Serves the router on a free port, as `campus dev` does.
async fn server(router: Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, router, std::future::pending()));
    address
}
