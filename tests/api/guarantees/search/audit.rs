//! The audit of the index.

use campus_core::store::SearchIndex;
use serde_json::json;

use super::deliver;
use super::rebuild::lose;
use crate::support::community::Community;
use crate::support::faults::killer::Killer;
use crate::support::table;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A day after two posts were indexed and one was deleted.
async fn indexed() -> Community {
    let community = Community::start().await;
    community.post("해바라기", true).await;
    let deleted = community.post("지울 글", true).await;
    community.app.consume_posts().await;
    community.delete(&community.author, &format!("/posts/{deleted}")).await.is(204);
    community.app.consume_posts().await;
    pass_a_day(&community);
    community.app.audit().await;
    community
}

fn pass_a_day(community: &Community) {
    community.app.clock.stop_at_millis(community.app.clock.now().as_millis() + DAY_MS + 1000);
}

async fn findings(community: &Community) -> Vec<String> {
    community.app.recount().await.findings
}

#[tokio::test]
async fn the_audit_finds_a_post_that_no_search_finds() {
    for (lost, finding) in [
        ("#GRAM#해바", "it differs from other rows in the grams of post"),
        ("#INDEXED#", "it differs from other rows in the text of post"),
    ] {
        let community = indexed().await;
        lose(&community, lost);
        let found = findings(&community).await;
        assert!(found.iter().any(|found| found.contains(finding)), "{lost}: {found:?}");
        SearchIndex::new(community.app.table()).rebuild(community.school.id, |_| ()).await.unwrap();
        community.app.audit().await;
    }
}

#[tokio::test]
async fn the_audit_finds_rows_that_lead_to_nothing() {
    let community = indexed().await;
    let rows = table::scan(&community.app.engine);
    let mut row = rows.iter().find(|row| table::text(row, "pk").ends_with("#GRAM#해바")).unwrap().clone();
    let pk = table::text(&row, "pk").replace("해바", "없음");
    row.insert("pk".to_owned(), dynoxide::types::AttributeValue::S(pk));
    table::write(&community.app.engine, vec![row]);
    let found = findings(&community).await;
    assert!(found.len() == 1 && found[0].contains("in the grams of post"), "{found:?}");
}

#[tokio::test]
async fn the_audit_finds_rows_of_a_post_that_was_deleted_long_ago() {
    let community = indexed().await;
    let rows = table::scan(&community.app.engine);
    let of_live = rows.iter().find(|row| table::text(row, "pk").ends_with("#GRAM#해바")).unwrap();
    let deleted = rows.iter().find(|row| table::text(row, "sk") == "DELETED").unwrap();
    let mut row = of_live.clone();
    let post = table::text(deleted, "pk").rsplit('#').next().unwrap().to_owned();
    row.insert("sk".to_owned(), dynoxide::types::AttributeValue::S(post));
    table::write(&community.app.engine, vec![row]);
    let found = findings(&community).await;
    assert!(found.len() == 1 && found[0].contains("in the grams of post"), "{found:?}");
    SearchIndex::new(community.app.table()).remove_strays(None, |_| ()).await.unwrap();
    community.app.audit().await;
}

#[tokio::test]
async fn the_audit_finds_a_change_of_the_index_that_was_not_finished() {
    let killer = Killer::default();
    let community = Community::start_with(|engine| killer.connection(engine)).await;
    community.post("해바라기", true).await;
    let records = community.app.waiting_posts().await;
    killer.kill_after(1);
    assert_eq!(deliver(&community.app, &records).await, 1);
    killer.spare();
    community.app.audit().await;
    pass_a_day(&community);
    let found = findings(&community).await;
    assert!(found.iter().any(|found| found.contains("was not finished")), "{found:?}");
    deliver(&community.app, &records).await;
    community.app.audit().await;
}

#[tokio::test]
async fn the_index_may_lag_for_a_day() {
    let community = Community::start().await;
    let board = community.app.board(&community.author, "임시").await;
    let edited = community.post("해바라기", true).await;
    let deleted = community.post("지울 글", true).await;
    community.app.write_post(&community.author, &board, "게시판과 사라질 글", true).await;
    community.app.consume_posts().await;
    community.edit(&community.author, &edited, json!({ "title": "달맞이꽃" })).await.is(200);
    community.delete(&community.author, &format!("/posts/{deleted}")).await.is(204);
    community.delete(&community.author, &format!("/boards/{board}")).await.is(204);
    community.post("새 글", true).await;
    community.app.audit().await;
    pass_a_day(&community);
    let found = findings(&community).await;
    let about = |text: &str| found.iter().filter(|found| found.contains(text)).count();
    assert_eq!((about("in the text of post"), about("\"INDEXED\": it needs")), (2, 2), "{found:#?}");
    community.app.consume_posts().await;
    community.app.audit().await;
}
