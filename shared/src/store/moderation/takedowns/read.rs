//! Reading takedowns, for admins and operators. They hold no applicant. An admin sees nothing about their own things.

use futures_util::future::try_join_all;

use crate::domain::{Caller, MediaFolder, SchoolId, Snapshot, Takedown, TakedownId, TakedownState, Time};
use crate::store::dynamo::{Error, KeyCondition, Page, Range, Read};
use crate::store::moderation::takedowns::{ListedTakedown, Takedowns, is_kept, list_partition, takedown_key};
use crate::store::schools::Schools;

/// How many takedowns a query for operators reads.
const OPERATOR_PAGE: usize = 100;

/// A takedown with the thing as it is now.
#[derive(Clone, Debug)]
pub struct SeenTakedown {
    pub takedown: Takedown,
    /// `None` if the thing was deleted, or the takedown is over.
    pub snapshot: Option<Snapshot>,
}

impl SeenTakedown {
    /// Nobody needs to see the thing of a takedown that is over.
    pub(super) fn new(takedown: Takedown, snapshot: Option<Snapshot>) -> Self {
        let snapshot = snapshot.filter(|_| !takedown.state.is_final());
        Self { takedown, snapshot }
    }
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

    /// Returns a takedown with the folder of the pictures of a post.
    ///
    /// # Errors
    /// [`Refusal::NotAdmin`](crate::domain::Refusal::NotAdmin); [`Error::NotFound`], also if it is about something of the
    /// caller.
    pub async fn show(&self, caller: &Caller, id: TakedownId) -> Result<(SeenTakedown, Option<MediaFolder>), Error> {
        let ((), takedown) = tokio::try_join!(self.cases.check_admin(caller), self.get(caller.school, id))?;
        if takedown.author_id == caller.user {
            return Err(Error::NotFound);
        }
        let (found, _) = self.cases.find_in(caller.school, takedown.case_id, Vec::new()).await?;
        let media_folder = found.as_ref().and_then(|found| found.media_folder);
        let media_folder = media_folder.filter(|_| !takedown.state.is_final());
        Ok((SeenTakedown::new(takedown, found.map(|found| found.subject.snapshot)), media_folder))
    }

    /// Finds a takedown in any school, for operators.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn show_to_operator(&self, id: TakedownId) -> Result<SeenTakedown, Error> {
        let school = self.school_of(id).await?;
        self.seen(school, self.get(school, id).await?).await
    }

    /// All takedowns of the school with this state, for operators, in the order of the list.
    pub async fn all(&self, school: SchoolId, state: TakedownState) -> Result<Vec<Takedown>, Error> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let Page { items, next } = self.page(school, state, after, OPERATOR_PAGE).await?;
            all.extend(items);
            after = next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// The school of a takedown, whose id does not name it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(super) async fn school_of(&self, id: TakedownId) -> Result<SchoolId, Error> {
        let schools = Schools::new(self.table.clone()).all().await?;
        let keys = schools.iter().map(|school| takedown_key(school.id, id));
        let rows = self.table.batch_get(keys, Read::Consistent).await?;
        let found = schools.into_iter().find(|school| rows.has(&takedown_key(school.id, id)));
        found.map(|school| school.id).ok_or(Error::NotFound)
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
        let now = self.table.clock().now();
        let mut takedowns: Vec<Takedown> = Vec::new();
        for id in ids {
            let takedown: Option<Takedown> = rows.take(&takedown_key(school, id))?;
            takedowns.extend(takedown.filter(|takedown| takedown.state == state && is_kept(takedown, now)));
        }
        Ok(Page { items: takedowns, next })
    }

    async fn seen(&self, school: SchoolId, takedown: Takedown) -> Result<SeenTakedown, Error> {
        let (found, _) = self.cases.find_in(school, takedown.case_id, Vec::new()).await?;
        Ok(SeenTakedown::new(takedown, found.map(|found| found.subject.snapshot)))
    }
}
