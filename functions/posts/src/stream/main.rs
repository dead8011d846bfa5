//! The posts-stream function on AWS Lambda.

use campus_core::bucket::{Bucket, BucketConfigError};
use campus_core::lambda;
use campus_posts::stream::{self, PostsStreamState};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let state = PostsStreamState::new(start.table(), Bucket::from_env(&start.aws)?);
        Ok::<_, BucketConfigError>(stream::function(state))
    })
    .await
}
