//! Boards and pins: the routes of this group, a file per use case.

mod create;
mod delete;
mod edit;
mod list;
mod pins;
mod show;
mod view;

use campus_core::app::App;

campus_core::operations! {
    App:
    list::list_boards,
    create::create_board,
    pins::list_pinned,
    show::show_board,
    edit::edit_board,
    delete::delete_board,
    pins::pin_board,
    pins::unpin_board,
}
