//! Friendships and friend requests. The friendship row is the same for both students, and every transaction checks it:
//! if two students send each other a request at the same time, the second request accepts the first. Each student also
//! has a request or friend row, which puts the friendship into the student's list.
//!
//! A request to a student who has lately declined one of the sender, or has blocked the sender, or whom the sender has
//! blocked, has the same three rows, but it is hidden from its recipient. So neither the responses nor their time tell
//! the sender.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | friendship | `SCHOOL#<school>#PAIR#<lower user>#<higher user>` | `PAIR` |
//! | request | `SCHOOL#<school>#USER#<user>` | `REQUEST#<friendship>` |
//! | friend | `SCHOOL#<school>#USER#<user>` | `FRIEND#<friendship>` |
//! | declined student | `SCHOOL#<school>#USER#<user>` | `DECLINED#<other user>` |

mod changes;

use serde::{Deserialize, Serialize};

use self::changes::{accept_request, create_request, decline_request, delete_link};
use crate::domain::{
    BlockTarget, Caller, Direction, FriendLink, Friendship, FriendshipId, Nickname, SchoolId, SentTo, UserId,
};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Backoff, Error, Key, Page, Range, Read, RowUpdate, ServiceAuthority, Table};
use crate::store::{blocks, schools};

pub(crate) const REQUEST: &str = "REQUEST#";
pub(crate) const FRIEND: &str = "FRIEND#";
pub(crate) const DECLINED: &str = "DECLINED#";
const PAIR: &str = "PAIR";

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

