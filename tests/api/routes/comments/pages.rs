//! Pagination of comments. A page shows each comment with all of its replies.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::community::{Community, contents, text};

/// Adds this many replies to the comment, up to 50 at the same time.
async fn add_replies(community: &Community, comment: &Value, count: usize) {
    let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment["id"] });
    let post = text(&comment["post_id"]);
    // All replies change the rows of the post and of the comment, so more of them at once would only wait for each
    // other.
    for replies in vec![(); count].chunks(50) {
        let answers = join_all(replies.iter().map(|()| community.try_comment(&community.author, post, &body))).await;
        for answer in answers {
            answer.is(201);
        }
    }
}

#[tokio::test]
async fn a_comment_has_at_most_200_replies_and_a_page_ends_once_it_has_200_rows() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let mut comments = Vec::new();
    for number in 0..4 {
        comments.push(community.comment(author, &post, &format!("댓글 {number}"), true).await);
    }
    add_replies(&community, &comments[0], 198).await;
    let path = format!("/posts/{post}/comments");
    // The first comment and its replies are 199 rows. The page ends after the second comment, which makes 200.
    let first = community.page(reader, &path, 50, None).await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    add_replies(&community, &comments[0], 1).await;
    let first = community.page(reader, &path, 50, None).await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 1, "the comment and 199 replies");

    add_replies(&community, &comments[0], 1).await;
    let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": comments[0]["id"] });
    for (language, detail) in
        [("ko", "대댓글은 댓글 하나에 200개까지 달 수 있습니다."), ("en", "A comment can have at most 200 replies.")]
    {
        let call = app.post(&path).by(reader).header("accept-language", language).json(&body);
        let refused = call.send().await;
        assert_eq!(refused.is_problem(409, "replies_full").text_at("/detail"), detail);
    }
    let first = community.page(reader, &path, 50, None).await.json();
    assert_eq!(first["items"][0]["replies"].as_array().unwrap().len(), 200, "all replies");
    let rest = community.page(reader, &path, 50, first["next_cursor"].as_str()).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next_cursor"]), (3, &Value::Null));

    // Deleted replies do not count.
    community.delete_comment(author, &first["items"][0]["replies"][7]).await.is(204);
    let refilled = community.reply(reader, &comments[0], "답글", true).await;
    community.try_comment(reader, &post, &body).await.is_problem(409, "replies_full");
    // A deleted comment takes no replies, whether it is full or not.
    community.delete_comment(author, &comments[0]).await.is(204);
    community.try_comment(reader, &post, &body).await.is_problem(404, "not_found");
    community.delete_comment(reader, &refilled).await.is(204);
    let listed = community.walk(reader, &path, 1).await;
    assert_eq!(listed.len(), 4);
    assert_eq!(listed[0]["replies"].as_array().unwrap().len(), 199);
    app.audit().await;
}

#[tokio::test]
async fn two_concurrent_replies_cannot_exceed_the_limit_of_200() {
    let community = Community::start().await;
    let Community { reader, author, admin, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "댓글", true).await;
    add_replies(&community, &comment, 199).await;
    let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment["id"] });
    let (first, second) =
        tokio::join!(community.try_comment(reader, &post, &body), community.try_comment(admin, &post, &body));
    let (created, refused) = if first.status == 201 { (first, second) } else { (second, first) };
    created.is(201);
    refused.is_problem(409, "replies_full");
    community.app.audit().await;
}

#[tokio::test]
async fn a_page_never_separates_a_comment_from_its_replies() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let path = format!("/posts/{post}/comments");
    let mut replies = Vec::new();
    for number in [0, 7, 1, 0, 30, 2, 0] {
        let comment = community.comment(author, &post, &format!("댓글 {}", replies.len()), true).await;
        add_replies(&community, &comment, number).await;
        replies.push(number);
    }
    for limit in [1, 2, 3, 6, 7, 8, 50] {
        let listed = community.walk(reader, &path, limit).await;
        let found: Vec<_> = listed.iter().map(|thread| thread["replies"].as_array().unwrap().len()).collect();
        assert_eq!(found, replies, "by {limit}");
    }
    // The last page has no cursor, even if it is full.
    let page = community.page(reader, &path, 7, None).await;
    assert_eq!(page.at("/next_cursor"), Value::Null);
    assert!(community.page(reader, &path, 6, None).await.at("/next_cursor").is_string());
}

