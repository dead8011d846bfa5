//! Nobody but its author sees anything of a hidden post, comment, message, review or exam info (rule 20): every operation that can
//! show one is searched for its text, its title, its pictures and its author.

use std::collections::BTreeMap;

use dynoxide::types::AttributeValue as Stored;
use serde_json::{Value, json};

use crate::guarantees::openapi;
use crate::support::fixture::{Fixture, Who};
use crate::support::harness::Answer;
use crate::support::operations::{self, Operation};
use crate::support::table::{self, StoredRow};

const HIDDEN: [Hidden; 2] = [Hidden::Everything, Hidden::AllButPosts];

const READERS: [Who; 4] = [Who::Author, Who::Student, Who::Manager, Who::Admin];

/// Operations that write about something, and are refused if it is hidden.
const WRITES: [&str; 8] = [
    "like_post",
    "scrap_post",
    "update_post",
    "create_comment",
    "like_comment",
    "create_thread",
    "like_review",
    "like_exam_info",
];

/// Whether a successful response of the operation can contain something that can be hidden.
fn can_show(operation: &Operation) -> bool {
    let responses = openapi::operation(operation.name)["responses"].as_object().unwrap();
    let mut schemas = responses.iter().filter(|(status, _)| status.starts_with('2'));
    schemas.any(|(_, response)| reaches_state(&openapi::resolve(response)["content"], &mut Vec::new()))
}

/// Whether the schema, or one that it refers to, has a `state` that says whether something is hidden.
fn reaches_state(value: &'static Value, seen: &mut Vec<&'static str>) -> bool {
    if let Some(reference) = value["$ref"].as_str() {
        if seen.contains(&reference) {
            return false;
        }
        seen.push(reference);
        return reaches_state(openapi::resolve(value), seen);
    }
    match value {
        Value::Object(fields) => {
            let choices = value.pointer("/properties/state/enum").and_then(Value::as_array);
            choices.is_some_and(|choices| choices.contains(&json!("blinded")))
                || fields.values().any(|field| reaches_state(field, seen))
        }
        Value::Array(items) => items.iter().any(|item| reaches_state(item, seen)),
        _ => false,
    }
}

/// A text that is only in one thing, or the nickname of its author.
struct Canary {
    text: String,
    author: Who,
    is_of_post: bool,
}

/// What is hidden.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Hidden {
    Everything,
    /// Comments, messages, reviews and exam infos. A hidden post does not show its comments to their authors either.
    AllButPosts,
}

/// The fixture with recognisable texts, and with names instead of anonymity.
struct Scene {
    fixture: Fixture,
    rows: Vec<StoredRow>,
    canaries: Vec<Canary>,
}

impl Scene {
    async fn new() -> Self {
        let fixture = Fixture::start().await;
        let mut scene = Self { rows: table::scan(&fixture.app.engine), fixture, canaries: Vec::new() };
        for who in [Who::Author, Who::Student] {
            scene.canaries.push(Canary {
                text: scene.fixture.student(who).unwrap().nickname.clone(),
                author: who,
                is_of_post: true,
            });
        }
        let mut rows = std::mem::take(&mut scene.rows);
        rows.iter_mut().for_each(|row| scene.mark(row));
        let hot = rows.iter().find(|row| table::text(row, "pk").ends_with("#HOT")).unwrap();
        let best = table::text(hot, "pk").replace("#HOT", "#BEST");
        let best = hot.clone().into_iter().chain([("pk".to_owned(), Stored::S(best))]).collect();
        rows.push(best);
        scene.rows = rows;
        scene
    }

    /// Gives the thing in the row its texts and names its author.
    fn mark(&mut self, row: &mut StoredRow) {
        let author = Stored::S(self.fixture.student(Who::Author).unwrap().id.clone());
        let named = || Stored::M([("named".to_owned(), author.clone())].into());
        match kind(row) {
            Some("post head") => {
                row.insert("is_anonymous".to_owned(), Stored::BOOL(false));
                self.mark_text(row, "title", Who::Author);
                self.mark_text(row, "content_preview", Who::Author);
                if let Some(Stored::L(media)) = row.get("media") {
                    let ids = media.iter().filter_map(|one| match one {
                        Stored::M(fields) => Some(table::text(fields, "id").to_owned()),
                        _ => None,
                    });
                    self.canaries.extend(ids.map(|text| Canary { text, author: Who::Author, is_of_post: true }));
                }
            }
            Some("comment") => {
                let Some(Stored::M(body)) = row.get_mut("written") else { return };
                let is_by_author = body["author_id"] == author;
                body.insert("signature".to_owned(), Stored::S("named".to_owned()));
                self.mark_text(body, "content", if is_by_author { Who::Author } else { Who::Student });
            }
            Some("thread") => self.mark_text(row, "last_content", Who::Student),
            Some("message") => self.mark_text(row, "content", Who::Student),
            Some("exam info") => self.mark_text(row, "strategy", Who::Author),
            Some(_) => self.mark_text(row, "content", Who::Author),
            None if row.contains_key("byline") && !table::text(row, "pk").contains("#THREAD#") => {
                row.insert("byline".to_owned(), named());
            }
            None => {}
        }
    }

