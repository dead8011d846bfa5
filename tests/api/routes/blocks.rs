//! Blocks of authors, and hidden posts.

use serde_json::{Value, json};

use crate::support::community::Community;
use crate::support::harness::{Answer, Student};

/// A comment or post as the target of a block or a message.
fn comment(comment: &Value) -> Value {
    json!({ "comment_id": comment["id"] })
}

fn post(post: &str) -> Value {
    json!({ "post_id": post })
}

async fn block(community: &Community, by: &Student, target: &Value) -> Answer {
    community.app.post("/blocks").by(by).json(target).send().await
}

async fn unblock(community: &Community, by: &Student, block: &str) -> Answer {
    community.delete(by, &format!("/blocks/{block}")).await
}

/// Sends a message about a post or a comment.
async fn message(community: &Community, by: &Student, target: &Value) -> Answer {
    let mut body = target.clone();
    body["content"] = json!("안녕하세요");
    community.app.post("/messages").by(by).json(&body).send().await
}

/// The texts of the comments and replies that the student sees under the post; `None` for those without text.
async fn comments(community: &Community, by: &Student, post: &str) -> Vec<Option<String>> {
    let text = |comment: &Value| comment["content"].as_str().map(str::to_owned);
    let threads = community.threads(by, post).await;
    threads
        .iter()
        .flat_map(|thread| [thread].into_iter().chain(thread["replies"].as_array().unwrap()))
        .map(text)
        .collect()
}

/// Every list of posts of the student.
async fn lists(community: &Community, by: &Student) -> Vec<(String, Vec<String>)> {
    let board = format!("/boards/{}/posts", community.board);
    let mut lists = vec![(board.clone(), community.titles(by, &board).await)];
    lists.extend(community.all_titles(by).await);
    lists
}

/// Makes a post hot, and puts it into each list of the reader.
async fn put_into_lists(community: &Community, post: &str) {
    community.scrap(&community.reader, post).await.is(204);
    community.comment(&community.reader, post, "읽었어요", true).await;
    for member in community.members(10).await {
        community.like(&member, &format!("/posts/{post}")).await.is(200);
    }
}

#[tokio::test]
async fn a_block_of_a_named_author_hides_what_is_named_in_every_list() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (named, anonymous) = (community.post("이름", false).await, community.post("익명", true).await);
    for post in [&named, &anonymous] {
        put_into_lists(&community, post).await;
    }
    let before = lists(&community, reader).await;
    let made = block(&community, reader, &post(&named)).await;
    made.is(201);
    assert_eq!((made.at("/kind"), made.at("/name")), (json!("user"), json!(author.nickname)));
    assert_eq!(made.at("/post_id"), json!(null));
    assert_eq!(made.header("location"), format!("/blocks/{}", made.text_at("/id")));
    for (list, titles) in lists(&community, reader).await {
        assert!(!titles.contains(&"이름".to_owned()), "{list}");
        let was_listed = before.iter().any(|(other, titles)| *other == list && titles.contains(&"익명".to_owned()));
        assert_eq!(titles.contains(&"익명".to_owned()), was_listed, "{list}");
    }
    let listed = app.get("/blocks").by(reader).send().await;
    assert_eq!(listed.at("/items"), json!([made.json()]));
    assert_eq!(community.show(reader, &named).await["title"], "이름", "the post can be opened");
    assert_eq!(lists(&community, &community.admin).await[0].1.len(), 2, "others see it");

    unblock(&community, reader, &made.text_at("/id")).await.is(204);
    assert_eq!(lists(&community, reader).await, before);
    unblock(&community, reader, &made.text_at("/id")).await.is_problem(404, "not_found");
    app.audit().await;
}

#[tokio::test]
async fn blocked_comments_are_left_out_and_leave_a_place_above_replies_of_others() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let on = community.app.write_post(admin, &community.board, "글", false).await;
    let first = community.comment(author, &on, "이름 있는 댓글", false).await;
    community.reply(admin, &first, "남의 답글", false).await;
    community.reply(author, &first, "이름 있는 답글", false).await;
    let alone = community.comment(author, &on, "혼자인 댓글", false).await;
    community.reply(author, &alone, "자기 답글", false).await;
    community.comment(author, &on, "익명 댓글", true).await;

    let id = block(&community, reader, &comment(&first)).await.is(201).text_at("/id");
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(comments(&community, reader, &on).await, [None, text("남의 답글"), text("익명 댓글")]);
    let placeholder = &community.threads(reader, &on).await[0];
    let seen = ["content", "author", "is_blocked", "is_deleted", "is_mine"].map(|field| placeholder[field].clone());
    assert_eq!(seen, [json!(null), json!(null), json!(true), json!(false), json!(false)]);
    assert_eq!(community.show(reader, &on).await["comment_count"], 6, "counts stay");
    assert_eq!(comments(&community, author, &on).await.len(), 6);
    unblock(&community, reader, &id).await.is(204);
    assert_eq!(comments(&community, reader, &on).await.len(), 6);
    app.audit().await;
}

