//! Timetables. A timetable is one row, found by its id. For each student and semester, a semester timetables row lists
//! the timetables; it makes their names unique and says which one is the primary timetable, because it always changes
//! as a whole. The id of a timetable contains its semester, so both rows can be read in one batch.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | timetable | `SCHOOL#<school>#TIMETABLE#<timetable>` | `TIMETABLE` |
//! | semester timetables | `SCHOOL#<school>#USER#<user>` | `TIMETABLES#<semester>` |

pub(crate) mod announcements;
pub(crate) mod catalogues;
pub(crate) mod exam_infos;
pub(crate) mod lecture_index;
mod list;
pub(crate) mod reviews;
pub(crate) mod share_links;
pub(crate) mod taken_lectures;
pub(crate) mod terms;

pub use list::ListedTimetable;

use crate::domain::{
    Caller, EntryId, FriendLink, Friendship, SchoolId, Semester, SemesterTimetables, Time, Timetable, TimetableChanges,
    TimetableId, UserId,
};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Backoff, Error, Key, Range, Read, ServiceAuthority, Table};
use crate::store::{friends, schools};

pub(crate) const TIMETABLES: &str = "TIMETABLES#";
pub(crate) const TIMETABLE: &str = "TIMETABLE";

/// Access to timetables.
#[derive(Clone, Debug)]
pub struct Timetables {
    table: Table,
}

/// A timetable, and whether it is the primary timetable of its semester.
#[derive(Clone, Debug)]
pub struct TimetableInSemester {
    pub timetable: Timetable,
    pub is_primary: bool,
}

/// A timetable of the caller, and the semester timetables that list it.
#[derive(Clone, Debug)]
pub struct OwnTimetable {
    timetable: Timetable,
    semester_timetables: SemesterTimetables,
}

/// A timetable that the caller may see, and the semester timetables of its owner and of the caller.
struct VisibleTimetable {
    timetable: Timetable,
    of_owner: Option<SemesterTimetables>,
    of_caller: Option<SemesterTimetables>,
}

pub(crate) fn key(school: SchoolId, id: TimetableId) -> Key {
    Key::new(format!("{}#TIMETABLE#{id}", schools::partition(school)), TIMETABLE)
}

/// The inverse of `key`.
pub(crate) fn parse_key(key: &Key) -> Option<(SchoolId, TimetableId)> {
    let (school, rest) = schools::parse_partition(&key.pk).filter(|_| key.sk == TIMETABLE)?;
    Some((school, rest.strip_prefix("#TIMETABLE#")?.parse().ok()?))
}

pub(crate) fn semester_key(school: SchoolId, user: UserId, semester: Semester) -> Key {
    Key::new(users::partition(school, user), format!("{TIMETABLES}{semester}"))
}

/// The semester timetables of a student, newest semester first.
fn semesters(school: SchoolId, user: UserId) -> Range {
    Range::newest_first(users::partition(school, user), TIMETABLES)
}

/// The error for a timetable that does not exist. An unverified caller gets the same error for every timetable that is not
/// the caller's own, and so does not learn which exist.
fn not_found(caller: &Caller) -> Error {
    caller.check_verified().map_or_else(Error::from, |()| Error::NotFound)
}

impl Timetables {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Returns a timetable that the caller may see: an unverified caller only the caller's own.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::SchoolUnverified`](crate::domain::Refusal::SchoolUnverified).
    pub async fn get(&self, caller: &Caller, id: TimetableId) -> Result<TimetableInSemester, Error> {
        let VisibleTimetable { timetable, of_owner, .. } = self.read_visible(caller, id).await?;
        let is_primary = of_owner.is_some_and(|semester| semester.primary_id == id);
        Ok(TimetableInSemester { timetable, is_primary })
    }

