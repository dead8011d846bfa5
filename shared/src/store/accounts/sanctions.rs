//! Sanctions of students (rule 20). The consumer of the table's stream applies them: it reads the entries of the moderation
//! log, so that the request of the admin who decides reads and writes nothing of the author.
//!
//! The sessions row repeats the restrictions, because every write reads that row. The restrictions of a student who leaves or
//! replaces the verified address survive until they end, under a keyed hash of the address, and bind the account that
//! verifies it next.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | sanctions | `SCHOOL#<school>#USER#<user>` | `SANCTIONS` |
//! | surviving sanction | `SANCTION#<keyed hash of the folded address>` | `SANCTION` |

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use crate::domain::{
    CaseId, CaseSanction, Email, LoginId, Restrictions, Sanctions, SchoolId, StudentKey, Time, User, UserId,
};
use crate::store::accounts::credentials::Logins;
use crate::store::accounts::resting::RestingNames;
use crate::store::accounts::{sessions, users};
use crate::store::dynamo::{
    Backoff, Error, Key, Read, RowUpdate, Rows, ServiceAuthority, StreamRecord, Table, Transaction,
};
use crate::store::moderation::{self, CONCERNS_SANCTIONS, LogEntry};

pub(crate) const SANCTIONS: &str = "SANCTIONS";
pub(crate) const SURVIVING: &str = "SANCTION#";

/// Access to the sanctions of students.
#[derive(Clone, Debug)]
pub struct StudentSanctions {
    table: Table,
}

/// The sanctions of a student.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SanctionsRow {
    #[serde(flatten)]
    pub(crate) sanctions: Sanctions,
    /// Increases with each change.
    version: u32,
}

/// The restrictions of a student who has left, or has replaced the address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SurvivingSanction {
    pub(crate) restrictions: Restrictions,
    /// The student who has replaced the address, and who inherits nothing from this row; `None` if the student has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// `None` if a restriction has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
}

/// What a decision means for the author of a thing.
#[derive(Clone, Debug)]
pub struct SanctionDecision {
    school: SchoolId,
    author: UserId,
    case: CaseSanction,
}

pub(crate) fn key(school: SchoolId, user: UserId) -> Key {
    Key::new(users::partition(school, user), SANCTIONS)
}

impl SanctionDecision {
    /// The decision that a record of the stream is about. `None` if it is about another row, or about a decision that
    /// concerns no sanction.
    ///
    /// # Errors
    /// If the row is malformed.
    pub fn of_record(record: &StreamRecord) -> Result<Option<Self>, Error> {
        let StreamRecord { key, new_row: Some(row), .. } = record else { return Ok(None) };
        let Some(school) = moderation::parse_log_partition(&key.pk) else { return Ok(None) };
        if row.get(CONCERNS_SANCTIONS) != Some(&AttributeValue::Bool(true)) {
            return Ok(None);
        }
        let entry: LogEntry = serde_dynamo::from_item(row.clone())?;
        let LogEntry { case_id, author_id, decision, reason, sanctioned_at, .. } = entry;
        let case = CaseSanction { case_id, decided_at: decision.decided_at, since: sanctioned_at, reason };
        Ok(Some(Self { school, author: author_id, case }))
    }
}

impl SanctionDecision {
    /// Whom the decision concerns, the case, and when it was decided.
    pub(crate) fn concerned(&self) -> (StudentKey, CaseId, Time) {
        ((self.school, self.author).into(), self.case.case_id, self.case.decided_at)
    }
}

impl StudentSanctions {
    /// Sanctions in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Applies a decision to its author. Does nothing if the decision, or a later one of the same case, was applied before,
    /// or if the author has left.
    pub async fn apply(&self, decision: &SanctionDecision) -> Result<(), Error> {
        let SanctionDecision { school, author, case } = decision;
        self.change((*school, *author), |sanctions| sanctions.after(*case), |_, transaction| Ok(transaction))
            .await
            .map(drop)
    }

    /// Takes back all sanctions of the student by an operator's decision. Returns whether there were any.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no student has the login id.
    pub async fn lift(&self, login_id: &LoginId) -> Result<bool, Error> {
        let credentials = Logins::new(self.table.clone()).get(login_id).await?.ok_or(Error::NotFound)?;
        let student = (credentials.school_id, credentials.user_id);
        let lift = |sanctions: &Sanctions| sanctions.lifted(self.table.clock().now());
        self.change(student, lift, |(school, user), transaction| transaction.log_lift(school, user)).await
    }

    /// Changes the sanctions of a student, and what follows from them; `log` adds an entry. Returns false if there is no
    /// change, or if the student has left.
    async fn change(
        &self,
        (school, user): (SchoolId, UserId),
        change: impl Fn(&Sanctions) -> Option<Sanctions>,
        log: impl Fn((SchoolId, UserId), Transaction) -> Result<Transaction, Error>,
    ) -> Result<bool, Error> {
        let keys = [users::profile_key(school, user), key(school, user)];
        let mut backoff = Backoff::begin();
        loop {
            let mut rows: Rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
            let [profile, sanctions] = &keys;
            let Some(student) = rows.take::<User>(profile)? else { return Ok(false) };
            let before: Option<SanctionsRow> = rows.take(sanctions)?;
            let seen = before.clone().unwrap_or_default();
            let Some(after) = change(&seen.sanctions) else { return Ok(false) };
            let transaction = self.replacement(&student, before.as_ref(), after)?;
            match log((school, user), transaction)?.commit().await {
                Err(Error::Stale) => backoff.pause().await?,
                result => return result.map(|()| true),
            }
        }
    }

