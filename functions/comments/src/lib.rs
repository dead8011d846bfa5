//! Comments: the routes of this group, a file per use case.

mod create;
mod delete;
mod like;
mod list;
mod view;

use campus_core::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list_comments, create::create_comment))
        .routes(routes!(delete::delete_comment))
        .routes(routes!(like::like_comment))
        .with_state(app)
}
