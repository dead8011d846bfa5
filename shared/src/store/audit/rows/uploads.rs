//! Audit of the rows of [`store::content::uploads`](crate::store::content::uploads).

use crate::domain::{Media, MediaId, PostId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::content::uploads;
use crate::store::withdrawals;

/// An upload requires its student, and its picture is in no post.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    let id = entry.key.sk.strip_prefix(uploads::MEDIA)?.parse().ok()?;
    entry.read::<uploads::UploadRow>();
    entry.requires_any(withdrawals::owner_keys(school, user));
    entry.record_value(picture(id), format!("user {user}'s, in no post"));
    Some("upload")
}

/// A picture is in at most one post.
pub(crate) fn audit_post(entry: &mut AuditEntry<'_>, post: PostId, media: &[Media]) {
    for Media { id, .. } in media {
        entry.record_value(picture(*id), format!("in post {post}"));
    }
}

fn picture(id: MediaId) -> String {
    format!("picture {id}")
}
