//! Anonymity of reviews: nothing reveals the author, and a withdrawal of the author changes nothing in a review.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ReviewFixture;
use crate::support::community::Community;
use crate::support::harness::{PASSWORD, Student};

/// All responses to the student that have to do with the course and its reviews, without the request ids.
async fn responses(fixture: &ReviewFixture, by: &Student, lecture: &str, reviews: &[String]) -> Vec<String> {
    let app = fixture.app();
    let mut answers = Vec::new();
    for path in
        ["/lectures?semester=2026-1".to_owned(), format!("/lectures/{lecture}"), format!("/lectures/{lecture}/reviews")]
    {
        answers.push(app.get(path).by(by).send().await);
    }
    for review in reviews {
        answers.push(fixture.delete(by, review).await);
    }
    let text = |answer: crate::support::harness::Answer| answer.text.replace(answer.header("x-request-id"), "");
    answers.into_iter().map(text).collect()
}

#[tokio::test]
async fn a_withdrawal_does_not_change_what_others_see_of_reviews_and_likes() {
    let fixture = ReviewFixture::start().await;
    let Community { app, author, reader, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    let (other, third) = (fixture.community.member().await, fixture.community.member().await);
    let reviews = vec![
        fixture.take_and_review(author, &lecture, &json!({ "rating": 1 })).await,
        fixture.take_and_review(&other, &lecture, &json!({ "rating": 5 })).await,
    ];
    fixture.like(author, &reviews[1]).await.is(200);
    fixture.like(reader, &reviews[0]).await.is(200);
    let deleted = fixture.take_and_review(author, &fixture.lecture("M2", "001").await, &json!({})).await;
    fixture.delete(author, &deleted).await.is(204);
    let responses_to_others = async || {
        let mut all = Vec::new();
        for by in [reader, &third] {
            all.extend(responses(&fixture, by, &lecture, &reviews).await);
        }
        all
    };
    let before = responses_to_others().await;
    app.delete("/auth/me").by(author).json(&json!({ "password": PASSWORD })).send().await.is(204);
    assert_eq!(responses_to_others().await, before);
    app.audit().await;
    app.clock.set_ahead_by_millis(60_000);
    assert_eq!(app.service.app.withdrawals.purge().await.unwrap().finished, 1);
    assert_eq!(responses_to_others().await, before);
    app.audit().await;
    let remaining: BTreeSet<_> = rows_of(&fixture, author).await;
    let kinds: BTreeSet<_> = remaining.iter().map(|sk| sk.split('#').next().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["REVIEWLIKE", "WITHDRAWN"]));
}

/// The sort keys of the rows in the student's partition.
async fn rows_of(fixture: &ReviewFixture, student: &Student) -> BTreeSet<String> {
    let rows = fixture.app().rows().await;
    let own_rows = rows.iter().filter(|row| row["pk"].as_s().unwrap().ends_with(&format!("#USER#{}", student.id)));
    own_rows.map(|row| row["sk"].as_s().unwrap().clone()).collect()
}

#[tokio::test]
async fn only_rows_of_the_author_and_the_location_reveal_who_wrote_a_review() {
    let fixture = ReviewFixture::start().await;
    let Community { app, author, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    fixture.take_and_review(author, &lecture, &json!({})).await;
    // Only moderation reads the author in the location.
    let rows = app.snapshot().await;
    let rows = rows.iter().filter(|row| row.contains("#COURSE#") || row.contains("#REVIEW#"));
    for row in rows.filter(|row| !row.contains("\"PLACE\"")) {
        for secret in [&author.id, &author.nickname, &author.login_id, &author.email] {
            assert!(!row.contains(secret.as_str()), "{row}");
        }
    }
}

#[tokio::test]
async fn a_review_and_its_deletion_change_only_the_rows_of_a_review() {
    let fixture = ReviewFixture::start().await;
    let Community { app, author, reader, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    fixture.take(author, &lecture).await;
    fixture.take_and_review(reader, &lecture, &json!({})).await;
    let before: BTreeSet<String> = app.snapshot().await.into_iter().collect();
    let changed = async || {
        let after: BTreeSet<String> = app.snapshot().await.into_iter().collect();
        let rows = after.symmetric_difference(&before).map(|row| serde_json::from_str::<Value>(row).unwrap());
        let kind = |row: Value| row["sk"].as_str().unwrap().split('#').next().unwrap().to_owned();
        rows.map(kind).collect::<BTreeSet<_>>()
    };
    let review =
        fixture.review(author, &lecture, &crate::support::fixture::review_body()).await.header("location").to_owned();
    let kinds = ["COURSE", "PLACE", "REVIEW", "REVIEWED"].map(str::to_owned);
    assert_eq!(changed().await, BTreeSet::from(kinds));
    fixture.delete(author, &review).await.is(204);
    assert_eq!(changed().await, BTreeSet::from(["PLACE".to_owned()]));
}
