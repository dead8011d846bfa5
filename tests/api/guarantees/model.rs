//! Random requests of a few students to the comments of a post, compared with a simple model of rules 3 to 6 of
//! `docs/domain-rules.md`: anonymous numbers, the tree of replies, and counters.

use std::collections::BTreeMap;

use campus_core::domain::Role;
use campus_local::Engine;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::community::{Community, path_of, text};
use crate::support::harness::Student;
use crate::support::ids::comment_uuid;

/// The number of students. The first is the author of the post, the second an admin.
const STUDENTS: usize = 5;

/// A request of a student. Comments are chosen among all that were created, including deleted ones.
#[derive(Clone, Debug)]
enum Step {
    Comment { by: usize, is_anonymous: bool },
    Reply { by: usize, is_anonymous: bool, to: usize },
    Delete { by: usize, comment: usize },
    Like { by: usize, comment: usize },
    LikePost { by: usize },
    Withdraw { by: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let by = 0..STUDENTS;
    let comment = 0..12_usize;
    let step = prop_oneof![
        4 => (by.clone(), any::<bool>()).prop_map(|(by, is_anonymous)| Step::Comment { by, is_anonymous }),
        5 => (by.clone(), any::<bool>(), comment.clone())
            .prop_map(|(by, is_anonymous, to)| Step::Reply { by, is_anonymous, to }),
        5 => (by.clone(), comment.clone()).prop_map(|(by, comment)| Step::Delete { by, comment }),
        3 => (by.clone(), comment).prop_map(|(by, comment)| Step::Like { by, comment }),
        1 => by.clone().prop_map(|by| Step::LikePost { by }),
        1 => by.prop_map(|by| Step::Withdraw { by }),
    ];
    vec(step, 1..30)
}

#[derive(Clone, Debug)]
struct ModelComment {
    parent: Option<usize>,
    by: usize,
    name: ShownName,
    likes: Vec<usize>,
    is_live: bool,
}

#[derive(Clone, Copy, Debug)]
enum ShownName {
    Own,
    PostAuthor,
    Number(usize),
}

/// The expected state.
#[derive(Debug)]
struct Model {
    is_anonymous: bool,
    comments: Vec<ModelComment>,
    numbers: BTreeMap<usize, usize>,
    likes: Vec<usize>,
    gone: Vec<usize>,
}

impl Model {
    fn live_replies(&self, of: usize) -> usize {
        self.comments.iter().filter(|comment| comment.parent == Some(of) && comment.is_live).count()
    }

    fn write(&mut self, by: usize, is_anonymous: bool, parent: Option<usize>) {
        let next = self.numbers.len() + 1;
        let name = match is_anonymous {
            false => ShownName::Own,
            true if self.is_anonymous && by == 0 => ShownName::PostAuthor,
            true => ShownName::Number(*self.numbers.entry(by).or_insert(next)),
        };
        self.comments.push(ModelComment { parent, by, name, likes: Vec::new(), is_live: true });
    }

    /// Applies a step. Returns the status of its response.
    fn take(&mut self, step: &Step) -> u16 {
        let (Step::Comment { by, .. }
        | Step::Reply { by, .. }
        | Step::Delete { by, .. }
        | Step::Like { by, .. }
        | Step::LikePost { by }
        | Step::Withdraw { by }) = *step;
        if self.gone.contains(&by) {
            return 401;
        }
        let live = |index: usize| self.comments.get(index).is_some_and(|comment| comment.is_live);
        match *step {
            Step::Comment { is_anonymous, .. } => self.write(by, is_anonymous, None),
            Step::Reply { to, .. } | Step::Delete { comment: to, .. } | Step::Like { comment: to, .. } if !live(to) => {
                return 404;
            }
            Step::Reply { to, .. } if self.comments[to].parent.is_some() => return 422,
            Step::Reply { is_anonymous, to, .. } => self.write(by, is_anonymous, Some(to)),
            Step::Delete { comment, .. } if self.comments[comment].by != by && by != 1 => return 403,
            Step::Delete { comment, .. } => {
                self.comments[comment].is_live = false;
                return 204;
            }
            Step::Like { comment, .. } if self.comments[comment].by == by => return 403,
            Step::Like { comment, .. } if self.comments[comment].likes.contains(&by) => return 409,
            Step::Like { comment, .. } => {
                self.comments[comment].likes.push(by);
                return 200;
            }
            Step::LikePost { .. } if by == 0 => return 403,
            Step::LikePost { .. } if self.likes.contains(&by) => return 409,
            Step::LikePost { .. } => {
                self.likes.push(by);
                return 200;
            }
            Step::Withdraw { .. } => {
                self.gone.push(by);
                return 204;
            }
        }
        201
    }

    /// The comment as the service should show it, given the ids of all comments and the students.
    fn shown(&self, index: usize, ids: &[Value], students: &[Student], reader: usize) -> Value {
        let comment = &self.comments[index];
        let replies = (0..self.comments.len())
            .filter(|reply| self.comments[*reply].parent == Some(index) && self.comments[*reply].is_live)
            .map(|reply| self.shown(reply, ids, students, reader));
        let (kind, name, is_post_author) = match comment.name {
            ShownName::Own if self.gone.contains(&comment.by) => {
                ("withdrawn", "(알수없음)".to_owned(), comment.by == 0)
            }
            ShownName::Own => ("user", students[comment.by].nickname.clone(), comment.by == 0),
            ShownName::PostAuthor => ("anonymous", "익명(글쓴이)".to_owned(), true),
            ShownName::Number(number) => ("anonymous", format!("익명{number}"), false),
        };
        let is_post_author = is_post_author && (kind == "anonymous") == self.is_anonymous;
        let author = json!({ "kind": kind, "name": name, "is_post_author": is_post_author });
        json!({
            "id": ids[index], "parent_id": comment.parent.map(|parent| &ids[parent]),
            "author": comment.is_live.then_some(author), "is_deleted": !comment.is_live, "is_blocked": false,
            "state": "visible", "moderation": null,
            "is_mine": comment.is_live && comment.by == reader,
            "liked": comment.is_live && comment.likes.contains(&reader), "like_count": comment.likes.len(),
            "replies": replies.collect::<Vec<_>>(),
        })
    }