/// A student whose request this student has declined. Further requests of the student are hidden until the row expires.
#[derive(Serialize, Deserialize)]
pub(crate) struct DeclinedStudent {
    pub(crate) expires_at: i64,
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

pub(crate) fn declined_key(school: SchoolId, user: UserId, declined: UserId) -> Key {
    Key::new(users::partition(school, user), format!("{DECLINED}{declined}"))
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

    /// Lists the requests that the caller has sent or received after the cursor position, newest first, without hidden
    /// ones. `direction` selects one of the two kinds.
    pub async fn list_requests(
        &self,
        caller: &Caller,
        direction: Option<Direction>,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<NamedFriendLink, String>, Error> {
        let range = Range::newest_first(users::partition(caller.school, caller.user), REQUEST).after(after);
        let is_listed =
            |link: &FriendLink| !link.is_hidden && direction.is_none_or(|direction| link.direction == direction);
        let page = self.table.query_where(range, limit, is_listed).await?;
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

    /// Finds a friendship or request of the caller, with the partner's nickname.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the partner has withdrawn or the request is hidden.
    pub async fn find_named(&self, caller: &Caller, id: FriendshipId) -> Result<NamedFriendLink, Error> {
        let link = self.find(caller, id).await?;
        let nickname = self.nickname(caller, link.partner).await?;
        Ok(NamedFriendLink { link, nickname })
    }

    /// The nickname of another student.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the student has withdrawn.
    async fn nickname(&self, caller: &Caller, partner: UserId) -> Result<Nickname, Error> {
        let mut nicknames = users::nicknames(&self.table, caller.school, [partner]).await?;
        nicknames.remove(&partner).ok_or(Error::NotFound)
    }

    /// Finds a friendship or request of the caller.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the request is hidden.
    pub async fn find(&self, caller: &Caller, id: FriendshipId) -> Result<FriendLink, Error> {
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
        if link.is_hidden { Err(Error::NotFound) } else { Ok(link) }
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
    /// [`Error::NotFound`], also if the request is hidden.
    pub async fn get_request(&self, caller: &Caller, id: FriendshipId) -> Result<FriendLink, Error> {
        let key = request_key(caller.school, caller.user, id);
        let link: Option<FriendLink> = self.table.get(key, Read::Consistent).await?;
        link.filter(|link| !link.is_hidden).ok_or(Error::NotFound)
    }

    /// Sends a friend request to another student of the school, who was found by what the caller has entered. If that
    /// student has already sent one to the caller, this accepts it, hidden or not. A request to somebody who has lately
    /// declined one of the caller or has blocked the caller, or whom the caller has blocked, is hidden.
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
        (partner, sent_to): (UserId, &SentTo),
    ) -> Result<NamedFriendLink, Error> {
        let Caller { school, user, .. } = *caller;
        let friendship_key = friendship_key(school, user, partner);
        let profile_key = users::profile_key(school, partner);
        let [declined_key, declined_by_key] =
            [(user, partner), (partner, user)].map(|(by, whom)| declined_key(school, by, whom));
        let block_keys =
            [(user, partner), (partner, user)].map(|(by, whom)| blocks::key(school, by, BlockTarget::User(whom)));
        let keys = [&friendship_key, &profile_key, &declined_key, &declined_by_key].map(Key::clone);
        let keys = keys.into_iter().chain(block_keys.clone());
        let mut backoff = Backoff::begin();
        loop {
            let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
            let nickname = users::take_nicknames(school, [partner], &mut rows)?.remove(&partner);
            let nickname = nickname.ok_or(Error::NotFound)?;
            let friendship: Option<Friendship> = rows.take(&friendship_key)?;
            let now = self.table.clock().now();
            let declined: Option<DeclinedStudent> = rows.take(&declined_by_key)?;
            let is_declined = declined.is_some_and(|declined| now.as_secs() < declined.expires_at);
            let begin = |id: FriendshipId| {
                let transaction = self.table.transaction(access).record_idempotency(access, id.as_uuid())?;
                // A student who sends a request takes back having declined one.
                match rows.has(&declined_key) {
                    true => transaction.delete_if(declined_key.clone(), RowUpdate::default()),
                    false => Ok(transaction),
                }
            };
            let (transaction, link) = match friendship {
                Some(friendship) => {
                    friendship.check_can_request(user)?;
                    accept_request(begin(friendship.id)?, caller, &friendship.link(user, partner), now)?
                }
                None => {
                    let is_blocked = block_keys.iter().any(|key| rows.has(key));
                    let friendship = Friendship::request(user, is_declined || is_blocked, now);
                    create_request(begin(friendship.id)?, caller, &friendship, (partner, sent_to))?
                }
            };
            match transaction.commit().await {
                Err(Error::Stale) => backoff.pause().await?,
                sent => return sent.map(|()| NamedFriendLink { link, nickname }),
            }
        }
    }

    /// Accepts a request. If it is already accepted, nothing changes.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the partner has withdrawn; [`Refusal::OwnRequest`](crate::domain::Refusal::OwnRequest).
    pub async fn accept(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        request: FriendLink,
    ) -> Result<NamedFriendLink, Error> {
        // The transaction checks for itself that the partner has not withdrawn.
        let (nickname, accepted) =
            tokio::join!(self.nickname(caller, request.partner), self.accept_unnamed(access, caller, request));
        Ok(NamedFriendLink { link: accepted?, nickname: nickname? })
    }

    async fn accept_unnamed(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut request: FriendLink,
    ) -> Result<FriendLink, Error> {
        let mut backoff = Backoff::begin();
        loop {
            if request.since.is_some() {
                return Ok(request);
            }
            request.check_acceptable()?;
            let now = self.table.clock().now();
            let (transaction, link) = accept_request(self.table.transaction(access), caller, &request, now)?;
            match transaction.commit().await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    request = self.find(caller, request.id).await?;
                }
                accepted => return accepted.map(|()| link),
            }
        }
    }

    /// Ends a friendship, or withdraws a request of the caller, for both students. Declines a request to the caller: it
    /// stays in its sender's list.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it has changed since it was read.
    pub async fn end(&self, access: &WriteAccess, caller: &Caller, link: &FriendLink) -> Result<(), Error> {
        let transaction = self.table.transaction(access);
        let ended = match (link.direction, link.since) {
            (Direction::In, None) => decline_request(transaction, caller, link, self.table.clock().now())?,
            _ => delete_link(transaction, caller.school, caller.user, link)?,
        };
        match ended.commit().await {
            // The link was deleted, or the request was accepted or declined.
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
