//! Findings about takedown requests.

use std::collections::HashMap;

use campus_core::domain::Role;
use serde_json::json;

use super::sample::Damage::{Deleted, Set};
use super::sample::{SampleTable, key_of, needs, text};
use crate::support::harness::takedown_body;

/// A sample with a takedown that restricts the anonymous post, an open one of the named post, and an unconfirmed request.
/// Returns the first one's id.
async fn start() -> (SampleTable, String) {
    let sample = SampleTable::start().await;
    let app = &sample.app;
    let admin = app.member(&sample.school, Role::Admin).await;
    // The sample has policies.
    let consents = json!({ "terms": "1", "privacy": "1" });
    app.put("/auth/me/consents").by(&admin).json(&consents).send().await.is(200);
    let restricted = app.take_down(&admin, &sample.anonymous_post).await;
    app.decide_takedown(&admin, &restricted, "restrict").await.is(200);
    app.take_down(&admin, &sample.named_post).await;
    app.request_takedown(&takedown_body(&sample.named_post)).await;
    (sample, restricted)
}

#[tokio::test]
async fn the_auditor_knows_the_rows_of_takedowns() {
    let (sample, _) = start().await;
    let report = sample.app.recount().await;
    assert_eq!(report.findings, [""; 0]);
    for (kind, count) in [
        ("takedown", 2),
        ("listed takedown", 2),
        ("applicant", 2),
        ("restriction", 1),
        ("takedown request", 3),
        ("moderation log entry", 1),
    ] {
        assert_eq!(report.rows.get(kind), Some(&count), "{kind}");
    }
}

#[tokio::test]
async fn a_row_of_takedowns_without_its_attributes_or_missing_is_reported() {
    let (sample, _) = start().await;
    let rows = sample.app.rows().await;
    let parts = ["TAKEDOWN", "APPLICANT#", "RESTRICTIONS", "#MODERATION"];
    let mut found = 0;
    for row in rows.iter().filter(|row| parts.iter().any(|part| key_of(row).0.contains(part))) {
        found += 1;
        let (pk, sk) = key_of(row);
        sample.put(&HashMap::from([("pk".to_owned(), text(&pk)), ("sk".to_owned(), text(&sk))])).await;
        let unreadable = format!("{pk:?} {sk:?}: it cannot be read: ");
        let findings = sample.findings().await;
        assert_eq!(findings.iter().filter(|finding| finding.starts_with(&unreadable)).count(), 1, "{findings:#?}");
        sample.delete(&(pk.clone(), sk.clone())).await;
        // Requests expire.
        let may_go = pk.starts_with("TAKEDOWNREQUEST#");
        assert_eq!(sample.findings().await.is_empty(), may_go, "{pk} {sk}");
        sample.put(row).await;
    }
    assert_eq!(found, 11);
}

#[tokio::test]
async fn a_restricted_thing_has_a_takedown_that_is_to_end() {
    let (sample, id) = start().await;
    let takedown = sample.at(format!("#TAKEDOWN#{id}"), "TAKEDOWN");
    let findings = sample.findings_after(&[Deleted(takedown.clone())]).await;
    assert!(findings.contains(&needs(&sample.head(&sample.anonymous_post), &[&takedown])), "{findings:#?}");
    let ended = sample.findings_after(&[Set(takedown, "state", text("restored"))]).await;
    assert_eq!(ended.len(), 3, "{ended:#?}");
}
