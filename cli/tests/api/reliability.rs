//! What comes of a DynamoDB that throttles, conflicts, loses answers or hangs. The engine does none of that, so it is
//! done to the SDK.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut, FinalizerInterceptorContextMut,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use campus::desk::Engine;
use campus_core::domain::{Parse, SchoolName};
use campus_core::store::Connection;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::harness::{Student, TestApp, sign_up_body};

/// Something that goes wrong with one call.
#[derive(Clone, Debug)]
enum Fault {
    /// DynamoDB refuses it with this error.
    Refused(u16, Value),
    /// DynamoDB does it, and the answer is lost.
    AnswerLost,
    /// DynamoDB leaves the last item of a batch unprocessed.
    Partial,
    /// Nobody answers, at this address.
    Hangs(String),
}

fn throttled() -> Fault {
    let error = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
    Fault::Refused(400, json!({ "__type": error, "message": "slow down" }))
}

fn cancelled(code: &str, items: usize) -> Fault {
    let mut reasons = vec![json!({ "Code": "None" }); items];
    *reasons.last_mut().unwrap() = json!({ "Code": code, "Message": "busy" });
    Fault::Refused(
        400,
        json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "message": "Transaction cancelled",
            "CancellationReasons": reasons,
        }),
    )
}

/// Does the given faults to the next calls of an operation, one after the other.
#[derive(Clone, Debug, Default)]
struct Faults {
    planned: Arc<Mutex<VecDeque<(&'static str, Fault)>>>,
}

/// What goes wrong with an attempt that is under way.
#[derive(Debug)]
struct Happening(Fault);

impl Storable for Happening {
    type Storer = StoreReplace<Self>;
}

impl Faults {
    fn plan(&self, operation: &'static str, faults: impl IntoIterator<Item = Fault>) {
        self.planned.lock().unwrap().extend(faults.into_iter().map(|fault| (operation, fault)));
    }

