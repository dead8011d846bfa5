//! Adding, deleting and liking comments.

use std::collections::HashMap;

use crate::domain::{
    BlockList, Board, Byline, Caller, Comment, CommentBody, CommentId, Deletion, FieldError, Invalid, Nickname,
    Permission, PostHead, PostId, Refusal, UserId,
};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::content::comments::{
    CommentLike, CommentOnPost, Commenter, Comments, FoundComment, commenter_key, key, like_key, read::CommentViewer,
};
use crate::store::content::{boards, posts};
use crate::store::dynamo::{Backoff, CurrentItem, Error, Item, Key, Read, RowUpdate, Transaction};

/// Everything that a new comment depends on.
#[derive(Debug)]
pub struct CommentContext {
    pub head: PostHead,
    pub board: Board,
    /// The comment or reply to which the new comment is a reply.
    parent: Option<Comment>,
    /// The caller's commenter row for the post.
    commenter: Option<Commenter>,
    /// The byline of the new comment, and the nickname for it if it is named.
    byline: Byline,
    nicknames: HashMap<UserId, Nickname>,
}

impl CommentContext {
    /// The caller's anonymous number on the post.
    pub fn number(&self) -> Option<u32> {
        self.commenter.as_ref().and_then(|commenter| commenter.number)
    }

    /// Checks that the parent is a comment.
    ///
    /// # Errors
    /// [`FieldError::ReplyToReply`], at the field `parent_id`.
    pub fn check_parent(&self) -> Result<(), Invalid> {
        match &self.parent {
            Some(parent) if parent.id.parent().is_some() => Err(FieldError::ReplyToReply.at("parent_id")),
            _ => Ok(()),
        }
    }
}

impl Comments {
    /// Reads everything that a new comment on the post, or a reply to `parent`, depends on.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post does not exist, or has no such comment; [`Refusal::ContentBlinded`] if the post or
    /// the comment is hidden.
    pub async fn context(
        &self,
        caller: &Caller,
        post: PostId,
        parent: Option<CommentId>,
        byline: Byline,
    ) -> Result<CommentContext, Error> {
        let Caller { school, user, .. } = *caller;
        if parent.is_some_and(|parent| parent.post() != post) {
            return Err(Error::NotFound);
        }
        let (head_key, board_key) = (posts::head_key(school, post), boards::key(school, post.board()));
        let commenter_key = commenter_key(school, user, post);
        let parent_key = parent.map(|parent| key(school, parent));
        let profile_key = byline.user().map(|user| users::profile_key(school, user));
        let keys = [head_key.clone(), board_key.clone(), commenter_key.clone()];
        let keys = keys.into_iter().chain(parent_key.clone()).chain(profile_key);
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let (Some(head), Some(board)) = (rows.take(&head_key)?, rows.take(&board_key)?) else {
            return Err(Error::NotFound);
        };
        let head: PostHead = head;
        let commenter = rows.take(&commenter_key)?;
        let parent = match parent_key {
            None => None,
            Some(key) => {
                let parent: Option<Comment> = rows.take(&key)?;
                Some(parent.filter(|parent| parent.body.is_some()).ok_or(Error::NotFound)?)
            }
        };
        head.check_not_hidden()?;
        parent.iter().filter_map(|parent| parent.body.as_ref()).try_for_each(CommentBody::check_not_hidden)?;
        let nicknames = users::take_nicknames(school, byline.user(), &mut rows)?;
        Ok(CommentContext { head, board, parent, commenter, byline, nicknames })
    }

