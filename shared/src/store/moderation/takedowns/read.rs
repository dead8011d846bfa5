//! Reading takedowns, for admins and operators. They hold no applicant. An admin sees nothing about their own things.

use futures_util::future::try_join_all;

use crate::domain::{Caller, SchoolId, Snapshot, Takedown, TakedownState, Time};
use crate::store::dynamo::{Error, KeyCondition, Page, Range, Read};
use crate::store::moderation::takedowns::{ListedTakedown, Takedowns, list_partition, takedown_key};

/// A takedown with the thing as it is now.
#[derive(Clone, Debug)]
pub struct SeenTakedown {
    pub takedown: Takedown,
    /// `None` if the thing was deleted.
    pub snapshot: Option<Snapshot>,
}

impl Takedowns {
    /// Lists the takedowns of the school with this state. Open ones: those first that have waited longest. Others: newest
    /// first. A page may have fewer than `limit` takedowns.
    ///
    /// # Errors
    /// [`Refusal::NotAdmin`](crate::domain::Refusal::NotAdmin).
    pub async fn list(
        &self,
        caller: &Caller,
        state: TakedownState,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SeenTakedown, String>, Error> {
        let listed = self.page(caller.school, state, after, limit);
        let ((), page) = tokio::try_join!(self.cases.check_admin(caller), listed)?;
        let others: Vec<_> = page.items.into_iter().filter(|takedown| takedown.author_id != caller.user).collect();
        let seen = others.into_iter().map(|takedown| self.seen(caller.school, takedown));
        Ok(Page { items: try_join_all(seen).await?, next: page.next })
    }

    /// Lists the takedowns of a school with this state, for operators.
    pub async fn list_for_operator(
        &self,
        school: SchoolId,
        state: TakedownState,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SeenTakedown, String>, Error> {
        let page = self.page(school, state, after, limit).await?;
        let seen = page.items.into_iter().map(|takedown| self.seen(school, takedown));
        Ok(Page { items: try_join_all(seen).await?, next: page.next })
    }

    /// Whether the school has an open takedown that was confirmed before this time.
    pub async fn have_open_before(&self, school: SchoolId, time: Time) -> Result<bool, Error> {
        let range = Range::oldest_first(list_partition(school, TakedownState::Open), KeyCondition::Whole);
        let range = Range { read: Read::Eventual, ..range };
        let oldest = self.table.query::<ListedTakedown>(range, Some(1)).await?.items;
        // The sort key begins with the time of the confirmation.
        Ok(oldest.first().is_some_and(|(sk, _)| *sk < time.to_string()))
    }

    async fn page(
        &self,
        school: SchoolId,
        state: TakedownState,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<Takedown, String>, Error> {
        let partition = list_partition(school, state);
        let range = match state {
            TakedownState::Open => Range::oldest_first(partition, KeyCondition::Whole),
            _ => Range::newest_first(partition, KeyCondition::Whole),
        };
        let Page { items, next } = self.table.query::<ListedTakedown>(range.after(after), Some(limit)).await?;
        let ids: Vec<_> = items.iter().map(|(_, listed)| listed.takedown_id).collect();
        let mut rows = self.table.batch_get(ids.iter().map(|id| takedown_key(school, *id)), Read::Consistent).await?;
        let mut takedowns: Vec<Takedown> = Vec::new();
        for id in ids {
            takedowns
                .extend(rows.take(&takedown_key(school, id))?.filter(|takedown: &Takedown| takedown.state == state));
        }
        Ok(Page { items: takedowns, next })
    }

    async fn seen(&self, school: SchoolId, takedown: Takedown) -> Result<SeenTakedown, Error> {
        let (found, _) = self.cases.find_in(school, takedown.case_id, Vec::new()).await?;
        Ok(SeenTakedown { takedown, snapshot: found.map(|found| found.subject.snapshot) })
    }
}
