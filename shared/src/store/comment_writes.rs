//! What changes comments: writing, deleting and liking them. The rows are in [`comments`](super::comments).

use std::collections::{HashMap, HashSet};

use super::change::Change;
use super::comments::{
    CommentLike, CommentOnPost, Commenter, Comments, FoundComment, Place, Reader, commenter_key, key, key_of, like_key,
    place_key,
};
use super::posts::{self, Place as PostPlace};
use super::table::Backoff;
use super::{Error, Read, Transaction, Writer, boards, users};
use crate::domain::{
    Board, Byline, Caller, Comment, CommentId, Deletion, FieldError, Invalid, Nickname, PostHead, PostId, Refusal,
    UserId,
};

/// What a new comment depends on.
#[derive(Debug)]
pub struct Ground {
    /// The post.
    pub head: PostHead,
    /// The board that it stands on.
    pub board: Board,
    parent: Option<Parent>,
    /// The caller's row for the post, if there is one.
    commenter: Option<Commenter>,
    /// How the comment is to be signed, and the nickname for it, if it is to be one.
    byline: Byline,
    nicknames: HashMap<UserId, Nickname>,
}

/// What a reply is to reply to.
#[derive(Debug)]
enum Parent {
    Comment(Comment),
    /// A reply, which cannot be replied to.
    Reply,
}

impl Ground {
    /// The caller's number on the post, if there is one.
    pub fn number(&self) -> Option<u32> {
        self.commenter.as_ref().and_then(|commenter| commenter.number)
    }

    /// Asks whether what is to be replied to is a comment.
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
    /// What a new comment under the post, or a reply to `parent`, depends on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such post, or no such comment on it.
    pub async fn ground(
        &self,
        caller: &Caller,
        post: PostId,
        parent: Option<CommentId>,
        byline: Byline,
    ) -> Result<Ground, Error> {
        let Caller { school, user, .. } = *caller;
        let body_key = posts::body_key(school, post);
        let commenter_key = commenter_key(school, user, post);
        let parent_key = parent.map(|parent| key(school, post, parent, None));
        let keys = [body_key.clone(), commenter_key.clone()].into_iter().chain(parent_key.clone());
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        let PostPlace { board_id } = rows.take(&body_key)?.ok_or(Error::NotFound)?;
        let commenter = rows.take(&commenter_key)?;
        let comment: Option<Comment> = parent_key.map(|key| rows.take(&key)).transpose()?.flatten();

        let (head_key, board_key) = (posts::head_key(school, board_id, post), boards::key(school, board_id));
        let profile_key = byline.user().map(|user| users::profile_key(school, user));
        let keys = [head_key.clone(), board_key.clone()].into_iter().chain(profile_key);
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        let (Some(head), Some(board)) = (rows.take(&head_key)?, rows.take(&board_key)?) else {
            return Err(Error::NotFound);
        };
        let parent = match (parent, comment) {
            (None, _) => None,
            (Some(_), Some(comment)) if comment.written.is_some() => Some(Parent::Comment(comment)),
            (Some(_), Some(_)) => return Err(Error::NotFound),
            (Some(id), None) => Some(self.parent_elsewhere(caller, post, id).await?),
        };
        let nicknames = users::take_nicknames(school, byline.user(), &mut rows)?;
        Ok(Ground { head, board, parent, commenter, byline, nicknames })
    }

    /// What is meant by the id of something that is no comment of the post: one of its replies, at best.
    async fn parent_elsewhere(&self, caller: &Caller, post: PostId, id: CommentId) -> Result<Parent, Error> {
        let place: Option<Place> = self.table.get(place_key(caller.school, id), Read::Latest).await?;
        let is_reply = |place: &Place| place.post_id == post && place.deleted_at.is_none();
        place.filter(is_reply).map(|_| Parent::Reply).ok_or(Error::NotFound)
    }

