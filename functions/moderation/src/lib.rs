//! Moderation: reports, appeals, the cases that admins decide, and blocks. The routes of this function, a folder per
//! resource.

mod appeals;
mod blocks;
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
    blocks::create::create_block,
    blocks::list::list_blocks,
    blocks::delete::delete_block,
}