    /// Adds a comment. If it needs a new anonymous number, it gets the next one of the post.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post or the parent was deleted meanwhile; [`Refusal::BoardArchived`] if the board was
    /// archived meanwhile; [`Refusal::ContentBlinded`] if the post or the parent was hidden meanwhile;
    /// [`Refusal::RepliesFull`]; [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn add(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut context: CommentContext,
        mut comment: Comment,
    ) -> Result<CommentOnPost, Error> {
        let mut backoff = Backoff::begin();
        loop {
            if let Some(parent) = &context.parent {
                parent.check_can_add_reply()?;
            }
            comment.update_byline(&context.head, context.number());
            match self.addition(access, caller, &context, &comment)?.commit_once().await {
                // Read after the pause: under a busy post, a number read before the pause is already taken.
                Err(Error::Stale | Error::Contention) => {
                    backoff.pause().await?;
                    context = self.context(caller, comment.id.post(), comment.id.parent(), context.byline).await?;
                    context.board.check_not_archived()?;
                }
                Ok(()) => {
                    let CommentContext { head, nicknames, .. } = &context;
                    let (likes, now) = (&HashMap::new(), self.table.clock().now());
                    let blocks = &BlockList::default();
                    let viewer = CommentViewer { caller, post: head, nicknames, likes, blocks, now };
                    return Ok(viewer.view(comment));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The transaction that adds a comment: the counters of the post, the commenter row, the counter of the parent and the
    /// comment.
    fn addition(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        context: &CommentContext,
        comment: &Comment,
    ) -> Result<Transaction, Error> {
        let Caller { school, user, .. } = *caller;
        let head = &context.head;
        let number = comment.body.as_ref().and_then(|body| body.byline.number());
        let new_number = number.filter(|_| context.number().is_none());

        let mut counted = RowUpdate::of_existing().if_not_hidden(&[])?.add(&["comment_count"], 1)?;
        if let Some(number) = new_number {
            let seen = head.number_count;
            counted = counted.if_equal(&["number_count"], seen)?.set(&["number_count"], number)?;
        }
        let transaction = self
            .table
            .transaction(access)
            .record_idempotency(access, comment.id.as_uuid())?
            .update(posts::head_key(school, head.id), counted)?
            .on_condition_failed(Error::Stale);

        let commenter_key = commenter_key(school, user, head.id);
        let transaction = if context.commenter.is_some() {
            let mut counted = RowUpdate::of_existing().add(&["comments"], 1)?;
            if let Some(number) = new_number {
                counted = counted.if_absent(&["number"]).set(&["number"], number)?;
            }
            transaction.update(commenter_key, counted)?
        } else {
            let commenter = Commenter { byline: head.byline(), comments: 1, number };
            transaction.create(&commenter_key, &commenter)?
        };
        let transaction = transaction.on_condition_failed(Error::Stale);

        let transaction = match comment.id.parent() {
            Some(parent) => count_reply(transaction, key(school, parent))?,
            None => transaction,
        };
        // An answer must keep the manager from deleting the question with the board (rule 9).
        let transaction = match head.is_question {
            true => transaction.note_content_of_others(school, &context.board, user)?,
            false => transaction,
        };
        transaction.create(&key(school, comment.id), comment)
    }

    /// Deletes a comment. A comment that has replies leaves a placeholder, which is deleted with its last reply.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::NotAuthor`].
    pub async fn delete(&self, access: &WriteAccess, caller: &Caller, mut found: FoundComment) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let body = found.comment.body.as_ref().ok_or(Error::NotFound)?;
            let permission = body.check_deletable_by(caller)?;
            let commenter_key = commenter_key(caller.school, body.author_id, found.head.id);
            match self.deletion(access, (caller, permission), &found, commenter_key)?.commit().await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    found = self.find(caller.school, found.comment.id).await?;
                }
                result => return result,
            }
        }
    }

    /// The transaction that deletes a comment and decreases all counters that include it.
    fn deletion(
        &self,
        access: &WriteAccess,
        (caller, permission): (&Caller, Permission),
        found: &FoundComment,
        commenter_key: Key,
    ) -> Result<Transaction, Error> {
        let FoundComment { comment, parent, head, .. } = found;
        let school = caller.school;
        let now = self.table.clock().now();
        let one_less = |counter| RowUpdate::of_existing().add(&[counter], -1);
        let mut transaction = self
            .table
            .transaction(access)
            .check_permission(caller, permission)?
            .update(posts::head_key(school, head.id), one_less("comment_count")?)?
            .on_condition_failed(Error::NotFound)
            .update(commenter_key, one_less("comments")?)?
            .on_condition_failed(Error::Stale);
        let unchanged =
            RowUpdate::default().if_present(&["written"]).if_equal(&["reply_count"], comment.reply_count)?;
        transaction = match comment.deletion() {
            Deletion::Placeholder => {
                let emptied = unchanged.remove(&["written"]).set(&["updated_at"], now)?;
                transaction.update(key(school, comment.id), emptied)?
            }
            Deletion::Nothing => transaction.delete_if(key(school, comment.id), unchanged)?,
        };
        transaction = transaction.on_condition_failed(Error::Stale);
        match parent {
            Some(parent) => uncount_reply(transaction, key(school, parent.id), parent),
            None => Ok(transaction),
        }
    }

    /// Likes a comment and returns its number of likes: those that are counted, and this one.
    ///
    /// A like of a comment that has many likes writes only its own row, and is counted later. So it does not meet other
    /// likes in the row of the comment. It is a transaction all the same, because the SDK may send a transaction twice.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::OwnContent`], [`Refusal::ContentBlinded`], [`Refusal::BoardArchived`],
    /// [`Refusal::AlreadyLiked`].
    pub async fn like(&self, access: &WriteAccess, caller: &Caller, found: FoundComment) -> Result<u32, Error> {
        let FoundComment { comment, head, board, .. } = found;
        comment.body.as_ref().ok_or(Error::NotFound)?.check_open_to(caller, &head)?;
        board.check_not_archived()?;
        let like = CommentLike { liked_at: self.table.clock().now(), is_uncounted: comment.counts_likes_later() };
        let mut transaction = self
            .table
            .transaction(access)
            .create(&like_key(caller.school, caller.user, comment.id), &like)?
            .on_condition_failed(Refusal::AlreadyLiked);
        if !like.is_uncounted {
            let counted =
                RowUpdate::default().if_present(&["written"]).if_not_hidden(&["written"])?.add(&["like_count"], 1)?;
            transaction = transaction
                .update(key(caller.school, comment.id), counted)?
                .on_condition_failed_with(hidden_or_deleted);
        }
        transaction.commit().await?;
        Ok(comment.like_count.saturating_add(1))
    }
}

