//! The state that the handlers of the function notifications share.

use std::env;
use std::sync::Arc;

use axum::extract::FromRef;
use campus_core::app::{App, StartError};
use campus_core::domain::{PushServices, PushServicesError};

/// The shared state of all functions, and the push services whose subscriptions are accepted.
#[derive(Clone)]
pub struct NotificationsState {
    pub(crate) app: App,
    pub(crate) push_services: Arc<PushServices>,
}

/// Why the function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum NotificationsStartError {
    /// The shared state cannot be built.
    #[error(transparent)]
    App(#[from] StartError),
    /// The list of push services is not configured.
    #[error(transparent)]
    PushServices(#[from] PushConfigError),
}

/// Why the environment has no valid list of push services.
#[derive(Debug, thiserror::Error)]
pub enum PushConfigError {
    #[error("the environment variable CAMPUS_PUSH_SERVICES is not set")]
    Unset,
    #[error("the environment variable CAMPUS_PUSH_SERVICES is invalid: {0}")]
    Invalid(#[from] PushServicesError),
}

/// The push services that the environment variable `CAMPUS_PUSH_SERVICES` lists.
///
/// # Errors
/// If it is not set or invalid.
pub fn push_services_from_env() -> Result<PushServices, PushConfigError> {
    let list = env::var("CAMPUS_PUSH_SERVICES").or(Err(PushConfigError::Unset))?;
    Ok(PushServices::parse(&list)?)
}

impl NotificationsState {
    /// Builds the state with these push services.
    pub fn new(app: App, push_services: PushServices) -> Self {
        Self { app, push_services: Arc::new(push_services) }
    }
}

impl FromRef<NotificationsState> for App {
    fn from_ref(state: &NotificationsState) -> Self {
        state.app.clone()
    }
}
