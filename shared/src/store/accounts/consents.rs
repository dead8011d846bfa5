//! The consent of students to the policies (rule 29). The profile has what a student has accepted and when. The sessions row
//! repeats the versions, because every write reads that row.

use crate::domain::{Caller, Consents};
use crate::store::accounts::users::{self, Users};
use crate::store::accounts::{sessions, write_access::WriteAccess};
use crate::store::dynamo::{Error, RowUpdate};

impl Users {
    /// Stores that the caller has accepted the policies.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] if the caller has withdrawn.
    pub async fn accept_policies(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        consents: &Consents,
    ) -> Result<(), Error> {
        self.table
            .transaction(access)
            .update(
                users::profile_key(caller.school, caller.user),
                RowUpdate::of_existing().set(&["consents"], consents)?,
            )?
            .on_condition_failed(Error::SessionEnded)
            .update(sessions::key(caller.school, caller.user), sessions::accept(&consents.versions())?)?
            .on_condition_failed(Error::SessionEnded)
            .commit()
            .await
    }
}
