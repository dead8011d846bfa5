//! Retries of DynamoDB calls, within the request's time budget.
//!
//! There are two layers:
//!
//! - The SDK retries lost, failed and throttled calls: up to 4 attempts, as `Connection::new` configures.
//! - This module retries conflicts, which the SDK does not: another transaction was writing the same row. The pauses
//!   use exponential backoff with full jitter. Callers also use [`Backoff`] to read a row again and repeat a change
//!   after [`Error::Stale`](super::Error::Stale), which is a conflict as well.
//!
//! Retries after conflicts stop half a second after the first conflict of a request
//! ([`TimeLimits`](crate::http::TimeLimits)). A request that waits longer occupies an instance of a function, and if many
//! requests write the same row, waiting lets few of them succeed. So the service sheds it: it writes nothing and asks the
//! client to come back ([`Error::Contention`]). Retries after throttling, and of unprocessed keys of a batch, continue until
//! the budget has no time left.

use std::future::Future;
use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use tokio::time::{Instant, timeout};

use super::error::{Error, is_conflict};
use super::usage::{conflict_time_left, time_left};

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
        if !result.as_ref().is_err_and(is_conflict) {
            return Ok(result);
        }
        backoff.pause().await?;
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

    /// Waits before the next attempt after a conflict.
    ///
    /// # Errors
    /// [`Error::Contention`], without waiting, if the time for retries after conflicts is up.
    pub(crate) async fn pause(&mut self) -> Result<(), Error> {
        let deadline = self.deadline.min(Instant::now() + conflict_time_left());
        if self.pause_until(deadline).await { Ok(()) } else { Err(Error::Contention) }
    }

    /// Waits before the next attempt after throttling. Returns `false`, without waiting, if no time is left for one.
    pub(crate) async fn pause_after_throttling(&mut self) -> bool {
        self.pause_until(self.deadline).await
    }

    async fn pause_until(&mut self, deadline: Instant) -> bool {
        let ceiling = 25_u64.saturating_mul(1 << self.attempts.min(4));
        self.attempts = self.attempts.saturating_add(1);
        let pause = Duration::from_millis(fastrand::u64(0..=ceiling));
        if Instant::now() + pause >= deadline {
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Budget;

    /// Pauses until there is no time left. Returns the elapsed time.
    async fn pause_to_the_end(mut pause: impl AsyncFnMut() -> bool) -> Duration {
        let started = Instant::now();
        while pause().await {}
        started.elapsed()
    }

    /// Whether the time is at most one pause shorter than expected.
    fn is_about(time: Duration, expected: Duration) -> bool {
        time <= expected && expected - time <= Duration::from_millis(400)
    }

    #[tokio::test(start_paused = true)]
    async fn retries_after_conflicts_stop_at_their_limit() {
        let budget = Budget::new(Duration::from_secs(8)).with_conflict_time(Duration::from_millis(500));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let retries = async || {
            let mut backoff = Backoff::begin();
            pause_to_the_end(async || backoff.pause().await.is_ok()).await
        };
        let first = budget.spend(retries()).await;
        assert!(is_about(first, Duration::from_millis(500)), "{first:?}");
        // The time is that of the request. A second loop of the same request gets no time of its own.
        let second = budget.spend(retries()).await;
        assert!(first + second <= Duration::from_millis(500), "{second:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn retries_after_conflicts_also_stop_at_the_deadline() {
        let budget = Budget::new(Duration::from_secs(1));
        let retries = async {
            let mut backoff = Backoff::begin();
            pause_to_the_end(async || backoff.pause().await.is_ok()).await
        };
        let time = budget.spend(retries).await;
        assert!(is_about(time, Duration::from_secs(1)), "{time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn retries_after_throttling_stop_at_the_deadline() {
        let budget = Budget::new(Duration::from_secs(8));
        let retries = async {
            let mut backoff = Backoff::begin();
            pause_to_the_end(async || backoff.pause_after_throttling().await).await
        };
        let time = budget.spend(retries).await;
        assert!(is_about(time, Duration::from_secs(8)), "{time:?}");
    }
}
