//! Students. The profile, and a row for each thing that is unique about it; the login id's is in `credentials`.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | profile | `SCHOOL#<school>#USER#<id>` | `PROFILE` |
//! | e-mail address | `EMAIL#<folded address>` | `EMAIL` |
//! | nickname | `SCHOOL#<school>#NICKNAME#<folded nickname>` | `NICKNAME` |

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Fact, Kind};
use super::table::{Authority, Backoff, Rows, Service};
use super::{Credentials, Error, Key, Read, Session, Table, Writer, credentials, people, schools, sessions};
use crate::domain::{Email, Nickname, Refusal, Role, School, SchoolId, SessionId, User, UserChanges, UserId, fold};

/// Access to students.
#[derive(Clone, Debug)]
pub struct Users {
    table: Table,
}

/// A student who signs up, and the session that comes of it.
#[derive(Debug)]
pub struct NewUser {
    /// The student.
    pub user: User,
    /// The hash of the student's password.
    pub password_hash: String,
    /// The id of the first session.
    pub session_id: SessionId,
    /// The first session.
    pub session: Session,
}

/// What a uniqueness row says: whose it is.
#[derive(Serialize, Deserialize)]
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

/// The student in whose partition a key is.
pub(super) fn of_partition(pk: &str) -> Option<(SchoolId, UserId)> {
    let (school, rest) = schools::of_partition(pk)?;
    Some((school, rest.strip_prefix("#USER#")?.parse().ok()?))
}

pub(super) fn email_key(email: &Email) -> Key {
    Key::new(format!("EMAIL#{}", email.folded()), "EMAIL")
}

pub(super) fn nickname_key(school: SchoolId, nickname: &Nickname) -> Key {
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

/// The nicknames of these students as they are now, in one batch. Who has withdrawn is left out.
pub(super) async fn nicknames(
    table: &Table,
    school: SchoolId,
    users: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, Nickname>, Error> {
    let users: HashSet<UserId> = users.into_iter().collect();
    let keys = users.iter().map(|user| profile_key(school, *user));
    let mut rows = table.batch_get(keys, Read::Latest).await?;
    take_nicknames(school, users, &mut rows)
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
        let NewUser { user, password_hash, session_id, session } = new;
        let owner = Owner { school_id: user.school_id, user_id: user.id };
        let credentials = Credentials {
            school_id: user.school_id,
            user_id: user.id,
            password_hash: password_hash.clone(),
            suspended_at: None,
        };
        let sessions = sessions::Row::first(*session_id, session.clone());
        self.table
            .transaction(Service)
            .create(&credentials::key(&user.login_id), &credentials)?
            .on_condition_failed(Refusal::LoginIdTaken)
            .create(&email_key(&user.email), &owner)?
            .on_condition_failed(Refusal::EmailTaken)
            .create(&nickname_key(user.school_id, &user.nickname), &owner)?
            .on_condition_failed(Refusal::NicknameTaken)
            .introduce(user)?
            .create(&profile_key(user.school_id, user.id), user)?
            .create(&sessions::key(user.school_id, user.id), &sessions)?
            .commit()
            .await
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
        nicknames(&self.table, school, users).await
    }

    /// The student.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such student any more.
    pub async fn get(&self, school: SchoolId, user: UserId) -> Result<User, Error> {
        self.table.get(profile_key(school, user), Read::Latest).await?.ok_or(Error::NotFound)
    }

    /// Changes an account, as its rules let the student; if it is no longer as it was read, from the start.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] when the student has withdrawn, [`Refusal::NicknameLocked`], [`Refusal::NicknameTaken`].
    pub async fn edit(&self, writer: &Writer, mut user: User, changes: &UserChanges) -> Result<User, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let edited = user.edit(changes.clone(), self.table.clock().now())?;
            match self.replace(writer, &user, &edited).await {
                Err(Error::Stale) if backoff.pause().await => match self.get(user.school_id, user.id).await {
                    Ok(now) => user = now,
                    Err(Error::NotFound) => return Err(Error::SessionEnded),
                    Err(error) => return Err(error),
                },
                result => return result.map(|()| edited),
            }
        }
    }

    async fn replace(&self, by: impl Authority, old: &User, new: &User) -> Result<(), Error> {
        let (school, id) = (new.school_id, new.id);
        let (old_nickname, new_nickname) = (nickname_key(school, &old.nickname), nickname_key(school, &new.nickname));
        let mut transaction = self
            .table
            .transaction(by)
            .replace(&profile_key(school, id), new, old.updated_at)?
            .on_condition_failed(Error::Stale);
        if old_nickname != new_nickname {
            transaction = transaction
                .delete(old_nickname)?
                .create(&new_nickname, &Owner { school_id: school, user_id: id })?
                .on_condition_failed(Refusal::NicknameTaken);
        }
        transaction.commit().await
    }

    /// Gives a student another role. It shows in the access tokens that are issued from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such student any more.
    pub async fn set_role(&self, school: SchoolId, user: UserId, role: Role) -> Result<(), Error> {
        let user = self.get(school, user).await?;
        let updated_at = self.table.clock().now().max(user.updated_at.plus_millis(1));
        self.replace(Service, &user, &User { role, updated_at, ..user.clone() }).await
    }
}

/// A profile has a row for each thing that is unique about the student, has sessions, and is of a school.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, id)) = of_partition(pk) {
        return audit_profile(entry, school, id);
    }
    let (kind, thing) = match sk.as_str() {
        "EMAIL" => ("e-mail address", email_thing(pk.strip_prefix("EMAIL#")?)),
        "NICKNAME" => {
            let (school, rest) = schools::of_partition(pk)?;
            ("nickname", nickname_thing(school, rest.strip_prefix("#NICKNAME#")?))
        }
        _ => return None,
    };
    if let Some(Owner { school_id, user_id }) = entry.read() {
        entry.post(-1, owned(&thing, school_id, user_id));
    }
    Some(kind)
}

fn audit_profile(entry: &mut Entry<'_>, school: SchoolId, id: UserId) -> Option<Kind> {
    if *entry.key != profile_key(school, id) {
        return None;
    }
    entry.gives();
    entry.needs(schools::key(school));
    entry.needs(sessions::key(school, id));
    if let Some(user) = entry.read::<User>()
        && entry.belongs_at(&profile_key(user.school_id, user.id))
    {
        entry.post(1, owned(&credentials::thing(&user.login_id), school, id));
        entry.post(1, owned(&email_thing(&user.email.folded()), school, id));
        entry.post(1, owned(&nickname_thing(school, &fold(user.nickname.as_str())), school, id));
        people::audit_known(entry, &user);
    }
    Some("profile")
}

fn email_thing(folded: &str) -> String {
    format!("e-mail address {folded:?}")
}

fn nickname_thing(school: SchoolId, folded: &str) -> String {
    format!("nickname {folded:?} in school {school}")
}

/// That something unique is a student's, which the profile and the thing's own row say of each other.
pub(super) fn owned(thing: &str, school: SchoolId, user: UserId) -> Fact {
    Fact::That(format!("{thing} belongs to user {user} of school {school}"))
}