    fn mark_text(&mut self, row: &mut StoredRow, attribute: &str, author: Who) {
        if !table::text(row, attribute).is_empty() {
            // The index of the search has some of these posts for 내용.
            let text = format!("카나리아내용{}끝", self.canaries.len());
            row.insert(attribute.to_owned(), Stored::S(text.clone()));
            let is_of_post = row.contains_key("title") || table::text(row, "sk") == "BODY";
            self.canaries.push(Canary { text, author, is_of_post });
        }
    }

    /// Restores the table, with this hidden.
    fn reset(&self, hidden: Option<(Hidden, &Stored)>) {
        let mut rows = self.rows.clone();
        for row in &mut rows {
            match hidden {
                Some((Hidden::AllButPosts, _)) if kind(row) == Some("post head") => {}
                Some((_, moderation)) => hide(row, moderation),
                None => {}
            }
        }
        table::replace(&self.fixture.app.engine, &rows);
    }

    /// The canaries of hidden things in the response, apart from those of the reader's own things.
    fn of_others(&self, reader: Who, hidden: Hidden, answer: &Answer) -> Vec<&str> {
        let is_hidden = |canary: &&Canary| hidden == Hidden::Everything || !canary.is_of_post;
        let found = self.found(answer).filter(is_hidden).filter(|canary| canary.author != reader);
        found.map(|canary| canary.text.as_str()).collect()
    }

    fn of_own(&self, reader: Who, answer: &Answer) -> Vec<&str> {
        self.found(answer).filter(|canary| canary.author == reader).map(|canary| canary.text.as_str()).collect()
    }

    fn found<'a>(&'a self, answer: &Answer) -> impl Iterator<Item = &'a Canary> + use<'a> {
        let text = answer.status.is_success().then(|| without_partners(answer.json()).to_string());
        let text = text.unwrap_or_else(|| answer.text.clone());
        let found: Vec<_> = self.canaries.iter().filter(|canary| text.contains(&canary.text)).collect();
        found.into_iter()
    }

    /// The response to the valid request of the operation; of a list, as many items as possible.
    async fn send(&self, operation: &Operation, who: Who, key: &str) -> Answer {
        let call = self.fixture.request_of_all(operation, who);
        call.header("idempotency-key", key).send().await
    }
}

/// The response without the partners of threads and the friends in notifications. The partner of a named thread stays when the
/// post is hidden that the thread is about.
fn without_partners(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.remove("partner");
            if fields.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("friend_")) {
                fields.remove("actor_name");
            }
            fields.values_mut().for_each(|field| *field = without_partners(field.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_partners(item.take())),
        _ => {}
    }
    value
}

/// The kind of a row that can be hidden.
fn kind(row: &StoredRow) -> Option<&'static str> {
    let (pk, sk) = (table::text(row, "pk"), table::text(row, "sk"));
    let is = |part: &str, prefix: &str| pk.contains(part) && sk.starts_with(prefix);
    let kinds = [
        ("post head", is("#BOARD#", "POST#")),
        ("post body", is("#POST#", "BODY")),
        ("comment", is("#POST#", "COMMENT#")),
        ("thread", is("#THREAD#", "THREAD")),
        ("message", is("#THREAD#", "MESSAGE#") && !table::text(row, "content").is_empty()),
        ("review", is("#COURSE#", "REVIEW#")),
        ("exam info", is("#COURSE#", "EXAM#")),
    ];
    kinds.into_iter().find(|(_, is_kind)| *is_kind).map(|(kind, _)| kind)
}

fn hide(row: &mut StoredRow, moderation: &Stored) {
    let attribute = |row: &mut StoredRow, name: &str| drop(row.insert(name.to_owned(), moderation.clone()));
    match kind(row) {
        Some("comment") => {
            if let Some(Stored::M(body)) = row.get_mut("written") {
                attribute(body, "moderation");
            }
        }
        Some("thread") => attribute(row, "last_moderation"),
        Some("post body") | None => {}
        Some(_) => attribute(row, "moderation"),
    }
}

