//! `campus openapi`.

use anyhow::Result;

use crate::desk;

/// Prints the document of the routes that are served.
pub(crate) fn print() -> Result<()> {
    println!("{}", desk::document().to_pretty_json()?);
    Ok(())
}
