//! Rebuilding the index.

use campus_core::store::SearchIndex;
use serde_json::json;

use super::{index_rows, is_exact, titles};
use crate::support::community::Community;
use crate::support::faults::killer::Killer;
use crate::support::table;

/// Deletes the rows of the index whose partition key contains the text.
pub(super) fn lose(community: &Community, text: &str) {
    let rows = table::scan(&community.app.engine);
    let kept: Vec<_> = rows.into_iter().filter(|row| !table::text(row, "pk").contains(text)).collect();
    table::replace(&community.app.engine, &kept);
}

#[tokio::test]
async fn a_rebuild_repairs_an_index_that_has_lost_rows() {
    let community = Community::start().await;
    for number in 0..3 {
        community.post(&format!("제목 {number}"), true).await;
    }
    community.app.consume_posts().await;
    let index = SearchIndex::new(community.app.table());
    for lost in ["#GRAM#제목", "#GRAM#", "#INDEXED#"] {
        lose(&community, lost);
        let mut progress = Vec::new();
        assert_eq!(index.rebuild(community.school.id, |posts| progress.push(posts)).await.unwrap(), 3);
        assert_eq!(progress, [3]);
        is_exact(&community.app, lost);
    }
    assert_eq!(titles(&community.app, &community.reader, "제목").await.len(), 3);
    community.app.audit().await;
}

#[tokio::test]
async fn a_rebuild_that_is_killed_continues_where_it_stopped() {
    let killer = Killer::default();
    let community = Community::start_with(|engine| killer.connection(engine)).await;
    let other = community.app.board(&community.author, "다른").await;
    for number in 0..40 {
        community.app.write_post(&community.author, &community.board, &format!("글 {number}"), true).await;
        community.app.write_post(&community.author, &other, &format!("글 {number}"), true).await;
    }
    let table = campus_core::store::Table::new(killer.connection(&community.app.engine), community.app.clock.clone());
    let index = SearchIndex::new(table);
    let mut done = 0;
    killer.kill_after(120);
    index.rebuild(community.school.id, |posts| done = posts).await.unwrap_err();
    killer.spare();
    assert_eq!(done, 25);
    community.app.audit().await;
    let mut progress = Vec::new();
    assert_eq!(index.rebuild(community.school.id, |posts| progress.push(posts)).await.unwrap(), 80);
    assert_eq!(progress.first(), Some(&40), "{progress:?}");
    is_exact(&community.app, "after the second run");
    community.app.audit().await;
}

#[tokio::test]
async fn a_rebuild_while_the_service_writes_and_consumes_leaves_what_is_current() {
    let community = Community::start().await;
    let Community { app, author, school, .. } = &community;
    let mut posts = Vec::new();
    for number in 0..20 {
        posts.push(community.post(&format!("글 {number}"), true).await);
    }
    let index = SearchIndex::new(app.table());
    let rebuild = async {
        index.rebuild(school.id, |_| ()).await.unwrap();
        index.rebuild(school.id, |_| ()).await.unwrap();
    };
    let writes = async {
        for (number, post) in posts.iter().enumerate() {
            match number % 3 {
                0 => drop(community.edit(author, post, json!({ "content": "고친 내용" })).await.is(200)),
                1 => drop(community.delete(author, &format!("/posts/{post}")).await.is(204)),
                _ => drop(community.post(&format!("새 글 {number}"), false).await),
            }
            app.consume_posts().await;
        }
    };
    tokio::join!(rebuild, writes);
    app.consume_posts().await;
    is_exact(app, "in the end");
    assert!(!index_rows(app).is_empty());
    app.audit().await;
}
