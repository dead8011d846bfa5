//! `campus openapi`.

use anyhow::Result;

use crate::output::print;

/// Prints the OpenAPI document of all functions.
pub(crate) fn run() -> Result<()> {
    print(campus_local::document().to_pretty_json()?)
}
