//! Messages: the routes of this group, a file per use case.

mod block;
mod delete;
mod list;
mod read;
mod send;
mod start;
mod view;

use campus_core::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list_threads, start::start_thread))
        .routes(routes!(read::read_thread, send::send_message, delete::delete_thread))
        .routes(routes!(block::block_thread, block::unblock_thread))
        .with_state(app)
}
