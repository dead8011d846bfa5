//! The keys of a new table.

use anyhow::{Context, Result, bail};
use campus_auth::generate_signing_key;
use campus_core::store::{AccountKey, Error, KeyRing, Keys, generate_secret};

const NO_RANDOMNESS: &str = "the system's random number generator failed";

/// Generates the keys of a new table, and stores them.
///
/// # Errors
/// If the table already has keys, or cannot be written.
pub async fn generate_keys(keys: &Keys) -> Result<KeyRing> {
    let current = generate_signing_key().context(NO_RANDOMNESS)?;
    let account = AccountKey::generate().context(NO_RANDOMNESS)?;
    let cursor = generate_secret().context(NO_RANDOMNESS)?;
    match keys.add(&current, &account, cursor).await {
        Ok(()) => Ok(KeyRing { current, next: None, previous: None }),
        Err(Error::Stale) => {
            bail!(
                "the table already has keys: `campus keys show` prints them, and `campus keys rotate` replaces the one \
                 that signs. A table of another version of Campus may lack some: start with a new table"
            )
        }
        Err(error) => Err(error.into()),
    }
}
