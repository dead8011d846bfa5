//! The auth function on AWS Lambda.

use campus_auth::{AuthStartError, AuthState};
use campus_core::http::OriginSecrets;
use campus_core::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let (app, keys) = start.app_and_auth_keys().await?;
        let state = AuthState::new(app, &keys.ok_or(AuthStartError::NoKeys)?)?;
        Ok::<_, AuthStartError>(campus_auth::function(state.with_origin_secrets(OriginSecrets::from_env()?)))
    })
    .await
}
