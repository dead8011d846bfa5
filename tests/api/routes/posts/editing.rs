//! Duplicates, edits and deletions of posts (rules 4, 8 and 9).

use serde_json::{Value, json};

use crate::routes::posts::likes::like_by_all;
use crate::support::community::{Community, text};

fn post(title: &str, content: &str) -> Value {
    json!({ "title": title, "content": content, "is_anonymous": false })
}

#[tokio::test]
async fn the_same_post_twice_in_a_row_on_a_board_within_5_minutes_is_refused() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, board, .. } = &community;
    let same = post("제목", "내용");
    community.write(author, board, &same).await.is(201);
    community.write(author, board, &same).await.is_problem(409, "duplicate_post");
    let mut hidden = same.clone();
    hidden["is_anonymous"] = json!(true);
    community.write(author, board, &hidden).await.is_problem(409, "duplicate_post");
    // A post of another student, on another board, or with another title or text is not a duplicate.
    community.write(reader, board, &same).await.is(201);
    let other = app.board(admin, "다른").await;
    community.write(author, &other, &same).await.is(201);
    community.write(author, board, &same).await.is_problem(409, "duplicate_post");
    community.write(author, board, &post("제목", "다른 내용")).await.is(201);
    community.write(author, board, &post("다른 제목", "다른 내용")).await.is(201);
    // The author's last post on the board has another text, so this is not a duplicate.
    community.write(author, board, &same).await.is(201);
    community.write(author, board, &same).await.is_problem(409, "duplicate_post");
    app.audit().await;
}

#[tokio::test]
async fn the_same_post_is_accepted_again_after_5_minutes() {
    let community = Community::start().await;
    let Community { app, author, board, .. } = &community;
    let same = post("제목", "내용");
    let start = app.stop_clock();
    community.write(author, board, &same).await.is(201);
    app.clock.stop_at_millis(start + 299_000);
    community.write(author, board, &same).await.is_problem(409, "duplicate_post");
    app.clock.stop_at_millis(start + 300_000);
    community.write(author, board, &same).await.is(201);
    community.write(author, board, &same).await.is_problem(409, "duplicate_post");
    app.audit().await;
}

#[tokio::test]
async fn moving_text_between_title_and_content_makes_a_different_post() {
    let community = Community::start().await;
    let Community { author, board, .. } = &community;
    community.write(author, board, &post("가", "나다")).await.is(201);
    community.write(author, board, &post("가나", "다")).await.is(201);
}

#[tokio::test]
async fn of_two_concurrent_identical_posts_one_is_refused() {
    let community = Community::start().await;
    let Community { author, board, .. } = &community;
    let same = post("제목", "내용");
    let (first, second) = tokio::join!(community.write(author, board, &same), community.write(author, board, &same));
    let (created, refused) = if first.status == 201 { (first, second) } else { (second, first) };
    created.is(201);
    refused.is_problem(409, "duplicate_post");
    community.app.audit().await;
}

#[tokio::test]
async fn an_edit_changes_only_the_given_fields_and_shows_everywhere() {
    let community = Community::start().await;
    let Community { author, reader, board, .. } = &community;
    let id = community.post("옛 제목", true).await;
    let before = community.show(author, &id).await;
    let edited = community.edit(author, &id, json!({ "title": "새 제목" })).await.is(200).json();
    assert_eq!((&edited["title"], &edited["content"]), (&json!("새 제목"), &before["content"]));
    assert!(text(&edited["updated_at"]) > text(&before["updated_at"]));
    assert_eq!(edited["created_at"], before["created_at"]);
    assert_eq!((&before["edited_at"], &edited["edited_at"]), (&json!(null), &edited["updated_at"]));
    let content = "가나다라마".repeat(50);
    let edited = community.edit(author, &id, json!({ "content": content })).await.is(200).json();
    assert_eq!((&edited["title"], &edited["content"]), (&json!("새 제목"), &json!(content)));
    assert_eq!(community.show(author, &id).await, edited);
    let listed = community.walk(reader, &format!("/boards/{board}/posts"), 20).await;
    let preview = json!("가나다라마".repeat(40));
    assert_eq!((&listed[0]["title"], &listed[0]["content_preview"]), (&json!("새 제목"), &preview));
    assert_eq!((&listed[0]["updated_at"], &listed[0]["edited_at"]), (&edited["updated_at"], &edited["updated_at"]));
    community.app.audit().await;
}