    /// Returns a timetable that the caller may see, and the caller's semester timetables, to which a copy is added.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_for_copy(
        &self,
        caller: &Caller,
        id: TimetableId,
    ) -> Result<(Timetable, Option<SemesterTimetables>), Error> {
        let VisibleTimetable { timetable, of_caller, .. } = self.read_visible(caller, id).await?;
        Ok((timetable, of_caller))
    }

    /// Returns a timetable of the caller together with its semester timetables.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::NotTimetableOwner`](crate::domain::Refusal::NotTimetableOwner) for another
    /// student's timetable that the caller may see.
    pub async fn get_own(&self, caller: &Caller, id: TimetableId) -> Result<OwnTimetable, Error> {
        let VisibleTimetable { timetable, of_owner, .. } = self.read_visible(caller, id).await?;
        timetable.check_owned_by(caller)?;
        Ok(OwnTimetable { timetable, semester_timetables: of_owner.ok_or(Error::NotFound)? })
    }

    /// Returns a timetable of the caller, without its semester timetables.
    ///
    /// # Errors
    /// Those of [`get_own`](Self::get_own).
    pub async fn get_own_timetable(&self, caller: &Caller, id: TimetableId) -> Result<Timetable, Error> {
        let timetable = self.table.get::<Timetable>(key(caller.school, id), Read::Consistent).await?;
        let timetable = timetable.ok_or_else(|| not_found(caller))?;
        if timetable.owner_id != caller.user {
            self.check_visible(caller, &timetable).await?;
        }
        timetable.check_owned_by(caller)?;
        Ok(timetable)
    }

    /// Returns the primary timetable of the caller's friend in the semester.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the timetable is private or the friend has withdrawn.
    pub async fn primary_of_friend(
        &self,
        caller: &Caller,
        link: &FriendLink,
        semester: Semester,
    ) -> Result<TimetableInSemester, Error> {
        let (school, friend) = (caller.school, link.partner);
        let (semester_key, profile_key) = (semester_key(school, friend, semester), users::profile_key(school, friend));
        let mut rows = self.table.batch_get([semester_key.clone(), profile_key.clone()], Read::Consistent).await?;
        let semester_timetables: Option<SemesterTimetables> = rows.take(&semester_key)?;
        let semester_timetables = semester_timetables.filter(|_| rows.has(&profile_key)).ok_or(Error::NotFound)?;
        let primary_key = key(school, semester_timetables.primary_id);
        let timetable: Option<Timetable> = self.table.get(primary_key, Read::Consistent).await?;
        let timetable = timetable.filter(|timetable| !timetable.is_private()).ok_or(Error::NotFound)?;
        Ok(TimetableInSemester { timetable, is_primary: true })
    }

    async fn read_visible(&self, caller: &Caller, id: TimetableId) -> Result<VisibleTimetable, Error> {
        let semester = id.semester().ok_or(Error::NotFound)?;
        let (key, semester_key) = (key(caller.school, id), semester_key(caller.school, caller.user, semester));
        let mut rows = self.table.batch_get([key.clone(), semester_key.clone()], Read::Consistent).await?;
        let timetable: Timetable = rows.take(&key)?.ok_or_else(|| not_found(caller))?;
        let of_caller: Option<SemesterTimetables> = rows.take(&semester_key)?;
        let of_owner = match timetable.owner_id == caller.user {
            true => of_caller.clone(),
            false => self.check_visible(caller, &timetable).await?,
        };
        Ok(VisibleTimetable { timetable, of_owner, of_caller })
    }

    /// Checks that the caller may see another student's timetable, and returns the owner's semester timetables.
    ///
    /// # Errors
    /// [`Refusal::SchoolUnverified`](crate::domain::Refusal::SchoolUnverified); [`Error::NotFound`].
    async fn check_visible(&self, caller: &Caller, timetable: &Timetable) -> Result<Option<SemesterTimetables>, Error> {
        caller.check_verified()?;
        if timetable.is_private() {
            return Err(Error::NotFound);
        }
        let (school, owner) = (caller.school, timetable.owner_id);
        let (semester_key, friendship_key, profile_key) = (
            semester_key(school, owner, timetable.semester),
            friends::friendship_key(school, caller.user, owner),
            users::profile_key(school, owner),
        );
        let keys = [semester_key.clone(), friendship_key.clone(), profile_key.clone()];
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let of_owner: Option<SemesterTimetables> = rows.take(&semester_key)?;
        let friendship: Option<Friendship> = rows.take(&friendship_key)?;
        let is_visible = timetable.is_visible_to_other(of_owner.as_ref(), friendship.as_ref());
        if rows.has(&profile_key) && is_visible { Ok(of_owner) } else { Err(Error::NotFound) }
    }

    /// Returns the caller's semester timetables; `None` if the caller has no timetable in the semester.
    pub async fn semester_timetables(
        &self,
        caller: &Caller,
        semester: Semester,
    ) -> Result<Option<SemesterTimetables>, Error> {
        self.table.get(semester_key(caller.school, caller.user, semester), Read::Consistent).await
    }

    /// Adds a timetable to the caller's semester timetables. If those were modified since they were read, the rules are
    /// checked again on the current ones.
    ///
    /// # Errors
    /// [`Refusal::TimetableNameTaken`](crate::domain::Refusal::TimetableNameTaken),
    /// [`Refusal::TimetablesFull`](crate::domain::Refusal::TimetablesFull); [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn add(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        timetable: Timetable,
        mut semester_timetables: Option<SemesterTimetables>,
    ) -> Result<TimetableInSemester, Error> {
        let key = key(caller.school, timetable.id);
        let semester_key = semester_key(caller.school, caller.user, timetable.semester);
        let mut backoff = Backoff::begin();
        loop {
            let transaction = self.table.transaction(access).record_idempotency(access, timetable.id.as_uuid())?;
            let transaction = match &semester_timetables {
                None => transaction.create(&semester_key, &SemesterTimetables::first(&timetable))?,
                Some(semester_timetables) => {
                    let extended = semester_timetables.with(&timetable, self.table.clock().now())?;
                    transaction.replace(&semester_key, &extended, semester_timetables.updated_at)?
                }
            };
            let transaction = transaction.on_condition_failed(Error::Stale).create(&key, &timetable)?;
            match transaction.record_taken_lectures(caller.school, &timetable, None)?.commit().await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    semester_timetables = self.semester_timetables(caller, timetable.semester).await?;
                }
                added => {
                    return added
                        .map(|()| TimetableInSemester { timetable, is_primary: semester_timetables.is_none() });
                }
            }
        }
    }

    /// Changes a timetable. If the timetable or its semester timetables were modified since they were read, the rules
    /// are checked again on the current ones.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::TimetableNameTaken`](crate::domain::Refusal::TimetableNameTaken),
    /// [`Refusal::PrimaryNeeded`](crate::domain::Refusal::PrimaryNeeded).
    pub async fn edit(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut own: OwnTimetable,
        changes: &TimetableChanges,
    ) -> Result<TimetableInSemester, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let OwnTimetable { timetable: old, semester_timetables: old_semester } = &own;
            let now = self.table.clock().now();
            let semester_timetables = old_semester.edit(old.id, changes, now)?;
            let new = old.edit(changes, now);
            let mut transaction = self
                .table
                .transaction(access)
                .replace(&key(caller.school, old.id), &new, old.updated_at)?
                .on_modified();
            if let Some(semester_timetables) = &semester_timetables {
                transaction = transaction
                    .replace(
                        &semester_key(caller.school, caller.user, old.semester),
                        semester_timetables,
                        old_semester.updated_at,
                    )?
                    .on_condition_failed(Error::Stale);
            }
            let primary = semester_timetables.as_ref().unwrap_or(old_semester).primary_id;
            match transaction.commit().await {
                Err(Error::Modified(_) | Error::Stale) => {
                    backoff.pause().await?;
                    own = self.get_own(caller, new.id).await?
                }
                edited => {
                    return edited.map(|()| TimetableInSemester { is_primary: primary == new.id, timetable: new });
                }
            }
        }
    }

    /// Deletes a timetable. If it was the primary timetable, the newest of the others becomes the primary timetable.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(&self, access: &WriteAccess, caller: &Caller, mut own: OwnTimetable) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let OwnTimetable { timetable, semester_timetables } = &own;
            let (id, seen) = (timetable.id, semester_timetables.updated_at);
            let semester_key = semester_key(caller.school, caller.user, timetable.semester);
            let transaction = self
                .table
                .transaction(access)
                .delete_unchanged(key(caller.school, id), timetable.updated_at)?
                .on_modified()
                .delete_share_link(timetable)?;
            let transaction = match semester_timetables.without(id, self.table.clock().now()) {
                Some(remaining) => transaction.replace(&semester_key, &remaining, seen)?,
                None => transaction.delete_unchanged(semester_key, seen)?,
            };
            match transaction.on_condition_failed(Error::Stale).commit().await {
                Err(Error::Modified(_) | Error::Stale) => {
                    backoff.pause().await?;
                    own = self.get_own(caller, id).await?
                }
                deleted => return deleted,
            }
        }
    }

    /// Changes the entries of a timetable of the caller. `change` returns the changed timetable and the id of the entry
    /// that it changes. If the timetable was modified since it was read, `change` runs again on the current one. So of
    /// two concurrent requests for the same time, the second sees the entry of the first.
    ///
    /// # Errors
    /// Those of `change`; [`Error::NotFound`], [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn change_entries<E: From<Error>, F: Future<Output = Result<(Timetable, EntryId), E>>>(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut timetable: Timetable,
        change: impl Fn(Timetable, Time) -> F,
    ) -> Result<(Timetable, EntryId), E> {
        let mut backoff = Backoff::begin();
        loop {
            let (changed, entry) = change(timetable.clone(), self.table.clock().now()).await?;
            let replaced = self
                .table
                .transaction(access)
                .record_idempotency(access, entry.as_uuid())?
                .replace(&key(caller.school, timetable.id), &changed, timetable.updated_at)?
                .on_modified()
                .record_taken_lectures(caller.school, &changed, Some(&timetable))?
                .commit()
                .await;
            match replaced {
                Err(Error::Modified(current)) => {
                    backoff.pause().await?;
                    timetable = current.read()?;
                }
                replaced => return Ok(replaced.map(|()| (changed, entry))?),
            }
        }
    }

    /// Deletes all timetables of a withdrawn student. One transaction deletes the timetables of a semester and their
    /// share links.
    pub(crate) async fn purge(&self, school: SchoolId, user: UserId) -> Result<(), Error> {
        for (sk, semester_timetables) in self.table.query_all::<SemesterTimetables>(semesters(school, user)).await? {
            let semester_key = Key::new(users::partition(school, user), sk);
            let mut transaction = self
                .table
                .transaction(ServiceAuthority)
                .delete_unchanged(semester_key, semester_timetables.updated_at)?
                .on_condition_failed(Error::Stale);
            let keys = semester_timetables.timetables.iter().map(|listed| key(school, listed.id));
            let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
            for key in keys {
                if let Some(timetable) = rows.take::<Timetable>(&key)? {
                    transaction = transaction
                        .delete_unchanged(key, timetable.updated_at)?
                        .on_condition_failed(Error::Stale)
                        .delete_share_link(&timetable)?;
                }
            }
            transaction.commit().await?;
        }
        Ok(())
    }
}
