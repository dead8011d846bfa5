//! Reads the definitions of the table and its stream from `template.yaml`, so that they are the same locally as on AWS.

use std::sync::OnceLock;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::stream::StreamConsumer;

const TEMPLATE: &str = include_str!("../../../template.yaml");

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    resources: Resources,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resources {
    table: Resource<TableDefinition>,
    notifications_stream: Resource<EventSourceMapping>,
    posts_stream: Resource<EventSourceMapping>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource<T> {
    properties: T,
}

/// The properties of the table that `CreateTable` and `UpdateTimeToLive` need.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TableDefinition {
    pub(crate) billing_mode: Value,
    pub(crate) attribute_definitions: Value,
    pub(crate) key_schema: Value,
    pub(crate) time_to_live_specification: Value,
    pub(crate) stream_specification: StreamSpecification,
}

/// The stream of the table.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StreamSpecification {
    pub(crate) stream_view_type: String,
}

/// What Lambda reads from the stream for a function.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EventSourceMapping {
    batch_size: usize,
    filter_criteria: FilterCriteria,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FilterCriteria {
    filters: Vec<Filter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    pattern: String,
}

/// The definition in `template.yaml`.
pub(crate) fn table() -> Result<TableDefinition> {
    Ok(template()?.table.properties.clone())
}

/// The patterns of a consumer's filter. Lambda delivers a record to the function if it matches a pattern.
pub(crate) fn stream_filters(consumer: StreamConsumer) -> Result<Vec<Value>> {
    let filters = &mapping(consumer)?.filter_criteria.filters;
    let parse = |filter: &Filter| serde_json::from_str(&filter.pattern).context("a pattern is not JSON");
    filters.iter().map(parse).collect()
}

/// How many records a batch for the consumer has at most.
pub(crate) fn batch_size(consumer: StreamConsumer) -> Result<usize> {
    Ok(mapping(consumer)?.batch_size)
}

fn mapping(consumer: StreamConsumer) -> Result<&'static EventSourceMapping> {
    let template = template()?;
    Ok(match consumer {
        StreamConsumer::Notifications => &template.notifications_stream.properties,
        StreamConsumer::Posts => &template.posts_stream.properties,
    })
}

/// Reads the template once: each test starts a service.
fn template() -> Result<&'static Resources> {
    static RESOURCES: OnceLock<Resources> = OnceLock::new();
    if let Some(resources) = RESOURCES.get() {
        return Ok(resources);
    }
    let template: Template = serde_saphyr::from_str(TEMPLATE).context("template.yaml cannot be read")?;
    Ok(RESOURCES.get_or_init(|| template.resources))
}
