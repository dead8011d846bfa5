//! Liking posts, adding and removing scraps, hiding and muting posts.

use crate::domain::{Caller, LikeOutcome, PostHead, Refusal, SchoolId, Time};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::content::{
    feeds, feeds::PostPointer, likes, posts, posts::FoundPost, posts::LiveOrDeletedPost, reactions::Reaction,
    reactions::hidden_key, reactions::key, reactions::scrap_key,
};
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, Table, Transaction};

const LIKED_AT: &str = "liked_at";
const SCRAPPED_AT: &str = "scrapped_at";
const HIDDEN_AT: &str = "hidden_at";
const MUTED_AT: &str = "muted_at";

/// Access to reactions.
#[derive(Clone, Debug)]
pub struct Reactions {
    table: Table,
}

impl Reactions {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Likes a post and returns its number of likes: those that are counted, and this one.
    ///
    /// A like of a post that has many likes writes only the reaction, and is counted later. So it does not meet other
    /// likes in the row of the post.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`], [`Refusal::BoardArchived`], [`Refusal::AlreadyLiked`];
    /// [`Error::NotFound`] if the post was deleted meanwhile.
    pub async fn like(&self, access: &WriteAccess, caller: &Caller, found: FoundPost) -> Result<u32, Error> {
        let FoundPost { mut head, board } = found;
        let mut backoff = Backoff::begin();
        loop {
            let like = head.like_by(caller, &board, self.table.clock().now())?;
            match self.add_like(access, caller, &head, &like).await {
                Err(Error::Modified(current)) => {
                    backoff.pause().await?;
                    head = current.read()?;
                }
                result => return result.map(|()| like.like_count),
            }
        }
    }

    /// Writes the reaction, and unless the like is counted later, the counter and the milestones that it reaches.
    ///
    /// It is a transaction also if it writes only the reaction, because the SDK may send a transaction twice: a repeated
    /// update would find the like of the first, and be refused.
    ///
    /// # Errors
    /// [`Refusal::AlreadyLiked`]; [`Error::Modified`] if the post was hidden or reached one of these milestones meanwhile,
    /// or if this like would reach another one.
    async fn add_like(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        head: &PostHead,
        like: &LikeOutcome,
    ) -> Result<(), Error> {
        let now = self.table.clock().now();
        let reaction = key(caller.school, caller.user, head.id);
        let mut transaction = self
            .table
            .transaction(access)
            .update(reaction, liked(like, now)?)?
            .on_condition_failed(Refusal::AlreadyLiked);
        if !like.is_counted_later {
            transaction = transaction.count_like(caller.school, head, like, now)?;
        }
        transaction.commit().await
    }

    /// Adds a post to the caller's scraps. If it is already there, nothing changes.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`]; [`Error::NotFound`] if the post was deleted meanwhile.
    pub async fn scrap(&self, access: &WriteAccess, caller: &Caller, head: &PostHead) -> Result<(), Error> {
        head.check_open_to(caller)?;
        let now = self.table.clock().now();
        let scrapped = RowUpdate::default().if_absent(&[SCRAPPED_AT]).set(&[SCRAPPED_AT], now)?;
        let counted = RowUpdate::of_existing().if_not_hidden(&[])?.add(&["scrap_count"], 1)?;
        let added = self
            .table
            .transaction(access)
            .update(key(caller.school, caller.user, head.id), scrapped)?
            .on_condition_failed(Error::Stale)
            .create(&scrap_key(caller.school, caller.user, now, head.id), &PostPointer::to(head))?
            .update(posts::head_key(caller.school, head.id), counted)?
            .on_hidden_or_absent()
            .commit()
            .await;
        match added {
            // The post is already among the scraps.
            Err(Error::Stale) => Ok(()),
            result => result,
        }
    }