#[tokio::test]
async fn a_cursor_of_comments_works_only_for_its_post() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (post, other) = (community.post("글", true).await, community.post("다른 글", true).await);
    for number in 0..3 {
        community.comment(author, &post, &format!("댓글 {number}"), true).await;
    }
    let cursor = community.page(reader, &format!("/posts/{post}/comments"), 2, None).await.text_at("/next_cursor");
    let answer = app.get(format!("/posts/{other}/comments?cursor={cursor}")).by(reader).send().await;
    answer.is_problem(400, "invalid_cursor");
    let rest = app.get(format!("/posts/{post}/comments?cursor={cursor}")).by(author).send().await;
    assert_eq!(contents(rest.is(200).at("/items").as_array().unwrap()), ["댓글 2"]);
    app.get(format!("/posts/{post}/comments?limit=51"))
        .by(reader)
        .send()
        .await
        .is_invalid(&[("limit", "out_of_range")]);
}

/// Pages through the comments. Between any two pages, students add a comment, reply to a comment that was listed and to
/// one that was not, and delete comments of both kinds.
async fn paginate_while_others_write(limit: usize) {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let path = format!("/posts/{post}/comments");
    let mut existing = Vec::new();
    for number in 0..24 {
        let comment = community.comment(author, &post, &format!("댓글 {number}"), true).await;
        if number % 3 == 0 {
            community.reply(author, &comment, "답글", true).await;
        }
        existing.push(comment);
    }
    let (mut seen, mut cursor, mut deleted) = (Vec::new(), None::<String>, BTreeSet::new());
    for round in 0.. {
        let page = community.page(reader, &path, limit, cursor.as_deref()).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|comment| text(&comment["id"]).to_owned()));
        community.comment(reader, &post, &format!("사이에 {round}"), true).await;
        // The last comment that was listed, which the cursor points to, and the third of those that were not.
        for index in [seen.len() - 1, seen.len() + 2] {
            if let Some(comment) = existing.get(index).filter(|comment| !deleted.contains(text(&comment["id"]))) {
                community.reply(reader, comment, "사이의 답글", true).await;
                if round % 2 == 0 {
                    community.delete_comment(author, comment).await.is(204);
                    deleted.insert(text(&comment["id"]).to_owned());
                }
            }
        }
        match page["next_cursor"].as_str() {
            Some(next) if round < 60 => cursor = Some(next.to_owned()),
            _ => break,
        }
    }
    let distinct: BTreeSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "nothing is repeated");
    let expected: Vec<_> = existing.iter().map(|comment| text(&comment["id"])).collect();
    let found: Vec<_> = seen.iter().map(String::as_str).filter(|id| expected.contains(id)).collect();
    // Each deleted comment has a reply, so its placeholder is still listed.
    assert_eq!(found, expected, "nothing is lost");
    community.app.audit().await;
}

#[tokio::test]
async fn pages_of_1_comment_repeat_and_lose_nothing_while_others_write() {
    paginate_while_others_write(1).await;
}

#[tokio::test]
async fn pages_of_2_comments_repeat_and_lose_nothing_while_others_write() {
    paginate_while_others_write(2).await;
}

#[tokio::test]
async fn pages_of_50_comments_repeat_and_lose_nothing_while_others_write() {
    paginate_while_others_write(50).await;
}

#[tokio::test]
async fn a_page_shows_all_named_authors_and_the_callers_likes() {
    let community = Community::start().await;
    let Community { reader, .. } = &community;
    let post = community.post("글", true).await;
    let students = community.members(30).await;
    let mut names = BTreeMap::new();
    for (number, student) in students.iter().enumerate() {
        let comment = community.comment(student, &post, "댓글", false).await;
        names.insert(text(&comment["id"]).to_owned(), (student.nickname.clone(), number % 2 == 0));
        if number % 2 == 0 {
            community.like(reader, &format!("/comments/{}", text(&comment["id"]))).await.is(200);
        }
    }
    let shown = community.threads(reader, &post).await.into_iter().map(|comment| {
        let name = text(&comment["author"]["name"]).to_owned();
        (text(&comment["id"]).to_owned(), (name, comment["liked"] == json!(true)))
    });
    assert_eq!(shown.collect::<BTreeMap<_, _>>(), names);
}