#[tokio::test]
async fn changes_that_leave_a_post_as_it_is_are_no_edit() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let id = community.post("글", true).await;
    let shown = community.show(author, &id).await;
    let before = app.snapshot().await;
    let same = json!({ "title": shown["title"], "content": shown["content"] });
    for changes in [json!({}), same] {
        community.edit(reader, &id, changes.clone()).await.is_problem(403, "not_author");
        assert_eq!(community.edit(author, &id, changes).await.is(200).json(), shown);
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn an_edit_keeps_concurrent_likes_comments_and_scraps() {
    let community = Community::start().await;
    let Community { author, reader, admin, .. } = &community;
    let id = community.post("글", false).await;
    let path = format!("/posts/{id}");
    let (edited, liked, _, scrapped) = tokio::join!(
        community.edit(author, &id, json!({ "title": "새 제목" })),
        community.like(reader, &path),
        community.comment(reader, &id, "댓글", true),
        community.scrap(admin, &id),
    );
    edited.is(200);
    liked.is(200);
    scrapped.is(204);
    let shown = community.show(author, &id).await;
    let counts = ["like_count", "comment_count", "scrap_count"].map(|name| shown[name].clone());
    assert_eq!((&shown["title"], counts), (&json!("새 제목"), [json!(1), json!(1), json!(1)]));
    community.app.audit().await;
}

#[tokio::test]
async fn only_the_title_and_the_content_can_be_edited() {
    let community = Community::start().await;
    let author = &community.author;
    let id = community.post("글", true).await;
    let before = community.app.snapshot().await;
    for (field, value) in [
        ("is_anonymous", json!(false)),
        ("is_question", json!(true)),
        ("like_count", json!(100)),
        ("comment_count", json!(0)),
        ("author", json!({ "kind": "user" })),
        ("board_id", json!(community.board)),
        ("created_at", json!("2020-01-01T00:00:00.000Z")),
    ] {
        let changes = json!({ "title": "제목", field: value });
        community.edit(author, &id, changes).await.is_invalid(&[(field, "unknown_field")]);
    }
    community
        .edit(author, &id, json!({ "title": " ", "content": "" }))
        .await
        .is_invalid(&[("title", "too_short"), ("content", "too_short")]);
    assert_eq!(community.app.snapshot().await, before);
}

#[tokio::test]
async fn only_the_author_can_edit_a_post_and_admins_can_delete_it() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let change = json!({ "title": "고침" });
    for (by, is_anonymous) in [(author, true), (author, false), (admin, true), (admin, false)] {
        let id = community.post("글", is_anonymous).await;
        for other in [reader, admin] {
            community.edit(other, &id, change.clone()).await.is_problem(403, "not_author");
        }
        community.delete(reader, &format!("/posts/{id}")).await.is_problem(403, "not_author");
        let edited = community.edit(author, &id, change.clone()).await.is(200).json();
        assert_eq!((&edited["title"], &edited["is_mine"]), (&json!("고침"), &json!(true)));
        community.delete(by, &format!("/posts/{id}")).await.is(204);
        community.delete(by, &format!("/posts/{id}")).await.is_problem(404, "not_found");
        app.clock.set_ahead_by_millis(0);
        community.write(author, &community.board, &post("사이", &id)).await.is(201);
    }
    // A board manager who is not an admin has no rights over the posts of others.
    let board = app.board(reader, "독자의").await;
    let id = app.write_post(author, &board, "글", false).await;
    community.edit(reader, &id, change.clone()).await.is_problem(403, "not_author");
    community.delete(reader, &format!("/posts/{id}")).await.is_problem(403, "not_author");
    app.audit().await;
}

