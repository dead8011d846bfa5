//! Friendships and the requests for them. What two students are to each other is one row, which the transaction of every
//! change is about: of two who ask each other at the same moment one meets the other's request. Each of the two has a row
//! that lists it, as a request or as a friend, under the id that it keeps.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | pair | `SCHOOL#<school>#PAIR#<lower user>#<higher user>` | `PAIR` |
//! | request | `SCHOOL#<school>#USER#<user>` | `REQUEST#<id>` |
//! | friend | `SCHOOL#<school>#USER#<user>` | `FRIEND#<id>` |

use super::audit::{Entry, Fact, Kind};
use super::{Error, Key, Page, Range, Read, Table, schools, users, withdrawals};
use crate::domain::{Caller, Direction, Friendship, FriendshipId, Nickname, SchoolId, Tie, UserId};

pub(super) const REQUEST: &str = "REQUEST#";
pub(super) const FRIEND: &str = "FRIEND#";
const PAIR: &str = "PAIR";

/// Access to friendships.
#[derive(Clone, Debug)]
pub struct Friends {
    pub(super) table: Table,
}

/// A friendship or a request, and the other one's name.
#[derive(Clone, Debug)]
pub struct KnownTie {
    /// The friendship, or the request for it.
    pub tie: Tie,
    /// What the other one is called now.
    pub nickname: Nickname,
}

/// What two students are to each other: the same row, whichever of them asks.
pub(super) fn pair_key(school: SchoolId, one: UserId, other: UserId) -> Key {
    let (lower, higher) = (one.min(other), one.max(other));
    Key::new(format!("{}#PAIR#{lower}#{higher}", schools::partition(school)), PAIR)
}

pub(super) fn request_key(school: SchoolId, user: UserId, id: FriendshipId) -> Key {
    Key::new(users::partition(school, user), format!("{REQUEST}{id}"))
}

pub(super) fn friend_key(school: SchoolId, user: UserId, id: FriendshipId) -> Key {
    Key::new(users::partition(school, user), format!("{FRIEND}{id}"))
}

/// Where a student has the tie.
pub(super) fn tie_key(school: SchoolId, user: UserId, tie: &Tie) -> Key {
    let key = if tie.since.is_some() { friend_key } else { request_key };
    key(school, user, tie.id)
}

impl Friends {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// A page of the caller's friends, those first who were asked or have asked last, behind the given position.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list(
        &self,
        caller: &Caller,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<KnownTie, String>, Error> {
        let range = Range::newest_first(users::partition(caller.school, caller.user), FRIEND).after(after);
        let page = self.table.query(range, Some(limit)).await?;
        self.known(caller, page).await
    }

    /// A page of the requests that the caller has sent or got, or only of those of one direction, newest first, behind
    /// the given position.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list_requests(
        &self,
        caller: &Caller,
        direction: Option<Direction>,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<KnownTie, String>, Error> {
        let range = Range::newest_first(users::partition(caller.school, caller.user), REQUEST).after(after);
        let page = match direction {
            None => self.table.query(range, Some(limit)).await?,
            Some(direction) => self.table.query_where(range, limit, |tie: &Tie| tie.direction == direction).await?,
        };
        self.known(caller, page).await
    }

    /// The ties of the page whose other side has not withdrawn.
    async fn known(&self, caller: &Caller, page: Page<(String, Tie), String>) -> Result<Page<KnownTie, String>, Error> {
        let partners = page.items.iter().map(|(_, tie)| tie.partner);
        let nicknames = users::nicknames(&self.table, caller.school, partners).await?;
        let known = |(_, tie): (String, Tie)| {
            let nickname = nicknames.get(&tie.partner)?.clone();
            Some(KnownTie { tie, nickname })
        };
        Ok(Page { items: page.items.into_iter().filter_map(known).collect(), next: page.next })
    }

    /// The caller's friendship or request with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when the other one has withdrawn.
    pub async fn find(&self, caller: &Caller, id: FriendshipId) -> Result<KnownTie, Error> {
        let keys = [request_key, friend_key].map(|key| key(caller.school, caller.user, id));
        let mut rows = self.table.batch_get(keys.clone(), Read::Latest).await?;
        let [request, friend] = keys;
        let tie: Tie = match rows.take(&friend)? {
            Some(tie) => tie,
            None => match rows.take(&request)? {
                Some(tie) => tie,
                // The rows of a batch are not all of one moment: it may have been accepted between the two.
                None => self.get(caller, id).await?,
            },
        };
        let nickname = users::nicknames(&self.table, caller.school, [tie.partner]).await?.remove(&tie.partner);
        Ok(KnownTie { tie, nickname: nickname.ok_or(Error::NotFound)? })
    }

    /// The caller's friendship with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: FriendshipId) -> Result<Tie, Error> {
        let tie = self.table.get(friend_key(caller.school, caller.user, id), Read::Latest).await?;
        tie.ok_or(Error::NotFound)
    }

    /// The caller's request with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get_request(&self, caller: &Caller, id: FriendshipId) -> Result<Tie, Error> {
        let tie = self.table.get(request_key(caller.school, caller.user, id), Read::Latest).await?;
        tie.ok_or(Error::NotFound)
    }
}

/// What two are to each other both of them list, and nobody else does.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::of_partition(pk) {
        let kind = if sk.starts_with(REQUEST) { "request" } else { "friend" };
        sk.strip_prefix(REQUEST).or_else(|| sk.strip_prefix(FRIEND))?.parse::<FriendshipId>().ok()?;
        entry.needs_any(withdrawals::owner_keys(school, user));
        if let Some(tie) = entry.read::<Tie>()
            && entry.belongs_at(&tie_key(school, user, &tie))
        {
            entry.post(-1, tied(school, user, &tie));
        }
        return Some(kind);
    }
    let (school, rest) = schools::of_partition(pk)?;
    let (one, other) = rest.strip_prefix("#PAIR#")?.split_once('#')?;
    let (one, other) = (one.parse().ok()?, other.parse().ok()?);
    if *entry.key != pair_key(school, one, other) {
        return None;
    }
    if let Some(friendship) = entry.read::<Friendship>() {
        if ![one, other].contains(&friendship.requested_by) {
            entry.find("none of the two has asked.");
        }
        entry.post(1, tied(school, one, &friendship.tie(one, other)));
        entry.post(1, tied(school, other, &friendship.tie(other, one)));
    }
    Some("pair")
}

/// What the pair and each of the two say of each other.
fn tied(school: SchoolId, user: UserId, tie: &Tie) -> Fact {
    let Tie { id, partner, direction, created_at, since } = tie;
    let since = since.map_or("no friends yet".to_owned(), |since| format!("friends since {since}"));
    Fact::That(format!(
        "friendship {id} of school {school} is between user {user}, for whom it goes {}, and user {partner}, who are \
         {since} after a request of {created_at}",
        direction.as_str()
    ))
}
