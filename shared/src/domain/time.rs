//! [`Time`], the timestamp type of the service, and [`Date`].

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::ContextV7;

/// A point in time with millisecond precision. Its text form is RFC 3339 in UTC (`2026-03-02T00:00:00.000Z`), which
/// sorts in time order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(DateTime<Utc>);

/// A calendar day in Seoul. Its text form is ISO 8601 (`2026-03-02`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(NaiveDate);

/// The UTC offset of Seoul in seconds: nine hours, without daylight saving time.
const SEOUL_OFFSET_S: i64 = 9 * 3600;

impl Time {
    /// The current time of the system clock. Code of the service uses [`Clock`](crate::clock::Clock), which tests can
    /// move.
    pub fn now() -> Self {
        Self::from_millis(Utc::now().timestamp_millis())
    }

    /// The time that is `millis` milliseconds after the Unix epoch. Years beyond ±262,000 become the epoch itself.
    pub fn from_millis(millis: i64) -> Self {
        Self(DateTime::from_timestamp_millis(millis).unwrap_or_default())
    }

    /// The time that is `secs` seconds after the Unix epoch.
    pub fn from_secs(secs: i64) -> Self {
        Self::from_millis(secs.saturating_mul(1000))
    }

    /// Milliseconds since the Unix epoch.
    pub fn as_millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// Whole seconds since the Unix epoch: the unit of JSON Web Tokens (RFC 7519) and of DynamoDB's time to live.
    pub fn as_secs(self) -> i64 {
        self.0.timestamp()
    }

    /// The time `millis` milliseconds later, or earlier if `millis` is negative.
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.as_millis().saturating_add(millis))
    }

    /// The time `secs` seconds later, or earlier if `secs` is negative.
    pub fn plus_secs(self, secs: i64) -> Self {
        self.plus_millis(secs.saturating_mul(1000))
    }

    /// The calendar day in Seoul.
    pub fn date_in_seoul(self) -> Date {
        Date(self.plus_secs(SEOUL_OFFSET_S).0.date_naive())
    }

    /// Date, hour and minute in Seoul, to show to a user: `2026-03-02 09:05`.
    pub fn minute_in_seoul(self) -> String {
        self.plus_secs(SEOUL_OFFSET_S).0.format("%Y-%m-%d %H:%M").to_string()
    }

    /// The calendar year in Seoul.
    pub fn year_in_seoul(self) -> i32 {
        self.date_in_seoul().0.year()
    }

    pub(super) fn as_uuid_timestamp(self) -> uuid::Timestamp {
        let since_epoch = TimeDelta::milliseconds(self.as_millis()).to_std().unwrap_or_default();
        uuid::Timestamp::from_unix(ContextV7::new(), since_epoch.as_secs(), since_epoch.subsec_nanos())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text).map(|time| Self(time.to_utc())).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_is_utc_with_milliseconds_and_parses_back() {
        let time = Time::from_millis(1_772_409_600_007);
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, r#""2026-03-02T00:00:00.007Z""#);
        assert_eq!(serde_json::from_str::<Time>(&json).unwrap(), time);
    }

    #[test]
    fn the_day_and_the_year_change_at_midnight_in_seoul() {
        // 2026-12-31T15:00:00Z
        let midnight = Time::from_millis(1_798_729_200_000);
        let date = |time: Time| serde_json::to_string(&time.date_in_seoul()).unwrap();
        assert_eq!((midnight.year_in_seoul(), date(midnight).as_str()), (2027, r#""2027-01-01""#));
        let before = midnight.plus_millis(-1);
        assert_eq!((before.year_in_seoul(), date(before).as_str()), (2026, r#""2026-12-31""#));
    }
}
