//! Withdrawal (rule 15). One transaction takes the account out of the service: its login, its sessions, its names are
//! gone, and a purge is left to be done. The purge deletes the rest of what is the student's own, in its own time; it
//! can be killed anywhere and begun again, and doing it twice is doing it once.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | tombstone | `SCHOOL#<school>#USER#<user>` | `WITHDRAWN` |
//! | purge | `PURGES` | `<school>#<user>` |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Kind};
use super::table::Service;
use super::usage::time_left;
use super::{
    Credentials, Error, Key, Range, Run, Table, Timetables, Writer, credentials, friend_writes, marks, schools,
    sessions, users,
};
use crate::domain::{SchoolId, Time, User, UserId};

const PURGES: &str = "PURGES";
const WITHDRAWN: &str = "WITHDRAWN";

/// How long a purge waits, in seconds: longer than a request may take, so that none that began before the withdrawal
/// leaves a row behind after the purge.
const GRACE_S: i64 = 30;

/// Access to withdrawals.
#[derive(Clone, Debug)]
pub struct Withdrawals {
    table: Table,
}

#[derive(Serialize, Deserialize)]
struct Tombstone {
    withdrawn_at: Time,
}

#[derive(Serialize, Deserialize)]
struct Purge {
    school_id: SchoolId,
    user_id: UserId,
    withdrawn_at: Time,
}

/// What came of the purges that waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// How many were finished.
    pub finished: u32,
    /// How many still wait.
    pub waiting: u32,
}

pub(super) fn tombstone_key(school: SchoolId, user: UserId) -> Key {
    Key::new(users::partition(school, user), WITHDRAWN)
}

/// The rows of which one is there for whoever made something, also after a withdrawal.
pub(super) fn author_keys(school: SchoolId, user: UserId) -> [Key; 2] {
    [users::profile_key(school, user), tombstone_key(school, user)]
}

/// The rows of which one is there as long as the student's own rows may be.
pub(super) fn owner_keys(school: SchoolId, user: UserId) -> [Key; 2] {
    [users::profile_key(school, user), purge_key(school, user)]
}

fn purge_key(school: SchoolId, user: UserId) -> Key {
    Key::new(PURGES, format!("{school}#{user}"))
}

impl Withdrawals {
    /// Over the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Takes a student who has shown the password out of the service.
    ///
    /// # Errors
    /// [`Error::Stale`] when the account has changed since it was read.
    pub async fn withdraw(&self, writer: &Writer, user: &User, shown: &Credentials) -> Result<(), Error> {
        let (school, id, now) = (user.school_id, user.id, self.table.clock().now());
        let tombstone = tombstone_key(school, id);
        self.table
            .transaction(writer)
            .delete_if(credentials::key(&user.login_id), credentials::unchanged(shown)?)?
            .on_condition_failed(Error::Stale)
            .delete_unchanged(users::profile_key(school, id), user.updated_at)?
            .on_condition_failed(Error::Stale)
            .delete(users::email_key(&user.email))?
            .delete(users::nickname_key(school, &user.nickname))?
            .withdraw_introduction(user)?
            .delete(sessions::key(school, id))?
            .create(&tombstone, &Tombstone { withdrawn_at: now })?
            .create(&purge_key(school, id), &Purge { school_id: school, user_id: id, withdrawn_at: now })?
            .commit()
            .await
    }

    /// Finishes the purges that have waited long enough, as many as there is time for.
    ///
    /// # Errors
    /// The first of those that kept a purge from being finished; what is done stays done.
    pub async fn purge(&self) -> Result<Purged, Error> {
        let purges = Range::oldest_first(PURGES.to_owned(), Run::Whole);
        let (mut purged, mut failed) = (Purged::default(), None);
        let due_before = self.table.clock().now().plus_secs(-GRACE_S);
        for (_, purge) in self.table.query_all::<Purge>(purges).await? {
            if purge.withdrawn_at > due_before || time_left().is_zero() {
                purged.waiting = purged.waiting.saturating_add(1);
                continue;
            }
            match self.purge_one(&purge).await {
                Ok(()) => purged.finished = purged.finished.saturating_add(1),
                // Those behind it are not to wait for what one fails by.
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(purged), Err)
    }

    /// Deletes what is the student's own, and last of all the purge itself. Whatever of an entity's stands elsewhere
    /// than in the student's partition, or is counted there, is to be deleted here as well. Likes stay, for what is
    /// liked counts them.
    async fn purge_one(&self, purge: &Purge) -> Result<(), Error> {
        let (school, user) = (purge.school_id, purge.user_id);
        marks::purge_scraps(&self.table, school, user).await?;
        Timetables::new(self.table.clone()).purge(school, user).await?;
        friend_writes::purge(&self.table, school, user).await?;
        let partition = users::partition(school, user);
        let mut rest = Some(Range::oldest_first(partition.clone(), Run::Whole));
        while let Some(range) = rest.take() {
            let page = self.table.query_keys(range.clone()).await?;
            for sk in page.items.into_iter().filter(|sk| sk != WITHDRAWN && !marks::outlasts_withdrawal(sk)) {
                self.table.delete(Service, Key::new(&partition, sk)).await?;
            }
            rest = page.next.map(|sk| range.after(Some(sk)));
        }
        self.table.delete(Service, purge_key(school, user)).await
    }
}

/// A tombstone stands in place of a profile; a purge is of somebody who has withdrawn.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    if entry.key.pk == PURGES {
        let (school, user) = entry.key.sk.split_once('#')?;
        let (school, user) = (school.parse().ok()?, user.parse().ok()?);
        entry.gives();
        entry.needs(tombstone_key(school, user));
        if let Some(purge) = entry.read::<Purge>() {
            entry.belongs_at(&purge_key(purge.school_id, purge.user_id));
        }
        return Some("purge");
    }
    let (school, user) = users::of_partition(&entry.key.pk)?;
    if *entry.key != tombstone_key(school, user) {
        return None;
    }
    entry.gives();
    entry.needs(schools::key(school));
    entry.excludes(users::profile_key(school, user));
    entry.read::<Tombstone>();
    Some("withdrawn student")
}
