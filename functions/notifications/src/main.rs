//! The notifications function on AWS Lambda.

use campus_core::lambda::{self, Function};
use campus_notifications::{NotificationsStartError, NotificationsState, PollInterval, push_services_from_env};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let state = NotificationsState::new(start.app().await?, push_services_from_env()?, PollInterval::from_env()?);
        Ok::<_, NotificationsStartError>(Function::new(campus_notifications::routes(state)))
    })
    .await
}