#[tokio::test]
async fn a_question_with_comments_cannot_be_edited_and_only_an_admin_can_delete_it() {
    let community = Community::start().await;
    let Community { author, reader, admin, .. } = &community;
    let id = community.question("질문").await;
    let (path, change) = (format!("/posts/{id}"), json!({ "title": "고친 질문" }));
    community.edit(author, &id, change.clone()).await.is(200);
    let comment = community.comment(reader, &id, "답변", true).await;
    community.edit(author, &id, change.clone()).await.is_problem(409, "question_locked");
    community.delete(author, &path).await.is_problem(409, "question_locked");
    for other in [reader, admin] {
        community.edit(other, &id, change.clone()).await.is_problem(403, "not_author");
    }
    // Without comments, the question can be edited again.
    community.delete_comment(reader, &comment).await.is(204);
    let edited = community.edit(author, &id, json!({ "title": "다시 고친 질문" })).await.is(200).json();
    assert_eq!(edited["is_question"], json!(true), "it stays a question");
    community.comment(reader, &id, "답변", true).await;
    community.delete(admin, &path).await.is(204);
    community.app.audit().await;
}

#[tokio::test]
async fn a_post_that_is_not_a_question_can_be_edited_and_deleted_despite_comments() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let id = community.post("글", false).await;
    community.comment(reader, &id, "댓글", true).await;
    community.edit(author, &id, json!({ "title": "고침" })).await.is(200);
    community.delete(author, &format!("/posts/{id}")).await.is(204);
    community.app.audit().await;
}

/// Creates a post that is on all lists of the reader. Returns the id of the post, and its comment.
async fn prominent_post(community: &Community) -> (String, Value) {
    let students = community.members(99).await;
    let post = community.post("글", false).await;
    like_by_all(community, &students, &post).await;
    community.like(&community.reader, &format!("/posts/{post}")).await.is(200);
    community.scrap(&community.reader, &post).await.is(204);
    let comment = community.comment(&community.reader, &post, "댓글", true).await;
    (post, comment)
}

/// Asserts that no list and no operation finds the post.
async fn assert_is_gone(community: &Community, post: &str, comment: &Value) {
    for student in [&community.author, &community.reader, &community.admin] {
        for (list, titles) in community.all_titles(student).await {
            assert!(titles.is_empty(), "{list}");
        }
        let path = format!("/posts/{post}");
        let body = json!({ "content": "댓글", "is_anonymous": true });
        for answer in [
            community.app.get(&path).by(student).send().await,
            community.app.get(format!("{path}/comments")).by(student).send().await,
            community.edit(student, post, json!({ "title": "제목" })).await,
            community.delete(student, &path).await,
            community.like(student, &path).await,
            community.scrap(student, post).await,
            community.try_comment(student, post, &body).await,
            community.like(student, &format!("/comments/{}", text(&comment["id"]))).await,
            community.delete_comment(student, comment).await,
        ] {
            answer.is_problem(404, "not_found");
        }
    }
    community.app.audit().await;
}

#[tokio::test]
async fn a_deleted_post_leaves_every_list_at_once() {
    let community = Community::start().await;
    let (post, comment) = prominent_post(&community).await;
    for (list, titles) in community.all_titles(&community.reader).await {
        assert_eq!(titles.len(), usize::from(!["/posts/mine", "/posts/hidden"].contains(&list.as_str())), "{list}");
    }
    assert_eq!(community.titles(&community.author, "/posts/mine").await, ["글"]);
    community.delete(&community.author, &format!("/posts/{post}")).await.is(204);
    let board = format!("/boards/{}/posts", community.board);
    assert!(community.titles(&community.reader, &board).await.is_empty());
    assert_is_gone(&community, &post, &comment).await;
    // The row stays in the table.
    assert!(community.app.snapshot().await.join("").contains("deleted_by"));
}

#[tokio::test]
async fn the_posts_of_a_deleted_board_leave_every_list_at_once() {
    let community = Community::start().await;
    let (post, comment) = prominent_post(&community).await;
    let board = format!("/boards/{}", community.board);
    community.delete(&community.admin, &board).await.is(204);
    community.app.get(format!("{board}/posts")).by(&community.reader).send().await.is_problem(404, "not_found");
    assert_is_gone(&community, &post, &comment).await;
    // Such a post can still be removed from the scraps.
    community.unscrap(&community.reader, &post).await.is(204);
    community.app.audit().await;
}
