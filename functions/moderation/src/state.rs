//! The state that the handlers of this function share.

use axum::extract::FromRef;
use campus_core::app::App;

use crate::help_lines::HelpLines;

/// The shared state of all functions, and the help lines.
#[derive(Clone)]
pub struct ModerationState {
    pub(crate) app: App,
    pub(crate) help_lines: HelpLines,
}

impl ModerationState {
    pub fn new(app: App, help_lines: HelpLines) -> Self {
        Self { app, help_lines }
    }
}

impl FromRef<ModerationState> for App {
    fn from_ref(state: &ModerationState) -> Self {
        state.app.clone()
    }
}