/// The error for a like of a comment that was hidden or deleted meanwhile. A deleted comment may leave a placeholder.
fn hidden_or_deleted(row: Option<Item>) -> Error {
    match row.map(|row| CurrentItem(row).read::<Comment>()) {
        Some(Ok(Comment { body: Some(_), .. })) => Refusal::ContentBlinded.into(),
        Some(Err(error)) => error,
        _ => Error::NotFound,
    }
}

/// Counts a new reply on its parent, which must be live and have room for it.
fn count_reply(transaction: Transaction, parent_key: Key) -> Result<Transaction, Error> {
    let max_before = i64::from(Comment::MAX_REPLIES).saturating_sub(1);
    let has_room = RowUpdate::default()
        .if_present(&["written"])
        .if_not_hidden(&["written"])?
        .if_at_most(&["reply_count"], max_before)?;
    Ok(transaction.update(parent_key, has_room.add(&["reply_count"], 1)?)?.on_condition_failed(Error::Stale))
}

/// Removes a deleted reply from the count of its parent, or deletes the parent if it is a placeholder without other
/// replies.
fn uncount_reply(transaction: Transaction, parent_key: Key, parent: &Comment) -> Result<Transaction, Error> {
    let unchanged = RowUpdate::default().if_equal(&["reply_count"], parent.reply_count)?;
    let transaction = if parent.disappears_with_last_reply() {
        transaction.delete_if(parent_key, unchanged.if_absent(&["written"]))?
    } else {
        transaction.update(parent_key, unchanged.add(&["reply_count"], -1)?)?
    };
    Ok(transaction.on_condition_failed(Error::Stale))
}
