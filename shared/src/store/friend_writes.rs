//! What changes friendships: asking, accepting, ending. The rows are in [`friends`](super::friends).
//!
//! Whatever is written into the other one's partition is written on the condition that the other one's profile is there,
//! so that a purge misses nothing: who has withdrawn gets no new row.

use super::change::Change;
use super::friends::{FRIEND, Friends, KnownTie, REQUEST, friend_key, pair_key, request_key, tie_key};
use super::table::{Backoff, Service};
use super::{Error, Range, Read, Run, Table, Transaction, Writer, users};
use crate::domain::{Caller, Friendship, SchoolId, Tie, Time, UserId};

const ID: &str = "id";
const SINCE: &str = "since";

impl Friends {
    /// Asks another student of the school; where that one has asked already, the two are friends from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the other one has withdrawn,
    /// [`Refusal::AlreadyFriends`](crate::domain::Refusal::AlreadyFriends),
    /// [`Refusal::AlreadyRequested`](crate::domain::Refusal::AlreadyRequested); those of a claim.
    pub async fn ask(&self, writer: &Writer, caller: &Caller, partner: UserId) -> Result<KnownTie, Error> {
        let Caller { school, user, .. } = *caller;
        let (pair_key, profile_key) = (pair_key(school, user, partner), users::profile_key(school, partner));
        let mut backoff = Backoff::begin();
        loop {
            let mut rows = self.table.batch_get([pair_key.clone(), profile_key.clone()], Read::Latest).await?;
            let nickname = users::take_nicknames(school, [partner], &mut rows)?.remove(&partner);
            let nickname = nickname.ok_or(Error::NotFound)?;
            let pair: Option<Friendship> = rows.take(&pair_key)?;
            let now = self.table.clock().now();
            let (transaction, tie) = match pair {
                Some(pair) => {
                    pair.check_open_to(user)?;
                    let transaction = self.table.transaction(writer).claim(writer, pair.id.as_uuid())?;
                    befriend(transaction, caller, &pair.tie(user, partner), now)?
                }
                None => {
                    let pair = Friendship::request(user, now);
                    let transaction = self.table.transaction(writer).claim(writer, pair.id.as_uuid())?;
                    request(transaction, caller, &pair, partner)?
                }
            };
            match transaction.commit().await {
                Err(Error::Stale) if backoff.pause().await => {}
                asked => return asked.map(|()| KnownTie { tie, nickname }),
            }
        }
    }

    /// Accepts a request as it was read; if it is no longer so, as it is. What has been accepted stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::OwnRequest`](crate::domain::Refusal::OwnRequest).
    pub async fn accept(&self, writer: &Writer, caller: &Caller, mut known: KnownTie) -> Result<KnownTie, Error> {
        let mut backoff = Backoff::begin();
        loop {
            if known.tie.since.is_some() {
                return Ok(known);
            }
            known.tie.check_acceptable()?;
            let now = self.table.clock().now();
            let (transaction, tie) = befriend(self.table.transaction(writer), caller, &known.tie, now)?;
            match transaction.commit().await {
                Err(Error::Stale) if backoff.pause().await => known = self.find(caller, known.tie.id).await?,
                accepted => return accepted.map(|()| KnownTie { tie, nickname: known.nickname }),
            }
        }
    }

    /// Ends a friendship or takes a request away, for both.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the other one was faster.
    pub async fn end(&self, writer: &Writer, caller: &Caller, tie: &Tie) -> Result<(), Error> {
        match dissolve(self.table.transaction(writer), caller.school, caller.user, tie)?.commit().await {
            // Such a tie changes once: a request is accepted. What is no longer as it was read is not there.
            Err(Error::Stale) => Err(Error::NotFound),
            ended => ended,
        }
    }
}

/// Ends all that somebody who has withdrawn has with others, one tie at a time.
pub(super) async fn purge(table: &Table, school: SchoolId, user: UserId) -> Result<(), Error> {
    for run in [REQUEST, FRIEND].map(Run::from) {
        let ties = Range::oldest_first(users::partition(school, user), run);
        for (_, tie) in table.query_all::<Tie>(ties).await? {
            match dissolve(table.transaction(Service), school, user, &tie)?.commit().await {
                // The other one has just ended it.
                Ok(()) | Err(Error::Stale) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Makes a request, where there is nothing between the two.
fn request(
    transaction: Transaction,
    caller: &Caller,
    pair: &Friendship,
    partner: UserId,
) -> Result<(Transaction, Tie), Error> {
    let Caller { school, user, .. } = *caller;
    let (own, theirs) = (pair.tie(user, partner), pair.tie(partner, user));
    let transaction = transaction
        .check(users::profile_key(school, partner), Change::of_existing())?
        .on_condition_failed(Error::NotFound)
        .create(&pair_key(school, user, partner), pair)?
        .on_condition_failed(Error::Stale)
        .create(&request_key(school, user, own.id), &own)?
        .create(&request_key(school, partner, theirs.id), &theirs)?;
    Ok((transaction, own))
}

/// Makes a friendship of a request, of which the caller has this.
fn befriend(transaction: Transaction, caller: &Caller, request: &Tie, now: Time) -> Result<(Transaction, Tie), Error> {
    let Caller { school, user, .. } = *caller;
    let (own, partner) = (request.accepted(now), request.partner);
    let accepted = untouched(request)?.set(&[SINCE], own.since)?;
    let transaction = transaction
        .check(users::profile_key(school, partner), Change::of_existing())?
        .on_condition_failed(Error::NotFound)
        .update(pair_key(school, user, partner), accepted)?
        .on_condition_failed(Error::Stale)
        .delete(request_key(school, user, request.id))?
        .on_condition_failed(Error::Stale)
        .delete(request_key(school, partner, request.id))?
        .on_condition_failed(Error::Stale)
        .create(&friend_key(school, user, own.id), &own)?
        .create(&friend_key(school, partner, own.id), &own.of_partner(user))?;
    Ok((transaction, own))
}

/// Deletes all three rows of a tie, of which the student has this.
fn dissolve(transaction: Transaction, school: SchoolId, user: UserId, tie: &Tie) -> Result<Transaction, Error> {
    Ok(transaction
        .delete_if(pair_key(school, user, tie.partner), untouched(tie)?)?
        .on_condition_failed(Error::Stale)
        .delete(tie_key(school, user, tie))?
        .on_condition_failed(Error::Stale)
        .delete(tie_key(school, tie.partner, tie))?
        .on_condition_failed(Error::Stale))
}

/// That the pair is as one of the two has it.
fn untouched(tie: &Tie) -> Result<Change, Error> {
    let same: Change = Change::of_existing().if_equal(&[ID], tie.id)?;
    match tie.since {
        Some(since) => same.if_equal(&[SINCE], since),
        None => Ok(same.if_absent(&[SINCE])),
    }
}
