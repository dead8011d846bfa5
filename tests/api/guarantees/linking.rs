//! Nothing that other students or admins see tells which anonymous things have the same author, or that a named author
//! wrote one of them, whatever is reported, blocked, hidden, decided, taken down or appealed, and whoever withdraws. The
//! same steps in two schools, one where a student wrote everything and one where each thing has an author of its own, look
//! the same.
//!
//! Authors write nothing new here. That a sanctioned student stops writing is visible; `docs/security.md` says so.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::Method;
use campus_core::domain::Role;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::harness::{Answer, PASSWORD, Student, TestApp, takedown_body};
use crate::support::ids::is_id;

/// The number of things: a post under a nickname, two anonymous posts, then two anonymous comments.
const THINGS: usize = 5;
const POSTS: usize = 3;
const NAMED: usize = 0;

/// The observers: two students and an admin.
const OBSERVERS: usize = 3;
const ADMIN: usize = 2;

#[derive(Clone, Debug)]
enum Step {
    Report {
        by: usize,
        thing: usize,
    },
    /// Reports of five other students, which blind the thing.
    Brigade {
        thing: usize,
    },
    Block {
        by: usize,
        thing: usize,
    },
    /// Undoes a block, if there is one.
    Unblock {
        by: usize,
        block: Index,
    },
    Hide {
        by: usize,
        post: usize,
    },
    Message {
        by: usize,
        thing: usize,
    },
    BlockThread {
        by: usize,
        thread: Index,
    },
    Decide {
        thing: usize,
        verdict: &'static str,
        sanction: &'static str,
    },
    Appeal {
        thing: usize,
    },
    /// A request of somebody without an account, which the admin decides.
    TakeDown {
        thing: usize,
        verdict: &'static str,
    },
    Object {
        takedown: Index,
    },
    /// The named author withdraws, and does nothing afterwards.
    Withdraw,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (by, thing) = (0..OBSERVERS, 0..THINGS);
    let choice =
        prop_oneof![1 => Just(("restore", "none")), 1 => Just(("remove", "none")), 2 => Just(("remove", "apply"))];
    let step = prop_oneof![
        2 => (by.clone(), thing.clone()).prop_map(|(by, thing)| Step::Report { by, thing }),
        4 => thing.clone().prop_map(|thing| Step::Brigade { thing }),
        3 => (by.clone(), thing.clone()).prop_map(|(by, thing)| Step::Block { by, thing }),
        1 => (by.clone(), any::<Index>()).prop_map(|(by, block)| Step::Unblock { by, block }),
        1 => (by.clone(), 0..POSTS).prop_map(|(by, post)| Step::Hide { by, post }),
        3 => (by.clone(), thing.clone()).prop_map(|(by, thing)| Step::Message { by, thing }),
        1 => (by, any::<Index>()).prop_map(|(by, thread)| Step::BlockThread { by, thread }),
        6 => (thing.clone(), choice)
            .prop_map(|(thing, (verdict, sanction))| Step::Decide { thing, verdict, sanction }),
        3 => thing.clone().prop_map(|thing| Step::Appeal { thing }),
        2 => (thing, prop_oneof![Just("restrict"), Just("decline")])
            .prop_map(|(thing, verdict)| Step::TakeDown { thing, verdict }),
        1 => any::<Index>().prop_map(|takedown| Step::Object { takedown }),
        1 => Just(Step::Withdraw),
    ];
    vec(step, 1..14)
}

/// A school with things and those who observe them.
struct Scene<'a> {
    app: &'a TestApp,
    observers: Vec<Student>,
    /// The author of each thing.
    authors: Vec<Student>,
    board: String,
    /// The ids of the things.
    things: Vec<String>,
    /// The posts that the things are, or are comments on.
    posts: Vec<String>,
    helpers: Vec<Student>,
    /// The ids of each observer's blocks and threads.
    blocks: Vec<Vec<String>>,
    threads: Vec<Vec<String>>,
    /// The takedown requests, each with its thing.
    takedowns: Vec<(String, usize)>,
    has_withdrawn: bool,
    now: i64,
    /// What the observers have seen.
    seen: Vec<String>,
    names: Vec<(String, String)>,
    ids: HashMap<String, usize>,
}

