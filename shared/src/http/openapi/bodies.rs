//! Request bodies.

use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, Array, ArrayItems, ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{Object, OpenApi, RefOr, Required, Schema};

use super::walk::{self, Schemas};

/// One of the ways to fill in a body.
struct Alternative {
    required: &'static [&'static str],
    /// The fields that must be missing or null.
    absent: &'static [&'static str],
}

/// The bodies that have several ways to fill them in.
const ALTERNATIVES: [(&str, [Alternative; 2]); 4] = [
    (
        "NewEntry",
        [
            Alternative { required: &["lecture_id"], absent: &["title", "professor", "credit", "slots"] },
            Alternative { required: &["title"], absent: &["lecture_id"] },
        ],
    ),
    (
        "NewFriendRequest",
        [
            Alternative { required: &["login_id"], absent: &["email"] },
            Alternative { required: &["email"], absent: &["login_id"] },
        ],
    ),
    (
        "NewBlock",
        [
            Alternative { required: &["post_id"], absent: &["comment_id"] },
            Alternative { required: &["comment_id"], absent: &["post_id"] },
        ],
    ),
    (
        "NewThread",
        [
            Alternative { required: &["post_id"], absent: &["comment_id"] },
            Alternative { required: &["comment_id"], absent: &["post_id"] },
        ],
    ),
];

/// Completes the bodies of all operations.
pub(super) fn complete(document: &mut OpenApi) {
    let mut names = Vec::new();
    walk::operations(document, |_, _, operation| {
        allow_missing(operation);
        names.extend(name(operation));
        if takes_idempotency_key(operation) {
            add_idempotency_key(operation);
        }
    });
    let schemas = walk::named_schemas(document);
    reject_unknown_fields(schemas, names);
    split_alternatives(schemas);
}

/// The name of the schema of the operation's body.
pub(super) fn name(operation: &mut Operation) -> Option<String> {
    let content = walk::json_content(&mut walk::json_body(operation)?.content)?;
    walk::name_of(content.schema.as_ref()?).map(str::to_owned)
}

/// Whether the operation takes an `Idempotency-Key`. The [`Creation`](crate::http::Creation) extractor reads it together
/// with the body.
pub(super) fn takes_idempotency_key(operation: &Operation) -> bool {
    let creates = operation.responses.responses.contains_key("201");
    creates && operation.request_body.is_some() && !walk::is_public(operation)
}

fn add_idempotency_key(operation: &mut Operation) {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Your choice of text, such as a new UUID for each resource. If you repeat the request with the same key \
             within 24 hours, the service creates nothing: it returns what the first request created, with \
             `Idempotency-Replayed: true`.",
        ))
        .schema(Some(text))
        .build();
    operation.parameters.get_or_insert_default().push(key.into());
}

/// Describes an optional body as one that may be missing. `utoipa` describes it as one that may be null.
fn allow_missing(operation: &mut Operation) {
    let Some(body) = walk::json_body(operation) else { return };
    let Some(content) = walk::json_content(&mut body.content) else { return };
    let Some(RefOr::T(Schema::OneOf(one))) = &content.schema else { return };
    content.schema = one.items.iter().find(|item| walk::name_of(item).is_some()).cloned();
    body.required = Some(Required::False);
}

/// Describes bodies, and the objects in them and in their lists, as objects without other fields.
fn reject_unknown_fields(schemas: &mut Schemas, mut names: Vec<String>) {
    while let Some(name) = names.pop() {
        let Some(RefOr::T(Schema::Object(object))) = schemas.get_mut(&name) else { continue };
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        names.extend(object.properties.values().filter_map(nested_name).map(str::to_owned));
    }
}

/// The name of the schema of the property, or of its items if it is a list.
fn nested_name(property: &RefOr<Schema>) -> Option<&str> {
    match property {
        RefOr::T(Schema::Array(Array { items: ArrayItems::RefOrSchema(items), .. })) => walk::name_of(items),
        RefOr::T(Schema::OneOf(one)) => one.items.iter().find_map(walk::name_of),
        _ => None,
    }
}

/// Describes the bodies in [`ALTERNATIVES`] as one of several objects.
fn split_alternatives(schemas: &mut Schemas) {
    for (name, alternatives) in &ALTERNATIVES {
        let Some(RefOr::T(schema)) = schemas.get_mut(*name) else { continue };
        let Schema::Object(body) = &*schema else { continue };
        let split = OneOfBuilder::new().description(body.description.clone());
        let split = alternatives.iter().fold(split, |split, alternative| split.item(object_of(alternative, body)));
        *schema = Schema::OneOf(split.build());
    }
}

fn object_of(alternative: &Alternative, body: &Object) -> Object {
    let mut object = body.clone();
    object.description = None;
    for name in alternative.required {
        object.required.push((*name).to_owned());
        if let Some(RefOr::T(property)) = object.properties.get_mut(*name) {
            forbid_null(property);
        }
    }
    for name in alternative.absent {
        let null = ObjectBuilder::new().schema_type(Type::Null).build();
        object.properties.insert((*name).to_owned(), null.into());
    }
    object
}

fn forbid_null(property: &mut Schema) {
    let schema_type = match property {
        Schema::Object(object) => &mut object.schema_type,
        Schema::Array(array) => &mut array.schema_type,
        _ => return,
    };
    if let SchemaType::Array(types) = schema_type
        && let Some(other) = types.iter().find(|one| **one != Type::Null)
    {
        *schema_type = SchemaType::Type(other.clone());
    }
}
