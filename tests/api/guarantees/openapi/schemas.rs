//! The schemas, and whether real responses match them.

use serde_json::{Map, Value};

use super::{document, operation, resolve, visit};
use crate::guarantees::openapi;
use crate::support::fixture::Fixture;
use crate::support::operations;

#[tokio::test]
async fn every_response_has_the_fields_of_its_schema_and_no_others() {
    let fixture = Fixture::start().await;
    for row in operations::all() {
        fixture.reset().await;
        let answer = fixture.send(row, row.caller).await;
        let status = answer.status.as_u16().to_string();
        let content = &resolve(&operation(row.name)["responses"][&status])["content"];
        if let Some(schema) = content.pointer("/application~1json/schema") {
            let mut errors = Vec::new();
            check(&answer.json(), schema, "", &mut errors);
            assert!(errors.is_empty(), "{}: {errors:?}", row.name);
        }
    }
}

#[test]
fn every_problem_matches_its_schema() {
    for (code, example) in document()["components"]["examples"].as_object().unwrap() {
        let mut errors = Vec::new();
        check(&example["value"], &document()["components"]["schemas"]["Problem"], "", &mut errors);
        assert!(errors.is_empty(), "{code}: {errors:?}");
    }
}

#[test]
fn every_field_of_a_successful_response_is_required() {
    let mut schemas = 0;
    for (name, operation) in openapi::operations(document()) {
        for (_, response) in
            operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'))
        {
            let Some(schema) = response.pointer("/content/application~1json/schema") else { continue };
            schemas += 1;
            let (required, properties) = fields(schema);
            assert_eq!(required.len(), properties.len(), "{name}: {required:?}");
        }
    }
    assert!(schemas > 40, "{schemas}");
}

/// The required fields and the properties of an object, which several schemas can describe together.
fn fields(schema: &'static Value) -> (Vec<&'static str>, Map<String, Value>) {
    let schema = resolve(schema);
    let required = schema["required"].as_array().into_iter().flatten().map(|field| field.as_str().unwrap());
    let (mut required, mut properties) = (required.collect::<Vec<_>>(), Map::new());
    properties.extend(schema["properties"].as_object().cloned().unwrap_or_default());
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let part = fields(part);
        required.extend(part.0);
        properties.extend(part.1);
    }
    (required, properties)
}

/// Collects the differences between a value and its schema.
fn check(value: &Value, schema: &'static Value, at: &str, errors: &mut Vec<String>) {
    let schema = resolve(schema);
    if let Some(variants) = schema["oneOf"].as_array() {
        let matches = |variant: &'static Value| {
            let mut errors = Vec::new();
            check(value, variant, at, &mut errors);
            errors.is_empty()
        };
        if variants.iter().filter(|variant| matches(variant)).count() != 1 {
            errors.push(format!("{at}: {value} does not match exactly one variant"));
        }
        return;
    }
    if !has_type(value, schema) {
        errors.push(format!("{at}: {value} is not {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|choices| !choices.contains(value)) {
        errors.push(format!("{at}: {value} is not one of {}", schema["enum"]));
    }
    for item in value.as_array().into_iter().flatten() {
        check(item, &schema["items"], at, errors);
    }
    if let Some(object) = value.as_object() {
        check_fields(object, schema, at, errors);
    }
}

fn check_fields(object: &Map<String, Value>, schema: &'static Value, at: &str, errors: &mut Vec<String>) {
    let is_open = schema.get("properties").is_none() && schema.get("allOf").is_none();
    let (required, _) = fields(schema);
    errors
        .extend(required.iter().filter(|field| !object.contains_key(**field)).map(|field| format!("no {at}/{field}")));
    for (field, value) in object {
        match property(schema, field) {
            Some(property) => check(value, property, &format!("{at}/{field}"), errors),
            None if is_open => {}
            None => errors.push(format!("{at}/{field} is not in the schema")),
        }
    }
}

fn property(schema: &'static Value, field: &str) -> Option<&'static Value> {
    let schema = resolve(schema);
    let parts = schema["allOf"].as_array().into_iter().flatten();
    schema["properties"].get(field).or_else(|| parts.filter_map(|part| property(part, field)).next())
}

fn has_type(value: &Value, schema: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match &schema["type"] {
        Value::String(one) => is(one),
        Value::Array(several) => several.iter().any(|one| is(one.as_str().unwrap())),
        _ => true,
    }
}

#[test]
fn each_operation_has_one_tag_and_each_tag_a_description_and_operations() {
    let mut used: Vec<_> = openapi::operations(document())
        .into_iter()
        .map(|(name, operation)| {
            let tags = operation["tags"].as_array().unwrap();
            assert_eq!(tags.len(), 1, "{name}: {tags:?}");
            tags[0].as_str().unwrap()
        })
        .collect();
    used.sort_unstable();
    used.dedup();
    let tags = document()["tags"].as_array().unwrap();
    assert!(tags.iter().all(|tag| tag["description"].as_str().is_some_and(|text| text.ends_with('.'))));
    let mut described: Vec<_> = tags.iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    described.sort_unstable();
    assert_eq!(used, described);
}

#[test]
fn a_list_refers_to_the_schema_of_its_items() {
    let schemas = document()["components"]["schemas"].as_object().unwrap();
    let lists: Vec<_> = schemas.iter().filter(|(name, _)| name.ends_with("List")).collect();
    assert!(lists.len() > 10, "{}", lists.len());
    for (name, list) in lists {
        assert!(list["properties"]["items"]["items"].get("$ref").is_some(), "{name}");
    }
    let names: Vec<_> = schemas.keys().filter(|name| !name.bytes().all(|byte| byte.is_ascii_alphanumeric())).collect();
    assert!(names.is_empty(), "names that generated clients cannot use: {names:?}");
}

#[test]
fn patterns_are_short() {
    visit(document(), &mut |schema| {
        if let Some(pattern) = schema["pattern"].as_str() {
            assert!(pattern.len() <= 40, "{pattern}");
        }
    });
}
