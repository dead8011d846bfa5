//! Moderation: reports, the cases that collect them, decisions and appeals. A case has the id of the thing that it is
//! about, so a report finds the case without a lookup, and there is only one for each thing. It keeps snapshots of the
//! thing, because its author may edit or delete it.
//!
//! What is done to the thing is in the thing's own row, in the attribute [`MODERATION`], where lists and pages read it.
//!
//! Nothing that a decision writes is shared by several things of a student: a reporter's row changes only with the
//! reporter's own reports, and sanctions are applied by a consumer of the table's stream, which reads the log entries.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | case | `SCHOOL#<school>#CASE#<case>` | `CASE` |
//! | report | `SCHOOL#<school>#CASE#<case>` | `REPORT#<when>#<reporter>` |
//! | snapshot | `SCHOOL#<school>#CASE#<case>` | `SNAPSHOT#<version>` |
//! | listed case | `SCHOOL#<school>#CASES#<OPEN or DECIDED>` | `<when>#<case>` |
//! | moderation log entry | `SCHOOL#<school>#MODERATION` | `<when>#<case or takedown>` |
//! | own report | `SCHOOL#<school>#USER#<user>` | `REPORTED#<case>` |
//! | reporter | `SCHOOL#<school>#USER#<user>` | `REPORTER` |

mod appeals;
mod decisions;
pub(crate) mod operators;
mod read;
mod reports;
mod subjects;
pub(crate) mod takedowns;

pub use appeals::AppealContext;
pub use decisions::DecisionContext;
pub use operators::{CaseFile, OperatorCases, OperatorReason, Unmasked, UnmaskedCase};
pub use read::{CaseDetails, LogItem, LoggedDecision, SeenCase};
pub use reports::ReportContext;
pub use takedowns::{
    Applicant, ApplicantSealer, Applicants, ConfirmedRequest, FoundTakedown, NewTakedownRequest, SeenTakedown,
    Takedowns,
};

use serde::{Deserialize, Serialize};

use crate::domain::{
    Case, CaseId, CaseState, Decision, Moderation, Refusal, ReportDetail, ReportReason, SchoolId, Snapshot, TakedownId,
    Time, UserId,
};
use crate::store::accounts::users;
use crate::store::dynamo::{Error, Key, RowUpdate, Table, Transaction};
use crate::store::schools;

/// The attribute of a post, comment, message, review or exam info with what moderation has done to it. In the row of a
/// comment, it is within the attribute that holds what a deletion removes.
pub(crate) const MODERATION: &str = "moderation";

/// The attribute of a log entry that the filter of the stream selects: [`LogEntry::concerns_sanctions`].
pub(crate) const CONCERNS_SANCTIONS: &str = "concerns_sanctions";

pub(crate) const CASE: &str = "CASE";
pub(crate) const REPORT: &str = "REPORT#";
pub(crate) const SNAPSHOT: &str = "SNAPSHOT#";
pub(crate) const REPORTED: &str = "REPORTED#";
pub(crate) const REPORTER: &str = "REPORTER";

/// How long snapshots, reports, takedowns that are over, and the texts of decided cases are kept, in seconds: a year.
const LIFETIME_S: i64 = 365 * 24 * 3600;

/// Access to moderation cases.
#[derive(Clone, Debug)]
pub struct Cases {
    table: Table,
}

impl Cases {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }
}

/// A report, in its case. Responses never hold the reporter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportRow {
    pub(crate) reporter_id: UserId,
    pub reason: ReportReason,
    pub detail: ReportDetail,
    /// What the report added to the weight of the case.
    pub(crate) weight: u32,
    pub created_at: Time,
    expires_at: i64,
}

impl ReportRow {
    pub(crate) fn lives_at(&self, now: Time) -> bool {
        now.as_secs() < self.expires_at
    }
}

impl SnapshotRow {
    pub(crate) fn lives_at(&self, now: Time) -> bool {
        now.as_secs() < self.expires_at
    }
}

/// When a snapshot, a report or a text of this time expires, in seconds since 1970.
pub(crate) fn expiry(created_at: Time) -> i64 {
    created_at.as_secs().saturating_add(LIFETIME_S)
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SnapshotRow {
    #[serde(flatten)]
    pub(crate) snapshot: Snapshot,
    expires_at: i64,
}

/// A case in the list of open or decided cases.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListedCase {
    pub(crate) case_id: CaseId,
}

/// A student's report of a thing; unique by student and thing.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OwnReport {
    pub reason: ReportReason,
    pub created_at: Time,
}

