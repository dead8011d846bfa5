//! Students: the profile, and the row of the nickname. The row of the login id is in `credentials`, the row of a verified
//! address in `verified_addresses`.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | profile | `SCHOOL#<school>#USER#<id>` | `PROFILE` |
//! | nickname | `SCHOOL#<school>#NICKNAME#<folded nickname>` | `NICKNAME` |

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::domain::{Caller, Nickname, Permission, Refusal, Role, School, SchoolId, User, UserChanges, UserId, fold};
use crate::store::accounts::{resting::RestingNames, write_access::WriteAccess};
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, Rows, ServiceAuthority, Table, Transaction};
use crate::store::schools;

/// Access to students.
#[derive(Clone, Debug)]
pub struct Users {
    pub(super) table: Table,
}

/// The student who has a nickname.
#[derive(Serialize, Deserialize)]
pub(crate) struct NicknameOwner {
    pub(crate) school_id: SchoolId,
    pub(crate) user_id: UserId,
}

/// The part of a profile that other students see.
#[derive(Deserialize)]
struct PublicProfile {
    nickname: Nickname,
}

pub(crate) fn partition(school: SchoolId, user: UserId) -> String {
    format!("{}#USER#{user}", schools::partition(school))
}

pub(crate) fn profile_key(school: SchoolId, user: UserId) -> Key {
    Key::new(partition(school, user), "PROFILE")
}

/// The student whose partition this is; `None` for another kind of partition.
pub(crate) fn parse_partition(pk: &str) -> Option<(SchoolId, UserId)> {
    let (school, rest) = schools::parse_partition(pk)?;
    Some((school, rest.strip_prefix("#USER#")?.parse().ok()?))
}

pub(crate) fn nickname_key(school: SchoolId, nickname: &Nickname) -> Key {
    Key::new(format!("{}#NICKNAME#{}", schools::partition(school), fold(nickname.as_str())), "NICKNAME")
}

/// Takes the nicknames of these students from a batch that contains their profiles.
pub(crate) fn take_nicknames(
    school: SchoolId,
    users: impl IntoIterator<Item = UserId>,
    rows: &mut Rows,
) -> Result<HashMap<UserId, Nickname>, Error> {
    let nickname = |user| match rows.take::<PublicProfile>(&profile_key(school, user)) {
        Ok(profile) => profile.map(|profile| Ok((user, profile.nickname))),
        Err(error) => Some(Err(error)),
    };
    users.into_iter().filter_map(nickname).collect()
}

