//! The ends of restrictions.

use crate::domain::{Case, TakedownEffect, TakedownState};
use crate::store::dynamo::{Backoff, Error, KeyCondition, Range, Read, ServiceAuthority, time_left};
use crate::store::mails::MailSealer;
use crate::store::moderation::case_key;
use crate::store::moderation::takedowns::decisions::moderated;
use crate::store::moderation::takedowns::{RESTRICTIONS, Restriction, Takedowns, restriction_key, takedown_key};

/// How many restrictions a query reads.
const PAGE: usize = 100;

impl Takedowns {
    /// Ends the restrictions whose time is over, as many as there is time for. Each ends in one transaction, so a run that
    /// is interrupted leaves the others for the next one. Returns how many have ended.
    ///
    /// # Errors
    /// The first error of a restriction. The others are ended all the same.
    pub async fn end_restrictions(&self, sealer: &MailSealer) -> Result<u32, Error> {
        let (mut ended, mut first_error) = (0_u32, None);
        let now = self.table.clock().now();
        // A sort key is longer than its time, so it sorts after it.
        let past = KeyCondition::Between("0".to_owned(), now.to_string());
        let mut rest = Some(Range::oldest_first(RESTRICTIONS.to_owned(), past));
        while let Some(range) = rest.take() {
            let page = self.table.query_well_formed::<Restriction>(range.clone(), Some(PAGE)).await?;
            for (_, restriction) in page.items {
                if time_left().is_zero() {
                    return first_error.map_or(Ok(ended), Err);
                }
                match self.end_restriction(sealer, restriction).await {
                    Ok(has_ended) => ended = ended.saturating_add(has_ended.into()),
                    Err(error) => first_error = first_error.or(Some(error)),
                }
            }
            rest = page.next.map(|sk| range.after(Some(sk)));
        }
        first_error.map_or(Ok(ended), Err)
    }

    /// Ends a restriction, unless another one of the same thing must end first.
    async fn end_restriction(&self, sealer: &MailSealer, restriction: Restriction) -> Result<bool, Error> {
        let Restriction { school_id: school, takedown_id: id, until } = restriction;
        let mut backoff = Backoff::begin();
        loop {
            let takedown = self.table.get(takedown_key(school, id), Read::Consistent).await?;
            let takedown: Option<crate::domain::Takedown> = takedown;
            let Some(takedown) = takedown.filter(|takedown| takedown.state == TakedownState::Restricted) else {
                // Another run has just ended it.
                return Ok(false);
            };
            let case_key = case_key(school, takedown.case_id);
            let (found, mut rows) = self.cases.find_in(school, takedown.case_id, vec![case_key.clone()]).await?;
            let case: Option<Case> = rows.take(&case_key)?;
            let subject = found.as_ref().map(|found| &found.subject);
            let Some(step) = takedown.end(subject, case.as_ref(), self.table.clock().now()) else {
                return Ok(false);
            };
            let transaction = self
                .table
                .transaction(ServiceAuthority)
                .delete(restriction_key(until, id))?
                .on_condition_failed(Error::Stale)
                .replace_takedown(school, &takedown, &step.takedown)?;
            let mut transaction =
                moderated(transaction, school, &step, found.as_ref())?.tell_applicant(sealer, &step.takedown)?;
            if let TakedownEffect::Moderates(_) = step.effect {
                transaction = transaction.tell_author(sealer, school, &step.takedown)?;
            }
            match transaction.commit().await {
                Err(Error::Stale) => backoff.pause().await?,
                result => return result.map(|()| true),
            }
        }
    }
}
