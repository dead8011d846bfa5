//! The moderation function on AWS Lambda.

use campus_core::bucket::Bucket;
use campus_core::http::OriginSecrets;
use campus_core::lambda;
use campus_core::store::Keys;
use campus_moderation::{HelpLines, ModerationStartError, ModerationState};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let app = start.app().await?;
        let key = Keys::new(start.table()).mail().await?.ok_or(ModerationStartError::NoMailKey)?;
        let state = ModerationState::new(app, Bucket::from_env(&start.aws)?, HelpLines::from_env()?, &key)?;
        let state = state.with_origin_secrets(OriginSecrets::from_env()?);
        Ok::<_, ModerationStartError>(campus_moderation::function(state))
    })
    .await
}
