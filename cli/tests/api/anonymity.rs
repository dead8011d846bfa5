//! Nothing that leaves the server tells who wrote an anonymous thing.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::TestApp;

/// All values of a JSON document that are no constants of every post.
fn values(json: &Value, found: &mut BTreeSet<String>) {
    match json {
        Value::Object(fields) => fields.values().for_each(|value| values(value, found)),
        Value::Array(items) => items.iter().for_each(|value| values(value, found)),
        value => drop(found.insert(value.to_string())),
    }
}

#[tokio::test]
async fn two_anonymous_posts_of_one_student_share_nothing_but_constants() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (author, other, reader) = (app.student(&school).await, app.student(&school).await, app.student(&school).await);
    let boards = [app.board(&reader, "하나").await, app.board(&reader, "둘").await];
    let shown = async |by, board: &str, title| {
        let id = app.write_post(by, board, title, true).await;
        let mut found = BTreeSet::new();
        values(&app.get(format!("/posts/{id}")).by(&reader).send().await.json(), &mut found);
        found
    };
    let first = shown(&author, &boards[0], "첫째").await;
    app.clock.set_ahead_by_millis(1000);
    let second = shown(&author, &boards[1], "둘째").await;
    app.clock.set_ahead_by_millis(2000);
    let someone_elses = shown(&other, &boards[1], "셋째").await;
    let shared: BTreeSet<_> = first.intersection(&second).collect();
    let constants: BTreeSet<_> = first.intersection(&someone_elses).collect();
    assert_eq!(shared, constants);
}

#[tokio::test]
async fn no_answer_to_others_bears_a_trace_of_an_anonymous_author() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (author, reader, admin) = (app.student(&school).await, app.student(&school).await, app.admin(&school).await);
    let board = app.board(&reader, "자유").await;
    let mut post = String::new();
    for number in 0..3 {
        post = app.write_post(&author, &board, &format!("제목 {number}"), true).await;
    }
    let traces = [&author.id, &author.login_id, &author.email, &author.nickname];
    for caller in [&reader, &admin] {
        let mut path = format!("/boards/{board}/posts?limit=1");
        let list = app.get(&path).by(caller).send().await;
        let cursor = list.text_at("/next_cursor");
        path = format!("{path}&cursor={cursor}");
        let answers = [
            list,
            app.get(path).by(caller).send().await,
            app.get(format!("/posts/{post}")).by(caller).send().await,
            app.get(format!("/boards/{board}")).by(caller).send().await,
            app.get("/boards").by(caller).send().await,
        ];
        for answer in answers {
            let all = format!("{:?} {}", answer.headers, answer.is(200).text);
            for trace in traces {
                assert!(!all.contains(trace.as_str()), "{trace} in {all}");
            }
        }
    }
}
