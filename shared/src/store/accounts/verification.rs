//! Verification of students (rule 16): the profile has it, and the sessions row repeats whether the student is verified,
//! because every write reads that row.

use crate::domain::{LoginId, Restrictions, User, Verification};
use crate::store::accounts::credentials::Logins;
use crate::store::accounts::sanctions::Inheritance;
use crate::store::accounts::sessions;
use crate::store::accounts::users::{self, Users};
use crate::store::dynamo::{Backoff, Error, RowUpdate, ServiceAuthority, Transaction};

const VERIFICATION: &[&str] = &["verification"];

impl Logins {
    /// Verifies a student by an operator's decision, under every policy. Returns false if the student was verified
    /// before. The student needs a new access token: those that are out say that the account is unverified.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no student has the login id.
    pub async fn verify(&self, login_id: &LoginId) -> Result<bool, Error> {
        let credentials = self.get(login_id).await?.ok_or(Error::NotFound)?;
        let users = Users::new(self.table.clone());
        let verified = Verification::Verified { at: self.table.clock().now(), email: None };
        let mut backoff = Backoff::begin();
        loop {
            let user = users.get(credentials.school_id, credentials.user_id).await?;
            if user.verification.is_verified() {
                return Ok(false);
            }
            let transaction = self.table.transaction(ServiceAuthority).set_verified(&user, &verified)?;
            match transaction.commit().await {
                // The student has confirmed an address or withdrawn.
                Err(Error::Stale) => backoff.pause().await?,
                result => return result.map(|()| true),
            }
        }
    }
}

impl Transaction {
    /// Makes a student verified, or replaces the address that the student confirmed. Fails with [`Error::Stale`] if the
    /// verification has changed since the profile was read, or the student has withdrawn.
    pub(crate) fn set_verified(self, seen: &User, verified: &Verification) -> Result<Self, Error> {
        self.verify(seen, verification(seen, verified)?, sessions::verify(RowUpdate::of_existing())?)
    }

    /// Writes that the student has confirmed an address: `confirmed` is [`User::confirm`] of `seen`. `inheritance` is what the
    /// student inherits with it. Fails with [`Error::Stale`] if the profile or the restrictions have changed since they were
    /// read, or the student has withdrawn.
    pub(crate) fn set_confirmed(
        self,
        seen: &User,
        confirmed: &User,
        seen_restrictions: &Restrictions,
        inheritance: Option<&Inheritance>,
    ) -> Result<Self, Error> {
        let profile = verification(seen, &confirmed.verification)?
            .if_equal(&["updated_at"], seen.updated_at)?
            .set(&["updated_at"], confirmed.updated_at)?
            .set(&["email"], &confirmed.email)?;
        let mut sessions = sessions::verify(sessions::if_same_restrictions(seen_restrictions)?)?;
        if let Some(inheritance) = inheritance {
            sessions = sessions::restrict(sessions, &inheritance.restrictions())?;
        }
        self.verify(seen, profile, sessions)?.inherit(seen, inheritance)
    }

    fn verify(self, seen: &User, profile: RowUpdate, sessions: RowUpdate) -> Result<Self, Error> {
        let transaction = self.update(users::profile_key(seen.school_id, seen.id), profile)?;
        let transaction = transaction
            .on_condition_failed(Error::Stale)
            .update(sessions::key(seen.school_id, seen.id), sessions)?
            .on_condition_failed(Error::Stale);
        match seen.verification.is_verified() {
            true => Ok(transaction),
            false => transaction.delete_deadline(seen),
        }
    }
}

/// Changes the verification of a profile, if it is still the same.
fn verification(seen: &User, verified: &Verification) -> Result<RowUpdate, Error> {
    if_same_verification(seen)?.set(VERIFICATION, verified)
}

/// The condition that the verification in a profile is still the same.
pub(crate) fn if_same_verification(seen: &User) -> Result<RowUpdate, Error> {
    RowUpdate::default().if_equal(VERIFICATION, &seen.verification)
}