#[tokio::test]
async fn a_block_of_an_alias_hides_what_it_wrote_on_that_post_and_nothing_else() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let (on, elsewhere) = (community.post("글", true).await, community.post("다른 글", true).await);
    let own = community.comment(author, &on, "글쓴이 댓글", true).await;
    community.comment(author, &on, "이름 있는 댓글", false).await;
    let numbered = community.comment(admin, &on, "익명1의 댓글", true).await;
    community.comment(admin, &elsewhere, "다른 글의 익명1", true).await;
    let text = |text: &str| Some(text.to_owned());

    let made = block(&community, reader, &comment(&numbered)).await;
    assert_eq!((made.is(201).at("/kind"), made.at("/name")), (json!("anonymous_on_post"), json!("익명1")));
    assert_eq!(made.at("/post_id"), json!(on));
    assert_eq!(comments(&community, reader, &on).await, [text("글쓴이 댓글"), text("이름 있는 댓글")]);
    assert_eq!(comments(&community, reader, &elsewhere).await, [text("다른 글의 익명1")]);
    assert_eq!(lists(&community, reader).await[0].1, ["다른 글", "글"]);

    // The post and the comments of 익명(글쓴이) are one alias.
    let made = block(&community, reader, &post(&on)).await;
    assert_eq!(made.is(201).at("/name"), json!("익명(글쓴이)"));
    assert_eq!(block(&community, reader, &comment(&own)).await.is(201).json(), made.json());
    assert_eq!(lists(&community, reader).await[0].1, ["다른 글"]);
    assert_eq!(comments(&community, reader, &on).await, [text("이름 있는 댓글")]);
    app.audit().await;
}

/// Neither the blocker nor the blocked student may learn from a refusal which other things have the same author.
#[tokio::test]
async fn a_block_of_an_alias_refuses_only_the_threads_of_the_blocker_about_it() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (on, elsewhere) = (community.post("글", true).await, community.post("다른 글", true).await);
    let named = community.comment(author, &on, "이름 있는 댓글", false).await;
    let readers = community.comment(reader, &on, "독자의 댓글", true).await;
    let own = community.comment(author, &on, "글쓴이 댓글", true).await;
    let thread = message(&community, reader, &post(&on)).await.is(201).text_at("/id");
    let id = block(&community, reader, &post(&on)).await.is(201).text_at("/id");
    for target in [post(&on), comment(&own)] {
        message(&community, reader, &target).await.is_problem(403, "message_refused");
    }
    let path = format!("/messages/{thread}");
    let answer = json!({ "content": "저기요" });
    app.post(&path).by(author).json(&answer).send().await.is_problem(403, "message_refused");
    for target in [post(&elsewhere), comment(&named)] {
        message(&community, reader, &target).await.is(201);
    }
    message(&community, author, &comment(&readers)).await.is(201);
    message(&community, &community.admin, &post(&on)).await.is(201);

    assert_eq!(app.get(&path).by(reader).send().await.at("/thread/is_blocked"), json!(true));
    unblock(&community, reader, &id).await.is(204);
    app.post(&path).by(author).json(&answer).send().await.is(201);
    app.audit().await;
}

#[tokio::test]
async fn a_block_of_a_named_author_refuses_named_threads_and_friend_requests_both_ways() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (named, anonymous) = (community.post("이름", false).await, community.post("익명", true).await);
    let readers = app.write_post(reader, &community.board, "독자의 글", false).await;
    let id = block(&community, reader, &post(&named)).await.is(201).text_at("/id");
    message(&community, reader, &post(&named)).await.is_problem(403, "message_refused");
    message(&community, author, &post(&readers)).await.is_problem(403, "message_refused");
    message(&community, reader, &post(&anonymous)).await.is(201);
    // The answer does not tell which nickname has the login id: it looks like any other request.
    for (by, whom) in [(author, reader), (reader, author)] {
        let request = app.ask(by, whom).await;
        assert_eq!(app.get("/friends/requests").by(whom).send().await.at("/items"), json!([]), "hidden");
        assert_eq!(app.get("/friends/requests").by(by).send().await.at("/items/0/sent_to"), json!(whom.login_id));
        community.delete(by, &format!("/friends/requests/{request}")).await.is(204);
    }
    unblock(&community, reader, &id).await.is(204);
    message(&community, author, &post(&readers)).await.is(201);
    app.ask(author, reader).await;
    assert_eq!(app.get("/friends/requests").by(reader).send().await.at("/items").as_array().unwrap().len(), 1);
    app.audit().await;
}

