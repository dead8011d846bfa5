//! Deleting pictures from the bucket: of a post that is deleted, at once; of everything else, and where that failed, on
//! schedule.

use std::time::Duration;

use campus_core::store::{self, Sweep, SweepPage, time_left};
use tokio::time::timeout;

use crate::bucket::BucketError;
use crate::state::Posts;

/// How many pictures are deleted at the same time.
const AT_ONCE: usize = 20;

/// With how little time left nothing more is begun: less than it may take to hear that the bucket does not answer.
const LAST_MOMENT: Duration = Duration::from_secs(3);

/// How long whoever deletes a post waits for its pictures to be deleted.
const PATIENCE: Duration = Duration::from_secs(2);

/// What came of the sweeps that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many were finished.
    pub finished: u32,
    /// How many still wait.
    pub waiting: u32,
}

/// Why a sweep was not finished.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The table.
    #[error(transparent)]
    Table(#[from] store::Error),
    /// The bucket.
    #[error("the pictures cannot be deleted: {0}")]
    Bucket(String),
}

impl From<BucketError> for SweepError {
    fn from(error: BucketError) -> Self {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Self::Bucket(format!("{error}{cause}"))
    }
}

/// Carries out the sweeps that are due, as many as there is time for.
///
/// # Errors
/// The first of those that kept a sweep from being finished; what is done stays done.
pub async fn sweep(posts: &Posts) -> Result<Swept, SweepError> {
    let (mut swept, mut failed) = (Swept::default(), None);
    for sweep in posts.app.sweeps.due().await? {
        match begin_and_finish(posts, sweep).await {
            Ok(true) => swept.finished = swept.finished.saturating_add(1),
            Ok(false) => swept.waiting = swept.waiting.saturating_add(1),
            // Those behind it are not to wait for what one fails by.
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(swept), Err)
}

/// False if there is no time left for it.
async fn begin_and_finish(posts: &Posts, sweep: Sweep) -> Result<bool, SweepError> {
    if time_left() < LAST_MOMENT {
        return Ok(false);
    }
    match posts.app.sweeps.begin(&sweep).await {
        Ok(()) => finish(posts, sweep).await,
        // Its post came to be after all, or somebody else was faster.
        Err(store::Error::NotFound) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

async fn finish(posts: &Posts, mut sweep: Sweep) -> Result<bool, SweepError> {
    let sweeps = &posts.app.sweeps;
    loop {
        let SweepPage { pictures, next } = sweeps.page(&sweep).await?;
        for some in pictures.chunks(AT_ONCE) {
            if time_left() < LAST_MOMENT {
                return Ok(false);
            }
            posts.bucket.delete(some).await?;
        }
        match next {
            Some(position) => sweeps.advance(&mut sweep, position).await?,
            None => {
                sweeps.finish(&sweep).await?;
                return Ok(true);
            }
        }
    }
}

/// Carries out a sweep of a post that was just deleted. If that fails, the schedule does it.
pub(crate) async fn at_once(posts: &Posts, sweep: Sweep) {
    let why = match timeout(PATIENCE, finish(posts, sweep)).await {
        Ok(Ok(true)) => return,
        Ok(Ok(false)) => "no time is left".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(elapsed) => elapsed.to_string(),
    };
    tracing::warn!(why, "a deleted post's pictures are left to the schedule");
}
