//! Adding, deleting and liking comments.

use std::collections::{HashMap, HashSet};

use crate::domain::{
    Board, Byline, Caller, Comment, CommentId, Deletion, FieldError, Invalid, Nickname, PostHead, PostId, Refusal,
    UserId,
};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::content::comments::{
    CommentLike, CommentLocation, CommentOnPost, Commenter, Comments, FoundComment, commenter_key, key, key_of,
    like_key, location_key, read::CommentViewer,
};
use crate::store::content::{boards, posts, posts::PostLocation};
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, Transaction};

/// Everything that a new comment depends on.
#[derive(Debug)]
pub struct CommentContext {
    pub head: PostHead,
    pub board: Board,
    parent: Option<Parent>,
    /// The caller's commenter row for the post.
    commenter: Option<Commenter>,
    /// The byline of the new comment, and the nickname for it if it is named.
    byline: Byline,
    nicknames: HashMap<UserId, Nickname>,
}

/// The target of a reply.
#[derive(Debug)]
enum Parent {
    Comment(Comment),
    /// A reply, which cannot have replies.
    Reply,
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
        match self.parent {
            Some(Parent::Reply) => Err(FieldError::ReplyToReply.at("parent_id")),
            _ => Ok(()),
        }
    }
}

impl Comments {
    /// Reads everything that a new comment on the post, or a reply to `parent`, depends on.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post does not exist, or has no such comment.
    pub async fn context(
        &self,
        caller: &Caller,
        post: PostId,
        parent: Option<CommentId>,
        byline: Byline,
    ) -> Result<CommentContext, Error> {
        let Caller { school, user, .. } = *caller;
        let body_key = posts::body_key(school, post);
        let commenter_key = commenter_key(school, user, post);
        let parent_key = parent.map(|parent| key(school, post, parent, None));
        let keys = [body_key.clone(), commenter_key.clone()].into_iter().chain(parent_key.clone());
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let PostLocation { board_id } = rows.take(&body_key)?.ok_or(Error::NotFound)?;
        let commenter = rows.take(&commenter_key)?;
        let comment: Option<Comment> = parent_key.map(|key| rows.take(&key)).transpose()?.flatten();

        let (head_key, board_key) = (posts::head_key(school, board_id, post), boards::key(school, board_id));
        let profile_key = byline.user().map(|user| users::profile_key(school, user));
        let keys = [head_key.clone(), board_key.clone()].into_iter().chain(profile_key);
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let (Some(head), Some(board)) = (rows.take(&head_key)?, rows.take(&board_key)?) else {
            return Err(Error::NotFound);
        };
        let parent = match (parent, comment) {
            (None, _) => None,
            (Some(_), Some(comment)) if comment.body.is_some() => Some(Parent::Comment(comment)),
            (Some(_), Some(_)) => return Err(Error::NotFound),
            (Some(id), None) => Some(self.find_reply(caller, post, id).await?),
        };
        let nicknames = users::take_nicknames(school, byline.user(), &mut rows)?;
        Ok(CommentContext { head, board, parent, commenter, byline, nicknames })
    }

    /// Returns [`Parent::Reply`] if the id is that of a live reply on the post.
    async fn find_reply(&self, caller: &Caller, post: PostId, id: CommentId) -> Result<Parent, Error> {
        let location = self.table.get::<CommentLocation>(location_key(caller.school, id), Read::Consistent).await?;
        let is_reply = |location: &CommentLocation| location.post_id == post && location.deleted_at.is_none();
        location.filter(is_reply).map(|_| Parent::Reply).ok_or(Error::NotFound)
    }

