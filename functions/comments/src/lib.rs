//! Comments: the routes of this function, a file per operation.

mod create;
mod delete;
mod like;
mod list;
mod view;

use campus_core::app::App;

campus_core::operations! {
    App:
    list::list_comments,
    create::create_comment,
    delete::delete_comment,
    like::like_comment,
}