impl<'a> Scene<'a> {
    /// `has_one_author` says whether a student wrote all things.
    async fn new(app: &'a TestApp, start: i64, has_one_author: bool) -> Self {
        static SCENES: AtomicU32 = AtomicU32::new(0);
        app.clock.stop_at_millis(start);
        let school = app.school(&format!("가온대학교 {}", SCENES.fetch_add(1, Ordering::Relaxed))).await;
        let member = async |role| app.member(&school, role).await;
        let mut observers = Vec::new();
        for role in [Role::Student, Role::Student, Role::Admin] {
            observers.push(member(role).await);
        }
        let (mut students, mut helpers) = (Vec::new(), Vec::new());
        for _ in 0..THINGS {
            students.push(member(Role::Student).await);
        }
        for _ in 0..5 {
            helpers.push(member(Role::Student).await);
        }
        let authors: Vec<_> =
            (0..THINGS).map(|thing| students[if has_one_author { 0 } else { thing }].clone()).collect();
        let board = app.board(&observers[ADMIN], "게시판").await;
        let mut scene = Self {
            app,
            names: [&authors[NAMED]]
                .into_iter()
                .chain(&observers)
                .enumerate()
                .map(|(at, one)| (one.nickname.clone(), format!("<{at}>")))
                .collect(),
            observers,
            authors,
            board,
            things: Vec::new(),
            posts: Vec::new(),
            helpers,
            blocks: vec![Vec::new(); OBSERVERS],
            threads: vec![Vec::new(); OBSERVERS],
            takedowns: Vec::new(),
            has_withdrawn: false,
            now: start,
            seen: Vec::new(),
            ids: HashMap::new(),
        };
        scene.names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        scene.write_things().await;
        scene
    }

    async fn write_things(&mut self) {
        for thing in 0..THINGS {
            self.pass_time();
            let (author, host) = (self.authors[thing].clone(), self.helpers[0].clone());
            let writer = if thing < POSTS { &author } else { &host };
            let post = self.app.write_post(writer, &self.board, &format!("글 {thing}"), thing != NAMED).await;
            self.pass_time();
            let id = match thing < POSTS {
                true => post.clone(),
                false => self.app.write_comment(&author, &post, "댓글", None).await,
            };
            self.posts.push(post);
            self.things.push(id);
        }
    }

    /// Ids of the same millisecond have no order.
    fn pass_time(&mut self) {
        self.now += 1000;
        self.app.clock.stop_at_millis(self.now);
    }

    /// The thing in the body of a request.
    fn target(&self, thing: usize) -> Value {
        let field = if thing < POSTS { "post_id" } else { "comment_id" };
        json!({ field: self.things[thing] })
    }

