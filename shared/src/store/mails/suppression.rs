//! Addresses that get no more mail: a mail to them has bounced, or its recipient has complained. Sending to them all the
//! same would lead SES to stop the whole account.
//!
//! A bounce concerns one spelling of an address: anybody can ask for a mail to the address of somebody else with a `+tag`,
//! and many mail servers refuse tags. A complaint concerns all spellings, because the recipient has sent it.
//!
//! The key of a row is a keyed hash, so the row does not tell the address. A row is valid for 180 days: mailboxes are
//! repaired, and pass to somebody else. A bounce of an address that nobody has verified is valid for a day: the school may
//! create the mailbox later.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::{Email, Time};
use crate::store::accounts::verified_addresses::VerifiedAddresses;
use crate::store::dynamo::{Error, Key, Read, ServiceAuthority, Table};
use crate::store::keys::MailKey;

pub(crate) const SUPPRESSED: &str = "SUPPRESSED#";

const BOUNCE: &str = "BOUNCE";
const COMPLAINT: &str = "COMPLAINT";

/// How long an address is suppressed, in seconds: 180 days.
const SUPPRESSED_FOR_S: i64 = 180 * 24 * 3600;

/// How long an address that nobody has verified is suppressed after a bounce, in seconds: a day.
const UNVERIFIED_SUPPRESSED_FOR_S: i64 = 24 * 3600;

/// Why an address gets no more mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        let now = self.table.clock().now().as_secs();
        let keys = self.keys(address);
        let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
        for key in &keys {
            if rows.take::<SuppressionRow>(key)?.is_some_and(|row| now < row.expires_at) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sends no more mail to the address.
    pub async fn add(&self, address: &Email, reason: Suppression) -> Result<(), Error> {
        let [bounce, complaint] = self.keys(address);
        let (key, kept_for) = match reason {
            Suppression::Complaint => (complaint, SUPPRESSED_FOR_S),
            Suppression::Bounce => (bounce, self.bounce_kept_for(address).await?),
        };
        let now = self.table.clock().now();
        let row = SuppressionRow { since: now, expires_at: now.as_secs().saturating_add(kept_for) };
        self.table.transaction(ServiceAuthority).overwrite(&key, &row)?.commit().await
    }

    /// Sends mail to the address again. Returns whether it was suppressed.
    pub async fn remove(&self, address: &Email) -> Result<bool, Error> {
        let was_suppressed = self.contain(address).await?;
        for key in self.keys(address) {
            self.table.delete(ServiceAuthority, key).await?;
        }
        Ok(was_suppressed)
    }

    async fn bounce_kept_for(&self, address: &Email) -> Result<i64, Error> {
        let owner = VerifiedAddresses::new(self.table.clone()).owner(address).await?;
        Ok(if owner.is_some() { SUPPRESSED_FOR_S } else { UNVERIFIED_SUPPRESSED_FOR_S })
    }

    /// The keys of a bounce and of a complaint.
    fn keys(&self, address: &Email) -> [Key; 2] {
        let key = |spelling: &str, sk| {
            let hash = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, spelling.as_bytes()));
            Key::new(format!("{SUPPRESSED}{hash}"), sk)
        };
        [key(&address.as_str().to_ascii_lowercase(), BOUNCE), key(&address.folded(), COMPLAINT)]
    }
}

/// Whether this is the sort key of a suppressed address.
pub(crate) fn is_sort_key(sk: &str) -> bool {
    [BOUNCE, COMPLAINT].contains(&sk)
}
