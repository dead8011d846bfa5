//! The secret of a data folder.

use std::fmt::{self, Debug, Formatter};

use anyhow::{Context, Result};
use axum::http::{HeaderMap, header};

/// 128 random bits in hexadecimal. It is the access key id of the DynamoDB engine, and the secret access key of the media
/// store. A program that knows it can read and write all data.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new secret.
    ///
    /// # Errors
    /// If the system's random number generator fails.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 16];
        aws_lc_rs::rand::fill(&mut bytes).context("the system's random number generator failed")?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bytes))))
    }

    /// Parses the text of a secret. None if it is not a secret.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_secret = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_secret.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the secret is the access key id of a request with a signature of version 4. The signature is not checked: the
    /// key is as hard to guess as a signature.
    pub(crate) fn is_access_key(&self, headers: &HeaderMap) -> bool {
        let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let credential = authorization
            .and_then(|value| value.strip_prefix("AWS4-HMAC-SHA256 "))
            .and_then(|value| Some(value.split_once("Credential=")?.1.split_once('/')?.0));
        credential == Some(self.as_str())
    }
}

impl Debug for Secret {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
