//! The posts function on AWS Lambda.

use campus_core::lambda;
use campus_posts::{Bucket, BucketConfigError, Posts};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |app, aws| {
        Ok::<_, BucketConfigError>(campus_posts::function(Posts::new(app, Bucket::from_env(aws)?)))
    })
    .await
}