/// Reads the nicknames of these students to show them, in one batch. Withdrawn students are left out. A change of a nickname
/// and a withdrawal may show about a second later. A student whose profile is not found is read again with strong
/// consistency, because a replica may not have the profile of a new student yet.
pub(crate) async fn nicknames(
    table: &Table,
    school: SchoolId,
    users: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, Nickname>, Error> {
    let users: HashSet<UserId> = users.into_iter().collect();
    let keys: Vec<Key> = users.iter().map(|user| profile_key(school, *user)).collect();
    let mut rows = table.batch_get(keys.iter().cloned(), Read::Eventual).await?;
    let missing: Vec<Key> = keys.into_iter().filter(|key| !rows.has(key)).collect();
    rows.extend(table.batch_get(missing, Read::Consistent).await?);
    take_nicknames(school, users, &mut rows)
}

/// Like [`nicknames`], but current, for a write that depends on them.
pub(crate) async fn current_nicknames(
    table: &Table,
    school: SchoolId,
    users: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, Nickname>, Error> {
    let users: HashSet<UserId> = users.into_iter().collect();
    let mut rows = table.batch_get(users.iter().map(|user| profile_key(school, *user)), Read::Consistent).await?;
    take_nicknames(school, users, &mut rows)
}

impl Users {
    /// Students in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The student and the student's school.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the student has withdrawn.
    pub async fn with_school(&self, school: SchoolId, user: UserId) -> Result<(User, School), Error> {
        let keys = (profile_key(school, user), schools::key(school));
        let mut rows = self.table.batch_get(vec![keys.0.clone(), keys.1.clone()], Read::Consistent).await?;
        match (rows.take(&keys.0)?, rows.take(&keys.1)?) {
            (Some(user), Some(school)) => Ok((user, school)),
            _ => Err(Error::NotFound),
        }
    }

    /// Reads the current nicknames of these students, in one batch. Withdrawn students are left out.
    pub async fn current_nicknames(
        &self,
        school: SchoolId,
        users: impl IntoIterator<Item = UserId>,
    ) -> Result<HashMap<UserId, Nickname>, Error> {
        current_nicknames(&self.table, school, users).await
    }

    /// The student.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the student has withdrawn.
    pub async fn get(&self, school: SchoolId, user: UserId) -> Result<User, Error> {
        self.table.get(profile_key(school, user), Read::Consistent).await?.ok_or(Error::NotFound)
    }

    /// Changes a profile, and returns the new one. If the profile has changed since it was read, reads it again and
    /// repeats the change.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] if the student has withdrawn; [`Refusal::NicknameLocked`]; [`Refusal::NicknameTaken`].
    pub async fn edit(
        &self,
        access: &WriteAccess,
        mut user: User,
        changes: &UserChanges,
        resting: &RestingNames,
    ) -> Result<User, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let edited = user.edit(changes.clone(), self.table.clock().now())?;
            match self.replace(access, &user, &edited, resting).await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    user = match self.get(user.school_id, user.id).await {
                        Err(Error::NotFound) => return Err(Error::SessionEnded),
                        current => current?,
                    };
                }
                result => return result.map(|()| edited),
            }
        }
    }

    async fn replace(&self, access: &WriteAccess, old: &User, new: &User, resting: &RestingNames) -> Result<(), Error> {
        let (school, id) = (new.school_id, new.id);
        let (old_nickname, new_nickname) = (nickname_key(school, &old.nickname), nickname_key(school, &new.nickname));
        let mut transaction = self.edit_profile(access, old, new)?;
        if old_nickname != new_nickname {
            transaction = transaction
                .delete(old_nickname)?
                .create(&new_nickname, &NicknameOwner { school_id: school, user_id: id })?
                .on_condition_failed(Refusal::NicknameTaken)
                .check_absent(resting.nickname(school, &new.nickname))?
                .on_condition_failed(Refusal::NicknameTaken);
        }
        transaction.commit().await
    }

    /// A transaction that writes what an edit can change, unless the profile has changed since it was read.
    fn edit_profile(&self, access: &WriteAccess, old: &User, new: &User) -> Result<Transaction, Error> {
        let mut edit = RowUpdate::default()
            .if_equal(&["updated_at"], old.updated_at)?
            .if_equal(&["role"], old.role)?
            .set(&["nickname"], &new.nickname)?
            .set(&["admission_year"], new.admission_year)?
            .set(&["updated_at"], new.updated_at)?;
        edit = match &new.name {
            Some(name) => edit.set(&["name"], name)?,
            None => edit.remove(&["name"]),
        };
        if let Some(time) = new.nickname_changed_at {
            edit = edit.set(&["nickname_changed_at"], time)?;
        }
        let edited = self.table.transaction(access).update(profile_key(new.school_id, new.id), edit)?;
        Ok(edited.on_condition_failed(Error::Stale))
    }

    /// Changes a student's role. Access tokens carry the role, so a new admin needs a new token. A revoked admin cannot
    /// use the role any more: the transaction checks it. Depends on nothing else in the profile, so a student
    /// who edits it all the time cannot delay the change.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the student has withdrawn.
    pub async fn set_role(&self, school: SchoolId, user: UserId, role: Role) -> Result<(), Error> {
        let change = RowUpdate::of_existing().set(&["role"], role)?;
        let transaction = self.table.transaction(ServiceAuthority).update(profile_key(school, user), change)?;
        transaction.on_condition_failed(Error::NotFound).commit().await
    }
}

impl Transaction {
    /// Checks that the caller still has the permission: an admin's access token may be older than a change of the role.
    pub(crate) fn check_permission<E>(self, caller: &Caller, permission: Permission<E>) -> Result<Self, Error>
    where
        E: Into<Error> + Send + 'static,
    {
        let Permission::AsAdmin { otherwise } = permission else { return Ok(self) };
        let is_admin = RowUpdate::default().if_equal(&["role"], Role::Admin)?;
        let transaction = self.check(profile_key(caller.school, caller.user), is_admin)?;
        Ok(transaction.on_condition_failed(otherwise))
    }
}
