//! Posts: the routes of this group, a file per use case.

mod create;
mod delete;
mod edit;
mod like;
mod list;
mod lists;
mod scrap;
mod show;
mod view;

use campus_core::app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list::list_posts, create::create_post))
        .routes(routes!(lists::list_my_posts))
        .routes(routes!(lists::list_commented_posts))
        .routes(routes!(lists::list_scraps))
        .routes(routes!(lists::list_hot_posts))
        .routes(routes!(lists::list_best_posts))
        .routes(routes!(show::show_post, edit::edit_post, delete::delete_post))
        .routes(routes!(like::like_post))
        .routes(routes!(scrap::scrap_post, scrap::unscrap_post))
        .with_state(app)
}
