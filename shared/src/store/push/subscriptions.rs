//! The subscriptions of students. One row has all of a student, so that sending reads one row, and their number is exact.
//!
//! A browser has one subscription, whoever is logged in. A second row therefore says to which session an endpoint belongs:
//! the one that registered it last. Otherwise the next student on a shared device would get the pushes of the one before.
//!
//! A subscription counts only while its session is live. The end of a session does not write here: what has ended is skipped
//! and removed when the next push is sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Caller, PushEndpoint, PushSubscription, SchoolId, SessionId, StudentKey, Time, UserId};
use crate::hash::sha256;
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, ServiceAuthority, Table, Transaction};
use crate::store::notifications;

pub(crate) const PUSH_SUBSCRIPTIONS: &str = "PUSH-SUBSCRIPTIONS";
pub(crate) const PUSH_ENDPOINT: &str = "PUSHENDPOINT#";
pub(crate) const ENDPOINT: &str = "ENDPOINT";

/// The maximum number of subscriptions of a student; another one replaces the oldest.
const MAX: usize = 5;

/// Access to the subscriptions.
#[derive(Clone, Debug)]
pub struct PushSubscriptions {
    table: Table,
}

/// A subscription to which a push goes.
#[derive(Clone, Debug)]
pub struct PushTarget {
    pub session: SessionId,
    pub subscription: PushSubscription,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SubscriptionsRow {
    pub(crate) subscriptions: BTreeMap<SessionId, StoredSubscription>,
    /// Changes with each write.
    version: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredSubscription {
    #[serde(flatten)]
    pub(crate) subscription: PushSubscription,
    /// When the session registered it.
    since: Time,
}

/// The session that registered an endpoint last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndpointOwner {
    pub(crate) school_id: SchoolId,
    pub(crate) user_id: UserId,
    pub(crate) session_id: SessionId,
}

impl EndpointOwner {
    fn student(self) -> StudentKey {
        StudentKey { school: self.school_id, user: self.user_id }
    }

    fn if_same(&self) -> Result<RowUpdate, Error> {
        RowUpdate::default().if_equal(&["user_id"], self.user_id)?.if_equal(&["session_id"], self.session_id)
    }
}

impl SubscriptionsRow {
    /// Adds a subscription. Removes the oldest ones above the maximum, and that of another session with the same endpoint.
    fn insert(&mut self, session: SessionId, new: StoredSubscription) {
        self.subscriptions.retain(|_, stored| stored.subscription.endpoint != new.subscription.endpoint);
        self.subscriptions.remove(&session);
        while self.subscriptions.len() >= MAX {
            let oldest = self.subscriptions.iter().min_by_key(|(_, stored)| stored.since).map(|(session, _)| *session);
            self.subscriptions.retain(|session, _| Some(*session) != oldest);
        }
        self.subscriptions.insert(session, new);
    }

    /// The subscriptions, oldest session first.
    pub(super) fn targets(self) -> Vec<PushTarget> {
        let target =
            |(session, stored): (_, StoredSubscription)| PushTarget { session, subscription: stored.subscription };
        self.subscriptions.into_iter().map(target).collect()
    }
}

pub(crate) fn key(student: StudentKey) -> Key {
    Key::new(users::partition(student.school, student.user), PUSH_SUBSCRIPTIONS)
}

pub(crate) fn endpoint_key(endpoint: &PushEndpoint) -> Key {
    Key::new(format!("{PUSH_ENDPOINT}{}", sha256(endpoint.as_str().as_bytes())), ENDPOINT)
}

impl PushSubscriptions {
    /// Subscriptions in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Makes this the subscription of the caller's session. An endpoint that belonged to another session then belongs to
    /// this one only.
    pub async fn set(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        subscription: &PushSubscription,
    ) -> Result<(), Error> {
        let student = StudentKey { school: caller.school, user: caller.user };
        let endpoint_key = endpoint_key(&subscription.endpoint);
        let owner = EndpointOwner { school_id: caller.school, user_id: caller.user, session_id: caller.session };
        let mut backoff = Backoff::begin();
        loop {
            let mut rows = self.table.batch_get([key(student), endpoint_key.clone()], Read::Consistent).await?;
            let before: Option<SubscriptionsRow> = rows.take(&key(student))?;
            let former: Option<EndpointOwner> = rows.take(&endpoint_key)?;
            let registered = before.as_ref().and_then(|row| row.subscriptions.get(&caller.session));
            if former == Some(owner) && registered.is_some_and(|stored| stored.subscription == *subscription) {
                return Ok(());
            }
            let mut after = before.clone().unwrap_or_default();
            let since = self.table.clock().now();
            after.insert(caller.session, StoredSubscription { subscription: subscription.clone(), since });
            let mut transaction =
                self.table.transaction(access).replace_subscriptions(student, before.as_ref(), &after)?;
            transaction = match former {
                None => transaction.create(&endpoint_key, &owner)?.on_condition_failed(Error::Stale),
                Some(former) => {
                    let mut taken = former.if_same()?.set(&["school_id"], owner.school_id)?;
                    taken = taken.set(&["user_id"], owner.user_id)?.set(&["session_id"], owner.session_id)?;
                    let taking = transaction.update(endpoint_key.clone(), taken)?.on_condition_failed(Error::Stale);
                    if former.student() == student { taking } else { taking.take_from(former, subscription)? }
                }
            };
            match transaction.commit().await {
                Err(Error::Stale) if backoff.pause().await => {}
                result => return result,
            }
        }
    }

