//! The state that the handlers of this function share.

use axum::extract::FromRef;
use campus_core::app::App;
use campus_core::bucket::Bucket;

/// The shared state of all functions, and the bucket of pictures.
#[derive(Clone)]
pub struct PostsState {
    pub(crate) app: App,
    pub(crate) bucket: Bucket,
}

impl PostsState {
    /// Builds the state with this bucket.
    pub fn new(app: App, bucket: Bucket) -> Self {
        Self { app, bucket }
    }
}

impl FromRef<PostsState> for App {
    fn from_ref(state: &PostsState) -> Self {
        state.app.clone()
    }
}
