//! Reads the definition of the table from `template.yaml`, so that the local table is the same as on AWS.

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

/// The properties of the table that `CreateTable` and `UpdateTimeToLive` need.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TableDefinition {
    pub(crate) billing_mode: Value,
    pub(crate) attribute_definitions: Value,
    pub(crate) key_schema: Value,
    pub(crate) time_to_live_specification: Value,
}

/// The definition in `template.yaml`.
pub(crate) fn table() -> Result<TableDefinition> {
    let template: Template = serde_saphyr::from_str(TEMPLATE).context("template.yaml cannot be read")?;
    Ok(template.resources.table.properties)
}
