//! The author of what is anonymous leaves no trace: not in any answer to others, nor in any line of the log.
//!
//! All operations are tried with their specimens, so that a new one needs no entry here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing::{Dispatch, Level};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use uuid::Uuid;

use crate::harness::{Answer, Student};
use crate::openapi;
use crate::world::{Who, World, specimen};

/// What would give the author away, in every form in which it might come.
struct Canaries(Vec<(&'static str, String)>);

impl Canaries {
    fn of(author: &Student) -> Self {
        let id = Uuid::try_parse(&author.id).unwrap();
        let mut forms = Vec::new();
        for (what, text) in [
            ("user id", &author.id),
            ("login id", &author.login_id),
            ("e-mail address", &author.email),
            ("nickname", &author.nickname),
        ] {
            forms.extend(written(text).into_iter().chain(encoded(text.as_bytes())).map(|form| (what, form)));
        }
        let simple = id.simple().to_string();
        forms
            .extend(encoded(simple.as_bytes()).into_iter().chain(encoded(id.as_bytes())).map(|form| ("user id", form)));
        forms.push(("user id", simple.to_uppercase()));
        forms.push(("user id", simple));
        Self(forms)
    }

    /// All but what others may know.
    fn without(self, known: &str) -> Self {
        Self(self.0.into_iter().filter(|(what, _)| *what != known).collect())
    }

    fn in_text(&self, text: &str) -> Vec<String> {
        let found = self.0.iter().filter(|(_, form)| text.contains(form.as_str()));
        found.map(|(what, form)| format!("{what} as {form}")).collect()
    }
}

/// A text as it is, in capitals, percent-encoded and with JSON's escapes.
fn written(text: &str) -> Vec<String> {
    let (mut percent, mut escaped) = (String::new(), String::new());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => percent.push(char::from(byte)),
            byte => write!(percent, "%{byte:02X}").unwrap(),
        }
    }
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => escaped.push(char::from(byte)),
            _ => write!(escaped, "\\u{unit:04x}").unwrap(),
        }
    }
    let lower = percent.to_lowercase();
    let mut forms = vec![text.to_owned(), text.to_uppercase(), percent, lower, escaped];
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// What base64 makes of the bytes, wherever in a longer run of bytes they stand: the part that does not depend on what
/// is around them.
fn encoded(bytes: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3_usize {
        let run = [&vec![0; before], bytes].concat();
        // A character has 6 bits: the first whole one of ours, and the last.
        let (from, to) = ((before * 8).div_ceil(6), run.len() * 8 / 6);
        for all in [BASE64_STANDARD_NO_PAD.encode(&run), BASE64_URL_SAFE_NO_PAD.encode(&run)] {
            forms.push(all[from..to].to_owned());
        }
    }
    forms.dedup();
    forms
}

/// All of an answer that leaves the server.
fn whole(answer: &Answer) -> String {
    let headers =
        answer.headers.iter().map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    format!("{}\n{}\n{}", answer.status, headers.collect::<String>(), answer.text)
}

/// A log that is kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Takes over what this thread logs, in the form in which functions log, until the guard is dropped: campus at
    /// `ours`, everything else at `info`.
    fn listen(&self, ours: Level) -> DefaultGuard {
        // While there is only one subscriber, a line that another test's thread comes to first, where none listens, is
        // taken for one that nobody ever listens to.
        static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));
        LazyLock::force(&ANOTHER);
        let log = self.clone();
        let lines = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_writer(move || log.clone())
            .with_filter(filter_fn(move |line| {
                *line.level() <= if line.target().starts_with("campus") { ours } else { Level::INFO }
            }));
        tracing::subscriber::set_default(tracing_subscriber::registry().with(lines))
    }

    /// What was logged since this was last asked.
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn operations() -> Vec<String> {
    let document = openapi::document();
    openapi::operations(&document).into_iter().map(|(name, _)| name).collect()
}

/// The answers to the operation: a list to its end.
async fn answers(world: &World, operation: &str, who: Who) -> Vec<Answer> {
    let mut answers = vec![world.send(operation, who).await];
    while let Some(cursor) = next_cursor(answers.last().unwrap()) {
        let path = format!("{}&cursor={cursor}", specimen(operation, world, who).path);
        let page = world.app.get(path);
        answers.push(world.student(who).into_iter().fold(page, |page, student| page.by(student)).send().await);
    }
    answers
}

