//! No response to others and no log line reveals an anonymous author: all operations are searched for canary values.

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

use crate::support::fixture::{Fixture, Who};
use crate::support::harness::{Answer, Student};
use crate::support::operations::{self, Operation};

/// The values that identify a student, in every encoding in which they might appear.
pub struct Canaries(Vec<(&'static str, String)>);

impl Canaries {
    pub fn of(author: &Student) -> Self {
        let id = Uuid::try_parse(&author.id).unwrap();
        let mut forms = Vec::new();
        for (what, text) in [
            ("user id", &author.id),
            ("login id", &author.login_id),
            ("email address", &author.email),
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

    /// Without a value that others may know.
    pub fn without(self, known: &str) -> Self {
        Self(self.0.into_iter().filter(|(what, _)| *what != known).collect())
    }

    pub fn in_text(&self, text: &str) -> Vec<String> {
        let found = self.0.iter().filter(|(_, form)| text.contains(form.as_str()));
        found.map(|(what, form)| format!("{what} as {form}")).collect()
    }
}

/// The text as it is, in upper case, percent-encoded and with JSON escapes.
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

/// The base64 forms of the bytes within longer byte strings: the characters that do not depend on the bytes around
/// them.
fn encoded(bytes: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3_usize {
        let run = [&vec![0; before], bytes].concat();
        // A character encodes 6 bits. These are the first and the last that encode only our bytes.
        let (from, to) = ((before * 8).div_ceil(6), run.len() * 8 / 6);
        for all in [BASE64_STANDARD_NO_PAD.encode(&run), BASE64_URL_SAFE_NO_PAD.encode(&run)] {
            forms.push(all[from..to].to_owned());
        }
    }
    forms.dedup();
    forms
}

/// Everything in a response that the client gets.
pub fn whole(answer: &Answer) -> String {
    let headers =
        answer.headers.iter().map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    format!("{}\n{}\n{}", answer.status, headers.collect::<String>(), answer.text)
}

/// The log of a part of a test.
#[derive(Clone, Default)]
pub struct CapturedLog(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    /// Captures the log lines of this thread, in the format of the functions, until the guard is dropped: of campus
    /// down to the level `ours`, of everything else down to `info`.
    pub fn listen(&self, ours: Level) -> DefaultGuard {
        // With a single subscriber, `tracing` caches for each event whether the first thread that reaches it listens.
        // That thread may run another test. With two subscribers, `tracing` asks each thread.
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

    /// The log since the last call.
    pub fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

impl io::Write for CapturedLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The response to the valid request of the operation; of a list, all of its pages.
async fn answers(fixture: &Fixture, operation: &Operation, who: Who) -> Vec<Answer> {
    let mut answers = vec![fixture.send(operation, who).await];
    while let Some(cursor) = next_cursor(answers.last().unwrap()) {
        let path = format!("{}&cursor={cursor}", (operation.request)(fixture, who).path);
        let page = fixture.app.get(path);
        answers.push(fixture.student(who).into_iter().fold(page, |page, student| page.by(student)).send().await);
    }
    answers
}

fn next_cursor(answer: &Answer) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(&answer.text).ok()?;
    body["next_cursor"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn no_response_to_others_and_no_log_line_reveals_the_author() {
    let others = Who::ALL.into_iter().filter(|who| *who != Who::Author);
    let fixture = Fixture::start().await;
    let canaries = Canaries::of(fixture.student(Who::Author).unwrap());
    let mut hits = BTreeMap::new();
    for operation in operations::all() {
        for who in others.clone() {
            fixture.reset().await;
            let log = CapturedLog::default();
            let listening = log.listen(Level::DEBUG);
            let answers = answers(&fixture, operation, who).await;
            drop(listening);
            let log = log.take();
            assert!(log.contains("answered"), "{} is not in the log", operation.name);
            let texts = answers.iter().map(whole).chain([log]);
            let found: Vec<_> = texts.flat_map(|text| canaries.in_text(&text)).collect();
            if !found.is_empty() {
                hits.insert(format!("{} as {who:?}", operation.name), found);
            }
        }
    }
    assert!(hits.is_empty(), "{hits:#?}");
}

#[tokio::test]
async fn no_response_to_the_author_reveals_who_likes_scraps_or_writes_about_anonymous_content() {
    let fixture = Fixture::start().await;
    // Both like the hot post and have it in their scraps. The student has commented on the other post, and has sent the
    // author a message about it.
    let canaries = [Who::Student, Who::Manager].map(|who| Canaries::of(fixture.student(who).unwrap()));
    let mut seen = 0;
    for operation in operations::all() {
        fixture.reset().await;
        for answer in answers(&fixture, operation, Who::Author).await {
            seen += usize::from(answer.status.is_success());
            for canaries in &canaries {
                assert_eq!(canaries.in_text(&whole(&answer)), [""; 0], "{}", operation.name);
            }
        }
    }
    assert!(seen >= 60, "{seen}");
}

#[tokio::test]
async fn a_response_about_a_friend_reveals_only_the_nickname() {
    let fixture = Fixture::start().await;
    let others = [Who::Student, Who::Manager, Who::Admin, Who::Ended];
    let about_friends = operations::all().filter(|operation| operation.path().starts_with("/friends"));
    let mut seen = 0;
    for operation in about_friends {
        for who in [Who::Student, Who::Manager, Who::Admin] {
            fixture.reset().await;
            for answer in answers(&fixture, operation, who).await {
                seen += usize::from(answer.status.is_success());
                for other in others {
                    let other_student = fixture.student(other).unwrap();
                    let canaries = Canaries::of(other_student).without("nickname");
                    // The sender of a request sees what the sender has entered.
                    let entered = format!("\"sent_to\":\"{}\"", other_student.login_id);
                    assert_eq!(
                        canaries.in_text(&whole(&answer).replace(&entered, "")),
                        [""; 0],
                        "{} as {who:?}: {other:?}",
                        operation.name
                    );
                }
            }
        }
    }
    assert!(seen >= 12, "{seen}");
}

#[tokio::test]
async fn no_log_line_contains_the_token_of_a_share_link() {
    let fixture = Fixture::start().await;
    let mut seen = 0;
    for operation in operations::all().filter(|operation| operation.path().contains("share")) {
        fixture.reset().await;
        let log = CapturedLog::default();
        let listening = log.listen(Level::DEBUG);
        let answer = fixture.send(operation, Who::Author).await;
        drop(listening);
        let log = log.take();
        assert!(log.contains("answered"), "{} is not in the log", operation.name);
        let made = answer.headers.get("location").and_then(|location| location.to_str().unwrap().rsplit('/').next());
        for token in made.into_iter().chain([fixture.share.as_str()]) {
            seen += 1;
            assert!(!log.contains(token), "{}: {log}", operation.name);
        }
    }
    assert_eq!(seen, 6);
}

#[tokio::test]
async fn no_log_line_reveals_who_sent_a_request() {
    let fixture = Fixture::start().await;
    let canaries = Canaries::of(fixture.student(Who::Author).unwrap());
    let mut hits = BTreeMap::new();
    for operation in operations::all() {
        fixture.reset().await;
        let log = CapturedLog::default();
        let listening = log.listen(Level::INFO);
        fixture.send(operation, Who::Author).await;
        drop(listening);
        let log = log.take();
        assert!(log.contains("answered"), "{} is not in the log", operation.name);
        let found = canaries.in_text(&log);
        if !found.is_empty() {
            hits.insert(operation.name, found);
        }
    }
    assert!(hits.is_empty(), "{hits:#?}");
}

#[tokio::test]
async fn canaries_are_found_in_responses_that_contain_them() {
    let fixture = Fixture::start().await;
    let author = fixture.student(Who::Author).unwrap();
    let canaries = Canaries::of(author);
    let me = fixture.send_named("GET /auth/me", Who::Author).await;
    let seen = canaries.in_text(&whole(&me)).join(" ");
    for what in ["user id", "login id", "email address", "nickname"] {
        assert!(seen.contains(what), "{what} in {seen}");
    }
    let token = author.token.split('.').nth(1).unwrap();
    assert!(!canaries.in_text(token).is_empty(), "the id in the base64 of a token");
    let refresh = fixture.send_named("POST /auth/login", Who::Author).await.text_at("/refresh_token");
    assert!(!canaries.in_text(&refresh).is_empty(), "the bytes of the id in the base64 of a token");
    assert!(!canaries.in_text("%ED%99%A9%EC%A1%B0%EB%A1%B1%EC%9D%B4%EB%A7%A4").is_empty());
    assert!(!canaries.in_text("\\ud669\\uc870\\ub871\\uc774\\ub9e4").is_empty());
}
