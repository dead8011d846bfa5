//! Moderation: reports, appeals, the cases that admins decide, takedown requests, and blocks. The routes of this
//! function, a folder per resource, and its schedule.

mod appeals;
mod blocks;
mod cases;
mod help_lines;
mod log;
mod reports;
mod schedule;
mod state;
mod subject;
mod takedowns;

pub use help_lines::{HelpLines, HelpLinesError};
pub use schedule::{ScheduleReport, run_on_schedule};
pub use state::{ModerationStartError, ModerationState};

use campus_core::lambda::Function;

campus_core::operations! {
    ModerationState:
    reports::create_report,
    appeals::create_appeal,
    cases::list::list_cases,
    cases::show::show_case,
    cases::decide::decide_case,
    log::list_decisions,
    takedowns::create::create_takedown,
    takedowns::confirm::confirm_takedown,
    takedowns::list::list_takedowns,
    takedowns::show::show_takedown,
    takedowns::decide::decide_takedown,
    takedowns::object::object_to_takedown,
    blocks::create::create_block,
    blocks::list::list_blocks,
    blocks::delete::delete_block,
}

/// The moderation function: it serves the routes, and runs its tasks on a schedule.
pub fn function(state: ModerationState) -> Function {
    let scheduled = state.clone();
    Function::new(routes(state)).on_schedule(move || {
        let state = scheduled.clone();
        async move { Ok(run_on_schedule(&state).await.map(drop)?) }
    })
}
