//! The time budget of a request, and its capacity accounting.
//!
//! The middleware runs each request within a [`Budget`], a task-local value. Calls and retries stop at its deadline
//! ([`time_left`]), so that the request still has time to answer. Each call to DynamoDB asks for its consumed capacity
//! and adds it to the budget's [`Usage`], which the request's log line shows.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::types::ConsumedCapacity;
use tokio::time::Instant;

tokio::task_local! {
    static BUDGET: Budget;
}

/// The time for a call outside any budget, such as in an operator command.
const DEFAULT_TIME: Duration = Duration::from_secs(8);

/// The calls to DynamoDB so far, and the capacity that they consumed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Number of calls.
    pub calls: u32,
    /// Number of calls in the longest chain in which each call started after the previous one ended: the round trips
    /// that the client waits for.
    pub sequence: u32,
    /// Read capacity units.
    pub read_units: f64,
    /// Write capacity units.
    pub write_units: f64,
}

/// The deadline of a request, and its usage so far. Clones share the usage.
#[derive(Clone, Debug)]
pub struct Budget {
    deadline: Instant,
    conflict_time: Duration,
    /// Set by the first conflict.
    conflict_deadline: Arc<OnceLock<Instant>>,
    usage: Arc<Mutex<Usage>>,
}

impl Budget {
    /// A budget whose deadline is `time` from now. Retries after conflicts continue until then.
    pub fn new(time: Duration) -> Self {
        let (deadline, conflict_deadline) = (Instant::now() + time, Arc::default());
        Self { deadline, conflict_time: time, conflict_deadline, usage: Arc::default() }
    }

    /// Limits retries after conflicts to this time after the first conflict.
    #[must_use]
    pub fn with_conflict_time(self, conflict_time: Duration) -> Self {
        Self { conflict_time, ..self }
    }

    /// Runs a future within this budget. Tasks that the future spawns are outside it.
    pub async fn spend<F: Future>(&self, future: F) -> F::Output {
        BUDGET.scope(self.clone(), future).await
    }

    /// The usage so far.
    pub fn usage(&self) -> Usage {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time until the deadline of the current budget; 8 s outside any budget.
pub fn time_left() -> Duration {
    BUDGET.try_with(|budget| budget.deadline.saturating_duration_since(Instant::now())).unwrap_or(DEFAULT_TIME)
}

/// The time until retries after conflicts stop. The first call in a budget starts this time. Outside any budget it is the
/// same as [`time_left`]: an operator command occupies no function.
pub(crate) fn conflict_time_left() -> Duration {
    let left = |budget: &Budget| {
        let deadline = budget.conflict_deadline.get_or_init(|| Instant::now() + budget.conflict_time);
        deadline.saturating_duration_since(Instant::now())
    };
    BUDGET.try_with(left).unwrap_or(DEFAULT_TIME).min(time_left())
}

/// A call to DynamoDB in progress, to be added to the usage when it ends.
pub(crate) struct MeteredCall {
    /// The position of the call in its chain of sequential calls, from 1.
    position: u32,
}

impl MeteredCall {
    pub(crate) fn begin() -> Self {
        let position = BUDGET.try_with(|budget| budget.lock().sequence.saturating_add(1)).unwrap_or_default();
        Self { position }
    }

    pub(crate) fn end_reading(self, capacity: &[ConsumedCapacity]) {
        self.end(|usage, units| usage.read_units += units, capacity);
    }

    pub(crate) fn end_writing(self, capacity: &[ConsumedCapacity]) {
        self.end(|usage, units| usage.write_units += units, capacity);
    }

    fn end(self, add: impl FnOnce(&mut Usage, f64), capacity: &[ConsumedCapacity]) {
        let units = capacity.iter().filter_map(ConsumedCapacity::capacity_units).sum();
        // Outside a budget there is nothing to add to.
        let _ = BUDGET.try_with(|budget| {
            let mut usage = budget.lock();
            usage.calls = usage.calls.saturating_add(1);
            usage.sequence = usage.sequence.max(self.position);
            add(&mut usage, units);
        });
    }
}
