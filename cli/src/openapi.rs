//! `campus openapi`.

use anyhow::Result;
use campus_core::clock::Clock;

use crate::desk::{Desk, Engine, MediaStore};

/// Prints the document of the routes that are served.
pub(crate) async fn print() -> Result<()> {
    let engine = Engine::in_memory().await?;
    // Nothing is asked of the bucket.
    let bucket = MediaStore::bucket_at("http://127.0.0.1")?;
    let desk = Desk::start(engine.connection(), bucket, Clock::default(), None).await?;
    println!("{}", desk.document.to_pretty_json()?);
    Ok(())
}
