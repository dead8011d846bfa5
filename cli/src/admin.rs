//! `campus admin`.

use anyhow::{Context, Result};
use campus_core::domain::{LoginId, Parse, Role};
use campus_core::store::{Logins, Table, Users};

use crate::place::Place;

/// Makes a student an admin of their school.
pub(crate) async fn grant(login_id: String, place: &Place) -> Result<()> {
    let login_id = LoginId::parse(login_id.clone()).ok().with_context(|| format!("{login_id} is not a login id"))?;
    let workplace = place.open().await?;
    let granted = make_admin(&workplace.table, &login_id).await;
    workplace.close().await?;
    granted?;
    println!("{} is an admin from the next login on.", login_id.as_str());
    Ok(())
}

async fn make_admin(table: &Table, login_id: &LoginId) -> Result<()> {
    let nobody = || format!("nobody has the login id {}", login_id.as_str());
    let login = Logins::new(table.clone()).get(login_id).await?.with_context(nobody)?;
    Users::new(table.clone()).set_role(login.school_id, login.user_id, Role::Admin).await?;
    Ok(())
}
