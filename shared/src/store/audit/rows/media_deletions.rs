//! Audit of the rows of [`store::content::media_deletions`](crate::store::content::media_deletions).

use crate::store::audit::{AuditEntry, Kind};
use crate::store::content::{boards, media_deletions, posts};
use crate::store::schools;

/// A media deletion is for a post that was not written, for a deleted post, or for a deleted board.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if entry.key.pk != media_deletions::MEDIA_DELETIONS {
        return None;
    }
    let deletion = entry.read::<media_deletions::MediaDeletion>()?;
    entry.belongs_at(&deletion.key());
    let school = deletion.school_id;
    match deletion.owner {
        media_deletions::MediaOwner::Attempt { post_id, .. } => {
            entry.requires(schools::key(school));
            entry.excludes(posts::head_key(school, post_id));
        }
        media_deletions::MediaOwner::Post { post_id, .. } => entry.requires(posts::deleted_key(school, post_id)),
        media_deletions::MediaOwner::Board { board_id } => entry.requires(boards::deleted_key(school, board_id)),
    }
    Some("media deletion")
}
