//! Marks: what a student thinks of a post. A like is for good (rule 6), a scrap is not (rule 7). Both are one row, so that
//! a page of a board has its reader's marks by one query.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | mark | `SCHOOL#<school>#USER#<user>` | `MARK#<board>#<post>` |
//! | scrap | `SCHOOL#<school>#USER#<user>` | `SCRAP#<when>#<post>` |

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Fact, Kind};
use super::change::Change;
use super::post_lists::{self, Pointer};
use super::posts::{self, LookedUp};
use super::table::{Authority, Backoff, Service};
use super::{Error, FoundPost, Key, Range, Read, Run, Table, Writer, comments, reviews, users, withdrawals};
use crate::domain::{BoardId, Caller, Like, PostHead, PostId, Refusal, SchoolId, Time, UserId};

const MARK: &str = "MARK#";
const SCRAP: &str = "SCRAP#";

/// What a student has done with a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When the student liked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liked_at: Option<Time>,
    /// When the student put it among the scraps where it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scrapped_at: Option<Time>,
}

/// Access to marks.
#[derive(Clone, Debug)]
pub struct Marks {
    table: Table,
}

pub(super) fn key(school: SchoolId, user: UserId, board: BoardId, post: PostId) -> Key {
    Key::new(users::partition(school, user), format!("{MARK}{board}#{post}"))
}

fn scrap_key(school: SchoolId, user: UserId, scrapped_at: Time, post: PostId) -> Key {
    Key::new(users::partition(school, user), format!("{SCRAP}{scrapped_at}#{post}"))
}

/// A student's scraps, the last first.
pub(super) fn scraps(school: SchoolId, user: UserId) -> Range {
    Range::newest_first(users::partition(school, user), SCRAP)
}

/// The caller's marks on a run of a board's posts.
pub(super) async fn on_page(table: &Table, caller: &Caller, page: &[PostHead]) -> Result<HashMap<PostId, Mark>, Error> {
    let ids = || page.iter().map(|head| head.id);
    let (Some(first), Some(last), Some(board)) = (ids().min(), ids().max(), page.first().map(|head| head.board_id))
    else {
        return Ok(HashMap::new());
    };
    let sk = |post| key(caller.school, caller.user, board, post).sk;
    let run = Run::Between(sk(first), sk(last));
    let range = Range::newest_first(users::partition(caller.school, caller.user), run);
    let rows = table.query_all::<Mark>(range).await?;
    Ok(rows.into_iter().filter_map(|(sk, mark)| Some((post_lists::post_of(&sk)?, mark))).collect())
}

impl Marks {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Likes a post; tells how many like it then.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::AlreadyLiked`]; [`Error::NotFound`] when it is deleted meanwhile.
    pub async fn like(&self, writer: &Writer, caller: &Caller, found: FoundPost) -> Result<u32, Error> {
        let FoundPost { mut head, board } = found;
        let mut backoff = Backoff::begin();
        loop {
            let like = head.like_by(caller, board.hot_enabled)?;
            match self.add_like(writer, caller, &head, &like).await {
                Err(Error::Changed(image)) if backoff.pause().await => head = image.read()?,
                result => return result.map(|()| like.like_count),
            }
        }
    }

    /// The row and the counter; and what the post comes to by it, given that it has not come to that before. Where it
    /// comes to nothing yet, the number of likes must still be below what it takes: else two likes could pass the mark
    /// without either of them noticing.
    async fn add_like(&self, writer: &Writer, caller: &Caller, head: &PostHead, like: &Like) -> Result<(), Error> {
        let now = self.table.clock().now();
        let mark = Change::default().if_absent(&["liked_at"]).set(&["liked_at"], now)?;
        let mut counted = Change::of_existing().add(&["like_count"], 1)?;
        for milestone in &like.ahead {
            counted = counted.if_at_most(&["like_count"], i64::from(milestone.likes()).saturating_sub(2))?;
        }
        for milestone in &like.reached {
            let attribute = posts::attribute_of(*milestone);
            counted = counted.if_absent(&[attribute]).set(&[attribute], now)?;
        }
        let mut transaction = self
            .table
            .transaction(writer)
            .update(key(caller.school, caller.user, head.board_id, head.id), mark)?
            .on_condition_failed(Refusal::AlreadyLiked)
            .update(posts::head_key(caller.school, head.board_id, head.id), counted)?
            .on_change();
        for milestone in &like.reached {
            let key = post_lists::milestone_key(caller.school, *milestone, now, head.id);
            transaction = transaction.create(&key, &Pointer::to(head))?;
        }
        transaction.commit().await
    }

    /// Puts a post among the caller's scraps; one that is there keeps its place.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`]; [`Error::NotFound`] when it is deleted meanwhile.
    pub async fn scrap(&self, writer: &Writer, caller: &Caller, head: &PostHead) -> Result<(), Error> {
        head.check_not_by(caller)?;
        let now = self.table.clock().now();
        let mark = Change::default().if_absent(&["scrapped_at"]).set(&["scrapped_at"], now)?;
        let added = self
            .table
            .transaction(writer)
            .update(key(caller.school, caller.user, head.board_id, head.id), mark)?
            .on_condition_failed(Error::Stale)
            .create(&scrap_key(caller.school, caller.user, now, head.id), &Pointer::to(head))?
            .update(
                posts::head_key(caller.school, head.board_id, head.id),
                Change::of_existing().add(&["scrap_count"], 1)?,
            )?
            .on_condition_failed(Error::NotFound)
            .commit()
            .await;
        match added {
            // It is there already.
            Err(Error::Stale) => Ok(()),
            result => result,
        }
    }

    /// Takes a post out of the caller's scraps, if it is there; also one that was deleted since.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn unscrap(&self, writer: &Writer, caller: &Caller, looked_up: &LookedUp) -> Result<(), Error> {
        let post = (looked_up.board_id, looked_up.id);
        remove_scrap(&self.table, writer, (caller.school, caller.user), post, looked_up.mark).await
    }
}