    /// Removes a post from the caller's scraps, if it is there: the time in the reaction, the row in the list, and the
    /// count of the post. The post may be deleted.
    pub async fn unscrap(&self, access: &WriteAccess, caller: &Caller, post: &LiveOrDeletedPost) -> Result<(), Error> {
        let Caller { school, user, .. } = *caller;
        let LiveOrDeletedPost { id, mut reaction, .. } = *post;
        let reaction_key = key(school, user, id);
        let mut is_counted = true;
        let mut backoff = Backoff::begin();
        while let Some(scrapped_at) = reaction.scrapped_at {
            let mut transaction = self
                .table
                .transaction(access)
                .remove_from_reaction(reaction_key.clone(), reaction, (SCRAPPED_AT, scrapped_at))?
                .delete(scrap_key(school, user, scrapped_at, id))?;
            if is_counted {
                let one_less = RowUpdate::of_existing().add(&["scrap_count"], -1)?;
                transaction =
                    transaction.update(posts::head_key(school, id), one_less)?.on_condition_failed(Error::NotFound);
            }
            match transaction.commit().await {
                // The post was deleted, and the counters of a deleted post do not change.
                Err(Error::NotFound) => is_counted = false,
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    reaction = self.table.get(reaction_key.clone(), Read::Consistent).await?.unwrap_or_default();
                }
                result => return result,
            }
        }
        Ok(())
    }

    /// Hides a post from the caller's lists. If it is already hidden, nothing changes.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`]; [`Error::NotFound`] if the post was deleted meanwhile.
    pub async fn hide(&self, access: &WriteAccess, caller: &Caller, head: &PostHead) -> Result<(), Error> {
        head.check_open_to(caller)?;
        let now = self.table.clock().now();
        let hidden = RowUpdate::default().if_absent(&[HIDDEN_AT]).set(&[HIDDEN_AT], now)?;
        let added = self
            .table
            .transaction(access)
            .update(key(caller.school, caller.user, head.id), hidden)?
            .on_condition_failed(Error::Stale)
            .create(&hidden_key(caller.school, caller.user, now, head.id), &PostPointer::to(head))?
            .check(posts::head_key(caller.school, head.id), RowUpdate::of_existing())?
            .on_condition_failed(Error::NotFound)
            .commit()
            .await;
        match added {
            // The post is already hidden.
            Err(Error::Stale) => Ok(()),
            result => result,
        }
    }

    /// Shows a hidden post in the caller's lists again. The post may be deleted.
    pub async fn unhide(&self, access: &WriteAccess, caller: &Caller, post: &LiveOrDeletedPost) -> Result<(), Error> {
        let Caller { school, user, .. } = *caller;
        let LiveOrDeletedPost { id, mut reaction, .. } = *post;
        let reaction_key = key(school, user, id);
        let mut backoff = Backoff::begin();
        while let Some(hidden_at) = reaction.hidden_at {
            let shown = self
                .table
                .transaction(access)
                .remove_from_reaction(reaction_key.clone(), reaction, (HIDDEN_AT, hidden_at))?
                .delete(hidden_key(school, user, hidden_at, id))?
                .commit()
                .await;
            match shown {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    reaction = self.table.get(reaction_key.clone(), Read::Consistent).await?.unwrap_or_default();
                }
                result => return result,
            }
        }
        Ok(())
    }

    /// Mutes a post for the caller. If it is already muted, nothing changes.
    pub async fn mute(&self, access: &WriteAccess, caller: &Caller, head: &PostHead) -> Result<(), Error> {
        let muted = RowUpdate::default().set_once(&[MUTED_AT], self.table.clock().now())?;
        self.table.update(access, key(caller.school, caller.user, head.id), muted).await
    }

    /// Unmutes a post for the caller. The post may be deleted.
    pub async fn unmute(&self, access: &WriteAccess, caller: &Caller, post: &LiveOrDeletedPost) -> Result<(), Error> {
        let LiveOrDeletedPost { id, mut reaction, .. } = *post;
        let reaction_key = key(caller.school, caller.user, id);
        let mut backoff = Backoff::begin();
        while let Some(muted_at) = reaction.muted_at {
            let transaction = self.table.transaction(access);
            let unmuted =
                transaction.remove_from_reaction(reaction_key.clone(), reaction, (MUTED_AT, muted_at))?.commit().await;
            match unmuted {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    reaction = self.table.get(reaction_key.clone(), Read::Consistent).await?.unwrap_or_default();
                }
                result => return result,
            }
        }
        Ok(())
    }
}

/// The like in a reaction that has none.
fn liked(like: &LikeOutcome, now: Time) -> Result<RowUpdate, Error> {
    let mut liked = RowUpdate::default().if_absent(&[LIKED_AT]).set(&[LIKED_AT], now)?;
    if !like.counts_for_hot {
        liked = liked.set(&["liked_while_young"], true)?;
    }
    if like.is_counted_later {
        liked = liked.set(&[likes::UNCOUNTED], true)?;
    }
    Ok(liked)
}

impl Transaction {
    /// Adds a like to the counters of the post, with the milestones that it reaches.
    fn count_like(self, school: SchoolId, head: &PostHead, like: &LikeOutcome, now: Time) -> Result<Self, Error> {
        let mut counted = RowUpdate::of_existing().if_not_hidden(&[])?.add(&["like_count"], 1)?;
        if like.counts_for_hot {
            counted = counted.add(&["hot_like_count"], 1)?;
        }
        for milestone in &like.unreached {
            // Without this condition, two concurrent likes could pass the milestone and neither would record it.
            counted = counted.if_at_most(&["hot_like_count"], i64::from(milestone.likes()).saturating_sub(2))?;
        }
        for milestone in &like.reached {
            let attribute = posts::milestone_attribute(*milestone);
            counted = counted.if_absent(&[attribute]).set(&[attribute], now)?;
        }
        let mut transaction = self.update(posts::head_key(school, head.id), counted)?.on_modified();
        for milestone in &like.reached {
            let key = feeds::milestone_key(school, *milestone, now, head.id);
            transaction = transaction.create(&key, &PostPointer::to(head))?;
        }
        Ok(transaction)
    }

    /// Removes a time from the reaction, and the row with its last one. Fails with [`Error::Stale`] if the reaction has
    /// changed since it was read.
    fn remove_from_reaction(
        self,
        key: Key,
        reaction: Reaction,
        (attribute, time): (&str, Time),
    ) -> Result<Self, Error> {
        let times = [
            (LIKED_AT, reaction.liked_at),
            (SCRAPPED_AT, reaction.scrapped_at),
            (HIDDEN_AT, reaction.hidden_at),
            (MUTED_AT, reaction.muted_at),
        ];
        let others = times.into_iter().filter(|(name, _)| *name != attribute);
        let unchanged = RowUpdate::default().if_equal(&[attribute], time)?;
        let removed = if others.clone().any(|(_, time)| time.is_some()) {
            self.update(key, unchanged.remove(&[attribute]))?
        } else {
            self.delete_if(key, others.fold(unchanged, |row, (name, _)| row.if_absent(&[name])))?
        };
        Ok(removed.on_condition_failed(Error::Stale))
    }
}
