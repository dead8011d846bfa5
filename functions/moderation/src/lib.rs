//! Moderation: reports, appeals, and the cases that admins decide. The routes of this function, a folder per resource.

mod appeals;
mod cases;
mod help_lines;
mod log;
mod reports;
mod state;
mod subject;

pub use help_lines::{HelpLines, HelpLinesError};
pub use state::ModerationState;

campus_core::operations! {
    ModerationState:
    reports::create_report,
    appeals::create_appeal,
    cases::list::list_cases,
    cases::show::show_case,
    cases::decide::decide_case,
    log::list_decisions,
}
