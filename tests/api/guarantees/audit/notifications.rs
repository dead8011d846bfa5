//! Findings about notifications, and their export.

use std::collections::HashMap;

use campus_core::domain::{LoginId, Parse};
use campus_core::store::{Exports, Table};
use serde_json::json;

use super::sample::Damage::{Deleted, Set};
use super::sample::{Key, SampleTable, key_of, number, text};

/// A sample whose `student` has a notification of two comments of `other`, and another of a reply. `other` has one of a
/// comment.
async fn start() -> SampleTable {
    let sample = SampleTable::start().await;
    let app = &sample.app;
    let (student, other) = (app.renewed(&sample.student), app.renewed(&sample.other));
    // The sample has policies.
    let consents = json!({ "terms": "1", "privacy": "1" });
    app.put("/auth/me/consents").by(&student).json(&consents).send().await.is(200);
    for content in ["댓글 하나", "댓글 둘"] {
        app.write_comment(&other, &sample.named_post, content, None).await;
        app.consume_stream().await;
    }
    let theirs = app.write_post(&other, &sample.board, "남의 글", true).await;
    let own = app.write_comment(&student, &theirs, "내 댓글", None).await;
    app.write_comment(&other, &theirs, "답글", Some(&own)).await;
    app.consume_stream().await;
    sample
}

fn is_of_notifications((_, sk): &Key) -> bool {
    sk == "NOTIFICATIONS" || sk.starts_with("NOTIFICATION#") || sk.starts_with("NOTIFIED#")
}

#[tokio::test]
async fn the_auditor_knows_the_rows_of_notifications() {
    let sample = start().await;
    let report = sample.app.recount().await;
    assert_eq!(report.findings, [""; 0]);
    for (kind, count) in [("notification state", 2), ("notification", 3), ("notified cause", 4)] {
        assert_eq!(report.rows.get(kind), Some(&count), "{kind}");
    }
}

#[tokio::test]
async fn a_row_of_notifications_without_its_attributes_is_reported() {
    let sample = start().await;
    let rows = sample.app.rows().await;
    let mut found = 0;
    for row in rows.iter().filter(|row| is_of_notifications(&key_of(row))) {
        found += 1;
        let (pk, sk) = key_of(row);
        sample.put(&HashMap::from([("pk".to_owned(), text(&pk)), ("sk".to_owned(), text(&sk))])).await;
        let unreadable = format!("{pk:?} {sk:?}: it cannot be read: ");
        let findings = sample.findings().await;
        // A state without attributes is one without notifications.
        let (is_state, has_unreadable) =
            (sk == "NOTIFICATIONS", findings.iter().any(|one| one.starts_with(&unreadable)));
        assert!(is_state != has_unreadable && !findings.is_empty(), "{sk}: {findings:#?}");
        sample.delete(&(pk.clone(), sk.clone())).await;
        // Notifications and causes expire.
        assert_eq!(sample.findings().await.is_empty(), !is_state, "{sk}");
        sample.put(row).await;
    }
    assert_eq!(found, 9);
}

#[tokio::test]
async fn a_state_has_assigned_the_numbers_of_all_notifications() {
    let sample = start().await;
    let state = sample.own("NOTIFICATIONS");
    assert_eq!(sample.findings_after(&[Set(state.clone(), "last", number(2))]).await.len(), 1);
    assert_eq!(sample.findings_after(&[Set(state.clone(), "read", number(4))]).await.len(), 1);
    assert_eq!(sample.findings_after(&[Set(state, "read", number(3))]).await, [""; 0]);
    let owners = [Deleted(sample.own("PROFILE"))];
    assert!(sample.findings_after(&owners).await.iter().any(|one| one.contains("NOTIFI")));
}

#[tokio::test]
async fn an_export_has_notifications_and_the_name_of_nobody() {
    let sample = start().await;
    let exports = Exports::new(Table::new(sample.app.raw.clone(), sample.app.clock.clone()));
    let login_id = LoginId::parse(sample.student.login_id.clone()).unwrap();
    let export = serde_json::to_value(exports.of(&login_id).await.unwrap()).unwrap();
    let exported = &export["notifications"];
    let items = exported["items"].as_array().unwrap();
    let of = |cause: &str| items.iter().find(|one| one["cause"] == cause).map(|one| one["count"].clone());
    assert_eq!((of("comment"), of("reply"), items.len()), (Some(json!(2)), Some(json!(1)), 2));
    assert_eq!((&exported["settings"]["push"], &exported["read"]), (&json!(true), &json!(0)));
    let text = exported.to_string();
    for name in [&sample.other.id, &sample.other.login_id, &sample.other.nickname] {
        assert!(!text.contains(name.as_str()), "{text}");
    }
}
