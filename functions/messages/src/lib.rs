//! Messages: the routes of this function, a file per operation.

mod block_thread;
mod create_message;
mod create_thread;
mod delete_thread;
mod list_threads;
mod show_thread;
mod view;

use campus_core::app::App;

campus_core::operations! {
    App:
    list_threads::list_threads,
    create_thread::create_thread,
    show_thread::show_thread,
    create_message::create_message,
    delete_thread::delete_thread,
    block_thread::block_thread,
    block_thread::unblock_thread,
}
