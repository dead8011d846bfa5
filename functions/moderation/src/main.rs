//! The moderation function on AWS Lambda.

use campus_core::lambda;
use campus_moderation::{HelpLines, ModerationState};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let state = ModerationState::new(start.app().await?, HelpLines::from_env()?);
        Ok::<_, lambda_http::Error>(campus_moderation::function(state))
    })
    .await
}
