//! SES in the tests. The SDK's requests reach the mailbox of the local service without a network.

use std::fmt;
use std::future::pending;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use axum::body::Body;
use axum::http::Request;
use campus_local::{Mailbox, Secret, SentMail, ses_client_config};
use campus_notifications::stream::Mailer;
use http_body_util::BodyExt;
use tower::ServiceExt;

/// A way in which a request to SES can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SesFault {
    Throttled,
    QuotaExceeded,
    SendingPaused,
    Failed,
    /// SES will never send the mail.
    Rejected,
    /// There is no answer, and SES does nothing.
    Hangs,
    /// SES sends the mail, and the answer is lost.
    AnswerLost,
}

impl SesFault {
    /// After these faults SES may accept the mail later.
    pub const PASSING: [Self; 6] =
        [Self::Throttled, Self::QuotaExceeded, Self::SendingPaused, Self::Failed, Self::Hangs, Self::AnswerLost];

    fn refusal(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Throttled => Some((429, "TooManyRequestsException")),
            Self::QuotaExceeded => Some((400, "LimitExceededException")),
            Self::SendingPaused => Some((400, "SendingPausedException")),
            Self::Failed => Some((500, "InternalServerError")),
            Self::Rejected => Some((400, "MessageRejected")),
            Self::Hangs | Self::AnswerLost => None,
        }
    }
}

/// SES with a mailbox. Clones are the same. A test with [`SesFault::Hangs`] needs a single-threaded runtime of its own,
/// because the clock of the runtime stops while SES hangs.
#[derive(Clone)]
pub struct Ses {
    mailbox: Mailbox,
    secret: Secret,
    fault: Arc<Mutex<Option<SesFault>>>,
    requests: Arc<Mutex<usize>>,
    lost_answers: Arc<Mutex<usize>>,
}

impl Ses {
    pub fn new() -> Self {
        let secret = Secret::random().unwrap();
        let mailbox = Mailbox::in_memory(secret.clone());
        Self { mailbox, secret, fault: Arc::default(), requests: Arc::default(), lost_answers: Arc::default() }
    }

    /// A mailer whose requests go to this SES.
    pub fn mailer(&self) -> Mailer {
        let config = ses_client_config("http://ses".to_owned(), &self.secret).http_client(self.clone());
        Mailer::new(config, "no-reply@campus.example".to_owned(), Some("campus-test".to_owned()))
    }

    /// Lets all requests fail, until [`Ses::mend`].
    pub fn fail(&self, fault: SesFault) {
        *self.fault.lock().unwrap() = Some(fault);
    }

    pub fn mend(&self) {
        *self.fault.lock().unwrap() = None;
    }

    /// The mails that were sent, oldest first.
    pub fn mails(&self) -> Vec<SentMail> {
        self.mailbox.mails()
    }

    /// The number of requests so far.
    pub fn requests(&self) -> usize {
        *self.requests.lock().unwrap()
    }

    /// The number of mails that were sent although the answer was lost.
    pub fn lost_answers(&self) -> usize {
        *self.lost_answers.lock().unwrap()
    }

    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }
}

impl fmt::Debug for Ses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ses")
    }
}

impl HttpClient for Ses {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Ses {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        *self.requests.lock().unwrap() += 1;
        let (fault, api) = (*self.fault.lock().unwrap(), self.mailbox.api());
        *self.lost_answers.lock().unwrap() += usize::from(fault == Some(SesFault::AnswerLost));
        HttpConnectorFuture::new(async move {
            if let Some((status, error)) = fault.and_then(SesFault::refusal) {
                let mut answer = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from("{}"));
                answer.headers_mut().insert("x-amzn-errortype", error);
                return Ok(answer);
            }
            if fault == Some(SesFault::Hangs) {
                let _stopped = StoppedClock::stop();
                return pending().await;
            }
            let mut to_mailbox = Request::builder().method(request.method()).uri(request.uri());
            for (name, value) in request.headers() {
                to_mailbox = to_mailbox.header(name, value);
            }
            let body = Body::from(request.body().bytes().unwrap().to_vec());
            let (head, body) = api.oneshot(to_mailbox.body(body).unwrap()).await.unwrap().into_parts();
            if fault == Some(SesFault::AnswerLost) {
                return Err(ConnectorError::io("the response is lost".into()));
            }
            let body = body.collect().await.unwrap().to_bytes();
            let mut answer =
                HttpResponse::new(StatusCode::try_from(head.status.as_u16()).unwrap(), SdkBody::from(body));
            for (name, value) in &head.headers {
                answer.headers_mut().insert(name.as_str().to_owned(), value.to_str().unwrap().to_owned());
            }
            Ok(answer)
        })
    }
}

/// While it lives, the clock of the runtime jumps to the next timeout.
struct StoppedClock;

impl StoppedClock {
    fn stop() -> Self {
        tokio::time::pause();
        Self
    }
}

impl Drop for StoppedClock {
    fn drop(&mut self) {
        tokio::time::resume();
    }
}
