//! A client on which a chosen call fails in a chosen way.

use std::collections::{BTreeSet, HashSet};
use std::future::{pending, ready};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use campus_core::store::Connection;
use campus_local::Engine;
use serde_json::{Value, json};

use super::client::{Faults, body_of, cancelled, connect, error, operation_of, read_whole, response};

/// A way in which an attempt of a call can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// DynamoDB throttles it.
    Throttled,
    /// DynamoDB fails before it does anything.
    Failed,
    /// DynamoDB refuses it because another transaction is writing the same rows.
    Conflict,
    /// DynamoDB cancels a transaction because one of its rows is written too often.
    RowThrottled,
    /// There is no response, and DynamoDB does nothing.
    Hangs,
    /// DynamoDB does it, and the response is lost.
    AnswerLost,
    /// DynamoDB leaves the last item of a batch unprocessed; of a batch with one item, the whole batch.
    Partial,
    /// DynamoDB leaves the whole batch unprocessed.
    Unprocessed,
}

impl Fault {
    pub const ALL: [Self; 8] = [
        Self::Hangs,
        Self::Throttled,
        Self::Failed,
        Self::Conflict,
        Self::RowThrottled,
        Self::AnswerLost,
        Self::Partial,
        Self::Unprocessed,
    ];

    /// All that do not take until the time limit.
    pub fn quick() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|fault| *fault != Self::Hangs)
    }

    /// Whether this DynamoDB operation can fail in this way.
    pub fn applies_to(self, operation: &str) -> bool {
        match self {
            Self::Throttled | Self::Failed | Self::Hangs | Self::AnswerLost => true,
            Self::Conflict => {
                operation.starts_with("Transact") || ["PutItem", "UpdateItem", "DeleteItem"].contains(&operation)
            }
            Self::RowThrottled => operation.starts_with("Transact"),
            Self::Partial | Self::Unprocessed => operation.starts_with("Batch"),
        }
    }
}

/// The partition key and the sort key of a row.
pub type RowKey = (String, String);

/// An IAM action, and the partition key of the row that it is used on.
pub type Access = (String, String);

/// The DynamoDB operation and the rows of a call. It is the same for repetitions of the call, even if they write
/// another time or version.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DynamoCall {
    pub(super) operation: String,
    body: Value,
}

impl DynamoCall {
    pub(super) fn of(request: &HttpRequest) -> Self {
        let operation = operation_of(request);
        let mut body = body_of(request);
        body.as_object_mut().unwrap().remove("ClientRequestToken");
        if operation != "Query" {
            keep_keys(&mut body);
        }
        Self { operation, body }
    }

    /// The IAM actions that the call needs, each with the partition key. A transaction needs those of its items.
    fn accesses(&self) -> Vec<Access> {
        let access = |operation: &str, key: &Value| {
            (format!("dynamodb:{operation}"), key["pk"]["S"].as_str().unwrap().to_owned())
        };
        let of_item = |operation: &str, item: &Value| access(operation, item.get("Key").unwrap_or(&item["Item"]));
        if let Some(items) = self.body["TransactItems"].as_array() {
            let items = items.iter().flat_map(|item| item.as_object().unwrap());
            return items.map(|(kind, item)| of_item(&format!("{kind}Item"), item)).collect();
        }
        let batch = &self.body["RequestItems"]["campus"];
        match self.operation.as_str() {
            "Query" => {
                let pk = json!({ "pk": self.body["ExpressionAttributeValues"][":pk"] });
                vec![access("Query", &pk)]
            }
            "BatchGetItem" => {
                batch["Keys"].as_array().unwrap().iter().map(|key| access(&self.operation, key)).collect()
            }
            "BatchWriteItem" => {
                let requests = batch.as_array().unwrap().iter().flat_map(|item| item.as_object().unwrap().values());
                requests.map(|request| of_item(&self.operation, request)).collect()
            }
            _ => vec![of_item(&self.operation, &self.body)],
        }
    }

    /// The keys of the rows that the call writes, or checks in a transaction: partition key and sort key.
    pub(super) fn written_rows(&self) -> Vec<RowKey> {
        let items: Vec<&Value> = match &self.body["TransactItems"] {
            Value::Array(items) => items.iter().flat_map(|item| item.as_object().unwrap().values()).collect(),
            _ if ["PutItem", "UpdateItem", "DeleteItem"].contains(&self.operation.as_str()) => vec![&self.body],
            _ => Vec::new(),
        };
        let keys = items.into_iter().map(|item| item.get("Key").unwrap_or(&item["Item"]));
        let text = |key: &Value, name: &str| key[name]["S"].as_str().unwrap().to_owned();
        keys.map(|key| (text(key, "pk"), text(key, "sk"))).collect()
    }

