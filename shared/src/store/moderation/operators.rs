//! What operators do with cases, by their own commands. No function of the service uses this. Each use of power leaves an
//! entry, which no function may write.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | operator log entry | `SCHOOL#<school>#OPERATORS` | `<when>#<id>` |

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Case, CaseId, CaseState, Prose, School, SchoolId, Snapshot, Time, User, UserId};
use crate::store::accounts::users;
use crate::store::dynamo::{Error, Key, KeyCondition, Range, Read, ServiceAuthority, Table, Transaction};
use crate::store::moderation::read::without_expired_texts;
use crate::store::moderation::{
    ListedCase, REPORT, ReportRow, SnapshotRow, case_key, case_partition, list_partition, snapshot_key,
};
use crate::store::schools::{self, Schools};

/// Why an operator needs to know who wrote or reported something: 1 to 1,000 characters.
pub type OperatorReason = Prose<1, 1000>;

/// Access to the cases of all schools, for operators.
#[derive(Clone, Debug)]
pub struct OperatorCases {
    table: Table,
}

/// A case with what was reported, and the reports.
#[derive(Clone, Debug)]
pub struct CaseFile {
    pub school: School,
    pub case: Case,
    /// The newest snapshot; `None` a year after it was taken.
    pub snapshot: Option<Snapshot>,
    /// The reports of the last year, oldest first.
    pub reports: Vec<ReportRow>,
}

/// A case with the names behind it.
#[derive(Clone, Debug)]
pub struct UnmaskedCase {
    pub file: CaseFile,
    pub author: Unmasked,
    /// In the order of the reports.
    pub reporters: Vec<Unmasked>,
}

/// A student behind a post or a report.
#[derive(Clone, Debug, Serialize)]
pub struct Unmasked {
    pub user_id: UserId,
    /// `None` if the student has left.
    pub account: Option<User>,
}

/// What an operator has done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OperatorLogEntry {
    id: Uuid,
    action: OperatorAction,
    /// What was unmasked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    case_id: Option<CaseId>,
    /// Whose sanctions were lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<OperatorReason>,
    done_at: Time,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OperatorAction {
    Unmask,
    Lift,
}

pub(crate) fn operator_log_partition(school: SchoolId) -> String {
    format!("{}#OPERATORS", schools::partition(school))
}

impl OperatorLogEntry {
    pub(crate) fn key(&self, school: SchoolId) -> Key {
        Key::new(operator_log_partition(school), format!("{}#{}", self.done_at, self.id))
    }
}

impl Transaction {
    /// Adds the entry that an operator has lifted the sanctions of a student.
    pub(crate) fn log_lift(self, school: SchoolId, user: UserId) -> Result<Self, Error> {
        let entry = OperatorLogEntry {
            id: Uuid::new_v4(),
            action: OperatorAction::Lift,
            case_id: None,
            user_id: Some(user),
            reason: None,
            done_at: self.now(),
        };
        self.create(&entry.key(school), &entry)
    }
}

impl OperatorCases {
    /// Cases in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The cases of a school in this state, oldest first.
    pub async fn list(&self, school: SchoolId, state: CaseState) -> Result<Vec<Case>, Error> {
        let range = Range::oldest_first(list_partition(school, state), KeyCondition::Whole);
        let listed = self.table.query_all::<ListedCase>(range).await?;
        let keys: Vec<Key> = listed.iter().map(|(_, listed)| case_key(school, listed.case_id)).collect();
        let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
        keys.iter().filter_map(|key| rows.take(key).transpose()).collect()
    }

    /// Finds a case in any school.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, id: CaseId) -> Result<CaseFile, Error> {
        let schools = Schools::new(self.table.clone()).all().await?;
        let keys = schools.iter().map(|school| case_key(school.id, id));
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let found = schools.into_iter().find(|school| rows.has(&case_key(school.id, id))).ok_or(Error::NotFound)?;
        let case: Case = rows.take(&case_key(found.id, id))?.ok_or(Error::NotFound)?;
        let now = self.table.clock().now();
        let reports = Range::oldest_first(case_partition(found.id, id), REPORT);
        let (snapshot, reports) = tokio::try_join!(
            self.table.get::<SnapshotRow>(snapshot_key(found.id, id, case.version), Read::Consistent),
            self.table.query_all::<ReportRow>(reports),
        )?;
        Ok(CaseFile {
            school: found,
            case: without_expired_texts(case, now),
            snapshot: snapshot.filter(|row| row.lives_at(now)).map(|row| row.snapshot),
            reports: reports.into_iter().map(|(_, report)| report).filter(|report| report.lives_at(now)).collect(),
        })
    }

    /// Who wrote the thing of a case, and who reported it. First adds an entry with the reason to the log of operators.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn unmask(&self, id: CaseId, reason: OperatorReason) -> Result<UnmaskedCase, Error> {
        let file = self.get(id).await?;
        let school = file.school.id;
        let entry = OperatorLogEntry {
            id: Uuid::new_v4(),
            action: OperatorAction::Unmask,
            case_id: Some(id),
            user_id: None,
            reason: Some(reason),
            done_at: self.table.clock().now(),
        };
        self.table.transaction(ServiceAuthority).create(&entry.key(school), &entry)?.commit().await?;
        let reporters: Vec<UserId> = file.reports.iter().map(|report| report.reporter_id).collect();
        let keys = reporters.iter().chain([&file.case.author_id]).map(|user| users::profile_key(school, *user));
        let rows = self.table.batch_get(keys, Read::Consistent).await?;
        let unmasked = |user_id: UserId| {
            let account = rows.read(&users::profile_key(school, user_id))?;
            Ok::<_, Error>(Unmasked { user_id, account })
        };
        Ok(UnmaskedCase {
            author: unmasked(file.case.author_id)?,
            reporters: reporters.into_iter().map(unmasked).collect::<Result<_, _>>()?,
            file,
        })
    }
}
