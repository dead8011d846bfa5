//! Admins whose role was revoked, while their access token still has it.

use campus_core::domain::Role;
use serde_json::json;

use crate::support::community::{Community, path_of};
use crate::support::faults::lagging::Lagging;
use crate::support::fixture::{Fixture, Who};
use crate::support::harness::Student;

async fn revoke(community: &Community, admin: &Student) {
    let users = &community.app.service.app.users;
    users.set_role(community.school.id, admin.id.parse().unwrap(), Role::Student).await.unwrap();
}

#[tokio::test]
async fn a_revoked_admin_cannot_use_the_role_with_an_older_access_token() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let board = app.board(reader, "독자의").await;
    let post = app.write_post(author, &board, "글", true).await;
    let comment = community.comment(reader, &post, "댓글", true).await;
    let reply = community.reply(reader, &comment, "답글", true).await;
    revoke(&community, admin).await;
    let before = app.snapshot().await;
    let change = json!({ "name": "빼앗은 게시판" });
    let path = format!("/boards/{board}");
    app.patch(&path).by(admin).json(&change).send().await.is_problem(403, "not_board_manager");
    community.delete(admin, &path).await.is_problem(403, "not_board_manager");
    community.delete(admin, &format!("/posts/{post}")).await.is_problem(403, "not_author");
    for item in [&comment, &reply] {
        community.delete(admin, &path_of(item)).await.is_problem(403, "not_author");
    }
    // The manager of a board stays its manager.
    let own = format!("/boards/{}", community.board);
    community.app.write_post(author, &community.board, "남의 글", false).await;
    community.delete(admin, &own).await.is_problem(409, "board_has_posts");
    let rows = app.snapshot().await;
    assert!(before.iter().all(|row| rows.contains(row) || row.contains("has_content_of_others")));
    app.patch(&own).by(admin).json(&json!({ "description": "내 게시판" })).send().await.is(200);
    app.audit().await;
}

#[tokio::test]
async fn a_revoked_admin_cannot_post_on_a_board_for_admins() {
    let community = Community::start().await;
    let Community { app, board, admin, .. } = &community;
    app.patch(format!("/boards/{board}")).by(admin).json(&json!({ "posting": "admins" })).send().await.is(200);
    app.write_post(admin, board, "공지", false).await;
    revoke(&community, admin).await;
    let before = app.snapshot().await;
    let post = json!({ "title": "가짜 공지", "content": "내용", "is_anonymous": false });
    let refused = app.post(format!("/boards/{board}/posts")).by(admin).json(&post).send().await;
    refused.is_problem(403, "board_admins_only");
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_revoked_admin_cannot_delete_a_review() {
    let fixture = Fixture::start().await;
    let admin = fixture.student(Who::Admin).unwrap().id.parse().unwrap();
    fixture.app.service.app.users.set_role(fixture.school.id, admin, Role::Student).await.unwrap();
    let before = fixture.app.snapshot().await;
    fixture.send_named("DELETE /reviews/{id}", Who::Admin).await.is_problem(403, "not_author");
    assert_eq!(fixture.app.snapshot().await, before);
}

#[tokio::test]
async fn a_revoked_admin_cannot_give_a_board_a_name_like_those_of_staff() {
    let community = Community::start().await;
    let Community { app, board, admin, .. } = &community;
    revoke(&community, admin).await;
    let before = app.snapshot().await;
    let path = format!("/boards/{board}");
    for (category, name, field) in [("공지", "운영진 공지", "name"), ("운영진", "공지", "category")] {
        let change = json!({ "category": category, "name": name });
        let expected = [(field, "reserved_name")];
        app.post("/boards").by(admin).json(&change).send().await.is_invalid(&expected);
        app.patch(&path).by(admin).json(&change).send().await.is_invalid(&expected);
    }
    let rows = app.snapshot().await;
    assert!(rows.iter().all(|row| before.contains(row) || !row.contains("#BOARD")), "no board has changed");
    app.audit().await;
}

#[tokio::test]
async fn an_admin_who_edits_the_profile_cannot_delay_the_end_of_the_role() {
    let lagging = Lagging::new();
    let community = Community::start_with(|engine| lagging.connection(engine)).await;
    let (beside, admin) = (community.app.beside().await, community.admin.clone());
    lagging.before_next("TransactWriteItems", async move {
        beside.patch("/auth/me").by(&admin).json(&json!({ "name": "처음" })).send().await.is(200);
    });
    revoke(&community, &community.admin).await;
    assert!(lagging.has_happened(), "the edit came between");
    let me = community.app.get("/auth/me").by(&community.admin).send().await.is(200).json();
    assert_eq!((me["role"].as_str(), me["name"].as_str()), (Some("student"), Some("처음")));
}

#[tokio::test]
async fn an_edit_of_the_profile_does_not_bring_a_revoked_role_back() {
    let lagging = Lagging::new();
    let community = Community::start_with(|engine| lagging.connection(engine)).await;
    let users = community.app.beside().await.service.app.users.clone();
    let (school, admin) = (community.school.id, community.admin.id.parse().unwrap());
    lagging.before_next("TransactWriteItems", async move {
        users.set_role(school, admin, Role::Student).await.unwrap();
    });
    let change = json!({ "name": "나중" });
    let me = community.app.patch("/auth/me").by(&community.admin).json(&change).send().await.is(200).json();
    assert!(lagging.has_happened(), "the end of the role came between");
    assert_eq!((me["role"].as_str(), me["name"].as_str()), (Some("student"), Some("나중")));
    let current = community.app.get("/auth/me").by(&community.admin).send().await.is(200).json();
    assert_eq!(current["role"], "student");
}
