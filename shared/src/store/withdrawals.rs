//! Withdrawal of students (rule 15), in two steps:
//!
//! 1. One transaction deletes the account: login, sessions, unique values and profile. It puts the login id, the nickname
//!    and the verified address to rest, and writes a row that replaces the profile, and a purge.
//! 2. Later, a schedule runs the purge, which deletes the student's other rows, and the purge row last. A purge is
//!    idempotent: if it is interrupted, the next run starts it again.
//!
//! The service deletes accounts that are not verified in time in the same way (rule 16).
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | withdrawn student | `SCHOOL#<school>#USER#<user>` | `WITHDRAWN` |
//! | purge | `PURGES` | `<school>#<user>` |

use serde::{Deserialize, Serialize};

use crate::domain::{Restrictions, School, SchoolId, Time, User, UserId};
use crate::store::accounts::deadlines::{self, VerificationDeadline};
use crate::store::accounts::{
    credentials, credentials::Credentials, resting::RestingNames, sessions, sessions::SessionsRow, users,
    verification::if_same_verification, write_access::WriteAccess,
};
use crate::store::content::{comments, reactions};
use crate::store::dynamo::{
    Error, Key, KeyCondition, Range, Read, RowUpdate, ServiceAuthority, Table, Transaction, partitions_in_turn,
    time_left,
};
use crate::store::timetables::{Timetables, exam_infos, reviews};
use crate::store::{friends, messages, push, schools};

pub(crate) const PURGES: &str = "PURGES";
const WITHDRAWN: &str = "WITHDRAWN";

/// How long a purge waits, in seconds. This is longer than any request takes, so that a request that started before the
/// withdrawal cannot write a row after the purge.
const GRACE_S: i64 = 30;

/// Access to withdrawals.
#[derive(Clone, Debug)]
pub struct Withdrawals {
    table: Table,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct WithdrawnUser {
    withdrawn_at: Time,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Purge {
    pub(crate) school_id: SchoolId,
    pub(crate) user_id: UserId,
    withdrawn_at: Time,
}

/// The result of a run over the pending purges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PurgeSummary {
    /// Number of purges that are finished.
    pub finished: u32,
    /// Number of purges that are not due yet, or that did not fit into the time budget.
    pub waiting: u32,
}

pub(crate) fn withdrawn_key(school: SchoolId, user: UserId) -> Key {
    Key::new(users::partition(school, user), WITHDRAWN)
}

/// The keys of the profile and of the withdrawn student. For every author, exactly one of the two rows exists. The auditor
/// checks this.
pub(crate) fn author_keys(school: SchoolId, user: UserId) -> [Key; 2] {
    [users::profile_key(school, user), withdrawn_key(school, user)]
}

/// The keys of the profile and of the purge. As long as the student may have rows, one of the two exists. The auditor
/// checks this.
pub(crate) fn owner_keys(school: SchoolId, user: UserId) -> [Key; 2] {
    [users::profile_key(school, user), purge_key(school, user)]
}

pub(crate) fn purge_key(school: SchoolId, user: UserId) -> Key {
    Key::new(PURGES, format!("{school}#{user}"))
}

/// How many deadlines a query reads.
const DEADLINES_PER_PAGE: usize = 100;

impl Transaction {
    /// Deletes what identifies a student except the login, and leaves a purge of the rest. Fails with [`Error::Stale`] if
    /// the profile or the restrictions have changed since they were read.
    fn delete_account(self, user: &User, restrictions: &Restrictions, now: Time) -> Result<Self, Error> {
        let (school, id) = (user.school_id, user.id);
        let unchanged = if_same_verification(user)?.if_equal(&["updated_at"], user.updated_at)?;
        let transaction = self
            .delete_if(users::profile_key(school, id), unchanged)?
            .on_condition_failed(Error::Stale)
            .release_address(user)?
            .delete(users::nickname_key(school, &user.nickname))?
            .delete_user_handle(user)?
            .delete_if(sessions::key(school, id), sessions::if_same_restrictions(restrictions)?)?
            .on_condition_failed(Error::Stale)
            .create(&withdrawn_key(school, id), &WithdrawnUser { withdrawn_at: now })?
            .create(&purge_key(school, id), &Purge { school_id: school, user_id: id, withdrawn_at: now })?;
        match user.verification.is_verified() {
            true => Ok(transaction),
            false => transaction.delete_deadline(user),
        }
    }
}

impl Withdrawals {
    /// Withdrawals in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Deletes the account of a student whose password was checked against these credentials. The time without writing of a
    /// sanction survives under the verified address.
    ///
    /// # Errors
    /// [`Error::Stale`] if the account has changed since it was read.
    pub async fn withdraw(
        &self,
        access: &WriteAccess,
        user: &User,
        credentials: &Credentials,
        resting: &RestingNames,
    ) -> Result<(), Error> {
        let now = self.table.clock().now();
        self.table
            .transaction(access)
            .delete_if(credentials::key(&user.login_id), credentials::if_unchanged(credentials)?)?
            .on_condition_failed(Error::Stale)
            .delete_account(user, access.restrictions(), now)?
            .rest_names(resting, user, now)?
            .keep_sanction(resting, user, access.restrictions(), now)?
            .commit()
            .await
    }

