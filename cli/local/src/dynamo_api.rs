//! The HTTP API of the DynamoDB engine.

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::secret::Secret;

/// The largest body that DynamoDB accepts, in bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

const UNKNOWN_OPERATION: &str = r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;

const UNKNOWN_KEY: &str = r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The access key is not the one in the data folder."}"#;

/// The API of the database.
///
/// The access key id of each request must be the secret. Requests of web pages, which have the header `Origin`, are refused.
pub(crate) fn router(database: Database, secret: Secret) -> Router {
    let state = DynamoApi { database, secret };
    Router::new().route("/", post(call)).layer(DefaultBodyLimit::max(MAX_BODY)).with_state(state)
}

#[derive(Clone)]
struct DynamoApi {
    database: Database,
    secret: Secret,
}

async fn call(State(api): State<DynamoApi>, headers: HeaderMap, body: Bytes) -> Response {
    if headers.contains_key(header::ORIGIN) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if !api.secret.is_access_key(&headers) {
        return respond(StatusCode::BAD_REQUEST, UNKNOWN_KEY.to_owned());
    }
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let (_, operation) = target.rsplit_once('.').unwrap_or_default();
    match dispatch(&api.database, operation, &body) {
        Some(Ok(json)) => respond(StatusCode::OK, json),
        Some(Err(error)) => {
            let status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            respond(status, error.to_json())
        }
        None => respond(StatusCode::BAD_REQUEST, UNKNOWN_OPERATION.to_owned()),
    }
}

fn respond(status: StatusCode, json: String) -> Response {
    (status, [(header::CONTENT_TYPE, CONTENT_TYPE)], json).into_response()
}

/// Runs an operation without HTTP.
pub(crate) fn call_directly(database: &Database, operation: &str, body: &Value) -> Result<Value> {
    let json = dispatch(database, operation, body.to_string().as_bytes()).context("there is no such operation")??;
    Ok(serde_json::from_str(&json)?)
}

/// Runs an operation. None if there is no operation of this name.
fn dispatch(database: &Database, operation: &str, body: &[u8]) -> Option<std::result::Result<String, DynoxideError>> {
    macro_rules! run {
        ($method:ident) => {
            parse(body).and_then(|request| database.$method(request)).and_then(|response| print(&response))
        };
    }
    Some(match operation {
        "BatchGetItem" => run!(batch_get_item),
        "BatchWriteItem" => run!(batch_write_item),
        "CreateTable" => run!(create_table),
        "DeleteItem" => run!(delete_item),
        "DeleteTable" => run!(delete_table),
        "DescribeStream" => run!(describe_stream),
        "DescribeTable" => run!(describe_table),
        "DescribeTimeToLive" => run!(describe_time_to_live),
        "GetItem" => run!(get_item),
        "GetRecords" => run!(get_records),
        "GetShardIterator" => run!(get_shard_iterator),
        "ListStreams" => run!(list_streams),
        "ListTables" => run!(list_tables),
        "PutItem" => run!(put_item),
        "Query" => run!(query),
        "Scan" => run!(scan),
        "TransactGetItems" => run!(transact_get_items),
        "TransactWriteItems" => run!(transact_write_items),
        "UpdateItem" => run!(update_item),
        "UpdateTable" => run!(update_table),
        "UpdateTimeToLive" => run!(update_time_to_live),
        _ => return None,
    })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> std::result::Result<T, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| DynoxideError::ValidationException(error.to_string()))
}

fn print(response: &impl Serialize) -> std::result::Result<String, DynoxideError> {
    serde_json::to_string(response).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
