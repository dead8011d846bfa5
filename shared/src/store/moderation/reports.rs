//! Reporting posts, comments, messages and reviews.

use uuid::Uuid;

use crate::domain::{
    AppealStatus, Caller, Case, CaseEffect, CaseId, CaseState, Hiding, Moderation, Refusal, ReportDraft, ReportOutcome,
    Reporter, School, Time, Verdict,
};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::dynamo::{Backoff, Error, Read, RowUpdate, Transaction};
use crate::store::moderation::subjects::FoundSubject;
use crate::store::moderation::{
    Cases, ListedCase, OwnReport, ReportRow, SnapshotRow, case_key, expiry, listed_key, own_report_key, report_key,
    reporter_key, snapshot_key,
};
use crate::store::schools;

/// Everything that a report depends on.
#[derive(Debug)]
pub struct ReportContext {
    found: FoundSubject,
    school: School,
    case: Option<Case>,
    reporter: Option<Reporter>,
    own_report: Option<OwnReport>,
}

impl Cases {
    /// Reads everything that a report of a thing depends on.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn report_context(&self, caller: &Caller, id: CaseId) -> Result<ReportContext, Error> {
        let (school, user) = (caller.school, caller.user);
        let school_key = schools::key(school);
        let (case_key, reporter_key, own_key) =
            (case_key(school, id), reporter_key(school, user), own_report_key(school, user, id));
        let keys = vec![school_key.clone(), case_key.clone(), reporter_key.clone(), own_key.clone()];
        let (found, mut rows) = self.find(caller, id, keys).await?;
        let school = rows.take(&school_key)?.ok_or(Error::NotFound)?;
        let (case, own_report) = (rows.take(&case_key)?, rows.take(&own_key)?);
        let reporter: Option<Reporter> = rows.take(&reporter_key)?;
        Ok(ReportContext { found, school, case, reporter, own_report })
    }

    /// The caller's report of a thing.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller has not reported it.
    pub async fn own_report(&self, caller: &Caller, id: CaseId) -> Result<OwnReport, Error> {
        let key = own_report_key(caller.school, caller.user, id);
        self.table.get(key, Read::Consistent).await?.ok_or(Error::NotFound)
    }

    /// Reports a thing. The report that reaches the school's threshold hides the thing, in the same transaction.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`], [`Refusal::AlreadyReported`]; [`Error::NotFound`] if the thing
    /// was deleted meanwhile; [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn report(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut context: ReportContext,
        draft: &ReportDraft,
    ) -> Result<OwnReport, Error> {
        let id = context.found.subject.id;
        let mut backoff = Backoff::begin();
        loop {
            context.check()?;
            let (before, reporter) = (context.reporter.clone(), self.settled(caller, &context).await?);
            let own_report = OwnReport { reason: draft.reason, created_at: self.table.clock().now() };
            let report = NewReport { before, reporter, draft, own_report, caller };
            match self.addition(access, &context, report)?.commit_once().await {
                Err(Error::Stale | Error::Contention) => {
                    backoff.pause().await?;
                    context = self.report_context(caller, id).await?;
                }
                result => return result.map(|()| own_report),
            }
        }
    }

    /// The reporter, after the decisions about the caller's earlier reports.
    async fn settled(&self, caller: &Caller, context: &ReportContext) -> Result<Reporter, Error> {
        let reporter = context.reporter.clone().unwrap_or_default();
        if reporter.pending.is_empty() {
            return Ok(reporter);
        }
        let keys = reporter.pending.iter().map(|case| case_key(caller.school, *case));
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let mut decisions: Vec<(CaseId, Verdict, Time)> = Vec::new();
        for pending in &reporter.pending {
            let case: Option<Case> = rows.take(&case_key(caller.school, *pending))?;
            let decided = case.filter(|case| case.state == CaseState::Decided).and_then(|case| case.decision);
            decisions.extend(decided.map(|decision| (*pending, decision.verdict, decision.decided_at)));
        }
        Ok(reporter.after_decisions(&decisions))
    }

    fn addition(
        &self,
        access: &WriteAccess,
        context: &ReportContext,
        report: NewReport<'_>,
    ) -> Result<Transaction, Error> {
        let NewReport { before, reporter, draft, own_report, caller } = report;
        let (school, user, now) = (caller.school, caller.user, own_report.created_at);
        let ReportContext { found, case, .. } = context;
        let (subject, threshold) = (&found.subject, context.school.report_threshold);
        let (reporter, weight) = reporter.report(caller, subject.id, now);
        let outcome = subject.report(case.as_ref(), (draft.reason, weight), threshold);
        let row = ReportRow {
            reporter_id: user,
            reason: draft.reason,
            detail: draft.detail.clone(),
            weight: outcome.weight,
            created_at: now,
            expires_at: expiry(now),
        };
        let transaction = self
            .table
            .transaction(access)
            // A repeated request says itself what it is about.
            .record_idempotency(access, Uuid::nil())?
            .create(&own_report_key(school, user, subject.id), &own_report)?
            .on_condition_failed(Refusal::AlreadyReported);
        let reporter_key = reporter_key(school, user);
        let transaction = match before {
            Some(before) => transaction.replace(&reporter_key, &reporter, before.updated_at)?,
            None => transaction.create(&reporter_key, &reporter)?,
        };
        let mut transaction = transaction.on_condition_failed(Error::Stale);
        transaction = transaction.create(&report_key(school, subject.id, now, user), &row)?;
        transaction = self.count(transaction, context, draft, &outcome, now)?;
        if outcome.blinds {
            let (reason, appeal) = (draft.reason, AppealStatus::NotMade);
            let hiding = Hiding { reason, since: now, appeal, restriction: None };
            transaction = found.moderate(transaction, school, Some(Moderation::Blinded(hiding)))?;
        }
        Ok(transaction)
    }

    /// Counts the report in its case, and adds a snapshot if the case has none of this version.
    fn count(
        &self,
        transaction: Transaction,
        context: &ReportContext,
        draft: &ReportDraft,
        outcome: &ReportOutcome,
        now: Time,
    ) -> Result<Transaction, Error> {
        let ReportContext { found, school, case, .. } = context;
        let subject = &found.subject;
        let key = case_key(school.id, subject.id);
        let Some(before) = case else {
            let case = subject.open(now).with_report(subject, draft.reason, outcome, now);
            let transaction = transaction.create(&key, &case)?.on_condition_failed(Error::Stale);
            let transaction = transaction.create(&listed_key(school.id, &case), &ListedCase { case_id: case.id })?;
            return self.add_snapshot(transaction, context, now);
        };
        let after = before.with_report(subject, draft.reason, outcome, now);
        let reason = after.reasons.get(&draft.reason).copied().unwrap_or_default();
        let path = ["reasons", draft.reason.as_str()];
        let change = RowUpdate::default().if_listed_as(before)?.if_equal(&["version"], before.version)?;
        let change = match is_exact(before, &after, outcome) {
            // Reports at the same time count without waiting for each other, as long as none of them hides the thing.
            false => {
                let change = change.add(&["report_count"], 1)?.add_from_zero(&path, 1)?;
                let change = match after.weight > before.weight {
                    true => change.add_from_zero(&["reason_weights", draft.reason.as_str()], outcome.weight.into())?,
                    false => change,
                };
                add_weight(change, before, &after, context)?
            }
            true => {
                let change = change.if_equal(&["report_count"], before.report_count)?.set(&path, reason)?;
                let change = change.set(&["report_count"], after.report_count)?.set(&["weight"], after.weight)?;
                let change = change.set(&["severe_weight"], after.severe_weight)?.set(&["state"], after.state)?;
                let change = change.set(&["listed_at"], after.listed_at)?.set(&["version"], after.version)?;
                let change = change.set(&["reason_weights"], &after.reason_weights)?;
                let change = if after.appeal.is_none() { change.remove(&["appeal"]) } else { change };
                match after.blinded_at {
                    Some(at) => change.set(&["blinded_at"], at)?,
                    None => change.remove(&["blinded_at"]),
                }
            }
        };
        let transaction = transaction.update(key, change)?.on_condition_failed(Error::Stale);
        let transaction = transaction.move_listed(school.id, before, &after)?;
        match after.version == before.version {
            true => Ok(transaction),
            false => self.add_snapshot(transaction, context, now),
        }
    }

    fn add_snapshot(&self, transaction: Transaction, context: &ReportContext, now: Time) -> Result<Transaction, Error> {
        let subject = &context.found.subject;
        let row = SnapshotRow { snapshot: subject.snapshot.clone(), expires_at: expiry(now) };
        // Another report may have added the same snapshot.
        transaction.overwrite(&snapshot_key(context.school.id, subject.id, subject.version), &row)
    }
}

