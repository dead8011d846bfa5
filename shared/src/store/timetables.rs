//! Timetables: a row each, found by the id alone, and for each student and semester a shelf, which lists them. Names are
//! unique and one timetable is the primary one because the shelf says so, which changes as a whole. The id tells the
//! semester, so that a timetable and its shelf are read at once.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | timetable | `SCHOOL#<school>#TIMETABLE#<id>` | `TIMETABLE` |
//! | shelf | `SCHOOL#<school>#USER#<user>` | `TIMETABLES#<semester>` |

use super::audit::{Entry, Fact, Kind};
use super::table::{Backoff, Service};
use super::{
    Error, Key, Page, Range, Read, Table, Writer, catalogues, friends, schools, shares, taken, users, withdrawals,
};
use crate::domain::{
    Caller, EntryId, Friendship, Parse, SchoolId, Semester, Shelf, Tie, Time, Timetable, TimetableChanges, TimetableId,
    UserId, fold,
};

const SHELF: &str = "TIMETABLES#";
const TIMETABLE: &str = "TIMETABLE";

/// Access to timetables.
#[derive(Clone, Debug)]
pub struct Timetables {
    pub(super) table: Table,
}

/// A timetable, and whether it is the primary one of its semester.
#[derive(Clone, Debug)]
pub struct PlacedTimetable {
    /// The timetable.
    pub timetable: Timetable,
    /// Whether it is the primary one.
    pub is_primary: bool,
}

/// A timetable of the caller's own, and the shelf that it is on.
#[derive(Clone, Debug)]
pub struct OwnTimetable {
    timetable: Timetable,
    shelf: Shelf,
}

pub(super) fn key(school: SchoolId, id: TimetableId) -> Key {
    Key::new(format!("{}#TIMETABLE#{id}", schools::partition(school)), TIMETABLE)
}

fn shelf_key(school: SchoolId, user: UserId, semester: Semester) -> Key {
    Key::new(users::partition(school, user), format!("{SHELF}{semester}"))
}

fn shelves(school: SchoolId, user: UserId) -> Range {
    Range::newest_first(users::partition(school, user), SHELF)
}

