//! What the handlers of this group share.

use std::sync::Arc;

use axum::extract::FromRef;
use campus_core::app::{App, StartError};
use campus_core::store::SigningKey;

use crate::passwords::Passwords;
use crate::signer::{Signer, SignerError};

/// The service, and what only this function has: the key that signs tokens, and the hashing of passwords.
#[derive(Clone)]
pub struct Auth {
    pub(crate) app: App,
    pub(crate) signer: Arc<Signer>,
    pub(crate) passwords: Passwords,
}

/// Why the function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The service cannot.
    #[error(transparent)]
    Service(#[from] StartError),
    /// The table has no signing key.
    #[error("the table has no signing key: run `campus keys generate`")]
    NoKey,
    /// The key is of no use.
    #[error(transparent)]
    Key(#[from] SignerError),
    /// Nobody could check the tokens that the key signs.
    #[error("the signing key `{0}` is not among the verification keys")]
    NotPublished(String),
}

impl Auth {
    /// With the signing key, which is this function's alone.
    ///
    /// # Errors
    /// [`AuthError`].
    pub fn new(app: App, key: &SigningKey) -> Result<Self, AuthError> {
        let signer = Signer::new(key, app.verifier.issuer())?;
        if !app.verifier.key_ids().contains(signer.key_id()) {
            return Err(AuthError::NotPublished(signer.key_id().to_owned()));
        }
        Ok(Self { app, signer: Arc::new(signer), passwords: Passwords::default() })
    }
}

impl FromRef<Auth> for App {
    fn from_ref(auth: &Auth) -> Self {
        auth.app.clone()
    }
}
