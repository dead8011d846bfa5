//! Findings about reports, cases and decisions.

use std::collections::HashMap;

use campus_core::domain::Role;
use serde_json::json;

use super::sample::Damage::{Deleted, Set};
use super::sample::{Key, SampleTable, key_of, miscounted, needs, number, text, text_of};
use crate::support::harness::Student;

/// A sample with the open case of the anonymous post, which `other` has reported, and the case of the named post, which is
/// decided.
async fn start() -> SampleTable {
    let sample = SampleTable::start().await;
    let (app, school) = (&sample.app, sample.school.id);
    let other = app.renewed(&sample.other);
    for post in [&sample.anonymous_post, &sample.named_post] {
        app.report(&other, json!({ "post_id": post, "reason": "spam" })).await.is(201);
    }
    let set_role = async |role| app.service.app.users.set_role(school, other.id.parse().unwrap(), role).await.unwrap();
    set_role(Role::Admin).await;
    let admin = app.service.app.verifier.verify(&other.token).unwrap().caller();
    let admin = campus_core::domain::Caller { role: Role::Admin, ..admin };
    let token = app.service.signer.sign(&admin, app.clock.now()).unwrap();
    let admin = Student { token, ..other.clone() };
    app.decide(&admin, &format!("p{}", sample.named_post), "restore").await.is(200);
    set_role(Role::Student).await;
    sample
}

fn is_of_moderation((pk, sk): &Key) -> bool {
    let parts = ["#CASE#", "#CASES#", "#MODERATION"];
    parts.iter().any(|part| pk.contains(part)) || sk == "REPORTER" || sk.starts_with("REPORTED#")
}

#[tokio::test]
async fn the_auditor_knows_the_rows_of_moderation() {
    let sample = start().await;
    let report = sample.app.recount().await;
    assert_eq!(report.findings, [""; 0]);
    for (kind, count) in [
        ("case", 2),
        ("report", 2),
        ("snapshot", 2),
        ("listed case", 2),
        ("moderation log entry", 1),
        ("own report", 2),
        ("reporter", 1),
    ] {
        assert_eq!(report.rows.get(kind), Some(&count), "{kind}");
    }
}

#[tokio::test]
async fn a_row_of_moderation_without_its_attributes_or_missing_is_reported() {
    let sample = start().await;
    let rows = sample.app.rows().await;
    let mut found = 0;
    for row in rows.iter().filter(|row| is_of_moderation(&key_of(row))) {
        found += 1;
        let (pk, sk) = key_of(row);
        sample.put(&HashMap::from([("pk".to_owned(), text(&pk)), ("sk".to_owned(), text(&sk))])).await;
        let unreadable = format!("{pk:?} {sk:?}: it cannot be read: ");
        let findings = sample.findings().await;
        assert_eq!(findings.iter().filter(|finding| finding.starts_with(&unreadable)).count(), 1, "{findings:#?}");
        sample.delete(&(pk.clone(), sk.clone())).await;
        // Snapshots expire, and a reporter's row only decides about the reporter's next report.
        let may_go = sk == "REPORTER" || sk.starts_with("SNAPSHOT#");
        assert_eq!(sample.findings().await.is_empty(), may_go, "{pk} {sk}");
        sample.put(row).await;
    }
    assert_eq!(found, 12);
}

#[tokio::test]
async fn a_case_counts_its_reports_and_is_in_one_list() {
    let sample = start().await;
    let id = format!("p{}", sample.anonymous_post);
    let case = sample.at(format!("#CASE#{id}"), "CASE");
    let of_case = |things: &str| format!("{things} of case {id} of school {}", sample.school.id);
    let reasons = format!("{}: the reasons of the case do not add up to its number of reports.", text_of(&case));
    let more = [miscounted(&case, of_case("reports"), 1, "high"), reasons];
    sample.finds(&[Set(case.clone(), "report_count", number(2))], more).await;
    let heavier = [miscounted(&case, of_case("weighing reports"), 4, "high")];
    sample.finds(&[Set(case.clone(), "weight", number(5))], heavier).await;
    let moved = sample.findings_after(&[Set(case.clone(), "state", text("decided"))]).await;
    assert_eq!(moved.len(), 2, "{moved:#?}");
}

#[tokio::test]
async fn a_thing_that_moderation_has_restored_has_a_case() {
    let sample = start().await;
    let case = sample.at(format!("#CASE#p{}", sample.named_post), "CASE");
    let findings = sample.findings_after(&[Deleted(case.clone())]).await;
    assert!(findings.contains(&needs(&sample.head(&sample.named_post), &[&case])), "{findings:#?}");
}
