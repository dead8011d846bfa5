//! A client on which transactions conflict, as on DynamoDB: while a transaction writes its rows, every other write to
//! one of them is refused.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use campus_core::store::Connection;
use campus_local::Engine;
use serde_json::Value;

use super::client::{Faults, body_of, cancelled, connect, error, operation_of, read_whole, response};
use crate::support::harness::patient;

/// The client. Clones are the same client.
#[derive(Clone, Debug)]
pub struct Contention {
    /// The time of a transaction. It takes longer if the engine takes longer.
    transaction_time: Duration,
    /// The time of any other call in a model; none if it takes as long as the engine takes.
    other_time: Option<Duration>,
    state: Arc<Mutex<ContentionState>>,
}

#[derive(Debug, Default)]
struct ContentionState {
    /// The rows that transactions are writing.
    busy: HashSet<String>,
    conflicts: u64,
    /// The number of calls that the engine is working on.
    in_engine: usize,
    /// While this exists, a paused clock does not advance to the next timer.
    blocker: Option<mpsc::Sender<()>>,
}

impl Contention {
    /// A client on which a transaction takes at least this time.
    pub fn new(transaction_time: Duration) -> Self {
        Self { transaction_time, other_time: None, state: Arc::default() }
    }

    /// A client on which transactions and other calls take exactly these times, however slow this machine is. The clock
    /// of the test's runtime must be paused.
    pub fn model(transaction_time: Duration, other_time: Duration) -> Self {
        Self { other_time: Some(other_time), ..Self::new(transaction_time) }
    }

    /// A connection to the engine that uses this client. Only a model has the service's time limits of calls, because
    /// its times do not depend on this machine.
    pub fn connection(&self, engine: &Engine) -> Connection {
        let connection = connect(engine, self.clone());
        if self.other_time.is_some() { connection } else { patient(connection) }
    }

    /// The number of writes that were refused.
    pub fn conflicts(&self) -> u64 {
        self.lock().conflicts
    }

    fn lock(&self) -> MutexGuard<'_, ContentionState> {
        self.state.lock().unwrap()
    }

    /// Marks the rows as busy. If some are busy already, returns for each row whether it is.
    fn begin(&self, rows: &[String]) -> Result<Transaction, Vec<bool>> {
        let mut state = self.lock();
        let is_busy: Vec<bool> = rows.iter().map(|row| state.busy.contains(row)).collect();
        if is_busy.contains(&true) {
            state.conflicts += 1;
            return Err(is_busy);
        }
        state.busy.extend(rows.iter().cloned());
        Ok(Transaction { client: self.clone(), rows: rows.to_vec() })
    }

    /// Whether a transaction is writing the row. If so, counts a conflict.
    fn conflicts_with(&self, row: &str) -> bool {
        let mut state = self.lock();
        let is_busy = state.busy.contains(row);
        state.conflicts += u64::from(is_busy);
        is_busy
    }

    fn send_transaction(
        &self,
        network: &SharedHttpConnector,
        request: HttpRequest,
        transaction: Transaction,
    ) -> HttpConnectorFuture {
        let (client, network) = (self.clone(), network.clone());
        HttpConnectorFuture::new(async move {
            let time = tokio::time::sleep(client.transaction_time);
            let (answer, ()) = tokio::join!(client.forward(&network, request), time);
            drop(transaction);
            answer
        })
    }

    fn send_other(&self, network: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        let Some(time) = self.other_time else { return network.call(request) };
        let (client, network) = (self.clone(), network.clone());
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(time).await;
            client.forward(&network, request).await
        })
    }

    /// Sends the request to the engine. In a model this takes no time.
    async fn forward(
        &self,
        network: &SharedHttpConnector,
        request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        let _standstill = self.other_time.map(|_| Standstill::begin(self.clone()));
        read_whole(network.call(request).await?).await
    }
}

impl Faults for Contention {
    fn send(&self, network: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        let body = body_of(&request);
        match operation_of(&request).as_str() {
            "TransactWriteItems" => match self.begin(&rows_of(&body)) {
                Ok(transaction) => self.send_transaction(network, request, transaction),
                Err(is_busy) => {
                    let codes = is_busy.iter().map(|busy| if *busy { "TransactionConflict" } else { "None" });
                    HttpConnectorFuture::ready(Ok(response(400, &cancelled(codes))))
                }
            },
            "PutItem" | "UpdateItem" | "DeleteItem" if self.conflicts_with(&row_of(&body)) => {
                HttpConnectorFuture::ready(Ok(response(400, &error("TransactionConflictException"))))
            }
            _ => self.send_other(network, request),
        }
    }
}

/// Keeps the paused clock from advancing while the engine works on a call.
struct Standstill(Contention);

impl Standstill {
    fn begin(client: Contention) -> Self {
        let mut state = client.lock();
        state.in_engine += 1;
        state.blocker.get_or_insert_with(|| {
            let (ended, end) = mpsc::channel();
            // A paused clock does not advance while a blocking task runs.
            tokio::task::spawn_blocking(move || end.recv());
            ended
        });
        drop(state);
        Self(client)
    }
}

impl Drop for Standstill {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.in_engine -= 1;
        if state.in_engine == 0 {
            state.blocker = None;
        }
    }
}

/// A transaction that is writing its rows until it is dropped.
struct Transaction {
    client: Contention,
    rows: Vec<String>,
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let mut state = self.client.lock();
        for row in &self.rows {
            state.busy.remove(row);
        }
    }
}

/// The row of a write.
fn row_of(write: &Value) -> String {
    let row = if write["Item"].is_object() { &write["Item"] } else { &write["Key"] };
    format!("{} {}", row["pk"]["S"].as_str().unwrap(), row["sk"]["S"].as_str().unwrap())
}

/// The rows of a transaction, in order.
fn rows_of(transaction: &Value) -> Vec<String> {
    let writes = transaction["TransactItems"].as_array().unwrap().iter();
    writes.map(|write| row_of(write.as_object().unwrap().values().next().unwrap())).collect()
}
