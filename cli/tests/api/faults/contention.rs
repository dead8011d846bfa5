//! A wire to DynamoDB on which transactions get into each other's way, as they do there and never in the embedded
//! engine: while one is at a row, whatever else writes the row is refused.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use campus::desk::Engine;
use campus_core::store::Connection;
use serde_json::Value;

use super::wire::{cancelled, connect, error, operation_of, response, whole};

/// The wire. Clones are the same wire.
#[derive(Clone, Debug)]
pub struct Contention {
    sound: SharedHttpClient,
    /// How long a transaction is at its rows at the least. It is longer where the engine takes longer.
    takes: Duration,
    /// How long any other call takes, in a model; in a test it takes what it takes.
    others_take: Option<Duration>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The rows that transactions are at.
    rows: HashSet<String>,
    conflicts: u64,
    /// How many calls the engine is at.
    under_way: usize,
    /// While this is there, a clock that stands does not jump to the next thing that somebody waits for.
    still: Option<mpsc::Sender<()>>,
}

impl Contention {
    /// A wire on which a transaction takes so long.
    pub fn new(takes: Duration) -> Self {
        let sound = aws_smithy_http_client::Builder::new().build_http();
        Self { sound, takes, others_take: None, state: Arc::default() }
    }

    /// A wire on which a transaction takes exactly so long and any other call so long, whatever this machine needs for
    /// them. The clock of the test's runtime has to stand.
    pub fn model(takes: Duration, others_take: Duration) -> Self {
        Self { others_take: Some(others_take), ..Self::new(takes) }
    }

    /// A connection to the engine over this wire.
    pub fn connection(&self, engine: &Engine) -> Connection {
        connect(engine, self.clone())
    }

    /// How many writes were refused so far.
    pub fn conflicts(&self) -> u64 {
        self.lock().conflicts
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn carry(&self, sound: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        let operation = operation_of(&request);
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        match operation.as_str() {
            "TransactWriteItems" => match self.begin(&rows_of(&body)) {
                Ok(under_way) => self.carry_transaction(sound, request, under_way),
                Err(in_the_way) => {
                    let codes = in_the_way.iter().map(|busy| if *busy { "TransactionConflict" } else { "None" });
                    HttpConnectorFuture::ready(Ok(response(400, &cancelled(codes))))
                }
            },
            "PutItem" | "UpdateItem" | "DeleteItem" if self.is_busy(&row_of(&body)) => {
                HttpConnectorFuture::ready(Ok(response(400, &error("TransactionConflictException"))))
            }
            _ => self.carry_other(sound, request),
        }
    }

    fn carry_other(&self, sound: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        let Some(takes) = self.others_take else { return sound.call(request) };
        let (wire, sound) = (self.clone(), sound.clone());
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(takes).await;
            wire.ask(&sound, request).await
        })
    }

    /// Asks the engine, in no time if the clock stands.
    async fn ask(&self, sound: &SharedHttpConnector, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let _still = self.others_take.map(|_| Still::begin(self.clone()));
        whole(sound.call(request).await?).await
    }

    /// Takes the rows, or tells which of them others are at.
    fn begin(&self, rows: &[String]) -> Result<UnderWay, Vec<bool>> {
        let mut state = self.lock();
        let in_the_way: Vec<bool> = rows.iter().map(|row| state.rows.contains(row)).collect();
        if in_the_way.contains(&true) {
            state.conflicts += 1;
            return Err(in_the_way);
        }
        state.rows.extend(rows.iter().cloned());
        Ok(UnderWay { wire: self.clone(), rows: rows.to_vec() })
    }

    fn is_busy(&self, row: &str) -> bool {
        let mut state = self.lock();
        let is_busy = state.rows.contains(row);
        state.conflicts += u64::from(is_busy);
        is_busy
    }

    fn carry_transaction(
        &self,
        sound: &SharedHttpConnector,
        request: HttpRequest,
        under_way: UnderWay,
    ) -> HttpConnectorFuture {
        let (wire, sound) = (self.clone(), sound.clone());
        HttpConnectorFuture::new(async move {
            let (answer, ()) = tokio::join!(wire.ask(&sound, request), tokio::time::sleep(wire.takes));
            drop(under_way);
            answer
        })
    }
}

/// A call that the engine is at, while the clock stands.
struct Still(Contention);

impl Still {
    fn begin(wire: Contention) -> Self {
        let mut state = wire.lock();
        state.under_way += 1;
        state.still.get_or_insert_with(|| {
            let (ended, end) = mpsc::channel();
            // The clock waits for whatever blocks.
            tokio::task::spawn_blocking(move || end.recv());
            ended
        });
        drop(state);
        Self(wire)
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.under_way -= 1;
        if state.under_way == 0 {
            state.still = None;
        }
    }
}

/// The row that a write is at.
fn row_of(write: &Value) -> String {
    let row = if write["Item"].is_object() { &write["Item"] } else { &write["Key"] };
    format!("{} {}", row["pk"]["S"].as_str().unwrap(), row["sk"]["S"].as_str().unwrap())
}

/// The rows that a transaction is at, in its order.
fn rows_of(transaction: &Value) -> Vec<String> {
    let writes = transaction["TransactItems"].as_array().unwrap().iter();
    writes.map(|write| row_of(write.as_object().unwrap().values().next().unwrap())).collect()
}

/// A transaction that is at its rows until it is dropped.
struct UnderWay {
    wire: Contention,
    rows: Vec<String>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut state = self.wire.lock();
        for row in &self.rows {
            state.rows.remove(row);
        }
    }
}

impl HttpClient for Contention {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Line { wire: self.clone(), sound: self.sound.http_connector(settings, components) })
    }
}

#[derive(Debug)]
struct Line {
    wire: Contention,
    sound: SharedHttpConnector,
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.wire.carry(&self.sound, request)
    }
}
