//! How much reports weigh, and when they hide something (rule 19).

use std::sync::Arc;

use campus_core::domain::YoungDays;
use serde_json::json;

use super::{cases, report_by, state};
use crate::support::community::{Community, text};

#[tokio::test]
async fn the_fifth_report_blinds_a_post() {
    let community = Community::start().await;
    let Community { reader, author, .. } = &community;
    let post = community.post("글", false).await;
    report_by(&community, &post, 4, "abuse").await;
    assert_eq!(state(&community, reader, &post).await, "visible");
    report_by(&community, &post, 1, "spam").await;
    let seen = community.show(reader, &post).await;
    assert_eq!((text(&seen["state"]), &seen["title"], &seen["author"]), ("blinded", &json!(null), &json!(null)));
    let own = community.show(author, &post).await;
    assert_eq!((&own["title"], &own["moderation"]["reason"]), (&json!("글"), &json!("spam")));
    assert_eq!(own["moderation"]["can_appeal"], true);
    community.app.audit().await;
}

#[tokio::test]
async fn two_reports_of_personal_data_are_enough() {
    let community = Community::start().await;
    let post = community.post("글", true).await;
    report_by(&community, &post, 1, "personal_data").await;
    assert_eq!(state(&community, &community.reader, &post).await, "visible");
    report_by(&community, &post, 1, "illegal_media").await;
    assert_eq!(state(&community, &community.reader, &post).await, "blinded");
}

#[tokio::test]
async fn a_brigade_of_young_accounts_blinds_nothing_and_is_queued() {
    let mut community = Community::start().await;
    community.school.young_days = YoungDays::default();
    let post = community.post("글", true).await;
    report_by(&community, &post, 50, "illegal_media").await;
    assert_eq!(state(&community, &community.reader, &post).await, "visible");
    let open = cases(&community, &community.admin, "open").await;
    assert_eq!((open.len(), &open[0]["report_count"], &open[0]["weight"]), (1, &json!(50), &json!(0)));
    community.app.audit().await;
}

#[tokio::test]
async fn only_the_first_three_reports_of_a_day_weigh() {
    let community = Community::start().await;
    let mut weights = Vec::new();
    for number in 0..5 {
        let post = community.post(&format!("글 {number}"), true).await;
        community.app.report(&community.reader, json!({ "post_id": post, "reason": "spam" })).await.is(201);
        let case = community.app.get(format!("/moderation/cases/p{post}")).by(&community.admin).send().await;
        weights.push(case.is(200).at("/weight"));
    }
    assert_eq!(weights, [1, 1, 1, 0, 0]);
    community.app.audit().await;
}

#[tokio::test]
async fn a_reporter_with_five_rejected_reports_has_no_weight_and_does_not_learn_it() {
    let community = Community::start().await;
    let Community { app, reader, admin, .. } = &community;
    let mut weights = Vec::new();
    for number in 0..7_i64 {
        // A day later.
        app.clock.set_ahead_by_millis(number * 24 * 3600 * 1000);
        let post = app.write_post(&community.author, &community.board, &format!("글 {number}"), true).await;
        let answer = app.report(reader, json!({ "post_id": post, "reason": "spam" })).await;
        assert_eq!(answer.is(201).at("/help_lines"), json!([]));
        weights.push(app.get(format!("/moderation/cases/p{post}")).by(admin).send().await.is(200).at("/weight"));
        app.decide(admin, &format!("p{post}"), "restore").await.is(200);
    }
    assert_eq!(weights, [1, 1, 1, 1, 1, 0, 0]);
}

#[tokio::test]
async fn a_school_has_a_threshold_of_its_own() {
    let community = Community::start().await;
    let threshold = campus_core::domain::Parse::parse(2).unwrap();
    community.app.service.app.schools.set_report_threshold(&community.school, threshold).await.unwrap();
    let post = community.post("글", true).await;
    report_by(&community, &post, 2, "spam").await;
    assert_eq!(state(&community, &community.reader, &post).await, "blinded");
}

#[tokio::test]
async fn fifty_reports_at_once_during_edits_and_a_decision_make_one_case_that_is_right() {
    let community = Arc::new(Community::start().await);
    let post = community.post("글", true).await;
    let mut tasks = Vec::new();
    for student in community.members(50).await {
        let (community, post) = (community.clone(), post.clone());
        tasks.push(tokio::spawn(async move {
            let answer = community.app.report(&student, json!({ "post_id": post, "reason": "abuse" })).await;
            (answer.status.as_u16(), answer.code())
        }));
    }
    let (editing, edited) = (community.clone(), post.clone());
    let edits = tokio::spawn(async move {
        for number in 0..10 {
            editing.edit(&editing.author, &edited, json!({ "title": format!("새 글 {number}") })).await;
        }
    });
    let (deciding, decided) = (community.clone(), post.clone());
    let decision = tokio::spawn(async move {
        loop {
            let answer = deciding.app.decide(&deciding.admin, &format!("p{decided}"), "remove").await;
            match answer.status.as_u16() {
                200 => break,
                status => assert_eq!(status, 404, "{answer:?}"),
            }
            tokio::task::yield_now().await;
        }
    });
    for task in tasks {
        let answer = task.await.unwrap();
        let removed = (403, "content_blinded".to_owned());
        assert!(answer == (201, String::new()) || answer == removed, "{answer:?}");
    }
    edits.await.unwrap();
    decision.await.unwrap();
    assert_eq!(state(&community, &community.reader, &post).await, "removed");
    assert_eq!(cases(&community, &community.admin, "decided").await.len(), 1);
    assert_eq!(cases(&community, &community.admin, "open").await.len(), 0);
    community.app.audit().await;
}

#[tokio::test]
async fn reports_at_once_blind_a_post_once() {
    let community = Arc::new(Community::start().await);
    let post = community.post("글", true).await;
    let mut tasks = Vec::new();
    for student in community.members(20).await {
        let (community, post) = (community.clone(), post.clone());
        tasks.push(tokio::spawn(async move {
            community.app.report(&student, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let case = community.app.get(format!("/moderation/cases/p{post}")).by(&community.admin).send().await;
    assert_eq!((case.is(200).at("/report_count"), case.at("/weight")), (json!(20), json!(20)));
    assert_eq!(case.at("/reasons"), json!([{ "reason": "abuse", "count": 20 }]));
    assert_eq!(state(&community, &community.reader, &post).await, "blinded");
    community.app.audit().await;
}
