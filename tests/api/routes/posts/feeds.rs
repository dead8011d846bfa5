//! The lists of own, commented, scrapped, hot and best posts (rules 4, 7 and 8).

use serde_json::{Value, json};

use crate::routes::posts::likes::like_by_all;
use crate::support::community::{Community, text};

#[tokio::test]
async fn own_posts_include_anonymous_posts_and_no_posts_of_others() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, board, .. } = &community;
    let other_board = app.board(admin, "다른").await;
    community.post("실명", false).await;
    app.write_post(author, &other_board, "익명", true).await;
    app.write_post(reader, board, "남의 글", true).await;
    assert_eq!(community.titles(author, "/posts/mine").await, ["익명", "실명"]);
    assert_eq!(community.titles(reader, "/posts/mine").await, ["남의 글"]);
    assert!(community.titles(admin, "/posts/mine").await.is_empty());
    let mine = community.walk(author, "/posts/mine", 1).await;
    assert!(mine.iter().all(|post| post["is_mine"] == json!(true)));
    assert_eq!(mine[0]["author"], json!({ "kind": "anonymous", "name": "익명" }), "the author sees what others see");
}

#[tokio::test]
async fn commented_posts_have_a_live_comment_of_the_caller_and_are_listed_newest_first() {
    let community = Community::start().await;
    let Community { author, reader, admin, .. } = &community;
    let (old, new) = (community.post("옛 글", true).await, community.post("새 글", true).await);
    community.post("조용한 글", true).await;
    let mut comments = Vec::new();
    for post in [&new, &old, &old] {
        comments.push(community.comment(reader, post, "댓글", true).await);
    }
    let reply = community.reply(admin, &comments[1], "답글", false).await;
    assert_eq!(community.titles(reader, "/posts/commented").await, ["새 글", "옛 글"], "each post once");
    assert_eq!(community.titles(admin, "/posts/commented").await, ["옛 글"], "a reply counts as a comment");
    assert!(community.titles(author, "/posts/commented").await.is_empty());

    community.delete_comment(reader, &comments[1]).await.is(204);
    assert_eq!(community.titles(reader, "/posts/commented").await, ["새 글", "옛 글"], "one comment is left");
    community.delete_comment(admin, &comments[2]).await.is(204);
    assert_eq!(community.titles(reader, "/posts/commented").await, ["새 글"]);
    community.delete_comment(admin, &reply).await.is(204);
    assert!(community.titles(admin, "/posts/commented").await.is_empty());
    community.comment(reader, &old, "또 댓글", true).await;
    assert_eq!(community.titles(reader, "/posts/commented").await, ["새 글", "옛 글"]);
    community.app.audit().await;
}

/// Creates posts that are on all lists of the reader. Returns their titles, newest first.
async fn posts_on_all_lists(community: &Community, count: usize) -> Vec<String> {
    let students = community.members(99).await;
    let mut titles = Vec::new();
    for number in 0..count {
        let title = format!("글 {number}");
        let post = community.post(&title, number % 2 == 0).await;
        like_by_all(community, &students, &post).await;
        community.like(&community.reader, &format!("/posts/{post}")).await.is(200);
        community.scrap(&community.reader, &post).await.is(204);
        community.comment(&community.reader, &post, "댓글", true).await;
        titles.insert(0, title);
    }
    titles
}

#[tokio::test]
async fn every_list_is_paginated_and_shows_the_callers_likes_and_scraps() {
    let community = Community::start().await;
    let Community { author, reader, admin, board, .. } = &community;
    let titles = posts_on_all_lists(&community, 5).await;
    let board = format!("/boards/{board}/posts");
    let lists = ["/posts/commented", "/posts/scraps", "/posts/hot", "/posts/best", board.as_str()];
    let title = |post: &Value| text(&post["title"]).to_owned();
    for list in lists {
        for limit in [1, 2, 5, 50] {
            let listed = community.walk(reader, list, limit).await;
            assert_eq!(listed.iter().map(title).collect::<Vec<_>>(), titles, "{list} by {limit}");
            assert!(listed.iter().all(|post| post["liked"] == json!(true) && post["scrapped"] == json!(true)));
        }
    }
    assert_eq!(community.walk(author, "/posts/mine", 2).await.iter().map(title).collect::<Vec<_>>(), titles);
    for (student, list) in [(author, "/posts/mine"), (author, "/posts/hot"), (admin, "/posts/best"), (admin, &board)] {
        let listed = community.walk(student, list, 3).await;
        assert_eq!(listed.len(), 5, "{list}");
        assert!(listed.iter().all(|post| post["liked"] == json!(false) && post["scrapped"] == json!(false)), "{list}");
    }
}