    /// The number of items of a batch.
    fn batch_size(&self) -> usize {
        let items = &self.body["RequestItems"]["campus"];
        items.as_array().or(items["Keys"].as_array()).map_or(0, Vec::len)
    }

    /// The number of items of a transaction.
    fn transaction_size(&self) -> usize {
        self.body["TransactItems"].as_array().map_or(0, Vec::len)
    }
}

/// Removes all values from a write, except keys.
fn keep_keys(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            fields.remove("ExpressionAttributeValues");
            if let Some(Value::Object(item)) = fields.get_mut("Item") {
                item.retain(|name, _| name == "pk" || name == "sk");
            }
            fields.values_mut().for_each(keep_keys);
        }
        Value::Array(items) => items.iter_mut().for_each(keep_keys),
        _ => {}
    }
}

/// A planned fault.
#[derive(Debug)]
struct Plan {
    operation: String,
    nth: usize,
    fault: Fault,
    /// The number of attempts that fail.
    attempts: usize,
    /// The call that fails, once it has begun.
    call: Option<DynamoCall>,
    /// The number of attempts that have failed so far.
    failed: usize,
}

#[derive(Debug, Default)]
struct InjectorState {
    /// The DynamoDB operations of the calls, in the order in which they began.
    calls: Vec<String>,
    /// The IAM actions that the calls need.
    accesses: BTreeSet<Access>,
    /// The rows that the calls write, or check in a transaction.
    written: BTreeSet<RowKey>,
    /// The SDK's ids of the calls.
    invocations: HashSet<String>,
    plan: Option<Plan>,
    /// Whether the last attempt of the planned call has failed.
    is_failing: bool,
    /// The number of attempts that DynamoDB is working on.
    in_progress: usize,
    is_clock_paused: bool,
}

impl InjectorState {
    /// Records an attempt. Returns the fault that it has, if any.
    fn record(&mut self, invocation: &str, call: &DynamoCall) -> Option<Fault> {
        let is_new = self.invocations.insert(invocation.to_owned());
        if is_new {
            self.calls.push(call.operation.clone());
            self.accesses.extend(call.accesses());
            self.written.extend(call.written_rows());
        }
        let nth = self.calls.iter().filter(|operation| **operation == call.operation).count() - 1;
        let plan = self.plan.as_mut()?;
        if plan.call.is_none() && is_new && plan.operation == call.operation && plan.nth == nth {
            plan.call = Some(call.clone());
        }
        if plan.call.as_ref() != Some(call) {
            return None;
        }
        self.is_failing = plan.failed < plan.attempts;
        plan.failed += usize::from(self.is_failing);
        self.is_failing.then_some(plan.fault)
    }

    /// Pauses the runtime's clock while the service only waits after a fault, so that waiting takes no time.
    fn set_clock(&mut self) {
        let is_waiting = self.is_failing && self.in_progress == 0;
        match (self.is_clock_paused, is_waiting) {
            (false, true) => tokio::time::pause(),
            (true, false) => tokio::time::resume(),
            _ => {}
        }
        self.is_clock_paused = is_waiting;
    }
}

/// The client. Clones are the same client. A test that uses it needs a single-threaded runtime of its own, because the
/// client pauses the runtime's clock.
#[derive(Clone, Debug, Default)]
pub struct FaultInjector(Arc<Mutex<InjectorState>>);

impl FaultInjector {
    pub fn new() -> Self {
        Self::default()
    }

    /// A connection to the engine that uses this client.
    pub fn connection(&self, engine: &Engine) -> Connection {
        connect(engine, self.clone())
    }

    /// Lets the `nth` call (from 0) of the DynamoDB operation fail from now on, and each repetition of it, until
    /// `attempts` attempts have failed.
    pub fn plan(&self, operation: &str, nth: usize, fault: Fault, attempts: usize) {
        self.record();
        let operation = operation.to_owned();
        self.lock().plan = Some(Plan { operation, nth, fault, attempts, call: None, failed: 0 });
    }

    /// Starts a new record of calls.
    pub fn record(&self) {
        let mut state = self.lock();
        state.calls.clear();
        state.accesses.clear();
        state.written.clear();
    }

    /// The recorded calls: their DynamoDB operations, in the order in which they began.
    pub fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// The IAM actions that the recorded calls need.
    pub fn accesses(&self) -> BTreeSet<Access> {
        self.lock().accesses.clone()
    }

    /// The rows that the recorded calls write, or check in a transaction. Two requests can only delay each other if they
    /// have such a row in common.
    pub fn written_rows(&self) -> BTreeSet<RowKey> {
        self.lock().written.clone()
    }

