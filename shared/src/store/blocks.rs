//! Blocks. The rows in a student's partition are the student's list of blocks: one query reads all, and every list of
//! posts and comments leaves out what they cover. The key of each says whom it covers, so there is one for each.
//!
//! A message and a friend request check the block of a user by its key. An anonymous thread has rows of its own for that,
//! in the partition of the post: they stay when either student leaves, because the end of a refusal would tell (rule 15).
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | block | `SCHOOL#<school>#USER#<user>` | `BLOCK#<other user>`, of an alias `BLOCK#<post>#<number or AUTHOR>` |
//! | anonymous block | `SCHOOL#<school>#POST#<post>` | `BLOCK#<starter>#<number or AUTHOR>#<side>` |

use serde::{Deserialize, Serialize};

use crate::domain::{
    Alias, Author, Block, BlockId, BlockList, BlockTarget, Caller, MessageSource, PostId, SchoolId, Side, Time, UserId,
};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::content::posts;
use crate::store::dynamo::{Backoff, Error, Key, Page, Range, RowUpdate, Table};
use crate::store::messages;

pub(crate) const BLOCK: &str = "BLOCK#";
const AUTHOR: &str = "AUTHOR";

/// Access to blocks.
#[derive(Clone, Debug)]
pub struct Blocks {
    table: Table,
}

/// A block, and whom it covers as the caller sees them.
#[derive(Clone, Debug)]
pub struct NamedBlock {
    pub block: Block,
    pub author: Author,
}

