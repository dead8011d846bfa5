//! A simulation of a rush of likes on one post: how many requests are refused, and how many functions are busy.
//!
//! Likes arrive at random, at a fixed average rate, and do not wait for the answers to earlier ones. A client whose like is
//! shed sends it again up to three times, as the web client does. The retries of the service, their pauses and the time
//! limits are the service's own, on a paused clock. DynamoDB is a model: the head of the post is busy while a transaction
//! writes it, and another transaction that arrives in this time is cancelled.
//!
//! The model leaves out cold starts, the limit of concurrent functions, and the write units of a partition: it writes
//! the head at most 200 times a second, which takes 800 of 1,000 units if the head is as large as it can be (4 units).

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::model::{ATTEMPTS, CALL, Row, retry_after};
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
#[derive(Default)]
struct Outcome {
    likes: usize,
    /// Shed at the first attempt.
    shed: usize,
    accepted: usize,
    /// The times of all requests, in ascending order.
    times: Vec<Duration>,
    busy: usize,
    /// The largest number of busy functions.
    most_busy: usize,
}

impl Outcome {
    /// The share of the likes, in percent.
    fn percent(&self, likes: usize) -> usize {
        likes * 100 / self.likes
    }

    fn percentile(&self, percent: usize) -> Duration {
        self.times[(self.times.len() - 1) * percent / 100]
    }

    /// The time that functions spent on each accepted like.
    fn time_of_like(&self) -> Duration {
        self.times.iter().sum::<Duration>() / u32::try_from(self.accepted).unwrap()
    }
}

/// A client that likes the post.
async fn visit(head: &Row, limits: TimeLimits, outcome: &RefCell<Outcome>) {
    for attempt in 0..ATTEMPTS {
        {
            let mut outcome = outcome.borrow_mut();
            outcome.busy += 1;
            outcome.most_busy = outcome.most_busy.max(outcome.busy);
        }
        let began = Instant::now();
        let is_accepted = Budget::new(limits.store).with_conflict_time(limits.conflicts).spend(like(head)).await;
        {
            let mut outcome = outcome.borrow_mut();
            outcome.busy -= 1;
            outcome.times.push(began.elapsed());
            outcome.accepted += usize::from(is_accepted);
            outcome.shed += usize::from(attempt == 0 && !is_accepted);
        }
        if is_accepted {
            return;
        }
        sleep(retry_after()).await;
    }
}

/// Simulates a rush.
async fn rush(likes_per_second: u32, limits: TimeLimits) -> Outcome {
    fastrand::seed(20);
    let (head, outcome) = (Rc::new(Row::default()), Rc::new(RefCell::new(Outcome::default())));
    let (local, started) = (LocalSet::new(), Instant::now());
    // The times between arrivals have an exponential distribution, as for independent students.
    let mut arrival = Duration::ZERO;
    while arrival < RUSH {
        let (head, outcome) = (head.clone(), outcome.clone());
        outcome.borrow_mut().likes += 1;
        local.spawn_local(async move {
            sleep_until(started + arrival).await;
            visit(&head, limits, &outcome).await;
        });
        arrival += Duration::from_secs_f64(-(1.0 - fastrand::f64()).ln() / f64::from(likes_per_second));
    }
    local.await;
    let mut outcome = outcome.take();
    outcome.times.sort_unstable();
    outcome
}

/// The time limits of the service, but with another limit for retries after conflicts.
fn with_conflict_limit(conflicts: Duration) -> TimeLimits {
    TimeLimits { conflicts, ..TimeLimits::default() }
}

#[tokio::test(start_paused = true)]
async fn shedding_keeps_functions_free_and_costs_few_likes() {
    let limits = TimeLimits::default();
    let (shedding, waiting) = (rush(250, limits).await, rush(250, with_conflict_limit(4 * limits.conflicts)).await);
    assert!(shedding.percentile(100) < Duration::from_millis(600), "{:?}", shedding.percentile(100));
    assert!(shedding.most_busy * 2 < waiting.most_busy, "{} of {}", shedding.most_busy, waiting.most_busy);
    assert!(shedding.accepted * 10 > waiting.accepted * 9, "{} of {}", shedding.accepted, waiting.accepted);
}

/// Prints the table of `docs/performance.md`. `cargo xtask rush` runs it.
#[tokio::test(start_paused = true)]
#[ignore = "prints a table, and asserts nothing"]
async fn table_of_like_rushes() {
    for millis in [250, 500, 2000] {
        let limit = Duration::from_millis(millis);
        for rate in [50, 100, 150, 200, 250, 300, 500] {
            let outcome = rush(rate, with_conflict_limit(limit)).await;
            let [shed, lost] = [outcome.shed, outcome.likes - outcome.accepted].map(|likes| outcome.percent(likes));
            let [p50, p99] = [50, 99].map(|percent| outcome.percentile(percent).as_secs_f64());
            let (limit, cost, most) = (limit.as_secs_f64(), outcome.time_of_like().as_secs_f64(), outcome.most_busy);
            println!("| {limit} s | {rate} | {shed} % | {lost} % | {p50:.2} s | {p99:.2} s | {cost:.2} s | {most} |");
        }
    }
}
