//! Suspension of students by an operator.

use crate::domain::LoginId;
use crate::store::accounts::credentials::{self, Logins, SUSPENDED_AT};
use crate::store::accounts::sessions;
use crate::store::dynamo::{Error, RowUpdate, ServiceAuthority};

impl Logins {
    /// Suspends a student: ends all sessions, and refuses logins until [`Logins::restore`].
    ///
    /// # Errors
    /// [`Error::NotFound`] if no student has the login id.
    pub async fn suspend(&self, login_id: &LoginId) -> Result<(), Error> {
        let credentials = self.get(login_id).await?.ok_or(Error::NotFound)?;
        let suspended = RowUpdate::of_existing().set_once(&[SUSPENDED_AT], self.table.clock().now())?;
        self.table
            .transaction(ServiceAuthority)
            .update(credentials::key(login_id), suspended)?
            .on_condition_failed(Error::NotFound)
            .update(sessions::key(credentials.school_id, credentials.user_id), sessions::end_all()?)?
            .on_condition_failed(Error::NotFound)
            .commit()
            .await
    }

    /// Lets a suspended student log in again.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no student has the login id.
    pub async fn restore(&self, login_id: &LoginId) -> Result<(), Error> {
        let restored = RowUpdate::of_existing().remove(&[SUSPENDED_AT]);
        let transaction = self.table.transaction(ServiceAuthority).update(credentials::key(login_id), restored)?;
        transaction.on_condition_failed(Error::NotFound).commit().await
    }
}
