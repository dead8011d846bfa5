//! The pictures of hidden posts (rule 20). This function has no routes: it consumes the table's stream.

use axum::Router;
use campus_core::bucket::Bucket;
use campus_core::bucket::cleanup::{CleanupError, try_delete_now};
use campus_core::lambda::Function;
use campus_core::store::{
    self, HiddenPictures, HiddenPost, MediaDeletion, MediaDeletions, PictureTask, PostToHide, StreamRecord, Table,
};

/// How often a record is consumed again because its post changes meanwhile. Afterwards, the stream delivers it again.
const MAX_TRIES: u32 = 3;

/// What moving and deleting pictures needs. Clones are cheap.
#[derive(Clone)]
pub struct PicturesState {
    hidden_pictures: HiddenPictures,
    deletions: MediaDeletions,
    bucket: Bucket,
}

impl PicturesState {
    pub fn new(table: Table, bucket: Bucket) -> Self {
        Self { hidden_pictures: HiddenPictures::new(table.clone()), deletions: MediaDeletions::new(table), bucket }
    }
}

/// The pictures function: when a post is hidden, it moves the pictures to another folder of the bucket, so that URLs that
/// were handed out before stop working. When a post is removed for good, it deletes them.
pub fn function(state: PicturesState) -> Function {
    Function::new(Router::new()).on_stream(move |record| consume(state.clone(), record))
}

async fn consume(state: PicturesState, record: StreamRecord) -> Result<(), lambda_http::Error> {
    let mut tries = 1;
    loop {
        match hide(&state, &record).await {
            Err(CleanupError::Table(store::Error::Stale)) if tries < MAX_TRIES => tries += 1,
            result => return Ok(result?),
        }
    }
}

/// # Errors
/// [`store::Error::Stale`] if the post changes meanwhile. A media deletion is left for what was copied. If the former
/// pictures cannot be deleted, the record has to be delivered again: until they are deleted, their URLs work.
async fn hide(state: &PicturesState, record: &StreamRecord) -> Result<(), CleanupError> {
    let deletion = match state.hidden_pictures.find(record).await? {
        None => return Ok(()),
        Some(HiddenPost::ToHide(post)) => move_or_delete(state, &post).await?,
        Some(HiddenPost::Hidden(deletion)) => deletion,
    };
    try_delete_now(&state.deletions, &state.bucket, deletion).await
}

/// Moves the pictures to another folder, or takes them from the post. Returns the media deletion of the former folder.
async fn move_or_delete(state: &PicturesState, post: &PostToHide) -> Result<MediaDeletion, CleanupError> {
    match state.hidden_pictures.begin(post).await? {
        PictureTask::Move(started) => {
            state.bucket.copy_pictures(post.folder, started.to, &post.head.media).await?;
            Ok(state.hidden_pictures.finish_move(post, &started).await?)
        }
        PictureTask::Delete(deletion) => Ok(deletion),
    }
}