    /// The transaction that replaces the sanctions of a student.
    ///
    /// # Errors
    /// Its commit fails with [`Error::Stale`] if the sanctions have changed, or the student has left.
    fn replacement(
        &self,
        student: &User,
        before: Option<&SanctionsRow>,
        after: Sanctions,
    ) -> Result<Transaction, Error> {
        let row = SanctionsRow::replacing(before, after);
        let sessions = sessions::restrict(RowUpdate::of_existing(), &row.sanctions.restrictions())?;
        let transaction = self.table.transaction(ServiceAuthority).put_sanctions(student, before, &row)?;
        let transaction = transaction.update(sessions::key(student.school_id, student.id), sessions)?;
        Ok(transaction.on_condition_failed(Error::Stale))
    }
}

impl SanctionsRow {
    fn replacing(before: Option<&Self>, sanctions: Sanctions) -> Self {
        let version = before.map_or(0, |before| before.version);
        Self { sanctions, version: version.saturating_add(1) }
    }
}

impl SurvivingSanction {
    /// The row of what still binds at this time; `None` if nothing does.
    fn new(restrictions: &Restrictions, user_id: Option<UserId>, now: Time) -> Option<Self> {
        let restrictions = restrictions.surviving(now)?;
        let expires_at = restrictions.barring(now)?.until.map(Time::as_secs);
        Some(Self { restrictions, user_id, expires_at })
    }

    fn lives_at(&self, now: Time) -> bool {
        self.expires_at.is_none_or(|expires_at| now.as_secs() < expires_at)
    }
}

/// The restrictions that an account inherits with an address.
pub(crate) struct Inheritance {
    from: Key,
    before: Option<SanctionsRow>,
    row: SanctionsRow,
}

impl Inheritance {
    /// What the student inherits with the address; `None` if nothing survives under it.
    pub(super) async fn of(
        table: &Table,
        student: &User,
        address: &Email,
        names: &RestingNames,
    ) -> Result<Option<Self>, Error> {
        let from = names.sanction(address);
        let surviving: Option<SurvivingSanction> = table.get(from.clone(), Read::Consistent).await?;
        let Some(surviving) = surviving.filter(|sanction| sanction.lives_at(table.clock().now())) else {
            return Ok(None);
        };
        let before: Option<SanctionsRow> = table.get(key(student.school_id, student.id), Read::Consistent).await?;
        let sanctions = before.as_ref().map(|row| row.sanctions.clone()).unwrap_or_default();
        let sanctions = match surviving.user_id == Some(student.id) {
            true => sanctions,
            false => sanctions.inheriting(&surviving.restrictions),
        };
        let row = SanctionsRow::replacing(before.as_ref(), sanctions);
        Ok(Some(Self { from, before, row }))
    }

    /// The restrictions of the account with what it inherits.
    pub(super) fn restrictions(&self) -> Restrictions {
        self.row.sanctions.restrictions()
    }
}

impl Transaction {
    /// Writes the sanctions of a student. Fails with [`Error::Stale`] if they have changed since they were read.
    fn put_sanctions(self, student: &User, before: Option<&SanctionsRow>, row: &SanctionsRow) -> Result<Self, Error> {
        let key = key(student.school_id, student.id);
        let transaction = match before {
            None => self.create(&key, row)?,
            Some(before) => self.replace_version(&key, row, before.version)?,
        };
        Ok(transaction.on_condition_failed(Error::Stale))
    }

    /// Gives the student what the student inherits, apart from the sessions row. Fails with [`Error::Stale`] if somebody else
    /// has inherited it.
    pub(super) fn inherit(self, student: &User, inheritance: Option<&Inheritance>) -> Result<Self, Error> {
        let Some(Inheritance { from, before, row }) = inheritance else { return Ok(self) };
        let transaction = self.put_sanctions(student, before.as_ref(), row)?;
        Ok(transaction.delete(from.clone())?.on_condition_failed(Error::Stale))
    }

    /// Keeps the restrictions of a student who leaves, under the address that the student has verified.
    pub(crate) fn keep_sanction(
        self,
        names: &RestingNames,
        user: &User,
        restrictions: &Restrictions,
        now: Time,
    ) -> Result<Self, Error> {
        match user.verification.email().zip(SurvivingSanction::new(restrictions, None, now)) {
            Some((address, row)) => self.overwrite(&names.sanction(address), &row),
            None => Ok(self),
        }
    }

    /// Keeps the restrictions of a student whose address is replaced, under the former address: a new account with it would
    /// not be bound otherwise.
    pub(super) fn keep_sanction_of_replaced(
        self,
        names: &RestingNames,
        user: &User,
        address: &Email,
        restrictions: &Restrictions,
        now: Time,
    ) -> Result<Self, Error> {
        let replaced = user.verification.email().filter(|before| before.folded() != address.folded());
        match replaced.zip(SurvivingSanction::new(restrictions, Some(user.id), now)) {
            Some((before, row)) => self.overwrite(&names.sanction(before), &row),
            None => Ok(self),
        }
    }
}
