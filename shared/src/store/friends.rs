//! Friendships and friend requests. The friendship row is the same for both students, and every transaction checks it:
//! if two students send each other a request at the same time, the second request accepts the first. Each student also
//! has a request or friend row, which puts the friendship into the student's list.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | friendship | `SCHOOL#<school>#PAIR#<lower user>#<higher user>` | `PAIR` |
//! | request | `SCHOOL#<school>#USER#<user>` | `REQUEST#<friendship>` |
//! | friend | `SCHOOL#<school>#USER#<user>` | `FRIEND#<friendship>` |

use crate::domain::{Caller, Direction, FriendLink, Friendship, FriendshipId, Nickname, SchoolId, Time, UserId};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Backoff, Error, Key, Page, Range, Read, RowUpdate, ServiceAuthority, Table, Transaction};
use crate::store::schools;

pub(crate) const REQUEST: &str = "REQUEST#";
pub(crate) const FRIEND: &str = "FRIEND#";
const PAIR: &str = "PAIR";

const ID: &str = "id";
const SINCE: &str = "since";

/// Access to friendships.
#[derive(Clone, Debug)]
pub struct Friends {
    table: Table,
}

/// A friendship or friend request, and the partner's nickname.
#[derive(Clone, Debug)]
pub struct NamedFriendLink {
    /// The friendship or request, from the caller's side.
    pub link: FriendLink,
    /// The partner's current nickname.
    pub nickname: Nickname,
}

/// The key of the friendship of two students, in either order.
pub(crate) fn friendship_key(school: SchoolId, one: UserId, other: UserId) -> Key {
    let (lower, higher) = (one.min(other), one.max(other));
    Key::new(format!("{}#PAIR#{lower}#{higher}", schools::partition(school)), PAIR)
}

pub(crate) fn request_key(school: SchoolId, user: UserId, id: FriendshipId) -> Key {
    Key::new(users::partition(school, user), format!("{REQUEST}{id}"))
}

pub(crate) fn friend_key(school: SchoolId, user: UserId, id: FriendshipId) -> Key {
    Key::new(users::partition(school, user), format!("{FRIEND}{id}"))
}

/// The key of the student's request or friend row for the link.
pub(crate) fn link_key(school: SchoolId, user: UserId, link: &FriendLink) -> Key {
    let key = if link.since.is_some() { friend_key } else { request_key };
    key(school, user, link.id)
}

impl Friends {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Lists the caller's friends after the cursor position, sorted by the time of the request, newest first.
    pub async fn list(
        &self,
        caller: &Caller,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<NamedFriendLink, String>, Error> {
        let range = Range::newest_first(users::partition(caller.school, caller.user), FRIEND).after(after);
        let page = self.table.query(range, Some(limit)).await?;
        self.with_nicknames(caller, page).await
    }

    /// Lists the requests that the caller has sent or received after the cursor position, newest first. `direction`
    /// selects one of the two kinds.
    pub async fn list_requests(
        &self,
        caller: &Caller,
        direction: Option<Direction>,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<NamedFriendLink, String>, Error> {
        let range = Range::newest_first(users::partition(caller.school, caller.user), REQUEST).after(after);
        let page = match direction {
            None => self.table.query(range, Some(limit)).await?,
            Some(direction) => {
                self.table.query_where(range, limit, |link: &FriendLink| link.direction == direction).await?
            }
        };
        self.with_nicknames(caller, page).await
    }

    /// Adds the partners' nicknames to the links, and leaves out the links whose partner has withdrawn.
    async fn with_nicknames(
        &self,
        caller: &Caller,
        page: Page<(String, FriendLink), String>,
    ) -> Result<Page<NamedFriendLink, String>, Error> {
        let partners = page.items.iter().map(|(_, link)| link.partner);
        let nicknames = users::nicknames(&self.table, caller.school, partners).await?;
        let named = |(_, link): (String, FriendLink)| {
            let nickname = nicknames.get(&link.partner)?.clone();
            Some(NamedFriendLink { link, nickname })
        };
        Ok(Page { items: page.items.into_iter().filter_map(named).collect(), next: page.next })
    }

    /// Finds a friendship or request of the caller.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the partner has withdrawn.
    pub async fn find(&self, caller: &Caller, id: FriendshipId) -> Result<NamedFriendLink, Error> {
        let keys = [request_key, friend_key].map(|key| key(caller.school, caller.user, id));
        let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
        let [request_key, friend_key] = keys;
        let link: FriendLink = match rows.take(&friend_key)? {
            Some(link) => link,
            None => match rows.take(&request_key)? {
                Some(link) => link,
                // A batch is not a snapshot: the request may have been accepted between the reads of the two rows.
                None => self.get(caller, id).await?,
            },
        };
        let nickname = users::nicknames(&self.table, caller.school, [link.partner]).await?.remove(&link.partner);
        Ok(NamedFriendLink { link, nickname: nickname.ok_or(Error::NotFound)? })
    }

    /// Returns a friendship of the caller.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: FriendshipId) -> Result<FriendLink, Error> {
        let link = self.table.get(friend_key(caller.school, caller.user, id), Read::Consistent).await?;
        link.ok_or(Error::NotFound)
    }

    /// Returns a friend request that the caller has sent or received.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_request(&self, caller: &Caller, id: FriendshipId) -> Result<FriendLink, Error> {
        let link = self.table.get(request_key(caller.school, caller.user, id), Read::Consistent).await?;
        link.ok_or(Error::NotFound)
    }

