//! Media deletions: pictures to delete from the bucket. A DynamoDB transaction cannot include the bucket, so the table
//! records the pictures first. The media deletion of a folder is written before pictures are copied to it, and cancelled
//! in the transaction that gives the folder to a post. The media deletion of a deleted post or board is written in the
//! transaction that deletes it, and that of the former folder of a post in the transaction that gives it another one.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | media deletion | `SWEEPS` | `<when due>#<what>#<folder or board>` |

mod run;

pub use run::{MediaDeletionPage, MediaDeletions};

use serde::{Deserialize, Serialize};

use crate::domain::{BoardId, Media, MediaFolder, MediaId, Moderation, PostHead, PostId, SchoolId, Time};
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
    /// Whether the deletion has started. A post cannot get the folder after that.
    #[serde(rename = "begun", default, skip_serializing_if = "Option::is_none")]
    started: Option<bool>,
    /// Of a board: the sort key of the last post whose pictures are deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MediaOwner {
    /// A folder that no post has: because its pictures are still being copied, or because the post was deleted or has
    /// another folder since.
    Folder(FolderPictures),
    /// A removed post. Its pictures are deleted unless moderation has changed meanwhile what it has done to the post.
    Removed {
        post_id: PostId,
        moderation: Moderation,
        #[serde(flatten)]
        pictures: FolderPictures,
    },
    /// All posts of a deleted board.
    Board { board_id: BoardId },
}

/// Pictures in a folder of the bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FolderPictures {
    pub(crate) folder: MediaFolder,
    pub(crate) media: Vec<MediaId>,
}

impl MediaDeletion {
    pub(crate) fn key(&self) -> Key {
        let what = match &self.owner {
            MediaOwner::Folder(FolderPictures { folder, .. }) => format!("FOLDER#{folder}"),
            MediaOwner::Removed { pictures, .. } => format!("REMOVED#{}", pictures.folder),
            MediaOwner::Board { board_id } => format!("BOARD#{board_id}"),
        };
        Key::new(MEDIA_DELETIONS, format!("{}#{what}", self.due_at))
    }

    fn new(school_id: SchoolId, due_at: Time, owner: MediaOwner) -> Self {
        Self { school_id, due_at, owner, started: None, after: None }
    }

    /// The media deletion of a folder that has these pictures, or gets them within the grace period.
    pub(crate) fn of_folder(school: SchoolId, folder: MediaFolder, media: &[Media], now: Time) -> Self {
        let pictures = FolderPictures { folder, media: ids(media) };
        Self::new(school, now.plus_secs(GRACE_S), MediaOwner::Folder(pictures))
    }

    /// The media deletion of a post that is deleted now; `None` if the post has no pictures.
    pub(crate) fn of_post(school: SchoolId, head: &PostHead, now: Time) -> Option<Self> {
        head.media_folder.map(|folder| Self::of_folder(school, folder, &head.media, now))
    }

    /// The media deletion of a post that was removed, due when an appeal can no longer restore it.
    pub(crate) fn of_removed(
        school: SchoolId,
        head: &PostHead,
        (folder, moderation): (MediaFolder, Moderation),
        due_at: Time,
    ) -> Self {
        let pictures = FolderPictures { folder, media: ids(&head.media) };
        Self::new(school, due_at, MediaOwner::Removed { post_id: head.id, moderation, pictures })
    }

    /// The media deletion of a board that is deleted now.
    pub(crate) fn of_board(school: SchoolId, board_id: BoardId, now: Time) -> Self {
        Self::new(school, now.plus_secs(GRACE_S), MediaOwner::Board { board_id })
    }
}

fn ids(media: &[Media]) -> Vec<MediaId> {
    media.iter().map(|picture| picture.id).collect()
}

impl Transaction {
    pub(crate) fn create_media_deletion(self, deletion: &MediaDeletion) -> Result<Self, Error> {
        self.create(&deletion.key(), deletion)
    }

    /// Cancels the media deletion of a folder that a post gets in this transaction. The transaction fails with
    /// [`Error::Stale`] if the deletion has started, because pictures may be deleted already.
    pub(crate) fn cancel_media_deletion(self, deletion: &MediaDeletion) -> Result<Self, Error> {
        let not_started = RowUpdate::of_existing().if_absent(&["begun"]);
        Ok(self.delete_if(deletion.key(), not_started)?.on_condition_failed(Error::Stale))
    }
}