/// A decision about a case, for admins and for the consumer that applies sanctions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LogEntry {
    pub(crate) case_id: CaseId,
    pub(crate) author_id: UserId,
    #[serde(flatten)]
    pub(crate) decision: Decision,
    /// Why the thing is removed, and since when the author has a sanction for it; `None` without a sanction.
    pub(crate) reason: ReportReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sanctioned_at: Option<Time>,
    /// Whether the author has a sanction for the thing after the decision, or had one before. The filter of the stream in
    /// `template.yaml` selects these entries.
    pub(crate) concerns_sanctions: bool,
}

fn case_partition(school: SchoolId, case: CaseId) -> String {
    format!("{}#CASE#{case}", schools::partition(school))
}

/// The inverse of [`case_partition`].
pub(crate) fn parse_case_partition(pk: &str) -> Option<(SchoolId, CaseId)> {
    let (school, rest) = schools::parse_partition(pk)?;
    Some((school, rest.strip_prefix("#CASE#")?.parse().ok()?))
}

pub(crate) fn case_key(school: SchoolId, case: CaseId) -> Key {
    Key::new(case_partition(school, case), CASE)
}

pub(crate) fn report_key(school: SchoolId, case: CaseId, created_at: Time, reporter: UserId) -> Key {
    Key::new(case_partition(school, case), format!("{REPORT}{created_at}#{reporter}"))
}

pub(crate) fn snapshot_key(school: SchoolId, case: CaseId, version: Time) -> Key {
    Key::new(case_partition(school, case), format!("{SNAPSHOT}{version}"))
}

pub(crate) fn list_partition(school: SchoolId, state: CaseState) -> String {
    let name = match state {
        CaseState::Open => "OPEN",
        CaseState::Decided => "DECIDED",
    };
    format!("{}#CASES#{name}", schools::partition(school))
}

pub(crate) fn listed_key(school: SchoolId, case: &Case) -> Key {
    Key::new(list_partition(school, case.state), format!("{}#{}", case.listed_at, case.id))
}

pub(crate) fn log_partition(school: SchoolId) -> String {
    format!("{}#MODERATION", schools::partition(school))
}

/// The inverse of [`log_partition`].
pub(crate) fn parse_log_partition(pk: &str) -> Option<SchoolId> {
    let (school, rest) = schools::parse_partition(pk)?;
    (rest == "#MODERATION").then_some(school)
}

pub(crate) fn log_key(school: SchoolId, decided_at: Time, case: CaseId) -> Key {
    Key::new(log_partition(school), format!("{decided_at}#{case}"))
}

/// Whether the log entry with this sort key is about a takedown request, not about a case.
pub(crate) fn is_about_takedown(sk: &str) -> bool {
    sk.rsplit_once('#').is_some_and(|(_, id)| id.parse::<TakedownId>().is_ok())
}

pub(crate) fn own_report_key(school: SchoolId, reporter: UserId, case: CaseId) -> Key {
    Key::new(users::partition(school, reporter), format!("{REPORTED}{case}"))
}

pub(crate) fn reporter_key(school: SchoolId, reporter: UserId) -> Key {
    Key::new(users::partition(school, reporter), REPORTER)
}

impl RowUpdate {
    /// Condition: the thing in the row is not hidden. `within` is the path of the map that holds the attribute; empty for
    /// the row itself.
    pub(crate) fn if_not_hidden(self, within: &[&str]) -> Result<Self, Error> {
        let path = [within, &[MODERATION]].concat();
        self.if_absent_or_equal(&path, Moderation::Restored)
    }

    /// Condition: the case is in this state, and in this position of its list.
    fn if_listed_as(self, case: &Case) -> Result<Self, Error> {
        self.if_equal(&["state"], case.state)?.if_equal(&["listed_at"], case.listed_at)
    }
}

impl Transaction {
    /// Makes a failed condition of the last added write [`Refusal::ContentBlinded`], or [`Error::NotFound`] if the row does
    /// not exist.
    pub(crate) fn on_hidden_or_absent(self) -> Self {
        self.on_condition_failed_with(|row| row.map_or(Error::NotFound, |_| Refusal::ContentBlinded.into()))
    }

    /// Moves a case to the list and the position that it has after a change.
    fn move_listed(self, school: SchoolId, before: &Case, after: &Case) -> Result<Self, Error> {
        let (before, after_key) = (listed_key(school, before), listed_key(school, after));
        if before == after_key {
            return Ok(self);
        }
        self.delete(before)?.on_condition_failed(Error::Stale).create(&after_key, &ListedCase { case_id: after.id })
    }
}
