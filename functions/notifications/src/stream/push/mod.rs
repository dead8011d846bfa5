//! Sending pushes (rule 23).

mod client;
mod encryption;
mod message;
mod pauses;
mod vapid;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::StatusCode;
use campus_core::clock::Clock;
use campus_core::domain::{ApplicationServerKey, PushServices};
use campus_core::store::{
    Error, Page, PushAttempt, PushKey, PushKeyRing, PushKeys, PushRecipients, PushResult, PushStart, PushSubscriptions,
    PushTarget, Pushes, QueuedPush, Table, time_left,
};
use futures_util::future::join_all;

use self::client::{Delivery, PushClient, PushMessage, SEND_TIMEOUT};
use self::pauses::Pauses;
use super::due::{DeliveryReport, DueQueue, Outcome, send_due};

/// No further attempt starts if less time than this is left: a push service and six calls to the table must fit into it.
const MIN_TIME_LEFT: Duration = SEND_TIMEOUT.saturating_add(Duration::from_secs(2));

/// Sends pushes to the devices of students. Clones are cheap.
#[derive(Clone)]
pub struct PushSender {
    clock: Clock,
    pushes: Pushes,
    subscriptions: PushSubscriptions,
    keys: PushKeys,
    ring: Arc<RwLock<PushKeyRing>>,
    services: Arc<PushServices>,
    contact: Arc<str>,
    client: PushClient,
    pauses: Arc<Pauses>,
}

/// The result of an attempt for one subscription.
enum Reached {
    Yes,
    /// The subscription has ended.
    Gone,
    /// The push service refuses this push for good.
    Rejected,
    /// The message could not be made, because the key of the service is malformed.
    Unsigned,
    /// Nothing is sent to this push service, because the configuration does not list it.
    Unlisted,
    Later {
        retry_after: Option<u32>,
    },
}

impl PushSender {
    /// Sends the pushes in this table to these services. `contact` is the URL, with `mailto:` or `https:`, at which the
    /// operators of a push service reach the operator of this service.
    pub fn new(table: Table, ring: PushKeyRing, services: PushServices, contact: String) -> Self {
        Self {
            clock: table.clock().clone(),
            pushes: Pushes::new(table.clone()),
            subscriptions: PushSubscriptions::new(table.clone()),
            keys: PushKeys::new(table),
            ring: Arc::new(RwLock::new(ring)),
            client: PushClient::new(&services),
            services: Arc::new(services),
            contact: contact.into(),
            pauses: Arc::default(),
        }
    }

    /// Sends the pushes that are due, as many as there is time for.
    ///
    /// # Errors
    /// The first error of the table. The pushes concerned stay for the next run.
    pub(super) async fn send_due(&self) -> Result<DeliveryReport, Error> {
        send_due(self).await
    }

    async fn attempt(&self, attempt: &PushAttempt) -> Result<Outcome, Error> {
        let PushRecipients { targets, ended } = self.pushes.recipients(attempt).await?;
        let reached = join_all(targets.iter().map(|target| self.send_to(target, attempt))).await;
        let mut results: Vec<_> = ended.into_iter().map(|target| (target, PushResult::Ended)).collect();
        let (mut unreached, mut longest_wait, mut has_failed) = (Vec::new(), None, false);
        for (target, reached) in targets.into_iter().zip(reached) {
            has_failed |= matches!(reached, Reached::Rejected | Reached::Unsigned);
            match reached {
                Reached::Yes if target.is_failing => results.push((target, PushResult::Reached)),
                Reached::Yes | Reached::Unsigned | Reached::Unlisted => {}
                Reached::Gone => results.push((target, PushResult::Ended)),
                Reached::Rejected => results.push((target, PushResult::Failed)),
                Reached::Later { retry_after } => {
                    unreached.push(target);
                    longest_wait = longest_wait.max(retry_after);
                }
            }
        }
        let outcome = if !unreached.is_empty() && !attempt.is_last() {
            let sessions: Vec<_> = unreached.iter().map(|target| target.session).collect();
            self.pushes.postpone(attempt, &sessions, longest_wait).await?;
            Outcome::Postponed
        } else {
            self.pushes.finish(attempt).await?;
            if !unreached.is_empty() {
                log_failure("attempts", None, "");
                has_failed = true;
            }
            results.extend(unreached.into_iter().map(|target| (target, PushResult::Failed)));
            if has_failed { Outcome::Failed } else { Outcome::Sent }
        };
        if !results.is_empty() {
            self.subscriptions.record(attempt.student, &results).await?;
        }
        Ok(outcome)
    }

