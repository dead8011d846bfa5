//! What follows from changes of posts. The posts-stream function consumes the table's stream. It has no routes, and a role
//! of its own.

mod pictures;

use axum::Router;
use campus_core::bucket::Bucket;
use campus_core::lambda::Function;
use campus_core::store::{HiddenPictures, LikeCounter, MediaDeletions, SearchIndex, StreamRecord, Table};

/// What consuming the stream needs. Clones are cheap.
#[derive(Clone)]
pub struct PostsStreamState {
    hidden_pictures: HiddenPictures,
    deletions: MediaDeletions,
    bucket: Bucket,
    like_counter: LikeCounter,
    search_index: SearchIndex,
}

impl PostsStreamState {
    pub fn new(table: Table, bucket: Bucket) -> Self {
        Self {
            hidden_pictures: HiddenPictures::new(table.clone()),
            deletions: MediaDeletions::new(table.clone()),
            bucket,
            like_counter: LikeCounter::new(table.clone()),
            search_index: SearchIndex::new(table),
        }
    }
}

/// The posts-stream function.
///
/// - When a post is hidden, it moves the pictures to another folder of the bucket, so that URLs that were handed out before
///   stop working. When a post is removed for good, it deletes them.
/// - It counts the likes of posts and comments that have many likes, those of a batch together.
/// - When a post is written, edited, deleted, hidden or restored, it changes the search index. That takes longer, so it
///   comes after the pictures and the likes of the whole batch.
pub fn function(state: PostsStreamState) -> Function {
    let (counting, indexing) = (state.clone(), state.clone());
    Function::new(Router::new())
        .on_stream(move |record| hide_pictures(state.clone(), record))
        .on_stream_batch(move |records| count_likes(counting.clone(), records))
        .on_stream(move |record| index(indexing.clone(), record))
}

async fn hide_pictures(state: PostsStreamState, record: StreamRecord) -> Result<(), lambda_http::Error> {
    Ok(pictures::consume(&state, &record).await?)
}

async fn count_likes(state: PostsStreamState, records: Vec<StreamRecord>) -> Vec<String> {
    state.like_counter.consume(&records).await
}

async fn index(state: PostsStreamState, record: StreamRecord) -> Result<(), lambda_http::Error> {
    Ok(state.search_index.consume(&record).await?)
}
