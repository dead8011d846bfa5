//! The files in `events/`: for each event of an operation, the event of payload format 2.0 that API Gateway sends.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use percent_encoding::percent_decode_str;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::guarantees::routing::GatewayRoutes;
use crate::support::fixture::{Things, Who};
use crate::support::operations::{self, Event, EventBody, GROUPS, Operation};

const HOST: &str = "a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com";
const CLIENT_ADDRESS: &str = "203.0.113.7";
const USER_AGENT: &str = "campus-app/1.0";

/// The name of the event's file, without `.json`.
pub fn name(function: &str, operation: &Operation, event: &Event) -> String {
    let id = operation.id.replace('_', "-");
    let variant = if event.variant.is_empty() { String::new() } else { format!("-{}", event.variant) };
    format!("{function}-{id}{variant}")
}

/// All events, with their names and the texts of their files.
pub fn generate() -> BTreeMap<String, String> {
    let routes = GatewayRoutes::of_template();
    let mut files = BTreeMap::new();
    for function in GROUPS.iter() {
        for operation in &function.operations {
            for event in &operation.events {
                let name = name(function.name, operation, event);
                files.insert(name.clone(), EventRequest::of(operation, event).into_file(&name, &routes));
            }
        }
    }
    let (name, path) = operations::UNKNOWN_PATH;
    let language = [("accept-language", "en-GB,en;q=0.9")];
    let unknown = EventRequest { headers: language.into(), ..EventRequest::new("GET", path) };
    files.insert(name.to_owned(), unknown.into_file(name, &routes));
    files
}

/// The request of an event. Its ids and tokens are placeholders.
struct EventRequest {
    method: &'static str,
    /// Decoded.
    path: String,
    /// Encoded.
    query: String,
    headers: Vec<(&'static str, &'static str)>,
    cookies: &'static [&'static str],
    has_token: bool,
    body: Option<String>,
    is_base64: bool,
}

impl EventRequest {
    /// A request without token and body.
    fn new(method: &'static str, path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Self {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: Vec::new(),
            cookies: &[],
            has_token: false,
            body: None,
            is_base64: false,
        }
    }

    fn of(operation: &Operation, event: &Event) -> Self {
        let specimen = operation.usual_request(&Things::placeholders());
        let body = match event.body {
            EventBody::Specimen => specimen.body.map(|body| body.to_string()),
            EventBody::None => None,
            EventBody::Text(text) | EventBody::Base64(text) => Some(compact(text)),
        };
        Self {
            headers: event.headers.clone(),
            cookies: event.cookies,
            has_token: operation.access.refusal(Who::Nobody).is_some() && !event.has_no_token,
            body,
            is_base64: matches!(event.body, EventBody::Base64(_)),
            ..Self::new(event.method.unwrap_or(operation.method()), event.path.unwrap_or(&specimen.path))
        }
    }

    fn into_file(self, name: &str, routes: &GatewayRoutes) -> String {
        let route = routes.route_of(&self.path);
        let route_key = if route.path == "$default" { route.path.clone() } else { format!("ANY {}", route.path) };
        let hash = digest(&SHA256, name.as_bytes());
        let hash = hash.as_ref();
        let trace: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let envelope = Envelope {
            version: "2.0",
            route_key: route_key.clone(),
            raw_path: self.path.clone(),
            raw_query_string: self.query.clone(),
            cookies: self.cookies,
            headers: self.headers(&format!("Root=1-69a4d300-{trace}")),
            query_string_parameters: self.query_parameters(),
            request_context: RequestContext {
                account_id: "123456789012",
                api_id: "a1b2c3d4e5",
                domain_name: HOST,
                domain_prefix: "a1b2c3d4e5",
                http: Http {
                    method: self.method,
                    path: self.path.clone(),
                    protocol: "HTTP/1.1",
                    source_ip: CLIENT_ADDRESS,
                    user_agent: USER_AGENT,
                },
                request_id: BASE64_URL_SAFE.encode(&hash[..11]),
                route_key,
                stage: "$default",
                time: "02/Mar/2026:00:00:00 +0000",
                time_epoch: 1_772_409_600_250,
            },
            path_parameters: route.parameters(&self.path),
            is_base64_encoded: self.is_base64,
            body: self.body.map(|body| if self.is_base64 { BASE64_STANDARD.encode(body) } else { body }),
        };
        serde_json::to_string_pretty(&envelope).unwrap() + "\n"
    }

    fn headers(&self, trace: &str) -> Pairs {
        let mut headers = BTreeMap::from([
            ("accept", "application/json".to_owned()),
            ("host", HOST.to_owned()),
            ("user-agent", USER_AGENT.to_owned()),
            ("x-amzn-trace-id", trace.to_owned()),
            ("x-forwarded-for", CLIENT_ADDRESS.to_owned()),
            ("x-forwarded-port", "443".to_owned()),
            ("x-forwarded-proto", "https".to_owned()),
        ]);
        if self.has_token {
            headers.insert("authorization", "Bearer ${ACCESS_TOKEN}".to_owned());
        }
        if let Some(body) = &self.body {
            headers.insert("content-length", filled_length(body).to_string());
            headers.insert("content-type", "application/json".to_owned());
        }
        headers.extend(self.headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Pairs(headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn query_parameters(&self) -> Pairs {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let parameters = self.query.split('&').filter_map(|part| part.split_once('='));
        Pairs(parameters.map(|(name, value)| (decoded(name), decoded(value))).collect())
    }
}

/// JSON without whitespace between its tokens, in which the order of fields stays.
fn compact(json: &str) -> String {
    let (mut is_in_text, mut is_escaped) = (false, false);
    let kept = json.chars().filter(|c| {
        let is_kept = is_in_text || !c.is_whitespace();
        is_in_text ^= *c == '"' && !is_escaped;
        is_escaped = *c == '\\' && !is_escaped;
        is_kept
    });
    kept.collect()
}

/// The length of a body whose placeholders have values, in bytes.
fn filled_length(body: &str) -> usize {
    let mut parts = body.split("${");
    let first = parts.next().unwrap_or_default().len();
    let rest = parts.map(|part| {
        let (placeholder, rest) = part.split_once('}').unwrap();
        let value = match placeholder {
            "UNIQUE" => 6,
            "REFRESH_TOKEN" => 155,
            id if id.ends_with("COMMENT_ID") => 96,
            id if id.ends_with("POST_ID") => 64,
            id if id.ends_with("_ID") => 36,
            other => panic!("the length of {other} is unknown"),
        };
        value + rest.len()
    });
    first + rest.sum::<usize>()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    version: &'static str,
    route_key: String,
    raw_path: String,
    raw_query_string: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    cookies: &'static [&'static str],
    headers: Pairs,
    #[serde(skip_serializing_if = "Pairs::is_empty")]
    query_string_parameters: Pairs,
    request_context: RequestContext,
    #[serde(skip_serializing_if = "Pairs::is_empty")]
    path_parameters: Pairs,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    account_id: &'static str,
    api_id: &'static str,
    domain_name: &'static str,
    domain_prefix: &'static str,
    http: Http,
    request_id: String,
    route_key: String,
    stage: &'static str,
    time: &'static str,
    time_epoch: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: &'static str,
    path: String,
    protocol: &'static str,
    source_ip: &'static str,
    user_agent: &'static str,
}

/// An object whose fields stay in order.
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Pairs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
