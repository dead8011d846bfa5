//! Messages: the routes of this group, a file per use case.

mod block;
mod delete;
mod list;
mod read;
mod send;
mod start;
mod view;

use campus_core::app::App;

campus_core::operations! {
    App:
    list::list_threads,
    start::start_thread,
    read::read_thread,
    send::send_message,
    delete::delete_thread,
    block::block_thread,
    block::unblock_thread,
}
