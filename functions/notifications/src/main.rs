//! The notifications function on AWS Lambda.

use campus_core::app::StartError;
use campus_core::lambda::{self, Function};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| Ok::<_, StartError>(Function::new(campus_notifications::routes(start.app().await?))))
        .await
}
