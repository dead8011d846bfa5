//! Limits: how often something may be done in a while.
//!
//! Each is a counter for one window of time, which begins at a multiple of the window's length since 1970. What counts
//! a student's doings stands beside the profile, what counts an address's has a partition of its own. Failed logins
//! have other rules, in [`attempts`](super::attempts).
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | a student's counter | `SCHOOL#<school>#USER#<user>` | `LIMIT#<what>#<start of the window>` |
//! | an address's counter | `LIMIT#ADDRESS#<hash of the address>` | `LIMIT#<what>#<start of the window>` |

use std::num::NonZeroU32;

use aws_lc_rs::digest;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::attempts::FailedLogins;
use super::audit::{Entry, Kind};
use super::table::{Authority, Service, outlasting_conflicts};
use super::usage::Call;
use super::{Error, Key, Table, Writer, users, withdrawals};
use crate::domain::{Caller, Network};

/// How often something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// So often in one window.
    pub max: NonZeroU32,
    /// The length of a window, in seconds.
    pub window_s: NonZeroU32,
}

impl Rate {
    /// So often in so many seconds; zeros count as ones.
    pub const fn new(max: u32, window_s: u32) -> Self {
        Self { max: at_least_one(max), window_s: at_least_one(window_s) }
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// All limits of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Failed logins in a row with one login id.
    pub failed_logins: FailedLogins,
    /// Logins from one address, right or wrong: 600 in 10 minutes, since a campus may share one.
    pub logins_per_address: Rate,
    /// Sign-ups from one address: 200 in an hour, for the same reason.
    pub sign_ups_per_address: Rate,
    /// Boards that a student makes: 20 in a day.
    pub boards_per_user: Rate,
    /// Posts that a student writes: 10 in a minute.
    pub posts_per_user: Rate,
    /// Comments that a student writes: 30 in a minute.
    pub comments_per_user: Rate,
    /// Messages that a student writes: 20 in a minute.
    pub messages_per_user: Rate,
    /// Threads of messages that a student starts: 50 in a day.
    pub threads_per_user: Rate,
    /// Pictures that a student uploads: 100 in an hour.
    pub media_per_user: Rate,
    /// Timetables that a student makes: 50 in a day.
    pub timetables_per_user: Rate,
    /// Entries that a student puts into timetables: 100 in 10 minutes.
    pub entries_per_user: Rate,
    /// Reviews that a student writes: 20 in a day.
    pub reviews_per_user: Rate,
    /// Requests for friendship that a student sends: 50 in a day, which is also how many login ids and addresses one can
    /// try.
    pub friend_requests_per_user: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            failed_logins: FailedLogins::default(),
            logins_per_address: Rate::new(600, 600),
            sign_ups_per_address: Rate::new(200, 3600),
            boards_per_user: Rate::new(20, 24 * 3600),
            posts_per_user: Rate::new(10, 60),
            comments_per_user: Rate::new(30, 60),
            messages_per_user: Rate::new(20, 60),
            threads_per_user: Rate::new(50, 24 * 3600),
            media_per_user: Rate::new(100, 3600),
            timetables_per_user: Rate::new(50, 24 * 3600),
            entries_per_user: Rate::new(100, 600),
            reviews_per_user: Rate::new(20, 24 * 3600),
            friend_requests_per_user: Rate::new(50, 24 * 3600),
        }
    }
}

impl Limits {
    /// Reads a configuration: `off` for no limits; or a JSON object of the numbers that differ from the defaults.
    ///
    /// ```
    /// use campus_core::store::{Limits, Rate};
    ///
    /// let limits = Limits::parse(r#"{"posts_per_user": {"max": 30}}"#).unwrap().unwrap();
    /// assert_eq!(limits, Limits { posts_per_user: Rate::new(30, 60), ..Limits::default() });
    /// assert_eq!(Limits::parse("off").unwrap(), None);
    /// ```
    ///
    /// # Errors
    /// When it is neither, or names something that is no limit.
    pub fn parse(text: &str) -> Result<Option<Self>, serde_json::Error> {
        if text == "off" {
            return Ok(None);
        }
        let mut limits = serde_json::to_value(Self::default())?;
        merge(&mut limits, serde_json::from_str(text)?);
        serde_json::from_value(limits).map(Some)
    }
}

/// Puts what `changes` has into the place of what `base` has.
fn merge(base: &mut Value, changes: Value) {
    match (base, changes) {
        (Value::Object(base), Value::Object(changes)) => {
            for (name, change) in changes {
                merge(base.entry(name).or_insert(Value::Null), change);
            }
        }
        (base, change) => *base = change,
    }
}

/// Holds the service to its limits, if it has any. Without, no call goes to the table.
#[derive(Clone, Debug)]
pub struct Limiter {
    pub(super) table: Table,
    pub(super) limits: Option<Limits>,
}

/// What keys have of an address or a login id.
pub(super) fn hash(of: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, of))
}

fn partition_of_address(network: Network) -> String {
    format!("LIMIT#ADDRESS#{}", hash(&network.octets()))
}