    /// Adds a comment. If it needs a new anonymous number, it gets the next one of the post.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post or the parent was deleted meanwhile; [`Refusal::RepliesFull`];
    /// [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn add(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut context: CommentContext,
        mut comment: Comment,
    ) -> Result<CommentOnPost, Error> {
        let mut backoff = Backoff::begin();
        loop {
            if let Some(Parent::Comment(parent)) = &context.parent {
                parent.check_can_add_reply()?;
            }
            comment.update_byline(&context.head, context.number());
            match self.addition(access, caller, &context, &comment)?.commit_once().await {
                // Read after the pause: under a busy post, a number read before the pause is already taken.
                Err(Error::Stale | Error::Contention) if backoff.pause().await => {
                    context = self.context(caller, comment.post_id, comment.parent_id, context.byline).await?;
                }
                Ok(()) => {
                    let CommentContext { head, nicknames, .. } = &context;
                    let viewer = CommentViewer { caller, post: head, nicknames, liked: &HashSet::new() };
                    return Ok(viewer.view(comment));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The transaction that adds a comment: the counters of the post, the commenter row, the counter of the parent, the
    /// comment and its location.
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

        let mut counted = RowUpdate::of_existing().add(&["comment_count"], 1)?;
        if let Some(number) = new_number {
            let seen = head.number_count;
            counted = counted.if_equal(&["number_count"], seen)?.set(&["number_count"], number)?;
        }
        let transaction = self
            .table
            .transaction(access)
            .record_idempotency(access, comment.id.as_uuid())?
            .update(posts::head_key(school, head.board_id, head.id), counted)?
            .on_condition_failed(Error::Stale);

        let commenter_key = commenter_key(school, user, head.id);
        let transaction = if context.commenter.is_some() {
            let mut counted = RowUpdate::of_existing().add(&["comments"], 1)?;
            if let Some(number) = new_number {
                counted = counted.if_absent(&["number"]).set(&["number"], number)?;
            }
            transaction.update(commenter_key, counted)?
        } else {
            let commenter = Commenter { board_id: head.board_id, byline: head.byline(), comments: 1, number };
            transaction.create(&commenter_key, &commenter)?
        };
        let transaction = transaction.on_condition_failed(Error::Stale);

        let transaction = match comment.parent_id {
            Some(parent) => count_reply(transaction, key(school, head.id, parent, None))?,
            None => transaction,
        };
        let Comment { id, post_id, parent_id, .. } = *comment;
        let location = CommentLocation { board_id: head.board_id, post_id, parent_id, deleted_at: None };
        transaction.create(&key_of(school, comment), comment)?.create(&location_key(school, id), &location)
    }

    /// Deletes a comment. A comment that has replies leaves a placeholder, which is deleted with its last reply.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::NotAuthor`].
    pub async fn delete(&self, access: &WriteAccess, caller: &Caller, mut found: FoundComment) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        let mut has_commenter = true;
        loop {
            let body = found.comment.body.as_ref().ok_or(Error::NotFound)?;
            body.check_deletable_by(caller)?;
            let commenter_key = commenter_key(caller.school, body.author_id, found.head.id);
            let commenter = has_commenter.then(|| commenter_key.clone());
            match self.deletion(access, caller, &found, commenter)?.commit().await {
                Err(Error::Stale) if backoff.pause().await => {
                    // The row does not exist if the author has withdrawn.
                    has_commenter = self.table.get::<Commenter>(commenter_key, Read::Consistent).await?.is_some();
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
        caller: &Caller,
        found: &FoundComment,
        commenter_key: Option<Key>,
    ) -> Result<Transaction, Error> {
        let FoundComment { comment, parent, head } = found;
        let school = caller.school;
        let now = self.table.clock().now();
        let one_less = RowUpdate::of_existing().add(&["comment_count"], -1)?;
        let deleted = RowUpdate::of_existing().if_absent(&["deleted_at"]).set(&["deleted_at"], now)?;
        let mut transaction = self
            .table
            .transaction(access)
            .update(posts::head_key(school, head.board_id, head.id), one_less)?
            .on_condition_failed(Error::NotFound)
            .update(location_key(school, comment.id), deleted)?
            .on_condition_failed(Error::NotFound);
        if let Some(commenter_key) = commenter_key {
            let one_less = RowUpdate::of_existing().add(&["comments"], -1)?;
            transaction = transaction.update(commenter_key, one_less)?.on_condition_failed(Error::Stale);
        }
        let unchanged =
            RowUpdate::default().if_present(&["written"]).if_equal(&["reply_count"], comment.reply_count)?;
        transaction = match comment.deletion() {
            Deletion::Placeholder => {
                let emptied = unchanged.remove(&["written"]).set(&["updated_at"], now)?;
                transaction.update(key_of(school, comment), emptied)?
            }
            Deletion::Nothing => transaction.delete_if(key_of(school, comment), unchanged)?,
        };
        transaction = transaction.on_condition_failed(Error::Stale);
        match parent {
            Some(parent) => uncount_reply(transaction, key_of(school, parent), parent),
            None => Ok(transaction),
        }
    }

    /// Likes a comment and returns its new number of likes.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::OwnContent`], [`Refusal::AlreadyLiked`].
    pub async fn like(&self, access: &WriteAccess, caller: &Caller, found: FoundComment) -> Result<u32, Error> {
        let comment = found.comment;
        comment.body.as_ref().ok_or(Error::NotFound)?.check_not_by(caller)?;
        let like = CommentLike { liked_at: self.table.clock().now() };
        let counted = RowUpdate::default().if_present(&["written"]).add(&["like_count"], 1)?;
        self.table
            .transaction(access)
            .create(&like_key(caller.school, caller.user, comment.post_id, comment.id), &like)?
            .on_condition_failed(Refusal::AlreadyLiked)
            .update(key_of(caller.school, &comment), counted)?
            .on_condition_failed(Error::NotFound)
            .commit()
            .await?;
        Ok(comment.like_count.saturating_add(1))
    }
}

/// Counts a new reply on its parent, which must be live and have room for it.
fn count_reply(transaction: Transaction, parent_key: Key) -> Result<Transaction, Error> {
    let max_before = i64::from(Comment::MAX_REPLIES).saturating_sub(1);
    let has_room = RowUpdate::default().if_present(&["written"]).if_at_most(&["reply_count"], max_before)?;
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
