//! Audit of the rows of [`store::moderation::takedowns`](crate::store::moderation::takedowns).

use crate::domain::{SchoolId, Takedown, TakedownId, TakedownState};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::moderation::expiry;
use crate::store::moderation::takedowns::{
    self, APPLICANT, ApplicantRow, ListedTakedown, REQUEST, RESTRICTIONS, RequestRow, Restriction, TAKEDOWN,
    TAKEDOWN_REQUEST, TakedownLogEntry, list_partition, listed_key, log_key, restriction_key, takedown_expiry,
    takedown_key,
};
use crate::store::{schools, withdrawals};

/// A takedown is in one list, and if it restricts something, it is to end. Its applicant has a row until it is over.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if pk.starts_with(TAKEDOWN_REQUEST) && sk == REQUEST {
        entry.read::<RequestRow>();
        return Some("takedown request");
    }
    if let Some(takedown) = pk.strip_prefix(APPLICANT) {
        let takedown: TakedownId = takedown.parse().ok()?;
        entry.provides();
        entry.read::<ApplicantRow>();
        entry.belongs_at(&takedowns::applicant_key(takedown));
        return Some("applicant");
    }
    if pk == RESTRICTIONS {
        if let Some(Restriction { school_id, takedown_id, until }) = entry.read()
            && entry.belongs_at(&restriction_key(until, takedown_id))
        {
            entry.record(-1, ends(school_id, takedown_id));
        }
        return Some("restriction");
    }
    if let Some((school, _)) = takedowns::parse_takedown_partition(pk) {
        if sk != TAKEDOWN {
            return None;
        }
        entry.provides();
        if let Some(takedown) = entry.read::<Takedown>()
            && entry.belongs_at(&takedown_key(school, takedown.id))
        {
            audit_takedown(entry, school, &takedown);
        }
        return Some("takedown");
    }
    let (school, _) = schools::parse_partition(pk)?;
    let is_list = TakedownState::ALL.into_iter().any(|state| *pk == list_partition(school, state));
    if !is_list {
        return None;
    }
    let key = Key::new(pk, sk);
    if let Some(ListedTakedown { takedown_id, expires_at }) = entry.read()
        && expires_at.is_none_or(|expires_at| !entry.is_past(expires_at))
    {
        entry.requires(takedown_key(school, takedown_id));
        entry.record(-1, listed(&key));
    }
    Some("listed takedown")
}

fn audit_takedown(entry: &mut AuditEntry<'_>, school: SchoolId, takedown: &Takedown) {
    if takedown_expiry(takedown).is_some_and(|expires_at| entry.is_past(expires_at)) {
        return;
    }
    entry.record(1, listed(&listed_key(school, takedown)));
    entry.requires_any(withdrawals::author_keys(school, takedown.author_id));
    if !takedown.state.is_final() {
        entry.requires(takedowns::applicant_key(takedown.id));
    }
    if takedown.state == TakedownState::Restricted {
        entry.record(1, ends(school, takedown.id));
    }
    if let Some(decision) = &takedown.decision {
        entry.requires(log_key(school, decision.decided_at, takedown.id));
    }
}

/// A decision about a takedown in the moderation log.
pub(super) fn audit_log_entry(entry: &mut AuditEntry<'_>, school: SchoolId) {
    if let Some(TakedownLogEntry { takedown_id, decision, .. }) = entry.read()
        && entry.belongs_at(&log_key(school, decision.decided_at, takedown_id))
        && !entry.is_past(expiry(decision.decided_at))
    {
        entry.requires(takedown_key(school, takedown_id));
    }
}

fn listed(key: &Key) -> Fact {
    Fact::That(format!("a takedown is listed at {key}"))
}

fn ends(school: SchoolId, takedown: TakedownId) -> Fact {
    Fact::That(format!("takedown {takedown} of school {school} restricts something"))
}
