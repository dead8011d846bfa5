//! The function notifications-stream on AWS Lambda.

use campus_core::lambda;
use campus_core::store::{Keys, PushKeys};
use campus_notifications::push_services_from_env;
use campus_notifications::stream::{self, Mailer, MailerConfigError, NotificationsStreamState, PushSender, StateError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let table = start.table();
        // The reads also open the connection to DynamoDB.
        let (keys, push_keys) = (Keys::new(table.clone()), PushKeys::new(table.clone()));
        let (key, ring) = tokio::try_join!(keys.mail(), push_keys.ring())?;
        let (key, ring) = (key.ok_or(StateError::NoMailKey)?, ring.ok_or(StateError::NoPushKey)?);
        let app_url = std::env::var("CAMPUS_APP_URL").or(Err(MailerConfigError::Unset("CAMPUS_APP_URL")))?;
        let pushes = PushSender::new(table.clone(), ring, push_services_from_env()?, app_url.clone());
        let state = NotificationsStreamState::new(table, &key, Mailer::from_env(&start.aws)?, pushes, app_url)?;
        Ok::<_, lambda_http::Error>(stream::function(state))
    })
    .await
}
