//! Points in time.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::ContextV7;

/// A point in time, to the millisecond. Written as RFC 3339 in UTC (`2026-03-02T00:00:00.000Z`), which sorts as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(DateTime<Utc>);

/// Seoul is nine hours ahead of UTC, all year round.
const SEOUL_OFFSET_S: i32 = 9 * 3600;

impl Time {
    /// The machine's present moment.
    pub fn now() -> Self {
        Self::from_millis(Utc::now().timestamp_millis())
    }

    /// So many milliseconds after 1970-01-01T00:00Z; the epoch itself for a year beyond ±262,000.
    pub fn from_millis(millis: i64) -> Self {
        Self(DateTime::from_timestamp_millis(millis).unwrap_or_default())
    }

    /// So many seconds after 1970-01-01T00:00Z.
    pub fn from_secs(secs: i64) -> Self {
        Self::from_millis(secs.saturating_mul(1000))
    }

    /// Milliseconds since 1970-01-01T00:00Z.
    pub fn as_millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// Whole seconds since 1970-01-01T00:00Z: the unit of tokens (RFC 7519) and of DynamoDB's time to live.
    pub fn as_secs(self) -> i64 {
        self.0.timestamp()
    }

    /// So many milliseconds later (earlier, if negative).
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.as_millis().saturating_add(millis))
    }

    /// So many seconds later (earlier, if negative).
    pub fn plus_secs(self, secs: i64) -> Self {
        self.plus_millis(secs.saturating_mul(1000))
    }

    /// The year in Seoul.
    pub fn year_in_seoul(self) -> i32 {
        FixedOffset::east_opt(SEOUL_OFFSET_S).map_or_else(|| self.0.year(), |seoul| self.0.with_timezone(&seoul).year())
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
    fn it_is_written_in_utc_to_the_millisecond_and_read_back() {
        let time = Time::from_millis(1_772_409_600_007);
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, r#""2026-03-02T00:00:00.007Z""#);
        assert_eq!(serde_json::from_str::<Time>(&json).unwrap(), time);
    }

    #[test]
    fn the_year_turns_at_midnight_in_seoul() {
        // 2026-12-31T15:00:00Z
        let midnight = Time::from_millis(1_798_729_200_000);
        assert_eq!(midnight.year_in_seoul(), 2027);
        assert_eq!(midnight.plus_millis(-1).year_in_seoul(), 2026);
    }
}