#[tokio::test]
async fn a_block_of_a_thread_is_the_same_block() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    for is_anonymous in [false, true] {
        let on = community.post(&format!("글 {is_anonymous}"), is_anonymous).await;
        let thread = message(&community, reader, &post(&on)).await.is(201).text_at("/id");
        let path = format!("/messages/{thread}/block");
        for undo in ["thread", "block"] {
            app.post(&path).by(reader).send().await.is(204);
            let listed = app.get("/blocks").by(reader).send().await;
            assert_eq!(listed.at("/items").as_array().unwrap().len(), 1);
            let again = block(&community, reader, &post(&on)).await;
            assert_eq!(again.is(201).json(), listed.at("/items/0"));
            assert!(!lists(&community, reader).await[0].1.contains(&format!("글 {is_anonymous}")));
            match undo {
                "thread" => drop(app.delete(&path).by(reader).send().await.is(204)),
                _ => drop(unblock(&community, reader, &again.text_at("/id")).await.is(204)),
            }
            assert_eq!(app.get("/blocks").by(reader).send().await.at("/items"), json!([]));
            message(&community, reader, &post(&on)).await.is(201);
        }
    }
    // The starter of an anonymous thread has no alias, so the author's block covers threads only.
    let on = community.post("또 다른 글", true).await;
    let thread = message(&community, reader, &post(&on)).await.is(201).text_at("/id");
    app.post(format!("/messages/{thread}/block")).by(author).send().await.is(204);
    assert_eq!(app.get("/blocks").by(author).send().await.at("/items"), json!([]));
    message(&community, reader, &post(&on)).await.is_problem(403, "message_refused");
    app.audit().await;
}

#[tokio::test]
async fn what_cannot_be_blocked_is_refused() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (named, anonymous) = (community.post("이름", false).await, community.post("익명", true).await);
    let deleted = community.post("지울 글", true).await;
    community.delete(author, &format!("/posts/{deleted}")).await.is(204);
    for own in [&named, &anonymous] {
        block(&community, author, &post(own)).await.is_problem(403, "own_content");
    }
    block(&community, reader, &post(&deleted)).await.is_problem(404, "not_found");
    block(&community, &community.foreigner().await, &post(&named)).await.is_problem(404, "not_found");
    block(&community, reader, &json!({})).await.is_invalid(&[("post_id", "required")]);
    let comment = community.comment(author, &named, "댓글", true).await;
    let both = json!({ "post_id": named, "comment_id": comment["id"] });
    block(&community, reader, &both).await.is_invalid(&[("comment_id", "only_one")]);
    let id = block(&community, reader, &post(&named)).await.is(201).text_at("/id");
    unblock(&community, author, &id).await.is_problem(404, "not_found");

    // All named authors who have withdrawn look alike: a block would tell which of their posts have one author.
    community.withdraw(author).await;
    let listed = app.get("/blocks").by(reader).send().await;
    assert_eq!(listed.at("/items/0/name"), json!("(알수없음)"));
    unblock(&community, reader, &id).await.is(204);
    block(&community, reader, &post(&named)).await.is_problem(403, "author_withdrawn");
    block(&community, reader, &post(&anonymous)).await.is(201);
    app.audit().await;
}

