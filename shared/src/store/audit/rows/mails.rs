//! Audit of the rows of [`store::mails`](crate::store::mails).

use uuid::Uuid;

use crate::store::audit::{AuditEntry, Kind};
use crate::store::mails::{self, FailedMail, MailRow};

/// Mails, failed mails and suppressed addresses need no other row: their content is sealed or hashed.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (pk, sk) = (entry.key.pk.clone(), entry.key.sk.clone());
    if pk.starts_with(mails::SUPPRESSED) && mails::is_sort_key(&sk) {
        entry.read::<mails::SuppressionRow>();
        return Some("suppressed address");
    }
    let id: Uuid = sk.parse().ok()?;
    if pk.starts_with(mails::MAILS) {
        entry.read::<MailRow>();
        entry.belongs_at(&mails::key(id));
        Some("mail")
    } else if pk == mails::FAILED_MAILS {
        entry.read::<FailedMail>();
        Some("failed mail")
    } else {
        None
    }
}
