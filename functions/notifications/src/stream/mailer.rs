//! Sending by Amazon SES.

use std::env;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::endpoint::SharedEndpointResolver;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::timeout::TimeoutConfig;
use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use aws_smithy_runtime::client::orchestrator::endpoints::StaticUriEndpointResolver;
use campus_core::domain::Email;

use super::text::Text;

/// How long SES may take to accept a mail. It usually takes about 100 ms.
pub(crate) const SEND_TIMEOUT: Duration = Duration::from_secs(5);

/// Sends mails from the service's address.
#[derive(Clone, Debug)]
pub struct Mailer {
    client: Client,
    from: String,
    configuration_set: Option<String>,
}

/// Why the environment has no valid configuration of a [`Mailer`].
#[derive(Debug, thiserror::Error)]
pub enum MailerConfigError {
    #[error("the environment variable {0} is not set")]
    Unset(&'static str),
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// SES will never accept this mail.
    #[error("SES rejects the mail: {0}")]
    Rejected(String),
    /// SES throttles, fails or does not answer, or its configuration is wrong. The mail may have been sent if the answer is
    /// lost.
    #[error("SES does not accept the mail now: {0}")]
    Unavailable(String),
}

impl Mailer {
    /// A mailer that uses the client's configuration plus Campus's timeouts, without retries: SES has no way to tell a
    /// repeated request from another mail, and a mail that was not sent is sent again later. `configuration_set` is SES's
    /// name for where it reports bounces.
    pub fn new(config: aws_sdk_sesv2::config::Builder, from: String, configuration_set: Option<String>) -> Self {
        let timeouts =
            TimeoutConfig::builder().connect_timeout(Duration::from_secs(1)).operation_timeout(SEND_TIMEOUT).build();
        let config = config.timeout_config(timeouts).retry_config(RetryConfig::disabled()).build();
        Self { client: Client::from_conf(config), from, configuration_set }
    }

    /// A mailer as the environment variables say: `CAMPUS_MAIL_FROM`, `CAMPUS_MAIL_CONFIGURATION_SET` and
    /// `AWS_ENDPOINT_URL_SESV2`.
    ///
    /// # Errors
    /// [`MailerConfigError`] for the first variable that is not set.
    pub fn from_env(aws: &SdkConfig) -> Result<Self, MailerConfigError> {
        let read = |name| env::var(name).or(Err(MailerConfigError::Unset(name)));
        let url = read("AWS_ENDPOINT_URL_SESV2")?;
        let configuration_set = read("CAMPUS_MAIL_CONFIGURATION_SET")?;
        let configuration_set = Some(configuration_set).filter(|name| !name.is_empty());
        let config = Self::at(aws_sdk_sesv2::config::Builder::from(aws), url);
        Ok(Self::new(config, read("CAMPUS_MAIL_FROM")?, configuration_set))
    }

    /// The configuration with this URL of SES. Evaluating the SDK's endpoint rules would take longer.
    pub fn at(mut config: aws_sdk_sesv2::config::Builder, url: String) -> aws_sdk_sesv2::config::Builder {
        config.set_endpoint_resolver(Some(SharedEndpointResolver::new(StaticUriEndpointResolver::uri(url))));
        config
    }

    pub(crate) async fn send(&self, to: &Email, text: &Text) -> Result<(), SendError> {
        let content = content(text).map_err(|error| SendError::Rejected(error.to_string()))?;
        let sending = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(content)
            .set_configuration_set_name(self.configuration_set.clone());
        sending.send().await.map(|_| ()).map_err(|error| classify(&error))
    }
}

fn content(text: &Text) -> Result<EmailContent, BuildError> {
    let utf8 = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder().text(utf8(&text.plain())?).html(utf8(&text.html())?).build();
    let message = Message::builder().subject(utf8(&text.subject)?).body(body).build();
    Ok(EmailContent::builder().simple(message).build())
}

/// The error, with the name that SES gives it. SES's own text may contain the address.
fn classify(error: &SdkError<SendEmailError>) -> SendError {
    let Some(service) = error.as_service_error() else {
        let kind = match error {
            SdkError::TimeoutError(_) => "no answer in time",
            SdkError::DispatchFailure(_) => "no connection",
            _ => "no valid answer",
        };
        return SendError::Unavailable(kind.to_owned());
    };
    let code = service.code().unwrap_or("unknown error").to_owned();
    if service.is_message_rejected() || service.is_bad_request_exception() {
        SendError::Rejected(code)
    } else {
        SendError::Unavailable(code)
    }
}
