//! Password resets: who has the link of a mail can set a new password, once and for 30 minutes (rule 17). The table has
//! only a hash of the token in the link. The link of a mail is void once the student has verified another address:
//! somebody else may read the mail of the old one.
//!
//! An operator can create a link, too. Then the student's partition has a row that tells when.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | password reset | `RESET#<hash of the token>` | `RESET` |
//! | operator's reset | `SCHOOL#<school>#USER#<user>` | `OPERATORRESET#<id>` |

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Email, LoginId, Refusal, SchoolId, Time, UserId};
use crate::hash::sha256;
use crate::store::accounts::credentials::{self, Credentials, NewPassword};
use crate::store::accounts::verified_addresses::AddressOwner;
use crate::store::accounts::{sessions, users};
use crate::store::dynamo::{Error, Key, Read, RowUpdate, ServiceAuthority, Table};
use crate::store::keys::generate_secret;

pub(crate) const RESET: &str = "RESET#";
pub(crate) const OPERATOR_RESET: &str = "OPERATORRESET#";

/// How long a token is valid, in seconds: 30 minutes.
const VALID_FOR_S: i64 = 30 * 60;

/// Access to password resets.
#[derive(Clone, Debug)]
pub struct PasswordResets {
    table: Table,
}

/// A password reset that has not been used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordReset {
    pub school_id: SchoolId,
    pub user_id: UserId,
    pub login_id: LoginId,
    /// The address to which the link was sent, or `None` if an operator has created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<Email>,
    pub created_at: Time,
    expires_at: i64,
}

/// An operator has created a reset for the student.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OperatorReset {
    created_at: Time,
}

pub(crate) fn key(token: &str) -> Key {
    Key::new(format!("{RESET}{}", sha256(token.as_bytes())), "RESET")
}

impl PasswordResets {
    /// Password resets in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The link of a mail: it leads to the page of the web client at `app_url`, and has the token in its fragment, which
    /// browsers send to no server.
    pub fn link(app_url: &str, token: &str) -> String {
        format!("{}/reset-password#{token}", app_url.trim_end_matches('/'))
    }

    /// Creates a reset of the password of the student who has verified this address. Returns the token: 256 random bits, in
    /// base64url.
    pub async fn create(&self, address: &Email, owner: AddressOwner) -> Result<String, Error> {
        let (token, reset) = self.generate(owner, Some(address.clone()))?;
        self.table.transaction(ServiceAuthority).create(&key(&token), &reset)?.commit().await?;
        Ok(token)
    }

    /// Creates a reset by an operator's decision, also for a student without a verified address, and records that. Returns
    /// the token.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no student has the login id.
    pub async fn create_by_operator(&self, login_id: &LoginId) -> Result<String, Error> {
        let credentials: Option<Credentials> = self.table.get(credentials::key(login_id), Read::Consistent).await?;
        let Credentials { school_id, user_id, .. } = credentials.ok_or(Error::NotFound)?;
        let student = AddressOwner { school_id, user_id, login_id: login_id.clone() };
        let (token, reset) = self.generate(student, None)?;
        let record = OperatorReset { created_at: reset.created_at };
        let id = Uuid::now_v7();
        self.table
            .transaction(ServiceAuthority)
            .check(users::profile_key(school_id, user_id), RowUpdate::of_existing())?
            .on_condition_failed(Error::NotFound)
            .create(&key(&token), &reset)?
            .create(&Key::new(users::partition(school_id, user_id), format!("{OPERATOR_RESET}{id}")), &record)?
            .commit()
            .await?;
        Ok(token)
    }

    fn generate(&self, student: AddressOwner, address: Option<Email>) -> Result<(String, PasswordReset), Error> {
        let AddressOwner { school_id, user_id, login_id } = student;
        let token = generate_secret().map_err(Error::unexpected)?;
        let created_at = self.table.clock().now();
        let expires_at = created_at.as_secs().saturating_add(VALID_FOR_S);
        Ok((token, PasswordReset { school_id, user_id, login_id, address, created_at, expires_at }))
    }

    /// The reset with this token. `None` if there is none, or it was used or has expired.
    pub async fn find(&self, token: &str) -> Result<Option<PasswordReset>, Error> {
        let reset: Option<PasswordReset> = self.table.get(key(token), Read::Consistent).await?;
        let now = self.table.clock().now().as_secs();
        Ok(reset.filter(|reset| now < reset.expires_at))
    }

    /// Uses a reset: sets the new password, and ends all sessions of the student. The new password ends all device tokens
    /// and all other resets. A suspended student stays suspended.
    ///
    /// # Errors
    /// [`Refusal::ResetTokenInvalid`] if the reset was used, the address to which it was sent is not the student's any more,
    /// the student has chosen another password since it was created, or the student has withdrawn.
    pub async fn redeem(&self, token: &str, reset: &PasswordReset, new: &NewPassword) -> Result<(), Error> {
        let credentials: Option<Credentials> =
            self.table.get(credentials::key(&reset.login_id), Read::Consistent).await?;
        let credentials =
            credentials.filter(|credentials| reset.is_valid_for(credentials)).ok_or(Refusal::ResetTokenInvalid)?;
        let transaction = self
            .table
            .transaction(ServiceAuthority)
            .delete_if(key(token), RowUpdate::of_existing())?
            .on_condition_failed(Refusal::ResetTokenInvalid)
            .update(credentials::key(&reset.login_id), credentials::reset_password(&credentials, new)?)?
            .on_condition_failed(Refusal::ResetTokenInvalid)
            .update(sessions::key(reset.school_id, reset.user_id), sessions::end_all()?)?
            .on_condition_failed(Refusal::ResetTokenInvalid);
        let transaction = match &reset.address {
            Some(address) => {
                transaction.check_owner(address, reset.user_id)?.on_condition_failed(Refusal::ResetTokenInvalid)
            }
            None => transaction,
        };
        transaction.commit().await
    }
}

impl PasswordReset {
    /// Whether these credentials are still those of the student, and the student has chosen no password since the reset was
    /// created.
    fn is_valid_for(&self, credentials: &Credentials) -> bool {
        credentials.user_id == self.user_id && credentials.password_set_at < self.created_at
    }
}
