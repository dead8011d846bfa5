//! The transactions that change a friendship.

use crate::domain::{
    Caller, Direction, FriendLink, Friendship, HIDDEN_AFTER_DECLINE_S, SchoolId, SentTo, Time, UserId,
};
use crate::store::accounts::users;
use crate::store::dynamo::{Error, RowUpdate, Transaction};
use crate::store::friends::{DeclinedStudent, declined_key, friend_key, friendship_key, link_key, request_key};

const ID: &str = "id";
const SINCE: &str = "since";
const IS_HIDDEN: &str = "is_hidden";

/// Creates a request between two students who have no friendship row. `partner` was found by `sent_to`. Returns the
/// caller's link.
pub(super) fn create_request(
    transaction: Transaction,
    caller: &Caller,
    friendship: &Friendship,
    (partner, sent_to): (UserId, &SentTo),
) -> Result<(Transaction, FriendLink), Error> {
    let Caller { school, user, .. } = *caller;
    let own = FriendLink { sent_to: Some(sent_to.clone()), ..friendship.link(user, partner) };
    let theirs = friendship.link(partner, user);
    let transaction = transaction
        .check(users::profile_key(school, partner), RowUpdate::of_existing())?
        .on_condition_failed(Error::NotFound)
        .create(&friendship_key(school, user, partner), friendship)?
        .on_condition_failed(Error::Stale)
        .create(&request_key(school, user, own.id), &own)?
        .create(&request_key(school, partner, theirs.id), &theirs)?;
    Ok((transaction, own))
}

/// Turns a request into a friendship. `request` is the caller's link. Returns the caller's new link.
pub(super) fn accept_request(
    transaction: Transaction,
    caller: &Caller,
    request: &FriendLink,
    now: Time,
) -> Result<(Transaction, FriendLink), Error> {
    let Caller { school, user, .. } = *caller;
    let (own, partner) = (request.accepted(now), request.partner);
    let accepted = if_unchanged(request)?.set(&[SINCE], own.since)?.remove(&[IS_HIDDEN]);
    let transaction = transaction
        .check(users::profile_key(school, partner), RowUpdate::of_existing())?
        .on_condition_failed(Error::NotFound)
        .update(friendship_key(school, user, partner), accepted)?
        .on_condition_failed(Error::Stale)
        .delete(request_key(school, user, request.id))?
        .on_condition_failed(Error::Stale)
        .delete(request_key(school, partner, request.id))?
        .on_condition_failed(Error::Stale)
        .create(&friend_key(school, user, own.id), &own)?
        .create(&friend_key(school, partner, own.id), &own.for_partner(user))?;
    Ok((transaction, own))
}

/// Hides a request from the caller, its recipient, and remembers the sender. The sender's row does not change.
pub(super) fn decline_request(
    transaction: Transaction,
    caller: &Caller,
    request: &FriendLink,
    now: Time,
) -> Result<Transaction, Error> {
    let Caller { school, user, .. } = *caller;
    let hidden = if_unchanged(request)?.set(&[IS_HIDDEN], true)?;
    let declined = DeclinedStudent { expires_at: now.plus_secs(HIDDEN_AFTER_DECLINE_S).as_secs() };
    transaction
        .update(friendship_key(school, user, request.partner), hidden)?
        .on_condition_failed(Error::Stale)
        .update(request_key(school, user, request.id), RowUpdate::of_existing().set(&[IS_HIDDEN], true)?)?
        .on_condition_failed(Error::Stale)
        .overwrite(&declined_key(school, user, request.partner), &declined)
}

/// Deletes the friendship row and the rows of both students. `link` is that of `user`.
pub(super) fn delete_link(
    transaction: Transaction,
    school: SchoolId,
    user: UserId,
    link: &FriendLink,
) -> Result<Transaction, Error> {
    Ok(transaction
        .delete_if(friendship_key(school, user, link.partner), if_unchanged(link)?)?
        .on_condition_failed(Error::Stale)
        .delete(link_key(school, user, link))?
        .on_condition_failed(Error::Stale)
        .delete(link_key(school, link.partner, link))?
        .on_condition_failed(Error::Stale))
}

/// The condition that the friendship row has the id and the state of the link.
fn if_unchanged(link: &FriendLink) -> Result<RowUpdate, Error> {
    let same = RowUpdate::of_existing().if_equal(&[ID], link.id)?;
    let same = match (link.direction, link.is_hidden) {
        (Direction::In, true) => same.if_present(&[IS_HIDDEN]),
        (Direction::In, false) => same.if_absent(&[IS_HIDDEN]),
        // The sender's link does not say.
        (Direction::Out, _) => same,
    };
    match link.since {
        Some(since) => same.if_equal(&[SINCE], since),
        None => Ok(same.if_absent(&[SINCE])),
    }
}
