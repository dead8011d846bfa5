//! The service under test, and the students who use it.

mod answer;
mod call;
mod mails;
mod pushes;
mod students;
mod takedowns;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use campus_core::bucket::Bucket;
use campus_core::clock::Clock;
use campus_core::http::{self, TimeLimits};
use campus_core::lambda::Function;
use campus_core::store::{
    Audit, Connection, LectureIndex, Limits, Report, StreamRecord, Table, TimetableChange, Usage,
};
use campus_local::{Engine, LocalService, MediaStore, PushService, Secret, SentMail, StreamConsumer, TableStream};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tower::ServiceExt;

pub use self::answer::{Answer, decompressed, one_succeeds};
pub use self::call::Call;
pub use self::mails::another_code;
pub use self::pushes::subscription_body;
pub use self::students::{PASSWORD, Student, sign_up_body, student_of};
pub use self::takedowns::takedown_body;
use crate::support::ses::Ses;
use crate::support::table::{self, Row};

/// The time limits of a service whose time limits are not under test: no test fails because the machine is slow.
const WIDE: TimeLimits = TimeLimits {
    request: Duration::from_secs(600),
    store: Duration::from_secs(500),
    conflicts: Duration::from_secs(500),
};

/// The URL of the web client, to which links in mails lead.
pub const APP_URL: &str = "https://app.campus.example";

