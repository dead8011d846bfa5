//! Lectures, their reviews, and timetables: the routes of this group, a file per use case.

mod add_entry;
mod calendar;
mod copy;
mod create;
mod create_review;
mod delete;
mod delete_review;
mod edit;
mod edit_entry;
mod friends;
mod lecture;
mod like_review;
mod list;
mod list_reviews;
mod picture;
mod remove_entry;
mod review_view;
mod search;
mod share;
mod show;
mod slot;
mod state;
mod view;

pub use state::Planner;

campus_core::operations! {
    Planner:
    search::search_lectures,
    lecture::show_lecture,
    list::list_timetables,
    create::create_timetable,
    show::show_timetable,
    edit::edit_timetable,
    delete::delete_timetable,
    copy::copy_timetable,
    add_entry::add_entry,
    edit_entry::edit_entry,
    remove_entry::remove_entry,
    calendar::show_calendar,
    picture::show_picture,
    list_reviews::list_reviews,
    create_review::create_review,
    delete_review::delete_review,
    like_review::like_review,
    share::create::share_timetable,
    share::end::unshare_timetable,
    share::show::show_shared_timetable,
    share::calendar::show_shared_calendar,
    share::picture::show_shared_picture,
    friends::list::list_friends,
    friends::unfriend::unfriend,
    friends::timetable::show_friends_timetable,
    friends::list_requests::list_friend_requests,
    friends::ask::request_friend,
    friends::delete_request::delete_friend_request,
    friends::accept::accept_friend_request,
}
