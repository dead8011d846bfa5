//! Events of API Gateway, as the functions get them.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ODD, corpus, each, json_values, runtime};
use crate::events::{Values, events, function};
use crate::harness::TestApp;

/// What becomes of an event.
#[derive(Clone, Debug)]
enum Change {
    /// Another value somewhere.
    Anywhere(usize, Value),
    Removed(usize),
    /// Another text in one of the fields that clients fill.
    Text(&'static str, String),
    Header(String, String),
    Encoded(Vec<u8>),
}

/// The fields that clients fill.
const TEXTS: &[&str] =
    &["/rawPath", "/rawQueryString", "/body", "/headers/authorization", "/headers/content-type", "/headers/cookie"];

fn changes() -> impl Strategy<Value = (usize, Vec<Change>)> {
    let text = prop_oneof![any::<String>(), ".{0,40}", proptest::sample::select(ODD).prop_map(str::to_owned)];
    let change = prop_oneof![
        2 => (any::<usize>(), json_values()).prop_map(|(at, value)| Change::Anywhere(at, value)),
        1 => any::<usize>().prop_map(Change::Removed),
        3 => (proptest::sample::select(TEXTS), text.clone()).prop_map(|(field, text)| Change::Text(field, text)),
        1 => ("[!-~]{1,20}", text).prop_map(|(name, value)| Change::Header(name, value)),
        1 => vec(any::<u8>(), 0..60).prop_map(Change::Encoded),
    ];
    (any::<usize>(), vec(change, 1..4))
}

/// The places in an event, as JSON pointers.
fn places(json: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match json {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{}", escaped(name)), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(place, one)| places(one, &format!("{at}/{place}"), found))
        }
        _ => {}
    }
}

fn changed(event: &Value, changes: Vec<Change>) -> Value {
    let mut event = event.clone();
    for change in changes {
        let mut all = Vec::new();
        places(&event, "", &mut all);
        match change {
            Change::Anywhere(at, value) => *event.pointer_mut(&all[at % all.len()]).unwrap() = value,
            Change::Removed(at) => {
                let (parent, name) = all[at % all.len()].rsplit_once('/').unwrap_or_default();
                if let Some(Value::Object(fields)) = event.pointer_mut(parent) {
                    fields.remove(name);
                }
            }
            Change::Text(field, text) => {
                let (parent, name) = field.rsplit_once('/').unwrap();
                if let Some(Value::Object(fields)) = event.pointer_mut(parent) {
                    fields.insert(name.to_owned(), text.into());
                }
            }
            Change::Header(name, value) => {
                if let Some(Value::Object(fields)) = event.pointer_mut("/headers") {
                    fields.insert(name, value.into());
                }
            }
            Change::Encoded(bytes) if event.is_object() => {
                use base64::Engine;
                event["isBase64Encoded"] = json!(true);
                event["body"] = base64::prelude::BASE64_STANDARD.encode(bytes).into();
            }
            Change::Encoded(_) => {}
        }
    }
    event
}

#[test]
fn whatever_an_event_holds_it_gets_an_answer() {
    let runtime = runtime();
    let app = runtime.block_on(TestApp::start());
    let values = runtime.block_on(Values::new(&app));
    let events = events();
    let filled = |event: &str| -> Value {
        let token = app.renewed(&values.student).token;
        serde_json::from_str(&values.fill(event).replace(&values.student.token, &token)).unwrap()
    };
    let check = |name: &str, event: Value| {
        let function = function(&app, name.split('-').next().unwrap());
        let answer = runtime.block_on(function.answer(event.clone())).unwrap();
        // A run on schedule has no answer.
        let Some(status) = answer["statusCode"].as_u64() else {
            assert!(answer.is_null() && event["source"] == "aws.events", "{name} {event}: {answer}");
            return;
        };
        assert!(status < 500, "{name} {event}: {answer}");
        // What is no request at all gets no more than the status.
        if status >= 400 && answer != json!({ "statusCode": 400 }) {
            let problem: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
            assert_eq!(problem["status"], status, "{name} {event}: {answer}");
            assert!(problem["code"].is_string(), "{name} {event}: {answer}");
        }
    };
    for line in corpus(include_str!("corpus/events.txt")) {
        let change: Value = serde_json::from_str(&line).unwrap();
        let (pointer, value) = (change["at"].as_str().unwrap(), &change["value"]);
        for (name, event) in &events {
            let mut event = filled(event);
            if let Some(place) = event.pointer_mut(pointer) {
                *place = value.clone();
                check(name, event);
            }
        }
    }
    each(150, &changes(), |(at, changes)| {
        let (name, event) = &events[at % events.len()];
        check(name, changed(&filled(event), changes));
    });
}
