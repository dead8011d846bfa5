//! Students. Four rows each: the profile, and one for each thing that is unique, of which the one for the login id
//! bears what a login needs.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | profile | `SCHOOL#<school>#USER#<id>` | `PROFILE` |
//! | login | `LOGIN#<login id>` | `LOGIN` |
//! | e-mail address | `EMAIL#<folded address>` | `EMAIL` |
//! | nickname | `SCHOOL#<school>#NICKNAME#<folded nickname>` | `NICKNAME` |

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::sessions::{self, NewSession};
use super::table::{Rows, Service};
use super::{Error, Key, Read, Table, schools};
use crate::domain::{Email, LoginId, Nickname, Refusal, Role, School, SchoolId, User, UserId, fold};

/// Access to students.
#[derive(Clone, Debug)]
pub struct Users {
    table: Table,
}

/// What a login is checked against.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credentials {
    /// The student's school.
    pub school_id: SchoolId,
    /// The student.
    pub user_id: UserId,
    /// The password's hash in PHC form, which bears its parameters.
    pub password_hash: String,
}

/// A student who signs up, and the session that comes of it.
#[derive(Debug)]
pub struct NewUser {
    /// The student.
    pub user: User,
    /// The hash of the student's password.
    pub password_hash: String,
    /// The first session.
    pub session: NewSession,
}

/// What a uniqueness row says: whose it is.
#[derive(Serialize)]
struct Owner {
    school_id: SchoolId,
    user_id: UserId,
}

/// The part of a profile that others may see.
#[derive(Deserialize)]
struct Shown {
    nickname: Nickname,
}

pub(super) fn partition(school: SchoolId, user: UserId) -> String {
    format!("{}#USER#{user}", schools::partition(school))
}

pub(super) fn profile_key(school: SchoolId, user: UserId) -> Key {
    Key::new(partition(school, user), "PROFILE")
}

fn login_key(login_id: &LoginId) -> Key {
    Key::new(format!("LOGIN#{}", login_id.as_str()), "LOGIN")
}

fn email_key(email: &Email) -> Key {
    Key::new(format!("EMAIL#{}", email.folded()), "EMAIL")
}

fn nickname_key(school: SchoolId, nickname: &Nickname) -> Key {
    Key::new(format!("{}#NICKNAME#{}", schools::partition(school), fold(nickname.as_str())), "NICKNAME")
}

/// The nicknames in a batch that has the profiles of these students.
pub(super) fn take_nicknames(
    school: SchoolId,
    users: impl IntoIterator<Item = UserId>,
    rows: &mut Rows,
) -> Result<HashMap<UserId, Nickname>, Error> {
    let nickname = |user| match rows.take::<Shown>(&profile_key(school, user)) {
        Ok(shown) => shown.map(|shown| Ok((user, shown.nickname))),
        Err(error) => Some(Err(error)),
    };
    users.into_iter().filter_map(nickname).collect()
}

impl Users {
    /// Over the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Adds a student, in one transaction with what is unique about them.
    ///
    /// # Errors
    /// [`Refusal::LoginIdTaken`], [`Refusal::EmailTaken`], [`Refusal::NicknameTaken`]; the first that holds.
    pub async fn add(&self, new: &NewUser) -> Result<(), Error> {
        let NewUser { user, password_hash, session } = new;
        let owner = Owner { school_id: user.school_id, user_id: user.id };
        let credentials =
            Credentials { school_id: user.school_id, user_id: user.id, password_hash: password_hash.clone() };
        self.table
            .transaction(Service)
            .create(&login_key(&user.login_id), &credentials)?
            .on_condition_failed(Refusal::LoginIdTaken)
            .create(&email_key(&user.email), &owner)?
            .on_condition_failed(Refusal::EmailTaken)
            .create(&nickname_key(user.school_id, &user.nickname), &owner)?
            .on_condition_failed(Refusal::NicknameTaken)
            .create(&profile_key(user.school_id, user.id), user)?
            .create(&sessions::key(user.school_id, user.id, session.id), session)?
            .commit()
            .await
    }

    /// What a login with this id is checked against, if somebody has it.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn credentials(&self, login_id: &LoginId) -> Result<Option<Credentials>, Error> {
        self.table.get(login_key(login_id), Read::Latest).await
    }

    /// The student and the student's school.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such student any more.
    pub async fn with_school(&self, school: SchoolId, user: UserId) -> Result<(User, School), Error> {
        let keys = (profile_key(school, user), schools::key(school));
        let mut rows = self.table.batch_get(vec![keys.0.clone(), keys.1.clone()], Read::Latest).await?;
        match (rows.take(&keys.0)?, rows.take(&keys.1)?) {
            (Some(user), Some(school)) => Ok((user, school)),
            _ => Err(Error::NotFound),
        }
    }

    /// The nicknames of these students as they are now, in one batch. Who has withdrawn is left out.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn nicknames(
        &self,
        school: SchoolId,
        users: impl IntoIterator<Item = UserId>,
    ) -> Result<HashMap<UserId, Nickname>, Error> {
        let users: HashSet<UserId> = users.into_iter().collect();
        let keys = users.iter().map(|user| profile_key(school, *user)).collect();
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        take_nicknames(school, users, &mut rows)
    }

    /// Gives a student another role. It shows in the access tokens that are issued from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has the login id.
    pub async fn set_role(&self, login_id: &LoginId, role: Role) -> Result<User, Error> {
        let credentials = self.credentials(login_id).await?.ok_or(Error::NotFound)?;
        let key = profile_key(credentials.school_id, credentials.user_id);
        let user: User = self.table.get(key.clone(), Read::Latest).await?.ok_or(Error::NotFound)?;
        let seen = user.updated_at;
        let user = User { role, updated_at: self.table.clock().now().max(seen.plus_millis(1)), ..user };
        let transaction = self.table.transaction(Service).replace(&key, &user, seen)?;
        transaction.on_condition_failed(Error::Contention).commit().await?;
        Ok(user)
    }
}
