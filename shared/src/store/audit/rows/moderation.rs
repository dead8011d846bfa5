//! Audit of the rows of [`store::moderation`](crate::store::moderation).

use crate::domain::{Case, CaseId, CaseState, Moderation, Reporter, SchoolId, UserId};
use crate::store::accounts::users;
use crate::store::audit::rows::takedowns;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::moderation::takedowns::takedown_key;
use crate::store::moderation::{
    self, ListedCase, LogEntry, OwnReport, REPORT, REPORTED, REPORTER, ReportRow, SNAPSHOT, SnapshotRow, case_key,
    expiry, list_partition, listed_key, log_key, log_partition, own_report_key, report_key,
};
use crate::store::{schools, withdrawals};

/// A case counts its reports, and is in one list. Each report has a row of its reporter, unless the reporter has withdrawn.
/// Reports expire after a year, so the counts of older cases say more than the rows.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::parse_partition(pk) {
        return audit_of_student(entry, school, user);
    }
    if let Some((school, case)) = moderation::parse_case_partition(pk) {
        return audit_of_case(entry, school, case);
    }
    let (school, _) = schools::parse_partition(pk)?;
    if *pk == log_partition(school) {
        entry.provides();
        if moderation::is_about_takedown(sk) {
            takedowns::audit_log_entry(entry, school);
        } else if let Some(LogEntry { case_id, decision, .. }) = entry.read()
            && entry.belongs_at(&log_key(school, decision.decided_at, case_id))
        {
            entry.requires(case_key(school, case_id));
        }
        return Some("moderation log entry");
    }
    let is_list = [CaseState::Open, CaseState::Decided].into_iter().any(|state| *pk == list_partition(school, state));
    if !is_list {
        return None;
    }
    let key = Key::new(pk, sk);
    if let Some(ListedCase { case_id }) = entry.read() {
        entry.requires(case_key(school, case_id));
    }
    entry.record(-1, listed(&key));
    Some("listed case")
}

/// A thing to which moderation has done something has a case or a takedown.
pub(super) fn audit_subject(
    entry: &mut AuditEntry<'_>,
    school: SchoolId,
    case: CaseId,
    moderation: Option<&Moderation>,
) {
    match moderation {
        None => {}
        Some(Moderation::Restricted(_)) => {}
        Some(Moderation::TakenDown { since, .. }) if entry.is_past(expiry(*since)) => {}
        Some(Moderation::TakenDown { takedown_id, .. }) => entry.requires(takedown_key(school, *takedown_id)),
        Some(_) => entry.requires(case_key(school, case)),
    }
    if let Some(restriction) = moderation.and_then(Moderation::restriction)
        && !entry.is_past(expiry(restriction.until))
    {
        entry.requires(takedown_key(school, restriction.takedown_id));
    }
}

fn audit_of_case(entry: &mut AuditEntry<'_>, school: SchoolId, id: CaseId) -> Option<Kind> {
    let sk = entry.key.sk.clone();
    if sk == moderation::CASE {
        entry.provides();
        if let Some(case) = entry.read::<Case>()
            && entry.belongs_at(&case_key(school, case.id))
        {
            audit_case(entry, school, &case);
        }
        return Some("case");
    }
    entry.requires(case_key(school, id));
    if sk.starts_with(SNAPSHOT) {
        entry.read::<SnapshotRow>();
        return Some("snapshot");
    }
    sk.strip_prefix(REPORT)?;
    if let Some(ReportRow { reporter_id, weight, created_at, .. }) = entry.read()
        && entry.belongs_at(&report_key(school, id, created_at, reporter_id))
    {
        entry.requires_any(withdrawals::author_keys(school, reporter_id));
        entry.record_if(-1, number_of("reports", school, id), complete_marker(school, id));
        entry.record_if(-i64::from(weight), number_of("weighing reports", school, id), undecided_marker(school, id));
        let withdrawn = withdrawals::withdrawn_key(school, reporter_id);
        entry.record_unless(1, reported(school, reporter_id, id), withdrawn);
    }
    Some("report")
}

fn audit_case(entry: &mut AuditEntry<'_>, school: SchoolId, case: &Case) {
    let is_complete = !entry.is_past(expiry(case.created_at));
    if is_complete {
        entry.provides_key(complete_marker(school, case.id));
    }
    entry.record_if(case.report_count.into(), number_of("reports", school, case.id), complete_marker(school, case.id));
    entry.record(1, listed(&listed_key(school, case)));
    entry.requires_any(withdrawals::author_keys(school, case.author_id));
    match &case.decision {
        Some(decision) => entry.requires(log_key(school, decision.decided_at, case.id)),
        None if is_complete => {
            entry.provides_key(undecided_marker(school, case.id));
            entry.record(case.weight.into(), number_of("weighing reports", school, case.id));
        }
        None => {}
    }
    let reasons = case.reasons.values().fold(0_u32, |sum, count| sum.saturating_add(*count));
    if reasons != case.report_count {
        entry.report("the reasons of the case do not add up to its number of reports.");
    }
}

/// Rows about reports in a student's partition.
fn audit_of_student(entry: &mut AuditEntry<'_>, school: SchoolId, user: UserId) -> Option<Kind> {
    let kind = match entry.key.sk.strip_prefix(REPORTED) {
        Some(case) => {
            let case = case.parse().ok()?;
            if let Some(report) = entry.read::<OwnReport>()
                && entry.belongs_at(&own_report_key(school, user, case))
                && !entry.is_past(expiry(report.created_at))
            {
                entry.record(-1, reported(school, user, case));
            }
            "own report"
        }
        None if entry.key.sk == REPORTER => {
            entry.read::<Reporter>();
            "reporter"
        }
        None => return None,
    };
    entry.requires_any(withdrawals::owner_keys(school, user));
    Some(kind)
}

fn number_of(things: &str, school: SchoolId, case: CaseId) -> Fact {
    Fact::NumberOf(format!("{things} of case {case} of school {school}"))
}

fn reported(school: SchoolId, user: UserId, case: CaseId) -> Fact {
    Fact::That(format!("user {user} of school {school} reported case {case}"))
}

fn listed(key: &Key) -> Fact {
    Fact::That(format!("a case is listed at {key}"))
}

/// A key that is not in the table. A case whose reports are all in the table provides it.
fn complete_marker(school: SchoolId, case: CaseId) -> Key {
    Key::new(case_key(school, case).pk, "COMPLETE")
}

/// A key that is not in the table. A case without a decision provides it: the weight of others counts only the reports
/// since the thing was restored.
fn undecided_marker(school: SchoolId, case: CaseId) -> Key {
    Key::new(case_key(school, case).pk, "UNDECIDED")
}
