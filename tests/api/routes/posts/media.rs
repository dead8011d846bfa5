//! Pictures: uploads to the local store, which checks signatures like S3, and pictures in posts.

mod cleanup;

use campus_core::store::{Limits, Rate, Usage};
use serde_json::{Value, json};

use crate::support::gallery::{Gallery, PNG, fetch, store_in};
use crate::support::harness::{Student, TestApp};

#[tokio::test]
async fn an_uploaded_picture_is_shown_in_its_post() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, reader, board, .. } = &gallery;
    let created = gallery.announce(author, "image/png", PNG.len()).await;
    let id = created.is(201).text_at("/id");
    assert_eq!(created.header("location"), format!("/media/{id}"));
    assert_eq!(created.at("/headers"), json!({ "content-type": "image/png", "content-length": PNG.len().to_string() }));
    let answer = gallery.put(&created.json(), PNG).await;
    assert_eq!(answer.status, 200, "{answer:?}");

    let post = gallery.post(author, &[&id]).await;
    let path = format!("/posts/{}", post.is(201).text_at("/id"));
    let list = app.get(format!("/boards/{board}/posts")).by(reader).send().await;
    let shown = app.get(path).by(reader).send().await;
    for media in [post.at("/media/0"), list.at("/items/0/media/0"), shown.at("/media/0")] {
        assert_eq!((&media["id"], &media["content_type"]), (&json!(id), &json!("image/png")));
        let picture = fetch("GET", media["url"].as_str().unwrap(), &[], b"").await;
        assert_eq!((picture.status, picture.body.as_slice()), (200, PNG));
        assert_eq!(picture.header("content-type"), "image/png");
    }
    for media in [shown.at("/media"), app.get("/posts/mine").by(author).send().await.at("/items/0/media")] {
        assert_eq!(media.as_array().unwrap().len(), 1);
    }
    app.audit().await;
    assert_eq!(app.count_rows("SWEEPS").await, 0, "no media deletion is left");
}

/// A PNG of this size, most of which is the data of its pixel.
fn png_of(size: usize) -> Vec<u8> {
    let (header, rest) = PNG.split_at(33);
    let data = vec![0; size - PNG.len() - 12];
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [header, &length, b"IDAT", &data, b"\0\0\0\0", rest].concat()
}

#[tokio::test]
async fn a_post_takes_pictures_of_20_mib_together() {
    let gallery = Gallery::open().await;
    let picture = png_of(5 * 1024 * 1024);
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(gallery.upload_with("image/png", &[], &picture).await);
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let post = gallery.post(&gallery.author, &ids).await;
    assert_eq!(post.is(201).at("/media").as_array().unwrap().len(), 4);
    for media in gallery.pictures() {
        assert!(std::fs::read(media).unwrap() == picture);
    }
    gallery.app.audit().await;
}

#[tokio::test]
async fn the_bucket_accepts_only_the_announced_upload() {
    let gallery = Gallery::open().await;
    let created = gallery.announce(&gallery.author, "image/png", PNG.len()).await.is(201).json();
    let url = created["upload_url"].as_str().unwrap();
    let length = PNG.len().to_string();
    let longer = [PNG, b"x"].concat();
    for (case, headers, body) in [
        ("another type", vec![("content-type", "image/gif"), ("content-length", &length)], PNG),
        ("HTML", vec![("content-type", "text/html"), ("content-length", &length)], PNG),
        ("no type", vec![("content-length", &length)], PNG),
        ("a longer body", vec![("content-type", "image/png"), ("content-length", &longer.len().to_string())], &longer),
        ("a shorter body", vec![("content-type", "image/png"), ("content-length", "1")], b"x"),
    ] {
        assert_eq!(fetch("PUT", url, &headers, body).await.status, 403, "{case}");
    }
    let headers = [("content-type", "image/png"), ("content-length", length.as_str())];
    let id = created["id"].as_str().unwrap();
    for altered in [url.replace("pending", "media"), url.replace(id, &id.replace('0', "1")), without_signature(url)] {
        assert_eq!(fetch("PUT", &altered, &headers, PNG).await.status, 403, "{altered}");
    }
    assert_eq!(fetch("GET", url, &[], b"").await.status, 403, "the URL of an upload does not allow reading");
    assert!(gallery.files().is_empty());
    assert_eq!(gallery.put(&created, PNG).await.status, 200);
}

