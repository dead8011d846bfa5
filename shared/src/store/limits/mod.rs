//! Rate limits.
//!
//! A limit allows a number of operations in a fixed window of time. Windows start at multiples of their length since
//! 1970, and each has a counter row that expires at its end. Counters of a student are in the student's partition.
//! Counters of a network address, or of an email address, have a partition of their own. Failed logins have other rules, in
//! [`failed_logins`](crate::store::limits::failed_logins). Mails are in [`mails`](crate::store::limits::mails), and guesses
//! of verification codes in [`guesses`](crate::store::limits::guesses).
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | a student's counter | `SCHOOL#<school>#USER#<user>` | `LIMIT#<what>#<start of the window>` |
//! | an address's counter | `LIMIT#ADDRESS#<hash of the address>` | `LIMIT#<what>#<start of the window>` |
//! | a mailbox's counter | `LIMIT#MAIL#<keyed hash of the email address>` | `LIMIT#<what>#<start of the window>` |

pub(crate) mod failed_logins;
pub(crate) mod guesses;
pub(crate) mod mails;

pub use failed_logins::{CountedAttempt, FailedLogins, LoginOrigin};
pub use guesses::CountedGuess;
pub use mails::{MailRates, Mailbox, Mailboxes};

use std::num::NonZeroU32;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{Caller, Network};
use crate::hash::sha256;
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Authority, Error, Key, MeteredCall, ServiceAuthority, Table, retry_on_conflict};

/// The beginning of the sort key of a counter.
pub(crate) const LIMIT: &str = "LIMIT#";

/// A rate: a number of operations in a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The maximum number of operations in a window.
    pub max: NonZeroU32,
    /// The length of a window, in seconds.
    pub window_s: NonZeroU32,
}

impl Rate {
    /// `max` operations in `window_s` seconds. A zero counts as 1.
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

/// All rate limits of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Consecutive wrong passwords: of a login id from one network, of a known device, and of a session.
    pub failed_logins: FailedLogins,
    /// Consecutive failed logins with the same login id over all networks, without those of known devices.
    pub failed_logins_everywhere: FailedLogins,
    /// Logins from one address, whether they succeed or not: 600 in 10 minutes. It is high because a campus may share
    /// one address.
    pub logins_per_address: Rate,
    /// Sign-ups from one address: 200 in an hour, high for the same reason.
    pub sign_ups_per_address: Rate,
    /// Verification codes to one email address: 3 in an hour and 5 in a day.
    pub codes_per_mailbox: MailRates,
    /// Password resets and login-id reminders to one email address: 3 in an hour and 5 in a day.
    pub recovery_mails_per_mailbox: MailRates,
    /// Mails that a student asks for: 3 in an hour and 5 in a day.
    pub mails_per_user: MailRates,
    /// Mails that clients at one address ask for: 300 in an hour and 1,000 in a day. A campus may share one address.
    pub mails_per_address: MailRates,
    /// Verification codes that a student tries: 30 in an hour.
    pub code_guesses_per_user: Rate,
    /// Wrong verification codes from one address: 100 in an hour. A campus may share one address.
    pub wrong_codes_per_address: Rate,
    /// New passwords that are set with a link from one address: 200 in an hour, high for the same reason.
    pub password_resets_per_address: Rate,
    /// Takedown requests from one address: 20 in an hour and 50 in a day.
    pub takedowns_per_address: MailRates,
    /// Takedown requests with one email address: 3 in an hour and 5 in a day.
    pub takedowns_per_mailbox: MailRates,
    /// Takedown requests that clients at one address confirm: 200 in an hour.
    pub takedown_confirmations_per_address: Rate,
    /// Boards that a student creates: 20 in a day.
    pub boards_per_user: Rate,
    /// Posts that a student writes: 10 in a minute.
    pub posts_per_user: Rate,
    /// Edits of posts that a student makes: 100 in a day.
    pub edits_per_user: Rate,
    /// Comments that a student writes: 30 in a minute.
    pub comments_per_user: Rate,
    /// Messages that a student writes: 20 in a minute.
    pub messages_per_user: Rate,
    /// Message threads that a student starts: 50 in a day.
    pub threads_per_user: Rate,
    /// Pictures that a student uploads: 100 in an hour.
    pub media_per_user: Rate,
    /// Timetables that a student creates: 50 in a day.
    pub timetables_per_user: Rate,
    /// Entries that a student adds to timetables: 100 in 10 minutes.
    pub entries_per_user: Rate,
    /// Reviews that a student writes: 20 in a day.
    pub reviews_per_user: Rate,
    /// Exam infos that a student writes: 20 in a day.
    pub exam_infos_per_user: Rate,
    /// Friend requests that a student sends: 50 in a day. This also limits how many login ids and addresses a student
    /// can probe.
    pub friend_requests_per_user: Rate,
    /// Reports that a student sends: 20 in a day.
    pub reports_per_user: Rate,
    /// Pages of searches for posts that a student requests: 60 in a minute.
    pub searches_per_user: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            failed_logins: FailedLogins::default(),
            failed_logins_everywhere: FailedLogins { free: 100, ..FailedLogins::default() },
            logins_per_address: Rate::new(600, 600),
            sign_ups_per_address: Rate::new(200, 3600),
            codes_per_mailbox: MailRates::new(3, 5),
            recovery_mails_per_mailbox: MailRates::new(3, 5),
            mails_per_user: MailRates::new(3, 5),
            mails_per_address: MailRates::new(300, 1000),
            code_guesses_per_user: Rate::new(30, 3600),
            wrong_codes_per_address: Rate::new(100, 3600),
            password_resets_per_address: Rate::new(200, 3600),
            takedowns_per_address: MailRates::new(20, 50),
            takedowns_per_mailbox: MailRates::new(3, 5),
            takedown_confirmations_per_address: Rate::new(200, 3600),
            boards_per_user: Rate::new(20, 24 * 3600),
            posts_per_user: Rate::new(10, 60),
            edits_per_user: Rate::new(100, 24 * 3600),
            comments_per_user: Rate::new(30, 60),
            messages_per_user: Rate::new(20, 60),
            threads_per_user: Rate::new(50, 24 * 3600),
            media_per_user: Rate::new(100, 3600),
            timetables_per_user: Rate::new(50, 24 * 3600),
            entries_per_user: Rate::new(100, 600),
            reviews_per_user: Rate::new(20, 24 * 3600),
            exam_infos_per_user: Rate::new(20, 24 * 3600),
            friend_requests_per_user: Rate::new(50, 24 * 3600),
            reports_per_user: Rate::new(20, 24 * 3600),
            searches_per_user: Rate::new(60, 60),
        }
    }
}

