//! The state that the handlers of this function share.

use std::sync::Arc;

use axum::extract::FromRef;
use campus_core::app::{App, StartError};
use campus_core::bucket::{Bucket, BucketConfigError};
use campus_core::http::{OriginSecrets, OriginSecretsError};
use campus_core::store::{ApplicantSealer, Error, MailKey, MailSealer, Mailboxes};

use crate::help_lines::{HelpLines, HelpLinesError};

/// The shared state of all functions, the bucket of pictures, the help lines, what takedown requests need to send mails, and
/// the secrets of the web client's distribution.
#[derive(Clone)]
pub struct ModerationState {
    pub(crate) app: App,
    pub(crate) bucket: Bucket,
    pub(crate) help_lines: HelpLines,
    pub(crate) mail: Arc<MailTools>,
    origin_secrets: OriginSecrets,
}

/// What depends on the mail key.
pub(crate) struct MailTools {
    pub(crate) sealer: MailSealer,
    pub(crate) applicants: ApplicantSealer,
    pub(crate) mailboxes: Mailboxes,
}

/// Why the function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ModerationStartError {
    /// The shared state cannot be built.
    #[error(transparent)]
    App(#[from] StartError),
    /// The table cannot be read.
    #[error("cannot read the table")]
    Table(#[from] Error),
    /// The table has no mail key.
    #[error("the table has no mail key: run `campus keys generate`")]
    NoMailKey,
    /// The mail key is malformed.
    #[error("the mail key is not 256 bits in base64url")]
    InvalidMailKey,
    /// The bucket is not configured.
    #[error(transparent)]
    Bucket(#[from] BucketConfigError),
    /// The help lines are malformed.
    #[error(transparent)]
    HelpLines(#[from] HelpLinesError),
    /// The secrets of the web client's distribution are malformed.
    #[error(transparent)]
    OriginSecrets(#[from] OriginSecretsError),
}

impl MailTools {
    fn new(key: &MailKey) -> Option<Self> {
        Some(Self {
            sealer: MailSealer::new(key)?,
            applicants: ApplicantSealer::new(key)?,
            mailboxes: Mailboxes::new(key)?,
        })
    }
}

impl ModerationState {
    /// Builds the state with this bucket and key.
    ///
    /// # Errors
    /// [`ModerationStartError::InvalidMailKey`].
    pub fn new(app: App, bucket: Bucket, help_lines: HelpLines, key: &MailKey) -> Result<Self, ModerationStartError> {
        let mail = MailTools::new(key).ok_or(ModerationStartError::InvalidMailKey)?;
        Ok(Self { app, bucket, help_lines, mail: Arc::new(mail), origin_secrets: OriginSecrets::default() })
    }

    /// Accepts the addresses of clients from the distribution that has one of these secrets.
    #[must_use]
    pub fn with_origin_secrets(self, origin_secrets: OriginSecrets) -> Self {
        Self { origin_secrets, ..self }
    }
}

impl FromRef<ModerationState> for App {
    fn from_ref(state: &ModerationState) -> Self {
        state.app.clone()
    }
}

impl FromRef<ModerationState> for OriginSecrets {
    fn from_ref(state: &ModerationState) -> Self {
        state.origin_secrets.clone()
    }
}
