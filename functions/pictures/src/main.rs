//! The pictures function on AWS Lambda.

use campus_core::bucket::{Bucket, BucketConfigError};
use campus_core::lambda;
use campus_pictures::PicturesState;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let state = PicturesState::new(start.table(), Bucket::from_env(&start.aws)?);
        Ok::<_, BucketConfigError>(campus_pictures::function(state))
    })
    .await
}
