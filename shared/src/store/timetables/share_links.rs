//! Share links of timetables. The row is found by the hash of the link's token, before the school is known; the token
//! itself is not stored. The timetable holds the hash of its current link, and every transaction that creates or
//! deletes a link also changes the timetable.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | share link | `SHARE#<hash of the token>` | `SHARE` |

use serde::{Deserialize, Serialize};

use crate::domain::{Caller, SchoolId, ShareHash, Timetable, TimetableId, UserId};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Backoff, Error, Key, Read, Transaction};
use crate::store::timetables::{Timetables, key as timetable_key};

const SHARE: &str = "SHARE";

/// The timetable of a share link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedTimetable {
    #[serde(rename = "school_id")]
    pub school: SchoolId,
    /// The owner of the timetable. No response contains this id.
    pub(crate) owner_id: UserId,
    #[serde(rename = "timetable_id")]
    pub id: TimetableId,
}

pub(crate) fn key(hash: &ShareHash) -> Key {
    Key::new(format!("{SHARE}#{}", hash.as_str()), SHARE)
}

impl Timetables {
    /// Replaces the share link of a timetable of the caller by a new one, or deletes it. If the timetable was modified
    /// since it was read, tries again on the current one.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn set_share_link(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut timetable: Timetable,
        share: Option<ShareHash>,
    ) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        while share.is_some() || timetable.share.is_some() {
            let changed = timetable.share(share.clone(), self.table.clock().now());
            let mut transaction = self
                .table
                .transaction(access)
                .replace(&timetable_key(caller.school, timetable.id), &changed, timetable.updated_at)?
                .on_modified()
                .delete_share_link(&timetable)?;
            if let Some(hash) = &share {
                let target = SharedTimetable { school: caller.school, owner_id: timetable.owner_id, id: timetable.id };
                transaction = transaction.create(&key(hash), &target)?;
            }
            match transaction.commit().await {
                Err(Error::Modified(current)) => {
                    backoff.pause().await?;
                    timetable = current.read()?;
                }
                shared => return shared,
            }
        }
        Ok(())
    }

    /// Finds the share link with this hash.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find_share_link(&self, hash: &ShareHash) -> Result<SharedTimetable, Error> {
        self.table.get(key(hash), Read::Consistent).await?.ok_or(Error::NotFound)
    }

    /// Returns the timetable of a share link.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the link or the timetable was deleted, or if the owner has withdrawn.
    pub async fn get_shared(&self, hash: &ShareHash, shared: &SharedTimetable) -> Result<Timetable, Error> {
        let SharedTimetable { school, owner_id, id } = *shared;
        let (timetable_key, profile_key) = (timetable_key(school, id), users::profile_key(school, owner_id));
        let mut rows = self.table.batch_get([timetable_key.clone(), profile_key.clone()], Read::Consistent).await?;
        let timetable: Option<Timetable> = rows.take(&timetable_key)?;
        let is_shared = |timetable: &Timetable| rows.has(&profile_key) && timetable.share.as_ref() == Some(hash);
        timetable.filter(is_shared).ok_or(Error::NotFound)
    }
}

impl Transaction {
    /// Deletes the share link of a timetable, if it has one.
    pub(crate) fn delete_share_link(self, timetable: &Timetable) -> Result<Self, Error> {
        match &timetable.share {
            Some(hash) => Ok(self.delete(key(hash))?.on_condition_failed(Error::Stale)),
            None => Ok(self),
        }
    }
}