impl Timetables {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// The timetable with this id, if the caller may see it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: TimetableId) -> Result<PlacedTimetable, Error> {
        let (timetable, shelf, _) = self.read(caller, id).await?;
        let is_primary = shelf.is_some_and(|shelf| shelf.primary_id == id);
        Ok(PlacedTimetable { timetable, is_primary })
    }

    /// A timetable that the caller may see, and the caller's own shelf of its semester, on which a copy is to be.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn to_copy(&self, caller: &Caller, id: TimetableId) -> Result<(Timetable, Option<Shelf>), Error> {
        let (timetable, _, own_shelf) = self.read(caller, id).await?;
        Ok((timetable, own_shelf))
    }

    /// The caller's own timetable with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::NotTimetableOwner`](crate::domain::Refusal::NotTimetableOwner) for another
    /// student's that the caller may see.
    pub async fn own(&self, caller: &Caller, id: TimetableId) -> Result<OwnTimetable, Error> {
        let (timetable, shelf, _) = self.read(caller, id).await?;
        timetable.check_owned_by(caller)?;
        Ok(OwnTimetable { timetable, shelf: shelf.ok_or(Error::NotFound)? })
    }

    /// Like [`own`](Self::own), without the shelf.
    ///
    /// # Errors
    /// The same.
    pub async fn own_alone(&self, caller: &Caller, id: TimetableId) -> Result<Timetable, Error> {
        let timetable = self.table.get::<Timetable>(key(caller.school, id), Read::Latest).await?;
        let timetable = timetable.ok_or(Error::NotFound)?;
        if timetable.owner_id != caller.user {
            self.check_shown(caller, &timetable).await?;
        }
        timetable.check_owned_by(caller)?;
        Ok(timetable)
    }

    /// The primary timetable of the caller's friend in the semester, if friends may see it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn of_friend(&self, caller: &Caller, tie: &Tie, semester: Semester) -> Result<PlacedTimetable, Error> {
        let (shelf, profile) =
            (shelf_key(caller.school, tie.partner, semester), users::profile_key(caller.school, tie.partner));
        let mut rows = self.table.batch_get([shelf.clone(), profile.clone()], Read::Latest).await?;
        let shelf = rows.take::<Shelf>(&shelf)?.filter(|_| rows.has(&profile)).ok_or(Error::NotFound)?;
        let timetable = self.table.get::<Timetable>(key(caller.school, shelf.primary_id), Read::Latest).await?;
        let timetable = timetable.filter(Timetable::is_open);
        Ok(PlacedTimetable { timetable: timetable.ok_or(Error::NotFound)?, is_primary: true })
    }

    /// A timetable that the caller may see, its owner's shelf of the semester, and the caller's.
    async fn read(&self, caller: &Caller, id: TimetableId) -> Result<(Timetable, Option<Shelf>, Option<Shelf>), Error> {
        let semester = id.semester().ok_or(Error::NotFound)?;
        let (key, shelf_key) = (key(caller.school, id), shelf_key(caller.school, caller.user, semester));
        let mut rows = self.table.batch_get([key.clone(), shelf_key.clone()], Read::Latest).await?;
        let timetable: Timetable = rows.take(&key)?.ok_or(Error::NotFound)?;
        let own_shelf: Option<Shelf> = rows.take(&shelf_key)?;
        let shelf = match timetable.owner_id == caller.user {
            true => own_shelf.clone(),
            false => self.check_shown(caller, &timetable).await?,
        };
        Ok((timetable, shelf, own_shelf))
    }

    /// Checks that the caller may see another student's timetable, and gives that one's shelf.
    async fn check_shown(&self, caller: &Caller, timetable: &Timetable) -> Result<Option<Shelf>, Error> {
        // What nobody else may see takes no second look.
        if !timetable.is_open() {
            return Err(Error::NotFound);
        }
        let (school, owner) = (caller.school, timetable.owner_id);
        let (shelf, pair, profile) = (
            shelf_key(school, owner, timetable.semester),
            friends::pair_key(school, caller.user, owner),
            users::profile_key(school, owner),
        );
        let mut rows = self.table.batch_get([shelf.clone(), pair.clone(), profile.clone()], Read::Latest).await?;
        let (shelf, friendship) = (rows.take::<Shelf>(&shelf)?, rows.take::<Friendship>(&pair)?);
        let is_shown = rows.has(&profile) && timetable.is_shown_to_other(shelf.as_ref(), friendship.as_ref());
        if is_shown { Ok(shelf) } else { Err(Error::NotFound) }
    }

    /// The caller's shelf of the semester, if there is anything on it.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn shelf(&self, caller: &Caller, semester: Semester) -> Result<Option<Shelf>, Error> {
        self.table.get(shelf_key(caller.school, caller.user, semester), Read::Latest).await
    }

    /// A page of the caller's timetables, of one semester or of all, newest first, behind the given one.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list(
        &self,
        caller: &Caller,
        semester: Option<Semester>,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<PlacedTimetable, String>, Error> {
        let shelves: Vec<Shelf> = match semester {
            Some(semester) => self.shelf(caller, semester).await?.into_iter().collect(),
            None => {
                let rows = self.table.query_all(shelves(caller.school, caller.user)).await?;
                rows.into_iter().map(|(_, shelf)| shelf).collect()
            }
        };
        let listed = shelves
            .iter()
            .flat_map(|shelf| shelf.timetables.iter().map(|listed| (listed.id, listed.id == shelf.primary_id)));
        let mut ids: Vec<_> = listed.collect();
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids.retain(|(id, _)| after.as_ref().is_none_or(|after| id.to_string() < *after));
        let is_last = ids.len() <= limit;
        ids.truncate(limit);
        let next = ids.last().filter(|_| !is_last).map(|(id, _)| id.to_string());
        let keys = ids.iter().map(|(id, _)| key(caller.school, *id));
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        let placed = |(id, is_primary): (TimetableId, bool)| {
            let timetable = rows.take(&key(caller.school, id)).transpose()?;
            Some(timetable.map(|timetable| PlacedTimetable { timetable, is_primary }))
        };
        let items = ids.into_iter().filter_map(placed).collect::<Result<_, Error>>()?;
        Ok(Page { items, next })
    }

    /// Adds a timetable to the shelf as it was read; if that has changed, as it is.
    ///
    /// # Errors
    /// [`Refusal::TimetableNameTaken`](crate::domain::Refusal::TimetableNameTaken),
    /// [`Refusal::TimetablesFull`](crate::domain::Refusal::TimetablesFull); those of a claim.
    pub async fn add(
        &self,
        writer: &Writer,
        caller: &Caller,
        timetable: Timetable,
        mut shelf: Option<Shelf>,
    ) -> Result<PlacedTimetable, Error> {
        let key = key(caller.school, timetable.id);
        let shelf_key = shelf_key(caller.school, caller.user, timetable.semester);
        let mut backoff = Backoff::begin();
        loop {
            let transaction = self.table.transaction(writer).claim(writer, timetable.id.as_uuid())?;
            let transaction = match &shelf {
                None => transaction.create(&shelf_key, &Shelf::first(&timetable))?,
                Some(shelf) => {
                    let longer = shelf.with(&timetable, self.table.clock().now())?;
                    transaction.replace(&shelf_key, &longer, shelf.updated_at)?
                }
            };
            let transaction = transaction.on_condition_failed(Error::Stale).create(&key, &timetable)?;
            match transaction.take(caller.school, &timetable, None)?.commit().await {
                Err(Error::Stale) if backoff.pause().await => {
                    shelf = self.shelf(caller, timetable.semester).await?;
                }
                added => return added.map(|()| PlacedTimetable { timetable, is_primary: shelf.is_none() }),
            }
        }
    }

    /// Changes a timetable; if it or its shelf is no longer as it was read, from the start.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::TimetableNameTaken`](crate::domain::Refusal::TimetableNameTaken),
    /// [`Refusal::PrimaryNeeded`](crate::domain::Refusal::PrimaryNeeded).
    pub async fn edit(
        &self,
        writer: &Writer,
        caller: &Caller,
        mut own: OwnTimetable,
        changes: &TimetableChanges,
    ) -> Result<PlacedTimetable, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let OwnTimetable { timetable: old, shelf: old_shelf } = &own;
            let now = self.table.clock().now();
            let shelf = old_shelf.edit(old.id, changes, now)?;
            let new = old.edit(changes, now);
            let mut transaction =
                self.table.transaction(writer).replace(&key(caller.school, old.id), &new, old.updated_at)?.on_change();
            if let Some(shelf) = &shelf {
                transaction = transaction
                    .replace(&shelf_key(caller.school, caller.user, old.semester), shelf, old_shelf.updated_at)?
                    .on_condition_failed(Error::Stale);
            }
            let primary = shelf.as_ref().unwrap_or(old_shelf).primary_id;
            match transaction.commit().await {
                Err(Error::Changed(_) | Error::Stale) if backoff.pause().await => {
                    own = self.own(caller, new.id).await?
                }
                edited => return edited.map(|()| PlacedTimetable { is_primary: primary == new.id, timetable: new }),
            }
        }
    }

    /// Deletes a timetable. If it was the primary one, the newest of the others becomes that.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(&self, writer: &Writer, caller: &Caller, mut own: OwnTimetable) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let OwnTimetable { timetable, shelf } = &own;
            let (id, seen) = (timetable.id, shelf.updated_at);
            let shelf_key = shelf_key(caller.school, caller.user, timetable.semester);
            let transaction = self
                .table
                .transaction(writer)
                .delete_unchanged(key(caller.school, id), timetable.updated_at)?
                .on_change()
                .unshare(timetable)?;
            let transaction = match shelf.without(id, self.table.clock().now()) {
                Some(shorter) => transaction.replace(&shelf_key, &shorter, seen)?,
                None => transaction.delete_unchanged(shelf_key, seen)?,
            };
            match transaction.on_condition_failed(Error::Stale).commit().await {
                Err(Error::Changed(_) | Error::Stale) if backoff.pause().await => own = self.own(caller, id).await?,
                deleted => return deleted,
            }
        }
    }

    /// Changes the entries of the caller's timetable as `change` says, which gives back the entry that it is about; if
    /// the timetable is no longer as it was read, from the start. So of two requests that want the same time at the same
    /// moment the second one meets what the first one did.
    ///
    /// # Errors
    /// Those of the change; [`Error::NotFound`]; those of a claim.
    pub async fn change<E: From<Error>, F: Future<Output = Result<(Timetable, EntryId), E>>>(
        &self,
        writer: &Writer,
        caller: &Caller,
        mut timetable: Timetable,
        change: impl Fn(Timetable, Time) -> F,
    ) -> Result<(Timetable, EntryId), E> {
        let mut backoff = Backoff::begin();
        loop {
            let (changed, entry) = change(timetable.clone(), self.table.clock().now()).await?;
            let replaced = self
                .table
                .transaction(writer)
                .claim(writer, entry.as_uuid())?
                .replace(&key(caller.school, timetable.id), &changed, timetable.updated_at)?
                .on_change()
                .take(caller.school, &changed, Some(&timetable))?
                .commit()
                .await;
            match replaced {
                Err(Error::Changed(image)) if backoff.pause().await => timetable = image.read()?,
                replaced => return Ok(replaced.map(|()| (changed, entry))?),
            }
        }
    }

    /// Deletes all timetables of somebody who has withdrawn, a shelf at a time together with what is on it and the links
    /// to that.
    pub(super) async fn purge(&self, school: SchoolId, user: UserId) -> Result<(), Error> {
        for (sk, shelf) in self.table.query_all::<Shelf>(shelves(school, user)).await? {
            let shelf_key = Key::new(users::partition(school, user), sk);
            let mut transaction = self
                .table
                .transaction(Service)
                .delete_unchanged(shelf_key, shelf.updated_at)?
                .on_condition_failed(Error::Stale);
            let keys = shelf.timetables.iter().map(|listed| key(school, listed.id));
            let mut rows = self.table.batch_get(keys.clone(), Read::Latest).await?;
            for key in keys {
                if let Some(timetable) = rows.take::<Timetable>(&key)? {
                    transaction = transaction
                        .delete_unchanged(key, timetable.updated_at)?
                        .on_condition_failed(Error::Stale)
                        .unshare(&timetable)?;
                }
            }
            transaction.commit().await?;
        }
        Ok(())
    }
}

