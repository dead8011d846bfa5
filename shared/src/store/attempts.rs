//! Failed logins: how many there were in a row with a login id, whether anybody has it or not.
//!
//! An attempt is counted before the password is checked, so that attempts at the same time cannot all pass as the
//! first, and a login that succeeds forgets the count. An attempt that has to wait is not counted: the wait ends when
//! it was said to, however often somebody tries meanwhile.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | attempts | `LIMIT#LOGIN#<hash of the login id>` | `LIMIT` |

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::audit::{Entry, Kind};
use super::limits::{Limiter, hash};
use super::table::{Service, outlasting_conflicts};
use super::usage::Call;
use super::{Error, Key};
use crate::domain::{LoginId, Time};

/// How often a login may fail, and what comes then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedLogins {
    /// So many in a row have no consequence: 5.
    pub free: u32,
    /// The wait after the last of these, in seconds: 1. It doubles with each further failure.
    pub first_wait_s: u32,
    /// The longest wait, in seconds: 60.
    pub longest_wait_s: u32,
    /// All are forgotten so many seconds after the last: a day.
    pub forgotten_after_s: u32,
}

impl Default for FailedLogins {
    fn default() -> Self {
        Self { free: 5, first_wait_s: 1, longest_wait_s: 60, forgotten_after_s: 24 * 3600 }
    }
}

/// The attempts in a row of which none has succeeded yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Attempts {
    /// How many.
    failures: u32,
    /// When the last was.
    last_at: Time,
    /// Names the last.
    last_id: Uuid,
    /// When they are forgotten, in seconds since the epoch; the table's time to live.
    expires_at: i64,
}

/// Whether a row was replaced, and what stands there if it was not.
enum Replaced {
    Yes,
    No(Option<Attempts>),
}

/// How often to try again when others count attempts at the same time. Each of these losses counted an attempt, so
/// that a wait is due before this is used up, unless somebody logs in successfully meanwhile.
const TRIES: u32 = 10;

impl FailedLogins {
    /// How long to wait after the last of so many failures, in milliseconds.
    fn wait_ms(&self, failures: u32) -> i64 {
        let Some(waits) = failures.checked_sub(self.free) else { return 0 };
        let doubled = u64::from(self.first_wait_s).saturating_mul(1 << waits.min(31));
        let wait_s = doubled.min(u64::from(self.longest_wait_s));
        i64::try_from(wait_s).unwrap_or(i64::MAX).saturating_mul(1000)
    }

    /// What an attempt now makes of those before.
    fn next(&self, before: Option<&Attempts>, now: Time) -> Result<Attempts, Error> {
        let before = before.filter(|before| now.as_secs() < before.expires_at);
        let failures = before.map_or(0, |before| before.failures);
        if let Some(before) = before {
            let wait = self.wait_ms(failures);
            // The function that counted the last attempt may have a clock ahead of this one's.
            let passed = now.as_millis().saturating_sub(before.last_at.as_millis()).max(0);
            let left = wait.saturating_sub(passed);
            if left > 0 {
                return Err(Error::rate_limited(left.saturating_add(999) / 1000));
            }
        }
        let expires_at = now.as_secs().saturating_add(i64::from(self.forgotten_after_s));
        Ok(Attempts { failures: failures.saturating_add(1), last_at: now, last_id: Uuid::new_v4(), expires_at })
    }
}

fn key(login_id: &LoginId) -> Key {
    Key::new(format!("LIMIT#LOGIN#{}", hash(login_id.as_str().as_bytes())), "LIMIT")
}

impl Limiter {
    /// Counts an attempt to log in, before the password is checked.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when it comes too early after others that failed.
    pub async fn count_attempt(&self, login_id: &LoginId) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let key = key(login_id);
        let mut before = None;
        for _ in 0..TRIES {
            let next = limits.failed_logins.next(before.as_ref(), self.table.clock().now())?;
            match self.replace(&key, before.as_ref(), &next).await? {
                Replaced::Yes => return Ok(()),
                Replaced::No(row) => before = row,
            }
        }
        Err(Error::rate_limited(1))
    }

    /// Forgets the attempts with this login id, since one has succeeded.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn forget_attempts(&self, login_id: &LoginId) -> Result<(), Error> {
        match self.limits {
            Some(_) => self.table.delete(Service, key(login_id)).await,
            None => Ok(()),
        }
    }

    /// Writes the row, if what stands there is still what was there before.
    async fn replace(&self, key: &Key, before: Option<&Attempts>, next: &Attempts) -> Result<Replaced, Error> {
        let condition = before.map_or("attribute_not_exists(pk)", |_| "last_id = :seen");
        let seen = before.map(|before| (":seen".to_owned(), AttributeValue::S(before.last_id.to_string())));
        let call = Call::begin();
        let write = self
            .table
            .client()
            .put_item()
            .table_name(self.table.name())
            .set_item(Some(key.row(next)?))
            .condition_expression(condition)
            .set_expression_attribute_values(seen.map(|seen| [seen].into()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let result = outlasting_conflicts(|| write.clone().send()).await?;
        let error = match result {
            Ok(output) => {
                call.end_writing(output.consumed_capacity.as_slice());
                return Ok(Replaced::Yes);
            }
            Err(error) => error,
        };
        call.end_writing(&[]);
        let Some(PutItemError::ConditionalCheckFailedException(failed)) = error.as_service_error() else {
            return Err(error.into());
        };
        let item = failed.item.clone().filter(|item| !item.is_empty());
        let row: Option<Attempts> = item.map(serde_dynamo::from_item).transpose()?;
        // It may be this very row, written by a try whose answer was lost.
        let is_written = row.as_ref().is_some_and(|row| row.last_id == next.last_id);
        Ok(if is_written { Replaced::Yes } else { Replaced::No(row) })
    }
}

/// Failed logins are of a login id, whether somebody has it or not.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    entry.key.pk.strip_prefix("LIMIT#LOGIN#").filter(|_| entry.key.sk == "LIMIT")?;
    entry.read::<Attempts>();
    Some("failed logins")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(failures: u32) -> Attempts {
        let last_at = Time::from_millis(1_000_000_000);
        Attempts { failures, last_at, last_id: Uuid::new_v4(), expires_at: last_at.as_secs() + 24 * 3600 }
    }

    /// Which failure the next attempt would be, this long after the last one.
    fn next(before: &Attempts, passed_ms: i64) -> Option<u32> {
        FailedLogins::default().next(Some(before), before.last_at.plus_millis(passed_ms)).ok().map(|next| next.failures)
    }

    #[test]
    fn the_wait_is_over_when_it_was_said_to_be_and_not_before() {
        assert_eq!(next(&after(4), 0), Some(5), "the last without a wait");
        for (failures, wait_s) in [(5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (12, 60), (1000, 60)] {
            let before = after(failures);
            assert_eq!(next(&before, wait_s * 1000 - 1), None, "{failures}");
            assert_eq!(next(&before, wait_s * 1000), Some(failures + 1), "{failures}");
        }
    }

    #[test]
    fn failures_count_until_the_second_in_which_they_are_forgotten() {
        let day = 24 * 3600 * 1000;
        assert_eq!(next(&after(8), day - 1000), Some(9));
        assert_eq!(next(&after(8), day), Some(1));
    }
}
