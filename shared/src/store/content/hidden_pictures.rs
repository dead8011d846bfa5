//! The pictures of hidden posts (rule 20). URLs of pictures work for an hour, so when a post is hidden, its pictures move
//! to another folder. The pictures of a removed post are deleted when no appeal can restore it.
//!
//! The consumer of the table's stream does both. It looks at the current post head: the attribute `media_hidden_for` of the
//! head says for which moderation the pictures were moved or deleted last. So records can come late, twice, and in any
//! order. The row in the record only tells which folder the post had, so that a record that is delivered again because the
//! bucket failed deletes what is left there.

use crate::domain::{Board, MediaFolder, Moderation, PostHead, SchoolId, Time};
use crate::store::content::{boards, media_deletions::MediaDeletion, posts};
use crate::store::dynamo::{Error, Key, Read, RowUpdate, ServiceAuthority, StreamRecord, Table};
use crate::store::moderation::MODERATION;

/// Access to the pictures of hidden posts.
#[derive(Clone, Debug)]
pub struct HiddenPictures {
    table: Table,
}

/// A hidden post with something to do.
#[derive(Clone, Debug)]
pub enum HiddenPost {
    /// Its pictures have to be moved or deleted: call [`HiddenPictures::begin`].
    ToHide(Box<PostToHide>),
    /// They were moved or deleted before. Delete what may be left in the former folder.
    Hidden(MediaDeletion),
}

/// A hidden post whose pictures have to be moved or deleted.
#[derive(Clone, Debug)]
pub struct PostToHide {
    school: SchoolId,
    pub head: PostHead,
    moderation: Moderation,
    /// The folder of the pictures.
    pub folder: MediaFolder,
}

/// What happens to the pictures of a hidden post.
#[derive(Clone, Debug)]
pub enum PictureTask {
    /// Copy them to this folder, and then call [`HiddenPictures::finish_move`].
    Move(PictureMove),
    /// Delete what the media deletion says. The post has no pictures any more.
    Delete(MediaDeletion),
}

/// Pictures that are being moved.
#[derive(Clone, Debug)]
pub struct PictureMove {
    /// The new folder.
    pub to: MediaFolder,
    /// The media deletion of the new folder, which finishing the move cancels.
    copies: MediaDeletion,
}

impl HiddenPictures {
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// What has to be done now with the pictures of the post whose head a record of the stream is about; `None` if it is
    /// nothing. The pictures of a deleted board are left to its media deletion.
    pub async fn find(&self, record: &StreamRecord) -> Result<Option<HiddenPost>, Error> {
        let Some((school, post)) = posts::post_of_head(&record.key) else { return Ok(None) };
        let head = self.table.get::<PostHead>(posts::head_key(school, post), Read::Consistent);
        let board = self.table.get::<Board>(boards::key(school, post.board()), Read::Consistent);
        let (Some(head), Some(_)) = tokio::try_join!(head, board)? else { return Ok(None) };
        let former = self.former(school, &head, record)?;
        let to_hide = PostToHide::new(school, head).map(|post| HiddenPost::ToHide(Box::new(post)));
        Ok(to_hide.or(former.map(HiddenPost::Hidden)))
    }

    /// The media deletion of the folder in the record, if the post has another one or none since. No post gets it again.
    fn former(&self, school: SchoolId, head: &PostHead, record: &StreamRecord) -> Result<Option<MediaDeletion>, Error> {
        let Some(row) = record.new_row.clone() else { return Ok(None) };
        let before: PostHead = serde_dynamo::from_item(row)?;
        let folder = before.media_folder.filter(|folder| head.media_folder != Some(*folder));
        let now = self.table.clock().now();
        Ok(folder.map(|folder| MediaDeletion::of_folder(school, folder, &before.media, now)))
    }

    /// Begins to move the pictures to a new folder, or deletes them from the post.
    ///
    /// # Errors
    /// [`Error::Stale`] if the post has changed meanwhile.
    pub async fn begin(&self, post: &PostToHide) -> Result<PictureTask, Error> {
        let now = self.table.clock().now();
        let transaction = self.table.transaction(ServiceAuthority);
        if post.is_over(now) {
            let deletion = MediaDeletion::of_folder(post.school, post.folder, &post.head.media, now);
            let transaction = transaction.update(post.key(), cleared(post.moderation, post.folder)?)?;
            let transaction = transaction.on_condition_failed(Error::Stale);
            transaction.create_media_deletion(&deletion)?.commit().await?;
            return Ok(PictureTask::Delete(deletion));
        }
        let to = MediaFolder::random();
        let copies = MediaDeletion::of_folder(post.school, to, &post.head.media, now);
        transaction.create_media_deletion(&copies)?.commit().await?;
        Ok(PictureTask::Move(PictureMove { to, copies }))
    }

    /// Gives the new folder to the post, after the pictures were copied. Returns the media deletion of the former folder.
    ///
    /// # Errors
    /// [`Error::Stale`] if the post has changed meanwhile, or the copies are being deleted.
    pub async fn finish_move(&self, post: &PostToHide, moved: &PictureMove) -> Result<MediaDeletion, Error> {
        let PostToHide { school, head, moderation, folder } = post;
        let former = MediaDeletion::of_folder(*school, *folder, &head.media, self.table.clock().now());
        let change = if_unchanged(*moderation, *folder)?;
        let change = change.set(&["media_folder"], moved.to)?.set(&["media_hidden_for"], moderation)?;
        let mut transaction = self
            .table
            .transaction(ServiceAuthority)
            .update(post.key(), change)?
            .on_condition_failed(Error::Stale)
            // The media deletion of a deleted board finds the folders in the heads.
            .check(boards::key(*school, head.id.board()), RowUpdate::of_existing())?
            .on_condition_failed(Error::Stale)
            .cancel_media_deletion(&moved.copies)?
            .create_media_deletion(&former)?;
        if let Some(due_at) = moderation.pictures_until() {
            let deletion = MediaDeletion::of_removed(*school, head, (moved.to, *moderation), due_at);
            transaction = transaction.create_media_deletion(&deletion)?;
        }
        transaction.commit().await?;
        Ok(former)
    }
}

impl PostToHide {
    /// `None` if the post is not hidden or has no pictures, or if they were moved or deleted for its moderation before.
    fn new(school: SchoolId, head: PostHead) -> Option<Self> {
        let (folder, moderation) = (head.media_folder?, head.moderation.filter(Moderation::is_hidden)?);
        (head.media_hidden_for != Some(moderation)).then_some(Self { school, head, moderation, folder })
    }

    /// Whether no appeal can restore the post any more.
    fn is_over(&self, now: Time) -> bool {
        self.moderation.pictures_until().is_some_and(|until| until <= now)
    }

    fn key(&self) -> Key {
        posts::head_key(self.school, self.head.id)
    }
}

/// The change of a post head that loses its pictures.
pub(crate) fn cleared(moderation: Moderation, folder: MediaFolder) -> Result<RowUpdate, Error> {
    let change = if_unchanged(moderation, folder)?.set(&["media"], Vec::<()>::new())?;
    Ok(change.set(&["media_hidden_for"], moderation)?.remove(&["media_folder"]))
}

/// The condition that the post is hidden by this moderation, and its pictures are in this folder.
fn if_unchanged(moderation: Moderation, folder: MediaFolder) -> Result<RowUpdate, Error> {
    RowUpdate::of_existing().if_equal(&[MODERATION], moderation)?.if_equal(&["media_folder"], folder)
}
