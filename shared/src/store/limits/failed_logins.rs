//! Limits of consecutive wrong passwords (rule 33).
//!
//! Failed logins count for a login id, whether or not a student has it: for each network, and with a higher limit over all
//! networks. A device that has logged in to the account before has a counter of its own instead, and so has each session,
//! for the requests that ask for the password again. So an attacker cannot lock out the owner of an account.
//!
//! After some failures each further attempt must wait, and the waits double. An attempt is counted as a failure before
//! the password is checked, so that concurrent attempts cannot all count as the first one; a successful login deletes
//! the count. An attempt during a wait is rejected without being counted, so it does not prolong the wait.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | failed logins | `LIMIT#LOGIN#<hash of what is counted>` | `LIMIT` |

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Caller, LoginId, Network, Time};
use crate::hash::sha256;
use crate::store::dynamo::{Error, Key, MeteredCall, ServiceAuthority, retry_on_conflict};
use crate::store::limits::{AddressAction, Limiter, Limits};

/// How many passwords may be wrong before waits start, and how long the waits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedLogins {
    /// Number of consecutive failures before the first wait: 5, or 100 over all networks.
    pub free: u32,
    /// The first wait, in seconds: 1. The wait doubles with each further failure.
    pub first_wait_s: u32,
    /// The longest wait, in seconds: 60.
    pub longest_wait_s: u32,
    /// Seconds after the last failure until the count starts at 0 again: a day.
    pub forgotten_after_s: u32,
}

impl Default for FailedLogins {
    fn default() -> Self {
        Self { free: 5, first_wait_s: 1, longest_wait_s: 60, forgotten_after_s: 24 * 3600 }
    }
}

/// The row: consecutive attempts without success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempts {
    failures: u32,
    last_at: Time,
    /// Changes with each attempt: the version of the row, for optimistic locking.
    last_id: Uuid,
    /// When the count starts at 0 again, in seconds since 1970; also the row's time to live.
    expires_at: i64,
}

/// The result of a conditional write of the row.
enum Replaced {
    Yes,
    /// The row has changed since it was read. Holds the current row, if there is one.
    No(Option<Attempts>),
}

/// How many times to try the write while concurrent requests count attempts. Each lost race means that another attempt
/// was counted, so a wait starts before the tries are used up, unless a concurrent login succeeds.
const TRIES: u32 = 10;

impl FailedLogins {
    /// The wait after this many failures, in milliseconds.
    fn wait_ms(&self, failures: u32) -> i64 {
        let Some(waits) = failures.checked_sub(self.free) else { return 0 };
        let doubled = u64::from(self.first_wait_s).saturating_mul(1 << waits.min(31));
        let wait_s = doubled.min(u64::from(self.longest_wait_s));
        i64::try_from(wait_s).unwrap_or(i64::MAX).saturating_mul(1000)
    }

