//! Audit of the rows of [`store::friends`](crate::store::friends).

use crate::domain::{FriendLink, Friendship, FriendshipId, SchoolId, UserId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::friends;
use crate::store::{schools, withdrawals};

/// A friendship or request is in three rows: the pair's, and one in the partition of each of the two students.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::parse_partition(pk) {
        if let Some(declined) = sk.strip_prefix(friends::DECLINED) {
            let _: UserId = declined.parse().ok()?;
            entry.requires_any(withdrawals::owner_keys(school, user));
            entry.read::<friends::DeclinedStudent>();
            return Some("declined student");
        }
        let kind = if sk.starts_with(friends::REQUEST) { "request" } else { "friend" };
        sk.strip_prefix(friends::REQUEST).or_else(|| sk.strip_prefix(friends::FRIEND))?.parse::<FriendshipId>().ok()?;
        entry.requires_any(withdrawals::owner_keys(school, user));
        if let Some(link) = entry.read::<FriendLink>()
            && entry.belongs_at(&friends::link_key(school, user, &link))
        {
            entry.record(-1, linked(school, user, &link));
        }
        return Some(kind);
    }
    let (school, rest) = schools::parse_partition(pk)?;
    let (one, other) = rest.strip_prefix("#PAIR#")?.split_once('#')?;
    let (one, other) = (one.parse().ok()?, other.parse().ok()?);
    if *entry.key != friends::friendship_key(school, one, other) {
        return None;
    }
    if let Some(friendship) = entry.read::<Friendship>() {
        if ![one, other].contains(&friendship.requested_by) {
            entry.report("neither of the two students requested it.");
        }
        entry.record(1, linked(school, one, &friendship.link(one, other)));
        entry.record(1, linked(school, other, &friendship.link(other, one)));
    }
    Some("friendship")
}

/// A user lists the friendship like this. The pair's row states it for both users, and each user's row confirms it.
fn linked(school: SchoolId, user: UserId, link: &FriendLink) -> Fact {
    let FriendLink { id, partner, direction, created_at, since, is_hidden, .. } = link;
    let state = match since {
        Some(since) => format!("accepted at {since}"),
        None if *is_hidden => "hidden".to_owned(),
        None => "not accepted yet".to_owned(),
    };
    Fact::That(format!(
        "friendship {id} of school {school} is between user {user} (direction {}) and user {partner}, requested at \
         {created_at}, {state}",
        direction.as_str()
    ))
}
