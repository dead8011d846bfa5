//! Semesters, lectures, timetables, reviews, exam infos, grades, share links and friends.

mod exam_infos;
mod friends;
mod grades;
mod lectures;
mod reviews;
mod semesters;
mod shares;
mod timetables;

use serde_json::Value;

use crate::support::harness::Answer;

/// The whole response as text, without the request id.
fn without_request_id(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    format!("{} {headers:?} {}", answer.status, answer.text.replace(id, ""))
}

/// A timetable without entries as others see it, made from what its owner sees.
fn seen_by_others(own: Value) -> Value {
    let mut seen = own;
    for (field, value) in [("is_mine", Value::Bool(false)), ("created_at", Value::Null), ("updated_at", Value::Null)] {
        seen[field] = value;
    }
    seen
}
