//! `campus audit`.

use std::process::ExitCode;

use anyhow::Result;
use campus_core::store::{Audit, Report, Table};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::print;
use crate::table_args::TableArgs;

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    table: TableArgs,
}

/// Audits the table and prints the report. The exit code is 1 if there are findings.
pub(crate) async fn run(options: &Options) -> Result<ExitCode> {
    let style = ProgressStyle::with_template("{spinner} {human_pos} rows")?;
    let audit = async |table: &Table| {
        let progress = ProgressBar::new_spinner().with_style(style);
        let report = Audit::new(table.clone()).run(|rows| progress.set_position(rows)).await;
        progress.finish_and_clear();
        Ok(report?)
    };
    print_report(&options.table.run(audit).await?)
}

fn print_report(report: &Report) -> Result<ExitCode> {
    for (kind, rows) in &report.rows {
        print(format_args!("{rows:>10}  {kind}"))?;
    }
    print(format_args!("{:>10}  rows in all", report.rows.values().sum::<u64>()))?;
    if report.findings.is_empty() {
        print("Nothing is wrong.")?;
        return Ok(ExitCode::SUCCESS);
    }
    print(format_args!(
        "Wrong in {} place{}:",
        report.findings.len(),
        if report.findings.len() == 1 { "" } else { "s" }
    ))?;
    for finding in &report.findings {
        print(finding)?;
    }
    Ok(ExitCode::FAILURE)
}
