//! `campus openapi`.

use anyhow::Result;
use campus_core::clock::Clock;

use crate::desk::{Desk, Engine};

/// Prints the document of the routes that are served.
pub(crate) async fn print() -> Result<()> {
    let engine = Engine::in_memory().await?;
    let desk = Desk::start(engine.connection(), Clock::default(), None).await?;
    println!("{}", desk.document.to_pretty_json()?);
    Ok(())
}
