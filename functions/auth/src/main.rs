//! The auth function on AWS Lambda.

use campus_auth::{Auth, StartError};
use campus_core::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |app, _| Ok::<_, StartError>(campus_auth::function(Auth::start(app).await?))).await
}