    fn is_done(&self) -> bool {
        self.planned.lock().unwrap().is_empty()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Faults {
    fn name(&self) -> &'static str {
        "faults"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let mut planned = self.planned.lock().unwrap();
        bag.interceptor_state().unset::<Happening>();
        if planned.front().is_none_or(|(operation, _)| !target.ends_with(&format!(".{operation}"))) {
            return Ok(());
        }
        let (_, fault) = planned.pop_front().unwrap();
        match &fault {
            // An operation that the engine does not know: it does nothing.
            Fault::Refused(..) => drop(request.headers_mut().insert("x-amz-target", "DynamoDB_20120810.Nothing")),
            Fault::Hangs(url) => request.set_uri(url.as_str())?,
            Fault::AnswerLost | Fault::Partial => {}
        }
        bag.interceptor_state().store_put(Happening(fault));
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (status, body) = match bag.load::<Happening>() {
            Some(Happening(Fault::Refused(status, body))) => (*status, body.clone()),
            Some(Happening(Fault::AnswerLost)) => {
                (500, json!({ "__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "lost" }))
            }
            _ => return Ok(()),
        };
        *context.response_mut() = HttpResponse::new(StatusCode::try_from(status)?, SdkBody::from(body.to_string()));
        Ok(())
    }

    fn modify_before_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Happening(Fault::Partial)) = bag.load::<Happening>() {
            let output = context.inner_mut().output_or_error_mut().unwrap().as_mut().unwrap();
            leave_last_unprocessed(output.downcast_mut().unwrap());
        }
        Ok(())
    }
}

fn leave_last_unprocessed(output: &mut BatchGetItemOutput) {
    let mut item = output.responses.as_mut().unwrap().get_mut("campus").unwrap().pop().unwrap();
    item.retain(|name, _| name == "pk" || name == "sk");
    let keys = KeysAndAttributes::builder().keys(item).consistent_read(true).build().unwrap();
    output.unprocessed_keys = Some(HashMap::from([("campus".to_owned(), keys)]));
}

/// A service whose calls can be made to fail.
async fn start() -> (TestApp, Faults) {
    let faults = Faults::default();
    let interceptor = faults.clone();
    let connect =
        |engine: &Engine| Connection::new(Engine::client_config(engine.url()).interceptor(interceptor), "campus");
    (TestApp::start_with(connect).await, faults)
}

async fn start_with_student() -> (TestApp, Faults, Student) {
    let (app, faults) = start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    (app, faults, student)
}

fn board() -> Value {
    json!({ "category": "일반", "name": "자유" })
}

#[tokio::test]
async fn what_is_throttled_for_a_moment_succeeds() {
    let (app, faults, student) = start_with_student().await;
    faults.plan("GetItem", [throttled(), throttled()]);
    faults.plan("TransactWriteItems", [throttled(), throttled()]);
    app.post("/boards").by(&student).json(&board()).send().await.is(201);
    faults.plan("Query", [throttled(), throttled()]);
    app.get("/boards").by(&student).send().await.is(200);
    assert!(faults.is_done());
}

#[tokio::test]
async fn what_is_throttled_for_long_is_503_and_leaves_nothing() {
    let (app, faults, student) = start_with_student().await;
    let before = app.snapshot().await;
    for operation in ["GetItem", "TransactWriteItems"] {
        faults.plan(operation, vec![throttled(); 100]);
        let answer = app.post("/boards").by(&student).json(&board()).send().await;
        answer.is_problem(503, "unavailable");
        assert_eq!(answer.header("retry-after"), "1");
        let left = faults.planned.lock().unwrap().drain(..).count();
        assert!((95..=98).contains(&left), "tries are few: {left} of 100 faults are left");
        assert_eq!(app.snapshot().await, before);
    }
}

#[tokio::test]
async fn a_transaction_that_conflicts_twice_has_one_effect() {
    let (app, faults, student) = start_with_student().await;
    faults.plan("TransactWriteItems", [cancelled("TransactionConflict", 2), cancelled("ThrottlingError", 2)]);
    app.post("/boards").by(&student).json(&board()).send().await.is(201);
    assert!(faults.is_done());
    assert_eq!(app.count_rows("#BOARD").await, 2);
}

#[tokio::test]
async fn conflicts_that_outlast_the_retries_are_409_and_leave_nothing() {
    let (app, faults, student) = start_with_student().await;
    let before = app.snapshot().await;
    faults.plan("TransactWriteItems", vec![cancelled("TransactionConflict", 2); 10_000]);
    let call = app.post("/boards").by(&student).json(&board());
    // Waiting costs no time from here on; nothing but waiting ends this.
    tokio::time::pause();
    let started = Instant::now();
    call.send().await.is_problem(409, "conflict");
    assert!(started.elapsed() <= Duration::from_secs(10), "{:?}", started.elapsed());
    tokio::time::resume();
    faults.planned.lock().unwrap().clear();
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_failed_condition_is_not_retried() {
    let (app, faults, student) = start_with_student().await;
    app.board(&student, "자유").await;
    let answer = app.post("/boards").by(&student).json(&board()).send().await;
    answer.is_problem(409, "board_name_taken");
    assert_eq!(answer.usage.calls, 2, "the session and one transaction");
    assert!(faults.is_done());
}

#[tokio::test]
async fn an_answer_lost_after_the_commit_has_one_effect() {
    let (app, faults, student) = start_with_student().await;
    faults.plan("TransactWriteItems", [Fault::AnswerLost]);
    let made = app.post("/boards").by(&student).json(&board()).send().await;
    made.is(201);
    let post = json!({ "title": "제목", "content": "내용", "is_anonymous": true });
    let path = format!("{}/posts", made.header("location"));
    faults.plan("TransactWriteItems", [Fault::AnswerLost, Fault::AnswerLost]);
    app.post(&path).by(&student).json(&post).send().await.is(201);
    assert_eq!(app.get(&path).by(&student).send().await.at("/items").as_array().unwrap().len(), 1);
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    faults.plan("TransactWriteItems", [Fault::AnswerLost]);
    app.post("/auth/signup").json(&sign_up_body(&school, "maru")).send().await.is(201);
    faults.plan("TransactWriteItems", [Fault::AnswerLost]);
    app.log_in("maru").await;
    assert!(faults.is_done());
}

#[tokio::test]
async fn a_batch_is_asked_for_until_it_is_whole() {
    let (app, faults, student) = start_with_student().await;
    faults.plan("BatchGetItem", [Fault::Partial, Fault::Partial]);
    let me = app.get("/auth/me").by(&student).send().await;
    assert_eq!(me.is(200).text_at("/id"), student.id);
    assert!(faults.is_done() || me.usage.calls > 1);
}

#[tokio::test]
async fn a_page_is_not_short_because_a_batch_was() {
    let (app, faults, student) = start_with_student().await;
    for name in ["하나", "둘", "셋"] {
        let board = app.board(&student, name).await;
        app.put(format!("/boards/{board}/pin")).by(&student).send().await.is(204);
    }
    faults.plan("BatchGetItem", [Fault::Partial]);
    let pinned = app.get("/boards/pinned").by(&student).send().await;
    assert_eq!(pinned.is(200).at("/items").as_array().unwrap().len(), 3);
    assert!(faults.is_done());
}

#[tokio::test]
async fn a_table_that_hangs_is_503_within_ten_seconds() {
    let (app, faults, student) = start_with_student().await;
    let hole = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", hole.local_addr().unwrap());
    for (operation, path) in [("Query", "/boards"), ("BatchGetItem", "/auth/me")] {
        faults.plan(operation, vec![Fault::Hangs(url.clone()); 100]);
        let call = app.get(path).by(&student);
        tokio::time::pause();
        let started = Instant::now();
        call.send().await.is_problem(503, "unavailable");
        assert!(started.elapsed() <= Duration::from_secs(10), "{:?}", started.elapsed());
        tokio::time::resume();
        faults.planned.lock().unwrap().clear();
    }
}

#[tokio::test]
async fn two_imports_of_a_school_at_once_make_one_school() {
    let (app, _) = start().await;
    let name = || SchoolName::parse("가온대학교".to_owned()).unwrap();
    let schools = &app.desk.app.schools;
    let (one, other) = tokio::join!(schools.add(name(), Vec::new()), schools.add(name(), Vec::new()));
    assert!(one.is_ok() ^ other.is_ok());
    assert_eq!(schools.all().await.unwrap().len(), 1);
}
