//! Events of API Gateway.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ODD, corpus, each, json_values, runtime};
use crate::guarantees::events::{EventFixture, function, generate};

/// A change of a valid event.
#[derive(Clone, Debug)]
enum EventChange {
    /// Another value at any position.
    Anywhere(usize, Value),
    Removed(usize),
    /// Another text in a field that the client controls.
    Text(&'static str, String),
    Header(String, String),
    Encoded(Vec<u8>),
}

/// The fields that the client controls.
const TEXTS: &[&str] =
    &["/rawPath", "/rawQueryString", "/body", "/headers/authorization", "/headers/content-type", "/headers/cookie"];

fn changes() -> impl Strategy<Value = (usize, Vec<EventChange>)> {
    let text = prop_oneof![any::<String>(), ".{0,40}", proptest::sample::select(ODD).prop_map(str::to_owned)];
    let change = prop_oneof![
        2 => (any::<usize>(), json_values()).prop_map(|(at, value)| EventChange::Anywhere(at, value)),
        1 => any::<usize>().prop_map(EventChange::Removed),
        3 => (proptest::sample::select(TEXTS), text.clone()).prop_map(|(field, text)| EventChange::Text(field, text)),
        1 => ("[!-~]{1,20}", text).prop_map(|(name, value)| EventChange::Header(name, value)),
        1 => vec(any::<u8>(), 0..60).prop_map(EventChange::Encoded),
    ];
    (any::<usize>(), vec(change, 1..4))
}

/// All positions in an event, as JSON pointers.
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

fn changed(event: &Value, changes: Vec<EventChange>) -> Value {
    let mut event = event.clone();
    for change in changes {
        let mut all = Vec::new();
        places(&event, "", &mut all);
        match change {
            EventChange::Anywhere(at, value) => *event.pointer_mut(&all[at % all.len()]).unwrap() = value,
            EventChange::Removed(at) => {
                let (parent, name) = all[at % all.len()].rsplit_once('/').unwrap_or_default();
                if let Some(Value::Object(fields)) = event.pointer_mut(parent) {
                    fields.remove(name);
                }
            }
            EventChange::Text(field, text) => {
                let (parent, name) = field.rsplit_once('/').unwrap();
                if let Some(Value::Object(fields)) = event.pointer_mut(parent) {
                    fields.insert(name.to_owned(), text.into());
                }
            }
            EventChange::Header(name, value) => {
                if let Some(Value::Object(fields)) = event.pointer_mut("/headers") {
                    fields.insert(name, value.into());
                }
            }
            EventChange::Encoded(bytes) if event.is_object() => {
                use base64::Engine;
                event["isBase64Encoded"] = json!(true);
                event["body"] = base64::prelude::BASE64_STANDARD.encode(bytes).into();
            }
            EventChange::Encoded(_) => {}
        }
    }
    event
}

#[test]
fn every_event_gets_a_proper_response() {
    let runtime = runtime();
    let demo = runtime.block_on(EventFixture::start());
    let events: Vec<_> = generate().into_iter().collect();
    let filled = |event: &str| -> Value {
        let (values, renewed) = (&demo.values, demo.app.renewed(&demo.values.student));
        serde_json::from_str(&values.fill(event).replace(&values.student.token, &renewed.token)).unwrap()
    };
    let check = |name: &str, event: Value| {
        let function = function(&demo.app, name.split('-').next().unwrap());
        let answer = runtime.block_on(function.handle(event.clone())).unwrap();
        // A scheduled run has no response.
        let Some(status) = answer["statusCode"].as_u64() else {
            assert!(answer.is_null() && event["source"] == "aws.events", "{name} {event}: {answer}");
            return;
        };
        assert!(status < 500, "{name} {event}: {answer}");
        // An event that is no request gets only the status.
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
