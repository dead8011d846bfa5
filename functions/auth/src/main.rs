//! The auth function on AWS Lambda.

use campus_auth::Auth;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    campus_core::lambda::run(async |app| {
        let auth = Auth::start(app).await?;
        Ok::<_, campus_auth::StartError>(campus_auth::routes(auth).into())
    })
    .await
}
