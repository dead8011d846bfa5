//! Boards and pins: the routes of this function, a file per operation.

mod create;
mod delete;
mod list;
mod pins;
mod show;
mod update;
mod view;

use campus_core::app::App;

campus_core::operations! {
    App:
    list::list_boards,
    create::create_board,
    pins::list::list_pinned_boards,
    show::show_board,
    update::update_board,
    delete::delete_board,
    pins::create::pin_board,
    pins::delete::unpin_board,
}
