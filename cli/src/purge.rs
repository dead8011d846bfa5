//! `campus purge`.

use anyhow::Result;
use campus_core::store::Withdrawals;

use crate::place::Place;

/// Finishes the purges that wait.
pub(crate) async fn run(place: &Place) -> Result<()> {
    let workplace = place.open().await?;
    let purged = Withdrawals::new(workplace.table.clone()).purge().await;
    workplace.close().await?;
    let purged = purged?;
    println!("{} withdrawn accounts purged, {} waiting.", purged.finished, purged.waiting);
    Ok(())
}