fn without_signature(url: &str) -> String {
    url.split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn each_field_of_an_upload_is_validated() {
    let gallery = Gallery::open().await;
    let announce = async |body: &Value| gallery.app.post("/media").by(&gallery.author).json(body).send().await;
    announce(&json!({})).await.is_invalid(&[("content_type", "required"), ("size", "required")]);
    for (field, value, code) in [
        ("content_type", json!("image/svg+xml"), "unknown_choice"),
        ("content_type", json!("text/html"), "unknown_choice"),
        ("content_type", json!(1), "wrong_type"),
        ("size", json!(0), "out_of_range"),
        ("size", json!(-1), "out_of_range"),
        ("size", json!(5 * 1024 * 1024 + 1), "out_of_range"),
        ("size", json!(1.5), "wrong_type"),
        ("size", json!("1"), "wrong_type"),
        ("key", json!("media/x"), "unknown_field"),
    ] {
        let mut body = json!({ "content_type": "image/webp", "size": 5 * 1024 * 1024 });
        announce(&body).await.is(201);
        body[field] = value;
        announce(&body).await.is_invalid(&[(field, code)]);
    }
}

#[tokio::test]
async fn a_post_takes_only_unused_pictures_that_its_author_has_uploaded() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, reader, .. } = &gallery;
    let foreigner = app.student(&app.school("나래대학교").await).await;
    let mine = gallery.upload(author).await;
    let announced = gallery.announce(author, "image/gif", 1).await.text_at("/id");
    let (others, foreign) = (gallery.upload(reader).await, gallery.upload(&foreigner).await);
    let unknown = uuid::Uuid::now_v7().to_string();
    for (ids, invalid) in [
        (vec![&*mine, &*others], ("media_ids[1]", "no_such_thing")),
        (vec![&*foreign], ("media_ids[0]", "no_such_thing")),
        (vec![&*unknown], ("media_ids[0]", "no_such_thing")),
        (vec![&*mine, "../etc/passwd"], ("media_ids[1]", "no_such_thing")),
        (vec![&*mine, &*mine], ("media_ids[1]", "duplicate")),
        (vec![&*mine, &*announced], ("media_ids[1]", "not_uploaded")),
        (vec![&*unknown; 11], ("media_ids", "too_many")),
    ] {
        gallery.post(author, &ids).await.is_invalid(&[invalid]);
    }
    let post = json!({ "title": "제목", "content": "내용", "is_anonymous": true, "media_ids": [1] });
    let path = format!("/boards/{}/posts", gallery.board);
    app.post(&path).by(author).json(&post).send().await.is_invalid(&[("media_ids", "wrong_type")]);

    gallery.post(author, &[&mine]).await.is(201);
    gallery.post(author, &[&mine]).await.is_invalid(&[("media_ids[0]", "no_such_thing")]);
    gallery.post(reader, &[&others]).await.is(201);
    app.audit().await;
}

#[tokio::test]
async fn ten_pictures_are_shown_in_the_given_order() {
    let gallery = Gallery::open().await;
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(gallery.upload(&gallery.author).await);
    }
    ids.reverse();
    let post = gallery.post(&gallery.author, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let shown: Vec<_> = post.is(201).at("/media").as_array().unwrap().iter().map(|media| media["id"].clone()).collect();
    assert_eq!(shown, ids);
    gallery.app.audit().await;
}

#[tokio::test]
async fn the_pictures_of_a_post_have_20_mebibytes_together() {
    let gallery = Gallery::open().await;
    let mut ids = Vec::new();
    for size in [5 << 20, 5 << 20, 5 << 20, 5 << 20, 1] {
        ids.push(gallery.announce(&gallery.author, "image/png", size).await.is(201).text_at("/id"));
    }
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    gallery.post(&gallery.author, &ids).await.is_invalid(&[("media_ids", "too_large")]);
    let not_uploaded = ["media_ids[0]", "media_ids[1]", "media_ids[2]", "media_ids[3]"].map(|id| (id, "not_uploaded"));
    gallery.post(&gallery.author, &ids[..4]).await.is_invalid(&not_uploaded);
}

