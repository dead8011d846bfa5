//! What a request takes of the table, and how long it may take.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::types::ConsumedCapacity;
use tokio::time::Instant;

tokio::task_local! {
    static BUDGET: Budget;
}

/// How long a request may spend on the table where nothing else was said.
const DEFAULT_TIME: Duration = Duration::from_secs(8);

/// What was taken of the table so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Calls to DynamoDB.
    pub calls: u32,
    /// The longest chain of calls of which each waited for the one before: the round trips that a client waits for.
    pub sequence: u32,
    /// Read capacity units.
    pub read_units: f64,
    /// Write capacity units.
    pub write_units: f64,
}

/// The time that one request has, and its account of what it took.
#[derive(Clone, Debug)]
pub struct Budget {
    deadline: Instant,
    usage: Arc<Mutex<Usage>>,
}

impl Budget {
    /// A budget that ends in so much time.
    pub fn of(time: Duration) -> Self {
        Self { deadline: Instant::now() + time, usage: Arc::default() }
    }

    /// Runs the future on this budget. What it spawns is not counted.
    pub async fn spend<F: Future>(&self, future: F) -> F::Output {
        BUDGET.scope(self.clone(), future).await
    }

    /// What was taken so far.
    pub fn usage(&self) -> Usage {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time left to the running request, or to the work that a schedule has begun.
pub fn time_left() -> Duration {
    BUDGET.try_with(|budget| budget.deadline.saturating_duration_since(Instant::now())).unwrap_or(DEFAULT_TIME)
}

/// A call that is under way: knows which place in the chain of calls it has.
pub(super) struct Call {
    place: u32,
}

impl Call {
    pub(super) fn begin() -> Self {
        let place = BUDGET.try_with(|budget| budget.lock().sequence.saturating_add(1)).unwrap_or_default();
        Self { place }
    }

    pub(super) fn end_reading(self, capacity: &[ConsumedCapacity]) {
        self.end(|usage, units| usage.read_units += units, capacity);
    }

    pub(super) fn end_writing(self, capacity: &[ConsumedCapacity]) {
        self.end(|usage, units| usage.write_units += units, capacity);
    }

    fn end(self, add: impl FnOnce(&mut Usage, f64), capacity: &[ConsumedCapacity]) {
        let units = capacity.iter().filter_map(ConsumedCapacity::capacity_units).sum();
        // Outside a request, as in an operator's command, nobody keeps the account.
        let _ = BUDGET.try_with(|budget| {
            let mut usage = budget.lock();
            usage.calls = usage.calls.saturating_add(1);
            usage.sequence = usage.sequence.max(self.place);
            add(&mut usage, units);
        });
    }
}
