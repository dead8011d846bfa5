//! Numbers of anonymous commenters, and the mark of the post's author (rules 3 and 4).

use serde_json::{Value, json};

use crate::support::community::{Community, contents, flat, name_of, text};
use crate::support::harness::Student;

/// Writes a comment. Returns the name that it shows, and whether it is marked as by the post's author. Asserts that all
/// students see the same.
async fn new_byline(community: &Community, by: &Student, post: &str, is_anonymous: bool) -> (String, bool) {
    let comment = community.comment(by, post, "댓글", is_anonymous).await;
    for student in [&community.author, &community.reader, &community.admin, by] {
        let threads = community.threads(student, post).await;
        let shown = threads.iter().find(|shown| shown["id"] == comment["id"]).unwrap();
        assert_eq!(shown["author"], comment["author"]);
        assert_eq!(shown["is_mine"], json!(student.id == by.id));
    }
    let kind = if is_anonymous { "anonymous" } else { "user" };
    assert_eq!(comment["author"]["kind"], json!(kind));
    (name_of(&comment).to_owned(), comment["author"]["is_post_author"].as_bool().unwrap())
}

fn unmarked(name: &str) -> (String, bool) {
    (name.to_owned(), false)
}

#[tokio::test]
async fn an_anonymous_student_gets_the_next_number_of_the_post_and_keeps_it() {
    let community = Community::start().await;
    let Community { reader, admin, .. } = &community;
    let third = community.member().await;
    let post = community.post("글", true).await;
    for (student, name) in [(reader, "익명1"), (admin, "익명2"), (reader, "익명1"), (&third, "익명3"), (admin, "익명2")]
    {
        assert_eq!(new_byline(&community, student, &post, true).await, unmarked(name));
    }
    let threads = community.threads(reader, &post).await;
    let reply = community.reply(&third, &threads[0], "답글", true).await;
    assert_eq!(name_of(&reply), "익명3", "replies use the same number");
    community.app.audit().await;
}

#[tokio::test]
async fn numbers_do_not_carry_over_to_another_post() {
    let community = Community::start().await;
    let Community { reader, admin, .. } = &community;
    let (first, second) = (community.post("하나", true).await, community.post("둘", true).await);
    assert_eq!(new_byline(&community, reader, &first, true).await, unmarked("익명1"));
    assert_eq!(new_byline(&community, admin, &first, true).await, unmarked("익명2"));
    assert_eq!(new_byline(&community, admin, &second, true).await, unmarked("익명1"));
    assert_eq!(new_byline(&community, reader, &second, true).await, unmarked("익명2"));
}

#[tokio::test]
async fn the_number_of_a_deleted_comment_goes_only_to_the_same_student() {
    let community = Community::start().await;
    let Community { reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(reader, &post, "댓글", true).await;
    community.delete_comment(reader, &comment).await.is(204);
    assert!(community.threads(reader, &post).await.is_empty());
    assert_eq!(new_byline(&community, admin, &post, true).await, unmarked("익명2"));
    assert_eq!(new_byline(&community, reader, &post, true).await, unmarked("익명1"));
    community.app.audit().await;
}

#[tokio::test]
async fn a_named_comment_uses_no_number() {
    let community = Community::start().await;
    let Community { reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    assert_eq!(new_byline(&community, reader, &post, false).await, unmarked(&reader.nickname));
    assert_eq!(new_byline(&community, admin, &post, true).await, unmarked("익명1"));
    assert_eq!(
        new_byline(&community, reader, &post, true).await,
        unmarked("익명2"),
        "a student who was named can be anonymous later"
    );
    assert_eq!(new_byline(&community, reader, &post, false).await, unmarked(&reader.nickname));
    community.app.audit().await;
}

#[tokio::test]
async fn the_author_of_an_anonymous_post_is_marked_in_anonymous_comments_and_uses_no_number() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    assert_eq!(new_byline(&community, author, &post, true).await, ("익명(글쓴이)".to_owned(), true));
    assert_eq!(new_byline(&community, author, &post, false).await, unmarked(&author.nickname));
    assert_eq!(new_byline(&community, reader, &post, true).await, unmarked("익명1"));
    assert_eq!(new_byline(&community, author, &post, true).await, ("익명(글쓴이)".to_owned(), true));
    community.app.audit().await;
}

#[tokio::test]
async fn the_author_of_a_named_post_is_marked_in_named_comments_and_numbered_in_anonymous_ones() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", false).await;
    assert_eq!(new_byline(&community, reader, &post, true).await, unmarked("익명1"));
    assert_eq!(new_byline(&community, author, &post, true).await, unmarked("익명2"));
    assert_eq!(new_byline(&community, author, &post, false).await, (author.nickname.clone(), true));
    assert_eq!(new_byline(&community, author, &post, true).await, unmarked("익명2"));
    community.app.audit().await;
}

