//! Sending what waits in the table: mails and pushes.

use std::time::Duration;

use campus_core::store::{Error, Page, time_left};
use futures_util::future::join_all;

/// No further items are sent if less time than this is left. What needs more checks it again.
const MIN_TIME_LEFT: Duration = Duration::from_secs(6);

/// The result of a run over what is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The number of items that were sent, or that need not be sent.
    pub sent: u32,
    /// The number of items that wait for another attempt.
    pub postponed: u32,
    /// The number of items that were given up.
    pub failed: u32,
}

/// The result of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Sent,
    Postponed,
    Failed,
    /// Nothing was attempted: another process has the item, or there is no time.
    NotAttempted,
}

/// Items in several partitions that are to be sent when they are due.
pub(crate) trait DueQueue: Sync {
    type Item: Send + Sync;

    /// How many items the schedule sends at the same time.
    const CONCURRENT_ITEMS: usize;

    /// All partitions.
    fn partitions(&self) -> impl Iterator<Item = u8> + Send;

    /// A page of the items of a partition that are due.
    fn due(
        &self,
        partition: u8,
        after: Option<String>,
    ) -> impl Future<Output = Result<Page<Self::Item, String>, Error>> + Send;

    /// Attempts to send an item.
    fn send(&self, item: &Self::Item) -> impl Future<Output = Result<Outcome, Error>> + Send;
}

/// Sends the items that are due, as many as there is time for. An item or a partition that fails does not stop the others.
///
/// # Errors
/// The first error of the table. The items concerned stay for the next run.
pub(crate) async fn send_due<Q: DueQueue>(queue: &Q) -> Result<DeliveryReport, Error> {
    let (mut report, mut failed) = (DeliveryReport::default(), None);
    for partition in queue.partitions() {
        let mut after = None;
        loop {
            let Page { items, next } = match queue.due(partition, after).await {
                Ok(page) => page,
                Err(error) => {
                    failed = failed.or(Some(error));
                    break;
                }
            };
            for items in items.chunks(Q::CONCURRENT_ITEMS) {
                if time_left() < MIN_TIME_LEFT {
                    return failed.map_or(Ok(report), Err);
                }
                for result in join_all(items.iter().map(|item| queue.send(item))).await {
                    match result {
                        Ok(outcome) => report.count(outcome),
                        Err(error) => failed = failed.or(Some(error)),
                    }
                }
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    failed.map_or(Ok(report), Err)
}

impl DeliveryReport {
    fn count(&mut self, outcome: Outcome) {
        let number = match outcome {
            Outcome::Sent => &mut self.sent,
            Outcome::Postponed => &mut self.postponed,
            Outcome::Failed => &mut self.failed,
            Outcome::NotAttempted => return,
        };
        *number = number.saturating_add(1);
    }
}
