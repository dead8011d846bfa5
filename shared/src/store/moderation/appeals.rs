//! Appeals of authors.

use uuid::Uuid;

use crate::domain::{Appeal, Caller, Case, CaseId, CaseState, Moderation};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::dynamo::{Backoff, Error, RowUpdate};
use crate::store::moderation::subjects::FoundSubject;
use crate::store::moderation::{Cases, case_key};

/// Everything that an appeal depends on.
#[derive(Debug)]
pub struct AppealContext {
    found: FoundSubject,
    case: Option<Case>,
}

impl Cases {
    /// The caller's appeal about a thing.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none.
    pub async fn own_appeal(&self, caller: &Caller, id: CaseId) -> Result<Appeal, Error> {
        let AppealContext { found, case } = self.appeal_context(caller, id).await?;
        let appeal = case.and_then(|case| case.appeal).filter(|_| found.subject.is_mine);
        appeal.ok_or(Error::NotFound)
    }

    /// Reads everything that an appeal about a thing depends on.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn appeal_context(&self, caller: &Caller, id: CaseId) -> Result<AppealContext, Error> {
        let case_key = case_key(caller.school, id);
        let (found, mut rows) = self.find(caller, id, vec![case_key.clone()]).await?;
        Ok(AppealContext { found, case: rows.take(&case_key)? })
    }

    /// Appeals against a hiding: the case is open again, with the appeal.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::NotAuthor`](crate::domain::Refusal::NotAuthor),
    /// [`Refusal::AlreadyAppealed`](crate::domain::Refusal::AlreadyAppealed),
    /// [`Refusal::AppealClosed`](crate::domain::Refusal::AppealClosed); [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn appeal(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut context: AppealContext,
        appeal: &Appeal,
    ) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let AppealContext { found, case } = &context;
            let moderation = found.subject.appeal(appeal.created_at)?;
            let case = case.as_ref().ok_or(Error::NotFound)?;
            match self.try_appeal(access, caller, (case, found), moderation, appeal).await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    context = self.appeal_context(caller, case.id).await?;
                }
                result => return result,
            }
        }
    }

    async fn try_appeal(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (case, found): (&Case, &FoundSubject),
        moderation: Moderation,
        appeal: &Appeal,
    ) -> Result<(), Error> {
        let school = caller.school;
        let after = case.with_appeal(appeal.clone());
        let change = RowUpdate::default()
            .if_listed_as(case)?
            .set(&["state"], CaseState::Open)?
            .set(&["listed_at"], after.listed_at)?
            .set(&["appeal"], appeal)?;
        let transaction = self
            .table
            .transaction(access)
            // A repeated request says itself what it is about.
            .record_idempotency(access, Uuid::nil())?
            .update(case_key(school, case.id), change)?
            .on_condition_failed(Error::Stale)
            .move_listed(school, case, &after)?;
        found.moderate(transaction, school, Some(moderation))?.commit().await
    }
}
