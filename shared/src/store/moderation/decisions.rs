//! Deciding cases.

use crate::domain::{Caller, Case, CaseId, CaseState, Decision, Permission, Refusal, ReportReason};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::dynamo::{Backoff, Error, RowUpdate};
use crate::store::moderation::subjects::FoundSubject;
use crate::store::moderation::{Cases, LogEntry, SeenCase, case_key, log_key};

/// Everything that a decision depends on.
#[derive(Debug)]
pub struct DecisionContext {
    case: Case,
    /// `None` if the thing was deleted.
    found: Option<FoundSubject>,
}

impl Cases {
    /// Reads everything that a decision about a case depends on.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the case is about something of the caller.
    pub async fn decision_context(&self, caller: &Caller, id: CaseId) -> Result<DecisionContext, Error> {
        let case_key = case_key(caller.school, id);
        let (found, _, mut rows) = self.find_even_if_foreign(caller, id, vec![case_key.clone()]).await?;
        let case: Option<Case> = rows.take(&case_key)?;
        let case = case.filter(|case| case.author_id != caller.user).ok_or(Error::NotFound)?;
        Ok(DecisionContext { case, found })
    }

    /// Decides a case: writes the decision, the new state of the thing, and a log entry. The consumer of the table's stream
    /// applies the sanction, so that neither the response nor its time tells anything about the author.
    ///
    /// `reason` is the reason of a removal; `None` for the [reason of the reports](Case::removal_reason).
    ///
    /// # Errors
    /// [`Refusal::NotAdmin`], [`Refusal::CaseDecided`]; [`Error::NotFound`].
    pub async fn decide(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut context: DecisionContext,
        (decision, reason): (&Decision, Option<ReportReason>),
    ) -> Result<SeenCase, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let DecisionContext { case, found } = &context;
            // Before the decision, which cannot be repeated: no answer may be lost because the snapshot cannot be read.
            let snapshot = self.snapshot(caller.school, case).await?;
            match self.try_decide(access, caller, (case, found.as_ref()), (decision, reason)).await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    context = self.decision_context(caller, case.id).await?;
                }
                decided => return decided.map(|case| SeenCase { case, snapshot }),
            }
        }
    }

    /// # Errors
    /// [`Error::Stale`] if the case or the thing has changed since it was read.
    async fn try_decide(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (case, found): (&Case, Option<&FoundSubject>),
        (decision, reason): (&Decision, Option<ReportReason>),
    ) -> Result<Case, Error> {
        let school = caller.school;
        let decided = case.decide(decision.clone())?;
        let change = RowUpdate::default()
            .if_listed_as(case)?
            .if_equal(&["version"], case.version)?
            .set(&["state"], CaseState::Decided)?
            .set(&["listed_at"], decided.listed_at)?
            .set(&["decision"], decision)?;
        let change = match decided.sanctioned_at {
            Some(at) => change.set(&["sanctioned_at"], at)?,
            None => change.remove(&["sanctioned_at"]),
        };
        let reason = case.removal_reason(reason, found.and_then(|found| found.subject.moderation));
        let entry = LogEntry {
            case_id: case.id,
            author_id: case.author_id,
            decision: decision.clone(),
            reason,
            sanctioned_at: decided.sanctioned_at,
            concerns_sanctions: case.sanctioned_at.is_some() || decided.sanctioned_at.is_some(),
        };
        let mut transaction = self
            .table
            .transaction(access)
            .check_permission(caller, Permission::AsAdmin { otherwise: Refusal::NotAdmin })?
            .update(case_key(school, case.id), change)?
            .on_condition_failed(Error::Stale)
            .move_listed(school, case, &decided)?
            .create(&log_key(school, decision.decided_at, case.id), &entry)?;
        if let Some(found) = found {
            let subject = &found.subject;
            let moderation = case.moderation_after(decision, reason, subject.moderation, subject.version);
            transaction = found.moderate(transaction, school, moderation)?;
        }
        transaction.commit().await?;
        Ok(decided)
    }
}