    fn with(&self, thing: usize, more: &Value) -> Value {
        let mut body = self.target(thing);
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    async fn send(&self, by: &Student, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let call = self.app.call(method, path).by(&self.app.renewed(by));
        body.into_iter().fold(call, |call, body| call.json(body)).send().await
    }

    /// A request of an observer, who sees the response and how long it takes.
    async fn observe(&mut self, by: usize, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let answer = self.send(&self.observers[by].clone(), method.clone(), path, body).await;
        let path = self.normalized(path);
        let text = self.normalized(&answer.text);
        self.seen.push(format!("{by}: {method} {path}: {} {text} {:?}", answer.status, answer.usage));
        answer
    }

    /// The text with the observers' nicknames and all ids replaced by numbers in the order in which they appear.
    fn normalized(&mut self, text: &str) -> String {
        let text = self.names.iter().fold(text.to_owned(), |text, (name, number)| text.replace(name, number));
        let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let parts: Vec<_> = text.split_inclusive(|c| !is_inner(c)).collect();
        parts.into_iter().map(|part| self.normalized_word(part, is_inner)).collect()
    }

    fn normalized_word(&mut self, part: &str, is_inner: impl Fn(char) -> bool) -> String {
        let word = part.trim_end_matches(|c| !is_inner(c));
        // The id of a case begins with a letter for the kind of the thing.
        let id = [word, word.get(1..).unwrap_or_default()].into_iter().find(|word| is_id(word));
        let Some(id) = id else { return part.to_owned() };
        let next = self.ids.len();
        let number = *self.ids.entry(id.to_owned()).or_insert(next);
        part.replace(id, &format!("<id {number}>"))
    }

    async fn take(&mut self, step: &Step) {
        self.pass_time();
        self.seen.push(format!("{step:?}"));
        match *step {
            Step::Report { by, thing } => {
                let body = self.with(thing, &json!({ "reason": "abuse" }));
                self.observe(by, Method::POST, "/reports", Some(&body)).await;
            }
            Step::Brigade { thing } => {
                let body = self.with(thing, &json!({ "reason": "spam" }));
                for helper in &self.helpers {
                    self.send(helper, Method::POST, "/reports", Some(&body)).await;
                }
            }
            Step::Block { by, thing } => {
                let body = self.target(thing);
                let answer = self.observe(by, Method::POST, "/blocks", Some(&body)).await;
                if answer.status == 201 {
                    self.blocks[by].push(answer.text_at("/id"));
                }
            }
            Step::Unblock { by, ref block } if !self.blocks[by].is_empty() => {
                let path = format!("/blocks/{}", block.get(&self.blocks[by]));
                self.observe(by, Method::DELETE, &path, None).await;
            }
            Step::Hide { by, post } => {
                let path = format!("/posts/{}/hide", self.posts[post]);
                self.observe(by, Method::PUT, &path, None).await;
            }
            Step::Message { by, thing } => {
                let body = self.with(thing, &json!({ "content": "안녕하세요" }));
                let answer = self.observe(by, Method::POST, "/messages", Some(&body)).await;
                if answer.status == 201 {
                    self.threads[by].push(answer.text_at("/id"));
                }
            }
            Step::BlockThread { by, ref thread } if !self.threads[by].is_empty() => {
                let path = format!("/messages/{}/block", thread.get(&self.threads[by]));
                self.observe(by, Method::POST, &path, None).await;
            }
            Step::Unblock { .. } | Step::BlockThread { .. } => {}
            Step::Decide { thing, verdict, sanction } => {
                let path = format!("/moderation/cases/{}/decision", self.case(thing));
                let body = json!({ "verdict": verdict, "sanction": sanction });
                self.observe(ADMIN, Method::POST, &path, Some(&body)).await;
            }
            Step::Appeal { .. } | Step::Object { .. } if self.has_withdrawn => {}
            Step::Appeal { thing } => {
                let body = self.with(thing, &json!({ "text": "다시 봐 주세요." }));
                self.send(&self.authors[thing], Method::POST, "/appeals", Some(&body)).await;
            }
            Step::TakeDown { thing, verdict } => {
                let link = match thing < POSTS {
                    true => format!("https://campus.example/posts/{}", self.things[thing]),
                    false => {
                        format!("https://campus.example/posts/{}?comment={}", self.posts[thing], self.things[thing])
                    }
                };
                let mut body = takedown_body("");
                body["link"] = link.into();
                let token = self.app.request_takedown(&body).await;
                self.app.confirm_takedown(&token).await.is(200);
                let open = self.observe(ADMIN, Method::GET, "/moderation/takedowns?state=open", None).await;
                if let Some(takedown) = open.at("/items").as_array().unwrap().last() {
                    let id = takedown["id"].as_str().unwrap().to_owned();
                    let path = format!("/moderation/takedowns/{id}/decision");
                    let body = json!({ "verdict": verdict, "note": "메모" });
                    self.observe(ADMIN, Method::POST, &path, Some(&body)).await;
                    self.takedowns.push((id, thing));
                }
            }
            Step::Object { ref takedown } if !self.takedowns.is_empty() => {
                let (id, thing) = takedown.get(&self.takedowns);
                let path = format!("/takedowns/{id}/objection");
                self.send(&self.authors[*thing], Method::POST, &path, None).await;
            }
            Step::Object { .. } => {}
            Step::Withdraw => {
                self.has_withdrawn = true;
                let body = json!({ "password": PASSWORD });
                self.send(&self.authors[NAMED], Method::DELETE, "/auth/me", Some(&body)).await;
                self.app.service.app.withdrawals.purge().await.unwrap();
            }
        }
        // The consumers of the table's stream catch up, as they do within a second.
        self.app.mails().await;
    }

    fn case(&self, thing: usize) -> String {
        format!("{}{}", if thing < POSTS { "p" } else { "c" }, self.things[thing])
    }

    /// What the observers see of everything.
    async fn look(&mut self) {
        for by in 0..OBSERVERS {
            let mut paths = vec![
                format!("/boards/{}/posts", self.board),
                "/posts/hidden".to_owned(),
                "/posts/mine".to_owned(),
                "/blocks".to_owned(),
                "/messages".to_owned(),
            ];
            paths.extend(self.threads[by].iter().map(|thread| format!("/messages/{thread}")));
            let posts = self.posts.iter();
            paths.extend(posts.flat_map(|post| [format!("/posts/{post}"), format!("/posts/{post}/comments")]));
            if by == ADMIN {
                paths.extend(["open", "decided"].map(|state| format!("/moderation/cases?state={state}")));
                paths.extend((0..THINGS).map(|thing| format!("/moderation/cases/{}", self.case(thing))));
                let states = ["open", "restricted", "declined"].into_iter();
                paths.extend(states.map(|state| format!("/moderation/takedowns?state={state}")));
                paths.push("/moderation/log".to_owned());
            }
            for path in paths {
                self.observe(by, Method::GET, &path, None).await;
            }
        }
    }
}

/// What the observers see of the steps.
async fn follow(app: &TestApp, start: i64, has_one_author: bool, steps: &[Step]) -> Vec<String> {
    let mut scene = Scene::new(app, start, has_one_author).await;
    for step in steps {
        scene.take(step).await;
    }
    scene.look().await;
    scene.seen
}

#[test]
fn no_sequence_of_reports_blocks_decisions_appeals_and_withdrawals_links_two_things() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::start());
    let start = app.stop_clock();
    let config = Config { cases: 12, failure_persistence: None, max_shrink_iters: 16, ..Config::default() };
    let look_alike = |steps: &[Step]| {
        let [one, many] =
            [true, false].map(|has_one_author| runtime.block_on(follow(&app, start, has_one_author, steps)));
        let different = one.iter().zip(&many).find(|(one, many)| one != many);
        prop_assert_eq!(different, None);
        prop_assert_eq!(one.len(), many.len());
        Ok(())
    };
    // Random sequences may miss a block of the named author.
    look_alike(&(0..THINGS).map(|thing| Step::Block { by: thing % 2, thing }).collect::<Vec<_>>()).unwrap();
    TestRunner::new(config).run(&steps(), |steps| look_alike(&steps)).unwrap();
    runtime.block_on(app.audit());
}
