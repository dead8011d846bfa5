//! Retries of DynamoDB calls, within the request's time budget.
//!
//! There are two layers:
//!
//! - The SDK retries lost, failed and throttled calls: up to 4 attempts, as `Connection::new` configures.
//! - This module retries conflicts, which the SDK does not: another transaction was writing the same row. The pauses
//!   use exponential backoff with full jitter, until the budget has no time left. Callers also use [`Backoff`] to read
//!   a row again and repeat a change after [`Error::Stale`](super::Error::Stale).

use std::future::Future;
use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use tokio::time::{Instant, timeout};

use super::error::{Error, is_conflict};
use super::usage::time_left;

/// Awaits a call for at most the time that the request's budget has left.
///
/// # Errors
/// [`Error::Unavailable`] after that time.
pub(crate) async fn within_time_left<F: Future>(call: F) -> Result<F::Output, Error> {
    timeout(time_left(), call).await.map_err(|elapsed| Error::Unavailable(elapsed.into()))
}

/// Sends a single write, and sends it again while it conflicts with a transaction on the same row.
pub(crate) async fn retry_on_conflict<T, E, F>(write: impl Fn() -> F) -> Result<Result<T, SdkError<E>>, Error>
where
    E: ProvideErrorMetadata,
    F: Future<Output = Result<T, SdkError<E>>>,
{
    let mut backoff = Backoff::begin();
    loop {
        let result = within_time_left(write()).await?;
        if !result.as_ref().is_err_and(is_conflict) || !backoff.pause().await {
            return Ok(result);
        }
    }
}

/// Pauses between attempts. A pause is random between 0 and a ceiling (full jitter); the ceiling starts at 25 ms and
/// doubles up to 400 ms.
pub(crate) struct Backoff {
    attempts: u32,
    deadline: Instant,
}

impl Backoff {
    /// Starts with the time that the request's budget has left.
    pub(crate) fn begin() -> Self {
        Self { attempts: 0, deadline: Instant::now() + time_left() }
    }

    /// Waits before the next attempt. Returns `false`, without waiting, if no time is left for one.
    pub(crate) async fn pause(&mut self) -> bool {
        let ceiling = 25_u64.saturating_mul(1 << self.attempts.min(4));
        self.attempts = self.attempts.saturating_add(1);
        let pause = Duration::from_millis(fastrand::u64(0..=ceiling));
        if Instant::now() + pause >= self.deadline {
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }
}
