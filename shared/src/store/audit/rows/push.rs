//! Audit of the rows of [`store::push`](crate::store::push).

use crate::domain::{SessionId, StudentKey};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::push::{
    self, ENDPOINT, EndpointOwner, PUSH_ENDPOINT, PUSH_SUBSCRIPTIONS, PUSHES, PublicPushKeys, PushKey, PushRow,
    SubscriptionsRow,
};
use crate::store::withdrawals;

/// Each endpoint leads to the session that registered it. A push is at the key of its student and group.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if let Some(kind) = audit_key(entry) {
        return Some(kind);
    }
    let (pk, sk) = (entry.key.pk.clone(), entry.key.sk.clone());
    if sk == PUSH_SUBSCRIPTIONS {
        let (school, user) = users::parse_partition(&pk)?;
        entry.requires_any(withdrawals::owner_keys(school, user));
        let student = StudentKey { school, user };
        let row: SubscriptionsRow = entry.read().unwrap_or_default();
        for (session, stored) in row.subscriptions {
            entry.record(1, registered(student, session, &push::endpoint_key(&stored.subscription.endpoint).pk));
        }
        return Some("push subscriptions");
    }
    if pk.starts_with(PUSH_ENDPOINT) && sk == ENDPOINT {
        if let Some(EndpointOwner { school_id, user_id, session_id }) = entry.read() {
            let student = StudentKey { school: school_id, user: user_id };
            entry.record(-1, registered(student, session_id, &pk));
        }
        return Some("push endpoint");
    }
    if pk.starts_with(PUSHES) {
        if let Some(row) = entry.read::<PushRow>() {
            entry.belongs_at(&row.key());
            entry.requires_any(withdrawals::owner_keys(row.school_id, row.user_id));
        }
        return Some("push");
    }
    None
}

/// A push key requires its public half, which requires the key.
fn audit_key(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (kind, other) = if *entry.key == push::push_key() {
        entry.read::<PushKey>();
        ("push key", push::public_push_keys())
    } else if *entry.key == push::previous_push_key() {
        entry.read::<PushKey>();
        ("previous push key", push::push_key())
    } else if *entry.key == push::public_push_keys() {
        entry.read::<PublicPushKeys>();
        ("public push keys", push::push_key())
    } else {
        return None;
    };
    entry.provides();
    entry.requires(other);
    Some(kind)
}

/// A session has registered an endpoint. The subscriptions state it, and the row of the endpoint confirms it.
fn registered(student: StudentKey, session: SessionId, endpoint: &str) -> Fact {
    let StudentKey { school, user } = student;
    Fact::That(format!("{endpoint:?} belongs to session {session} of user {user} of school {school}"))
}
