//! Audit of the rows of [`store::content::uploads`](crate::store::content::uploads).

use crate::domain::{MediaFolder, MediaId, PostHead};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::content::uploads;
use crate::store::dynamo::Key;
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

/// A picture is in at most one post, and pictures are in a folder.
pub(crate) fn audit_post(entry: &mut AuditEntry<'_>, head: &PostHead) {
    for media in &head.media {
        entry.record_value(picture(media.id), format!("in post {}", head.id));
    }
    if head.media.is_empty() != head.media_folder.is_none() {
        entry.report("a post has a folder exactly if it has pictures.");
    }
}

/// A key that is not in the table. A post that is not deleted provides that of the folder of its pictures.
pub(crate) fn folder_marker(folder: MediaFolder) -> Key {
    Key::new("MEDIA-FOLDER", folder.to_string())
}

fn picture(id: MediaId) -> String {
    format!("picture {id}")
}
