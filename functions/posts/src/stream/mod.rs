//! What follows from changes of posts. The posts-stream function consumes the table's stream. It has no routes, and a role
//! of its own.

mod pictures;
mod search;

use axum::Router;
use campus_core::bucket::Bucket;
use campus_core::lambda::Function;
use campus_core::store::{HiddenPictures, MediaDeletions, SearchIndex, StreamRecord, Table};

/// What consuming the stream needs. Clones are cheap.
#[derive(Clone)]
pub struct PostsStreamState {
    hidden_pictures: HiddenPictures,
    deletions: MediaDeletions,
    bucket: Bucket,
    search_index: SearchIndex,
}

impl PostsStreamState {
    pub fn new(table: Table, bucket: Bucket) -> Self {
        Self {
            hidden_pictures: HiddenPictures::new(table.clone()),
            deletions: MediaDeletions::new(table.clone()),
            bucket,
            search_index: SearchIndex::new(table),
        }
    }
}

/// The posts-stream function.
///
/// - When a post is hidden, it moves the pictures to another folder of the bucket, so that URLs that were handed out before
///   stop working. When a post is removed for good, it deletes them.
/// - When a post is written, edited or deleted, it changes the search index.
pub fn function(state: PostsStreamState) -> Function {
    Function::new(Router::new()).on_stream(move |record| consume(state.clone(), record))
}

async fn consume(state: PostsStreamState, record: StreamRecord) -> Result<(), lambda_http::Error> {
    pictures::consume(&state, &record).await?;
    Ok(search::consume(&state, &record).await?)
}
