//! An attacker sends many requests about one thing, and measures whether requests about another thing take longer. They
//! do if both write a row that the two things share: DynamoDB cancels one of two transactions that meet at a row, and the
//! service repeats it. If only things of the same author shared such a row, the time would tell who wrote what (rule 4).

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::faults::injector::{FaultInjector, RowKey};
use crate::support::fixture::{Fixture, Things, Who, review_body};
use crate::support::operations::{self, Operation};
use crate::support::table;

/// An operation that a caller has sent, and the rows that it wrote or checked. The rows of the caller's own partition are
/// left out, unless the caller is the author.
struct Write {
    operation: &'static Operation,
    who: Who,
    rows: BTreeSet<RowKey>,
}

/// Whether the request of the operation is a different one for other things.
fn differs(operation: &Operation, who: Who, one: &Things, other: &Things) -> bool {
    let request = |things| {
        let specimen = (operation.request)(things, who);
        (specimen.path, specimen.body)
    };
    request(one) != request(other)
}

impl Write {
    fn differs(&self, one: &Things, other: &Things) -> bool {
        differs(self.operation, self.who, one, other)
    }

    fn shared_rows<'a>(&'a self, other: &'a Self) -> Vec<&'a RowKey> {
        self.rows.intersection(&other.rows).collect()
    }
}

#[tokio::test]
async fn writes_about_two_things_of_one_author_never_meet_in_a_row() {
    let injector = FaultInjector::new();
    let mut fixture = Fixture::start_with(|engine| injector.connection(engine)).await;
    let mut sets = vec![fixture.things.clone()];
    for is_anonymous in [true, false] {
        sets.push(more_things(&fixture, is_anonymous).await);
    }
    let rows = table::scan(&fixture.app.engine);
    let mut writes = Vec::new();
    for things in &sets {
        fixture.things = things.clone();
        let (mut by_author, mut by_others) = (Vec::new(), Vec::new());
        for operation in operations::all() {
            for who in [Who::Author, Who::Student, Who::Manager, Who::Admin] {
                let is_about_things = sets.iter().any(|other| differs(operation, who, things, other));
                // What the author does otherwise is the same for all things: once is enough.
                let is_authors_own = who == Who::Author && things.post == sets[0].post;
                if operation.access.refusal(who).is_some() || !(is_about_things || is_authors_own) {
                    continue;
                }
                table::replace(&fixture.app.engine, &rows);
                let write = send(&fixture, &injector, operation, who).await;
                if who == Who::Author { by_author.push(write) } else { by_others.push(write) }
            }
        }
        writes.push((things, by_author, by_others));
    }
    let mut compared = 0;
    for (things, _, by_others) in &writes {
        for (other_things, by_author, others) in writes.iter().filter(|(other, ..)| !std::ptr::eq(*other, *things)) {
            for write in by_others.iter().filter(|write| write.differs(things, other_things)) {
                let others = others.iter().filter(|other| other.differs(things, other_things));
                for other in others.chain(by_author) {
                    let shared = write.shared_rows(other);
                    let names = [write.operation.name, other.operation.name];
                    assert!(shared.is_empty(), "{names:?} by {:?} and {:?}: {shared:#?}", write.who, other.who);
                    compared += usize::from(!write.rows.is_empty() && !other.rows.is_empty());
                }
            }
        }
    }
    assert!(compared > 1000, "{compared}");
}

/// Sends the valid request of the operation.
async fn send(fixture: &Fixture, injector: &FaultInjector, operation: &'static Operation, who: Who) -> Write {
    fixture.app.service.timetable.clear_cache();
    injector.record();
    let answer = fixture.send(operation, who).await;
    assert_eq!(answer.status.as_u16(), operation.access.success, "{} by {who:?}: {answer:?}", operation.name);
    let mut rows = injector.written_rows();
    if who != Who::Author {
        let own_partition = format!("#USER#{}", fixture.student(who).unwrap().id);
        rows.retain(|(pk, _)| !pk.ends_with(&own_partition));
    }
    Write { operation, who, rows }
}

/// More things of the author, in relation to the same students as the things of the fixture. Reviews are always
/// anonymous: there is a new one only among the anonymous things.
async fn more_things(fixture: &Fixture, is_anonymous: bool) -> Things {
    let (app, mut things) = (&fixture.app, fixture.things.clone());
    let student = |who| app.renewed(things.student(who).unwrap());
    let (author, reader, manager) = (student(Who::Author), student(Who::Student), student(Who::Manager));
    let title = if is_anonymous { "숨은 글" } else { "이름 있는 글" };
    things.hot_post = app.write_post(&author, &things.board, title, is_anonymous).await;
    for by in [&reader, &manager] {
        app.put(format!("/posts/{}/scrap", things.hot_post)).by(by).send().await.is(204);
    }
    things.post = app.write_post(&author, &things.board, &format!("또 {title}"), is_anonymous).await;
    let comment = json!({ "content": "댓글", "is_anonymous": is_anonymous });
    let path = format!("/posts/{}/comments", things.post);
    things.comment = app.post(path).by(&author).json(&comment).send().await.is(201).text_at("/id");
    things.thread = app.write_about(&reader, json!({ "post_id": things.post }), "안녕하세요").await;
    if is_anonymous {
        let plan = app.timetable(&author, "셋째 계획", "private").await;
        app.enter(&author, &plan, &json!({ "lecture_id": things.lecture })).await;
        let path = format!("/lectures/{}/reviews", things.lecture);
        things.review = app.post(path).by(&author).json(&review_body()).send().await.is(201).text_at("/id");
    }
    things
}
