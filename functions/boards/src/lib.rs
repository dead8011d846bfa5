//! Boards and pins: the routes of this group, a file per use case.

mod create;
mod delete;
mod edit;
mod list;
mod pins;
mod show;
mod view;

use campus_core::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(pins::list))
        .routes(routes!(show::show, edit::edit, delete::delete))
        .routes(routes!(pins::pin, pins::unpin))
        .with_state(app)
}
