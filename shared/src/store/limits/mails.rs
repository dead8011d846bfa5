//! Limits of the mails that clients ask for (rules 16 and 17). They protect mailboxes from floods, and codes from being
//! guessed.
//!
//! A mailbox has counters for the codes that students ask for, and others for recovery and for takedown requests, for which
//! anybody can ask. So somebody without an account cannot use up the codes of the owner, and the limits of recovery and of
//! takedown requests do not tell that the owner has asked for a code.

use std::num::NonZeroU32;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::{Caller, Email, Network};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Authority, Error, ServiceAuthority};
use crate::store::keys::MailKey;
use crate::store::limits::{Limiter, Rate, address_partition, at_least_one};

/// The beginning of the partition key of a mailbox.
pub(crate) const MAILBOX: &str = "LIMIT#MAIL#";

/// How many mails are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailRates {
    /// The maximum number of mails in an hour.
    pub per_hour: NonZeroU32,
    /// The maximum number of mails in a day.
    pub per_day: NonZeroU32,
}

impl MailRates {
    /// A zero counts as 1.
    pub const fn new(per_hour: u32, per_day: u32) -> Self {
        Self { per_hour: at_least_one(per_hour), per_day: at_least_one(per_day) }
    }
}

/// Names the counters of mailboxes by a keyed hash, so that a counter does not tell whose it is.
pub struct Mailboxes {
    key: hmac::Key,
}

/// A mailbox whose mails are counted.
#[derive(Clone, Debug)]
pub struct Mailbox {
    partition: String,
}

impl Mailboxes {
    /// `None` if the key is malformed.
    pub fn new(key: &MailKey) -> Option<Self> {
        Some(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key.derive("campus counted mailboxes")?) })
    }

    /// The mailbox of an address, the same for all its spellings.
    pub fn of(&self, address: &Email) -> Mailbox {
        let hash = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, address.folded().as_bytes()));
        Mailbox { partition: format!("{MAILBOX}{hash}") }
    }
}

/// The names of the counters of an hour and of a day.
type CounterNames = [&'static str; 2];

/// All mails that a student, or clients in a network, ask for.
const MAILS: CounterNames = ["MAILS-HOUR", "MAILS-DAY"];
const CODES: CounterNames = ["CODES-HOUR", "CODES-DAY"];
const RECOVERY: CounterNames = ["RECOVERY-HOUR", "RECOVERY-DAY"];
const TAKEDOWNS: CounterNames = ["TAKEDOWNS-HOUR", "TAKEDOWNS-DAY"];

impl Limiter {
    /// Counts a verification code for which a student asks: by the student, by the network and by the mailbox.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if a limit is reached.
    pub async fn count_code(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        to: Mailbox,
        from: Network,
    ) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.add_mail(access, users::partition(caller.school, caller.user), MAILS, limits.mails_per_user).await?;
        self.add_mail(ServiceAuthority, address_partition(from), MAILS, limits.mails_per_address).await?;
        self.add_mail(ServiceAuthority, to.partition, CODES, limits.codes_per_mailbox).await
    }

    /// Counts a password reset or reminder for which a client asks, by the network and by the mailbox, whether or not a
    /// student has the address. Returns false if the mailbox gets no more of them.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if the limit of the network is reached.
    pub async fn count_recovery_mail(&self, to: Mailbox, from: Network) -> Result<bool, Error> {
        let Some(limits) = &self.limits else { return Ok(true) };
        self.add_mail(ServiceAuthority, address_partition(from), MAILS, limits.mails_per_address).await?;
        match self.add_mail(ServiceAuthority, to.partition, RECOVERY, limits.recovery_mails_per_mailbox).await {
            Ok(()) => Ok(true),
            Err(Error::RateLimited { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Counts a takedown request, by the network and by the mailbox. Returns false if the mailbox gets no more mails about
    /// such requests.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if the limit of the network is reached.
    pub async fn count_takedown_request(&self, to: Mailbox, from: Network) -> Result<bool, Error> {
        let Some(limits) = &self.limits else { return Ok(true) };
        self.add_mail(ServiceAuthority, address_partition(from), TAKEDOWNS, limits.takedowns_per_address).await?;
        match self.add_mail(ServiceAuthority, to.partition, TAKEDOWNS, limits.takedowns_per_mailbox).await {
            Ok(()) => Ok(true),
            Err(Error::RateLimited { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Counts a mail in the hour first: a mail that is refused for the hour must not use up the day.
    async fn add_mail(
        &self,
        by: impl Authority + Copy,
        partition: String,
        [hour_name, day_name]: CounterNames,
        rates: MailRates,
    ) -> Result<(), Error> {
        let MailRates { per_hour, per_day } = rates;
        let hour = Rate { max: per_hour, window_s: at_least_one(3600) };
        let day = Rate { max: per_day, window_s: at_least_one(24 * 3600) };
        self.add_one(by, partition.clone(), hour_name, hour).await?;
        self.add_one(by, partition, day_name, day).await.map(drop)
    }
}
