//! Media deletions: pictures to delete from the bucket. A DynamoDB transaction cannot include the bucket, so the table
//! records the pictures first. The media deletion of a new post is written before its pictures are copied, and
//! cancelled in the transaction that creates the post. The media deletion of a deleted post or board is written in the
//! transaction that deletes it.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | media deletion | `SWEEPS` | `<when due>#<what>#<post or board>` |

mod run;

pub use run::{MediaDeletionPage, MediaDeletions};

use serde::{Deserialize, Serialize};

use crate::domain::{BoardId, Media, MediaId, PostHead, PostId, SchoolId, Time};
use crate::store::dynamo::{Error, Key, RowUpdate, Transaction};

pub(crate) const MEDIA_DELETIONS: &str = "SWEEPS";

/// The delay before a media deletion is due, in seconds. It is longer than a request may take, so no request still
/// works on the pictures when they are deleted.
const GRACE_S: i64 = 60;

/// Pictures to delete when the media deletion is due.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MediaDeletion {
    pub(crate) school_id: SchoolId,
    due_at: Time,
    #[serde(rename = "of")]
    pub(crate) owner: MediaOwner,
    /// Whether the deletion has started. A post cannot be created after its media deletion has started.
    #[serde(rename = "begun", default, skip_serializing_if = "Option::is_none")]
    started: Option<bool>,
    /// Of a board: the sort key of the last post whose pictures are deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MediaOwner {
    /// A post that is being created.
    Attempt { post_id: PostId, media: Vec<MediaId> },
    /// A deleted post.
    Post { post_id: PostId, media: Vec<MediaId> },
    /// All posts of a deleted board.
    Board { board_id: BoardId },
}

impl MediaDeletion {
    pub(crate) fn key(&self) -> Key {
        let what = match &self.owner {
            MediaOwner::Attempt { post_id, .. } => format!("ATTEMPT#{post_id}"),
            MediaOwner::Post { post_id, .. } => format!("POST#{post_id}"),
            MediaOwner::Board { board_id } => format!("BOARD#{board_id}"),
        };
        Key::new(MEDIA_DELETIONS, format!("{}#{what}", self.due_at))
    }

    fn new(school_id: SchoolId, now: Time, owner: MediaOwner) -> Self {
        Self { school_id, due_at: now.plus_secs(GRACE_S), owner, started: None, after: None }
    }

    /// The media deletion of a post that is about to be created.
    fn of_attempt(school: SchoolId, head: &PostHead, now: Time) -> Self {
        let owner = MediaOwner::Attempt { post_id: head.id, media: ids(&head.media) };
        Self::new(school, now, owner)
    }

    /// The media deletion of a post that is deleted now; `None` if the post has no pictures.
    pub(crate) fn of_post(school: SchoolId, head: &PostHead, now: Time) -> Option<Self> {
        let owner = MediaOwner::Post { post_id: head.id, media: ids(&head.media) };
        (!head.media.is_empty()).then(|| Self::new(school, now, owner))
    }

    /// The media deletion of a board that is deleted now.
    pub(crate) fn of_board(school: SchoolId, board_id: BoardId, now: Time) -> Self {
        Self::new(school, now, MediaOwner::Board { board_id })
    }
}

fn ids(media: &[Media]) -> Vec<MediaId> {
    media.iter().map(|picture| picture.id).collect()
}

impl Transaction {
    pub(crate) fn create_media_deletion(self, deletion: &MediaDeletion) -> Result<Self, Error> {
        self.create(&deletion.key(), deletion)
    }

    /// Cancels the media deletion of a post that this transaction creates. The transaction fails with [`Error::Stale`]
    /// if the deletion has started, because pictures may be deleted already.
    pub(crate) fn cancel_media_deletion(self, deletion: &MediaDeletion) -> Result<Self, Error> {
        let not_started = RowUpdate::of_existing().if_absent(&["begun"]);
        Ok(self.delete_if(deletion.key(), not_started)?.on_condition_failed(Error::Stale))
    }
}
