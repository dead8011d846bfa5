//! Long lists: paging through them while others write, and the cost of a page.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use campus_core::domain::PostId;
use campus_core::store::{Connection, Usage};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::community::{Community, text};
use crate::support::ids::post_uuid;

/// Writes rows directly to the table.
async fn put(community: &Community, rows: Vec<Value>) {
    let Connection { client, table } = &community.app.raw;
    let write = |row: &Value| {
        let item = serde_dynamo::to_item::<_, std::collections::HashMap<String, AttributeValue>>(row).unwrap();
        WriteRequest::builder().put_request(PutRequest::builder().set_item(Some(item)).build().unwrap()).build()
    };
    for batches in rows.chunks(25 * 8) {
        let batches = batches.chunks(25).map(async |batch| {
            let writes = batch.iter().map(write).collect();
            client.batch_write_item().request_items(table, writes).send().await.unwrap();
        });
        join_all(batches).await;
    }
}

/// Fills the board with `count` copies of its only post. The copies have other ids and are older.
async fn fill(community: &Community, count: usize) {
    let rows = community.app.rows().await;
    let json = |row: &_| serde_dynamo::from_item::<_, Value>(Clone::clone(row)).unwrap();
    let of = |is: &dyn Fn(&Value) -> bool| rows.iter().map(json).find(|row| is(row)).unwrap();
    let head = of(&|row| row["title"].is_string());
    let (id, now) = (text(&head["id"]).to_owned(), community.app.clock.now());
    let body = of(&|row| row["sk"] == json!("BODY"));
    let own = of(&|row| row["sk"] == json!(format!("POST#{id}")) && row["title"].is_null());
    let copies = (1..=count).map(|number| now.plus_millis(-1000 - i64::try_from(number).unwrap()));
    let mut batch = Vec::new();
    for at in copies {
        let new = PostId::new(community.board.parse().unwrap(), at).as_uuid().simple().to_string();
        for row in [&head, &body, &own] {
            let text =
                row.to_string().replace(post_uuid(&id), &new).replace(text(&head["created_at"]), &at.to_string());
            batch.push(serde_json::from_str(&text).unwrap());
        }
        if batch.len() >= 6000 {
            put(community, std::mem::take(&mut batch)).await;
        }
    }
    put(community, batch).await;
}

async fn first_pages(community: &Community) -> Vec<Usage> {
    let mut usages = Vec::new();
    for path in [format!("/boards/{}/posts", community.board), "/posts/mine".to_owned()] {
        let page = community.page(&community.author, &path, 20, None).await;
        assert_eq!(page.at("/items").as_array().unwrap().len(), 20);
        usages.push(page.usage);
    }
    usages
}

/// Asserts that the first page of a board with `count` posts takes the same capacity as with 100.
async fn costs_what_100_cost(count: usize) {
    let mut usages = Vec::new();
    for count in [100, count] {
        let community = Community::start().await;
        community.post("글", false).await;
        fill(&community, count - 1).await;
        usages.push(first_pages(&community).await);
        if count == 100 {
            community.app.audit().await;
        }
    }
    assert_eq!(usages[0], usages[1]);
}

#[tokio::test]
async fn the_first_page_of_10_000_posts_costs_as_much_as_of_100() {
    costs_what_100_cost(10_000).await;
}

/// The same with 100,000 posts, which takes longer than all other tests:
///
/// ```sh
/// cargo test -p campus-tests -- --ignored the_first_page_of_100_000
/// ```
#[tokio::test]
#[ignore = "writes 300,000 rows"]
async fn the_first_page_of_100_000_posts_costs_as_much_as_of_100() {
    costs_what_100_cost(100_000).await;
}

#[tokio::test]
async fn paging_through_1_000_posts_amid_200_new_and_50_deleted_ones_repeats_and_loses_nothing() {
    let community = Community::start().await;
    let Community { author, reader, board, .. } = &community;
    community.post("처음", true).await;
    fill(&community, 999).await;
    for (by, path) in [(reader, format!("/boards/{board}/posts")), (author, "/posts/mine".to_owned())] {
        let there: Vec<String> = ids(&community.walk(reader, &format!("/boards/{board}/posts"), 50).await);
        let (mut seen, mut cursor, mut written, mut deleted) = (Vec::new(), None::<String>, 0, BTreeSet::new());
        loop {
            let page = community.page(by, &path, 25, cursor.as_deref()).await.json();
            seen.extend(ids(page["items"].as_array().unwrap()));
            // Write five posts, and delete the last post of the page and one further down.
            for _ in 0..5 {
                let title = format!("사이에 {written} {path}");
                community.app.write_post(author, board, &title, true).await;
                written += 1;
            }
            for at in [seen.len() - 1, seen.len() + 10] {
                if let Some(post) = there.get(at).filter(|_| deleted.len() < 50) {
                    community.delete(author, &format!("/posts/{post}")).await.is(204);
                    deleted.insert(post.clone());
                }
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        assert!(written >= 200 && deleted.len() == 50, "{written} {}", deleted.len());
        let distinct: BTreeSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "no post is repeated");
        let stayed: Vec<_> = there.iter().filter(|post| !deleted.contains(*post)).collect();
        let found: Vec<_> = seen.iter().filter(|post| stayed.contains(post)).collect();
        assert_eq!(found, stayed, "no post is lost, and the order is the same");
    }
    community.app.audit().await;
}

fn ids(posts: &[Value]) -> Vec<String> {
    posts.iter().map(|post| text(&post["id"]).to_owned()).collect()
}