impl Limits {
    /// Parses a configuration: `off` for no limits, or a JSON object with the numbers that differ from the defaults.
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
    /// If the text is neither, names an unknown limit, or sets one to 0.
    pub fn parse(text: &str) -> Result<Option<Self>, serde_json::Error> {
        if text == "off" {
            return Ok(None);
        }
        let mut limits = serde_json::to_value(Self::default())?;
        merge(&mut limits, serde_json::from_str(text)?);
        serde_json::from_value(limits).map(Some)
    }
}

/// Overwrites values of `base` with those of `changes`, recursively.
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

/// An action that is limited by network address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressAction {
    LogIn,
    SignUp,
    ResetPassword,
    ConfirmTakedown,
}

/// An action that is limited by user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserAction {
    GuessCode,
    CreateBoard,
    WritePost,
    EditPost,
    WriteComment,
    SendMessage,
    StartThread,
    UploadMedia,
    CreateTimetable,
    AddEntry,
    WriteReview,
    WriteExamInfo,
    RequestFriend,
    Report,
    Search,
}

impl AddressAction {
    /// The action's name in the key of its counter, and its limit.
    fn limit(self, limits: &Limits) -> (&'static str, Rate) {
        match self {
            Self::LogIn => ("LOGINS", limits.logins_per_address),
            Self::SignUp => ("SIGNUPS", limits.sign_ups_per_address),
            Self::ResetPassword => ("RESETS", limits.password_resets_per_address),
            Self::ConfirmTakedown => ("TAKEDOWNS", limits.takedown_confirmations_per_address),
        }
    }
}

