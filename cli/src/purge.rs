//! `campus purge`.

use anyhow::Result;
use campus_core::store::{PurgeSummary, Table, Withdrawals};
use clap::Args;

use crate::output::print;
use crate::table_args::TableArgs;

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    table: TableArgs,
}

/// Runs the pending purges that are due, and deletes accounts that were not verified in time.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let delete = async |table: &Table| {
        let withdrawals = Withdrawals::new(table.clone());
        Ok((withdrawals.purge().await?, withdrawals.delete_unverified().await?))
    };
    let (purged, unverified) = options.table.run(delete).await?;
    let PurgeSummary { finished, waiting } = purged;
    print(format_args!(
        "{finished} withdrawn accounts purged, {waiting} waiting. {unverified} unverified accounts deleted."
    ))
}
