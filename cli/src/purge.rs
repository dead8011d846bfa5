//! `campus purge`.

use anyhow::Result;
use campus_core::store::Withdrawals;
use clap::Args;

use crate::output::print;
use crate::table_args::TableArgs;

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    table: TableArgs,
}

/// Runs the pending purges that are due.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let purged = options.table.run(async |table| Ok(Withdrawals::new(table.clone()).purge().await?)).await?;
    print(format_args!("{} withdrawn accounts purged, {} waiting.", purged.finished, purged.waiting))
}