impl UserAction {
    /// The action's name in the key of its counter, and its limit.
    fn limit(self, limits: &Limits) -> (&'static str, Rate) {
        match self {
            Self::GuessCode => ("GUESSES", limits.code_guesses_per_user),
            Self::CreateBoard => ("BOARDS", limits.boards_per_user),
            Self::WritePost => ("POSTS", limits.posts_per_user),
            Self::EditPost => ("EDITS", limits.edits_per_user),
            Self::WriteComment => ("COMMENTS", limits.comments_per_user),
            Self::SendMessage => ("MESSAGES", limits.messages_per_user),
            Self::StartThread => ("THREADS", limits.threads_per_user),
            Self::UploadMedia => ("MEDIA", limits.media_per_user),
            Self::CreateTimetable => ("TIMETABLES", limits.timetables_per_user),
            Self::AddEntry => ("ENTRIES", limits.entries_per_user),
            Self::WriteReview => ("REVIEWS", limits.reviews_per_user),
            Self::WriteExamInfo => ("EXAMINFOS", limits.exam_infos_per_user),
            Self::RequestFriend => ("FRIENDREQUESTS", limits.friend_requests_per_user),
            Self::Report => ("REPORTS", limits.reports_per_user),
            Self::Search => ("SEARCHES", limits.searches_per_user),
        }
    }
}

/// Enforces the rate limits. If limits are off, nothing is counted and no call goes to the table.
#[derive(Clone, Debug)]
pub struct Limiter {
    pub(crate) table: Table,
    pub(crate) limits: Option<Limits>,
}

impl Limiter {
    pub(crate) fn new(table: Table, limits: Option<Limits>) -> Self {
        Self { table, limits }
    }

    /// Counts an action of a client without an account, by its network address.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if the limit is reached.
    pub async fn count_address(&self, action: AddressAction, from: Network) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let (name, rate) = action.limit(limits);
        self.add_one(ServiceAuthority, address_partition(from), name, rate).await.map(drop)
    }

    /// Counts an action that the caller is about to take.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if the limit is reached.
    pub async fn count(&self, action: UserAction, access: &WriteAccess, caller: &Caller) -> Result<(), Error> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let (name, rate) = action.limit(limits);
        self.add_one(access, users::partition(caller.school, caller.user), name, rate).await.map(drop)
    }

    /// Adds 1 to the counter of the current window. Fails if the counter has reached the maximum. Returns the counter.
    async fn add_one(&self, by: impl Authority, partition: String, action: &str, rate: Rate) -> Result<Key, Error> {
        let now = self.table.clock().now().as_secs();
        let window = i64::from(rate.window_s.get());
        let start = now.saturating_sub(now.rem_euclid(window));
        let end = start.saturating_add(window);
        let key = Key::new(partition, format!("{LIMIT}{action}#{start}"));
        match self.table.count_up(by, key.clone(), rate.max, end).await? {
            true => Ok(key),
            false => Err(Error::rate_limited(end.saturating_sub(now))),
        }
    }
}

impl Table {
    /// Adds 1 to a counter that expires at a time in seconds since 1970. Returns false, and adds nothing, if the counter
    /// has reached the maximum. Of concurrent calls, no more succeed than the maximum allows.
    ///
    /// If a response is lost, the SDK sends the update again, and the operation is counted twice. That is acceptable:
    /// the limit is then stricter by one.
    pub(crate) async fn count_up(
        &self,
        _by: impl Authority,
        key: Key,
        max: NonZeroU32,
        expires_at: i64,
    ) -> Result<bool, Error> {
        let call = MeteredCall::begin();
        let write = self
            .client()
            .update_item()
            .table_name(self.name())
            .set_key(Some(key.into_item()))
            .update_expression("ADD #n :one SET expires_at = :end")
            .condition_expression("attribute_not_exists(#n) OR #n < :max")
            .expression_attribute_names("#n", "n")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":end", AttributeValue::N(expires_at.to_string()))
            .expression_attribute_values(":max", AttributeValue::N(max.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let result = retry_on_conflict(|| write.clone().send()).await?;
        let is_full = |error: &UpdateItemError| error.is_conditional_check_failed_exception();
        match result {
            Ok(output) => {
                call.end_writing(output.consumed_capacity.as_slice());
                Ok(true)
            }
            Err(error) => {
                call.end_writing(&[]);
                if error.as_service_error().is_some_and(is_full) { Ok(false) } else { Err(error.into()) }
            }
        }
    }
}

/// The partition with the counters of a network address.
fn address_partition(of: Network) -> String {
    format!("LIMIT#ADDRESS#{}", sha256(&of.octets()))
}

/// The content of a counter row. Only the auditor reads it, to check that both attributes exist.
#[derive(Deserialize)]
pub(crate) struct Counter {
    #[serde(rename = "n")]
    _count: u32,
    #[serde(rename = "expires_at")]
    _window_end: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_changes_only_the_numbers_it_names() {
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
    fn a_configuration_with_an_unknown_or_invalid_limit_is_refused() {
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
