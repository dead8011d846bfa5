//! The timetable function on AWS Lambda.

use campus_core::app::StartError;
use campus_core::lambda::{self, Function};
use campus_timetable::TimetableState;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda::run(async |start| {
        let state = TimetableState::new(start.app().await?);
        Ok::<_, StartError>(Function::new(campus_timetable::routes(state)))
    })
    .await
}
