//! Bodies, of all operations that have one.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::{Edit, ask, assert_fit, corpus, each, edited, edits, json_values, runtime};
use crate::faults::SCENARIOS;
use crate::world::{Who, World, specimen};

/// What becomes of a sound body.
#[derive(Clone, Debug)]
enum Change {
    /// Another value in place of a field's, or of one within it.
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

fn changes() -> impl Strategy<Value = (usize, Vec<Change>)> {
    let change = prop_oneof![
        6 => (any::<usize>(), any::<usize>(), json_values())
            .prop_map(|(field, inside, value)| Change::Field { field, inside, value }),
        1 => any::<usize>().prop_map(Change::Removed),
        1 => (any::<String>(), json_values()).prop_map(|(name, value)| Change::Added(name, value)),
        1 => json_values().prop_map(Change::Whole),
        2 => edits().prop_map(Change::Text),
        1 => vec(any::<u8>(), 0..200).prop_map(Change::Bytes),
    ];
    (any::<usize>(), vec(change, 1..4))
}

/// The body after the changes. After one of the text there are no others.
fn changed(body: &Value, changes: &[Change]) -> Vec<u8> {
    let mut body = body.clone();
    for change in changes {
        let names: Vec<String> = body.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
        match change {
            Change::Text(edits) => return edited(&body.to_string(), edits).into_bytes(),
            Change::Bytes(bytes) => return bytes.clone(),
            Change::Whole(value) => body = value.clone(),
            Change::Added(name, value) if body.is_object() => body[name] = value.clone(),
            Change::Removed(at) if !names.is_empty() => {
                drop(body.as_object_mut().unwrap().remove(&names[at % names.len()]));
            }
            Change::Field { field, inside, value } if !names.is_empty() => {
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
fn whatever_a_body_holds_it_gets_an_answer() {
    let runtime = runtime();
    let world = runtime.block_on(World::start());
    let with_body: Vec<(&str, Who, Value)> = SCENARIOS
        .iter()
        .filter_map(|(operation, who)| Some((*operation, *who, specimen(operation, &world, *who).body?)))
        .collect();
    let check = |(operation, who, _): &(&str, Who, Value), body: Vec<u8>| {
        let text = String::from_utf8_lossy(&body).chars().take(300).collect::<String>();
        let answer = ask(&runtime, world.request(operation, *who).text(body).send());
        assert_fit(&answer, || format!("{operation} {text}"));
        if answer.status.is_success() {
            runtime.block_on(world.app.audit());
            runtime.block_on(world.reset());
        }
    };
    for body in corpus(include_str!("corpus/bodies.txt")) {
        with_body.iter().for_each(|operation| check(operation, body.clone().into_bytes()));
    }
    each(300, &changes(), |(at, changes)| {
        let operation = &with_body[at % with_body.len()];
        check(operation, changed(&operation.2, &changes));
    });
}
