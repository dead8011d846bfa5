//! `campus audit`.

use std::process::ExitCode;

use anyhow::Result;
use campus_core::store::{Audit, Report};
use indicatif::{ProgressBar, ProgressStyle};

use crate::place::Place;

/// Recounts the table and prints what came of it. Fails when anything is wrong.
pub(crate) async fn run(place: &Place) -> Result<ExitCode> {
    let style = ProgressStyle::with_template("{spinner} {human_pos} rows")?;
    let workplace = place.open().await?;
    let progress = ProgressBar::new_spinner().with_style(style);
    let report = Audit::new(workplace.table.clone()).run(|rows| progress.set_position(rows)).await;
    progress.finish_and_clear();
    workplace.close().await?;
    Ok(tell(&report?))
}

fn tell(report: &Report) -> ExitCode {
    for (kind, rows) in &report.rows {
        println!("{rows:>10}  {kind}");
    }
    println!("{:>10}  rows in all", report.rows.values().sum::<u64>());
    if report.findings.is_empty() {
        println!("Nothing is wrong.");
        return ExitCode::SUCCESS;
    }
    println!("Wrong in {} place{}:", report.findings.len(), if report.findings.len() == 1 { "" } else { "s" });
    for finding in &report.findings {
        println!("{finding}");
    }
    ExitCode::FAILURE
}
