//! The auth function on AWS Lambda.

use campus_auth::{Auth, AuthError};
use campus_core::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let (app, key) = start.app_and_signing_key().await?;
        Ok::<_, AuthError>(campus_auth::function(Auth::new(app, &key.ok_or(AuthError::NoKey)?)?))
    })
    .await
}
