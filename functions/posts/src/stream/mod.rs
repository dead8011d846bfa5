//! What follows from changes of posts. The posts-stream function consumes the table's stream. It has no routes, and a role
//! of its own.

mod pictures;

use axum::Router;
use campus_core::bucket::Bucket;
use campus_core::lambda::Function;
use campus_core::store::{HiddenPictures, MediaDeletions, StreamRecord, Table};

/// What consuming the stream needs. Clones are cheap.
#[derive(Clone)]
pub struct PostsStreamState {
    hidden_pictures: HiddenPictures,
    deletions: MediaDeletions,
    bucket: Bucket,
}

impl PostsStreamState {
    pub fn new(table: Table, bucket: Bucket) -> Self {
        Self { hidden_pictures: HiddenPictures::new(table.clone()), deletions: MediaDeletions::new(table), bucket }
    }
}

/// The posts-stream function: when a post is hidden, it moves the pictures to another folder of the bucket, so that URLs that
/// were handed out before stop working. When a post is removed for good, it deletes them.
pub fn function(state: PostsStreamState) -> Function {
    Function::new(Router::new()).on_stream(move |record| consume(state.clone(), record))
}

async fn consume(state: PostsStreamState, record: StreamRecord) -> Result<(), lambda_http::Error> {
    Ok(pictures::consume(&state, &record).await?)
}
