//! The ids of posts and comments contain the ids of what they belong to. An id with parts that do not belong together
//! leads nowhere.

use serde_json::json;
use uuid::Uuid;

use crate::support::community::Community;
use crate::support::harness::{Answer, TestApp};
use crate::support::ids::{comment_uuid, post_uuid};

/// The board, as it is in the ids of its posts.
fn in_post(board: &str) -> String {
    board.replace('-', "")
}

/// The responses to all requests about the post, by a student who may do everything with it but write to themselves.
async fn use_post(community: &Community, id: &str) -> Vec<Answer> {
    let Community { app, reader, .. } = community;
    let comment = json!({ "content": "댓글", "is_anonymous": true });
    let message = json!({ "post_id": id, "content": "안녕하세요" });
    let calls = [
        app.get(format!("/posts/{id}")),
        app.patch(format!("/posts/{id}")).json(&json!({ "title": "새 제목" })),
        app.delete(format!("/posts/{id}")),
        app.post(format!("/posts/{id}/like")),
        app.put(format!("/posts/{id}/scrap")),
        app.delete(format!("/posts/{id}/scrap")),
        app.get(format!("/posts/{id}/comments")),
        app.post(format!("/posts/{id}/comments")).json(&comment),
        app.post("/messages").json(&message),
    ];
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.by(reader).send().await);
    }
    answers
}

/// The responses to all requests about the comment.
async fn use_comment(community: &Community, post: &str, id: &str) -> Vec<Answer> {
    let Community { app, author, .. } = community;
    let reply = json!({ "content": "답글", "is_anonymous": true, "parent_id": id });
    let message = json!({ "comment_id": id, "content": "안녕하세요" });
    let calls = [
        app.delete(format!("/comments/{id}")),
        app.post(format!("/comments/{id}/like")),
        app.post(format!("/posts/{post}/comments")).json(&reply),
        app.post("/messages").json(&message),
    ];
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.by(author).send().await);
    }
    answers
}

#[tokio::test]
async fn the_id_of_a_post_with_another_board_leads_nowhere() {
    let community = Community::start().await;
    let Community { app, author, board, .. } = &community;
    let other_board = app.board(author, "다른 게시판").await;
    let post = app.write_post(author, board, "글", true).await;
    let on_other_board = app.write_post(author, &other_board, "다른 글", true).await;
    assert_eq!(&post[32..], in_post(board));
    let before = app.snapshot().await;
    let forged = [
        format!("{}{}", post_uuid(&post), in_post(&other_board)),
        format!("{}{}", post_uuid(&on_other_board), in_post(board)),
        format!("{}{}", post_uuid(&post), Uuid::now_v7().simple()),
        format!("{}{}", post_uuid(&post), post_uuid(&post)),
    ];
    for id in forged {
        for answer in use_post(&community, &id).await {
            answer.is_problem(404, "not_found");
        }
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn the_id_of_a_comment_with_another_post_or_parent_leads_nowhere() {
    let community = Community::start().await;
    let Community { app, author, reader, board, .. } = &community;
    let other_board = app.board(author, "다른 게시판").await;
    let [post, other] =
        [app.write_post(author, board, "글", true).await, app.write_post(author, board, "둘", true).await];
    let comment = app.write_comment(reader, &post, "댓글", None).await;
    let reply = app.write_comment(reader, &post, "답글", Some(&comment)).await;
    let other_comment = app.write_comment(reader, &post, "다른 댓글", None).await;
    assert_eq!((&comment[..64], &reply[..96]), (post.as_str(), comment.as_str()));
    let before = app.snapshot().await;
    let forged = [
        // On another post, and on this post with another board.
        format!("{other}{}", comment_uuid(&comment)),
        format!("{}{}{}", post_uuid(&post), in_post(&other_board), comment_uuid(&comment)),
        format!("{other}{}{}", comment_uuid(&comment), comment_uuid(&reply)),
        // A reply as a comment, a comment as a reply, and a reply to another comment.
        format!("{post}{}", comment_uuid(&reply)),
        format!("{other_comment}{}", comment_uuid(&comment)),
        format!("{other_comment}{}", comment_uuid(&reply)),
    ];
    for id in forged {
        for post in [&post, &other] {
            for answer in use_comment(&community, post, &id).await {
                answer.is_problem(404, "not_found");
            }
        }
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_comment_of_another_post_cannot_be_the_parent_of_a_reply() {
    let community = Community::start().await;
    let Community { app, author, reader, board, .. } = &community;
    let [post, other] =
        [app.write_post(author, board, "글", true).await, app.write_post(author, board, "둘", true).await];
    let comment = app.write_comment(reader, &post, "댓글", None).await;
    let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment });
    community.try_comment(reader, &other, &body).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn ids_sort_by_time_and_say_nothing_about_authors() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let author = app.student(&school).await;
    let board = app.board(&author, "자유").await;
    let mut posts = Vec::new();
    for at in 0..3 {
        app.clock.set_ahead_by_millis(at * 1000);
        posts.push(app.write_post(&author, &board, &format!("글 {at}"), true).await);
    }
    assert!(posts.is_sorted(), "{posts:?}");
    let comment = app.write_comment(&author, &posts[0], "댓글", None).await;
    let reply = app.write_comment(&author, &posts[0], "답글", Some(&comment)).await;
    let uuids =
        |id: &str| id.as_bytes().chunks(32).map(|uuid| String::from_utf8(uuid.to_vec()).unwrap()).collect::<Vec<_>>();
    let known = [in_post(&board), post_uuid(&posts[0]).to_owned(), comment_uuid(&comment).to_owned()];
    for id in uuids(&reply) {
        assert!(known.contains(&id) || id == comment_uuid(&reply), "{id}");
    }
    assert_ne!(author.id.replace('-', ""), comment_uuid(&reply));
}