/// A timetable is on its owner's shelf, under its name, and there is a catalogue of its lectures, which its owner has
/// taken.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::of_partition(pk) {
        let semester = Semester::parse(sk.strip_prefix(SHELF)?.to_owned()).ok()?;
        entry.needs_any(withdrawals::owner_keys(school, user));
        if let Some(shelf) = entry.read::<Shelf>()
            && entry.belongs_at(&shelf_key(school, user, shelf.semester))
        {
            for listed in &shelf.timetables {
                entry.post(1, shelved(school, user, semester, listed.id, &fold(listed.name.as_str())));
            }
            if !shelf.timetables.iter().any(|listed| listed.id == shelf.primary_id) {
                entry.find("the primary one is none of its timetables.");
            }
        }
        return Some("shelf of timetables");
    }
    let (school, rest) = schools::of_partition(pk)?;
    rest.strip_prefix("#TIMETABLE#")?.parse::<TimetableId>().ok()?;
    if sk != TIMETABLE {
        return None;
    }
    if let Some(timetable) = entry.read::<Timetable>()
        && entry.belongs_at(&key(school, timetable.id))
    {
        shares::audit_shared(entry, school, &timetable);
        let Timetable { id, owner_id, semester, name, .. } = &timetable;
        entry.post(-1, shelved(school, *owner_id, *semester, *id, &fold(name.as_str())));
        if timetable.lectures().next().is_some() {
            entry.needs(catalogues::key(school, *semester));
        }
        for lecture in timetable.lectures() {
            entry.needs(taken::key(school, *owner_id, *semester, lecture));
        }
    }
    Some("timetable")
}

/// What a timetable and the shelf say of each other.
fn shelved(school: SchoolId, user: UserId, semester: Semester, id: TimetableId, name: &str) -> Fact {
    Fact::That(format!(
        "timetable {id} of school {school} is user {user}'s, of the semester {semester}, and named {name:?}"
    ))
}
