//! Admins whose role was revoked, while their access token still has it.

use campus_core::domain::Role;
use serde_json::json;

use crate::support::community::{Community, path_of};
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
async fn a_revoked_admin_cannot_delete_a_review() {
    let fixture = Fixture::start().await;
    let admin = fixture.student(Who::Admin).unwrap().id.parse().unwrap();
    fixture.app.service.app.users.set_role(fixture.school.id, admin, Role::Student).await.unwrap();
    let before = fixture.app.snapshot().await;
    fixture.send_named("DELETE /reviews/{id}", Who::Admin).await.is_problem(403, "not_author");
    assert_eq!(fixture.app.snapshot().await, before);
}
