//! A student knows that somebody leaves the service, and compares the responses about anonymous things from before and
//! after, to learn which of them this student wrote (rule 15).

use axum::http::Method;
use campus_core::domain::Role;
use serde_json::{Value, json};

use crate::support::community::Community;
use crate::support::faults::injector::FaultInjector;
use crate::support::harness::{PASSWORD, Student};
use crate::support::ids::is_id;

/// What the attacker sees of a request: the response without ids and times, the DynamoDB calls, which take the time,
/// and the number of rows that they write.
#[derive(Debug, PartialEq)]
struct Observation {
    request: String,
    status: u16,
    body: Value,
    calls: Vec<String>,
    rows: usize,
}

/// What an anonymous student and the attacker have written to each other.
struct Target {
    post: String,
    comment: String,
    /// The attacker has started this thread about the post.
    thread: String,
    /// The student has started this thread about a post of the attacker.
    incoming: String,
}

struct Attack {
    community: Community,
    injector: FaultInjector,
}

impl Attack {
    async fn start() -> Self {
        let injector = FaultInjector::new();
        let community = Community::start_with(|engine| injector.connection(engine)).await;
        Self { community, injector }
    }

    /// A student with anonymous things.
    async fn target(&self) -> (Student, Target) {
        let Community { app, school, board, reader: attacker, .. } = &self.community;
        let student = app.member(school, Role::Student).await;
        let post = app.write_post(&student, board, "숨은 글", true).await;
        let other_board = app.board(attacker, &student.id[..8]).await;
        let attackers_post = app.write_post(attacker, &other_board, "내 글", true).await;
        let comment = app.write_comment(&student, &attackers_post, "숨은 댓글", None).await;
        let thread = app.write_about(attacker, json!({ "post_id": post }), "안녕하세요").await;
        app.post(format!("/messages/{thread}")).by(&student).json(&json!({ "content": "네" })).send().await.is(201);
        let incoming = app.write_about(&student, json!({ "post_id": attackers_post }), "누구세요").await;
        for thread in [&thread, &incoming] {
            app.get(format!("/messages/{thread}")).by(attacker).send().await.is(200);
        }
        (student, Target { post, comment, thread, incoming })
    }

    /// Sends a request and observes it.
    async fn send(&self, by: &Student, method: Method, path: &str, body: Option<Value>) -> Observation {
        self.injector.record();
        let call = self.community.app.call(method.clone(), path).by(by);
        let answer = body.iter().fold(call, |call, body| call.json(body)).send().await;
        let mut body = if answer.text.is_empty() { Value::Null } else { answer.json() };
        mask(&mut body);
        let request = format!("{method} {}", path.split('/').filter(|part| !is_id(part)).collect::<Vec<_>>().join("/"));
        let (calls, rows) = (self.injector.calls(), self.injector.written_rows().len());
        Observation { request, status: answer.status.as_u16(), body, calls, rows }
    }

    /// Tries everything that the attacker can do with the target's things. Ends in the state in which it began.
    async fn observe(&self, target: &Target) -> Vec<Observation> {
        let Target { post, comment, thread, incoming } = target;
        let message = || Some(json!({ "content": "저기요" }));
        let about = |field: &str, id: &str| Some(json!({ field: id, "content": "저기요" }));
        let (path, incoming) = (format!("/messages/{thread}"), format!("/messages/{incoming}"));
        let block = format!("{path}/block");
        let requests = [
            (Method::POST, "/messages", about("post_id", post)),
            (Method::POST, "/messages", about("comment_id", comment)),
            (Method::POST, "/messages", about("comment_id", comment)),
            (Method::POST, &path, message()),
            (Method::GET, &path, None),
            (Method::POST, &incoming, message()),
            (Method::GET, &incoming, None),
            (Method::POST, &block, None),
            (Method::GET, &path, None),
            (Method::POST, &path, message()),
            (Method::DELETE, &block, None),
            (Method::POST, &path, message()),
            (Method::DELETE, &path, None),
            (Method::POST, "/messages", about("post_id", post)),
            (Method::GET, "/messages?limit=1", None),
            (Method::GET, &format!("/posts/{post}"), None),
            (Method::POST, &format!("/posts/{post}/like"), None),
            (Method::PUT, &format!("/posts/{post}/scrap"), None),
            (Method::DELETE, &format!("/posts/{post}/scrap"), None),
            (Method::POST, &format!("/comments/{comment}/like"), None),
            (
                Method::POST,
                &format!("/posts/{post}/comments"),
                Some(json!({ "content": "글쎄", "is_anonymous": true })),
            ),
            (Method::GET, &format!("/posts/{post}/comments"), None),
        ];
        let mut seen = Vec::new();
        for (method, path, body) in requests {
            seen.push(self.send(&self.community.reader, method, path, body).await);
        }
        seen
    }

    async fn withdraw(&self, student: &Student) {
        let password = json!({ "password": PASSWORD });
        self.community.app.delete("/auth/me").by(student).json(&password).send().await.is(204);
    }

    async fn purge(&self) {
        self.community.app.clock.set_ahead_by_millis(31_000);
        let purged = self.community.app.service.app.withdrawals.purge().await.unwrap();
        assert_eq!((purged.finished, purged.waiting), (1, 0));
    }
}

/// Removes what differs from one thing to another: ids, times and cursors.
fn mask(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            fields.remove("next_cursor");
            fields.values_mut().for_each(mask);
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) if is_id(text) => *json = json!("<id>"),
        Value::String(text) if text.ends_with('Z') && text.len() == 24 => *json = json!("<time>"),
        _ => {}
    }
}

#[track_caller]
fn assert_same(left: &[Observation], stayed: &[Observation]) {
    assert!(left.iter().filter(|seen| seen.status == 201).count() > 5, "{left:#?}");
    left.iter().zip(stayed).for_each(|(left, stayed)| assert_eq!(left, stayed));
}

#[tokio::test]
async fn no_response_about_anonymous_things_tells_that_their_author_has_left() {
    let attack = Attack::start().await;
    let ((leaver, left), (_, stayed)) = (attack.target().await, attack.target().await);
    let before = attack.observe(&stayed).await;
    assert_same(&attack.observe(&left).await, &before);
    let refused = before.iter().filter(|seen| seen.status == 403);
    assert_eq!(refused.count(), 1, "only the message in the blocked thread");

    attack.withdraw(&leaver).await;
    assert_same(&attack.observe(&left).await, &attack.observe(&stayed).await);
    attack.community.app.audit().await;
    attack.purge().await;
    assert_same(&attack.observe(&left).await, &attack.observe(&stayed).await);
    attack.community.app.audit().await;
}

/// An admin sees how long it takes to delete a comment.
#[tokio::test]
async fn an_admin_deletes_the_comment_of_a_student_who_has_left_like_any_other() {
    let attack = Attack::start().await;
    let ((leaver, left), (_, stayed)) = (attack.target().await, attack.target().await);
    attack.withdraw(&leaver).await;
    attack.purge().await;
    let admin = &attack.community.admin;
    let delete = async |id: &str| attack.send(admin, Method::DELETE, &format!("/comments/{id}"), None).await;
    let (first, second) = (delete(&left.comment).await, delete(&stayed.comment).await);
    assert_eq!((first.status, &first), (204, &second));
    let delete = async |id: &str| attack.send(admin, Method::DELETE, &format!("/posts/{id}"), None).await;
    let (first, second) = (delete(&left.post).await, delete(&stayed.post).await);
    assert_eq!((first.status, &first), (204, &second));
    attack.community.app.audit().await;
}
