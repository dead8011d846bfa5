//! Carries out media deletions: deletes pictures from the bucket.

use std::time::Duration;

use tokio::time::timeout;

use crate::bucket::{Bucket, BucketError};
use crate::store::{self, MediaDeletion, MediaDeletionPage, MediaDeletions, time_left};

/// How many pictures are deleted at the same time.
const CONCURRENT_DELETIONS: usize = 20;

/// No further deletion starts if less time than this is left. A single attempt of a request may take 2.5 seconds.
const MIN_TIME_LEFT: Duration = Duration::from_secs(3);

/// How long deleting the pictures of a post may take.
const DELETE_NOW_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a media deletion could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum CleanupError {
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] store::Error),
    /// A request to the bucket failed.
    #[error("cannot delete pictures: {0}")]
    Bucket(String),
}

impl From<BucketError> for CleanupError {
    fn from(error: BucketError) -> Self {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Self::Bucket(format!("{error}{cause}"))
    }
}

/// Starts and finishes a media deletion. Returns false if there is no time left.
///
/// # Errors
/// [`CleanupError`].
pub async fn start_and_finish(
    deletions: &MediaDeletions,
    bucket: &Bucket,
    deletion: MediaDeletion,
) -> Result<bool, CleanupError> {
    if time_left() < MIN_TIME_LEFT {
        return Ok(false);
    }
    match deletions.start(&deletion).await {
        Ok(()) => finish(deletions, bucket, deletion).await,
        // A post has the pictures, or another run has finished the media deletion.
        Err(store::Error::NotFound) => Ok(true),
        // The pictures of the removed post stay.
        Err(store::Error::Stale) => Ok(deletions.finish(&deletion).await.map(|()| true)?),
        Err(error) => Err(error.into()),
    }
}

/// Finishes a media deletion that has started. Returns false if there is no time left.
async fn finish(
    deletions: &MediaDeletions,
    bucket: &Bucket,
    mut deletion: MediaDeletion,
) -> Result<bool, CleanupError> {
    loop {
        let MediaDeletionPage { pictures, next } = deletions.page(&deletion).await?;
        for chunk in pictures.chunks(CONCURRENT_DELETIONS) {
            if time_left() < MIN_TIME_LEFT {
                return Ok(false);
            }
            bucket.delete_pictures(chunk).await?;
        }
        match next {
            Some(position) => deletions.advance(&mut deletion, position).await?,
            None => {
                deletions.finish(&deletion).await?;
                return Ok(true);
            }
        }
    }
}

/// Deletes pictures that no post has any more. If this fails, the schedule of the posts function deletes them.
pub async fn delete_now(deletions: &MediaDeletions, bucket: &Bucket, deletion: MediaDeletion) {
    if let Err(error) = try_delete_now(deletions, bucket, deletion).await {
        tracing::warn!(%error, "the schedule has to delete pictures");
    }
}

/// Like [`delete_now`], for a caller who tries again if it fails.
///
/// # Errors
/// [`CleanupError`]. The schedule of the posts function deletes the pictures.
pub async fn try_delete_now(
    deletions: &MediaDeletions,
    bucket: &Bucket,
    deletion: MediaDeletion,
) -> Result<(), CleanupError> {
    match timeout(DELETE_NOW_TIMEOUT, finish(deletions, bucket, deletion)).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(CleanupError::Bucket("no time is left".to_owned())),
        Ok(Err(error)) => Err(error),
        Err(elapsed) => Err(CleanupError::Bucket(elapsed.to_string())),
    }
}
