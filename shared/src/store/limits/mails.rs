//! Limits of the mails that clients ask for (rule 16): verification codes, password resets and reminders together. They
//! protect mailboxes from floods, and codes from being guessed.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::domain::{Caller, Email, Network};
use crate::hash::sha256;
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Authority, Error, ServiceAuthority};
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

impl Limiter {
    /// Counts a mail that a client asks for, by its network and by the address to which it goes, in any spelling. Does the
    /// same whether or not a student has the address.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if a limit is reached.
    pub async fn count_mail(&self, to: &Email, from: Network) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.add_mail(ServiceAuthority, address_partition(from), limits.mails_per_address).await?;
        let mailbox = format!("{MAILBOX}{}", sha256(to.folded().as_bytes()));
        self.add_mail(ServiceAuthority, mailbox, limits.mails_per_mailbox).await
    }

    /// Like [`count_mail`](Self::count_mail), for a mail that a student asks for, by the student as well.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if a limit is reached.
    pub async fn count_own_mail(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        to: &Email,
        from: Network,
    ) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.add_mail(access, users::partition(caller.school, caller.user), limits.mails_per_user).await?;
        self.count_mail(to, from).await
    }

    /// Counts a mail in the hour first: a mail that is refused for the hour must not use up the day.
    async fn add_mail(&self, by: impl Authority + Copy, partition: String, rates: MailRates) -> Result<(), Error> {
        let MailRates { per_hour, per_day } = rates;
        let hour = Rate { max: per_hour, window_s: at_least_one(3600) };
        let day = Rate { max: per_day, window_s: at_least_one(24 * 3600) };
        self.add_one(by, partition.clone(), "MAILS-HOUR", hour).await?;
        self.add_one(by, partition, "MAILS-DAY", day).await
    }
}
