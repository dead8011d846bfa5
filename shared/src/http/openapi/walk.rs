//! Visits the operations and schemas of an OpenAPI document.

use std::collections::BTreeMap;

use utoipa::openapi::path::Operation;
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems};
use utoipa::openapi::{Components, Content, OpenApi, RefOr, Schema};

/// The named schemas of a document.
pub(super) type Schemas = BTreeMap<String, RefOr<Schema>>;

const SCHEMAS: &str = "#/components/schemas/";

/// The named schemas of the document.
pub(super) fn named_schemas(document: &mut OpenApi) -> &mut Schemas {
    &mut document.components.get_or_insert_with(Components::new).schemas
}

/// The name of the schema that a reference refers to.
pub(super) fn name_of(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(reference) => reference.ref_location.strip_prefix(SCHEMAS),
        RefOr::T(_) => None,
    }
}

/// Whether the operation needs no access token.
pub(super) fn is_public(operation: &Operation) -> bool {
    operation.security.as_ref().is_some_and(|alternatives| alternatives.iter().all(|one| *one == Default::default()))
}

/// The JSON body of the operation's requests.
pub(super) fn json_body(operation: &mut Operation) -> Option<&mut RequestBody> {
    match operation.request_body.as_mut()? {
        RefOr::T(body) => Some(body),
        RefOr::Ref(_) => None,
    }
}

/// The JSON content of a request or a response.
pub(super) fn json_content<'a>(
    contents: impl IntoIterator<Item = (&'a String, &'a mut RefOr<Content>)>,
) -> Option<&'a mut Content> {
    let is_json = |(media_type, _): &(&String, &mut RefOr<Content>)| *media_type == "application/json";
    match contents.into_iter().find(is_json)? {
        (_, RefOr::T(content)) => Some(content),
        (_, RefOr::Ref(_)) => None,
    }
}

/// Calls `visit` with the method, the path and the description of each operation.
pub(super) fn operations(document: &mut OpenApi, mut visit: impl FnMut(&str, &str, &mut Operation)) {
    for (path, item) in &mut document.paths.paths {
        let methods = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                visit(method, path, operation);
            }
        }
    }
}

/// Calls `visit` with each schema, and then with the schemas inside it.
pub(super) fn schemas(document: &mut OpenApi, visit: &mut impl FnMut(&mut RefOr<Schema>)) {
    named_schemas(document).values_mut().for_each(|schema| schemas_in(schema, visit));
    operations(document, |_, _, operation| {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter {
                parameter.schema.iter_mut().for_each(|schema| schemas_in(schema, visit));
            }
        }
        if let Some(body) = json_body(operation) {
            body.content.values_mut().for_each(|content| schemas_in_content(content, visit));
        }
        for response in operation.responses.responses.values_mut() {
            if let RefOr::T(response) = response {
                response.content.values_mut().for_each(|content| schemas_in_content(content, visit));
            }
        }
    });
}

fn schemas_in_content(content: &mut RefOr<Content>, visit: &mut impl FnMut(&mut RefOr<Schema>)) {
    if let RefOr::T(Content { schema: Some(schema), .. }) = content {
        schemas_in(schema, visit);
    }
}

/// Calls `visit` with the schema, and then with the schemas inside it.
pub(super) fn schemas_in(schema: &mut RefOr<Schema>, visit: &mut impl FnMut(&mut RefOr<Schema>)) {
    visit(schema);
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            object.properties.values_mut().for_each(|property| schemas_in(property, visit));
            if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
                schemas_in(values, visit);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                schemas_in(items, visit);
            }
        }
        Schema::OneOf(one) => one.items.iter_mut().for_each(|item| schemas_in(item, visit)),
        Schema::AllOf(all) => all.items.iter_mut().for_each(|item| schemas_in(item, visit)),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(|item| schemas_in(item, visit)),
        _ => {}
    }
}
