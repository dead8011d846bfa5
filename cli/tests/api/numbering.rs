//! What anonymous commenters are called, and who is marked as the author of the post (rules 3 and 4).

use serde_json::{Value, json};

use crate::community::{Community, contents, flat, name_of, text};
use crate::harness::Student;

/// The name and the mark of a new comment, and that everyone is shown the same.
async fn signed(community: &Community, by: &Student, post: &str, is_anonymous: bool) -> (String, bool) {
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
async fn a_students_first_anonymous_comment_takes_the_next_number_which_stays() {
    let community = Community::start().await;
    let Community { reader, admin, .. } = &community;
    let third = community.member().await;
    let post = community.post("글", true).await;
    for (student, name) in [(reader, "익명1"), (admin, "익명2"), (reader, "익명1"), (&third, "익명3"), (admin, "익명2")]
    {
        assert_eq!(signed(&community, student, &post, true).await, unmarked(name));
    }
    let threads = community.threads(reader, &post).await;
    let reply = community.reply(&third, &threads[0], "답글", true).await;
    assert_eq!(name_of(&reply), "익명3", "replies as well");
    community.app.audit().await;
}

#[tokio::test]
async fn numbers_do_not_carry_from_one_post_to_another() {
    let community = Community::start().await;
    let Community { reader, admin, .. } = &community;
    let (one, other) = (community.post("하나", true).await, community.post("둘", true).await);
    assert_eq!(signed(&community, reader, &one, true).await, unmarked("익명1"));
    assert_eq!(signed(&community, admin, &one, true).await, unmarked("익명2"));
    assert_eq!(signed(&community, admin, &other, true).await, unmarked("익명1"));
    assert_eq!(signed(&community, reader, &other, true).await, unmarked("익명2"));
}

#[tokio::test]
async fn a_number_is_not_used_again_after_a_deletion_and_its_owner_gets_it_back() {
    let community = Community::start().await;
    let Community { reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(reader, &post, "댓글", true).await;
    community.delete_comment(reader, &comment).await.is(204);
    assert!(community.threads(reader, &post).await.is_empty());
    assert_eq!(signed(&community, admin, &post, true).await, unmarked("익명2"));
    assert_eq!(signed(&community, reader, &post, true).await, unmarked("익명1"));
    community.app.audit().await;
}

#[tokio::test]
async fn a_named_comment_takes_no_number() {
    let community = Community::start().await;
    let Community { reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    assert_eq!(signed(&community, reader, &post, false).await, unmarked(&reader.nickname));
    assert_eq!(signed(&community, admin, &post, true).await, unmarked("익명1"));
    assert_eq!(signed(&community, reader, &post, true).await, unmarked("익명2"), "who was named may hide later");
    assert_eq!(signed(&community, reader, &post, false).await, unmarked(&reader.nickname));
    community.app.audit().await;
}

#[tokio::test]
async fn the_author_of_an_anonymous_post_is_marked_where_they_hide_and_takes_no_number() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    assert_eq!(signed(&community, author, &post, true).await, ("익명(글쓴이)".to_owned(), true));
    assert_eq!(signed(&community, author, &post, false).await, unmarked(&author.nickname));
    assert_eq!(signed(&community, reader, &post, true).await, unmarked("익명1"));
    assert_eq!(signed(&community, author, &post, true).await, ("익명(글쓴이)".to_owned(), true));
    community.app.audit().await;
}

#[tokio::test]
async fn the_author_of_a_named_post_is_marked_where_they_do_not_hide_and_numbered_where_they_do() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", false).await;
    assert_eq!(signed(&community, reader, &post, true).await, unmarked("익명1"));
    assert_eq!(signed(&community, author, &post, true).await, unmarked("익명2"));
    assert_eq!(signed(&community, author, &post, false).await, (author.nickname.clone(), true));
    assert_eq!(signed(&community, author, &post, true).await, unmarked("익명2"));
    community.app.audit().await;
}

/// How the comments of a post are signed.
async fn names(community: &Community, post: &str) -> Vec<(String, String, bool)> {
    let threads = community.threads(&community.reader, post).await;
    let author = |comment: &&Value| {
        let author = &comment["author"];
        (text(&author["kind"]).to_owned(), text(&author["name"]).to_owned(), author["is_post_author"] == json!(true))
    };
    flat(&threads).iter().map(author).collect()
}

fn name(kind: &str, name: &str, is_post_author: bool) -> (String, String, bool) {
    (kind.to_owned(), name.to_owned(), is_post_author)
}

#[tokio::test]
async fn a_new_nickname_and_a_withdrawal_show_at_once_and_only_where_one_was_named() {
    let community = Community::start().await;
    let Community { app, author, .. } = &community;
    let (other, late) = (community.member().await, community.member().await);
    let named_post = community.post("실명", false).await;
    let hidden_post = community.post("익명", true).await;
    for post in [&named_post, &hidden_post] {
        community.comment(author, post, "실명", false).await;
        community.comment(author, post, "익명", true).await;
        community.comment(&other, post, "실명", false).await;
        community.comment(&other, post, "익명", true).await;
    }
    let expected = |authors: (&str, &str), others: (&str, &str)| {
        let other = |number| [name(others.0, others.1, false), name("anonymous", number, false)];
        let named = [name(authors.0, authors.1, true), name("anonymous", "익명1", false)];
        let hidden = [name(authors.0, authors.1, false), name("anonymous", "익명(글쓴이)", true)];
        ([named, other("익명2")].concat(), [hidden, other("익명1")].concat())
    };
    let shown = async || (names(&community, &named_post).await, names(&community, &hidden_post).await);
    assert_eq!(shown().await, expected(("user", &author.nickname), ("user", &other.nickname)));
    app.patch("/auth/me").by(&other).json(&json!({ "nickname": "새이름" })).send().await.is(200);
    assert_eq!(shown().await, expected(("user", &author.nickname), ("user", "새이름")));
    let gone = ("withdrawn", "(알수없음)");
    community.withdraw(&other).await;
    assert_eq!(shown().await, expected(("user", &author.nickname), gone));
    community.withdraw(author).await;
    assert_eq!(shown().await, expected(gone, gone));
    app.audit().await;
    app.clock.set_ahead_by_millis(31_000);
    app.desk.app.withdrawals.purge().await.unwrap();
    assert_eq!(shown().await, expected(gone, gone));
    // The numbers of those who have left are not given again.
    assert_eq!(signed(&community, &late, &named_post, true).await, unmarked("익명3"));
    assert_eq!(signed(&community, &late, &hidden_post, true).await, unmarked("익명2"));
    app.audit().await;
}

#[tokio::test]
async fn comments_of_those_who_have_left_are_still_deleted_by_an_admin() {
    let community = Community::start().await;
    let Community { app, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    let leaver = community.member().await;
    let (one, other) =
        (community.comment(&leaver, &post, "하나", true).await, community.comment(&leaver, &post, "둘", false).await);
    community.withdraw(&leaver).await;
    community.delete_comment(admin, &one).await.is(204);
    app.clock.set_ahead_by_millis(31_000);
    app.desk.app.withdrawals.purge().await.unwrap();
    community.delete_comment(reader, &other).await.is_problem(403, "not_author");
    community.delete_comment(admin, &other).await.is(204);
    assert_eq!(contents(&community.threads(reader, &post).await), Vec::<String>::new());
    assert_eq!(community.show(reader, &post).await["comment_count"], json!(0));
    app.audit().await;
}
