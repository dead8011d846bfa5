//! Likes, hot posts and best posts (rules 6 and 8).

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::community::{Community, path_of, text};
use crate::support::harness::Student;

/// Likes the post as each of the students, all at the same time.
pub async fn like_by_all(community: &Community, students: &[Student], post: &str) {
    let path = format!("/posts/{post}");
    for answer in join_all(students.iter().map(|student| community.like(student, &path))).await {
        answer.is(200);
    }
}

#[tokio::test]
async fn a_post_or_comment_can_be_liked_once_and_the_like_cannot_be_undone() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "댓글", true).await;
    for path in [format!("/posts/{post}"), path_of(&comment)] {
        assert_eq!(community.like(reader, &path).await.is(200).json(), json!({ "like_count": 1 }));
        assert_eq!(community.like(admin, &path).await.is(200).json(), json!({ "like_count": 2 }));
        community.like(reader, &path).await.is_problem(409, "already_liked");
        community.like(author, &path).await.is_problem(403, "own_content");
        app.delete(format!("{path}/like")).by(reader).send().await.is_problem(405, "method_not_allowed");
    }
    for (student, liked) in [(author, false), (reader, true), (admin, true)] {
        for item in [&community.show(student, &post).await, &community.threads(student, &post).await[0]] {
            assert_eq!((&item["like_count"], &item["liked"]), (&json!(2), &json!(liked)));
        }
    }
    app.audit().await;
}

#[tokio::test]
async fn a_page_shows_the_likes_of_its_posts_also_between_liked_posts_that_were_deleted() {
    let community = Community::start().await;
    let Community { app, board, author, reader, .. } = &community;
    let mut posts = Vec::new();
    for number in 0..4 {
        let post = community.post(&format!("글 {number}"), true).await;
        community.like(reader, &format!("/posts/{post}")).await.is(200);
        posts.push(post);
    }
    for post in [&posts[1], &posts[3]] {
        community.delete(author, &format!("/posts/{post}")).await.is(204);
    }
    let mut path = format!("/boards/{board}/posts?limit=1");
    for post in [&posts[2], &posts[0]] {
        let page = app.get(&path).by(reader).send().await;
        assert_eq!((page.is(200).text_at("/items/0/id"), page.at("/items/0/liked")), (post.clone(), json!(true)));
        path = format!("/boards/{board}/posts?limit=1&cursor={}", page.at("/next_cursor").as_str().unwrap_or_default());
    }
    app.audit().await;
}

#[tokio::test]
async fn a_reply_can_be_liked() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "댓글", true).await;
    let reply = community.reply(author, &comment, "답글", true).await;
    community.like(reader, &path_of(&reply)).await.is(200);
    let threads = community.threads(reader, &post).await;
    let liked = |item: &Value| (item["like_count"].clone(), item["liked"].clone());
    assert_eq!(liked(&threads[0]), (json!(0), json!(false)));
    assert_eq!(liked(&threads[0]["replies"][0]), (json!(1), json!(true)));
    community.delete_comment(author, &reply).await.is(204);
    community.like(reader, &path_of(&reply)).await.is_problem(404, "not_found");
    community.app.audit().await;
}

#[tokio::test]
async fn a_placeholder_cannot_be_liked() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "댓글", true).await;
    community.reply(author, &comment, "답글", true).await;
    community.delete_comment(author, &comment).await.is(204);
    community.like(reader, &path_of(&comment)).await.is_problem(404, "not_found");
    community.app.audit().await;
}

#[tokio::test]
async fn a_post_is_hot_from_its_10th_like_and_best_from_its_100th() {
    let community = Community::start().await;
    let reader = &community.reader;
    let students = community.members(101).await;
    let post = community.post("글", true).await;
    let path = format!("/posts/{post}");
    for (number, student) in students.iter().enumerate() {
        community.like(student, &path).await.is(200);
        let likes = number + 1;
        if [9, 10, 11, 99, 100, 101].contains(&likes) {
            assert_eq!(community.titles(reader, "/posts/hot").await.len(), usize::from(likes >= 10), "{likes}");
            assert_eq!(community.titles(reader, "/posts/best").await.len(), usize::from(likes >= 100), "{likes}");
        }
    }
    community.app.audit().await;
}

#[tokio::test]
async fn hot_posts_are_listed_by_the_time_they_became_hot_newest_first() {
    let community = Community::start().await;
    let students = community.members(10).await;
    let mut posts = Vec::new();
    for title in ["하나", "둘", "셋"] {
        posts.push(community.post(title, false).await);
    }
    for post in [1, 2, 0] {
        like_by_all(&community, &students, &posts[post]).await;
    }
    assert_eq!(community.titles(&community.reader, "/posts/hot").await, ["하나", "셋", "둘"]);
    // Another like does not change the order.
    community.like(&community.reader, &format!("/posts/{}", posts[1])).await.is(200);
    assert_eq!(community.titles(&community.reader, "/posts/hot").await, ["하나", "셋", "둘"]);
    let foreigner = community.foreigner().await;
    assert!(community.titles(&foreigner, "/posts/hot").await.is_empty(), "another school has its own list");
    community.app.audit().await;
}

#[tokio::test]
async fn best_posts_are_listed_by_the_time_they_became_best_newest_first() {
    let community = Community::start().await;
    let students = community.members(100).await;
    let posts = [community.post("하나", false).await, community.post("둘", false).await];
    like_by_all(&community, &students[..50], &posts[0]).await;
    like_by_all(&community, &students, &posts[1]).await;
    like_by_all(&community, &students[50..], &posts[0]).await;
    assert_eq!(community.titles(&community.reader, "/posts/best").await, ["하나", "둘"]);
    assert_eq!(community.titles(&community.reader, "/posts/hot").await, ["둘", "하나"]);
    community.app.audit().await;
}

#[tokio::test]
async fn a_post_becomes_hot_with_the_next_like_after_its_board_enables_hot_posts() {
    let community = Community::start().await;
    let Community { app, admin, author, reader, .. } = &community;
    let body = json!({ "category": "일반", "name": "조용", "hot_enabled": false });
    let board = app.post("/boards").by(admin).json(&body).send().await.is(201).text_at("/id");
    let post = app.write_post(author, &board, "글", false).await;
    let students = community.members(12).await;
    like_by_all(&community, &students[..11], &post).await;
    assert!(community.titles(reader, "/posts/hot").await.is_empty());
    let set_hot_enabled = async |hot_enabled: bool| {
        let change = json!({ "hot_enabled": hot_enabled });
        app.patch(format!("/boards/{board}")).by(admin).json(&change).send().await.is(200);
    };
    set_hot_enabled(true).await;
    assert!(community.titles(reader, "/posts/hot").await.is_empty(), "enabling alone makes no post hot");
    community.like(&students[11], &format!("/posts/{post}")).await.is(200);
    assert_eq!(community.titles(reader, "/posts/hot").await, ["글"]);
    set_hot_enabled(false).await;
    assert_eq!(community.titles(reader, "/posts/hot").await, ["글"], "a hot post stays hot");
    app.audit().await;
}

#[tokio::test]
async fn a_post_does_not_reveal_who_likes_it() {
    let community = Community::start().await;
    let Community { reader, admin, .. } = &community;
    let post = community.post("글", false).await;
    community.like(reader, &format!("/posts/{post}")).await.is(200);
    let shown = community.show(admin, &post).await.to_string();
    assert!(![&reader.id, &reader.nickname, &reader.login_id].iter().any(|secret| shown.contains(*secret)));
    assert_eq!(text(&community.show(admin, &post).await["id"]), post);
}
