//! The auth function on AWS Lambda.

use campus_auth::{AuthStartError, AuthState};
use campus_core::http::OriginSecrets;
use campus_core::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let (app, key) = start.app_and_signing_key().await?;
        let state = AuthState::new(app, &key.ok_or(AuthStartError::NoSigningKey)?)?;
        Ok::<_, AuthStartError>(campus_auth::function(state.with_origin_secrets(OriginSecrets::from_env()?)))
    })
    .await
}
