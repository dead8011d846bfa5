//! The subscriptions of students. One row has all of a student, so that sending reads one row, and their number is exact.
//!
//! A browser has one subscription, whoever is logged in. A second row therefore says to which session an endpoint belongs:
//! the session that registered it last. Otherwise the next student on a shared device would get the pushes of the former one.
//!
//! A subscription counts only while its session is live. The end of a session does not write here: the next push to the student
//! and the next subscription of the student remove what has ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Caller, PushEndpoint, PushSubscription, SchoolId, SessionId, StudentKey, Time, UserId};
use crate::hash::sha256;
use crate::store::accounts::sessions::{self, SessionsRow};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, ServiceAuthority, Table, Transaction};
use crate::store::notifications;

pub(crate) const PUSH_SUBSCRIPTIONS: &str = "PUSH-SUBSCRIPTIONS";
pub(crate) const PUSH_ENDPOINT: &str = "PUSHENDPOINT#";
pub(crate) const ENDPOINT: &str = "ENDPOINT";

/// The maximum number of subscriptions of a student; another one replaces the oldest.
const MAX: usize = 5;

/// How many pushes in a row a browser must miss before its subscription is removed,
const MAX_FAILED: u32 = 3;

/// and how long after the first of them, in seconds: 3 days. A push service may fail for some time, and so may this service.
const MAX_FAILING_S: i64 = 3 * 24 * 3600;

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
    /// Whether it has missed the push before this one.
    pub is_failing: bool,
}

/// The result of a push for a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushResult {
    Reached,
    /// The push service has refused the push, or could not be reached until the push was given up.
    Failed,
    /// The subscription or its session has ended.
    Ended,
}

/// Everything that a new subscription depends on.
#[derive(Debug)]
pub struct SubscriptionContext {
    sessions: SessionsRow,
    /// The subscriptions of the student.
    before: Option<SubscriptionsRow>,
    /// The session that has registered the endpoint.
    former: Option<EndpointOwner>,
}

/// The subscriptions of a student.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SubscriptionsRow {
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
    /// How many pushes it has missed in a row.
    #[serde(default)]
    failed: u32,
    /// When it missed the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failing_since: Option<Time>,
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
        let target = |(session, stored): (SessionId, StoredSubscription)| PushTarget {
            session,
            is_failing: stored.failed > 0,
            subscription: stored.subscription,
        };
        self.subscriptions.into_iter().map(target).collect()
    }
}

impl StoredSubscription {
    fn new(subscription: PushSubscription, since: Time) -> Self {
        Self { subscription, since, failed: 0, failing_since: None }
    }

    /// The subscription after this result. `None` if it is of no further use.
    fn after(self, result: PushResult, now: Time) -> Option<Self> {
        match result {
            PushResult::Reached => Some(Self::new(self.subscription, self.since)),
            PushResult::Ended => None,
            PushResult::Failed => {
                let (failed, since) = (self.failed.saturating_add(1), self.failing_since.unwrap_or(now));
                let is_lost = failed >= MAX_FAILED && since.plus_secs(MAX_FAILING_S) <= now;
                (!is_lost).then_some(Self { failed, failing_since: Some(since), ..self })
            }
        }
    }
}

fn student(caller: &Caller) -> StudentKey {
    StudentKey { school: caller.school, user: caller.user }
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

    /// The subscriptions of the caller.
    pub async fn of(&self, caller: &Caller) -> Result<Option<SubscriptionsRow>, Error> {
        self.table.get(key(student(caller)), Read::Consistent).await
    }

    /// Reads everything that a subscription of the caller with this endpoint depends on.
    pub async fn context(&self, caller: &Caller, endpoint: &PushEndpoint) -> Result<SubscriptionContext, Error> {
        let sessions_key = sessions::key(caller.school, caller.user);
        let (subscriptions_key, endpoint_key) = (key(student(caller)), endpoint_key(endpoint));
        let keys = [subscriptions_key.clone(), endpoint_key.clone(), sessions_key.clone()];
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        Ok(SubscriptionContext {
            sessions: rows.take(&sessions_key)?.unwrap_or_default(),
            before: rows.take(&subscriptions_key)?,
            former: rows.take(&endpoint_key)?,
        })
    }

    /// Makes this the subscription of the caller's session. An endpoint that belonged to another session then belongs to
    /// this one only. `context` is that of the endpoint.
    pub async fn set(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        subscription: &PushSubscription,
        mut context: SubscriptionContext,
    ) -> Result<(), Error> {
        let student = student(caller);
        let endpoint_key = endpoint_key(&subscription.endpoint);
        let owner = EndpointOwner { school_id: caller.school, user_id: caller.user, session_id: caller.session };
        let mut backoff = Backoff::begin();
        loop {
            let SubscriptionContext { sessions, before, former } = context;
            let registered = before.as_ref().and_then(|row| row.subscriptions.get(&caller.session));
            if former == Some(owner) && registered.is_some_and(|stored| stored.subscription == *subscription) {
                return Ok(());
            }
            let mut after = before.clone().unwrap_or_default();
            let now = self.table.clock().now();
            after.subscriptions.retain(|session, _| sessions.get(*session, now).is_some());
            after.insert(caller.session, StoredSubscription::new(subscription.clone(), now));
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
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    context = self.context(caller, &subscription.endpoint).await?;
                }
                result => return result,
            }
        }
    }

    /// Removes the subscription of the caller's session, if it has one. `row` are the caller's subscriptions.
    pub async fn remove(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        row: Option<SubscriptionsRow>,
    ) -> Result<(), Error> {
        let remove = |session: SessionId, stored| (session != caller.session).then_some(stored);
        self.change(student(caller), row, remove, || self.table.transaction(access)).await
    }

    /// Notes the results of a push, unless the sessions have registered other subscriptions since. Removes the subscriptions
    /// that have ended, and those that have missed at least 3 pushes in a row for 3 days.
    pub async fn record(&self, student: StudentKey, results: &[(PushTarget, PushResult)]) -> Result<(), Error> {
        let now = self.table.clock().now();
        let note = |session: SessionId, stored: StoredSubscription| {
            let is_about =
                |target: &PushTarget| target.session == session && target.subscription == stored.subscription;
            match results.iter().find(|(target, _)| is_about(target)) {
                Some((_, result)) => stored.after(*result, now),
                None => Some(stored),
            }
        };
        let row = self.table.get(key(student), Read::Consistent).await?;
        self.change(student, row, note, || self.table.transaction(ServiceAuthority)).await
    }

    /// Replaces each subscription of the row, or removes it.
    async fn change(
        &self,
        student: StudentKey,
        mut row: Option<SubscriptionsRow>,
        change: impl Fn(SessionId, StoredSubscription) -> Option<StoredSubscription>,
        begin: impl Fn() -> Transaction,
    ) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let Some(before) = row else { return Ok(()) };
            let changed = |(session, stored)| Some((session, change(session, stored)?));
            let subscriptions = before.subscriptions.clone().into_iter().filter_map(changed).collect();
            if subscriptions == before.subscriptions {
                return Ok(());
            }
            let after = SubscriptionsRow { subscriptions, ..before };
            let transaction = begin().replace_subscriptions(student, Some(&before), &after)?;
            match transaction.commit().await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    row = self.table.get(key(student), Read::Consistent).await?;
                }
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
        let has_any = !after.subscriptions.is_empty();
        match (had_any, has_any) {
            (true, true) | (false, false) => Ok(transaction),
            (false, true) | (true, false) => transaction.set_has_subscriptions(student, has_any),
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