#[tokio::test]
async fn a_student_has_at_most_200_blocks_and_lists_them_page_by_page() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let mut posts = Vec::new();
    for number in 0..201 {
        posts.push(community.post(&format!("글 {number}"), true).await);
    }
    for on in &posts[..200] {
        block(&community, reader, &post(on)).await.is(201);
    }
    block(&community, reader, &post(&posts[200])).await.is_problem(409, "blocks_full");
    let known = block(&community, reader, &post(&posts[0])).await.is(201).text_at("/id");
    let thread = message(&community, reader, &post(&posts[200])).await.is(201).text_at("/id");
    let path = format!("/messages/{thread}/block");
    app.post(&path).by(reader).send().await.is_problem(409, "blocks_full");
    app.post(&path).by(author).send().await.is(204);
    // Each list reads all blocks, in the same round trip.
    let usage = async |by: &Student| app.get("/posts/best").by(by).send().await.usage;
    let (of_reader, of_other) = (usage(reader).await, usage(&community.admin).await);
    assert_eq!((of_reader.sequence, of_other.sequence), (1, 1));
    assert!(of_reader.read_units - of_other.read_units <= 11.0, "{of_reader:?} {of_other:?}");
    let listed = community.walk(reader, "/blocks", 7).await;
    let on: Vec<_> = listed.iter().map(|block| block["post_id"].clone()).collect();
    let newest_first: Vec<_> = posts[..200].iter().rev().map(|post| json!(post)).collect();
    assert_eq!(on, newest_first);
    let board = format!("/boards/{}/posts", community.board);
    assert_eq!(community.walk(reader, &board, 3).await.len(), 1, "pages may be short, and the walk does not end early");
    unblock(&community, reader, &known).await.is(204);
    block(&community, reader, &post(&posts[200])).await.is(201);
    app.audit().await;
}

#[tokio::test]
async fn a_hidden_post_leaves_every_list_but_that_of_hidden_posts() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (first, second) = (community.post("하나", true).await, community.post("둘", false).await);
    for post in [&first, &second] {
        put_into_lists(&community, post).await;
    }
    let before = lists(&community, reader).await;
    let path = format!("/posts/{first}/hide");
    app.put(&path).by(author).send().await.is_problem(403, "own_content");
    for _ in 0..2 {
        app.put(&path).by(reader).send().await.is(204);
    }
    for (list, titles) in lists(&community, reader).await {
        assert_eq!(titles.contains(&"하나".to_owned()), list == "/posts/hidden", "{list}");
    }
    let shown = community.show(reader, &first).await;
    assert_eq!((&shown["hidden"], &shown["scrapped"], &shown["liked"]), (&json!(true), &json!(true), &json!(false)));
    assert_eq!(lists(&community, &community.admin).await[0].1.len(), 2, "others see it");
    app.audit().await;
    for _ in 0..2 {
        app.delete(&path).by(reader).send().await.is(204);
    }
    assert_eq!(lists(&community, reader).await, before);
    app.audit().await;
}

#[tokio::test]
async fn a_reaction_keeps_its_other_parts_in_every_order() {
    let community = Community::start().await;
    let Community { app, reader, .. } = &community;
    let on = community.post("글", true).await;
    let (hide, scrap) = (format!("/posts/{on}/hide"), format!("/posts/{on}/scrap"));
    for [first, second] in [[&hide, &scrap], [&scrap, &hide]] {
        for path in [&hide, &scrap] {
            app.put(path).by(reader).send().await.is(204);
        }
        app.delete(first).by(reader).send().await.is(204);
        let shown = community.show(reader, &on).await;
        assert_eq!((shown["hidden"] == true, shown["scrapped"] == true), (*second == hide, *second == scrap));
        app.delete(second).by(reader).send().await.is(204);
        assert_eq!(app.count_rows("MARK#").await, 0, "the row goes with its last part");
        app.audit().await;
    }
    app.put(&hide).by(reader).send().await.is(204);
    community.delete(&community.author, &format!("/posts/{on}")).await.is(204);
    assert_eq!(community.titles(reader, "/posts/hidden").await, [""; 0]);
    app.delete(&hide).by(reader).send().await.is(204);
    app.delete(&hide).by(reader).send().await.is_problem(404, "not_found");
    app.audit().await;
}

#[tokio::test]
async fn a_purge_deletes_blocks_and_hidden_posts_and_messages_stay_refused() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (on, other) = (community.post("글", true).await, community.post("다른 글", false).await);
    let thread = message(&community, reader, &post(&on)).await.is(201).text_at("/id");
    for target in [&on, &other] {
        block(&community, reader, &post(target)).await.is(201);
        app.put(format!("/posts/{target}/hide")).by(reader).send().await.is(204);
    }
    community.withdraw(reader).await;
    app.audit().await;
    app.clock.set_ahead_by_millis(31_000);
    app.service.app.withdrawals.purge().await.unwrap();
    app.audit().await;
    let rows = app.snapshot().await;
    assert_eq!(rows.iter().filter(|row| row.contains("HIDDEN#") || row.contains("\"BLOCK#")).count(), 1, "{rows:#?}");
    app.clock.set_ahead_by_millis(0);
    let answer = json!({ "content": "저기요" });
    let sent = app.post(format!("/messages/{thread}")).by(author).json(&answer).send().await;
    sent.is_problem(403, "message_refused");
}