fn next_cursor(answer: &Answer) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(&answer.text).ok()?;
    body["next_cursor"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn no_answer_to_others_and_no_line_of_their_log_tells_the_author() {
    let others = Who::ALL.into_iter().filter(|who| *who != Who::Author);
    let world = World::start().await;
    let canaries = Canaries::of(world.student(Who::Author).unwrap());
    let mut hits = BTreeMap::new();
    for operation in operations().await {
        for who in others.clone() {
            world.reset().await;
            let log = Log::default();
            let listening = log.listen(Level::DEBUG);
            let answers = answers(&world, &operation, who).await;
            drop(listening);
            let log = log.take();
            assert!(log.contains("answered"), "{operation} is not in the log");
            let texts = answers.iter().map(whole).chain([log]);
            let found: Vec<_> = texts.flat_map(|text| canaries.in_text(&text)).collect();
            if !found.is_empty() {
                hits.insert(format!("{operation} as {who:?}"), found);
            }
        }
    }
    assert!(hits.is_empty(), "{hits:#?}");
}

#[tokio::test]
async fn no_answer_to_the_author_tells_who_likes_keeps_or_writes_about_what_is_anonymous() {
    let world = World::start().await;
    // Both like and keep the hot post; the student has commented on the other one, and written to the author about it.
    let canaries = [Who::Student, Who::Manager].map(|who| Canaries::of(world.student(who).unwrap()));
    let mut seen = 0;
    for operation in operations().await {
        world.reset().await;
        for answer in answers(&world, &operation, Who::Author).await {
            seen += usize::from(answer.status.is_success());
            for canaries in &canaries {
                assert_eq!(canaries.in_text(&whole(&answer)), [""; 0], "{operation}");
            }
        }
    }
    assert!(seen >= 60, "{seen}");
}

#[tokio::test]
async fn no_answer_about_a_friend_tells_more_than_the_nickname() {
    let world = World::start().await;
    let others = [Who::Student, Who::Manager, Who::Admin, Who::Ended];
    let about_friends = operations().await.into_iter().filter(|operation| operation.contains(" /friends"));
    let mut seen = 0;
    for operation in about_friends {
        for who in [Who::Student, Who::Manager, Who::Admin] {
            world.reset().await;
            for answer in answers(&world, &operation, who).await {
                seen += usize::from(answer.status.is_success());
                for other in others {
                    let canaries = Canaries::of(world.student(other).unwrap()).without("nickname");
                    assert_eq!(canaries.in_text(&whole(&answer)), [""; 0], "{operation} as {who:?}: {other:?}");
                }
            }
        }
    }
    assert!(seen >= 12, "{seen}");
}

#[tokio::test]
async fn no_line_of_the_log_has_the_token_of_a_link() {
    let world = World::start().await;
    let mut seen = 0;
    for operation in operations().await.into_iter().filter(|operation| operation.contains("share")) {
        world.reset().await;
        let log = Log::default();
        let listening = log.listen(Level::DEBUG);
        let answer = world.send(&operation, Who::Author).await;
        drop(listening);
        let log = log.take();
        assert!(log.contains("answered"), "{operation} is not in the log");
        let made = answer.headers.get("location").and_then(|location| location.to_str().unwrap().rsplit('/').next());
        for token in made.into_iter().chain([world.share.as_str()]) {
            seen += 1;
            assert!(!log.contains(token), "{operation}: {log}");
        }
    }
    assert_eq!(seen, 6);
}

#[tokio::test]
async fn no_line_of_the_log_tells_who_sent_a_request() {
    let world = World::start().await;
    let canaries = Canaries::of(world.student(Who::Author).unwrap());
    let mut hits = BTreeMap::new();
    for operation in operations().await {
        world.reset().await;
        let log = Log::default();
        let listening = log.listen(Level::INFO);
        world.send(&operation, Who::Author).await;
        drop(listening);
        let log = log.take();
        assert!(log.contains("answered"), "{operation} is not in the log");
        let found = canaries.in_text(&log);
        if !found.is_empty() {
            hits.insert(operation, found);
        }
    }
    assert!(hits.is_empty(), "{hits:#?}");
}

#[tokio::test]
async fn canaries_are_seen_where_they_are() {
    let world = World::start().await;
    let author = world.student(Who::Author).unwrap();
    let canaries = Canaries::of(author);
    let me = world.send("GET /auth/me", Who::Author).await;
    let seen = canaries.in_text(&whole(&me)).join(" ");
    for what in ["user id", "login id", "e-mail address", "nickname"] {
        assert!(seen.contains(what), "{what} in {seen}");
    }
    let token = author.token.split('.').nth(1).unwrap();
    assert!(!canaries.in_text(token).is_empty(), "the id in the base64 of a token");
    let refresh = world.send("POST /auth/login", Who::Author).await.text_at("/refresh_token");
    assert!(!canaries.in_text(&refresh).is_empty(), "the bytes of the id in the base64 of a token");
    assert!(!canaries.in_text("%ED%99%A9%EC%A1%B0%EB%A1%B1%EC%9D%B4%EB%A7%A4").is_empty());
    assert!(!canaries.in_text("\\ud669\\uc870\\ub871\\uc774\\ub9e4").is_empty());
}