#[tokio::test]
async fn a_listed_post_equals_the_post_except_for_the_text() {
    let community = Community::start().await;
    let reader = &community.reader;
    posts_on_all_lists(&community, 1).await;
    let listed = community.walk(reader, "/posts/hot", 1).await.remove(0);
    let mut shown = community.show(reader, text(&listed["id"])).await;
    let fields = shown.as_object_mut().unwrap();
    fields.remove("muted");
    let content = fields.remove("content").unwrap();
    shown["content_preview"] = content;
    assert_eq!(listed, shown);
    for list in ["/posts/commented", "/posts/scraps", "/posts/best"] {
        assert_eq!(community.walk(reader, list, 1).await, std::slice::from_ref(&listed), "{list}");
    }
}

#[tokio::test]
async fn a_cursor_works_only_for_its_list_and_on_private_lists_only_for_its_student() {
    let community = Community::start().await;
    let Community { app, author, reader, board, .. } = &community;
    posts_on_all_lists(&community, 2).await;
    let board = format!("/boards/{board}/posts");
    let own = ["/posts/commented", "/posts/scraps"];
    let lists = [own[0], own[1], "/posts/hot", "/posts/best", board.as_str()];
    for from in lists {
        let page = community.page(reader, from, 1, None).await;
        let cursor = page.text_at("/next_cursor");
        for to in lists.into_iter().filter(|to| *to != from) {
            let answer = app.get(format!("{to}?cursor={cursor}")).by(reader).send().await;
            answer.is_problem(400, "invalid_cursor");
        }
        let other_student = app.get(format!("{from}?limit=1&cursor={cursor}")).by(author).send().await;
        if own.contains(&from) {
            other_student.is_problem(400, "invalid_cursor")
        } else {
            other_student.is(200)
        };
    }
}

#[tokio::test]
async fn pagination_continues_after_the_post_at_the_cursor_is_deleted() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let mut titles = posts_on_all_lists(&community, 6).await;
    let posts = community.walk(author, "/posts/mine", 50).await;
    let lists = ["/posts/commented", "/posts/scraps", "/posts/hot", "/posts/best"];
    let mut cursors = Vec::new();
    for list in lists {
        cursors.push(community.page(reader, list, 2, None).await.text_at("/next_cursor"));
    }
    // The last post of the first page, which the cursor points to, and a post of a later page.
    for deleted in [1, 3] {
        community.delete(author, &format!("/posts/{}", text(&posts[deleted]["id"]))).await.is(204);
    }
    titles.remove(3);
    for (list, cursor) in lists.into_iter().zip(cursors) {
        let rest = community.page(reader, list, 50, Some(&cursor)).await.at("/items");
        let rest: Vec<&str> = rest.as_array().unwrap().iter().map(|post| text(&post["title"])).collect();
        assert_eq!(rest, titles[2..], "{list}");
    }
    community.app.audit().await;
}

#[tokio::test]
async fn every_list_shows_the_current_nickname() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let students = community.members(10).await;
    let post = community.post("글", false).await;
    like_by_all(&community, &students, &post).await;
    community.scrap(reader, &post).await.is(204);
    community.comment(reader, &post, "댓글", true).await;
    let names = async || {
        let mut names = Vec::new();
        for list in ["/posts/hot", "/posts/scraps", "/posts/commented"] {
            names.push(community.walk(reader, list, 1).await[0]["author"].clone());
        }
        names.dedup();
        names
    };
    assert_eq!(names().await, [json!({ "kind": "user", "name": author.nickname })]);
    app.patch("/auth/me").by(author).json(&json!({ "nickname": "새이름" })).send().await.is(200);
    assert_eq!(names().await, [json!({ "kind": "user", "name": "새이름" })]);
    community.withdraw(author).await;
    assert_eq!(names().await, [json!({ "kind": "withdrawn", "name": "(알수없음)" })]);
    app.audit().await;
}
