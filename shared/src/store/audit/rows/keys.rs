//! Audit of the rows of [`store::keys`](crate::store::keys).

use crate::store::audit::{AuditEntry, Kind};
use crate::store::keys;

/// The signing key and the cursor key require each other. The keys of a rotation require the signing key.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (kind, other) = if *entry.key == keys::signing_key() {
        entry.read::<keys::SigningKey>();
        ("signing key", keys::cursor_key())
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
