//! How many users one hot board and one hot post can have: the table in `docs/performance.md`, from measured units and
//! DynamoDB's limits of a partition.

use serde_json::{Value, json};

use crate::support::external;
use crate::support::generated;
use crate::support::harness::{Answer, TestApp};
use crate::support::ids::post_uuid;
use crate::support::table;

/// The read units that a partition serves in a second.
const READS: f64 = 3000.0;

/// The write units that a partition serves in a second.
const WRITES: f64 = 1000.0;

/// What a user does on a day, from `docs/cost.md`: first pages of boards, views of posts, pages of comments; likes,
/// scraps and comments, which change the head of a post; and new posts.
const PAGES: f64 = 12.0;
const VIEWS: f64 = 20.0;
const CHANGES: f64 = 0.85;
const POSTS: f64 = 0.1;

/// Units of one board whose posts and comments have texts of these lengths, in characters.
struct Measured {
    /// The size of a head in KB of 1,000 bytes, for the docs.
    head_kb: f64,
    /// Of the board's partition, for its first page of 20 posts.
    page: f64,
    /// Of the post's partition, for its first page of 20 comments.
    comments: f64,
    /// Of the board's partition, for one change of a head in a transaction.
    change: f64,
}

/// The size of a row as DynamoDB counts it: names and values. Of lists and maps this is an estimate.
fn size(row: &Value) -> usize {
    let value_size = |value: &Value| match value {
        Value::String(text) => text.len(),
        Value::Number(number) => number.to_string().len() / 2 + 1,
        Value::Bool(_) | Value::Null => 1,
        list => list.to_string().len(),
    };
    row.as_object().unwrap().iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

async fn measure(title: usize, content: usize, comment: usize) -> Measured {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (author, reader) = (app.student(&school).await, app.student(&school).await);
    let board = app.board(&author, "자유").await;
    let text = |length: usize| {
        "오늘 학식 뭐 나오는지 아는 사람 ".chars().cycle().take(length - 1).chain(['?']).collect::<String>()
    };
    let mut post = String::new();
    for number in 0..20 {
        let body = json!({
            "title": format!("{number:02}{}", text(title - 2)), "content": text(content), "is_anonymous": true,
        });
        let path = format!("/boards/{board}/posts");
        post = app.post(path).by(&author).json(&body).send().await.is(201).text_at("/id");
    }
    for _ in 0..20 {
        app.write_comment(&author, &post, &text(comment), None).await;
    }
    let get = async |path: String| -> Answer { app.get(path).by(&reader).send().await };
    let page = get(format!("/boards/{board}/posts")).await;
    let comments = get(format!("/posts/{post}/comments")).await;
    let like = app.post(format!("/posts/{post}/like")).by(&reader).send().await;
    let rows = table::scan(&app.engine);
    let head = rows.iter().find(|row| {
        table::text(row, "pk").contains("#BOARD#") && table::text(row, "sk") == format!("POST#{}", post_uuid(&post))
    });
    Measured {
        head_kb: f64::from(u32::try_from(size(&table::json(head.unwrap()))).unwrap()) / 1000.0,
        // The rest is the board and the reader's reactions and blocks, which are in other partitions.
        page: page.is(200).usage.read_units - 3.0,
        // The rest is the head, the board and the reader's likes and blocks.
        comments: comments.is(200).usage.read_units - 4.0,
        // The rest is the reader's reaction.
        change: like.is(200).usage.write_units - 2.0,
    }
}

/// A number with thousands separators, rounded down to three digits.
fn rounded(number: f64) -> String {
    let digits = number.log10().floor();
    let unit = 10_f64.powf((digits - 2.0).max(0.0));
    let text = format!("{:.0}", (number / unit).floor() * unit);
    let groups: Vec<_> = text.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

#[tokio::test]
async fn the_docs_state_the_ceilings_of_one_hot_board_and_one_hot_post() {
    if external::is_used() {
        return;
    }
    let measured = [measure(12, 20, 20).await, measure(100, 300, 300).await];
    let row = |what: &str, figure: &dyn Fn(&Measured) -> String| {
        format!("| {what} | {} | {} |", figure(&measured[0]), figure(&measured[1]))
    };
    // A day has 86,400 seconds, and the peak second has five times the average.
    let users = |units: f64, daily: f64| units * 86_400.0 / (5.0 * daily);
    let read_daily = |m: &Measured| PAGES * m.page + VIEWS + CHANGES;
    let write_daily = |m: &Measured| (CHANGES + POSTS) * m.change;
    // An opened post reads its head for the post and for the comments, and its body for the post.
    let opens = |m: &Measured| (READS / 2.0).min(READS / (m.comments + 1.0));
    let rows = [
        row("size of a head", &|m| format!("{:.2} KB", m.head_kb)),
        row("first page of the board: read units `P`", &|m| m.page.to_string()),
        row("comments of a post: read units `C`", &|m| m.comments.to_string()),
        row("like, scrap or comment: write units `W` of the head", &|m| m.change.to_string()),
        row("first pages a second, 3,000 / `P`", &|m| rounded(READS / m.page)),
        row("read units of a user's day, 12 `P` + 20.85", &|m| format!("{:.2}", read_daily(m))),
        row("**daily users of one board, by reads**", &|m| rounded(users(READS, read_daily(m)))),
        row("the same in exam week", &|m| rounded(users(READS, read_daily(m)) / 3.0)),
        row("write units of a user's day, 0.95 `W`", &|m| format!("{:.2}", write_daily(m))),
        row("daily users of one board, by writes", &|m| rounded(users(WRITES, write_daily(m)))),
        row("openings of one post a second, 3,000 / (`C` + 1), at most 1,500", &|m| rounded(opens(m))),
        row("**users who can open one post within a minute**", &|m| rounded(opens(m) * 60.0)),
    ];
    let docs = generated::read("docs/performance.md");
    for row in &rows {
        assert!(docs.contains(row), "docs/performance.md lacks the row; the table is:\n{}", rows.join("\n"));
    }
}