/// A report that is about to be written.
struct NewReport<'a> {
    /// The reporter's row, if there is one.
    before: Option<Reporter>,
    reporter: Reporter,
    draft: &'a ReportDraft,
    own_report: OwnReport,
    caller: &'a Caller,
}

impl ReportContext {
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`], [`Refusal::AlreadyReported`].
    pub fn check(&self) -> Result<(), Refusal> {
        self.found.subject.check_reportable()?;
        if self.own_report.is_some() { Err(Refusal::AlreadyReported) } else { Ok(()) }
    }
}

/// Whether the report must be the only one at this moment.
fn is_exact(before: &Case, after: &Case, outcome: &ReportOutcome) -> bool {
    outcome.blinds || outcome.effect == CaseEffect::Reopens || before.version != after.version
}

/// Adds the weight of a report that hides nothing, on the condition that reports at the same time do not reach the
/// threshold together.
fn add_weight(change: RowUpdate, before: &Case, after: &Case, context: &ReportContext) -> Result<RowUpdate, Error> {
    let threshold = context.school.report_threshold;
    let counters = [
        ("weight", before.weight, after.weight, threshold.weight()),
        ("severe_weight", before.severe_weight, after.severe_weight, threshold.severe_weight()),
    ];
    let can_blind = context.found.subject.moderation.is_none();
    counters.into_iter().filter(|(_, before, after, _)| after > before).try_fold(change, |change, counter| {
        let (name, before, after, threshold) = counter;
        let more = i64::from(after.saturating_sub(before));
        let change = change.add(&[name], more)?;
        match can_blind {
            true => change.if_at_most(&[name], i64::from(threshold).saturating_sub(1).saturating_sub(more)),
            false => Ok(change),
        }
    })
}
