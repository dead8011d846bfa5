//! The state that the handlers of the function notifications share.

use std::env;
use std::sync::Arc;

use axum::extract::FromRef;
use campus_core::app::{App, StartError};
use campus_core::domain::{PushServices, PushServicesError};

/// The shared state of all functions, the push services whose subscriptions are accepted, and how often clients ask for the
/// number of unread notifications.
#[derive(Clone)]
pub struct NotificationsState {
    pub(crate) app: App,
    pub(crate) push_services: Arc<PushServices>,
    pub(crate) poll_interval: PollInterval,
}

/// How many seconds a client waits before it asks for the number of unread notifications again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollInterval(pub u32);

/// Why the function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum NotificationsStartError {
    /// The shared state cannot be built.
    #[error(transparent)]
    App(#[from] StartError),
    /// The list of push services is not configured.
    #[error(transparent)]
    PushServices(#[from] PushConfigError),
    /// The interval is malformed.
    #[error(transparent)]
    PollInterval(#[from] PollIntervalError),
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

/// `CAMPUS_POLL_INTERVAL` is not a number of seconds.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable CAMPUS_POLL_INTERVAL is invalid: {0}")]
pub struct PollIntervalError(#[from] std::num::ParseIntError);

impl PollInterval {
    /// `CAMPUS_POLL_INTERVAL`: a number of seconds. If the variable is not set, 60.
    ///
    /// # Errors
    /// [`PollIntervalError`].
    pub fn from_env() -> Result<Self, PollIntervalError> {
        match env::var_os("CAMPUS_POLL_INTERVAL") {
            Some(seconds) => Ok(Self(seconds.to_string_lossy().parse()?)),
            None => Ok(Self::default()),
        }
    }
}

impl Default for PollInterval {
    fn default() -> Self {
        Self(60)
    }
}

impl NotificationsState {
    /// Builds the state with these push services and this interval.
    pub fn new(app: App, push_services: PushServices, poll_interval: PollInterval) -> Self {
        Self { app, push_services: Arc::new(push_services), poll_interval }
    }
}

impl FromRef<NotificationsState> for App {
    fn from_ref(state: &NotificationsState) -> Self {
        state.app.clone()
    }
}
