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
        .routes(routes!(list::list_boards, create::create_board))
        .routes(routes!(pins::list_pinned))
        .routes(routes!(show::show_board, edit::edit_board, delete::delete_board))
        .routes(routes!(pins::pin_board, pins::unpin_board))
        .with_state(app)
}
