//! What the handlers of this group share.

use axum::extract::FromRef;
use campus_core::app::App;

use crate::bucket::Bucket;

/// The service, and what only this function has: the bucket of pictures.
#[derive(Clone)]
pub struct Posts {
    pub(crate) app: App,
    pub(crate) bucket: Bucket,
}

impl Posts {
    /// With the pictures in this bucket.
    pub fn new(app: App, bucket: Bucket) -> Self {
        Self { app, bucket }
    }
}

impl FromRef<Posts> for App {
    fn from_ref(posts: &Posts) -> Self {
        posts.app.clone()
    }
}
