//! Names of the schemas of lists.

use utoipa::openapi::schema::{Array, ArrayItems};
use utoipa::openapi::{OpenApi, Ref, RefOr, Schema};

use super::walk;

/// How `utoipa` names a [`Listing`](crate::http::Listing) of the schema whose name follows.
const LISTING: &str = "Listing_";

/// Names the lists after their items, such as `BoardList`, and lets them refer to the schema of their items. `utoipa`
/// names them `Listing_Board` and copies the schema of the items.
pub(super) fn name(document: &mut OpenApi) {
    let schemas = walk::named_schemas(document);
    *schemas = std::mem::take(schemas).into_iter().map(|(name, schema)| renamed(name, schema)).collect();
    walk::schemas(document, &mut |schema| {
        let Some(item) = walk::name_of(schema).and_then(|name| name.strip_prefix(LISTING)) else { return };
        *schema = Ref::from_schema_name(list_of(item)).into();
    });
}

fn renamed(name: String, mut schema: RefOr<Schema>) -> (String, RefOr<Schema>) {
    let Some(item) = name.strip_prefix(LISTING) else { return (name, schema) };
    if let RefOr::T(Schema::Object(list)) = &mut schema
        && let Some(RefOr::T(Schema::Array(Array { items, .. }))) = list.properties.get_mut("items")
    {
        *items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
    }
    (list_of(item), schema)
}

fn list_of(item: &str) -> String {
    format!("{}List", item.trim_start_matches("Listed"))
}