    /// Sends the push to one subscription.
    async fn send_to(&self, target: &PushTarget, attempt: &PushAttempt) -> Reached {
        let (subscription, now) = (&target.subscription, self.clock.now());
        let service = subscription.endpoint.origin();
        if !subscription.endpoint.is_of(&self.services) {
            return Reached::Unlisted;
        }
        if let Some(left) = self.pauses.left(service, now) {
            return Reached::Later { retry_after: Some(left) };
        }
        let key = match self.key(&subscription.server_key).await {
            Ok(Some(key)) => key,
            Ok(None) => return Reached::Gone,
            Err(error) => {
                tracing::warn!(error = error.to_string(), "a push is postponed: the keys cannot be read");
                return Reached::Later { retry_after: None };
            }
        };
        let tag = message::tag(subscription, &attempt.group);
        let payload = message::payload(attempt.kind, attempt.notification, &tag);
        let body = encryption::encrypt(subscription, payload.as_bytes()).map_err(|error| error.to_string());
        let authorization = vapid::authorization(&subscription.endpoint, &key, &self.contact, now);
        let (body, authorization) = match (body, authorization.map_err(|error| error.to_string())) {
            (Ok(body), Ok(authorization)) => (body, authorization),
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(error, "a push was given up");
                return Reached::Unsigned;
            }
        };
        let message = PushMessage {
            endpoint: &subscription.endpoint,
            authorization,
            topic: tag,
            urgency: message::urgency(attempt.kind),
            body,
        };
        match self.client.send(message, now).await {
            Delivery::Accepted => Reached::Yes,
            Delivery::Gone => Reached::Gone,
            Delivery::Rejected(status) => {
                log_failure("rejected", Some(status), service);
                Reached::Rejected
            }
            Delivery::Unavailable { status, retry_after } => {
                if status.is_none() || status == Some(StatusCode::TOO_MANY_REQUESTS) || retry_after.is_some() {
                    self.pauses.begin(service, retry_after, now);
                }
                tracing::warn!(status = status.map(|status| status.as_u16()), service, "a push is postponed");
                Reached::Later { retry_after }
            }
        }
    }

    /// The private half of the key for which a subscription was made. `None` if it is retired.
    async fn key(&self, public: &ApplicationServerKey) -> Result<Option<PushKey>, Error> {
        let known = self.ring.read().unwrap_or_else(PoisonError::into_inner).find(public).cloned();
        if known.is_some() {
            return Ok(known);
        }
        // The keys may have been rotated since this process has started.
        let Some(ring) = self.keys.ring().await? else { return Ok(None) };
        let found = ring.find(public).cloned();
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        Ok(found)
    }
}

/// The alarm `FailedPushes` in `template.yaml` counts these lines.
fn log_failure(reason: &str, status: Option<StatusCode>, service: &str) {
    tracing::error!(reason, status = status.map(|status| status.as_u16()), service, "a push was given up");
}

impl DueQueue for PushSender {
    type Item = QueuedPush;

    /// Push services answer within a fraction of a second. If one hangs, these many pushes find out, and the others wait.
    const CONCURRENT_ITEMS: usize = 20;

    fn partitions(&self) -> impl Iterator<Item = u8> + Send {
        self.pushes.partitions()
    }

    fn due(
        &self,
        partition: u8,
        after: Option<String>,
    ) -> impl Future<Output = Result<Page<QueuedPush, String>, Error>> + Send {
        self.pushes.due(partition, after)
    }

    /// Attempts to send a push. Without time for it, the push stays due.
    ///
    /// # Errors
    /// If the table is not available. The push is due again two minutes later.
    async fn send(&self, queued: &QueuedPush) -> Result<Outcome, Error> {
        if time_left() < MIN_TIME_LEFT {
            return Ok(Outcome::NotAttempted);
        }
        match self.pushes.start_attempt(queued).await? {
            PushStart::Attempt(attempt) => self.attempt(&attempt).await,
            PushStart::NothingToDo => Ok(Outcome::NotAttempted),
            PushStart::GivenUp => {
                log_failure("attempts", None, "");
                Ok(Outcome::Failed)
            }
        }
    }
}