/// The author of a post or comment that the caller may block.
#[derive(Clone, Debug)]
pub struct BlockableAuthor {
    pub target: BlockTarget,
    pub author: Author,
    /// Whether the caller wrote the post or comment.
    pub is_caller: bool,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BlockRow {
    id: BlockId,
    blocked_at: Time,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AnonymousBlockRow {
    blocked_at: Time,
}

fn alias_text(alias: Alias) -> String {
    match alias {
        Alias::Number(number) => number.to_string(),
        Alias::PostAuthor | Alias::Unnumbered => AUTHOR.to_owned(),
    }
}

fn parse_alias(text: &str) -> Option<Alias> {
    if text == AUTHOR { Some(Alias::PostAuthor) } else { Some(Alias::Number(text.parse().ok()?)) }
}

pub(crate) fn key(school: SchoolId, user: UserId, target: BlockTarget) -> Key {
    let sk = match target {
        BlockTarget::User(blocked) => format!("{BLOCK}{blocked}"),
        BlockTarget::Alias(post, alias) => format!("{BLOCK}{post}#{}", alias_text(alias)),
    };
    Key::new(users::partition(school, user), sk)
}

/// The inverse of [`key`].
pub(crate) fn target_from_sk(sk: &str) -> Option<BlockTarget> {
    let rest = sk.strip_prefix(BLOCK)?;
    let Some((post, alias)) = rest.split_once('#') else { return Some(BlockTarget::User(rest.parse().ok()?)) };
    Some(BlockTarget::Alias(post.parse().ok()?, parse_alias(alias)?))
}

/// The key of the row with which one side blocks the anonymous threads of a starter about an alias on the post.
pub(crate) fn anonymous_key(school: SchoolId, post: PostId, starter: UserId, alias: Alias, by: Side) -> Key {
    let side = match by {
        Side::Starter => "STARTER",
        Side::Author => "AUTHOR",
    };
    Key::new(posts::partition(school, post), format!("{BLOCK}{starter}#{}#{side}", alias_text(alias)))
}

/// The starter, the alias and the side in the sort key of an anonymous block.
pub(crate) fn parse_anonymous_sk(sk: &str) -> Option<(UserId, Alias, Side)> {
    let (starter, rest) = sk.strip_prefix(BLOCK)?.split_once('#')?;
    let (alias, side) = rest.split_once('#')?;
    let side = if side == "STARTER" { Side::Starter } else { Side::Author };
    Some((starter.parse().ok()?, parse_alias(alias)?, side))
}

/// All blocks of the caller.
pub(crate) async fn list(table: &Table, caller: &Caller) -> Result<BlockList, Error> {
    list_of(table, caller.school, caller.user).await
}

/// All blocks of a student.
pub(crate) async fn list_of(table: &Table, school: SchoolId, user: UserId) -> Result<BlockList, Error> {
    let range = Range::oldest_first(users::partition(school, user), BLOCK);
    let rows = table.query_all::<BlockRow>(range).await?;
    let block = |(sk, row): (String, BlockRow)| {
        let target = target_from_sk(&sk).ok_or_else(|| Error::unexpected("a block without a target"))?;
        Ok(Block { id: row.id, target, created_at: row.blocked_at })
    };
    Ok(BlockList::new(rows.into_iter().map(block).collect::<Result<Vec<_>, Error>>()?))
}

impl Blocks {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// All blocks of the caller.
    pub async fn list(&self, caller: &Caller) -> Result<BlockList, Error> {
        list(&self.table, caller).await
    }

    /// A page of the caller's blocks after the cursor position, newest first, with the names of whom they cover.
    pub async fn page(
        &self,
        caller: &Caller,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<NamedBlock, String>, Error> {
        let mut blocks = self.list(caller).await?.newest_first();
        blocks.retain(|block| after.as_ref().is_none_or(|after| block.id.to_string() < *after));
        let is_last = blocks.len() <= limit;
        blocks.truncate(limit);
        let next = blocks.last().filter(|_| !is_last).map(|block| block.id.to_string());
        Ok(Page { items: self.with_names(caller, blocks).await?, next })
    }

    /// A block of the caller with the name of whom it covers.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: BlockId) -> Result<NamedBlock, Error> {
        let block = self.list(caller).await?.find(id).ok_or(Error::NotFound)?;
        self.with_names(caller, vec![block]).await?.pop().ok_or(Error::NotFound)
    }

    async fn with_names(&self, caller: &Caller, blocks: Vec<Block>) -> Result<Vec<NamedBlock>, Error> {
        let named = blocks.iter().filter_map(|block| block.target.user());
        let nicknames = users::nicknames(&self.table, caller.school, named).await?;
        let with_name = |block: Block| {
            let author = match block.target {
                BlockTarget::User(user) => Author::named(user, &nicknames),
                BlockTarget::Alias(_, alias) => Author::Anonymous(alias),
            };
            NamedBlock { block, author }
        };
        Ok(blocks.into_iter().map(with_name).collect())
    }

    /// The author of a post or comment.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::ContentBlinded`](crate::domain::Refusal::ContentBlinded) if it is hidden.
    pub async fn author_of(&self, caller: &Caller, source: MessageSource) -> Result<BlockableAuthor, Error> {
        let school = caller.school;
        let (author, byline) = messages::author_of(&self.table, school, &source).await?;
        let target = BlockTarget::of(source.post(), author, byline);
        let shown = match target {
            BlockTarget::Alias(_, alias) => Author::Anonymous(alias),
            BlockTarget::User(user) => {
                Author::named(user, &users::current_nicknames(&self.table, school, [user]).await?)
            }
        };
        Ok(BlockableAuthor { target, author: shown, is_caller: author == caller.user })
    }

    /// Blocks the target. If the caller blocks it already, returns that block. `list` are the caller's blocks.
    ///
    /// # Errors
    /// [`Refusal::BlocksFull`](crate::domain::Refusal::BlocksFull); [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn add(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        target: BlockTarget,
        mut list: BlockList,
    ) -> Result<Block, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let block = list.find_or_new(target, self.table.clock().now())?;
            match self.try_add(access, caller, &block, !list.has(&block)).await {
                // A concurrent request of the caller has changed the block.
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    list = self.list(caller).await?;
                }
                result => return result.map(|()| block),
            }
        }
    }

    async fn try_add(&self, access: &WriteAccess, caller: &Caller, block: &Block, is_new: bool) -> Result<(), Error> {
        let Caller { school, user, .. } = *caller;
        let Block { id, target, created_at } = *block;
        let key = key(school, user, target);
        let transaction = self.table.transaction(access).record_idempotency(access, id.as_uuid())?;
        let transaction = if is_new {
            transaction.create(&key, &BlockRow { id, blocked_at: created_at })?
        } else {
            transaction.check(key, RowUpdate::default().if_equal(&["id"], id)?)?
        };
        let mut transaction = transaction.on_condition_failed(Error::Stale);
        if let BlockTarget::Alias(post, alias) = target {
            let thread_key = anonymous_key(school, post, user, alias, Side::Starter);
            transaction = transaction.overwrite(&thread_key, &AnonymousBlockRow { blocked_at: created_at })?;
        }
        transaction.commit().await
    }

    /// Removes the caller's block of the target, if there is one.
    pub async fn remove(&self, access: &WriteAccess, caller: &Caller, target: BlockTarget) -> Result<(), Error> {
        let Caller { school, user, .. } = *caller;
        let key = key(school, user, target);
        let BlockTarget::Alias(post, alias) = target else { return self.table.delete(access, key).await };
        let thread_key = anonymous_key(school, post, user, alias, Side::Starter);
        self.table
            .transaction(access)
            .delete_if(key, RowUpdate::default())?
            .delete_if(thread_key, RowUpdate::default())?
            .commit()
            .await
    }
}
