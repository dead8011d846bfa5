//! Deletes pictures from the bucket.
//!
//! When a post is deleted, its request also deletes the pictures. The schedule of the function does the rest: the
//! pictures of deleted boards, those that failed requests copied, and those that a request failed to delete.

use std::time::Duration;

use campus_core::store::{self, MediaDeletion, MediaDeletionPage, time_left};
use tokio::time::timeout;

use crate::media::bucket::BucketError;
use crate::state::PostsState;

/// How many pictures are deleted at the same time.
const CONCURRENT_DELETIONS: usize = 20;

/// No further deletion starts if less time than this is left. A single attempt of a request may take 2.5 seconds.
const MIN_TIME_LEFT: Duration = Duration::from_secs(3);

/// How long a request that deletes a post may spend on its pictures.
const DELETE_NOW_TIMEOUT: Duration = Duration::from_secs(2);

/// The result of a run over the media deletions that are due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanupReport {
    /// The number of media deletions that are finished.
    pub finished: u32,
    /// The number of media deletions for which there was no time.
    pub waiting: u32,
}

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

/// Runs the media deletions that are due, as many as there is time for. A media deletion that fails does not stop the
/// others.
///
/// # Errors
/// The first error of a media deletion. The failed ones stay for the next run.
pub async fn clean_up_media(state: &PostsState) -> Result<CleanupReport, CleanupError> {
    let (mut report, mut failed) = (CleanupReport::default(), None);
    for deletion in state.app.media_deletions.due().await? {
        match start_and_finish(state, deletion).await {
            Ok(true) => report.finished = report.finished.saturating_add(1),
            Ok(false) => report.waiting = report.waiting.saturating_add(1),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(report), Err)
}

/// Starts and finishes a media deletion. Returns false if there is no time left.
async fn start_and_finish(state: &PostsState, deletion: MediaDeletion) -> Result<bool, CleanupError> {
    if time_left() < MIN_TIME_LEFT {
        return Ok(false);
    }
    match state.app.media_deletions.start(&deletion).await {
        Ok(()) => finish(state, deletion).await,
        // The post was created after all, or another run has finished the media deletion.
        Err(store::Error::NotFound) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Finishes a media deletion that has started. Returns false if there is no time left.
async fn finish(state: &PostsState, mut deletion: MediaDeletion) -> Result<bool, CleanupError> {
    let deletions = &state.app.media_deletions;
    loop {
        let MediaDeletionPage { pictures, next } = deletions.page(&deletion).await?;
        for chunk in pictures.chunks(CONCURRENT_DELETIONS) {
            if time_left() < MIN_TIME_LEFT {
                return Ok(false);
            }
            state.bucket.delete(chunk).await?;
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

/// Deletes the pictures of a post that was just deleted. If this fails, the schedule deletes them.
pub(crate) async fn delete_now(state: &PostsState, deletion: MediaDeletion) {
    let reason = match timeout(DELETE_NOW_TIMEOUT, finish(state, deletion)).await {
        Ok(Ok(true)) => return,
        Ok(Ok(false)) => "no time is left".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(elapsed) => elapsed.to_string(),
    };
    tracing::warn!(reason, "the schedule has to delete the pictures of a deleted post");
}
