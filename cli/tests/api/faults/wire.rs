//! A wire to DynamoDB on which things go wrong. It lies below the SDK's retries, so that these are tested with the
//! rest.

use std::collections::{BTreeSet, HashSet};
use std::future::{pending, ready};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use campus::desk::Engine;
use campus_core::store::Connection;
use serde_json::{Value, json};

/// Something that goes wrong with one attempt of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// DynamoDB refuses it as too much.
    Throttled,
    /// DynamoDB breaks down before doing it.
    Failed,
    /// DynamoDB refuses it because a transaction is at the same rows.
    Conflict,
    /// DynamoDB cancels a transaction because one of its rows is written too often.
    RowThrottled,
    /// Nobody answers.
    Hangs,
    /// DynamoDB does it, and the answer is lost.
    AnswerLost,
    /// DynamoDB leaves the last item of a batch for later; a batch of one as a whole.
    Partial,
    /// DynamoDB leaves a whole batch for later.
    Unprocessed,
}

impl Fault {
    pub const ALL: [Self; 8] = [
        Self::Throttled,
        Self::Failed,
        Self::Conflict,
        Self::RowThrottled,
        Self::Hangs,
        Self::AnswerLost,
        Self::Partial,
        Self::Unprocessed,
    ];

    /// Whether this can happen to the operation of DynamoDB.
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

/// What is asked of DynamoDB: which operation, on which rows. Repeats of a call ask the same, though the time or the
/// version that they write may be another.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    operation: String,
    body: Value,
}

impl Asked {
    fn of(request: &HttpRequest) -> Self {
        let operation = operation_of(request);
        let mut body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        body.as_object_mut().unwrap().remove("ClientRequestToken");
        if operation != "Query" {
            keep_keys(&mut body);
        }
        Self { operation, body }
    }

    /// The actions that have to be allowed: of a transaction those of its items.
    fn actions(&self) -> Vec<String> {
        let action = |operation: &str| format!("dynamodb:{operation}");
        let Some(items) = self.body["TransactItems"].as_array() else { return vec![action(&self.operation)] };
        let kinds = items.iter().flat_map(|item| item.as_object().unwrap().keys());
        kinds.map(|kind| action(&format!("{kind}Item"))).collect()
    }

    /// The items of a batch.
    fn batch_size(&self) -> usize {
        let items = &self.body["RequestItems"]["campus"];
        items.as_array().or(items["Keys"].as_array()).map_or(0, Vec::len)
    }

    /// The items of a transaction.
    fn transaction_size(&self) -> usize {
        self.body["TransactItems"].as_array().map_or(0, Vec::len)
    }
}

/// Takes out of a write what it writes.
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

/// What is to go wrong: the fault strikes the `nth` call of the operation, and the same asked again, until so many
/// attempts are struck.
#[derive(Debug)]
struct Plan {
    operation: String,
    nth: usize,
    fault: Fault,
    attempts: usize,
    asked: Option<Asked>,
    struck: usize,
}

#[derive(Debug, Default)]
struct State {
    /// The operations of DynamoDB that were called, in the order in which the calls began.
    calls: Vec<String>,
    /// The rights that the calls need.
    actions: BTreeSet<String>,
    invocations: HashSet<String>,
    plan: Option<Plan>,
    /// Whether the last thing that happened to the struck call was a fault.
    is_broken: bool,
    /// How many attempts DynamoDB is at.
    under_way: usize,
    clock_stands: bool,
}

impl State {
    /// Notes an attempt, and tells what is to go wrong with it.
    fn meet(&mut self, invocation: &str, asked: &Asked) -> Option<Fault> {
        let is_new = self.invocations.insert(invocation.to_owned());
        if is_new {
            self.calls.push(asked.operation.clone());
            self.actions.extend(asked.actions());
        }
        let nth = self.calls.iter().filter(|call| **call == asked.operation).count() - 1;
        let plan = self.plan.as_mut()?;
        if plan.asked.is_none() && is_new && plan.operation == asked.operation && plan.nth == nth {
            plan.asked = Some(asked.clone());
        }
        if plan.asked.as_ref() != Some(asked) {
            return None;
        }
        self.is_broken = plan.struck < plan.attempts;
        plan.struck += usize::from(self.is_broken);
        self.is_broken.then_some(plan.fault)
    }

