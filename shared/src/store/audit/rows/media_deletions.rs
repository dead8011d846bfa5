//! Audit of the rows of [`store::content::media_deletions`](crate::store::content::media_deletions).

use crate::store::audit::{AuditEntry, Kind};
use crate::store::content::{boards, media_deletions, posts};
use crate::store::schools;

/// A media deletion is for a folder that no post has, for a removed post, or for a deleted board.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if entry.key.pk != media_deletions::MEDIA_DELETIONS {
        return None;
    }
    let deletion = entry.read::<media_deletions::MediaDeletion>()?;
    entry.belongs_at(&deletion.key());
    let school = deletion.school_id;
    match deletion.owner {
        media_deletions::MediaOwner::Folder(pictures) => {
            entry.requires(schools::key(school));
            entry.excludes(super::uploads::folder_marker(pictures.folder));
        }
        media_deletions::MediaOwner::Removed { post_id, .. } => {
            entry.requires_any(posts::live_or_deleted_keys(school, post_id));
        }
        media_deletions::MediaOwner::Board { board_id } => entry.requires(boards::deleted_key(school, board_id)),
    }
    Some("media deletion")
}
