//! The state that the handlers of this function share.

use std::sync::Arc;

use axum::extract::FromRef;
use campus_core::app::{App, StartError};
use campus_core::http::{OriginSecrets, OriginSecretsError};
use campus_core::store::{AuthKeys, CodeHasher, MailSealer, Mailboxes, RestingNames};

use crate::device_token::DeviceTokens;
use crate::passwords::PasswordHasher;
use crate::signer::{TokenSigner, TokenSignerError};

/// The shared state of all functions, the keys of this function, the password hasher, and the secrets of the web client's
/// distribution.
#[derive(Clone)]
pub struct AuthState {
    pub(crate) app: App,
    pub(crate) signer: Arc<TokenSigner>,
    pub(crate) devices: Arc<DeviceTokens>,
    pub(crate) resting: Arc<RestingNames>,
    pub(crate) codes: Arc<CodeHasher>,
    pub(crate) mail_sealer: Arc<MailSealer>,
    pub(crate) mailboxes: Arc<Mailboxes>,
    pub(crate) passwords: PasswordHasher,
    origin_secrets: OriginSecrets,
}

/// Why the function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AuthStartError {
    /// The shared state cannot be built.
    #[error(transparent)]
    App(#[from] StartError),
    /// The table has no keys.
    #[error("the table has no signing key, account key or mail key: run `campus keys generate`")]
    NoKeys,
    /// The signing key is malformed.
    #[error(transparent)]
    InvalidSigningKey(#[from] TokenSignerError),
    /// The account key is malformed.
    #[error("the account key is not 256 bits in base64url")]
    InvalidAccountKey,
    /// The mail key is malformed.
    #[error("the mail key is not 256 bits in base64url")]
    InvalidMailKey,
    /// The verification keys do not include the signing key, so its tokens could not be verified.
    #[error("the verification keys do not include the signing key `{0}`")]
    SigningKeyNotPublished(String),
    /// The secrets of the web client's distribution are malformed.
    #[error(transparent)]
    OriginSecrets(#[from] OriginSecretsError),
}

impl AuthState {
    /// Builds the state with these keys.
    ///
    /// # Errors
    /// [`AuthStartError`].
    pub fn new(app: App, keys: &AuthKeys) -> Result<Self, AuthStartError> {
        let signer = TokenSigner::new(&keys.signing, app.verifier.issuer())?;
        if !app.verifier.key_ids().contains(signer.key_id()) {
            return Err(AuthStartError::SigningKeyNotPublished(signer.key_id().to_owned()));
        }
        let devices = DeviceTokens::new(&keys.account).ok_or(AuthStartError::InvalidAccountKey)?;
        let resting = RestingNames::new(&keys.account).ok_or(AuthStartError::InvalidAccountKey)?;
        let codes = CodeHasher::new(&keys.account).ok_or(AuthStartError::InvalidAccountKey)?;
        let mailboxes = Mailboxes::new(&keys.mail).ok_or(AuthStartError::InvalidMailKey)?;
        let mail_sealer = MailSealer::new(&keys.mail).ok_or(AuthStartError::InvalidMailKey)?;
        Ok(Self {
            app,
            signer: Arc::new(signer),
            devices: Arc::new(devices),
            resting: Arc::new(resting),
            codes: Arc::new(codes),
            mail_sealer: Arc::new(mail_sealer),
            mailboxes: Arc::new(mailboxes),
            passwords: PasswordHasher::default(),
            origin_secrets: OriginSecrets::default(),
        })
    }

    /// Accepts the addresses of clients from the distribution that has one of these secrets.
    #[must_use]
    pub fn with_origin_secrets(self, origin_secrets: OriginSecrets) -> Self {
        Self { origin_secrets, ..self }
    }
}

impl FromRef<AuthState> for App {
    fn from_ref(state: &AuthState) -> Self {
        state.app.clone()
    }
}

impl FromRef<AuthState> for OriginSecrets {
    fn from_ref(state: &AuthState) -> Self {
        state.origin_secrets.clone()
    }
}