#[tokio::test]
async fn an_upload_expires_after_an_hour() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, .. } = &gallery;
    let body = json!({ "content_type": "image/png", "size": PNG.len() });
    let announce = async || app.post("/media").by(author).header("idempotency-key", "k").json(&body).send().await;
    let created = announce().await.is(201).json();
    gallery.put(&created, PNG).await;
    app.clock.set_ahead_by_millis(3_500_000);
    announce().await.is(201);
    app.clock.set_ahead_by_millis(3_600_000);
    let id = created["id"].as_str().unwrap();
    gallery.post(author, &[id]).await.is_invalid(&[("media_ids[0]", "no_such_thing")]);
    announce().await.is_problem(404, "not_found");
    app.audit().await;
}

#[tokio::test]
async fn a_repeated_announcement_returns_the_same_picture_until_it_is_used() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, .. } = &gallery;
    let announce = async |size: usize| {
        let body = json!({ "content_type": "image/png", "size": size });
        app.post("/media").by(author).header("idempotency-key", "k").json(&body).send().await
    };
    let first = announce(PNG.len()).await;
    let again = announce(PNG.len()).await;
    assert_eq!(again.is(201).header("idempotency-replayed"), "true");
    for pointer in ["/id", "/headers", "/expires_at"] {
        assert_eq!(first.at(pointer), again.at(pointer));
    }
    announce(1).await.is_problem(422, "idempotency_key_reused");
    assert_eq!(gallery.put(&again.json(), PNG).await.status, 200);
    gallery.post(author, &[&first.text_at("/id")]).await.is(201);
    announce(PNG.len()).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn concurrent_requests_with_one_key_create_one_post_with_pictures() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, board, .. } = &gallery;
    let id = gallery.upload(author).await;
    let body = json!({ "title": "제목", "content": "내용", "is_anonymous": true, "media_ids": [id] });
    let path = format!("/boards/{board}/posts");
    let attempts = (0..5).map(|_| app.post(&path).by(author).header("idempotency-key", "k").json(&body).send());
    let answers = futures_util::future::join_all(attempts).await;
    for answer in &answers {
        assert_eq!(answer.is(201).at("/id"), answers[0].at("/id"));
        gallery.shows(answer).await;
    }
    gallery.clean_up_later().await;
    gallery.shows(&answers[0]).await;
    assert_eq!(gallery.pictures().len(), 1, "the copies of the other requests are deleted");
    app.audit().await;
}

#[tokio::test]
async fn of_two_concurrent_posts_with_one_picture_one_succeeds() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, .. } = &gallery;
    let id = gallery.upload(author).await;
    let ids = [id.as_str()];
    let (first, second) = tokio::join!(gallery.post(author, &ids), gallery.post(author, &ids));
    let (created, refused) = if first.status == 201 { (first, second) } else { (second, first) };
    gallery.shows(created.is(201)).await;
    refused.is_invalid(&[("media_ids[0]", "no_such_thing")]);
    app.audit().await;
    gallery.clean_up_later().await;
    gallery.shows(&created).await;
    assert_eq!(gallery.pictures().len(), 1);
    app.audit().await;
}

#[tokio::test]
async fn withdrawal_and_purge_delete_uploads_and_keep_pictures_in_posts() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, reader, .. } = &gallery;
    let post = gallery.post(author, &[&gallery.upload(author).await]).await;
    gallery.upload(author).await;
    let withdrawal = json!({ "password": crate::support::harness::PASSWORD });
    app.delete("/auth/me").by(author).json(&withdrawal).send().await.is(204);
    app.clock.set_ahead_by_millis(31_000);
    assert_eq!(app.service.app.withdrawals.purge().await.unwrap().finished, 1);
    assert!(!app.snapshot().await.iter().any(|row| row.contains("MEDIA#")));
    let shown = app.get(format!("/posts/{}", post.text_at("/id"))).by(reader).send().await;
    gallery.shows(&shown).await;
    app.audit().await;
}

#[tokio::test]
async fn an_edit_keeps_the_pictures() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, .. } = &gallery;
    let post = gallery.post(author, &[&gallery.upload(author).await]).await;
    let path = format!("/posts/{}", post.text_at("/id"));
    let edited = app.patch(&path).by(author).json(&json!({ "title": "새 제목" })).send().await;
    gallery.shows(edited.is(200)).await;
    let edited = app.patch(&path).by(author).json(&json!({ "media_ids": [] })).send().await;
    edited.is_invalid(&[("media_ids", "unknown_field")]);
}

