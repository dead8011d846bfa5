//! Bodies of all operations that have a body.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::{Edit, ask, assert_fit, corpus, each, edited, edits, json_values, runtime};
use crate::support::fixture::Fixture;
use crate::support::operations::{self, Operation};

/// A change of a valid body.
#[derive(Clone, Debug)]
enum BodyChange {
    /// Another value of a field, or of an item of its list.
    Field {
        field: usize,
        inside: usize,
        value: Value,
    },
    Removed(usize),
    Added(String, Value),
    Whole(Value),
    Text(Vec<Edit>),
    Bytes(Vec<u8>),
}

fn changes() -> impl Strategy<Value = (usize, Vec<BodyChange>)> {
    let change = prop_oneof![
        6 => (any::<usize>(), any::<usize>(), json_values())
            .prop_map(|(field, inside, value)| BodyChange::Field { field, inside, value }),
        1 => any::<usize>().prop_map(BodyChange::Removed),
        1 => (any::<String>(), json_values()).prop_map(|(name, value)| BodyChange::Added(name, value)),
        1 => json_values().prop_map(BodyChange::Whole),
        2 => edits().prop_map(BodyChange::Text),
        1 => vec(any::<u8>(), 0..200).prop_map(BodyChange::Bytes),
    ];
    (any::<usize>(), vec(change, 1..4))
}

/// The body after the changes. A change of the whole text is the last one.
fn changed(body: &Value, changes: &[BodyChange]) -> Vec<u8> {
    let mut body = body.clone();
    for change in changes {
        let names: Vec<String> = body.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
        match change {
            BodyChange::Text(edits) => return edited(&body.to_string(), edits).into_bytes(),
            BodyChange::Bytes(bytes) => return bytes.clone(),
            BodyChange::Whole(value) => body = value.clone(),
            BodyChange::Added(name, value) if body.is_object() => body[name] = value.clone(),
            BodyChange::Removed(at) if !names.is_empty() => {
                drop(body.as_object_mut().unwrap().remove(&names[at % names.len()]));
            }
            BodyChange::Field { field, inside, value } if !names.is_empty() => {
                let place = &mut body[&names[field % names.len()]];
                match place {
                    Value::Array(list) if !list.is_empty() => {
                        let at = inside % list.len();
                        list[at] = value.clone();
                    }
                    place => *place = value.clone(),
                }
            }
            _ => {}
        }
    }
    body.to_string().into_bytes()
}

#[test]
fn every_body_gets_a_proper_response() {
    let runtime = runtime();
    let fixture = runtime.block_on(Fixture::start());
    let with_body: Vec<(&Operation, Value)> =
        operations::all().filter_map(|operation| Some((operation, operation.usual_request(&fixture).body?))).collect();
    let check = |(operation, _): &(&Operation, Value), body: Vec<u8>| {
        let text = String::from_utf8_lossy(&body).chars().take(300).collect::<String>();
        let answer = ask(&runtime, fixture.request(operation, operation.caller).text(body).send());
        assert_fit(&answer, || format!("{} {text}", operation.name));
        if answer.status.is_success() {
            runtime.block_on(fixture.app.audit());
            runtime.block_on(fixture.reset());
        }
    };
    for body in corpus(include_str!("corpus/bodies.txt")) {
        with_body.iter().for_each(|operation| check(operation, body.clone().into_bytes()));
    }
    each(300, &changes(), |(at, changes)| {
        let operation = &with_body[at % with_body.len()];
        check(operation, changed(&operation.1, &changes));
    });
}