/// Takes the scrap, if it is one, out of the student's list and out of the post's count.
async fn remove_scrap(
    table: &Table,
    by: impl Authority + Copy,
    (school, user): (SchoolId, UserId),
    (board, post): (BoardId, PostId),
    mut mark: Mark,
) -> Result<(), Error> {
    let mark_key = key(school, user, board, post);
    let mut is_counted = true;
    let mut backoff = Backoff::begin();
    while let Some(scrapped_at) = mark.scrapped_at {
        let unchanged = Change::default().if_equal(&["scrapped_at"], scrapped_at)?;
        let transaction = table.transaction(by);
        let transaction = match mark.liked_at {
            Some(_) => transaction.update(mark_key.clone(), unchanged.remove(&["scrapped_at"]))?,
            None => transaction.delete_if(mark_key.clone(), unchanged.if_absent(&["liked_at"]))?,
        };
        let mut transaction =
            transaction.on_condition_failed(Error::Stale).delete(scrap_key(school, user, scrapped_at, post))?;
        if is_counted {
            let counted = Change::of_existing().add(&["scrap_count"], -1)?;
            transaction =
                transaction.update(posts::head_key(school, board, post), counted)?.on_condition_failed(Error::NotFound);
        }
        match transaction.commit().await {
            // A deleted post counts nothing any more.
            Err(Error::NotFound) => is_counted = false,
            Err(Error::Stale) if backoff.pause().await => {
                mark = table.get(mark_key.clone(), Read::Latest).await?.unwrap_or_default();
            }
            result => return result,
        }
    }
    Ok(())
}

/// Takes a student who has left out of the counts of what they had scrapped.
pub(super) async fn purge_scraps(table: &Table, school: SchoolId, user: UserId) -> Result<(), Error> {
    for (sk, Pointer { board_id, .. }) in table.query_all(scraps(school, user)).await? {
        let post = post_lists::post_of(&sk).ok_or_else(|| Error::broken("a scrap of no post"))?;
        let mark = table.get(key(school, user, board_id, post), Read::Latest).await?.unwrap_or_default();
        remove_scrap(table, Service, (school, user), (board_id, post), mark).await?;
    }
    Ok(())
}

/// Whether a row of a student's partition stays when the student leaves: by then a mark is a like, without a scrap.
pub(super) fn outlasts_withdrawal(sk: &str) -> bool {
    sk.starts_with(MARK) || comments::is_like(sk) || reviews::is_like(sk)
}

/// A mark is of a student, on a post that was there once, which counts it; a scrap has a mark.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let (school, user) = users::of_partition(&entry.key.pk)?;
    if entry.key.sk.starts_with(SCRAP) {
        post_lists::post_of(&entry.key.sk)?;
        if let Some(pointer) = entry.read::<Pointer>() {
            entry.needs_any(withdrawals::owner_keys(school, user));
            entry.post(-1, listed(school, user, pointer.board_id, &entry.key.sk));
        }
        return Some("scrap");
    }
    let (board, post) = entry.key.sk.strip_prefix(MARK)?.split_once('#')?;
    let (board, post) = (board.parse().ok()?, post.parse().ok()?);
    let mark: Mark = entry.read().unwrap_or_default();
    if mark == Mark::default() {
        entry.find("it cannot be read: it is neither a like nor a scrap.");
    }
    entry.needs_any(withdrawals::author_keys(school, user));
    entry.needs_any(posts::traces(school, board, post));
    let deleted = posts::deleted_key(school, post);
    if mark.liked_at.is_some() {
        entry.post_unless(-1, posts::number_of("likes", school, post), deleted.clone());
    }
    if let Some(scrapped_at) = mark.scrapped_at {
        entry.post_unless(-1, posts::number_of("scraps", school, post), deleted);
        entry.post(1, listed(school, user, board, &scrap_key(school, user, scrapped_at, post).sk));
    }
    Some("mark")
}

/// What a mark and a scrap say of each other.
fn listed(school: SchoolId, user: UserId, board: BoardId, sk: &str) -> Fact {
    Fact::That(format!("user {user} of school {school} has {sk} of board {board}"))
}
