//! What the function does on its schedule.

use campus_core::store::Error;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::state::ModerationState;

/// How long a case or a takedown request may wait for a decision, in seconds: a day.
const MAX_WAIT_S: i64 = 24 * 3600;

/// How many schools are looked at at the same time.
const CONCURRENT_SCHOOLS: usize = 10;

/// What a run on schedule has found and done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScheduleReport {
    /// The number of schools in which a case or a takedown request has waited for more than a day.
    pub schools_with_waiting_cases: usize,
    /// The number of restrictions that have ended.
    pub ended_restrictions: u32,
}

/// Runs the tasks of the schedule.
///
/// # Errors
/// The error of the table with which a task ends. The other task runs all the same, and the next run repeats both.
pub async fn run_on_schedule(state: &ModerationState) -> Result<ScheduleReport, Error> {
    let ends = state.app.takedowns.end_restrictions(&state.mail.sealer);
    let (waiting, ended) = tokio::join!(schools_with_waiting_cases(state), ends);
    let report = ScheduleReport { schools_with_waiting_cases: waiting?, ended_restrictions: ended? };
    if report.schools_with_waiting_cases > 0 {
        // The alarm `WaitingCases` in `template.yaml` counts this line. It does not say which cases wait.
        tracing::error!(schools = report.schools_with_waiting_cases, "cases have waited for more than a day");
    }
    Ok(report)
}

async fn schools_with_waiting_cases(state: &ModerationState) -> Result<usize, Error> {
    let app = &state.app;
    let before = app.clock.now().plus_secs(-MAX_WAIT_S);
    let schools = stream::iter(app.schools.all().await?);
    let waiting = schools.map(async |school| {
        let takedowns = app.takedowns.have_open_before(school.id, before);
        let (case, takedown) = tokio::try_join!(app.cases.has_open_before(school.id, before), takedowns)?;
        Ok(case || takedown)
    });
    let waiting = waiting.buffer_unordered(CONCURRENT_SCHOOLS);
    waiting.try_fold(0, async |count: usize, waits| Ok(count.saturating_add(waits.into()))).await
}
