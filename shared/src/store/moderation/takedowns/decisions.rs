//! Deciding takedowns, and the objections of authors.

use crate::domain::{
    Caller, Permission, Refusal, SchoolId, Takedown, TakedownDecision, TakedownEffect, TakedownId, TakedownState,
    TakedownStep,
};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::dynamo::{Backoff, Error, Read, ServiceAuthority, Transaction};
use crate::store::mails::MailSealer;
use crate::store::moderation::subjects::FoundSubject;
use crate::store::moderation::takedowns::{
    Restriction, SeenTakedown, TakedownLogEntry, Takedowns, is_kept, log_key, restriction_key, takedown_key,
};

/// A takedown, and the thing that it is about.
#[derive(Debug)]
pub struct FoundTakedown {
    takedown: Takedown,
    /// `None` if the thing was deleted.
    found: Option<FoundSubject>,
}

impl Takedowns {
    /// Finds a takedown of the school and its thing, for a decision or an objection.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find(&self, school: SchoolId, id: TakedownId) -> Result<FoundTakedown, Error> {
        let takedown = self.get(school, id).await?;
        let (found, _) = self.cases.find_in(school, takedown.case_id, Vec::new()).await?;
        Ok(FoundTakedown { takedown, found })
    }

    /// Decides a takedown request as the admin whom the decision names.
    ///
    /// # Errors
    /// [`Refusal::NotAdmin`], [`Refusal::CaseDecided`]; [`Error::NotFound`], also if it is about something of the caller.
    pub async fn decide(
        &self,
        (access, caller): (&WriteAccess, &Caller),
        sealer: &MailSealer,
        takedown: FoundTakedown,
        decision: &TakedownDecision,
    ) -> Result<SeenTakedown, Error> {
        let begin = || {
            let permission = Permission::AsAdmin { otherwise: Refusal::NotAdmin };
            self.table.transaction(access).check_permission(caller, permission)
        };
        self.decide_with(begin, sealer, caller.school, takedown, decision).await
    }

    /// Decides a takedown request as an operator.
    ///
    /// # Errors
    /// [`Refusal::CaseDecided`]; [`Error::NotFound`].
    pub async fn decide_by_operator(
        &self,
        sealer: &MailSealer,
        id: TakedownId,
        decision: &TakedownDecision,
    ) -> Result<SeenTakedown, Error> {
        let school = self.school_of(id).await?;
        let takedown = self.find(school, id).await?;
        self.decide_with(|| Ok(self.table.transaction(ServiceAuthority)), sealer, school, takedown, decision).await
    }

    async fn decide_with(
        &self,
        begin: impl Fn() -> Result<Transaction, Error>,
        sealer: &MailSealer,
        school: SchoolId,
        mut current: FoundTakedown,
        decision: &TakedownDecision,
    ) -> Result<SeenTakedown, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let FoundTakedown { takedown, found } = current;
            if decision.decided_by == Some(takedown.author_id) {
                return Err(Error::NotFound);
            }
            let step = takedown.decide(decision.clone(), found.as_ref().map(|found| &found.subject))?;
            let transaction = decided(begin()?, sealer, school, (&takedown, &step), found.as_ref())?;
            match transaction.commit().await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    current = self.find(school, takedown.id).await?;
                }
                result => {
                    let snapshot = found.map(|found| found.subject.snapshot);
                    return result.map(|()| SeenTakedown::new(step.takedown, snapshot));
                }
            }
        }
    }

    /// Objects to the restriction of something that the caller wrote. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller is not the author, or the thing was deleted; [`Refusal::AppealClosed`].
    pub async fn object(&self, access: &WriteAccess, caller: &Caller, mut current: FoundTakedown) -> Result<(), Error> {
        let (school, mut backoff) = (caller.school, Backoff::begin());
        loop {
            let FoundTakedown { takedown, found } = current;
            let found = found.filter(|_| takedown.author_id == caller.user).ok_or(Error::NotFound)?;
            let now = self.table.clock().now();
            let Some(step) = takedown.object(&found.subject, now)? else { return Ok(()) };
            let transaction = self.table.transaction(access).replace_takedown(school, &takedown, &step.takedown)?;
            match moderated(transaction, school, &step, Some(&found))?.commit().await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    current = self.find(school, takedown.id).await?;
                }
                result => return result,
            }
        }
    }

    pub(super) async fn get(&self, school: SchoolId, id: TakedownId) -> Result<Takedown, Error> {
        let takedown: Option<Takedown> = self.table.get(takedown_key(school, id), Read::Consistent).await?;
        let now = self.table.clock().now();
        takedown.filter(|takedown| is_kept(takedown, now)).ok_or(Error::NotFound)
    }
}

/// Adds everything that a decision writes.
fn decided(
    transaction: Transaction,
    sealer: &MailSealer,
    school: SchoolId,
    (before, step): (&Takedown, &TakedownStep),
    found: Option<&FoundSubject>,
) -> Result<Transaction, Error> {
    let after = &step.takedown;
    let mut transaction = transaction.replace_takedown(school, before, after)?;
    if let Some(decision) = &after.decision {
        let Takedown { id: takedown_id, case_id, author_id, .. } = *after;
        let entry = TakedownLogEntry { takedown_id, case_id, author_id, decision: decision.clone() };
        transaction = transaction.create(&log_key(school, decision.decided_at, after.id), &entry)?;
    }
    if let (TakedownState::Restricted, Some(until)) = (after.state, after.until) {
        let restriction = Restriction { school_id: school, takedown_id: after.id, until };
        transaction = transaction.create(&restriction_key(until, after.id), &restriction)?;
    }
    transaction = moderated(transaction, school, step, found)?.tell_applicant(sealer, after)?;
    match step.effect {
        TakedownEffect::Moderates(_) => transaction.tell_author(sealer, school, after),
        TakedownEffect::None => Ok(transaction),
    }
}

/// Adds what a step does to the thing.
pub(super) fn moderated(
    transaction: Transaction,
    school: SchoolId,
    step: &TakedownStep,
    found: Option<&FoundSubject>,
) -> Result<Transaction, Error> {
    match (step.effect, found) {
        (TakedownEffect::Moderates(moderation), Some(found)) => found.moderate(transaction, school, moderation),
        _ => Ok(transaction),
    }
}
