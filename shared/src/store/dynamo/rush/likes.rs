//! A simulation of a rush of likes on one post: how many requests are refused, and how many functions are busy.
//!
//! Likes arrive at random, at a fixed average rate, and do not wait for the answers to earlier ones. The retries, their
//! pauses and the time limits are the service's own, on a paused clock. DynamoDB is a model: the head of the post is
//! busy while a transaction writes it, and another transaction that arrives in this time is cancelled.
//!
//! The model leaves out cold starts, the limit of concurrent functions, and the write units of a partition: it writes
//! the head at most 200 times a second, which takes 800 of 1,000 units if the head is as large as it can be (4 units).

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::model::{CALL, Row};
use crate::http::TimeLimits;
use crate::store::dynamo::{Backoff, Budget};

/// The time in which likes arrive.
const RUSH: Duration = Duration::from_secs(30);

/// Handles a request as the service does. Returns whether it succeeded.
async fn like(head: &Row) -> bool {
    sleep(CALL).await;
    let mut backoff = Backoff::begin();
    while !head.write().await {
        if backoff.pause().await.is_err() {
            return false;
        }
    }
    true
}

/// The result of a rush.
struct Outcome {
    requests: usize,
    accepted: usize,
    /// The times of all requests, in ascending order.
    times: Vec<Duration>,
    /// The largest number of busy functions.
    most_busy: usize,
}

impl Outcome {
    fn accepted_percent(&self) -> usize {
        self.accepted * 100 / self.requests
    }

    fn percentile(&self, percent: usize) -> Duration {
        self.times[(self.requests - 1) * percent / 100]
    }

    /// The average number of busy functions while likes arrive.
    fn average_busy(&self) -> f64 {
        self.times.iter().sum::<Duration>().as_secs_f64() / RUSH.as_secs_f64()
    }
}

/// Simulates a rush.
async fn rush(likes_per_second: u32, limits: TimeLimits) -> Outcome {
    fastrand::seed(20);
    let (head, busy, most_busy) = (Rc::new(Row::default()), Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (local, started) = (LocalSet::new(), Instant::now());
    let mut requests = Vec::new();
    // The times between arrivals have an exponential distribution, as for independent students.
    let mut arrival = Duration::ZERO;
    while arrival < RUSH {
        let (head, busy, most_busy) = (head.clone(), busy.clone(), most_busy.clone());
        requests.push(local.spawn_local(async move {
            sleep_until(started + arrival).await;
            busy.set(busy.get() + 1);
            most_busy.set(busy.get().max(most_busy.get()));
            let began = Instant::now();
            let budget = Budget::new(limits.store).with_conflict_time(limits.conflicts);
            let is_accepted = budget.spend(like(&head)).await;
            busy.set(busy.get() - 1);
            (is_accepted, began.elapsed())
        }));
        arrival += Duration::from_secs_f64(-(1.0 - fastrand::f64()).ln() / f64::from(likes_per_second));
    }
    local.await;
    let mut outcome = Outcome { requests: requests.len(), accepted: 0, times: Vec::new(), most_busy: most_busy.get() };
    for request in requests {
        let (is_accepted, time) = request.await.unwrap();
        outcome.accepted += usize::from(is_accepted);
        outcome.times.push(time);
    }
    outcome.times.sort_unstable();
    outcome
}

/// The time limits of the service, but with retries after conflicts during the whole time of a request.
fn without_conflict_limit() -> TimeLimits {
    let limits = TimeLimits::default();
    TimeLimits { conflicts: limits.store, ..limits }
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_of_conflicts_keeps_functions_free() {
    let limited = rush(250, TimeLimits::default()).await;
    let unlimited = rush(250, without_conflict_limit()).await;
    assert!(limited.most_busy < 400, "{}", limited.most_busy);
    assert!(unlimited.most_busy > 2 * limited.most_busy, "{}", unlimited.most_busy);
    // The limit refuses requests that would have to wait long, and costs few that would succeed.
    assert!(limited.accepted * 10 > unlimited.accepted * 8, "{} of {}", limited.accepted, unlimited.accepted);
}

/// Prints the table of `docs/performance.md`. `cargo xtask rush` runs it.
#[tokio::test(start_paused = true)]
#[ignore = "prints a table, and asserts nothing"]
async fn table_of_like_rushes() {
    for (limit, limits) in [("2 s", TimeLimits::default()), ("8 s", without_conflict_limit())] {
        for rate in [50, 100, 200, 250, 300, 400, 500] {
            let outcome = rush(rate, limits).await;
            let (accepted, busy) = (outcome.accepted_percent(), outcome.average_busy());
            let [p50, p99] = [50, 99].map(|percent| outcome.percentile(percent).as_secs_f64());
            let (refused, most) = (100 - accepted, outcome.most_busy);
            println!(
                "| {limit} | {rate} | {accepted} % | {refused} % | {p50:.2} s | {p99:.2} s | {busy:.0} | {most} |"
            );
        }
    }
}
