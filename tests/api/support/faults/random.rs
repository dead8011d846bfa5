//! A client on which calls fail at random.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use campus_core::store::Connection;
use campus_local::Engine;
use fastrand::Rng;
use serde_json::json;

use super::client::{Faults, connect, read_whole};
use super::injector::{DynamoCall, Fault, Unprocessed, refusal};
use crate::support::harness::patient;

/// Of 1,000 calls, so many fail once.
const FAIL_ONCE: u32 = 60;

/// Of 1,000 calls, so many fail with each attempt.
const FAIL_FOR_GOOD: u32 = 15;

/// The client. Clones are the same client. A call fails with all its attempts, or only with its first one.
#[derive(Clone, Debug, Default)]
pub struct RandomFaults(Arc<Mutex<RandomState>>);

#[derive(Debug, Default)]
struct RandomState {
    /// Decides about the faults. Without it, nothing fails.
    rng: Option<Rng>,
    /// The SDK's ids of the calls so far, and the faults of their next attempts.
    next: HashMap<String, Option<(Fault, IsPermanent)>>,
    failed: usize,
    /// The keys of partitions from which a call should delete a row that failed for good.
    undeleted: Vec<String>,
}

type IsPermanent = bool;

impl RandomFaults {
    pub fn new() -> Self {
        Self::default()
    }

    /// A connection to the engine that uses this client.
    pub fn connection(&self, engine: &Engine) -> Connection {
        patient(connect(engine, self.clone()))
    }

    /// Lets calls fail from now on.
    pub fn begin(&self, seed: u64) {
        self.lock().rng = Some(Rng::with_seed(seed));
    }

    /// Lets no call fail any more. Returns the number of attempts that have failed.
    pub fn mend(&self) -> usize {
        let mut state = self.lock();
        (state.rng, state.next) = (None, HashMap::new());
        state.failed
    }

    /// The number of deletions that failed for good, of rows of partitions whose key begins with this text.
    pub fn undeleted(&self, partition: &str) -> usize {
        self.lock().undeleted.iter().filter(|key| key.starts_with(partition)).count()
    }

    fn lock(&self) -> MutexGuard<'_, RandomState> {
        self.0.lock().unwrap()
    }
}

impl RandomState {
    /// The fault of this attempt, if any.
    fn draw(&mut self, invocation: &str, call: &DynamoCall) -> Option<Fault> {
        let rng = self.rng.as_mut()?;
        let planned = *self.next.entry(invocation.to_owned()).or_insert_with(|| {
            let (fault, number) = (rng.choice(possible(&call.operation))?, rng.u32(..1000));
            (number < FAIL_ONCE + FAIL_FOR_GOOD).then_some((fault, number < FAIL_FOR_GOOD))
        });
        let (fault, is_permanent) = planned?;
        self.failed += 1;
        if !is_permanent {
            self.next.insert(invocation.to_owned(), None);
        } else if call.operation == "DeleteItem" {
            self.undeleted.extend(call.written_rows().into_iter().map(|(pk, _)| pk));
        }
        Some(fault)
    }
}

/// The ways in which a call can fail without stopping the clock.
fn possible(operation: &str) -> Vec<Fault> {
    let faults = Fault::ALL.into_iter().filter(|fault| !matches!(fault, Fault::Hangs | Fault::Partial));
    faults.filter(|fault| fault.applies_to(operation)).collect()
}

impl Faults for RandomFaults {
    fn send(&self, network: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        let call = DynamoCall::of(&request);
        let invocation = request.headers().get("amz-sdk-invocation-id").unwrap().to_owned();
        let fault = self.lock().draw(&invocation, &call);
        match fault {
            None => network.call(request),
            Some(Fault::AnswerLost) => {
                let answer = network.call(request);
                HttpConnectorFuture::new(async move {
                    read_whole(answer.await?).await?;
                    Err(ConnectorError::io("the response is lost".into()))
                })
            }
            Some(Fault::Unprocessed) => {
                HttpConnectorFuture::ready(Ok(Unprocessed::all_of(&request).add_to(json!({ "Responses": {} }))))
            }
            Some(fault) => HttpConnectorFuture::ready(Ok(refusal(fault, &call))),
        }
    }
}
