//! The clock of a running service.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::Time;

/// Tells the time. Whoever needs "now" is given a clock, so that what happens in ten minutes can be tested now.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The present moment.
    pub fn now(&self) -> Time {
        Time::now().plus_millis(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Sets this clock, and every clone of it, so many milliseconds ahead of the machine's (behind, if negative).
    pub fn set_ahead_by_millis(&self, offset: i64) {
        self.offset_ms.store(offset, Ordering::Relaxed);
    }
}
