//! The model of DynamoDB: partitions with a number of units in each second, and rows that transactions occupy.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::store::dynamo::Backoff;

/// The time of a transaction.
pub(super) const TRANSACTION: Duration = Duration::from_millis(5);
/// The time of any other call, and of a transaction that is cancelled.
pub(super) const CALL: Duration = Duration::from_millis(3);

const PARTITION_READS: f64 = 3_000.0;
const PARTITION_WRITES: f64 = 1_000.0;

/// How often a client sends a request: at first, and again after it was refused.
pub(super) const ATTEMPTS: usize = 4;

/// How often the SDK sends a call that DynamoDB throttles, and the pause before the second attempt at most. Each further
/// pause is at most twice as long.
const SDK_ATTEMPTS: u32 = 4;
const SDK_PAUSE: Duration = Duration::from_millis(50);

/// A `Retry-After` of the service.
pub(super) fn retry_after() -> Duration {
    Duration::from_secs(fastrand::u64(1..=4))
}

/// A capacity that refills continuously.
pub(super) struct Bucket {
    rate: f64,
    capacity: f64,
    left: Cell<f64>,
    refilled: Cell<Instant>,
    /// The units that were taken in each second since the beginning.
    taken: RefCell<BTreeMap<u64, f64>>,
    began: Instant,
}

impl Bucket {
    pub(super) fn new(rate: f64, capacity: f64) -> Self {
        let now = Instant::now();
        Self {
            rate,
            capacity,
            left: Cell::new(capacity),
            refilled: Cell::new(now),
            taken: RefCell::default(),
            began: now,
        }
    }

    /// Takes the units if there are as many.
    pub(super) fn take(&self, units: f64) -> bool {
        let now = Instant::now();
        let refill = self.rate * now.duration_since(self.refilled.replace(now)).as_secs_f64();
        self.left.set((self.left.get() + refill).min(self.capacity));
        let is_enough = self.left.get() >= units;
        if is_enough {
            self.left.set(self.left.get() - units);
            *self.taken.borrow_mut().entry(now.duration_since(self.began).as_secs()).or_default() += units;
        }
        is_enough
    }

    /// The share of the limit that the busiest second used, in percent.
    pub(super) fn peak_percent(&self) -> f64 {
        self.taken.borrow().values().copied().fold(0.0, f64::max) * 100.0 / self.rate
    }
}

/// A partition of the table.
pub(super) struct Partition {
    pub(super) reads: Bucket,
    pub(super) writes: Bucket,
}

impl Partition {
    pub(super) fn new() -> Self {
        let second = |rate| Bucket::new(rate, rate);
        Self { reads: second(PARTITION_READS), writes: second(PARTITION_WRITES) }
    }

    /// Takes read units. Returns whether an attempt of the SDK succeeded.
    pub(super) async fn read(&self, units: f64) -> bool {
        for attempt in 1..=SDK_ATTEMPTS {
            if self.reads.take(units) {
                return true;
            }
            if attempt < SDK_ATTEMPTS {
                sleep((SDK_PAUSE * (1 << (attempt - 1))).mul_f64(fastrand::f64())).await;
            }
        }
        false
    }

    /// Takes write units for a transaction. Waits while DynamoDB throttles it. Returns whether it succeeded in time.
    pub(super) async fn write(&self, units: f64) -> bool {
        let mut backoff = Backoff::begin();
        while !self.writes.take(units) {
            if !backoff.pause_after_throttling().await {
                return false;
            }
        }
        true
    }
}

/// A row that transactions write.
#[derive(Default)]
pub(super) struct Row {
    is_busy: Cell<bool>,
}

impl Row {
    /// Writes the row in a transaction. Returns whether it succeeded: it fails if another transaction is writing it.
    pub(super) async fn write(&self) -> bool {
        if self.is_busy.replace(true) {
            sleep(CALL).await;
            return false;
        }
        sleep(TRANSACTION).await;
        self.is_busy.set(false);
        true
    }
}
