//! Managers who take the posts of others away by deleting the board.

use campus_core::domain::{BoardChanges, Refusal};
use campus_core::store::Error;
use serde_json::{Value, json};

use crate::support::community::{Community, text};
use crate::support::harness::{Answer, Student};

async fn change(community: &Community, by: &Student, board: &str, changes: Value) -> Answer {
    community.app.patch(format!("/boards/{board}")).by(by).json(&changes).send().await
}

/// A community, a student's board on it, and its path.
async fn managed_board() -> (Community, String, String) {
    let community = Community::start().await;
    let board = community.app.board(&community.reader, "독자의").await;
    let path = format!("/boards/{board}");
    (community, board, path)
}

#[tokio::test]
async fn a_manager_can_delete_a_board_until_somebody_else_has_posted() {
    let (community, board, path) = managed_board().await;
    let Community { app, author, reader, admin, .. } = &community;
    app.write_post(reader, &board, "내 글", true).await;
    let board_of_one = app.board(reader, "혼자").await;
    app.write_post(reader, &board_of_one, "내 글", false).await;
    community.delete(reader, &format!("/boards/{board_of_one}")).await.is(204);

    let post = app.write_post(author, &board, "남의 글", true).await;
    let before = app.snapshot().await;
    community.delete(reader, &path).await.is_problem(409, "board_has_posts");
    assert_eq!(app.snapshot().await, before);
    // The deletion of the post does not give the board back, nor does a change of the board.
    community.delete(author, &format!("/posts/{post}")).await.is(204);
    change(&community, reader, &board, json!({ "description": "조용히" })).await.is(200);
    community.delete(reader, &path).await.is_problem(409, "board_has_posts");
    app.audit().await;
    community.delete(admin, &path).await.is(204);
    app.audit().await;
}

#[tokio::test]
async fn a_manager_cannot_delete_an_answered_question_with_its_board() {
    let (community, board, path) = managed_board().await;
    let Community { app, author, reader, .. } = &community;
    let question = json!({ "title": "질문", "content": "왜 그런가요?", "is_anonymous": true, "is_question": true });
    let question = community.write(reader, &board, &question).await.is(201).text_at("/id");
    community.comment(author, &question, "답변", true).await;
    community.delete(reader, &format!("/posts/{question}")).await.is_problem(409, "question_locked");
    community.delete(reader, &path).await.is_problem(409, "board_has_posts");
    app.audit().await;
}

#[tokio::test]
async fn a_post_that_meets_a_deletion_or_a_change_of_its_board_is_noted() {
    let (community, board, _) = managed_board().await;
    let Community { app, author, reader, .. } = &community;
    let caller = reader.caller();
    let services = &app.service.app;
    let access = services.authorizer.authorize(&caller).await.unwrap();
    let read = services.boards.get(caller.school, board.parse().unwrap()).await.unwrap();
    app.write_post(author, &board, "남의 글", true).await;
    // Both requests have read the board before the post.
    let changes = BoardChanges { hot_enabled: Some(false), ..BoardChanges::default() };
    services.boards.edit(&access, &caller, read.clone(), &changes).await.unwrap();
    app.audit().await;
    let deleted = services.boards.delete(&access, &caller, read).await;
    assert!(matches!(deleted, Err(Error::Refused(Refusal::BoardHasPosts))), "{deleted:?}");
    app.audit().await;
}

#[tokio::test]
async fn many_students_write_on_a_new_board_at_once() {
    let (community, board, path) = managed_board().await;
    let students = community.members(20).await;
    let post = json!({ "title": "첫 글", "content": "내용", "is_anonymous": true });
    let writes = students.iter().map(|student| community.write(student, &board, &post));
    for answer in futures_util::future::join_all(writes).await {
        answer.is(201);
    }
    community.delete(&community.reader, &path).await.is_problem(409, "board_has_posts");
    community.app.audit().await;
}

#[tokio::test]
async fn an_archived_board_is_read_only_until_it_is_opened_again() {
    let (community, board, path) = managed_board().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = app.write_post(author, &board, "글", true).await;
    let comment = community.comment(reader, &post, "댓글", true).await;
    change(&community, author, &board, json!({ "is_archived": true })).await.is_problem(403, "not_board_manager");
    let archived = change(&community, reader, &board, json!({ "is_archived": true })).await.is(200).json();
    assert_eq!(archived["is_archived"], json!(true));
    let new_post = json!({ "title": "새 글", "content": "내용", "is_anonymous": true });
    let mut with_unknown_picture = new_post.clone();
    with_unknown_picture["media_ids"] = json!([uuid::Uuid::now_v7()]);
    let new_comment = json!({ "content": "새 댓글", "is_anonymous": true });
    let (post_path, comment_path) = (format!("/posts/{post}"), format!("/comments/{}", text(&comment["id"])));
    let before = app.snapshot().await;
    for by in [reader, admin] {
        community.write(by, &board, &new_post).await.is_problem(403, "board_archived");
        community.write(by, &board, &with_unknown_picture).await.is_problem(403, "board_archived");
        community.try_comment(by, &post, &new_comment).await.is_problem(403, "board_archived");
        community.like(by, &post_path).await.is_problem(403, "board_archived");
    }
    community.like(author, &comment_path).await.is_problem(403, "board_archived");
    community.edit(author, &post, json!({ "title": "고침" })).await.is_problem(403, "board_archived");
    assert_eq!(app.snapshot().await, before);

    assert_eq!(community.titles(reader, &format!("{path}/posts")).await, ["글"]);
    community.scrap(reader, &post).await.is(204);
    change(&community, admin, &board, json!({ "is_archived": false })).await.is(200);
    community.edit(author, &post, json!({ "title": "고침" })).await.is(200);
    change(&community, admin, &board, json!({ "is_archived": true })).await.is(200);
    // What a student wrote can always be deleted.
    community.delete_comment(reader, &comment).await.is(204);
    community.delete(author, &post_path).await.is(204);
    app.audit().await;
}