/// For each comment on a post: the kind of its author, the name, and whether it is marked as by the post's author.
async fn bylines(community: &Community, post: &str) -> Vec<(String, String, bool)> {
    let threads = community.threads(&community.reader, post).await;
    let author = |comment: &&Value| {
        let author = &comment["author"];
        (text(&author["kind"]).to_owned(), text(&author["name"]).to_owned(), author["is_post_author"] == json!(true))
    };
    flat(&threads).iter().map(author).collect()
}

fn byline(kind: &str, name: &str, is_post_author: bool) -> (String, String, bool) {
    (kind.to_owned(), name.to_owned(), is_post_author)
}

#[tokio::test]
async fn a_new_nickname_and_a_withdrawal_show_at_once_and_only_in_named_comments() {
    let community = Community::start().await;
    let Community { app, author, .. } = &community;
    let (other, late) = (community.member().await, community.member().await);
    let named_post = community.post("실명", false).await;
    let anonymous_post = community.post("익명", true).await;
    for post in [&named_post, &anonymous_post] {
        community.comment(author, post, "실명", false).await;
        community.comment(author, post, "익명", true).await;
        community.comment(&other, post, "실명", false).await;
        community.comment(&other, post, "익명", true).await;
    }
    let expected = |authors: (&str, &str), others: (&str, &str)| {
        let other = |number| [byline(others.0, others.1, false), byline("anonymous", number, false)];
        let named = [byline(authors.0, authors.1, true), byline("anonymous", "익명1", false)];
        let anonymous = [byline(authors.0, authors.1, false), byline("anonymous", "익명(글쓴이)", true)];
        ([named, other("익명2")].concat(), [anonymous, other("익명1")].concat())
    };
    let shown = async || (bylines(&community, &named_post).await, bylines(&community, &anonymous_post).await);
    assert_eq!(shown().await, expected(("user", &author.nickname), ("user", &other.nickname)));
    app.patch("/auth/me").by(&other).json(&json!({ "nickname": "새이름" })).send().await.is(200);
    assert_eq!(shown().await, expected(("user", &author.nickname), ("user", "새이름")));
    let withdrawn = ("withdrawn", "(알수없음)");
    community.withdraw(&other).await;
    assert_eq!(shown().await, expected(("user", &author.nickname), withdrawn));
    community.withdraw(author).await;
    assert_eq!(shown().await, expected(withdrawn, withdrawn));
    app.audit().await;
    app.clock.set_ahead_by_millis(31_000);
    app.service.app.withdrawals.purge().await.unwrap();
    assert_eq!(shown().await, expected(withdrawn, withdrawn));
    // The numbers of withdrawn users are not used again.
    assert_eq!(new_byline(&community, &late, &named_post, true).await, unmarked("익명3"));
    assert_eq!(new_byline(&community, &late, &anonymous_post, true).await, unmarked("익명2"));
    app.audit().await;
}

#[tokio::test]
async fn an_admin_can_delete_comments_of_withdrawn_users() {
    let community = Community::start().await;
    let Community { app, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    let withdrawn = community.member().await;
    let (first, second) = (
        community.comment(&withdrawn, &post, "하나", true).await,
        community.comment(&withdrawn, &post, "둘", false).await,
    );
    community.withdraw(&withdrawn).await;
    community.delete_comment(admin, &first).await.is(204);
    app.clock.set_ahead_by_millis(31_000);
    app.service.app.withdrawals.purge().await.unwrap();
    community.delete_comment(reader, &second).await.is_problem(403, "not_author");
    community.delete_comment(admin, &second).await.is(204);
    assert_eq!(contents(&community.threads(reader, &post).await), Vec::<String>::new());
    assert_eq!(community.show(reader, &post).await["comment_count"], json!(0));
    app.audit().await;
}