fn partition_of_user(caller: &Caller) -> String {
    users::partition(caller.school, caller.user)
}

impl Limiter {
    pub(crate) fn new(table: Table, limits: Option<Limits>) -> Self {
        Self { table, limits }
    }

    /// Counts a login from the address.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_login(&self, from: Network) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(Service, partition_of_address(from), "LOGINS", limits.logins_per_address).await
    }

    /// Counts a sign-up from the address.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_sign_up(&self, from: Network) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(Service, partition_of_address(from), "SIGNUPS", limits.sign_ups_per_address).await
    }

    /// Counts a board that the caller is about to make.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_board(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "BOARDS", limits.boards_per_user).await
    }

    /// Counts a post that the caller is about to write.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_post(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "POSTS", limits.posts_per_user).await
    }

    /// Counts a comment that the caller is about to write.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_comment(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "COMMENTS", limits.comments_per_user).await
    }

    /// Counts a message that the caller is about to write.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_message(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "MESSAGES", limits.messages_per_user).await
    }

    /// Counts a thread that the caller is about to start.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_thread(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "THREADS", limits.threads_per_user).await
    }

    /// Counts a picture that the caller is about to upload.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_media(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "MEDIA", limits.media_per_user).await
    }

    /// Counts a timetable that the caller is about to make.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_timetable(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "TIMETABLES", limits.timetables_per_user).await
    }

    /// Counts an entry that the caller is about to put into a timetable.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_entry(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "ENTRIES", limits.entries_per_user).await
    }

    /// Counts a review that the caller is about to write.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_review(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "REVIEWS", limits.reviews_per_user).await
    }

    /// Counts a request for friendship that the caller is about to send.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count_friend_request(&self, writer: &Writer, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        self.count(writer, partition_of_user(caller), "FRIENDREQUESTS", limits.friend_requests_per_user).await
    }

    /// Adds one to the counter of the present window, unless it is full. Where the answer is lost, the SDK counts
    /// again: that errs by one, and on the side of caution.
    async fn count(&self, _by: impl Authority, partition: String, what: &str, rate: Rate) -> Result<(), Error> {
        let now = self.table.clock().now().as_secs();
        let window = i64::from(rate.window_s.get());
        let start = now.saturating_sub(now.rem_euclid(window));
        let end = start.saturating_add(window);
        let key = Key::new(partition, format!("LIMIT#{what}#{start}"));
        let call = Call::begin();
        let write = self
            .table
            .client()
            .update_item()
            .table_name(self.table.name())
            .set_key(Some(key.into_item()))
            .update_expression("ADD #n :one SET expires_at = :end")
            .condition_expression("attribute_not_exists(#n) OR #n < :max")
            .expression_attribute_names("#n", "n")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":end", AttributeValue::N(end.to_string()))
            .expression_attribute_values(":max", AttributeValue::N(rate.max.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let result = outlasting_conflicts(|| write.clone().send()).await?;
        let refused = |error: &UpdateItemError| error.is_conditional_check_failed_exception();
        match result {
            Ok(output) => {
                call.end_writing(output.consumed_capacity.as_slice());
                Ok(())
            }
            Err(error) => {
                call.end_writing(&[]);
                Err(if error.as_service_error().is_some_and(refused) {
                    Error::rate_limited(end.saturating_sub(now))
                } else {
                    error.into()
                })
            }
        }
    }
}

/// What a counter's row must have.
#[derive(Deserialize)]
struct Counter {
    #[serde(rename = "n")]
    _count: u32,
    #[serde(rename = "expires_at")]
    _window_end: i64,
}

/// A counter is of an address or of a student.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    entry.key.sk.strip_prefix("LIMIT#")?;
    entry.read::<Counter>();
    if entry.key.pk.starts_with("LIMIT#ADDRESS#") {
        return Some("address's counter");
    }
    let (school, user) = users::of_partition(&entry.key.pk)?;
    entry.needs_any(withdrawals::owner_keys(school, user));
    Some("student's counter")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_numbers_can_be_set_and_the_others_stay() {
        let text = r#"{"failed_logins": {"free": 3}, "boards_per_user": {"max": 1, "window_s": 60}}"#;
        let expected = Limits {
            failed_logins: FailedLogins { free: 3, ..FailedLogins::default() },
            boards_per_user: Rate::new(1, 60),
            ..Limits::default()
        };
        assert_eq!(Limits::parse(text).unwrap(), Some(expected));
        assert_eq!(Limits::parse("{}").unwrap(), Some(Limits::default()));
        assert_eq!(Limits::parse("off").unwrap(), None);
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for text in [
            "",
            "on",
            "null",
            "[]",
            r#"{"likes_per_user": {"max": 1}}"#,
            r#"{"posts_per_user": {"most": 1}}"#,
            r#"{"posts_per_user": {"max": 0}}"#,
            r#"{"posts_per_user": {"window_s": 0}}"#,
            r#"{"posts_per_user": 10}"#,
            r#"{"failed_logins": {"free": -1}}"#,
        ] {
            assert!(Limits::parse(text).is_err(), "{text}");
        }
    }
}