    /// Adds a comment. Its number is the next one of the post, if it needs one, whatever others do meanwhile.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the post or the comment that it replies to is deleted meanwhile;
    /// [`Refusal::RepliesFull`]; those of a claim.
    pub async fn add(
        &self,
        writer: &Writer,
        caller: &Caller,
        mut ground: Ground,
        mut comment: Comment,
    ) -> Result<CommentOnPost, Error> {
        let mut backoff = Backoff::begin();
        loop {
            if let Some(Parent::Comment(parent)) = &ground.parent {
                parent.check_room()?;
            }
            comment.sign(&ground.head, ground.number());
            match self.write(writer, caller, &ground, &comment)?.commit_once().await {
                // To be read after the pause: under a post that many come to at once, a number that was the next one
                // before it has long been given to somebody else.
                Err(Error::Stale | Error::Contention) if backoff.pause().await => {
                    ground = self.ground(caller, comment.post_id, comment.parent_id, ground.byline).await?;
                }
                Ok(()) => {
                    let Ground { head, nicknames, .. } = &ground;
                    let reader = Reader { caller, post: head, nicknames, liked: &HashSet::new() };
                    return Ok(reader.comment(comment));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The comment, its place, and all that counts it.
    fn write(
        &self,
        writer: &Writer,
        caller: &Caller,
        ground: &Ground,
        comment: &Comment,
    ) -> Result<Transaction, Error> {
        let Caller { school, user, .. } = *caller;
        let head = &ground.head;
        let number = comment.written.as_ref().and_then(|written| written.signature.number());
        let new_number = number.filter(|_| ground.number().is_none());

        let mut counted = Change::of_existing().add(&["comment_count"], 1)?;
        if let Some(number) = new_number {
            let seen = head.number_count;
            counted = counted.if_equal(&["number_count"], seen)?.set(&["number_count"], number)?;
        }
        let mut transaction = self
            .table
            .transaction(writer)
            .claim(writer, comment.id.as_uuid())?
            .update(posts::head_key(school, head.board_id, head.id), counted)?
            .on_condition_failed(Error::Stale);

        let commenter_key = commenter_key(school, user, head.id);
        transaction = if ground.commenter.is_some() {
            let mut counted = Change::of_existing().add(&["comments"], 1)?;
            if let Some(number) = new_number {
                counted = counted.if_absent(&["number"]).set(&["number"], number)?;
            }
            transaction.update(commenter_key, counted)?
        } else {
            let commenter = Commenter { board_id: head.board_id, byline: head.byline(), comments: 1, number };
            transaction.create(&commenter_key, &commenter)?
        };
        transaction = transaction.on_condition_failed(Error::Stale);

        if let Some(parent) = comment.parent_id {
            let room = i64::from(Comment::MOST_REPLIES).saturating_sub(1);
            let counted = Change::default().if_present(&["written"]).if_at_most(&["reply_count"], room)?;
            transaction = transaction
                .update(key(school, head.id, parent, None), counted.add(&["reply_count"], 1)?)?
                .on_condition_failed(Error::Stale);
        }
        let place = Place { board_id: head.board_id, post_id: head.id, parent_id: comment.parent_id, deleted_at: None };
        transaction.create(&key_of(school, comment), comment)?.create(&place_key(school, comment.id), &place)
    }

    /// Deletes a comment. One that has replies leaves its place; the place of its parent goes with the last of them.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::NotAuthor`].
    pub async fn delete(&self, writer: &Writer, caller: &Caller, mut found: FoundComment) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        let mut has_commenter = true;
        loop {
            let written = found.comment.written.as_ref().ok_or(Error::NotFound)?;
            written.check_deletable_by(caller)?;
            let commenter_key = commenter_key(caller.school, written.author_id, found.head.id);
            let commenter = has_commenter.then(|| commenter_key.clone());
            match self.remove(writer, caller, &found, commenter)?.commit().await {
                Err(Error::Stale) if backoff.pause().await => {
                    // It goes when the author leaves.
                    has_commenter = self.table.get::<Commenter>(commenter_key, Read::Latest).await?.is_some();
                    found = self.find(caller.school, found.comment.id).await?;
                }
                result => return result,
            }
        }
    }

    fn remove(
        &self,
        writer: &Writer,
        caller: &Caller,
        found: &FoundComment,
        commenter: Option<super::Key>,
    ) -> Result<Transaction, Error> {
        let FoundComment { comment, parent, head } = found;
        let school = caller.school;
        let now = self.table.clock().now();
        let one_less = Change::of_existing().add(&["comment_count"], -1)?;
        let gone = Change::of_existing().if_absent(&["deleted_at"]).set(&["deleted_at"], now)?;
        let mut transaction = self
            .table
            .transaction(writer)
            .update(posts::head_key(school, head.board_id, head.id), one_less)?
            .on_condition_failed(Error::NotFound)
            .update(place_key(school, comment.id), gone)?
            .on_condition_failed(Error::NotFound);
        if let Some(commenter) = commenter {
            let one_less = Change::of_existing().add(&["comments"], -1)?;
            transaction = transaction.update(commenter, one_less)?.on_condition_failed(Error::Stale);
        }
        let unchanged = Change::default().if_present(&["written"]).if_equal(&["reply_count"], comment.reply_count)?;
        transaction = match comment.deletion() {
            Deletion::Placeholder => {
                let emptied = unchanged.remove(&["written"]).set(&["updated_at"], now)?;
                transaction.update(key_of(school, comment), emptied)?
            }
            Deletion::Nothing => transaction.delete_if(key_of(school, comment), unchanged)?,
        };
        transaction = transaction.on_condition_failed(Error::Stale);
        if let Some(parent) = parent {
            let seen = Change::default().if_equal(&["reply_count"], parent.reply_count)?;
            let parent_key = key_of(school, parent);
            transaction = if parent.vanishes_with_a_reply() {
                transaction.delete_if(parent_key, seen.if_absent(&["written"]))?
            } else {
                transaction.update(parent_key, seen.add(&["reply_count"], -1)?)?
            };
            transaction = transaction.on_condition_failed(Error::Stale);
        }
        Ok(transaction)
    }

    /// Likes a comment; tells how many like it then.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::OwnContent`], [`Refusal::AlreadyLiked`].
    pub async fn like(&self, writer: &Writer, caller: &Caller, found: FoundComment) -> Result<u32, Error> {
        let comment = found.comment;
        comment.written.as_ref().ok_or(Error::NotFound)?.check_not_by(caller)?;
        let like = CommentLike { liked_at: self.table.clock().now() };
        let counted = Change::default().if_present(&["written"]).add(&["like_count"], 1)?;
        self.table
            .transaction(writer)
            .create(&like_key(caller.school, caller.user, comment.post_id, comment.id), &like)?
            .on_condition_failed(Refusal::AlreadyLiked)
            .update(key_of(caller.school, &comment), counted)?
            .on_condition_failed(Error::NotFound)
            .commit()
            .await?;
        Ok(comment.like_count.saturating_add(1))
    }
}