    /// Removes the subscription of the caller's session, if it has one.
    pub async fn remove(&self, access: &WriteAccess, caller: &Caller) -> Result<(), Error> {
        let student = StudentKey { school: caller.school, user: caller.user };
        let is_removed = |session: SessionId, _: &PushSubscription| session == caller.session;
        self.remove_where(student, is_removed, || self.table.transaction(access)).await
    }

    /// Removes subscriptions that are of no use any more, unless the sessions have registered others since.
    pub async fn remove_dead(&self, student: StudentKey, dead: &[PushTarget]) -> Result<(), Error> {
        let is_dead = |session: SessionId, subscription: &PushSubscription| {
            dead.iter().any(|dead| dead.session == session && dead.subscription == *subscription)
        };
        self.remove_where(student, is_dead, || self.table.transaction(ServiceAuthority)).await
    }

    async fn remove_where(
        &self,
        student: StudentKey,
        is_removed: impl Fn(SessionId, &PushSubscription) -> bool,
        begin: impl Fn() -> Transaction,
    ) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let before: Option<SubscriptionsRow> = self.table.get(key(student), Read::Consistent).await?;
            let Some(before) = before else { return Ok(()) };
            let mut after = before.clone();
            after.subscriptions.retain(|session, stored| !is_removed(*session, &stored.subscription));
            if after.subscriptions.len() == before.subscriptions.len() {
                return Ok(());
            }
            let transaction = begin().replace_subscriptions(student, Some(&before), &after)?;
            match transaction.commit().await {
                Err(Error::Stale) if backoff.pause().await => {}
                result => return result,
            }
        }
    }
}

impl Transaction {
    /// Replaces the subscriptions of a student, and deletes the rows of the endpoints that go. Fails with [`Error::Stale`] if
    /// they have changed since they were read.
    fn replace_subscriptions(
        self,
        student: StudentKey,
        before: Option<&SubscriptionsRow>,
        after: &SubscriptionsRow,
    ) -> Result<Self, Error> {
        let version = before.map_or(0, |before| before.version);
        let row = SubscriptionsRow { version: version.saturating_add(1), ..after.clone() };
        let mut transaction = match before {
            None => self.create(&key(student), &row)?,
            Some(_) => self.replace_version(&key(student), &row, version)?,
        }
        .on_condition_failed(Error::Stale);
        let is_kept = |endpoint: &PushEndpoint| {
            after.subscriptions.values().any(|stored| stored.subscription.endpoint == *endpoint)
        };
        for (session_id, stored) in before.into_iter().flat_map(|before| &before.subscriptions) {
            let endpoint = &stored.subscription.endpoint;
            if !is_kept(endpoint) {
                let owner = EndpointOwner { school_id: student.school, user_id: student.user, session_id: *session_id };
                transaction =
                    transaction.delete_if(endpoint_key(endpoint), owner.if_same()?)?.on_condition_failed(Error::Stale);
            }
        }
        let had_any = before.is_some_and(|before| !before.subscriptions.is_empty());
        match after.subscriptions.is_empty() {
            is_empty if is_empty != had_any => Ok(transaction),
            is_empty => transaction.set_has_subscriptions(student, !is_empty),
        }
    }

    /// Notes in the student's state whether notifications are to be pushed.
    fn set_has_subscriptions(self, student: StudentKey, has_subscriptions: bool) -> Result<Self, Error> {
        let change = match has_subscriptions {
            true => RowUpdate::default().set(&[notifications::SUBSCRIBED], true)?,
            false => RowUpdate::default().remove(&[notifications::SUBSCRIBED]),
        };
        self.update(notifications::state_key(student), change)
    }

    /// Removes the subscription of another student who used this browser before.
    fn take_from(self, former: EndpointOwner, subscription: &PushSubscription) -> Result<Self, Error> {
        let path = former.session_id.to_string();
        let change = RowUpdate::default()
            .remove(&["subscriptions", &path])
            .add(&["version"], 1)?
            .if_equal(&["subscriptions", &path, "endpoint"], &subscription.endpoint)?;
        Ok(self.update(key(former.student()), change)?.on_condition_failed(Error::Stale))
    }
}

/// Deletes the endpoints of a student who has withdrawn. The purge deletes the other row.
pub(crate) async fn purge(table: &Table, school: SchoolId, user: UserId) -> Result<(), Error> {
    let student = StudentKey { school, user };
    let row: Option<SubscriptionsRow> = table.get(key(student), Read::Consistent).await?;
    for (session_id, stored) in row.into_iter().flat_map(|row| row.subscriptions) {
        let owner = EndpointOwner { school_id: school, user_id: user, session_id };
        let transaction = table
            .transaction(ServiceAuthority)
            .delete_if(endpoint_key(&stored.subscription.endpoint), owner.if_same()?)?
            .on_condition_failed(Error::Stale);
        match transaction.commit().await {
            // An earlier run has deleted it, or the browser is somebody else's.
            Ok(()) | Err(Error::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