/// A service with its own database.
pub struct TestApp {
    pub service: LocalService,
    pub clock: Clock,
    pub engine: Arc<Engine>,
    /// A connection to the table that bypasses the service and has no faults.
    pub raw: Connection,
    pub ses: Ses,
    /// The push service to which `notifications` sends.
    pub push_service: PushService,
    /// The function notifications-stream, which sends to `ses`.
    pub notifications: Function,
    /// The posts-stream function.
    pub posts_stream: Function,
    stream: Mutex<TableStream>,
    records_of_posts: Mutex<TableStream>,
    router: Router,
    students: AtomicU32,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(connection, None).await
    }

    pub async fn start_with_limits(limits: Limits) -> Self {
        Self::start_with(connection, Some(limits)).await
    }

    /// With another connection, such as one with faults.
    pub async fn start_with(connection: impl FnOnce(&Engine) -> Connection, limits: Option<Limits>) -> Self {
        Self::on(Engine::in_memory().await.unwrap(), connection, limits).await
    }

    /// On an engine that may have rows already. Its bucket does not respond.
    pub async fn on(engine: Engine, connection: impl FnOnce(&Engine) -> Connection, limits: Option<Limits>) -> Self {
        Self::on_bucket(engine, connection, limits, silent_bucket()).await
    }

    /// On an engine that may have rows already, and a bucket.
    pub async fn on_bucket(
        engine: Engine,
        connection: impl FnOnce(&Engine) -> Connection,
        limits: Option<Limits>,
        bucket: Bucket,
    ) -> Self {
        let connection = connection(&engine);
        Self::assemble(Arc::new(engine), connection, limits, bucket).await
    }

    /// Another service on the same table, as after a deployment.
    pub async fn beside(&self) -> Self {
        Self::assemble(self.engine.clone(), connection(&self.engine), None, silent_bucket()).await
    }

    async fn assemble(engine: Arc<Engine>, over: Connection, limits: Option<Limits>, bucket: Bucket) -> Self {
        let clock = Clock::default();
        let service = LocalService::start(over, bucket, clock.clone(), limits).await.unwrap();
        let push_service = PushService::start(clock.clone()).await.unwrap();
        let service = service.with_push_service(&push_service);
        // So that no request of a test reads the policies, unless it runs for a minute.
        service.app.policies.refresh().await.unwrap();
        let router = http::finish_within(service.router.clone(), WIDE);
        let raw = connection(&engine);
        let ses = Ses::new();
        let state = service.notifications_stream(ses.mailer(), APP_URL.to_owned()).unwrap();
        let notifications = campus_notifications::stream::function(state);
        let posts_stream = campus_posts::stream::function(service.posts_stream.clone());
        let stream = |consumer| Mutex::new(TableStream::new(engine.clone(), consumer, None).unwrap());
        let (records_of_posts, stream) = (stream(StreamConsumer::Posts), stream(StreamConsumer::Notifications));
        let students = AtomicU32::new(1);
        Self {
            service,
            clock,
            engine,
            raw,
            ses,
            push_service,
            notifications,
            posts_stream,
            stream,
            records_of_posts,
            router,
            students,
        }
    }

    /// Delivers all records of the table's stream that were not delivered yet. Returns the mails that were sent so far,
    /// oldest first.
    pub async fn mails(&self) -> Vec<SentMail> {
        self.consume_stream().await;
        self.ses.mails()
    }

    /// Delivers the records of the table's stream that the posts-stream function has not got yet.
    pub async fn consume_posts(&self) {
        while self.records_of_posts.lock().await.deliver(&self.posts_stream).await.unwrap() {}
    }

    /// The records of the table's stream that the posts-stream function would get next.
    pub async fn waiting_posts(&self) -> Vec<Value> {
        self.records_of_posts.lock().await.waiting().unwrap()
    }

    /// Delivers all records of the table's stream that were not delivered yet.
    pub async fn consume_stream(&self) {
        while self.stream.lock().await.deliver(&self.notifications).await.unwrap() {}
    }

    /// The records of the table's stream that notifications-stream would get next.
    pub async fn waiting_records(&self) -> Vec<Value> {
        self.stream.lock().await.waiting().unwrap()
    }

    /// Delivers records to notifications-stream. Returns the positions of those that failed.
    pub async fn deliver(&self, records: &[Value]) -> Vec<String> {
        let mut answer = self.notifications.handle(json!({ "Records": records })).await.unwrap();
        let failures: Vec<Value> = serde_json::from_value(answer["batchItemFailures"].take()).unwrap();
        failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
    }

    /// Runs the schedule of notifications-stream.
    pub async fn run_mail_schedule(&self) {
        self.notifications.handle(json!({ "source": "aws.events" })).await.unwrap();
    }

    /// With the web client's files, and the service under `/api`. Pages may load pictures from the origin `media`.
    pub fn behind_front_door(self, media: &str) -> Self {
        Self { router: campus_local::front_door(self.router, media), ..self }
    }

    /// With the time limits of the deployed service, for tests about time limits.
    pub fn with_own_time_limits(self) -> Self {
        Self { router: http::finish(self.service.router.clone()), ..self }
    }

    /// Stops the clock of the service. Returns its time in milliseconds since the epoch.
    pub fn stop_clock(&self) -> i64 {
        let now = self.clock.now().as_millis();
        self.clock.stop_at_millis(now);
        now
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let is_compressed = parts.headers.get("content-encoding").is_some_and(|coding| coding == "gzip");
        let text = if is_compressed { decompressed(&body) } else { String::from_utf8(body.to_vec()).unwrap() };
        let usage = parts.extensions.get::<Usage>().copied().unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, length: body.len(), text, usage }
    }

    /// All rows of the table.
    pub async fn rows(&self) -> Vec<Row> {
        table::scan(&self.engine).into_iter().map(table::sdk).collect()
    }

    /// Audits the table.
    pub async fn recount(&self) -> Report {
        Audit::new(self.table()).run(|_| ()).await.unwrap()
    }

    /// The table, without faults.
    pub fn table(&self) -> Table {
        Table::new(self.raw.clone(), self.clock.clone())
    }

    /// Indexes the lectures of the timetables that have changed since the stream was consumed, as its consumer would.
    pub async fn index_lectures(&self) {
        let index = LectureIndex::new(self.table());
        for record in self.waiting_records().await {
            let record = StreamRecord::parse(&record).unwrap();
            if let Some(change) = TimetableChange::of_record(&record).unwrap() {
                index.update(&change).await.unwrap();
            }
        }
    }

    /// Asserts that an audit of the table finds nothing, once the lectures are indexed. If tests have moved the clock by more
    /// than a day, the consumer of posts first does what it must do within a day.
    pub async fn audit(&self) {
        self.index_lectures().await;
        let mut findings = self.recount().await.findings;
        let is_late = |finding: &String| finding.contains("in the search index") || finding.contains("was not counted");
        if findings.iter().any(is_late) {
            self.consume_posts().await;
            findings = self.recount().await.findings;
        }
        assert!(findings.is_empty(), "{findings:#?}");
    }

    /// The rows of the table as sorted text, to compare two states of the table.
    pub async fn snapshot(&self) -> Vec<String> {
        let mut rows: Vec<String> = table::scan(&self.engine).iter().map(|row| table::json(row).to_string()).collect();
        rows.sort_unstable();
        rows
    }

    /// The number of rows whose partition key contains this text.
    pub async fn count_rows(&self, text: &str) -> usize {
        table::scan(&self.engine).iter().filter(|row| table::text(row, "pk").contains(text)).count()
    }
}

/// A connection to the engine without faults.
pub fn connection(engine: &Engine) -> Connection {
    patient(engine.connection())
}

/// The connection without the time limits of calls to DynamoDB, which a slow machine could exceed.
pub fn patient(connection: Connection) -> Connection {
    let timeouts = TimeoutConfig::disabled();
    let config = connection.client.config().to_builder().timeout_config(timeouts).build();
    Connection { client: Client::from_conf(config), table: connection.table }
}

/// A bucket that does not respond.
pub fn silent_bucket() -> Bucket {
    MediaStore::bucket_at("http://127.0.0.1:1/campus-media", &Secret::random().unwrap()).unwrap()
}

/// A second `tracing` subscriber, which a test holds while a subscriber of its own listens.
///
/// With a single subscriber, `tracing` caches for each event whether the first thread that reaches the event listens to
/// it. That thread may run another test. With two subscribers, `tracing` asks each thread.
pub fn second_subscriber() -> tracing::Dispatch {
    tracing::Dispatch::new(tracing_subscriber::registry())
}
