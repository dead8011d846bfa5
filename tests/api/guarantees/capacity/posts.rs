//! The cases of posts, comments, messages and blocks.

use campus_core::domain::{Role, School};
use serde_json::json;

use crate::guarantees::search::search_path;
use crate::support::harness::{Answer, Student, TestApp};
use crate::support::popular::Popular;

/// Posts on the board, and everything about them.
pub(super) async fn note_posts(
    app: &TestApp,
    student: &Student,
    board: &str,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let reader = app.student(&school).await;
    let posts = format!("{board}/posts");
    let post =
        |title: &str, is_anonymous: bool| json!({ "title": title, "content": "내용", "is_anonymous": is_anonymous });
    let write = |body| app.post(&posts).by(student).json(&body);
    let made = note("POST /boards/{id}/posts", write(post("하나", true)).send().await);
    let named = note("POST /boards/{id}/posts, named", write(post("둘", false)).send().await);
    let once = write(post("셋", true)).header("idempotency-key", "p").send().await;
    note("POST /boards/{id}/posts, Idempotency-Key", once);
    let (made, named) = (made.header("location").to_owned(), named.header("location").to_owned());
    note("GET /posts/{id}", app.get(&made).by(&reader).send().await);
    note("GET /posts/{id}, named", app.get(&named).by(&reader).send().await);
    for title in 0..20 {
        write(post(&title.to_string(), false)).send().await.is(201);
    }
    note("GET /boards/{id}/posts, 20 posts", app.get(&posts).by(&reader).send().await);
    app.consume_posts().await;
    let search = async |query| app.get(search_path(query)).by(&reader).send().await;
    note("GET /posts/search, none", search("없다").await);
    note("GET /posts/search, 1 of 20 posts", search("하나").await);
    note("GET /posts/mine, 20 posts", app.get("/posts/mine").by(student).send().await);
    note("PATCH /posts/{id}", app.patch(&named).by(student).json(&json!({ "title": "새 제목" })).send().await);
    let content = json!({ "title": "새 제목", "content": "새 내용" });
    note("PATCH /posts/{id}, content", app.patch(&named).by(student).json(&content).send().await);
    note("POST /posts/{id}/like", app.post(format!("{made}/like")).by(&reader).send().await);
    for _ in 0..8 {
        app.post(format!("{made}/like")).by(&app.student(&school).await).send().await.is(200);
    }
    let tenth = app.post(format!("{made}/like")).by(&app.student(&school).await).send().await;
    note("POST /posts/{id}/like, the 10th", tenth);
    note("PUT /posts/{id}/scrap", app.put(format!("{made}/scrap")).by(&reader).send().await);
    note("GET /posts/scraps, 1 post", app.get("/posts/scraps").by(&reader).send().await);
    note("DELETE /posts/{id}/scrap", app.delete(format!("{made}/scrap")).by(&reader).send().await);
    note("GET /posts/hot, 1 post", app.get("/posts/hot").by(&reader).send().await);
    note("PUT /posts/{id}/hide", app.put(format!("{made}/hide")).by(&reader).send().await);
    note("GET /posts/hidden, 1 post", app.get("/posts/hidden").by(&reader).send().await);
    note("DELETE /posts/{id}/hide", app.delete(format!("{made}/hide")).by(&reader).send().await);
    note("GET /posts/best, none", app.get("/posts/best").by(&reader).send().await);
    note_comments(app, student, &reader, &made, note).await;
    note_messages(app, student, &reader, (&made, &named), note).await;
    note_blocks(app, &reader, (&made, &named), note).await;
    note("DELETE /posts/{id}", app.delete(&named).by(student).send().await);
    note("DELETE /posts/{id}, hot", app.delete(&made).by(student).send().await);
    note_likes_counted_later(app, &school, student, note).await;
}

