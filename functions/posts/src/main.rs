//! The posts function on AWS Lambda.

use campus_core::bucket::Bucket;
use campus_core::lambda;
use campus_posts::PostsState;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let state = PostsState::new(start.app().await?, Bucket::from_env(&start.aws)?);
        Ok::<_, lambda_http::Error>(campus_posts::function(state))
    })
    .await
}