    fn threads(&self, ids: &[Value], students: &[Student], reader: usize) -> Vec<Value> {
        let is_there = |index: &usize| self.comments[*index].is_live || self.live_replies(*index) > 0;
        let top = (0..self.comments.len()).filter(|index| self.comments[*index].parent.is_none()).filter(is_there);
        top.map(|index| self.shown(index, ids, students, reader)).collect()
    }
}

/// The fields of a comment that the model covers.
fn known(comment: &Value) -> Value {
    let mut comment = comment.clone();
    let fields = comment.as_object_mut().unwrap();
    assert_eq!(fields["content"].is_null(), fields["is_deleted"] == json!(true));
    fields.retain(|name, _| !["content", "post_id", "created_at", "updated_at"].contains(&name.as_str()));
    let replies = fields["replies"].as_array().unwrap().iter().map(known).collect();
    fields.insert("replies".to_owned(), replies);
    comment
}

async fn send(community: &Community, students: &[Student], post: &str, ids: &mut Vec<Value>, step: &Step) -> u16 {
    let nothing = json!(format!("{post}{}", uuid::Uuid::now_v7().simple()));
    let comment = |index: usize| ids.get(index).unwrap_or(&nothing).clone();
    let path = |index| path_of(&json!({ "id": comment(index) }));
    let write = async |by: usize, is_anonymous: bool, parent: Option<Value>| {
        let body = json!({ "content": "댓글", "is_anonymous": is_anonymous, "parent_id": parent });
        community.try_comment(&students[by], post, &body).await
    };
    let answer = match *step {
        Step::Comment { by, is_anonymous } => write(by, is_anonymous, None).await,
        Step::Reply { by, is_anonymous, to } => write(by, is_anonymous, Some(comment(to))).await,
        Step::Delete { by, comment } => community.delete(&students[by], &path(comment)).await,
        Step::Like { by, comment } => community.like(&students[by], &path(comment)).await,
        Step::LikePost { by } => community.like(&students[by], &format!("/posts/{post}")).await,
        Step::Withdraw { by } => {
            let body = json!({ "password": crate::support::harness::PASSWORD });
            community.app.delete("/auth/me").by(&students[by]).json(&body).send().await
        }
    };
    if answer.status == 201 {
        ids.push(answer.at("/id"));
    }
    answer.status.as_u16()
}

/// Sends the requests of all steps to a new post, and compares the result with the model.
async fn follow(community: &Community, is_anonymous: bool, steps: &[Step]) {
    let Community { app, school, board, .. } = community;
    let mut students = vec![community.member().await, app.member(school, Role::Admin).await];
    students.extend(community.members(STUDENTS - 2).await);
    let post = app.write_post(&students[0], board, "글", is_anonymous).await;
    let mut model =
        Model { is_anonymous, comments: Vec::new(), numbers: BTreeMap::new(), likes: Vec::new(), gone: Vec::new() };
    let mut ids = Vec::new();
    for step in steps {
        // Ids of the same millisecond have no order.
        while ids.last().is_some_and(|id| time_of(id) >= app.clock.now().as_millis()) {
            tokio::task::yield_now().await;
        }
        let expected = model.take(step);
        assert_eq!(send(community, &students, &post, &mut ids, step).await, expected, "{step:?}");
    }
    for (reader, student) in students.iter().enumerate() {
        if model.gone.contains(&reader) {
            continue;
        }
        let shown: Vec<_> = community.threads(student, &post).await.iter().map(known).collect();
        assert_eq!(shown, model.threads(&ids, &students, reader));
        let shown = community.show(student, &post).await;
        let live = model.comments.iter().filter(|comment| comment.is_live);
        let counts = json!([live.clone().count(), model.likes.len(), model.likes.contains(&reader)]);
        assert_eq!(json!([shown["comment_count"], shown["like_count"], shown["liked"]]), counts);
        let commented = usize::from(live.clone().any(|comment| comment.by == reader));
        assert_eq!(community.titles(student, "/posts/commented").await.len(), commented);
    }
    app.audit().await;
}

/// The time in the id of a comment, in milliseconds since the epoch.
fn time_of(id: &Value) -> i64 {
    let (secs, nanos) = comment_uuid(text(id)).parse::<uuid::Uuid>().unwrap().get_timestamp().unwrap().to_unix();
    i64::try_from(secs * 1000 + u64::from(nanos) / 1_000_000).unwrap()
}

#[test]
fn numbers_tree_and_counters_of_comments_match_the_model() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let community = runtime.block_on(Community::start_with(Engine::connection));
    let config = Config { cases: 40, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    TestRunner::new(config)
        .run(&(any::<bool>(), steps()), |(is_anonymous, steps)| {
            runtime.block_on(follow(&community, is_anonymous, &steps));
            Ok(())
        })
        .unwrap();
}
