//! The table's definition, as `template.yaml` has it: what runs on AWS and what runs here are one.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

const TEMPLATE: &str = include_str!("../../../template.yaml");

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    resources: Resources,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resources {
    table: Resource,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    properties: TableDefinition,
}

/// What DynamoDB needs to know to make the table.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TableDefinition {
    pub(super) billing_mode: Value,
    pub(super) attribute_definitions: Value,
    pub(super) key_schema: Value,
    pub(super) time_to_live_specification: Value,
}

/// The definition in `template.yaml`.
pub(super) fn table() -> Result<TableDefinition> {
    let template: Template = serde_saphyr::from_str(TEMPLATE).context("template.yaml cannot be read")?;
    Ok(template.resources.table.properties)
}
