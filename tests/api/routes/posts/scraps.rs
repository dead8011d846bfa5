//! Scraps (rule 7).

use serde_json::json;

use crate::support::community::Community;

#[tokio::test]
async fn scraps_are_listed_by_the_time_of_scrapping_newest_first() {
    let community = Community::start().await;
    let reader = &community.reader;
    let mut posts = Vec::new();
    for title in ["하나", "둘", "셋"] {
        posts.push(community.post(title, false).await);
    }
    for post in [1, 2, 0] {
        community.scrap(reader, &posts[post]).await.is(204);
    }
    assert_eq!(community.titles(reader, "/posts/scraps").await, ["하나", "셋", "둘"]);
    // Scrapping again changes nothing.
    community.scrap(reader, &posts[1]).await.is(204);
    assert_eq!(community.titles(reader, "/posts/scraps").await, ["하나", "셋", "둘"]);
    // A post that is removed and scrapped again is the newest scrap.
    community.unscrap(reader, &posts[1]).await.is(204);
    assert_eq!(community.titles(reader, "/posts/scraps").await, ["하나", "셋"]);
    community.scrap(reader, &posts[1]).await.is(204);
    assert_eq!(community.titles(reader, "/posts/scraps").await, ["둘", "하나", "셋"]);
    community.app.audit().await;
}

#[tokio::test]
async fn an_author_cannot_scrap_their_own_post() {
    let community = Community::start().await;
    let author = &community.author;
    for is_anonymous in [true, false] {
        let post = community.post(&format!("글 {is_anonymous}"), is_anonymous).await;
        community.scrap(author, &post).await.is_problem(403, "own_content");
        // Removing a post that is not among the scraps succeeds.
        community.unscrap(author, &post).await.is(204);
    }
    assert!(community.titles(author, "/posts/scraps").await.is_empty());
}

#[tokio::test]
async fn a_scrap_is_counted_and_shown_to_the_student_who_made_it() {
    let community = Community::start().await;
    let Community { author, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    for _ in 0..2 {
        community.scrap(reader, &post).await.is(204);
    }
    community.scrap(admin, &post).await.is(204);
    for (student, scrapped) in [(author, false), (reader, true), (admin, true)] {
        let shown = community.show(student, &post).await;
        assert_eq!((&shown["scrap_count"], &shown["scrapped"]), (&json!(2), &json!(scrapped)));
    }
    for _ in 0..2 {
        community.unscrap(reader, &post).await.is(204);
    }
    let shown = community.show(reader, &post).await;
    assert_eq!((&shown["scrap_count"], &shown["scrapped"]), (&json!(1), &json!(false)));
    community.app.audit().await;
}

#[tokio::test]
async fn likes_and_scraps_are_independent() {
    let community = Community::start().await;
    let reader = &community.reader;
    let (liked_first, scrapped_first) = (community.post("하나", true).await, community.post("둘", true).await);
    community.like(reader, &format!("/posts/{liked_first}")).await.is(200);
    community.scrap(reader, &liked_first).await.is(204);
    community.scrap(reader, &scrapped_first).await.is(204);
    community.like(reader, &format!("/posts/{scrapped_first}")).await.is(200);
    for post in [&liked_first, &scrapped_first] {
        community.unscrap(reader, post).await.is(204);
        let shown = community.show(reader, post).await;
        assert_eq!((&shown["liked"], &shown["scrapped"]), (&json!(true), &json!(false)));
        community.like(reader, &format!("/posts/{post}")).await.is_problem(409, "already_liked");
    }
    community.app.audit().await;
}

#[tokio::test]
async fn a_deleted_post_is_not_listed_among_the_scraps_and_can_be_removed() {
    let community = Community::start().await;
    let Community { author, reader, admin, .. } = &community;
    let (deleted, kept) = (community.post("하나", false).await, community.post("둘", false).await);
    for post in [&deleted, &kept] {
        community.scrap(reader, post).await.is(204);
    }
    community.delete(author, &format!("/posts/{deleted}")).await.is(204);
    assert_eq!(community.titles(reader, "/posts/scraps").await, ["둘"]);
    community.scrap(admin, &deleted).await.is_problem(404, "not_found");
    community.unscrap(admin, &deleted).await.is_problem(404, "not_found");
    community.unscrap(reader, &deleted).await.is(204);
    community.unscrap(reader, &deleted).await.is_problem(404, "not_found");
    assert_eq!(
        community.app.snapshot().await.join("").matches("SCRAP#").count(),
        1,
        "only the scrap of the other post is left"
    );
    community.app.audit().await;
}

#[tokio::test]
async fn scraps_are_visible_only_to_the_student_who_made_them() {
    let community = Community::start().await;
    let Community { reader, admin, author, .. } = &community;
    let post = community.post("글", false).await;
    community.scrap(reader, &post).await.is(204);
    for other in [admin, author] {
        assert!(community.titles(other, "/posts/scraps").await.is_empty());
        assert_eq!(community.show(other, &post).await["scrapped"], json!(false));
    }
}

#[tokio::test]
async fn the_purge_of_a_withdrawn_user_changes_no_counts() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let (post, deleted) = (community.post("하나", false).await, community.post("둘", false).await);
    for id in [&post, &deleted] {
        community.scrap(reader, id).await.is(204);
        community.scrap(admin, id).await.is(204);
        community.like(reader, &format!("/posts/{id}")).await.is(200);
    }
    community.delete(author, &format!("/posts/{deleted}")).await.is(204);
    let before = community.show(admin, &post).await;
    assert_eq!((&before["scrap_count"], &before["like_count"]), (&json!(2), &json!(1)));
    community.withdraw(reader).await;
    app.audit().await;
    app.clock.set_ahead_by_millis(31_000);
    app.service.app.withdrawals.purge().await.unwrap();
    assert_eq!(community.show(admin, &post).await, before);
    assert_eq!(app.snapshot().await.iter().filter(|row| row.contains("\"SCRAP#")).count(), 2, "those of the admin");
    app.audit().await;
}