    /// Lets the clock stand while nothing but waiting goes on, so that waiting takes no time.
    fn set_clock(&mut self) {
        let stands = self.is_broken && self.under_way == 0;
        match (self.clock_stands, stands) {
            (false, true) => tokio::time::pause(),
            (true, false) => tokio::time::resume(),
            _ => {}
        }
        self.clock_stands = stands;
    }
}

/// The wire. Clones are the same wire. It needs a test's own single-threaded runtime, whose clock it stops.
#[derive(Clone, Debug)]
pub struct Wire {
    sound: SharedHttpClient,
    state: Arc<Mutex<State>>,
}

impl Wire {
    pub fn new() -> Self {
        Self { sound: aws_smithy_http_client::Builder::new().build_http(), state: Arc::default() }
    }

    /// A connection to the engine over this wire.
    pub fn connection(&self, engine: &Engine) -> Connection {
        connect(engine, self.clone())
    }

    /// From here on the `nth` call (from 0) of the operation goes wrong, and whatever asks the same again, until
    /// `attempts` attempts have.
    pub fn plan(&self, operation: &str, nth: usize, fault: Fault, attempts: usize) {
        self.listen();
        let operation = operation.to_owned();
        self.lock().plan = Some(Plan { operation, nth, fault, attempts, asked: None, struck: 0 });
    }

    /// Notes calls from here on.
    pub fn listen(&self) {
        let mut state = self.lock();
        state.calls.clear();
        state.actions.clear();
    }

    /// The operations of DynamoDB that were called, in the order in which the calls began.
    pub fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// The actions, in the words of IAM, that the calls need to be allowed.
    pub fn actions(&self) -> BTreeSet<String> {
        self.lock().actions.clone()
    }

    /// From here on all goes well. Tells how many attempts went wrong.
    pub fn mend(&self) -> usize {
        let mut state = self.lock();
        state.is_broken = false;
        state.set_clock();
        state.plan.take().map_or(0, |plan| plan.struck)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn carry(&self, sound: &SharedHttpConnector, mut request: HttpRequest) -> HttpConnectorFuture {
        let asked = Asked::of(&request);
        let invocation = request.headers().get("amz-sdk-invocation-id").unwrap().to_owned();
        let fault = self.lock().meet(&invocation, &asked);
        match fault {
            None => self.ask(sound, request, Ok),
            Some(Fault::AnswerLost) => {
                self.ask(sound, request, |_| Err(ConnectorError::io("the answer is lost".into())))
            }
            Some(Fault::Hangs) => {
                self.lock().set_clock();
                HttpConnectorFuture::new(pending())
            }
            Some(Fault::Partial) if asked.batch_size() > 1 => {
                let left = Left::last_of(&mut request);
                self.ask(sound, request, move |answer| {
                    Ok(left.add_to(serde_json::from_slice(answer.body().bytes().unwrap()).unwrap()))
                })
            }
            Some(Fault::Partial | Fault::Unprocessed) => {
                self.answer(Left::whole(&request).add_to(json!({ "Responses": {} })))
            }
            Some(fault) => self.answer(refusal(fault, &asked)),
        }
    }

    /// Answers in DynamoDB's place.
    fn answer(&self, answer: HttpResponse) -> HttpConnectorFuture {
        self.lock().set_clock();
        HttpConnectorFuture::new(ready(Ok(answer)))
    }

    /// Asks DynamoDB, and makes something of its answer.
    fn ask(
        &self,
        sound: &SharedHttpConnector,
        request: HttpRequest,
        then: impl FnOnce(HttpResponse) -> Result<HttpResponse, ConnectorError> + Send + 'static,
    ) -> HttpConnectorFuture {
        let under_way = UnderWay::begin(self.clone());
        let call = sound.call(request);
        HttpConnectorFuture::new(async move {
            let answer = whole(call.await?).await?;
            drop(under_way);
            then(answer)
        })
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Line { wire: self.clone(), sound: self.sound.http_connector(settings, components) })
    }
}

