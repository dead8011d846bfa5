//! Audit of the rows of [`store::policies`](crate::store::policies).

use crate::domain::{PolicyKind, PolicyVersions, SchoolId, UserId};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::policies;

/// The current policies require their texts. A text requires that there are current policies, of which it may be an older
/// version.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if *entry.key == policies::current_key() {
        entry.provides();
        if let Some(current) = entry.read::<PolicyVersions>() {
            requires_texts(entry, &current);
        }
        return Some("current policies");
    }
    let kind = [PolicyKind::Terms, PolicyKind::Privacy].into_iter().find(|kind| {
        let prefix = format!("{}{}#", policies::TEXT, kind.as_str());
        entry.key.pk == policies::POLICIES && entry.key.sk.starts_with(&prefix)
    })?;
    entry.provides();
    entry.requires(policies::current_key());
    if let Some(row) = entry.read::<policies::PolicyRow>() {
        entry.belongs_at(&policies::text_key(kind, &row.policy.version));
    }
    Some("policy text")
}

/// Requires the texts of these versions.
pub(super) fn requires_texts(entry: &mut AuditEntry<'_>, versions: &PolicyVersions) {
    entry.requires(policies::text_key(PolicyKind::Terms, &versions.terms));
    entry.requires(policies::text_key(PolicyKind::Privacy, &versions.privacy));
}

/// A student has accepted these versions. The profile states it, and the sessions confirm it.
pub(super) fn accepted(versions: &PolicyVersions, school: SchoolId, user: UserId) -> Fact {
    let PolicyVersions { terms, privacy } = versions;
    Fact::That(format!(
        "user {user} of school {school} has accepted the terms {terms} and the privacy policy {privacy}"
    ))
}