    /// The row after another attempt at this time.
    ///
    /// # Errors
    /// [`Error::RateLimited`] during a wait.
    fn next(&self, before: Option<&Attempts>, now: Time) -> Result<Attempts, Error> {
        let before = before.filter(|before| now.as_secs() < before.expires_at);
        let failures = before.map_or(0, |before| before.failures);
        if let Some(before) = before {
            let wait = self.wait_ms(failures);
            // The last attempt may lie in the future: clocks of function instances differ.
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

/// Where a login comes from.
#[derive(Clone, Copy)]
pub enum LoginOrigin {
    /// A device that has logged in to the account before, with the id in its device token.
    KnownDevice(Uuid),
    /// Any other client, by its network.
    Network(Network),
}

/// An attempt that is counted as failed until [`Limiter::forget`].
#[must_use]
#[derive(Debug, Default)]
pub struct CountedAttempt {
    counted_by: Vec<Key>,
}

/// An attempt in one counter.
struct Counted {
    key: Key,
    before: Option<Attempts>,
    after: Attempts,
}

/// The key of a counter. `of` identifies what it counts the attempts of.
fn key(of: &[&[u8]]) -> Key {
    Key::new(format!("LIMIT#LOGIN#{}", sha256(&of.join(b"\n".as_slice()))), "LIMIT")
}

/// The key of the counter of a login id from one network.
fn key_here(login_id: &LoginId, network: Network) -> Key {
    key(&[b"network", &network.octets(), login_id.as_str().as_bytes()])
}

/// The key of the counter of a login id over all networks.
fn key_everywhere(login_id: &LoginId) -> Key {
    key(&[b"everywhere", login_id.as_str().as_bytes()])
}

impl Limiter {
    /// Counts a login attempt. Call it before checking the password.
    ///
    /// A known device has a counter of its own and no other limit, so nobody else can make it wait.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if the login id must wait after failed attempts from this origin, or if the network has
    /// reached its limit of logins. Then nothing is counted for the login id.
    pub async fn count_login(&self, login_id: &LoginId, from: LoginOrigin) -> Result<CountedAttempt, Error> {
        let Some(limits) = &self.limits else { return Ok(CountedAttempt::default()) };
        let network = match from {
            LoginOrigin::KnownDevice(id) => return self.count_own(&[b"device", id.as_bytes()], limits).await,
            LoginOrigin::Network(network) => network,
        };
        self.count_address(AddressAction::LogIn, network).await?;
        let here = self.count_failure(key_here(login_id, network), &limits.failed_logins).await?;
        match self.count_failure(key_everywhere(login_id), &limits.failed_logins_everywhere).await {
            Ok(everywhere) => Ok(CountedAttempt { counted_by: vec![here.key, everywhere.key] }),
            Err(error) => {
                // The attempt is refused, so it must not lengthen the waits of its network.
                if let Err(cause) = self.undo(here).await {
                    tracing::warn!(%cause, "a refused login attempt stays counted");
                }
                Err(error)
            }
        }
    }

    /// Counts a check of the caller's password within the caller's session. Call it before the check. Neither failed
    /// logins nor other sessions count.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if the session must wait after wrong passwords.
    pub async fn count_password_check(&self, caller: &Caller) -> Result<CountedAttempt, Error> {
        let Some(limits) = &self.limits else { return Ok(CountedAttempt::default()) };
        self.count_own(&[b"session", caller.session.to_string().as_bytes()], limits).await
    }

    /// Resets the counters that would make a student wait who has just set a new password: those of the login id, from this
    /// network and over all networks.
    pub async fn forget_failed_logins(&self, login_id: &LoginId, from: Network) -> Result<(), Error> {
        if self.limits.is_none() {
            return Ok(());
        }
        self.forget(CountedAttempt { counted_by: vec![key_here(login_id, from), key_everywhere(login_id)] }).await
    }

    /// Resets the counters of an attempt whose password was right.
    pub async fn forget(&self, attempt: CountedAttempt) -> Result<(), Error> {
        let deletions = attempt.counted_by.into_iter().map(|key| self.table.delete(ServiceAuthority, key));
        try_join_all(deletions).await.map(drop)
    }

    /// Counts an attempt in one counter only.
    async fn count_own(&self, of: &[&[u8]], limits: &Limits) -> Result<CountedAttempt, Error> {
        let counted = self.count_failure(key(of), &limits.failed_logins).await?;
        Ok(CountedAttempt { counted_by: vec![counted.key] })
    }

    async fn count_failure(&self, key: Key, limits: &FailedLogins) -> Result<Counted, Error> {
        let mut before = None;
        for _ in 0..TRIES {
            let after = limits.next(before.as_ref(), self.table.clock().now())?;
            match self.replace(&key, before.as_ref(), &after).await? {
                Replaced::Yes => return Ok(Counted { key, before, after }),
                Replaced::No(row) => before = row,
            }
        }
        Err(Error::rate_limited(1))
    }

    /// Takes back an attempt, unless another one was counted after it.
    async fn undo(&self, Counted { key, before, after }: Counted) -> Result<(), Error> {
        let restored = before.unwrap_or_else(|| Attempts { failures: 0, ..after.clone() });
        self.replace(&key, Some(&after), &restored).await.map(drop)
    }

    /// Writes the row, on the condition that it is still as `before`.
    async fn replace(&self, key: &Key, before: Option<&Attempts>, next: &Attempts) -> Result<Replaced, Error> {
        let condition = before.map_or("attribute_not_exists(pk)", |_| "last_id = :seen");
        let seen = before.map(|before| (":seen".to_owned(), AttributeValue::S(before.last_id.to_string())));
        let call = MeteredCall::begin();
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
        let result = retry_on_conflict(|| write.clone().send()).await?;
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
        // The SDK may have sent the write twice because a response was lost. Then the row is already the new one.
        let is_written = row.as_ref().is_some_and(|row| row.last_id == next.last_id);
        Ok(if is_written { Replaced::Yes } else { Replaced::No(row) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(failures: u32) -> Attempts {
        let last_at = Time::from_millis(1_000_000_000);
        Attempts { failures, last_at, last_id: Uuid::new_v4(), expires_at: last_at.as_secs() + 24 * 3600 }
    }

    /// The number of failures after another attempt this long after the last one; `None` during a wait.
    fn next(before: &Attempts, passed_ms: i64) -> Option<u32> {
        FailedLogins::default().next(Some(before), before.last_at.plus_millis(passed_ms)).ok().map(|next| next.failures)
    }

    #[test]
    fn a_wait_ends_exactly_when_retry_after_says() {
        assert_eq!(next(&after(4), 0), Some(5), "the fifth attempt needs no wait");
        for (failures, wait_s) in [(5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (12, 60), (1000, 60)] {
            let before = after(failures);
            assert_eq!(next(&before, wait_s * 1000 - 1), None, "{failures}");
            assert_eq!(next(&before, wait_s * 1000), Some(failures + 1), "{failures}");
        }
    }

    #[test]
    fn failures_are_forgotten_after_exactly_a_day() {
        let day = 24 * 3600 * 1000;
        assert_eq!(next(&after(8), day - 1000), Some(9));
        assert_eq!(next(&after(8), day), Some(1));
    }
}
