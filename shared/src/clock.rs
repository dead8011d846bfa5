//! The clock of a running service. Tests move it, so that they do not wait for time to pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::Time;

/// The system clock plus an offset, which is zero by default. All clones show the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
    /// The time at which the clock is stopped; 0 if it is running.
    stopped_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The current time, including the offset.
    pub fn now(&self) -> Time {
        let now = Time::now();
        match self.stopped_ms.load(Ordering::Relaxed) {
            0 => now.plus_millis(self.offset_ms.load(Ordering::Relaxed)),
            stopped => now.plus_millis(stopped.saturating_sub(now.as_millis())),
        }
    }

    /// Sets the offset from the system clock, in milliseconds, for this clock and all of its clones. A negative offset
    /// sets the clock back. A stopped clock runs again.
    pub fn set_ahead_by_millis(&self, offset: i64) {
        self.offset_ms.store(offset, Ordering::Relaxed);
        self.stopped_ms.store(0, Ordering::Relaxed);
    }

    /// Stops this clock and all of its clones at a time, in milliseconds since the epoch.
    pub fn stop_at_millis(&self, time: i64) {
        self.stopped_ms.store(time, Ordering::Relaxed);
    }
}
