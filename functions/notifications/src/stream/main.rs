//! The function notifications-stream on AWS Lambda.

use campus_core::lambda;
use campus_core::store::Keys;
use campus_notifications::stream::{self, Mailer, MailerConfigError, NotificationsStreamState, StateError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let table = start.table();
        // The read also opens the connection to DynamoDB.
        let key = Keys::new(table.clone()).mail().await?.ok_or(StateError::NoMailKey)?;
        let app_url = std::env::var("CAMPUS_APP_URL").or(Err(MailerConfigError::Unset("CAMPUS_APP_URL")))?;
        let state = NotificationsStreamState::new(table, &key, Mailer::from_env(&start.aws)?, app_url)?;
        Ok::<_, lambda_http::Error>(stream::function(state))
    })
    .await
}
