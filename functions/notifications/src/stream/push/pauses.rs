//! Push services that get no requests for a while, because they do not answer, or have asked to wait. Otherwise each push to
//! such a service would hold up everything else that the function sends.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use campus_core::domain::Time;

/// How long a push service gets no requests after it did not answer, or has asked to wait without saying how long, in
/// seconds.
const PAUSE_S: u32 = 30;

/// The longest pause that a push service can ask for, in seconds: 5 minutes. It may have meant a single browser.
const MAX_PAUSE_S: u32 = 300;

/// The pauses of the push services. Each process knows those that it has seen.
#[derive(Default)]
pub(crate) struct Pauses(Mutex<HashMap<String, Time>>);

impl Pauses {
    /// How many seconds are left until the service gets requests again, at least 1. `None` if it gets them now.
    pub(crate) fn left(&self, service: &str, now: Time) -> Option<u32> {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner).get(service)?;
        let left = until.as_millis().saturating_sub(now.as_millis());
        let seconds = u32::try_from(left).ok().filter(|left| *left > 0)?.div_ceil(1000);
        Some(seconds)
    }

    /// Sends no requests to the service for the seconds that it has asked for.
    pub(crate) fn begin(&self, service: &str, retry_after: Option<u32>, now: Time) {
        let seconds = retry_after.unwrap_or(PAUSE_S).min(MAX_PAUSE_S);
        let until = now.plus_secs(seconds.into());
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.retain(|_, until| *until > now);
        pauses.insert(service.to_owned(), until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_ends_and_is_that_of_one_service() {
        let (pauses, now) = (Pauses::default(), Time::from_secs(1000));
        assert_eq!(pauses.left("https://a.example", now), None);
        pauses.begin("https://a.example", None, now);
        pauses.begin("https://b.example", Some(u32::MAX), now);
        assert_eq!(pauses.left("https://a.example", now), Some(PAUSE_S));
        assert_eq!(pauses.left("https://b.example", now), Some(MAX_PAUSE_S));
        assert_eq!(pauses.left("https://c.example", now), None);
        assert_eq!(pauses.left("https://a.example", now.plus_secs(i64::from(PAUSE_S) - 1)), Some(1));
        assert_eq!(pauses.left("https://a.example", now.plus_secs(PAUSE_S.into())), None);
    }
}
