//! Posts. A post has two rows. The head is in the partition of its board and is small, because lists read it and every
//! like and comment changes it. The body holds the text, which only a request for the whole post reads. The keys of both
//! follow from the post's id, because it contains the board. Deleting a post moves its head out of the board's partition.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | post head | `SCHOOL#<school>#BOARD#<board>` | `POST#<UUID of the post>` |
//! | post body | `SCHOOL#<school>#POST#<post>` | `BODY` |
//! | deleted post | `SCHOOL#<school>#POST#<post>` | `DELETED` |
//! | last post | `SCHOOL#<school>#USER#<user>` | `LASTPOST#<board>` |

mod edit;

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{
    Appearance, Author, Board, BoardId, Caller, Content, Milestone, Nickname, Permission, Post, PostHead, PostId,
    Refusal, SchoolId, Time, UserId,
};
use crate::hash::sha256;
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::content::{
    boards, feeds, feeds::PostPointer, media_deletions::MediaDeletion, reactions, reactions::Reaction,
};
use crate::store::dynamo::{Backoff, Error, Key, Range, Read, RowUpdate, Rows, Table, Transaction};
use crate::store::schools;

pub(crate) const POST: &str = "POST#";
pub(crate) const LAST_POST: &str = "LASTPOST#";

/// How long a student cannot post the same text on a board again, in seconds (rule 9).
const DUPLICATE_WINDOW_S: i64 = 5 * 60;

/// Access to posts.
#[derive(Clone, Debug)]
pub struct Posts {
    pub(crate) table: Table,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct PostBody<'a> {
    pub(crate) content: Cow<'a, Content>,
    /// When the title or the text last changed, as in the head. So every edit changes the body, which the search index
    /// follows: the head changes with every like.
    pub(crate) updated_at: Time,
}

/// A deleted post: its head at the deletion, and who deleted it.
#[derive(Serialize, Deserialize)]
pub(crate) struct DeletedPost {
    pub(crate) head: PostHead,
    deleted_by: UserId,
    pub(crate) deleted_at: Time,
}

/// A student's last post on a board.
#[derive(Serialize, Deserialize)]
pub(crate) struct LastPost {
    text_hash: String,
    pub(crate) expires_at: i64,
}

/// A post with its board, and the caller's reaction to it.
#[derive(Clone, Debug)]
pub struct PostOnBoard {
    post: Post,
    board: Board,
    reaction: Reaction,
}

/// A post as the caller sees it.
#[derive(Clone, Debug)]
pub struct SeenPost {
    pub post: Post,
    /// The author as shown to the caller.
    pub author: Author,
    pub reaction: Reaction,
    pub appearance: Appearance,
}

/// A post without its text, and its board.
#[derive(Clone, Debug)]
pub struct FoundPost {
    pub head: PostHead,
    pub board: Board,
}

/// The caller's reaction to a post, and the post if it exists.
#[derive(Clone, Debug)]
pub struct LiveOrDeletedPost {
    pub id: PostId,
    pub reaction: Reaction,
    /// The post's head and board; `None` if either does not exist.
    pub live: Option<(PostHead, Board)>,
}

pub(crate) fn head_key(school: SchoolId, post: PostId) -> Key {
    Key::new(boards::partition(school, post.board()), format!("{POST}{}", post.as_uuid().simple()))
}

/// The post whose head has this key.
pub(crate) fn post_of_head(key: &Key) -> Option<(SchoolId, PostId)> {
    let (school, board) = boards::parse_partition(&key.pk)?;
    let uuid = Uuid::try_parse(key.sk.strip_prefix(POST)?).ok()?;
    Some((school, PostId::from_uuid(board, uuid)))
}

/// The post heads of a board, oldest first.
pub(crate) fn heads(school: SchoolId, board: BoardId) -> Range {
    Range::oldest_first(boards::partition(school, board), POST)
}

/// The partition that holds the body and the comments of the post.
pub(crate) fn partition(school: SchoolId, post: PostId) -> String {
    format!("{}#{POST}{post}", schools::partition(school))
}

/// The inverse of [`partition`].
pub(crate) fn parse_partition(pk: &str) -> Option<(SchoolId, PostId)> {
    let (school, rest) = schools::parse_partition(pk)?;
    Some((school, rest.strip_prefix('#')?.strip_prefix(POST)?.parse().ok()?))
}

pub(crate) fn body_key(school: SchoolId, post: PostId) -> Key {
    Key::new(partition(school, post), "BODY")
}

pub(crate) fn deleted_key(school: SchoolId, post: PostId) -> Key {
    Key::new(partition(school, post), "DELETED")
}

/// The keys of the post head and of the deleted post. If the post was ever created, exactly one of the two rows exists.
pub(crate) fn live_or_deleted_keys(school: SchoolId, post: PostId) -> [Key; 2] {
    [head_key(school, post), deleted_key(school, post)]
}

