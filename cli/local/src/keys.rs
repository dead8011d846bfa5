//! The keys of a new table.

use anyhow::{Context, Result, bail};
use campus_auth::generate_signing_key;
use campus_core::store::{AccountKey, AuthKeys, Error, KeyRing, Keys, MailKey, generate_secret};
use campus_notifications::generate_push_key;

const NO_RANDOMNESS: &str = "the system's random number generator failed";

/// Generates the keys of a new table, and stores them.
///
/// # Errors
/// If the table already has keys, or cannot be written.
pub async fn generate_keys(keys: &Keys) -> Result<KeyRing> {
    let signing = generate_signing_key().context(NO_RANDOMNESS)?;
    let account = AccountKey::generate().context(NO_RANDOMNESS)?;
    let mail = MailKey::generate().context(NO_RANDOMNESS)?;
    let generated = AuthKeys { signing, account, mail };
    let cursor = generate_secret().context(NO_RANDOMNESS)?;
    let push = generate_push_key().context(NO_RANDOMNESS)?;
    match keys.add(&generated, cursor, &push).await {
        Ok(()) => Ok(KeyRing { current: generated.signing, next: None, previous: None }),
        Err(Error::Stale) => {
            bail!(
                "the table already has keys: `campus keys show` prints them, and `campus keys rotate` replaces the one \
                 that signs. A table of another version of Campus may lack some: start with a new table"
            )
        }
        Err(error) => Err(error.into()),
    }
}
