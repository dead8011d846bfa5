//! The state that the handlers of this function share.

use std::sync::Arc;

use axum::extract::FromRef;
use campus_core::app::{App, StartError};
use campus_core::http::{OriginSecrets, OriginSecretsError};
use campus_core::store::SigningKey;

use crate::passwords::PasswordHasher;
use crate::signer::{TokenSigner, TokenSignerError};

/// The shared state of all functions, the key that signs access tokens, the password hasher, and the secrets of the web
/// client's distribution.
#[derive(Clone)]
pub struct AuthState {
    pub(crate) app: App,
    pub(crate) signer: Arc<TokenSigner>,
    pub(crate) passwords: PasswordHasher,
    origin_secrets: OriginSecrets,
}

/// Why the function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AuthStartError {
    /// The shared state cannot be built.
    #[error(transparent)]
    App(#[from] StartError),
    /// The table has no signing key.
    #[error("the table has no signing key: run `campus keys generate`")]
    NoSigningKey,
    /// The signing key is malformed.
    #[error(transparent)]
    InvalidSigningKey(#[from] TokenSignerError),
    /// The verification keys do not include the signing key, so its tokens could not be verified.
    #[error("the verification keys do not include the signing key `{0}`")]
    SigningKeyNotPublished(String),
    /// The secrets of the web client's distribution are malformed.
    #[error(transparent)]
    OriginSecrets(#[from] OriginSecretsError),
}

impl AuthState {
    /// Builds the state with this signing key.
    ///
    /// # Errors
    /// [`AuthStartError`].
    pub fn new(app: App, key: &SigningKey) -> Result<Self, AuthStartError> {
        let signer = TokenSigner::new(key, app.verifier.issuer())?;
        if !app.verifier.key_ids().contains(signer.key_id()) {
            return Err(AuthStartError::SigningKeyNotPublished(signer.key_id().to_owned()));
        }
        Ok(Self {
            app,
            signer: Arc::new(signer),
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
