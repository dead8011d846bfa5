//! Comments: the routes of this group, a file per use case.

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
