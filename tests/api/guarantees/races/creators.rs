//! Every operation with an `Idempotency-Key`, when the same request with the same key takes effect while the first one
//! is about to write.

use std::sync::{Arc, Mutex};

use campus_core::store::{Limits, Rate};

use crate::guarantees::openapi;
use crate::support::faults::lagging::Lagging;
use crate::support::fixture::Fixture;
use crate::support::harness::{Answer, Call};
use crate::support::normalization::Normalizer;
use crate::support::operations::{self, Operation};

fn request<'a>(fixture: &'a Fixture, operation: &Operation) -> Call<'a> {
    fixture.request(operation, operation.caller).header("idempotency-key", "key")
}

/// Sends the request, and the same request before the next call of this DynamoDB operation. Returns both responses;
/// `None` if there is no such call.
async fn race(
    fixture: &Arc<Fixture>,
    client: &Lagging,
    before: &'static str,
    operation: &'static Operation,
) -> Option<Pair> {
    let twin = Arc::new(Mutex::new(None));
    let (other, twins_answer) = (fixture.clone(), twin.clone());
    client.before_next(before, async move {
        let answer = request(&other, operation).send().await;
        *twins_answer.lock().unwrap() = Some(answer);
    });
    let slow = request(fixture, operation).send().await;
    let fast = twin.lock().unwrap().take();
    Some(Pair { fast: fast?, slow })
}

/// The responses to two equal requests.
struct Pair {
    fast: Answer,
    slow: Answer,
}

/// For each creator: the slow request is answered like a repetition of the fast one, and has no effect of its own.
async fn check(limits: Option<Limits>, before: &'static str) {
    let client = Lagging::new();
    let fixture = Arc::new(Fixture::start_within(limits, |engine| client.connection(engine)).await);
    let normalizer = Normalizer::of(&fixture).await;
    let mut creators = 0;
    for operation in operations::all().filter(|operation| openapi::takes_idempotency_key(operation.name)) {
        let name = operation.name;
        fixture.reset().await;
        request(&fixture, operation).send().await.is(201);
        let table_of_one = normalizer.table(&fixture).await;

        fixture.reset().await;
        let Some(Pair { fast, slow }) = race(&fixture, &client, before, operation).await else {
            assert_eq!(before, "UpdateItem", "{name}: only a limit may be missing");
            client.cancel();
            continue;
        };
        assert_eq!((fast.status.as_u16(), fast.header("idempotency-replayed")), (201, ""), "{name}: {fast:?}");
        assert_eq!((slow.status.as_u16(), slow.header("idempotency-replayed")), (201, "true"), "{name}: {slow:?}");
        // A report has no id.
        assert_eq!(slow.json().get("id"), fast.json().get("id"), "{name}");
        assert_eq!(slow.header("location"), fast.header("location"), "{name}");
        assert_eq!(normalizer.table(&fixture).await, table_of_one, "{name}");
        creators += 1;
    }
    assert!(creators >= 11, "{creators}");
}

#[tokio::test]
async fn a_creator_that_loses_to_its_repetition_returns_what_that_created() {
    check(None, "TransactWriteItems").await;
}

#[tokio::test]
async fn a_creator_that_loses_to_its_repetition_is_not_refused_for_the_limit_that_this_reached() {
    let mut limits = serde_json::to_value(Limits::default()).unwrap();
    let limits_per_user = limits.as_object_mut().unwrap().iter_mut().filter(|(name, _)| name.ends_with("_per_user"));
    // Those of mails have two windows, and no creator sends mail.
    for (_, limit) in limits_per_user.filter(|(name, _)| *name != "mails_per_user") {
        *limit = serde_json::to_value(Rate::new(1, u32::MAX)).unwrap();
    }
    let limits = serde_json::from_value(limits).unwrap();
    check(Some(limits), "UpdateItem").await;
}