    /// Ends the planned fault. Returns the number of attempts that failed.
    pub fn mend(&self) -> usize {
        let mut state = self.lock();
        state.is_failing = false;
        state.set_clock();
        state.plan.take().map_or(0, |plan| plan.failed)
    }

    fn lock(&self) -> MutexGuard<'_, InjectorState> {
        self.0.lock().unwrap()
    }

    /// Answers in DynamoDB's place.
    fn answer(&self, answer: HttpResponse) -> HttpConnectorFuture {
        self.lock().set_clock();
        HttpConnectorFuture::new(ready(Ok(answer)))
    }

    /// Sends the request to DynamoDB and changes its response.
    fn forward(
        &self,
        network: &SharedHttpConnector,
        request: HttpRequest,
        change: impl FnOnce(HttpResponse) -> Result<HttpResponse, ConnectorError> + Send + 'static,
    ) -> HttpConnectorFuture {
        let in_progress = InProgress::begin(self.clone());
        let call = network.call(request);
        HttpConnectorFuture::new(async move {
            let answer = read_whole(call.await?).await?;
            drop(in_progress);
            change(answer)
        })
    }
}

impl Faults for FaultInjector {
    fn send(&self, network: &SharedHttpConnector, mut request: HttpRequest) -> HttpConnectorFuture {
        let call = DynamoCall::of(&request);
        let invocation = request.headers().get("amz-sdk-invocation-id").unwrap().to_owned();
        let fault = self.lock().record(&invocation, &call);
        match fault {
            None => self.forward(network, request, Ok),
            Some(Fault::AnswerLost) => {
                self.forward(network, request, |_| Err(ConnectorError::io("the response is lost".into())))
            }
            Some(Fault::Hangs) => {
                self.lock().set_clock();
                HttpConnectorFuture::new(pending())
            }
            Some(Fault::Partial) if call.batch_size() > 1 => {
                let unprocessed = Unprocessed::take_last_of(&mut request);
                self.forward(network, request, move |answer| {
                    Ok(unprocessed.add_to(serde_json::from_slice(answer.body().bytes().unwrap()).unwrap()))
                })
            }
            Some(Fault::Partial | Fault::Unprocessed) => {
                self.answer(Unprocessed::all_of(&request).add_to(json!({ "Responses": {} })))
            }
            Some(fault) => self.answer(refusal(fault, &call)),
        }
    }
}

/// An attempt that DynamoDB is working on.
struct InProgress(FaultInjector);

impl InProgress {
    fn begin(injector: FaultInjector) -> Self {
        let mut state = injector.lock();
        state.in_progress += 1;
        state.set_clock();
        drop(state);
        Self(injector)
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.in_progress -= 1;
        state.set_clock();
    }
}

/// The items that a batch leaves unprocessed.
pub(super) struct Unprocessed(Value);

impl Unprocessed {
    pub(super) fn all_of(request: &HttpRequest) -> Self {
        Self(body_of(request)["RequestItems"].take())
    }

    /// Takes the last item out of a batch that has more than one.
    fn take_last_of(request: &mut HttpRequest) -> Self {
        let mut items = Self::all_of(request).0;
        let pointer = if items["campus"].is_array() { "/campus" } else { "/campus/Keys" };
        let mut rest = items.clone();
        let last = rest.pointer_mut(pointer).unwrap().as_array_mut().unwrap().pop().unwrap();
        *items.pointer_mut(pointer).unwrap() = json!([last]);
        let text = json!({ "RequestItems": rest, "ReturnConsumedCapacity": "TOTAL" }).to_string();
        request.headers_mut().insert("content-length", text.len().to_string());
        *request.body_mut() = SdkBody::from(text);
        Self(items)
    }

    /// The response to the other items, with these as unprocessed.
    pub(super) fn add_to(&self, mut answer: Value) -> HttpResponse {
        let name = if self.0["campus"].is_array() { "UnprocessedItems" } else { "UnprocessedKeys" };
        answer[name] = self.0.clone();
        response(200, &answer)
    }
}

/// DynamoDB's response with the fault.
pub(super) fn refusal(fault: Fault, call: &DynamoCall) -> HttpResponse {
    let size = call.transaction_size();
    let cancelled = |code| cancelled((1..=size).map(|item| if item == size { code } else { "None" }));
    let (status, body) = match fault {
        Fault::Throttled => (400, error("ProvisionedThroughputExceededException")),
        Fault::Conflict if size == 0 => (400, error("TransactionConflictException")),
        Fault::Conflict => (400, cancelled("TransactionConflict")),
        Fault::RowThrottled => (400, cancelled("ThrottlingError")),
        Fault::Failed | Fault::Hangs | Fault::AnswerLost | Fault::Partial | Fault::Unprocessed => {
            (500, error("InternalServerError"))
        }
    };
    response(status, &body)
}