#[tokio::test]
async fn picture_urls_of_anonymous_posts_do_not_reveal_the_author() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, reader, .. } = &gallery;
    let post = gallery.post(author, &[&gallery.upload(author).await]).await;
    let other = gallery.post(author, &[&gallery.upload(author).await]).await;
    let shown = async |post: &crate::support::harness::Answer| {
        let path = format!("/posts/{}", post.text_at("/id"));
        app.get(path).by(reader).send().await.text_at("/media/0/url")
    };
    let (url, other_url) = (shown(&post).await, shown(&other).await);
    let key = |url: &str| url.split(['?', '/']).skip(4).take(3).map(str::to_owned).collect::<Vec<_>>();
    let url_key = key(&url);
    assert_eq!((url_key.len(), &*url_key[0], &*url_key[2]), (3, "media", &*post.text_at("/media/0/id")));
    let folder: uuid::Uuid = url_key[1].parse().unwrap();
    assert_eq!(folder.get_version_num(), 4, "the folder is random");
    for url in [&url, &other_url] {
        for secret in [&author.id, &author.login_id, &gallery.school.id.to_string()] {
            assert!(!url.contains(secret.as_str()), "{url}");
        }
    }
    let varying = ["X-Amz-Signature", "X-Amz-Date"];
    let constant = |url: &str| {
        let query = url.split_once('?').unwrap().1.to_owned();
        query.split('&').filter(|pair| !varying.iter().any(|name| pair.starts_with(name))).collect::<String>()
    };
    assert_eq!(constant(&url), constant(&other_url), "the rest of the query is the same for all pictures");
    // The author sees the same key as everybody else.
    assert_eq!(key(&url), key(&post.text_at("/media/0/url")));
}

#[tokio::test]
async fn the_docs_state_the_dynamodb_usage_of_pictures() {
    if crate::support::external::is_used() {
        return;
    }
    const DOCS: &str = include_str!("../../../../docs/data-model.md");
    let gallery = Gallery::open().await;
    let Gallery { app, author, .. } = &gallery;
    // The first post by somebody other than the manager also changes the board.
    app.write_post(author, &gallery.board, "먼저", true).await;
    let (first, second) = (gallery.upload(author).await, gallery.upload(author).await);
    let post = gallery.post(author, &[&first, &second]).await;
    let deleted = app.delete(format!("/posts/{}", post.text_at("/id"))).by(author).send().await;
    for (operation, answer) in [("POST /boards/{id}/posts", &post), ("DELETE /posts/{id}", &deleted)] {
        let Usage { calls, sequence, read_units, write_units } = answer.usage;
        let line = format!("| `{operation}`, 2 pictures | {calls} | {sequence} | {read_units} | {write_units} |");
        assert!(DOCS.contains(&line), "the docs should say: {line}");
    }
}

#[tokio::test]
async fn announcements_are_rate_limited() {
    let limits = Limits { media_per_user: Rate::new(2, 3600), ..Limits::default() };
    let app = TestApp::start_with_limits(limits).await;
    let student = app.student(&app.school("가온대학교").await).await;
    let announce = async |by: &Student| {
        app.post("/media").by(by).json(&json!({ "content_type": "image/png", "size": 1 })).send().await
    };
    announce(&student).await.is(201);
    announce(&student).await.is(201);
    announce(&student).await.is_problem(429, "rate_limited");
}

#[tokio::test]
async fn only_the_configured_origins_may_upload() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder, vec!["http://localhost:3000".parse().unwrap()]).await;
    let preflight = |origin: &'static str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "content-type"),
        ];
        let url = format!("{}/pending/x", store.url());
        async move { fetch("OPTIONS", &url, &headers, b"").await }
    };
    let allowed = preflight("http://localhost:3000").await;
    assert_eq!(allowed.header("access-control-allow-origin"), "http://localhost:3000");
    assert_eq!(allowed.header("access-control-allow-headers"), "content-type");
    assert_eq!(preflight("http://evil.example").await.header("access-control-allow-origin"), "");
}
