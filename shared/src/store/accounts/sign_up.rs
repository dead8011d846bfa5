//! Sign-up: one transaction that writes all rows of a new student.

use crate::domain::{Refusal, SessionId, User, VerificationPolicy};
use crate::store::accounts::credentials::{self, Credentials, NewPassword};
use crate::store::accounts::resting::RestingNames;
use crate::store::accounts::sessions::{self, Session, SessionsRow};
use crate::store::accounts::users::{self, NicknameOwner, Users};
use crate::store::dynamo::{Error, ServiceAuthority};

/// A new student, with a first session.
#[derive(Debug)]
pub struct NewUser {
    /// The student.
    pub user: User,
    /// The policy of the student's school.
    pub policy: VerificationPolicy,
    pub password: NewPassword,
    /// The id of the first session.
    pub session_id: SessionId,
    /// The first session.
    pub session: Session,
}

impl Users {
    /// Adds a student: the profile, the sessions, and a row for each name. The address is not checked: it is not verified,
    /// and the response must not tell whether somebody else uses it.
    ///
    /// # Errors
    /// [`Refusal::LoginIdTaken`], [`Refusal::NicknameTaken`]; the first one that applies. A name that rests is taken.
    pub async fn add(&self, new: &NewUser, resting: &RestingNames) -> Result<(), Error> {
        let NewUser { user, policy, password, session_id, session } = new;
        let owner = NicknameOwner { school_id: user.school_id, user_id: user.id };
        let credentials = Credentials {
            school_id: user.school_id,
            user_id: user.id,
            password_hash: password.hash.clone(),
            password_id: password.id,
            password_set_at: password.set_at,
            suspended_at: None,
        };
        let sessions = SessionsRow::first(*session_id, session.clone(), user, *policy);
        let transaction = self
            .table
            .transaction(ServiceAuthority)
            .create(&credentials::key(&user.login_id), &credentials)?
            .on_condition_failed(Refusal::LoginIdTaken)
            .check_absent(resting.login_id(&user.login_id))?
            .on_condition_failed(Refusal::LoginIdTaken)
            .create(&users::nickname_key(user.school_id, &user.nickname), &owner)?
            .on_condition_failed(Refusal::NicknameTaken)
            .check_absent(resting.nickname(user.school_id, &user.nickname))?
            .on_condition_failed(Refusal::NicknameTaken)
            .create_user_handle(user)?
            .create(&users::profile_key(user.school_id, user.id), user)?
            .create(&sessions::key(user.school_id, user.id), &sessions)?;
        let transaction = match sessions.is_verified() {
            true => transaction,
            false => transaction.create_deadline(user)?,
        };
        transaction.commit().await
    }
}
