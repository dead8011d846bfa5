//! Addresses that get no more mail: a mail to them has bounced, or its recipient has complained. Sending to them all the
//! same would lead SES to stop the whole account.
//!
//! The key of a row is a keyed hash, so the row does not tell the address. A row is valid for 180 days: mailboxes are
//! repaired, and pass to somebody else.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::{Email, Time};
use crate::store::dynamo::{Error, Key, Read, ServiceAuthority, Table};
use crate::store::keys::MailKey;

pub(crate) const SUPPRESSED: &str = "SUPPRESSED#";

/// How long an address is suppressed, in seconds: 180 days.
const SUPPRESSED_FOR_S: i64 = 180 * 24 * 3600;

/// Why an address gets no more mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// The mail server of the address has refused a mail for good.
    Bounce,
    /// The recipient has reported a mail as spam.
    Complaint,
}

/// Access to the suppressed addresses.
#[derive(Clone)]
pub struct Suppressions {
    table: Table,
    key: hmac::Key,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SuppressionRow {
    reason: Suppression,
    since: Time,
    expires_at: i64,
}

impl Suppressions {
    /// `None` if the key is malformed.
    pub fn new(table: Table, key: &MailKey) -> Option<Self> {
        Some(Self { table, key: hmac::Key::new(hmac::HMAC_SHA256, &key.derive("campus suppressed addresses")?) })
    }

    /// Whether the address gets no more mail.
    pub async fn contain(&self, address: &Email) -> Result<bool, Error> {
        let row: Option<SuppressionRow> = self.table.get(self.key_of(address), Read::Consistent).await?;
        Ok(row.is_some_and(|row| self.table.clock().now().as_secs() < row.expires_at))
    }

    /// Sends no more mail to the address.
    pub async fn add(&self, address: &Email, reason: Suppression) -> Result<(), Error> {
        let now = self.table.clock().now();
        let expires_at = now.as_secs().saturating_add(SUPPRESSED_FOR_S);
        let row = SuppressionRow { reason, since: now, expires_at };
        self.table.transaction(ServiceAuthority).overwrite(&self.key_of(address), &row)?.commit().await
    }

    fn key_of(&self, address: &Email) -> Key {
        let hash = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, address.folded().as_bytes()));
        Key::new(format!("{SUPPRESSED}{hash}"), "SUPPRESSED")
    }
}
