//! The mails that a local service has sent. No mail leaves the machine: the service sends to an API of SES version 2 in this
//! process, and the mailbox shows what it has got.

mod page;

use std::fs::{self, File};
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use aws_sdk_sesv2::config::{BehaviorVersion, Credentials, Region};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use campus_core::domain::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::folder::private_file;
use crate::secret::Secret;
use crate::server;

/// How many mails the mailbox keeps.
const KEPT: usize = 500;

/// The name of the header with the type of an error.
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// The mails, and the API that receives them. Clones share the mails.
#[derive(Clone)]
pub struct Mailbox {
    mails: Arc<Mutex<Mails>>,
    secret: Secret,
}

struct Mails {
    /// Oldest first.
    sent: Vec<SentMail>,
    /// Has a line of JSON for each mail.
    file: Option<File>,
}

/// A mail that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub sent_at: Time,
}

impl Mailbox {
    /// An empty mailbox in memory. Requests must have the secret as their access key id.
    pub fn in_memory(secret: Secret) -> Self {
        Self { mails: Arc::new(Mutex::new(Mails { sent: Vec::new(), file: None })), secret }
    }

    /// A mailbox that keeps its mails in a file. Creates the file if it does not exist.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub fn on_file(path: &Path, secret: Secret) -> Result<Self> {
        let unusable = || format!("cannot use the file {}", path.display());
        let lines = if path.exists() { fs::read_to_string(path).with_context(unusable)? } else { String::new() };
        // A killed process may have written half a line.
        let mut sent: Vec<SentMail> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        sent.drain(..sent.len().saturating_sub(KEPT));
        let mut file = private_file().truncate(true).open(path).with_context(unusable)?;
        for mail in &sent {
            writeln!(file, "{}", serde_json::to_string(mail)?).with_context(unusable)?;
        }
        Ok(Self { mails: Arc::new(Mutex::new(Mails { sent, file: Some(file) })), secret })
    }

    /// The mails, oldest first.
    pub fn mails(&self) -> Vec<SentMail> {
        self.lock().sent.clone()
    }

    /// Starts a server of the API. Returns its URL. It runs as long as the process.
    ///
    /// # Errors
    /// If no port is free.
    pub async fn serve(&self) -> Result<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port is free on 127.0.0.1")?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(server::serve(listener, self.api(), std::future::pending()));
        Ok(url)
    }

    /// The API of SES, as far as the service uses it. Requests of web pages, which have the header `Origin`, are refused.
    pub fn api(&self) -> Router {
        Router::new().route("/v2/email/outbound-emails", post(receive)).with_state(self.clone())
    }

    /// `GET /dev/mails`, and the page that shows the same at `/dev/mailbox`.
    pub fn routes(&self) -> Router {
        Router::new().route("/dev/mails", get(list)).route("/dev/mailbox", get(page::show)).with_state(self.clone())
    }

    fn add(&self, mail: SentMail) -> Result<()> {
        let mut mails = self.lock();
        if let Some(file) = &mut mails.file {
            writeln!(file, "{}", serde_json::to_string(&mail)?)?;
        }
        mails.sent.push(mail);
        let surplus = mails.sent.len().saturating_sub(KEPT);
        mails.sent.drain(..surplus);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Mails> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A configuration of the SDK for the API at this URL.
pub fn ses_client_config(url: String, secret: &Secret) -> aws_sdk_sesv2::config::Builder {
    let config = aws_sdk_sesv2::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::from_static("ap-northeast-2"))
        .credentials_provider(Credentials::new(secret.as_str(), "campus", None, None, "local"));
    campus_notifications::stream::Mailer::at(config, url)
}

async fn list(State(mailbox): State<Mailbox>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "items": mailbox.mails() })))
}

/// `SendEmail`.
async fn receive(State(mailbox): State<Mailbox>, headers: HeaderMap, Json(mail): Json<Value>) -> Response {
    if headers.contains_key(header::ORIGIN) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if !mailbox.secret.is_access_key(&headers) {
        return refuse(
            StatusCode::FORBIDDEN,
            "UnrecognizedClientException",
            "The access key is not the one in the data folder.",
        );
    }
    let text = |path: &str| mail.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let parsed = text("/Destination/ToAddresses/0").and_then(|to| {
        Some(SentMail {
            to,
            subject: text("/Content/Simple/Subject/Data")?,
            text: text("/Content/Simple/Body/Text/Data")?,
            html: text("/Content/Simple/Body/Html/Data")?,
            sent_at: Time::now(),
        })
    });
    match parsed.filter(|_| text("/FromEmailAddress").is_some()) {
        Some(mail) => match mailbox.add(mail) {
            Ok(()) => Json(json!({ "MessageId": message_id() })).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        None => refuse(StatusCode::BAD_REQUEST, "BadRequestException", "The mail is incomplete."),
    }
}

fn message_id() -> String {
    campus_core::store::generate_secret().unwrap_or_default()
}

fn refuse(status: StatusCode, error: &'static str, message: &str) -> Response {
    (status, [(ERROR_TYPE, error)], Json(json!({ "message": message }))).into_response()
}
