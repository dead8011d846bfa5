//! Preparing media deletions, and running the ones that are due. A run can be killed at any point and repeated: every
//! step is idempotent.

use crate::domain::{MediaFolder, MediaId, PostHead, SchoolId};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::content::media_deletions::{FolderPictures, MEDIA_DELETIONS, MediaDeletion, MediaOwner};
use crate::store::content::{hidden_pictures, posts};
use crate::store::dynamo::{Error, KeyCondition, Page, Range, RowUpdate, ServiceAuthority, Table};

/// How many posts of a deleted board one page contains. The position is saved after each page.
const BOARD_PAGE: usize = 25;

/// Access to media deletions.
#[derive(Clone, Debug)]
pub struct MediaDeletions {
    table: Table,
}

/// A page of the pictures of a media deletion.
#[derive(Clone, Debug)]
pub struct MediaDeletionPage {
    /// The pictures, each with its folder.
    pub pictures: Vec<(MediaFolder, MediaId)>,
    /// The position to save when these pictures are deleted; `None` on the last page.
    pub next: Option<String>,
}

impl MediaDeletions {
    /// Creates the access to the media deletions in the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Writes the media deletion of a post that is about to be created. Call this before you copy the pictures. Creating
    /// the post cancels the media deletion. `None` if the post has no pictures.
    pub async fn prepare(
        &self,
        access: &WriteAccess,
        school: SchoolId,
        head: &PostHead,
    ) -> Result<Option<MediaDeletion>, Error> {
        let deletion = MediaDeletion::of_post(school, head, self.table.clock().now());
        if let Some(deletion) = &deletion {
            self.table.transaction(access).create_media_deletion(deletion)?.commit().await?;
        }
        Ok(deletion)
    }

    /// Lists the media deletions that are due, oldest first.
    pub async fn due(&self) -> Result<Vec<MediaDeletion>, Error> {
        let now = self.table.clock().now();
        // In a key, `#` follows the time. `~` sorts after `#`, so the range includes the keys of the current time.
        let until_now = KeyCondition::Between("0".to_owned(), format!("{now}~"));
        let due = self.table.query_all_well_formed(Range::oldest_first(MEDIA_DELETIONS.to_owned(), until_now)).await?;
        Ok(due.into_iter().map(|(_, deletion)| deletion).collect())
    }

    /// Starts a media deletion. Afterwards, no post has its pictures, and none can get them.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the media deletion was cancelled or finished meanwhile; [`Error::Stale`] if the pictures of a
    /// removed post stay, because the removal has changed.
    pub async fn start(&self, deletion: &MediaDeletion) -> Result<(), Error> {
        let started = RowUpdate::of_existing().set(&["begun"], true)?;
        let transaction = self.table.transaction(ServiceAuthority).update(deletion.key(), started)?;
        let transaction = transaction.on_condition_failed(Error::NotFound);
        match (&deletion.owner, deletion.started) {
            (MediaOwner::Removed { post_id, moderation, pictures }, None) => {
                let (school, folder) = (deletion.school_id, pictures.folder);
                let cleared = hidden_pictures::cleared(*moderation, folder)?;
                let transaction = transaction.update(posts::head_key(school, *post_id), cleared)?;
                transaction.on_condition_failed(Error::Stale).commit().await
            }
            _ => transaction.commit().await,
        }
    }

    /// Returns the pictures after the saved position of the media deletion.
    pub async fn page(&self, deletion: &MediaDeletion) -> Result<MediaDeletionPage, Error> {
        match &deletion.owner {
            MediaOwner::Folder(pictures) | MediaOwner::Removed { pictures, .. } => {
                let FolderPictures { folder, media } = pictures;
                let pictures = media.iter().map(|picture| (*folder, *picture)).collect();
                Ok(MediaDeletionPage { pictures, next: None })
            }
            MediaOwner::Board { board_id } => {
                let heads = posts::heads(deletion.school_id, *board_id).after(deletion.after.clone());
                let Page { items, next } = self.table.query::<PostHead>(heads, Some(BOARD_PAGE)).await?;
                let pictures = items.iter().filter_map(|(_, head)| Some((head.media_folder?, &head.media)));
                let pictures = pictures.flat_map(|(folder, media)| media.iter().map(move |one| (folder, one.id)));
                Ok(MediaDeletionPage { pictures: pictures.collect(), next })
            }
        }
    }

    /// Saves that all pictures up to the position are deleted.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the media deletion was finished meanwhile.
    pub async fn advance(&self, deletion: &mut MediaDeletion, position: String) -> Result<(), Error> {
        let advanced = RowUpdate::of_existing().set(&["after"], &position)?;
        let transaction = self.table.transaction(ServiceAuthority).update(deletion.key(), advanced)?;
        transaction.on_condition_failed(Error::NotFound).commit().await?;
        deletion.after = Some(position);
        Ok(())
    }

    /// Deletes the media deletion, after all of its pictures are deleted.
    pub async fn finish(&self, deletion: &MediaDeletion) -> Result<(), Error> {
        self.table.delete(ServiceAuthority, deletion.key()).await
    }
}
