//! The search index (rule 24).

use campus_core::store::{Error, StreamRecord};

use super::PostsStreamState;

/// Makes the search index follow the post or the board, if it was written, edited or deleted.
pub(super) async fn consume(state: &PostsStreamState, record: &StreamRecord) -> Result<(), Error> {
    state.search_index.consume(record).await
}