/// The states in which something is hidden, as the table has them.
fn hidden_states() -> Vec<Stored> {
    let map = |fields: &[(&str, Stored)]| {
        Stored::M(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    };
    let text = |text: &str| Stored::S(text.to_owned());
    let since = ("since", text("2026-03-02T00:00:00.000Z"));
    let hiding =
        |state| map(&[("state", text(state)), ("reason", text("abuse")), since.clone(), ("appeal", text("not_made"))]);
    let takedown = ("takedown_id", text("9c4e6f2d-4b1c-4c35-9d04-5e8a7bb0c9f2"));
    let until = ("until", text("2126-03-02T00:00:00.000Z"));
    vec![
        hiding("blinded"),
        hiding("removed"),
        map(&[
            ("state", text("restricted")),
            takedown,
            ("right", text("privacy")),
            until,
            ("is_objected", Stored::BOOL(false)),
        ]),
    ]
}

/// Asserts that each hidden thing of somebody else in the response is empty, and that the reader's own are whole.
fn check_places(value: &Value, at: &str, failures: &mut Vec<String>) {
    let is_hidden = ["blinded", "removed", "restricted"].map(Value::from).contains(&value["state"]);
    let mut check = |is_right: bool, what: &str| {
        if !is_right {
            failures.push(format!("{at}: {what}: {value}"));
        }
    };
    if is_hidden && value["is_mine"] == false {
        for field in ["title", "content", "content_preview", "strategy", "author", "moderation"] {
            check(value[field].is_null(), field);
        }
        check(value["media"].as_array().is_none_or(Vec::is_empty), "media");
    }
    if value["is_mine"] == true && value.get("moderation").is_some() {
        check(value["moderation"].is_object() == is_hidden, "moderation");
    }
    let parts: Vec<_> = match value {
        Value::Object(fields) => fields.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    parts.into_iter().for_each(|part| check_places(part, at, failures));
}

#[tokio::test]
async fn no_operation_shows_others_anything_of_hidden_content() {
    let scene = Scene::new().await;
    let shows: Vec<_> = operations::all().filter(|operation| can_show(operation)).collect();
    assert!(shows.len() >= 16, "{}", shows.len());
    let (mut failures, mut before) = (Vec::new(), BTreeMap::new());
    for (operation, who) in shows.iter().flat_map(|operation| READERS.map(|who| (operation, who))) {
        scene.reset(None);
        let answer = scene.send(operation, who, "a").await;
        before.insert((operation.id, format!("{who:?}")), answer.status.is_success().then_some(answer));
    }
    for operation in &shows {
        let answers =
            before.iter().filter(|((id, _), _)| *id == operation.id).filter_map(|(_, answer)| answer.as_ref());
        // What a request creates has the text of the request.
        let creates = operation.access.success == 201 && operation.id != "create_thread";
        if !creates
            && operation.id != "update_post"
            && !answers.into_iter().any(|answer| scene.found(answer).next().is_some())
        {
            failures.push(format!("{}: its request shows nothing of the fixture", operation.name));
        }
    }
    for (hidden, state) in hidden_states().iter().flat_map(|state| HIDDEN.map(|hidden| (hidden, state))) {
        for (operation, who) in shows.iter().flat_map(|operation| READERS.map(|who| (operation, who))) {
            scene.reset(Some((hidden, state)));
            let answer = scene.send(operation, who, "a").await;
            let at = format!("{} as {who:?}, {hidden:?}, {state:?}", operation.name);
            let found = scene.of_others(who, hidden, &answer);
            if !found.is_empty() {
                failures.push(format!("{at}: {found:?}"));
            }
            if answer.status.is_success() {
                check_places(&answer.json(), &at, &mut failures);
            }
            let own = before[&(operation.id, format!("{who:?}"))].as_ref().map(|before| scene.of_own(who, before));
            let sees_own = who == Who::Author || hidden == Hidden::AllButPosts;
            // A notification has no text of what is hidden, and no search finds it, also for its author.
            let shows_own =
                operation.method() == "GET" && !["list_notifications", "search_posts"].contains(&operation.id);
            if shows_own && sees_own && own.is_some_and(|own| own != scene.of_own(who, &answer)) {
                failures.push(format!("{at}: the author does not see everything: {}", answer.text));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn a_replay_shows_nothing_of_what_was_hidden_since() {
    let scene = Scene::new().await;
    let mut replays = 0;
    for operation in operations::all().filter(|operation| can_show(operation) && operation.access.success == 201) {
        for state in hidden_states() {
            scene.reset(None);
            scene.send(operation, operation.caller, "a").await.is(201);
            for mut row in table::scan(&scene.fixture.app.engine) {
                hide(&mut row, &state);
                table::write(&scene.fixture.app.engine, vec![row]);
            }
            let replay = scene.send(operation, operation.caller, "a").await;
            replays += 1;
            assert_eq!(replay.is(201).header("idempotency-replayed"), "true", "{}", operation.name);
            assert_eq!(
                scene.of_others(operation.caller, Hidden::Everything, &replay),
                [""; 0],
                "{}: {}",
                operation.name,
                replay.text
            );
        }
    }
    assert!(replays >= 15, "{replays}");
}

#[tokio::test]
async fn nobody_writes_about_hidden_content() {
    let scene = Scene::new().await;
    for operation in WRITES.map(operations::with_id) {
        for state in hidden_states() {
            scene.reset(Some((Hidden::Everything, &state)));
            let before = scene.fixture.app.snapshot().await;
            let answer = scene.fixture.send(operation, operation.caller).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (403, "content_blinded"),
                "{}",
                operation.name
            );
            assert!(scene.fixture.app.snapshot().await == before, "{}", operation.name);
        }
    }
}
