//! Links to timetables. The token of a link leads to a row by its hash, before any school is known; the token itself is
//! nowhere. The timetable says which link is its own, and changes in every transaction that makes or ends one.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | link | `SHARE#<hash of the token>` | `SHARE` |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Fact, Kind};
use super::table::Backoff;
use super::timetables::{Timetables, key as timetable_key};
use super::{Error, Key, Read, Transaction, Writer, users};
use crate::domain::{Caller, SchoolId, ShareHash, Timetable, TimetableId, UserId};

const SHARE: &str = "SHARE";

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedTimetable {
    /// The school.
    #[serde(rename = "school_id")]
    pub school: SchoolId,
    /// Whose timetable it is. No answer ever holds this.
    owner_id: UserId,
    /// The timetable.
    #[serde(rename = "timetable_id")]
    pub id: TimetableId,
}

fn key(hash: &ShareHash) -> Key {
    Key::new(format!("{SHARE}#{}", hash.as_str()), SHARE)
}

impl Timetables {
    /// Gives the caller's timetable another link, or none, in place of the one that it has; if it is no longer as it was
    /// read, from the start.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn share(
        &self,
        writer: &Writer,
        caller: &Caller,
        mut timetable: Timetable,
        share: Option<ShareHash>,
    ) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        while share.is_some() || timetable.share.is_some() {
            let changed = timetable.share(share.clone(), self.table.clock().now());
            let mut transaction = self
                .table
                .transaction(writer)
                .replace(&timetable_key(caller.school, timetable.id), &changed, timetable.updated_at)?
                .on_change()
                .unshare(&timetable)?;
            if let Some(hash) = &share {
                let leads_to =
                    SharedTimetable { school: caller.school, owner_id: timetable.owner_id, id: timetable.id };
                transaction = transaction.create(&key(hash), &leads_to)?;
            }
            match transaction.commit().await {
                Err(Error::Changed(image)) if backoff.pause().await => timetable = image.read()?,
                shared => return shared,
            }
        }
        Ok(())
    }

    /// What a link leads to.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find_shared(&self, hash: &ShareHash) -> Result<SharedTimetable, Error> {
        self.table.get(key(hash), Read::Latest).await?.ok_or(Error::NotFound)
    }

    /// The timetable to which the link leads.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the link or the timetable is gone, or its owner has withdrawn.
    pub async fn shared(&self, hash: &ShareHash, shared: &SharedTimetable) -> Result<Timetable, Error> {
        let SharedTimetable { school, owner_id, id } = *shared;
        let (timetable, profile) = (timetable_key(school, id), users::profile_key(school, owner_id));
        let mut rows = self.table.batch_get([timetable.clone(), profile.clone()], Read::Latest).await?;
        let timetable: Option<Timetable> = rows.take(&timetable)?;
        let is_shared = |timetable: &Timetable| rows.has(&profile) && timetable.share.as_ref() == Some(hash);
        timetable.filter(is_shared).ok_or(Error::NotFound)
    }
}

impl Transaction {
    /// Takes away the link of a timetable, if it has one.
    pub(super) fn unshare(self, timetable: &Timetable) -> Result<Self, Error> {
        match &timetable.share {
            Some(hash) => Ok(self.delete(key(hash))?.on_condition_failed(Error::Stale)),
            None => Ok(self),
        }
    }
}

/// A link leads to a timetable that has it.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let hash = ShareHash::from_base64(entry.key.pk.strip_prefix("SHARE#")?.to_owned());
    if *entry.key != key(&hash) {
        return None;
    }
    if let Some(SharedTimetable { school, owner_id, id }) = entry.read() {
        entry.post(-1, leads(&hash, school, owner_id, id));
    }
    Some("link")
}

/// Enters that the timetable has a link, if it has one.
pub(super) fn audit_shared(entry: &mut Entry<'_>, school: SchoolId, timetable: &Timetable) {
    if let Some(hash) = &timetable.share {
        entry.post(1, leads(hash, school, timetable.owner_id, timetable.id));
    }
}

/// What a link and the timetable say of each other.
fn leads(hash: &ShareHash, school: SchoolId, owner: UserId, id: TimetableId) -> Fact {
    let hash = hash.as_str();
    Fact::That(format!("the link {hash:?} leads to timetable {id} of user {owner} of school {school}"))
}