#[derive(Debug)]
struct Line {
    wire: Wire,
    sound: SharedHttpConnector,
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.wire.carry(&self.sound, request)
    }
}

/// An attempt that DynamoDB is at.
struct UnderWay(Wire);

impl UnderWay {
    fn begin(wire: Wire) -> Self {
        let mut state = wire.lock();
        state.under_way += 1;
        state.set_clock();
        drop(state);
        Self(wire)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.under_way -= 1;
        state.set_clock();
    }
}

/// A connection to the engine over the wire.
pub(super) fn connect(engine: &Engine, wire: impl HttpClient + 'static) -> Connection {
    // The SDK has one allowance of retries for the whole process, which tests would take away from each other.
    static WIRES: AtomicU32 = AtomicU32::new(0);
    let name = format!("wire {}", WIRES.fetch_add(1, Ordering::Relaxed));
    let partition = RetryPartition::custom(name).token_bucket(TokenBucket::unlimited()).build();
    let config = Engine::client_config(engine.url()).http_client(wire).retry_partition(partition);
    Connection::new(config, "campus")
}

/// The operation of DynamoDB that is asked for.
pub(super) fn operation_of(request: &HttpRequest) -> String {
    request.headers().get("x-amz-target").unwrap().rsplit('.').next().unwrap().to_owned()
}

/// The answer with all of its body.
pub(super) async fn whole(mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let body = std::mem::replace(answer.body_mut(), SdkBody::empty());
    let bytes = ByteStream::new(body).collect().await.map_err(|error| ConnectorError::io(error.into()))?;
    *answer.body_mut() = SdkBody::from(bytes.into_bytes());
    Ok(answer)
}

/// What a batch leaves for later.
struct Left(Value);

impl Left {
    fn whole(request: &HttpRequest) -> Self {
        let mut body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        Self(body["RequestItems"].take())
    }

    /// Takes the last item out of a batch that has more than one.
    fn last_of(request: &mut HttpRequest) -> Self {
        let mut items = Self::whole(request).0;
        let pointer = if items["campus"].is_array() { "/campus" } else { "/campus/Keys" };
        let mut rest = items.clone();
        let last = rest.pointer_mut(pointer).unwrap().as_array_mut().unwrap().pop().unwrap();
        *items.pointer_mut(pointer).unwrap() = json!([last]);
        let text = json!({ "RequestItems": rest, "ReturnConsumedCapacity": "TOTAL" }).to_string();
        request.headers_mut().insert("content-length", text.len().to_string());
        *request.body_mut() = SdkBody::from(text);
        Self(items)
    }

    /// The answer to the rest of the batch, with what was left.
    fn add_to(&self, mut answer: Value) -> HttpResponse {
        let name = if self.0["campus"].is_array() { "UnprocessedItems" } else { "UnprocessedKeys" };
        answer[name] = self.0.clone();
        response(200, &answer)
    }
}

pub(super) fn response(status: u16, body: &Value) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body.to_string()))
}

/// An error of DynamoDB.
pub(super) fn error(name: &str) -> Value {
    json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{name}"), "message": "not now" })
}

/// The cancellation of a transaction, with a reason for each of its items.
pub(super) fn cancelled<'a>(codes: impl Iterator<Item = &'a str>) -> Value {
    let reason =
        |code| if code == "None" { json!({ "Code": code }) } else { json!({ "Code": code, "Message": "not now" }) };
    let mut body = error("TransactionCanceledException");
    body["CancellationReasons"] = codes.map(reason).collect();
    body
}

fn refusal(fault: Fault, asked: &Asked) -> HttpResponse {
    let size = asked.transaction_size();
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
