//! Lectures, timetables, reviews, share links and friends.

mod friends;
mod lectures;
mod reviews;
mod shares;
mod timetables;

use crate::support::harness::Answer;

/// The whole response as text, without the request id.
fn without_request_id(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    format!("{} {headers:?} {}", answer.status, answer.text.replace(id, ""))
}
