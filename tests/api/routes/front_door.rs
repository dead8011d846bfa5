//! The front door: the web client's files, and the API under `/api`.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::Method;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use campus_local::{CONTENT_SECURITY_POLICY, SECURITY_HEADERS};

use crate::support::harness::{Answer, TestApp};

const MEDIA: &str = "http://127.0.0.1:8081";

async fn front_door() -> TestApp {
    TestApp::start().await.behind_front_door(MEDIA)
}

/// A directive of the response's Content-Security-Policy.
fn directive(answer: &Answer, name: &str) -> String {
    let policy = answer.header("content-security-policy");
    let mut directives = policy.split(';').filter_map(|directive| directive.trim().split_once(' '));
    directives.find(|(found, _)| *found == name).unwrap_or_else(|| panic!("no {name}: {policy}")).1.to_owned()
}

#[tokio::test]
async fn every_path_without_a_dot_is_the_page_of_the_web_client() {
    let app = front_door().await;
    let page = app.get("/").send().await;
    assert_eq!(page.is(200).header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    assert!(page.text.contains("<base href=\"/assets/dev/\">"), "{}", page.text);
    for path in ["/index.html", "/login", "/boards/01a2/posts", "/posts/?cursor=a.b", "/apiary", "/share/"] {
        let answer = app.get(path).send().await;
        assert_eq!((answer.is(200).header("content-type"), &answer.text), ("text/html; charset=utf-8", &page.text));
    }
}

#[tokio::test]
async fn other_paths_are_not_found() {
    let app = front_door().await;
    for path in [
        "/Cargo.toml",
        "/login.html",
        "/assets/dev",
        "/assets/dev/",
        "/assets/dev/src",
        "/assets/dev/unknown.js",
        "/assets/dev/../../Cargo.toml",
        "/assets/dev/%2e%2e/%2e%2e/Cargo.toml",
        "/assets/dev/client/package.json",
        "/assets/dev/client/../app/index.html",
        "/assets/other/index.html",
        "/assets/",
    ] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.is(404).text, "", "{path}");
    }
    assert_eq!(app.post("/").send().await.is(405).header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn a_file_that_the_client_has_is_not_sent_again() {
    let app = front_door().await;
    let file = app.get("/assets/dev/index.html").send().await;
    assert_eq!(file.is(200).header("cache-control"), "no-cache");
    let tag = file.header("etag");
    for known in [tag.to_owned(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let answer = app.get("/assets/dev/index.html").header("if-none-match", &known).send().await;
        assert_eq!((answer.is(304).text.as_str(), answer.header("etag")), ("", tag));
    }
    app.get("/assets/dev/index.html").header("if-none-match", "\"other\"").send().await.is(200);
    let head = app.call(Method::HEAD, "/assets/dev/index.html").send().await;
    assert_eq!((head.is(200).text.as_str(), head.header("etag")), ("", tag));
}

#[tokio::test]
async fn every_file_has_the_security_headers() {
    let app = front_door().await;
    for path in ["/", "/posts/1", "/assets/dev/index.html", "/unknown.js"] {
        let answer = app.get(path).send().await;
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(answer.header(name.as_str()), value, "{path}");
        }
        assert_eq!(directive(&answer, "default-src"), "'none'", "{path}");
        assert_eq!(directive(&answer, "img-src"), format!("'self' blob: {MEDIA}"), "{path}");
        assert_eq!(directive(&answer, "connect-src"), format!("'self' {MEDIA}"), "{path}");
    }
    assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"), "{CONTENT_SECURITY_POLICY}");
}

#[tokio::test]
async fn the_only_inline_script_is_the_import_map() {
    let app = front_door().await;
    let page = app.get("/").send().await;
    let inline: Vec<_> = page.text.split("<script").skip(1).filter(|script| !script.contains(" src=")).collect();
    let [script] = inline[..] else { panic!("{inline:?}") };
    let map = script.strip_prefix(" type=\"importmap\">").unwrap().split_once("</script>").unwrap().0;
    let hash = BASE64_STANDARD.encode(digest(&SHA256, map.as_bytes()));
    assert_eq!(directive(&page, "script-src"), format!("'self' 'sha256-{hash}'"));
    assert_eq!(directive(&app.get("/unknown.js").send().await, "script-src"), "'self'");
}

#[tokio::test]
async fn the_api_is_under_its_prefix() {
    let app = front_door().await;
    app.school("가온대학교").await;
    let schools = app.get("/api/schools?query=가온").send().await;
    assert_eq!(schools.is(200).text_at("/items/0/name"), "가온대학교");
    app.get("/api/boards").send().await.is_problem(401, "token_missing");
    app.get("/api/unknown").send().await.is_problem(404, "not_found");
    app.get("/api").send().await.is_problem(404, "not_found");
    app.post("/api/schools").send().await.is_problem(405, "method_not_allowed");
    assert!(app.get("/schools").send().await.is(200).text.starts_with("<!doctype html>"), "a page of the web client");
}
