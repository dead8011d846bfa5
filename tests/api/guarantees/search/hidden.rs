//! Hidden posts are not in the index, so no search depends on them.

use campus_core::domain::{Parse, Role};
use serde_json::{Value, json};

use super::{index_rows, is_exact, search_path, titles};
use crate::support::community::Community;
use crate::support::gallery::Gallery;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A community with an indexed post, which a report hides.
async fn indexed() -> (Community, String) {
    let community = Community::start().await;
    let Community { app, school, .. } = &community;
    app.service.app.schools.set_report_threshold(school, Parse::parse(1).unwrap()).await.unwrap();
    let post = community.post("해바라기", true).await;
    app.consume_posts().await;
    (community, post)
}

async fn report(community: &Community, post: &str) {
    let report = json!({ "post_id": post, "reason": "abuse" });
    community.app.report(&community.member().await, report).await.is(201);
}

async fn restore(community: &Community, post: &str) {
    community.app.decide(&community.admin, &format!("p{post}"), "restore").await.is(200);
}

#[tokio::test]
async fn a_hidden_post_leaves_the_index_and_a_restored_post_comes_back() {
    let (community, post) = indexed().await;
    let Community { app, reader, .. } = &community;
    let before = index_rows(app);
    report(&community, &post).await;
    app.consume_posts().await;
    assert!(index_rows(app).is_empty());
    app.audit().await;
    restore(&community, &post).await;
    app.consume_posts().await;
    assert_eq!(index_rows(app), before);
    assert_eq!(titles(app, reader, "해바라기").await.len(), 1);
    app.audit().await;
    community.like(reader, &format!("/posts/{post}")).await.is(200);
    assert_eq!(app.waiting_posts().await, [json!(null); 0], "a like of a restored post");
}

#[tokio::test]
async fn a_removed_and_a_restricted_post_leave_the_index() {
    let (community, post) = indexed().await;
    let Community { app, admin, .. } = &community;
    report(&community, &post).await;
    app.decide(admin, &format!("p{post}"), "remove").await.is(200);
    app.consume_posts().await;
    assert!(index_rows(app).is_empty());
    let post = community.post("달맞이꽃", false).await;
    app.consume_posts().await;
    is_exact(app, "another post");
    let takedown = app.take_down(admin, &post).await;
    app.decide_takedown(admin, &takedown, "restrict").await.is(200);
    app.consume_posts().await;
    assert!(index_rows(app).is_empty());
    app.audit().await;
}

#[tokio::test]
async fn a_hidden_post_with_pictures_leaves_the_index_and_comes_back() {
    let gallery = Gallery::open().await;
    let Gallery { app, author, school, .. } = &gallery;
    app.service.app.schools.set_report_threshold(school, Parse::parse(1).unwrap()).await.unwrap();
    let admin = app.member(school, Role::Admin).await;
    let picture = gallery.upload(author).await;
    let post = gallery.post(author, &[&picture]).await.is(201).text_at("/id");
    app.consume_posts().await;
    let before = index_rows(app);
    assert!(!before.is_empty());
    let reporter = app.member(school, Role::Student).await;
    app.report(&reporter, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    app.consume_posts().await;
    assert!(index_rows(app).is_empty());
    app.decide(&admin, &format!("p{post}"), "restore").await.is(200);
    app.consume_posts().await;
    assert_eq!(index_rows(app), before);
    app.audit().await;
}

/// The numbers of posts on the pages of a search, where a post may be hidden between the oldest post and two that the reader
/// has hidden.
async fn pages(has_hidden: bool) -> Vec<usize> {
    let (community, _) = indexed().await;
    let Community { app, reader, .. } = &community;
    if has_hidden {
        let hidden = community.post("해바라기의 비밀", true).await;
        app.consume_posts().await;
        report(&community, &hidden).await;
    }
    for title in ["해바라기 둘", "해바라기 셋"] {
        let post = community.post(title, false).await;
        app.put(format!("/posts/{post}/hide")).by(reader).send().await.is(204);
    }
    app.consume_posts().await;
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(format!("{}&limit=1{cursor}", search_path("해바라기"))).by(reader).send().await;
        pages.push(page.is(200).at("/items").as_array().unwrap().len());
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn the_pages_of_a_search_are_the_same_with_and_without_a_hidden_post() {
    assert_eq!(pages(true).await, pages(false).await);
}

#[tokio::test]
async fn the_audit_finds_a_hidden_post_in_the_index_and_a_restored_post_that_is_not() {
    for is_restored in [false, true] {
        let (community, post) = indexed().await;
        let Community { app, .. } = &community;
        report(&community, &post).await;
        if is_restored {
            app.consume_posts().await;
            app.clock.stop_at_millis(app.clock.now().as_millis() + 2 * DAY_MS);
            restore(&community, &post).await;
        }
        app.audit().await;
        app.clock.stop_at_millis(app.clock.now().as_millis() + DAY_MS + 1000);
        let found: Vec<Value> = app.recount().await.findings.into_iter().map(Value::from).collect();
        let finding = if is_restored { "in the text of post" } else { "\"INDEXED\": it needs" };
        assert!(found.iter().any(|found| found.as_str().unwrap().contains(finding)), "{found:?}");
        app.consume_posts().await;
        app.audit().await;
    }
}
