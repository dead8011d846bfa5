//! The smallest function in Rust behind API Gateway. `cargo xtask cold-start` compares the functions with it.

use std::convert::Infallible;

use lambda_http::{Error, Request, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_http::run(service_fn(async |_: Request| Ok::<_, Infallible>("hello"))).await
}
