//! Rebuilding the index.

use campus_core::domain::FoldedText;
use campus_core::store::SearchIndex;
use dynoxide::types::AttributeValue as Stored;
use serde_json::json;

use super::{index_rows, is_exact, titles};
use crate::support::community::Community;
use crate::support::faults::killer::Killer;
use crate::support::faults::lagging::Lagging;
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

/// Writes a row of a gram that leads to the post, as a consumer that is overtaken and killed leaves it.
fn plant(community: &Community, school: &str, gram: &str, post: &str) {
    let rows = table::scan(&community.app.engine);
    let mut row = rows.into_iter().find(|row| table::text(row, "pk").contains("#GRAM#")).unwrap();
    row.insert("pk".to_owned(), Stored::S(format!("SCHOOL#{school}#GRAM#{gram}")));
    row.insert("sk".to_owned(), Stored::S(post.to_owned()));
    table::write(&community.app.engine, vec![row]);
}

/// An index with rows that no post has: of a live post, of a post without an indexed text, of posts of a deleted board and
/// of a deleted post whose records are lost.
async fn littered() -> (Community, String) {
    let community = Community::start().await;
    let Community { app, author, school, .. } = &community;
    let board = app.board(author, "임시").await;
    app.write_post(author, &board, "게시판과 사라질 글", true).await;
    let (live, deleted) = (community.post("남는 글", true).await, community.post("지울 글", true).await);
    let gone = community.post("지운 글", true).await;
    community.delete(author, &format!("/posts/{gone}")).await.is(204);
    app.consume_posts().await;
    let school = school.id.to_string();
    plant(&community, &school, "없음", &live);
    plant(&community, &school, "없음", &gone);
    community.delete(author, &format!("/boards/{board}")).await.is(204);
    community.delete(author, &format!("/posts/{deleted}")).await.is(204);
    (community, live)
}

#[tokio::test]
async fn rows_that_no_post_has_are_removed() {
    let (community, live) = littered().await;
    let Community { app, school, .. } = &community;
    let index = SearchIndex::new(app.table());
    let other = app.school("나래대학교").await;
    let before = app.snapshot().await;
    assert_eq!(index.remove_strays(Some(other.id), |_| ()).await.unwrap(), 0);
    assert_eq!(app.snapshot().await, before, "of another school");
    assert_eq!(index.remove_strays(Some(school.id), |_| ()).await.unwrap(), 2);
    is_exact(app, "strays");
    assert_eq!(index.remove_strays(None, |_| ()).await.unwrap(), 0);
    lose(&community, "#INDEXED#");
    index.remove_strays(None, |_| ()).await.unwrap();
    is_exact(app, "lost indexed texts");
    assert!(index_rows(app).iter().any(|(_, post)| *post == live));
    app.audit().await;
}

#[tokio::test]
async fn a_removal_of_rows_that_is_overtaken_deletes_nothing_that_a_post_has() {
    for operation in ["GetItem", "BatchGetItem", "TransactWriteItems"] {
        let lagging = Lagging::new();
        let community = Community::start_with(|engine| lagging.connection(engine)).await;
        let Community { app, school, .. } = &community;
        let post = community.post("남는 글", true).await;
        app.consume_posts().await;
        plant(&community, &school.id.to_string(), "없음", &post);
        let (other, id) = (community.clone(), post.clone());
        lagging.before_next(operation, async move {
            edit(&other, &id, "없음").await;
        });
        let table = campus_core::store::Table::new(lagging.connection(&app.engine), app.clock.clone());
        SearchIndex::new(table).remove_strays(None, |_| ()).await.unwrap();
        assert!(lagging.has_happened(), "{operation}");
        is_exact(app, operation);
    }
}

/// Edits the text of the post, and lets the index follow.
async fn edit(community: &Community, post: &str, content: &str) {
    community.edit(&community.author, post, json!({ "content": content })).await.is(200);
    let index = SearchIndex::new(community.app.table());
    index.update(community.school.id, post.parse().unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_rebuild_that_was_stopped_long_ago_begins_again() {
    for is_restarted in [false, true] {
        let killer = Killer::default();
        let community = Community::start_with(|engine| killer.connection(engine)).await;
        for number in 0..40 {
            community.post(&format!("글 {number}"), true).await;
        }
        let Community { app, school, .. } = &community;
        let table = campus_core::store::Table::new(killer.connection(&app.engine), app.clock.clone());
        let index = SearchIndex::new(table);
        killer.kill_after(120);
        index.rebuild(school.id, |_| ()).await.unwrap_err();
        killer.spare();
        assert_eq!(index.stopped_rebuild(school.id).await.unwrap(), Some(25));
        match is_restarted {
            true => index.restart_rebuild(school.id).await.unwrap(),
            false => app.clock.stop_at_millis(app.clock.now().as_millis() + 24 * 3600 * 1000 + 1000),
        }
        assert_eq!(index.stopped_rebuild(school.id).await.unwrap(), None);
        let mut progress = Vec::new();
        assert_eq!(index.rebuild(school.id, |posts| progress.push(posts)).await.unwrap(), 40);
        assert_eq!(progress, [25, 40]);
        is_exact(app, "in the end");
    }
}

/// A hash of what each character is folded to. If it changes, because the Unicode tables of a library have changed, old
/// posts are not found by what they contain: the changelog must tell operators to rebuild the index.
#[test]
fn folding_is_what_it_was_when_posts_were_indexed() {
    let folded = ('\0'..=char::MAX).map(|c| String::from(FoldedText::new(&c.to_string())));
    let bytes = folded.flat_map(|text| text.into_bytes().into_iter().chain([0]).collect::<Vec<_>>());
    let hash =
        bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3));
    assert_eq!(hash, 9_568_352_058_495_723_972, "say in the changelog that operators have to rebuild the search index");
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
