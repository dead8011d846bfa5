//! Audit of the rows of [`store::keys`](crate::store::keys).

use crate::store::audit::{AuditEntry, Kind};
use crate::store::{keys, push};

/// The signing key requires the account key, the mail key, the push key and the cursor key, and all other keys require the signing key.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (kind, other) = if *entry.key == keys::signing_key() {
        entry.read::<keys::SigningKey>();
        entry.requires(keys::account_key());
        entry.requires(keys::mail_key());
        entry.requires(push::push_key());
        ("signing key", keys::cursor_key())
    } else if *entry.key == keys::account_key() {
        entry.read::<keys::AccountKey>();
        ("account key", keys::signing_key())
    } else if *entry.key == keys::mail_key() {
        entry.read::<keys::MailKey>();
        ("mail key", keys::signing_key())
    } else if *entry.key == keys::cursor_key() {
        entry.read::<keys::CursorKey>();
        ("cursor key", keys::signing_key())
    } else if *entry.key == keys::next_key() {
        entry.read::<keys::SigningKey>();
        ("next signing key", keys::signing_key())
    } else if *entry.key == keys::previous_key() {
        entry.read::<keys::PublicKey>();
        ("previous signing key", keys::signing_key())
    } else {
        return None;
    };
    entry.provides();
    entry.requires(other);
    Some(kind)
}