/// Comments on the post.
async fn note_comments(
    app: &TestApp,
    author: &Student,
    reader: &Student,
    post: &str,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let comments = format!("{post}/comments");
    let body = |is_anonymous, parent: Option<&str>| json!({ "content": "댓글", "is_anonymous": is_anonymous, "parent_id": parent });
    let write = |body| app.post(&comments).by(reader).json(&body);
    let first = note("POST /posts/{id}/comments, the first", write(body(true, None)).send().await);
    let id = first.text_at("/id");
    note("POST /posts/{id}/comments", write(body(true, None)).send().await);
    note("POST /posts/{id}/comments, named", write(body(false, None)).send().await);
    let reply = note("POST /posts/{id}/comments, a reply", write(body(true, Some(&id))).send().await);
    let once = write(body(true, None)).header("idempotency-key", "c").send().await;
    note("POST /posts/{id}/comments, Idempotency-Key", once);
    for _ in 0..15 {
        write(body(true, None)).send().await.is(201);
    }
    note("GET /posts/{id}/comments, 20 comments", app.get(&comments).by(author).send().await);
    note("GET /posts/commented, 1 post", app.get("/posts/commented").by(reader).send().await);
    note("POST /comments/{id}/like", app.post(format!("/comments/{id}/like")).by(author).send().await);
    let reply = reply.text_at("/id");
    note("DELETE /comments/{id}, a reply", app.delete(format!("/comments/{reply}")).by(reader).send().await);
    note("DELETE /comments/{id}", app.delete(format!("/comments/{id}")).by(reader).send().await);
}

/// Likes of a post and of a comment that have 100 likes.
async fn note_likes_counted_later(
    app: &TestApp,
    school: &School,
    student: &Student,
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let scene = Popular::start(app, school, student).await;
    let last = app.member(school, Role::Student).await;
    let like = async |path: &str| app.post(format!("{path}/like")).by(&last).send().await;
    note("POST /posts/{id}/like, with 100 likes", like(&scene.post_path()).await);
    note("POST /comments/{id}/like, with 100 likes", like(&scene.comment_path()).await);
}

/// Messages about an anonymous and a named post.
async fn note_messages(
    app: &TestApp,
    author: &Student,
    reader: &Student,
    posts: (&str, &str),
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let about = |post: &str| json!({ "post_id": post.trim_start_matches("/posts/"), "content": "안녕하세요" });
    let start = |post: &str| app.post("/messages").by(reader).json(&about(post));
    let made = note("POST /messages", start(posts.0).send().await);
    note("POST /messages, to the same thread", start(posts.0).send().await);
    let named = note("POST /messages, about a named post", start(posts.1).send().await);
    note("POST /messages, to the same named thread", start(posts.1).send().await);
    let thread = made.header("location").to_owned();
    let send = || app.post(&thread).by(author).json(&json!({ "content": "네" }));
    note("POST /messages/{thread_id}", send().send().await);
    note("POST /messages/{thread_id}, Idempotency-Key", send().header("idempotency-key", "msg").send().await);
    let answer = app.post(named.header("location")).by(reader).json(&json!({ "content": "네" }));
    note("POST /messages/{thread_id}, in a named thread", answer.send().await);
    note("GET /messages, 2 threads", app.get("/messages").by(author).send().await);
    note("GET /messages/{thread_id}, some unread", app.get(&thread).by(author).send().await);
    note("GET /messages/{thread_id}", app.get(&thread).by(author).send().await);
    note("GET /messages/{thread_id}, about a named post", app.get(named.header("location")).by(reader).send().await);
    note("POST /messages/{thread_id}/block", app.post(format!("{thread}/block")).by(author).send().await);
    note("DELETE /messages/{thread_id}/block", app.delete(format!("{thread}/block")).by(author).send().await);
    note("DELETE /messages/{thread_id}", app.delete(&thread).by(author).send().await);
}

/// Blocks of the author of an anonymous and of a named post.
async fn note_blocks(
    app: &TestApp,
    reader: &Student,
    posts: (&str, &str),
    note: &mut impl FnMut(&str, Answer) -> Answer,
) {
    let block = |post: &str| {
        let body = json!({ "post_id": post.trim_start_matches("/posts/") });
        app.post("/blocks").by(reader).json(&body)
    };
    let alias = note("POST /blocks", block(posts.0).send().await).header("location").to_owned();
    note("GET /blocks, 1 alias", app.get("/blocks").by(reader).send().await);
    let user = note("POST /blocks, named", block(posts.1).send().await).header("location").to_owned();
    note("GET /blocks, 2 with a user", app.get("/blocks").by(reader).send().await);
    note("DELETE /blocks/{id}, an alias", app.delete(&alias).by(reader).send().await);
    note("DELETE /blocks/{id}, a user", app.delete(&user).by(reader).send().await);
    let once = block(posts.0).header("idempotency-key", "b").send().await;
    note("POST /blocks, Idempotency-Key", once);
}
