//! Posts: the routes of this group, a file per use case.

mod create;
mod list;
mod show;
mod view;

use campus_core::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list_posts, create::create_post))
        .routes(routes!(show::show_post))
        .with_state(app)
}
