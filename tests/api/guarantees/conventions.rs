//! Conventions of all routes.

use serde_json::json;

use crate::support::harness::{TestApp, sign_up_body};

#[tokio::test]
async fn an_unknown_path_is_404() {
    let app = TestApp::start().await;
    for path in ["/", "/nothing", "/auth", "/boards/x/y/z", "/%00", "/%ff"] {
        app.get(path).send().await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_malformed_id_is_404() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    for id in ["x", "0", "%EA%B0%80", "01a2040A-429e-7195-914a-77eecf906c0d", "01a2040a429e7195914a77eecf906c0d", "%ff"]
    {
        app.get(format!("/boards/{id}")).by(&student).send().await.is_problem(404, "not_found");
        app.get(format!("/posts/{id}")).by(&student).send().await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn an_id_has_one_spelling() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    for other in [board.to_uppercase(), board.replace('-', ""), format!("%7B{board}%7D"), format!("urn:uuid:{board}")] {
        app.get(format!("/boards/{other}")).by(&student).send().await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_with_the_allowed_methods() {
    let app = TestApp::start().await;
    let answer = app.delete("/boards").send().await;
    answer.is_problem(405, "method_not_allowed");
    let mut allowed: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    app.get("/auth/login").send().await.is_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_trailing_slash_is_the_same_resource() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    for path in ["/schools", "/boards", "/auth/me", "/boards/pinned", "/.well-known/jwks.json"] {
        let (plain, slash) =
            (app.get(path).by(&student).send().await, app.get(format!("{path}/")).by(&student).send().await);
        assert_eq!((slash.status, &slash.text), (plain.is(200).status, &plain.text), "{path}");
    }
    app.get("/boards/?limit=0").by(&student).send().await.is_invalid(&[("limit", "out_of_range")]);
}

#[tokio::test]
async fn a_body_has_to_be_json() {
    let app = TestApp::start().await;
    let login = |content_type: &str, body: &str| {
        app.post("/auth/login").header("content-type", content_type).text(body.to_owned()).send()
    };
    let body = json!({ "login_id": "nobody", "password": "x" }).to_string();
    for content_type in ["", "text/plain", "application/jsonx", "application/x-www-form-urlencoded", "json"] {
        login(content_type, &body).await.is_problem(415, "unsupported_media_type");
    }
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        login(content_type, &body).await.is_problem(401, "invalid_credentials");
    }
    let deep = "[".repeat(10_000);
    for malformed in ["", "{", "nul", "{} {}", "{\"login_id\":}", "\u{FEFF}{}", "{\"login_id\": \"\\ud800\"}", &deep] {
        login("application/json", malformed).await.is_problem(400, "malformed_json");
    }
    let deep = format!("{{\"x\":{deep}");
    login("application/json", &deep).await.is_problem(400, "malformed_json");
    for shape in ["[]", "null", "\"x\"", "7", "[\"nobody\", \"x\"]"] {
        login("application/json", shape).await.is_invalid(&[("body", "wrong_type")]);
    }
    let not_utf8 = app.post("/auth/login").text(b"{\"login_id\": \"\xff\"}".to_vec()).send().await;
    not_utf8.is_problem(400, "malformed_json");
}

#[tokio::test]
async fn all_invalid_fields_are_named_at_once() {
    let app = TestApp::start().await;
    let body =
        json!({ "login_id": 7, "password": "short", "nickname": "a b", "admission_year": 1949, "role": "admin" });
    app.post("/auth/signup").json(&body).send().await.is_invalid(&[
        ("school_id", "required"),
        ("login_id", "wrong_type"),
        ("password", "too_short"),
        ("email", "required"),
        ("nickname", "invalid_characters"),
        ("admission_year", "out_of_range"),
        ("role", "unknown_field"),
    ]);
}

#[tokio::test]
async fn an_integer_may_have_a_zero_fraction_or_an_exponent() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let picture = |size: &str| {
        let body = format!(r#"{{"content_type": "image/png", "size": {size}}}"#);
        app.post("/media").by(&student).text(body).send()
    };
    for whole in ["1024", "1024.0", "1.024e3"] {
        picture(whole).await.is(201);
    }
    for other in ["1024.5", "1e300", "\"1024\""] {
        picture(other).await.is_invalid(&[("size", "wrong_type")]);
    }
}

#[tokio::test]
async fn a_duplicate_field_is_refused() {
    let app = TestApp::start().await;
    let answer =
        app.post("/auth/login").text(r#"{"login_id": "maru", "login_id": "sora", "password": "x"}"#).send().await;
    answer.is_invalid(&[("body", "invalid_format")]);
}

#[tokio::test]
async fn an_optional_field_may_be_null() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let mut body = sign_up_body(&school, "maru");
    body["name"] = json!(null);
    app.post("/auth/signup").json(&body).send().await.is(201);
}

#[tokio::test]
async fn a_body_of_64_kib_is_read_and_a_larger_one_is_413() {
    let app = TestApp::start().await;
    let body = |bytes: usize| {
        let rest = r#"{"login_id":"nobody","password":""}"#.len();
        format!(r#"{{"login_id":"nobody","password":"{}"}}"#, "x".repeat(bytes - rest))
    };
    app.post("/auth/login").text(body(64 * 1024)).send().await.is_invalid(&[("password", "too_long")]);
    app.post("/auth/login").text(body(64 * 1024 + 1)).send().await.is_problem(413, "payload_too_large");
}

#[tokio::test]
async fn a_post_may_have_128_kib() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    let body = |bytes: usize| {
        let rest = r#"{"title":"제목","is_anonymous":true,"content":""}"#.len();
        format!(r#"{{"title":"제목","is_anonymous":true,"content":"{}"}}"#, "x".repeat(bytes - rest))
    };
    let path = format!("/boards/{board}/posts");
    app.post(&path).by(&student).text(body(128 * 1024)).send().await.is_invalid(&[("content", "too_long")]);
    app.post(&path).by(&student).text(body(128 * 1024 + 1)).send().await.is_problem(413, "payload_too_large");
}

#[tokio::test]
async fn details_are_korean_or_english() {
    let app = TestApp::start().await;
    let korean = app.get("/nothing").send().await;
    let english = app.get("/nothing").header("accept-language", "en-US,en;q=0.9,ko;q=0.8").send().await;
    assert_eq!(korean.text_at("/detail"), "찾을 수 없습니다.");
    assert_eq!(korean.header("content-language"), "ko");
    assert_eq!(english.text_at("/detail"), "The resource was not found.");
    assert_eq!(english.header("content-language"), "en");
    let field = app.post("/auth/login").header("accept-language", "en").json(&json!({})).send().await;
    assert_eq!(field.text_at("/errors/0/detail"), "This field is required.");
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    for path in ["/boards", "/auth/me", "/nothing"] {
        let answer = app.get(path).by(&student).send().await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
    }
    assert_eq!(app.get("/schools").send().await.header("cache-control"), "public, max-age=60");
}

#[tokio::test]
async fn each_request_gets_a_new_id_that_the_client_cannot_choose() {
    let app = TestApp::start().await;
    let one = app.get("/schools").header("x-request-id", "mine").send().await;
    let other = app.get("/schools").send().await;
    assert_ne!(one.header("x-request-id"), "mine");
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

#[tokio::test]
async fn a_list_has_1_to_50_items_a_page() {
    let app = TestApp::start().await;
    for limit in ["0", "51", "-1", "x", "", "1.5", "99999999999999999999"] {
        app.get(format!("/schools?limit={limit}")).send().await.is_invalid(&[("limit", "out_of_range")]);
    }
    for limit in ["1", "50"] {
        app.get(format!("/schools?limit={limit}")).send().await.is(200);
    }
}

#[tokio::test]
async fn a_page_has_20_items_by_default() {
    let app = TestApp::start().await;
    for number in 10..31 {
        app.school(&format!("대학교 {number}")).await;
    }
    let page = app.get("/schools").send().await;
    assert_eq!(page.at("/items").as_array().unwrap().len(), 20);
    let rest = app.get(format!("/schools?cursor={}", page.text_at("/next_cursor"))).send().await;
    assert_eq!(rest.at("/items").as_array().unwrap().len(), 1);
    assert!(rest.at("/next_cursor").is_null());
}

#[tokio::test]
async fn a_cursor_of_another_list_or_an_altered_one_is_400() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    for name in ["하나", "둘", "셋"] {
        app.board(&student, name).await;
    }
    let cursor = app.get("/boards?limit=1").by(&student).send().await.text_at("/next_cursor");
    app.get(format!("/boards?limit=1&cursor={cursor}")).by(&student).send().await.is(200);
    let foreigner = app.student(&app.school("나래대학교").await).await;
    for path in [
        format!("/boards?cursor=x{cursor}"),
        format!("/boards?cursor={}", &cursor[1..]),
        format!("/boards?cursor={}", &cursor[..cursor.len() - 1]),
        "/boards?cursor=%EA%B0%80".to_owned(),
        format!("/boards?category=%EC%9D%BC%EB%B0%98&cursor={cursor}"),
        format!("/boards/pinned?cursor={cursor}"),
        format!("/schools?cursor={cursor}"),
    ] {
        app.get(path).by(&student).send().await.is_problem(400, "invalid_cursor");
    }
    app.get(format!("/boards?cursor={cursor}")).by(&foreigner).send().await.is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn unknown_query_parameters_are_ignored_and_repeated_ones_are_refused() {
    let app = TestApp::start().await;
    app.get("/schools?role=admin").send().await.is(200);
    app.get("/schools?limit=1&limit=2").send().await.is_invalid(&[("query", "invalid_format")]);
}
