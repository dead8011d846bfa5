//! `campus keys`.

use anyhow::{Context, Result};
use campus_auth::{Signer, generate_signing_key};
use campus_core::http::Cursors;
use campus_core::store::{Error, Keys, SigningKey};

use crate::place::Place;

/// Makes the keys of a new table and prints the public one.
pub(crate) async fn generate(place: &Place) -> Result<()> {
    let workplace = place.open().await?;
    let key = add(&Keys::new(workplace.table.clone())).await?;
    workplace.close().await?;
    // The issuer does not show in the public key.
    println!("{}", Signer::new(&key, "")?.key_set());
    Ok(())
}

/// Makes the keys of a new table.
pub(crate) async fn add(keys: &Keys) -> Result<SigningKey> {
    let signing = generate_signing_key().context("this machine has no randomness to give")?;
    let cursor = Cursors::generate_secret().context("this machine has no randomness to give")?;
    match keys.add(&signing, cursor).await {
        Ok(()) => Ok(signing),
        Err(Error::Stale) => anyhow::bail!("the table has keys already; new ones would end every session"),
        Err(error) => Err(error.into()),
    }
}
