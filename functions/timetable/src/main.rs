//! The timetable function on AWS Lambda.

use std::convert::Infallible;

use campus_core::lambda::{self, Function};
use campus_timetable::Planner;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |app, _| Ok::<_, Infallible>(Function::new(campus_timetable::routes(Planner::new(app))))).await
}
