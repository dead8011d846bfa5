//! Pages of comments, each comment with all its replies.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::community::{Community, contents, text};

/// Adds so many replies to the comment, at the same time.
async fn reply_often(community: &Community, comment: &Value, count: usize) {
    let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment["id"] });
    let post = text(&comment["post_id"]);
    // One at a time would wait for the others anyway: all of them change the post and the comment.
    for replies in vec![(); count].chunks(50) {
        let answers = join_all(replies.iter().map(|()| community.try_comment(&community.author, post, &body))).await;
        for answer in answers {
            answer.is(201);
        }
    }
}

#[tokio::test]
async fn a_comment_takes_200_replies_and_a_page_ends_with_the_comment_with_which_it_has_200_rows() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let mut comments = Vec::new();
    for number in 0..4 {
        comments.push(community.comment(author, &post, &format!("댓글 {number}"), true).await);
    }
    reply_often(&community, &comments[0], 198).await;
    let path = format!("/posts/{post}/comments");
    // 199 rows are not full, with the second comment it is 200.
    let first = community.page(reader, &path, 50, None).await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    reply_often(&community, &comments[0], 1).await;
    let first = community.page(reader, &path, 50, None).await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 1, "the comment and 199 replies");

    reply_often(&community, &comments[0], 1).await;
    let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": comments[0]["id"] });
    for (language, detail) in
        [("ko", "대댓글은 댓글 하나에 200개까지 달 수 있습니다."), ("en", "A comment has at most 200 replies.")]
    {
        let call = app.post(&path).by(reader).header("accept-language", language).json(&body);
        let refused = call.send().await;
        assert_eq!(refused.is_problem(409, "replies_full").text_at("/detail"), detail);
    }
    let first = community.page(reader, &path, 50, None).await.json();
    assert_eq!(first["items"][0]["replies"].as_array().unwrap().len(), 200, "all of them");
    let rest = community.page(reader, &path, 50, first["next_cursor"].as_str()).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next_cursor"]), (3, &Value::Null));

    // Only live ones count.
    community.delete_comment(author, &first["items"][0]["replies"][7]).await.is(204);
    let refilled = community.reply(reader, &comments[0], "답글", true).await;
    community.try_comment(reader, &post, &body).await.is_problem(409, "replies_full");
    // Nor does a deleted comment take any, full or not.
    community.delete_comment(author, &comments[0]).await.is(204);
    community.try_comment(reader, &post, &body).await.is_problem(404, "not_found");
    community.delete_comment(reader, &refilled).await.is(204);
    let walked = community.walk(reader, &path, 1).await;
    assert_eq!(walked.len(), 4);
    assert_eq!(walked[0]["replies"].as_array().unwrap().len(), 199);
    app.audit().await;
}

#[tokio::test]
async fn two_who_reply_at_once_where_there_is_room_for_one() {
    let community = Community::start().await;
    let Community { reader, author, admin, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "댓글", true).await;
    reply_often(&community, &comment, 199).await;
    let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment["id"] });
    let (one, other) =
        tokio::join!(community.try_comment(reader, &post, &body), community.try_comment(admin, &post, &body));
    let (made, refused) = if one.status == 201 { (one, other) } else { (other, one) };
    made.is(201);
    refused.is_problem(409, "replies_full");
    community.app.audit().await;
}

#[tokio::test]
async fn pages_have_whole_threads_however_long_they_are() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let path = format!("/posts/{post}/comments");
    let mut replies = Vec::new();
    for number in [0, 7, 1, 0, 30, 2, 0] {
        let comment = community.comment(author, &post, &format!("댓글 {}", replies.len()), true).await;
        reply_often(&community, &comment, number).await;
        replies.push(number);
    }
    for limit in [1, 2, 3, 6, 7, 8, 50] {
        let walked = community.walk(reader, &path, limit).await;
        let found: Vec<_> = walked.iter().map(|thread| thread["replies"].as_array().unwrap().len()).collect();
        assert_eq!(found, replies, "by {limit}");
    }
    // A full page that is the last says so.
    let page = community.page(reader, &path, 7, None).await;
    assert_eq!(page.at("/next_cursor"), Value::Null);
    assert!(community.page(reader, &path, 6, None).await.at("/next_cursor").is_string());
}

#[tokio::test]
async fn a_cursor_of_comments_is_good_for_its_post() {
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

/// Walks the comments while between any two pages somebody comments, replies to a comment that was seen and to one that
/// was not, and deletes a comment of each kind.
async fn walk_amid_noise(limit: usize) {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let path = format!("/posts/{post}/comments");
    let mut there = Vec::new();
    for number in 0..24 {
        let comment = community.comment(author, &post, &format!("댓글 {number}"), true).await;
        if number % 3 == 0 {
            community.reply(author, &comment, "답글", true).await;
        }
        there.push(comment);
    }
    let (mut seen, mut cursor, mut deleted) = (Vec::new(), None::<String>, BTreeSet::new());
    for round in 0.. {
        let page = community.page(reader, &path, limit, cursor.as_deref()).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|comment| text(&comment["id"]).to_owned()));
        community.comment(reader, &post, &format!("사이에 {round}"), true).await;
        // The last that was seen, which is where the walk stands, and the next but two.
        for at in [seen.len() - 1, seen.len() + 2] {
            if let Some(comment) = there.get(at).filter(|comment| !deleted.contains(text(&comment["id"]))) {
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
    let expected: Vec<_> = there.iter().map(|comment| text(&comment["id"])).collect();
    let found: Vec<_> = seen.iter().map(String::as_str).filter(|id| expected.contains(id)).collect();
    // Those that were deleted have a reply, so that their places are still there.
    assert_eq!(found, expected, "nothing is lost");
    community.app.audit().await;
}

#[tokio::test]
async fn a_walk_by_single_comments_amid_noise_repeats_and_loses_nothing() {
    walk_amid_noise(1).await;
}

#[tokio::test]
async fn a_walk_by_two_comments_amid_noise_repeats_and_loses_nothing() {
    walk_amid_noise(2).await;
}

#[tokio::test]
async fn a_walk_by_fifty_comments_amid_noise_repeats_and_loses_nothing() {
    walk_amid_noise(50).await;
}

#[tokio::test]
async fn a_page_shows_each_of_many_named_authors_and_what_the_caller_likes() {
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
