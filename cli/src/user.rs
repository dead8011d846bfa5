//! `campus user`.

use anyhow::{Context, Result};
use campus_core::domain::{LoginId, Parse};
use campus_core::store::{Error, Logins};

use crate::place::Place;

/// Keeps a student from logging in and ends their sessions.
pub(crate) async fn suspend(login_id: String, place: &Place) -> Result<()> {
    change(login_id, place, "is suspended", async |logins, id| logins.suspend(id).await).await
}

/// Lets a suspended student log in again.
pub(crate) async fn restore(login_id: String, place: &Place) -> Result<()> {
    change(login_id, place, "may log in again", async |logins, id| logins.restore(id).await).await
}

async fn change(
    login_id: String,
    place: &Place,
    done: &str,
    change: impl AsyncFnOnce(&Logins, &LoginId) -> Result<(), Error>,
) -> Result<()> {
    let login_id = LoginId::parse(login_id.clone()).ok().with_context(|| format!("{login_id} is not a login id"))?;
    let workplace = place.open().await?;
    let changed = change(&Logins::new(workplace.table.clone()), &login_id).await;
    workplace.close().await?;
    match changed {
        Ok(()) => println!("{} {done}.", login_id.as_str()),
        Err(Error::NotFound) => anyhow::bail!("nobody has the login id {}", login_id.as_str()),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
