//! Policies: the texts that the operator has imported, and which of them apply. The text of a version never changes, so
//! what a student has accepted can be shown later.
//!
//! Every write of a student compares the versions that apply with those that the student has accepted. So each instance of
//! a function remembers them for a minute, and reads them again before it refuses anything because of them.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | current policies | `POLICIES` | `CURRENT` |
//! | policy text | `POLICIES` | `TEXT#<kind>#<version>` |

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::domain::{Policies as Texts, Policy, PolicyKind, PolicyVersion, PolicyVersions, Time};
use crate::store::dynamo::{Error, Key, Read, RowUpdate, ServiceAuthority, Table, Transaction};

pub(crate) const POLICIES: &str = "POLICIES";
pub(crate) const TEXT: &str = "TEXT#";

/// How long an instance remembers the versions that apply, in milliseconds: a minute.
const CACHED_FOR_MS: i64 = 60_000;

/// Access to the policies. Clones share what they remember.
#[derive(Clone, Debug)]
pub struct Policies {
    table: Table,
    cached: Arc<Mutex<Option<Cached>>>,
}

#[derive(Clone, Debug)]
struct Cached {
    current: Option<PolicyVersions>,
    read_at: Time,
}

/// A version of a policy.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PolicyRow {
    #[serde(flatten)]
    pub(crate) policy: Policy,
    imported_at: Time,
}

pub(crate) fn current_key() -> Key {
    Key::new(POLICIES, "CURRENT")
}

pub(crate) fn text_key(kind: PolicyKind, version: &PolicyVersion) -> Key {
    Key::new(POLICIES, format!("{TEXT}{}#{version}", kind.as_str()))
}

/// Why policies cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The version was imported with another text.
    #[error("version {version} of the {} was imported with another text", .kind.as_str())]
    OtherText { kind: PolicyKind, version: PolicyVersion },
    #[error(transparent)]
    Store(#[from] Error),
}

impl Policies {
    /// Policies in this table.
    pub fn new(table: Table) -> Self {
        Self { table, cached: Arc::default() }
    }

    /// The versions that applied at most a minute ago; `None` if the operator has imported no policies.
    pub async fn current(&self) -> Result<Option<PolicyVersions>, Error> {
        match self.cached() {
            Some(current) => Ok(current),
            None => self.refresh().await,
        }
    }

    /// The versions that apply, read from the table.
    pub async fn refresh(&self) -> Result<Option<PolicyVersions>, Error> {
        let read_at = self.table.clock().now();
        let current: Option<PolicyVersions> = self.table.get(current_key(), Read::Consistent).await?;
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        *cached = Some(Cached { current: current.clone(), read_at });
        Ok(current)
    }

    /// The versions that apply, to be compared with these: as [`Policies::current`] if they are the same, otherwise read
    /// from the table.
    pub async fn current_for(&self, versions: &PolicyVersions) -> Result<Option<PolicyVersions>, Error> {
        match self.current().await? {
            Some(current) if current == *versions => Ok(Some(current)),
            _ => self.refresh().await,
        }
    }

    /// Whether a student who has accepted these versions may write.
    pub(crate) async fn are_accepted(&self, accepted: Option<&PolicyVersions>) -> Result<bool, Error> {
        let is_enough = |current: Option<PolicyVersions>| current.is_none() || current.as_ref() == accepted;
        Ok(is_enough(self.current().await?) || is_enough(self.refresh().await?))
    }

    /// The policies that apply, with their texts; `None` if the operator has imported none.
    pub async fn texts(&self) -> Result<Option<Texts>, Error> {
        let Some(PolicyVersions { terms, privacy }) = self.refresh().await? else { return Ok(None) };
        let keys = [text_key(PolicyKind::Terms, &terms), text_key(PolicyKind::Privacy, &privacy)];
        let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
        let mut take = |key| {
            let row: Option<PolicyRow> = rows.take(key)?;
            row.map(|row| row.policy).ok_or_else(|| Error::unexpected("a policy without a text"))
        };
        let [terms, privacy] = &keys;
        Ok(Some(Texts { terms: take(terms)?, privacy: take(privacy)? }))
    }

    /// Makes these the policies that apply. Returns those that applied before. A version that was imported before applies
    /// again, if its text is the same.
    ///
    /// # Errors
    /// [`ImportError`]. [`Error::Stale`] if another import ran at the same time.
    pub async fn import(&self, policies: &Texts) -> Result<Option<PolicyVersions>, ImportError> {
        let before = self.refresh().await?;
        let versions = policies.versions();
        let mut transaction = self.table.transaction(ServiceAuthority);
        for (kind, policy) in [(PolicyKind::Terms, &policies.terms), (PolicyKind::Privacy, &policies.privacy)] {
            transaction = self.add_text(transaction, kind, policy).await?;
        }
        let current = match &before {
            Some(before) => transaction.update(current_key(), replace(before, &versions)?)?,
            None => transaction.create(&current_key(), &versions)?,
        };
        current.on_condition_failed(Error::Stale).commit().await?;
        self.refresh().await?;
        Ok(before)
    }

    /// Adds the text of a version to the transaction, unless the table has it.
    async fn add_text(
        &self,
        transaction: Transaction,
        kind: PolicyKind,
        policy: &Policy,
    ) -> Result<Transaction, ImportError> {
        let key = text_key(kind, &policy.version);
        match self.table.get::<PolicyRow>(key.clone(), Read::Consistent).await? {
            None => {
                let row = PolicyRow { policy: policy.clone(), imported_at: self.table.clock().now() };
                Ok(transaction.create(&key, &row)?.on_condition_failed(Error::Stale))
            }
            Some(row) if row.policy == *policy => Ok(transaction),
            Some(_) => Err(ImportError::OtherText { kind, version: policy.version.clone() }),
        }
    }

    /// What this instance remembers, for a minute after it was read.
    fn cached(&self) -> Option<Option<PolicyVersions>> {
        let cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let age = self.table.clock().now().as_millis().saturating_sub(cached.read_at.as_millis());
        (0..CACHED_FOR_MS).contains(&age).then_some(cached.current)
    }
}

fn replace(before: &PolicyVersions, after: &PolicyVersions) -> Result<RowUpdate, Error> {
    RowUpdate::default()
        .if_equal(&["terms"], &before.terms)?
        .if_equal(&["privacy"], &before.privacy)?
        .set(&["terms"], &after.terms)?
        .set(&["privacy"], &after.privacy)
}