    /// Deletes the accounts that are not verified in time, as many as there is time for. Their names do not rest: an
    /// unverified account has no history, and nobody has seen it. Returns how many accounts were deleted.
    ///
    /// # Errors
    /// The first error of an account. The next run tries it again.
    pub async fn delete_unverified(&self) -> Result<u32, Error> {
        let (mut deleted, mut first_error) = (0_u32, None);
        let now = self.table.clock().now();
        for shard in partitions_in_turn(deadlines::SHARDS, now) {
            let mut rest = Some(deadlines::passed(shard, now));
            while let Some(range) = rest.take() {
                let page =
                    self.table.query_well_formed::<VerificationDeadline>(range.clone(), Some(DEADLINES_PER_PAGE));
                let page = match page.await {
                    Ok(page) => page,
                    Err(error) => {
                        first_error = first_error.or(Some(error));
                        break;
                    }
                };
                for (_, deadline) in page.items {
                    if time_left().is_zero() {
                        return first_error.map_or(Ok(deleted), Err);
                    }
                    match self.delete_one_unverified(&deadline).await {
                        Ok(is_deleted) => deleted = deleted.saturating_add(is_deleted.into()),
                        Err(error) => first_error = first_error.or(Some(error)),
                    }
                }
                rest = page.next.map(|sk| range.after(Some(sk)));
            }
        }
        first_error.map_or(Ok(deleted), Err)
    }

    /// Deletes the account, unless it counts or has counted as verified. Returns whether it did.
    async fn delete_one_unverified(&self, deadline: &VerificationDeadline) -> Result<bool, Error> {
        let (school, user) = (deadline.school_id, deadline.user_id);
        let keys = [users::profile_key(school, user), schools::key(school), sessions::key(school, user)];
        let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
        let [profile, school, sessions] = &keys;
        let account = (rows.take::<User>(profile)?, rows.take::<School>(school)?, rows.take::<SessionsRow>(sessions)?);
        let (unverified, restrictions) = match account {
            (Some(user), Some(school), Some(sessions)) if !school.is_verified(&user) && !sessions.is_verified() => {
                (user, sessions.restrictions)
            }
            _ => {
                self.table.delete(ServiceAuthority, deadline.key()).await?;
                return Ok(false);
            }
        };
        let transaction = self
            .table
            .transaction(ServiceAuthority)
            .delete_if(credentials::key(&unverified.login_id), RowUpdate::of_existing())?
            .on_condition_failed(Error::Stale)
            .delete_account(&unverified, &restrictions, self.table.clock().now())?;
        match transaction.commit().await {
            // The student has just changed the account, verified it or withdrawn. The next run reads it again.
            Err(Error::Stale) => Ok(false),
            result => result.map(|()| true),
        }
    }

    /// Runs the purges that are due, as many as there is time for. A purge that fails does not stop the others.
    ///
    /// # Errors
    /// The first error of a purge. The failed purges stay for the next run.
    pub async fn purge(&self) -> Result<PurgeSummary, Error> {
        let purges = Range::oldest_first(PURGES.to_owned(), KeyCondition::Whole);
        let (mut summary, mut first_error) = (PurgeSummary::default(), None);
        let due_before = self.table.clock().now().plus_secs(-GRACE_S);
        for (_, purge) in self.table.query_all_well_formed::<Purge>(purges).await? {
            if purge.withdrawn_at > due_before || time_left().is_zero() {
                summary.waiting = summary.waiting.saturating_add(1);
                continue;
            }
            match self.purge_one(&purge).await {
                Ok(()) => summary.finished = summary.finished.saturating_add(1),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        first_error.map_or(Ok(summary), Err)
    }

    /// Deletes the student's own rows, and the purge row last. Some rows stay: see [`is_kept`].
    ///
    /// An entity with rows outside the student's partition, or with rows that others count, needs its own step here,
    /// before the partition is deleted.
    async fn purge_one(&self, purge: &Purge) -> Result<(), Error> {
        let (school, user) = (purge.school_id, purge.user_id);
        Timetables::new(self.table.clone()).purge(school, user).await?;
        friends::purge(&self.table, school, user).await?;
        push::purge(&self.table, school, user).await?;
        let partition = users::partition(school, user);
        let mut rest = Some(Range::oldest_first(partition.clone(), KeyCondition::Whole));
        while let Some(range) = rest.take() {
            let page = self.table.query_keys(range.clone()).await?;
            for sk in page.items.into_iter().filter(|sk| !is_kept(sk)) {
                self.table.delete(ServiceAuthority, Key::new(&partition, sk)).await?;
            }
            rest = page.next.map(|sk| range.after(Some(sk)));
        }
        self.table.delete(ServiceAuthority, purge_key(school, user)).await
    }
}

/// Whether the purge keeps this row of the student's partition.
///
/// - Likes and reactions with scraps, because posts, comments, reviews and exam infos count them. A fall of the counts
///   would tell which things a student who has left had in common.
/// - Commenter rows and listed threads, because requests of other students write them. If they were gone, a message in
///   an anonymous thread, or the deletion of an anonymous comment by an admin, would show that the author has left
///   (rule 15). They hold nothing that the comments and threads do not hold as well.
fn is_kept(sk: &str) -> bool {
    let is_counted =
        reactions::is_reaction(sk) || comments::is_like(sk) || reviews::is_like(sk) || exam_infos::is_like(sk);
    sk == WITHDRAWN || is_counted || sk.starts_with(comments::COMMENTED) || sk.starts_with(messages::LISTED_THREAD)
}
