//! The state that the handlers of this function share.

use axum::extract::FromRef;
use campus_core::app::App;

use crate::catalogue_cache::CatalogueCache;

/// The service, and the catalogues that this function caches.
#[derive(Clone)]
pub struct TimetableState {
    pub(crate) app: App,
    pub(crate) catalogues: CatalogueCache,
}

impl TimetableState {
    /// Starts with an empty cache.
    pub fn new(app: App) -> Self {
        let catalogues = CatalogueCache::new(app.catalogues.clone());
        Self { app, catalogues }
    }

    /// Empties the cache, so that the state is that of a cold start.
    pub fn clear_cache(&self) {
        self.catalogues.clear();
    }
}

impl FromRef<TimetableState> for App {
    fn from_ref(state: &TimetableState) -> Self {
        state.app.clone()
    }
}
