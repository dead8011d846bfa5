//! The pictures of hidden posts (rule 20).

use campus_core::bucket::cleanup::{CleanupError, try_delete_now};
use campus_core::store::{self, HiddenPost, MediaDeletion, PictureTask, PostToHide, StreamRecord};

use super::PostsStreamState;

/// How often a record is consumed again because its post changes meanwhile. Afterwards, the stream delivers it again.
const MAX_TRIES: u32 = 3;

/// Moves or deletes the pictures of the post, if it is hidden.
pub(super) async fn consume(state: &PostsStreamState, record: &StreamRecord) -> Result<(), CleanupError> {
    let mut tries = 1;
    loop {
        match hide(state, record).await {
            Err(CleanupError::Table(store::Error::Stale)) if tries < MAX_TRIES => tries += 1,
            result => return result,
        }
    }
}

/// # Errors
/// [`store::Error::Stale`] if the post changes meanwhile. A media deletion is left for what was copied. If the former
/// pictures cannot be deleted, the record has to be delivered again: until they are deleted, their URLs work.
async fn hide(state: &PostsStreamState, record: &StreamRecord) -> Result<(), CleanupError> {
    let deletion = match state.hidden_pictures.find(record).await? {
        None => return Ok(()),
        Some(HiddenPost::ToHide(post)) => move_or_delete(state, &post).await?,
        Some(HiddenPost::Hidden(deletion)) => deletion,
    };
    try_delete_now(&state.deletions, &state.bucket, deletion).await
}

/// Moves the pictures to another folder, or takes them from the post. Returns the media deletion of the former folder.
async fn move_or_delete(state: &PostsStreamState, post: &PostToHide) -> Result<MediaDeletion, CleanupError> {
    match state.hidden_pictures.begin(post).await? {
        PictureTask::Move(started) => {
            state.bucket.copy_pictures(post.folder, started.to, &post.head.media).await?;
            Ok(state.hidden_pictures.finish_move(post, &started).await?)
        }
        PictureTask::Delete(deletion) => Ok(deletion),
    }
}
