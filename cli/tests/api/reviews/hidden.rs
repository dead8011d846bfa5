//! Whose a review is, nothing tells, and nothing changes in it when its author leaves.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Campus;
use crate::community::Community;
use crate::harness::{PASSWORD, Student};

/// All that the student sees of the course's reviews.
async fn seen(campus: &Campus, by: &Student, lecture: &str, reviews: &[String]) -> Vec<String> {
    let app = campus.app();
    let mut answers = Vec::new();
    for path in
        ["/lectures?semester=2026-1".to_owned(), format!("/lectures/{lecture}"), format!("/lectures/{lecture}/reviews")]
    {
        answers.push(app.get(path).by(by).send().await);
    }
    for review in reviews {
        answers.push(campus.delete(by, review).await);
    }
    let text = |answer: crate::harness::Answer| answer.text.replace(answer.header("x-request-id"), "");
    answers.into_iter().map(text).collect()
}

#[tokio::test]
async fn a_withdrawal_changes_nothing_in_what_others_see_of_reviews_and_likes() {
    let campus = Campus::open().await;
    let Community { app, author, reader, admin, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    let other = campus.community.member().await;
    let reviews = vec![
        campus.take_and_review(author, &lecture, &json!({ "rating": 1 })).await,
        campus.take_and_review(&other, &lecture, &json!({ "rating": 5 })).await,
    ];
    campus.like(author, &reviews[1]).await.is(200);
    campus.like(reader, &reviews[0]).await.is(200);
    let gone = campus.take_and_review(author, &campus.lecture("M2", "001").await, &json!({})).await;
    campus.delete(author, &gone).await.is(204);
    let by_all = async || {
        let mut all = Vec::new();
        for by in [reader, admin] {
            all.extend(seen(&campus, by, &lecture, &reviews).await);
        }
        all
    };
    let before = by_all().await;
    app.delete("/auth/me").by(author).json(&json!({ "password": PASSWORD })).send().await.is(204);
    assert_eq!(by_all().await, before);
    app.audit().await;
    app.clock.set_ahead_by_millis(60_000);
    assert_eq!(app.desk.app.withdrawals.purge().await.unwrap().finished, 1);
    assert_eq!(by_all().await, before);
    app.audit().await;
    let left: BTreeSet<_> = rows_of(&campus, author).await;
    let kinds: BTreeSet<_> = left.iter().map(|sk| sk.split('#').next().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["REVIEWLIKE", "WITHDRAWN"]));
}

async fn rows_of(campus: &Campus, student: &Student) -> BTreeSet<String> {
    let rows = campus.app().rows().await;
    let own = rows.iter().filter(|row| row["pk"].as_s().unwrap().ends_with(&format!("#USER#{}", student.id)));
    own.map(|row| row["sk"].as_s().unwrap().clone()).collect()
}

#[tokio::test]
async fn no_row_but_the_authors_own_tells_whose_a_review_is() {
    let campus = Campus::open().await;
    let Community { app, author, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    campus.take_and_review(author, &lecture, &json!({})).await;
    for row in app.snapshot().await.iter().filter(|row| row.contains("#COURSE#") || row.contains("#REVIEW#")) {
        for secret in [&author.id, &author.nickname, &author.login_id, &author.email] {
            assert!(!row.contains(secret.as_str()), "{row}");
        }
    }
}

#[tokio::test]
async fn a_review_and_its_deletion_change_nothing_else() {
    let campus = Campus::open().await;
    let Community { app, author, reader, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    campus.take(author, &lecture).await;
    campus.take_and_review(reader, &lecture, &json!({})).await;
    let before: BTreeSet<String> = app.snapshot().await.into_iter().collect();
    let changed = async || {
        let after: BTreeSet<String> = app.snapshot().await.into_iter().collect();
        let rows = after.symmetric_difference(&before).map(|row| serde_json::from_str::<Value>(row).unwrap());
        let kind = |row: Value| row["sk"].as_str().unwrap().split('#').next().unwrap().to_owned();
        rows.map(kind).collect::<BTreeSet<_>>()
    };
    let review = campus.review(author, &lecture, &crate::world::review_body()).await.header("location").to_owned();
    let all = ["COURSE", "PLACE", "REVIEW", "REVIEWED"].map(str::to_owned);
    assert_eq!(changed().await, BTreeSet::from(all));
    campus.delete(author, &review).await.is(204);
    assert_eq!(changed().await, BTreeSet::from(["PLACE".to_owned()]));
}
