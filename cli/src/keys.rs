//! `campus keys`.

use anyhow::{Context, Result, bail};
use campus_auth::{generate_signing_key, key_set, public_key};
use campus_core::http::Cursors;
use campus_core::store::{Error, KeyRing, Keys};

use crate::place::Place;

/// Makes the keys of a new table and prints the public one.
pub(crate) async fn generate(place: &Place) -> Result<()> {
    on_keys(place, async |keys| add(&keys).await).await
}

/// Prints the public keys.
pub(crate) async fn show(place: &Place) -> Result<()> {
    on_keys(place, async |keys| ring(&keys).await).await
}

/// Takes the next step of a rotation and prints the public keys that are to be published then.
pub(crate) async fn rotate(place: &Place) -> Result<()> {
    on_keys(place, async |keys| {
        let KeyRing { current, next, previous } = ring(&keys).await?;
        let told = match (next, previous) {
            (None, None) => {
                let next = generate_signing_key().context(NO_RANDOMNESS)?;
                keys.prepare(&next).await?;
                "A new key is there. Publish both public keys, then rotate again to sign with the new one."
            }
            (Some(next), _) => {
                keys.switch(&next, &public_key(&current)?).await?;
                "The new key signs what starts from now on. Start the service anew; ten minutes later, rotate again to \
                 withdraw the old one."
            }
            (None, Some(_)) => {
                keys.retire().await?;
                "The old key is gone. Publish the one that is left: tokens of the old one are refused then."
            }
        };
        eprintln!("{told}");
        ring(&keys).await
    })
    .await
}

/// Does something with the keys and prints the public ones that there are afterwards.
async fn on_keys(place: &Place, work: impl AsyncFnOnce(Keys) -> Result<KeyRing>) -> Result<()> {
    let workplace = place.open().await?;
    let ring = work(Keys::new(workplace.table.clone())).await;
    workplace.close().await?;
    println!("{}", key_set(&ring?)?);
    Ok(())
}

async fn ring(keys: &Keys) -> Result<KeyRing> {
    keys.ring().await?.context("the table has no keys: run `campus keys generate`")
}

const NO_RANDOMNESS: &str = "this machine has no randomness to give";

/// Makes the keys of a new table.
pub(crate) async fn add(keys: &Keys) -> Result<KeyRing> {
    let current = generate_signing_key().context(NO_RANDOMNESS)?;
    let cursor = Cursors::generate_secret().context(NO_RANDOMNESS)?;
    match keys.add(&current, cursor).await {
        Ok(()) => Ok(KeyRing { current, next: None, previous: None }),
        Err(Error::Stale) => {
            bail!("the table has keys already; `campus keys rotate` replaces them, `campus keys show` prints them")
        }
        Err(error) => Err(error.into()),
    }
}
