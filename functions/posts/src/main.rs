//! The posts function on AWS Lambda.

use std::convert::Infallible;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    campus_core::lambda::run(async |app| Ok::<_, Infallible>(campus_posts::routes(app).into())).await
}