pub(crate) fn last_post_key(school: SchoolId, author: UserId, board: BoardId) -> Key {
    Key::new(users::partition(school, author), format!("{LAST_POST}{board}"))
}

/// The attribute of a post head that holds the time of the milestone.
pub(crate) fn milestone_attribute(milestone: Milestone) -> &'static str {
    match milestone {
        Milestone::Hot => "hot_at",
        Milestone::Best => "best_at",
    }
}

impl Posts {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Forgets the pages of posts and comments that requests share, so that the state is that of a cold start.
    pub fn clear_shared_pages(&self) {
        self.table.clear_shared_pages();
    }

    /// Adds a post to the board. `deletion` is the media deletion that was prepared before the pictures of the post
    /// were copied; it is cancelled.
    ///
    /// # Errors
    /// [`Refusal::DuplicatePost`]; [`Refusal::BoardArchived`], [`Refusal::BoardAdminsOnly`]; [`Error::Invalid`] if
    /// another post has taken one of the pictures; [`Error::Stale`] if the media deletion has started;
    /// [`Error::NotFound`] if the board was deleted; [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn add(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (post, board): (&Post, &Board),
        deletion: Option<&MediaDeletion>,
    ) -> Result<(), Error> {
        let board_key = boards::key(caller.school, board.id);
        let (mut board, mut backoff) = (Cow::Borrowed(board), Backoff::begin());
        loop {
            match self.addition(access, caller, (post, &board), deletion)?.commit_once().await {
                // Many students may write on a new board at once. Only the first of them has to write to its row.
                Err(Error::Contention) => {
                    backoff.pause().await?;
                    let current = self.table.get(board_key.clone(), Read::Consistent).await?;
                    board = Cow::Owned(current.ok_or(Error::NotFound)?);
                }
                result => return result,
            }
        }
    }

    fn addition(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (post, board): (&Post, &Board),
        deletion: Option<&MediaDeletion>,
    ) -> Result<Transaction, Error> {
        let Post { head, content } = post;
        let (school, author) = (caller.school, head.author_id);
        let permission = board.check_can_post(caller)?;
        let body = PostBody { content: Cow::Borrowed(content), updated_at: head.updated_at };
        let last = LastPost {
            text_hash: sha256([head.title.as_str(), content.as_str()].join("\n").as_bytes()),
            expires_at: self.table.clock().now().as_secs().saturating_add(DUPLICATE_WINDOW_S),
        };
        let mut transaction = self
            .table
            .transaction(access)
            .record_idempotency(access, head.id.as_uuid())?
            .check_permission(caller, permission)?
            .overwrite_unless_same(&last_post_key(school, author, head.id.board()), &last, "text_hash")?
            .on_condition_failed(Refusal::DuplicatePost)
            .create(&head_key(school, head.id), head)?
            .create(&body_key(school, head.id), &body)?
            .create(&feeds::own_key(school, author, head.id), &PostPointer::to(head))?
            .note_content_of_others(school, board, author)?
            .take_uploads(caller, &head.media)?;
        if let Some(deletion) = deletion {
            transaction = transaction.cancel_media_deletion(deletion)?;
        }
        Ok(transaction)
    }

    /// Returns the whole post, as the caller sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the board was deleted.
    pub async fn get(&self, caller: &Caller, id: PostId) -> Result<SeenPost, Error> {
        let found = self.get_on_board(caller, id).await?;
        let nicknames = users::nicknames(&self.table, caller.school, found.post.head.byline().user()).await?;
        Ok(self.seen(caller, found, &nicknames))
    }

    /// Returns the whole post, for an edit.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the board was deleted.
    pub async fn get_on_board(&self, caller: &Caller, id: PostId) -> Result<PostOnBoard, Error> {
        let body_key = body_key(caller.school, id);
        let (LiveOrDeletedPost { reaction, live, .. }, mut rows) =
            self.read_with_reaction(caller, id, Some(body_key.clone())).await?;
        let (head, board) = live.ok_or(Error::NotFound)?;
        let body: PostBody<'static> = rows.take(&body_key)?.ok_or(Error::NotFound)?;
        Ok(PostOnBoard { post: Post { head, content: body.content.into_owned() }, board, reaction })
    }

    fn seen(&self, caller: &Caller, found: PostOnBoard, nicknames: &HashMap<UserId, Nickname>) -> SeenPost {
        let PostOnBoard { post, reaction, .. } = found;
        let author = post.head.byline().shown(nicknames);
        let appearance = post.head.appearance_to(caller, self.table.clock().now());
        SeenPost { post, author, reaction, appearance }
    }

    /// Returns the post without its text.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the board was deleted.
    pub async fn find(&self, school: SchoolId, id: PostId) -> Result<FoundPost, Error> {
        let (head_key, board_key) = (head_key(school, id), boards::key(school, id.board()));
        let mut rows = self.table.batch_get([head_key.clone(), board_key.clone()], Read::Consistent).await?;
        let (head, board) = rows.take(&head_key)?.zip(rows.take(&board_key)?).ok_or(Error::NotFound)?;
        Ok(FoundPost { head, board })
    }

    /// Returns the caller's reaction to a post, and the post without its text if it exists.
    pub async fn find_live_or_deleted(&self, caller: &Caller, id: PostId) -> Result<LiveOrDeletedPost, Error> {
        Ok(self.read_with_reaction(caller, id, None).await?.0)
    }

    /// Reads the head, the board, the caller's reaction and optionally the row at `extra_key` in one batch. The extra
    /// row is in the returned rows.
    async fn read_with_reaction(
        &self,
        caller: &Caller,
        id: PostId,
        extra_key: Option<Key>,
    ) -> Result<(LiveOrDeletedPost, Rows), Error> {
        let head_key = head_key(caller.school, id);
        let board_key = boards::key(caller.school, id.board());
        let reaction_key = reactions::key(caller.school, caller.user, id);
        let keys = [head_key.clone(), board_key.clone(), reaction_key.clone()].into_iter().chain(extra_key);
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let reaction = rows.take(&reaction_key)?.unwrap_or_default();
        let live = rows.take(&head_key)?.zip(rows.take(&board_key)?);
        Ok((LiveOrDeletedPost { id, reaction, live }, rows))
    }

    /// Deletes a post. Lists leave it out, some of them up to a second later. If it has pictures, returns the media deletion to carry
    /// out.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::QuestionLocked`]; [`Error::NotFound`] if the post was deleted meanwhile.
    pub async fn delete(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut head: PostHead,
    ) -> Result<Option<MediaDeletion>, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let permission = head.check_deletable_by(caller)?;
            match self.try_delete(access, (caller, permission), &head).await {
                Err(Error::Modified(current)) => {
                    backoff.pause().await?;
                    head = current.read()?;
                }
                result => return result,
            }
        }
    }

    /// # Errors
    /// [`Error::Modified`] if a milestone was reached or the pictures were moved since the head was read, or if the author
    /// deletes a question that has comments.
    async fn try_delete(
        &self,
        access: &WriteAccess,
        (caller, permission): (&Caller, Permission),
        head: &PostHead,
    ) -> Result<Option<MediaDeletion>, Error> {
        let school = caller.school;
        let now = self.table.clock().now();
        let deleted = DeletedPost { head: head.clone(), deleted_by: caller.user, deleted_at: now };
        let mut transaction = self
            .table
            .transaction(access)
            .check_permission(caller, permission)?
            .delete_if(head_key(school, head.id), if_deletable(head, permission)?)?
            .on_modified()
            .create(&deleted_key(school, head.id), &deleted)?
            // The pointer does not exist if the author has withdrawn.
            .delete_if(feeds::own_key(school, head.author_id, head.id), RowUpdate::default())?;
        for milestone in Milestone::ALL {
            if let Some(at) = head.reached_at(milestone) {
                transaction = transaction.delete(feeds::milestone_key(school, milestone, at, head.id))?;
            }
        }
        let deletion = MediaDeletion::of_post(school, head, now);
        if let Some(deletion) = &deletion {
            transaction = transaction.create_media_deletion(deletion)?;
        }
        transaction.commit().await?;
        Ok(deletion)
    }
}

/// The condition that the post exists and, if it is a question, has no comments (rule 9).
fn if_unlocked(head: &PostHead) -> Result<RowUpdate, Error> {
    let exists = RowUpdate::of_existing();
    if head.is_question { exists.if_at_most(&["comment_count"], 0) } else { Ok(exists) }
}

/// The condition that a caller with this permission may delete the post, and that its milestones and the folder of its
/// pictures are those in `head`, because the deletion also deletes their pointers, and the pictures.
fn if_deletable(head: &PostHead, permission: Permission) -> Result<RowUpdate, Error> {
    let mut condition = match permission {
        Permission::Own => if_unlocked(head)?,
        Permission::AsAdmin { .. } => RowUpdate::of_existing(),
    };
    condition = match head.media_folder {
        Some(folder) => condition.if_equal(&["media_folder"], folder)?,
        None => condition.if_absent(&["media_folder"]),
    };
    for milestone in Milestone::ALL {
        let attribute = [milestone_attribute(milestone)];
        condition = match head.reached_at(milestone) {
            Some(at) => condition.if_equal(&attribute, at)?,
            None => condition.if_absent(&attribute),
        };
    }
    Ok(condition)
}
