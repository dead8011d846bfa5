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

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes(planner: Planner) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(search::search_lectures))
        .routes(routes!(lecture::show_lecture))
        .routes(routes!(list::list_timetables, create::create_timetable))
        .routes(routes!(show::show_timetable, edit::edit_timetable, delete::delete_timetable))
        .routes(routes!(copy::copy_timetable))
        .routes(routes!(add_entry::add_entry))
        .routes(routes!(edit_entry::edit_entry, remove_entry::remove_entry))
        .routes(routes!(calendar::show_calendar))
        .routes(routes!(picture::show_picture))
        .routes(routes!(list_reviews::list_reviews, create_review::create_review))
        .routes(routes!(delete_review::delete_review))
        .routes(routes!(like_review::like_review))
        .routes(routes!(share::create::share_timetable, share::end::unshare_timetable))
        .routes(routes!(share::show::show_shared_timetable))
        .routes(routes!(share::calendar::show_shared_calendar))
        .routes(routes!(share::picture::show_shared_picture))
        .routes(routes!(friends::list::list_friends))
        .routes(routes!(friends::unfriend::unfriend))
        .routes(routes!(friends::timetable::show_friends_timetable))
        .routes(routes!(friends::list_requests::list_friend_requests, friends::ask::request_friend))
        .routes(routes!(friends::delete_request::delete_friend_request))
        .routes(routes!(friends::accept::accept_friend_request))
        .with_state(planner)
}
