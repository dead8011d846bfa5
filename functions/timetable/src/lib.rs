//! Semesters, lectures, reviews, exam infos, grades, timetables, share links and friends: the routes of this function,
//! with a folder for each resource and a file for each operation.

mod catalogue_cache;
mod entries;
mod exam_infos;
mod friends;
mod grades;
mod lectures;
mod reviews;
mod semesters;
mod shares;
mod slot_view;
mod state;
mod taken_course;
mod timetables;

pub use state::TimetableState;

campus_core::operations! {
    TimetableState:
    semesters::list::list_semesters,
    semesters::filters::show_filters,
    lectures::search::search_lectures,
    lectures::show::show_lecture,
    timetables::list::list_timetables,
    timetables::create::create_timetable,
    timetables::show::show_timetable,
    timetables::update::update_timetable,
    timetables::delete::delete_timetable,
    timetables::copy::copy_timetable,
    entries::create::create_entry,
    entries::update::update_entry,
    entries::delete::delete_entry,
    timetables::calendar::show_calendar,
    timetables::picture::show_picture,
    reviews::list::list_reviews,
    reviews::create::create_review,
    reviews::delete::delete_review,
    reviews::like::like_review,
    exam_infos::list::list_exam_infos,
    exam_infos::create::create_exam_info,
    exam_infos::delete::delete_exam_info,
    exam_infos::like::like_exam_info,
    grades::list::list_grades,
    grades::update::update_grades,
    grades::show::show_semester_grades,
    grades::replace::replace_semester_grades,
    shares::create::create_share,
    shares::delete::delete_share,
    shares::show::show_shared_timetable,
    shares::calendar::show_shared_calendar,
    shares::picture::show_shared_picture,
    friends::list::list_friends,
    friends::delete::delete_friend,
    friends::timetable::show_friends_timetable,
    friends::requests::list::list_friend_requests,
    friends::requests::create::create_friend_request,
    friends::requests::delete::delete_friend_request,
    friends::requests::accept::accept_friend_request,
}