    /// Sends a friend request to another student of the school. If that student has already sent one to the caller,
    /// this accepts it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the partner has withdrawn;
    /// [`Refusal::AlreadyFriends`](crate::domain::Refusal::AlreadyFriends),
    /// [`Refusal::AlreadyRequested`](crate::domain::Refusal::AlreadyRequested); [`Error::Replayed`],
    /// [`Error::KeyReused`].
    pub async fn send_request(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        partner: UserId,
    ) -> Result<NamedFriendLink, Error> {
        let Caller { school, user, .. } = *caller;
        let (friendship_key, profile_key) =
            (friendship_key(school, user, partner), users::profile_key(school, partner));
        let mut backoff = Backoff::begin();
        loop {
            let mut rows =
                self.table.batch_get([friendship_key.clone(), profile_key.clone()], Read::Consistent).await?;
            let nickname = users::take_nicknames(school, [partner], &mut rows)?.remove(&partner);
            let nickname = nickname.ok_or(Error::NotFound)?;
            let friendship: Option<Friendship> = rows.take(&friendship_key)?;
            let now = self.table.clock().now();
            let (transaction, link) = match friendship {
                Some(friendship) => {
                    friendship.check_can_request(user)?;
                    let transaction =
                        self.table.transaction(access).record_idempotency(access, friendship.id.as_uuid())?;
                    accept_request(transaction, caller, &friendship.link(user, partner), now)?
                }
                None => {
                    let friendship = Friendship::request(user, now);
                    let transaction =
                        self.table.transaction(access).record_idempotency(access, friendship.id.as_uuid())?;
                    create_request(transaction, caller, &friendship, partner)?
                }
            };
            match transaction.commit().await {
                Err(Error::Stale) if backoff.pause().await => {}
                sent => return sent.map(|()| NamedFriendLink { link, nickname }),
            }
        }
    }

    /// Accepts a request. If it is already accepted, nothing changes.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::OwnRequest`](crate::domain::Refusal::OwnRequest).
    pub async fn accept(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut request: NamedFriendLink,
    ) -> Result<NamedFriendLink, Error> {
        let mut backoff = Backoff::begin();
        loop {
            if request.link.since.is_some() {
                return Ok(request);
            }
            request.link.check_acceptable()?;
            let now = self.table.clock().now();
            let (transaction, link) = accept_request(self.table.transaction(access), caller, &request.link, now)?;
            match transaction.commit().await {
                Err(Error::Stale) if backoff.pause().await => request = self.find(caller, request.link.id).await?,
                accepted => return accepted.map(|()| NamedFriendLink { link, nickname: request.nickname }),
            }
        }
    }

    /// Ends a friendship, or withdraws or declines a request, for both students.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it has changed since it was read.
    pub async fn end(&self, access: &WriteAccess, caller: &Caller, link: &FriendLink) -> Result<(), Error> {
        match delete_link(self.table.transaction(access), caller.school, caller.user, link)?.commit().await {
            // The link was deleted, or the request was accepted and is no longer a request.
            Err(Error::Stale) => Err(Error::NotFound),
            ended => ended,
        }
    }
}

/// Ends all friendships and requests of a withdrawn student, each in its own transaction.
pub(crate) async fn purge(table: &Table, school: SchoolId, user: UserId) -> Result<(), Error> {
    for prefix in [REQUEST, FRIEND] {
        let links = Range::oldest_first(users::partition(school, user), prefix);
        for (_, link) in table.query_all::<FriendLink>(links).await? {
            match delete_link(table.transaction(ServiceAuthority), school, user, &link)?.commit().await {
                // The partner has just ended it.
                Ok(()) | Err(Error::Stale) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Creates a request between two students who have no friendship row. Returns the caller's link.
fn create_request(
    transaction: Transaction,
    caller: &Caller,
    friendship: &Friendship,
    partner: UserId,
) -> Result<(Transaction, FriendLink), Error> {
    let Caller { school, user, .. } = *caller;
    let (own, theirs) = (friendship.link(user, partner), friendship.link(partner, user));
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
fn accept_request(
    transaction: Transaction,
    caller: &Caller,
    request: &FriendLink,
    now: Time,
) -> Result<(Transaction, FriendLink), Error> {
    let Caller { school, user, .. } = *caller;
    let (own, partner) = (request.accepted(now), request.partner);
    let accepted = if_unchanged(request)?.set(&[SINCE], own.since)?;
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

/// Deletes the friendship row and the rows of both students. `link` is that of `user`.
fn delete_link(
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
    match link.since {
        Some(since) => same.if_equal(&[SINCE], since),
        None => Ok(same.if_absent(&[SINCE])),
    }
}
