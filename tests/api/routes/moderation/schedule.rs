//! The schedule of the moderation function.

use campus_moderation::run_on_schedule;

use super::report_by;
use crate::guarantees::template::template;
use crate::support::community::Community;

#[tokio::test]
async fn a_case_that_waits_for_more_than_a_day_is_reported_until_it_is_decided() {
    let community = Community::start().await;
    let app = &community.app;
    let start = app.stop_clock();
    let post = community.post("글", true).await;
    report_by(&community, &post, 1, "spam").await;
    let waiting = async || run_on_schedule(&app.service.moderation).await.unwrap().schools_with_waiting_cases;
    app.clock.stop_at_millis(start + 24 * 3_600_000);
    assert_eq!(waiting().await, 0);
    app.clock.stop_at_millis(start + 24 * 3_600_000 + 1);
    assert_eq!(waiting().await, 1);
    app.decide(&community.admin, &format!("p{post}"), "restore").await.is(200);
    assert_eq!(waiting().await, 0);
}

#[tokio::test]
async fn a_takedown_request_that_waits_for_more_than_a_day_is_reported_too() {
    let community = Community::start().await;
    let app = &community.app;
    let start = app.stop_clock();
    let post = community.post("글", true).await;
    let takedown = app.take_down(&community.admin, &post).await;
    let waiting = async || run_on_schedule(&app.service.moderation).await.unwrap().schools_with_waiting_cases;
    app.clock.stop_at_millis(start + 24 * 3_600_000);
    assert_eq!(waiting().await, 0);
    app.clock.stop_at_millis(start + 24 * 3_600_000 + 1);
    assert_eq!(waiting().await, 1);
    app.decide_takedown(&community.admin, &takedown, "decline").await.is(200);
    assert_eq!(waiting().await, 0);
}

#[test]
fn the_alarm_counts_what_the_schedule_logs() {
    let source = include_str!("../../../../functions/moderation/src/schedule.rs");
    let filter = &template()["Resources"]["WaitingCaseCount"]["Properties"]["FilterPattern"];
    let message = filter.as_str().unwrap().split('"').nth(1).unwrap();
    assert!(source.contains(&format!("{message:?}")), "{message}");
}
