//! Deletes pictures from the bucket on the schedule of the function: the pictures of deleted boards, those of removed posts
//! that no appeal can restore, those that failed requests copied, and those that a request failed to delete.

use campus_core::bucket::cleanup::{CleanupError, start_and_finish};

use crate::state::PostsState;

/// The result of a run over the media deletions that are due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanupReport {
    /// The number of media deletions that are finished.
    pub finished: u32,
    /// The number of media deletions for which there was no time.
    pub waiting: u32,
}

/// Runs the media deletions that are due, as many as there is time for. A media deletion that fails does not stop the
/// others.
///
/// # Errors
/// The first error of a media deletion. The failed ones stay for the next run.
pub async fn clean_up_media(state: &PostsState) -> Result<CleanupReport, CleanupError> {
    let (mut report, mut failed) = (CleanupReport::default(), None);
    let deletions = &state.app.media_deletions;
    for deletion in deletions.due().await? {
        match start_and_finish(deletions, &state.bucket, deletion).await {
            Ok(true) => report.finished = report.finished.saturating_add(1),
            Ok(false) => report.waiting = report.waiting.saturating_add(1),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(report), Err)
}
