//! Bodies of requests in the OpenAPI document: what their types do not say.

use std::collections::BTreeMap;

use utoipa::openapi::path::Operation;
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::schema::{AdditionalProperties, Array, ArrayItems, ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{Content, Object, Ref, RefOr, Required, Schema};

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// A way to fill in a body of which there are several: what it needs, and what it goes without.
struct Alternative {
    needed: &'static [&'static str],
    absent: &'static [&'static str],
}

/// The bodies that say one of several things.
const ALTERNATIVES: [(&str, [Alternative; 2]); 3] = [
    (
        "NewEntry",
        [
            Alternative { needed: &["lecture_id"], absent: &["title", "professor", "credit", "slots"] },
            Alternative { needed: &["title", "slots"], absent: &["lecture_id"] },
        ],
    ),
    (
        "NewFriendRequest",
        [
            Alternative { needed: &["login_id"], absent: &["email"] },
            Alternative { needed: &["email"], absent: &["login_id"] },
        ],
    ),
    (
        "NewThread",
        [
            Alternative { needed: &["post_id"], absent: &["comment_id"] },
            Alternative { needed: &["comment_id"], absent: &["post_id"] },
        ],
    ),
];

fn json(operation: &mut Operation) -> Option<(&mut RefOr<Schema>, &mut Option<Required>)> {
    let RefOr::T(RequestBody { content, required, .. }) = operation.request_body.as_mut()? else { return None };
    match content.get_mut("application/json")? {
        RefOr::T(Content { schema: Some(schema), .. }) => Some((schema, required)),
        _ => None,
    }
}

fn name_of(reference: &Ref) -> Option<String> {
    reference.ref_location.rsplit('/').next().map(str::to_owned)
}

/// The name of the schema of an operation's body.
pub(super) fn name(operation: &mut Operation) -> Option<String> {
    match json(operation)? {
        (RefOr::Ref(schema), _) => name_of(schema),
        _ => None,
    }
}

/// Says that a body may be missing, where `utoipa` says that it may be null.
pub(super) fn tell_if_optional(operation: &mut Operation) {
    let Some((schema, required)) = json(operation) else { return };
    let RefOr::T(Schema::OneOf(one)) = &*schema else { return };
    let Some(body) = one.items.iter().find(|item| matches!(item, RefOr::Ref(_))).cloned() else { return };
    *schema = body;
    *required = Some(Required::False);
}

/// Says that bodies, and what is listed in them, have no other fields.
pub(super) fn close(schemas: &mut Schemas, mut names: Vec<String>) {
    while let Some(name) = names.pop() {
        let Some(RefOr::T(Schema::Object(object))) = schemas.get_mut(&name) else { continue };
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        names.extend(object.properties.values().filter_map(listed));
    }
}

/// The name of the schema of what a property lists.
fn listed(property: &RefOr<Schema>) -> Option<String> {
    match property {
        RefOr::T(Schema::Array(Array { items: ArrayItems::RefOrSchema(items), .. })) => match items.as_ref() {
            RefOr::Ref(reference) => name_of(reference),
            RefOr::T(_) => None,
        },
        _ => None,
    }
}

/// Tells the ways to fill in a body apart, where there are several.
pub(super) fn tell_alternatives(schemas: &mut Schemas) {
    for (name, alternatives) in &ALTERNATIVES {
        let Some(RefOr::T(schema)) = schemas.get_mut(*name) else { continue };
        let Schema::Object(whole) = &*schema else { continue };
        let ways = OneOfBuilder::new().description(whole.description.clone());
        let ways = alternatives.iter().fold(ways, |ways, alternative| ways.item(way(whole, alternative)));
        *schema = Schema::OneOf(ways.build());
    }
}

fn way(whole: &Object, alternative: &Alternative) -> Object {
    let mut way = whole.clone();
    way.description = None;
    for name in alternative.needed {
        way.required.push((*name).to_owned());
        if let Some(property) = way.properties.get_mut(*name) {
            make_present(property);
        }
    }
    for name in alternative.absent {
        let null = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Null)).build();
        way.properties.insert((*name).to_owned(), null.into());
    }
    way
}

/// Takes away that a property may be null.
fn make_present(property: &mut RefOr<Schema>) {
    let RefOr::T(schema) = &mut *property else { return };
    match schema {
        Schema::Array(array) => array.schema_type = SchemaType::Type(Type::Array),
        Schema::OneOf(one) => {
            let description = one.description.clone();
            if let Some(RefOr::T(Schema::Object(mut object))) = one.items.first().cloned() {
                object.description = description;
                *schema = Schema::Object(object);
            }
        }
        _ => {}
    }
}
