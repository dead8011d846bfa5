//! `campus admin`.

use anyhow::{Context, Result};
use campus_core::domain::{LoginId, Parse, Role};
use campus_core::store::{Error, Users};

use crate::place::Place;

/// Makes a student an admin of their school.
pub(crate) async fn grant(login_id: String, place: &Place) -> Result<()> {
    let login_id = LoginId::parse(login_id.clone()).ok().with_context(|| format!("{login_id} is not a login id"))?;
    let workplace = place.open().await?;
    let granted = Users::new(workplace.table.clone()).set_role(&login_id, Role::Admin).await;
    workplace.close().await?;
    match granted {
        Ok(_) => println!("{} is an admin from the next login on.", login_id.as_str()),
        Err(Error::NotFound) => anyhow::bail!("nobody has the login id {}", login_id.as_str()),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
