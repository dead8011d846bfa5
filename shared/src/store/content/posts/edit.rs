//! Editing posts.

use crate::domain::{Caller, Post, PostChanges, SchoolId, Time};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::content::posts::{PostOnBoard, Posts, SeenPost, body_key, head_key, if_unlocked};
use crate::store::dynamo::{Backoff, Error, RowUpdate};
use crate::store::moderation::MODERATION;

impl Posts {
    /// Changes a post. If another edit came first, the rules are checked again on the current post. Changes that leave
    /// the post as it is write nothing.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`](crate::domain::Refusal::NotAuthor),
    /// [`Refusal::ContentBlinded`](crate::domain::Refusal::ContentBlinded),
    /// [`Refusal::BoardArchived`](crate::domain::Refusal::BoardArchived),
    /// [`Refusal::QuestionLocked`](crate::domain::Refusal::QuestionLocked);
    /// [`Error::NotFound`] if the post was deleted meanwhile.
    pub async fn edit(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        found: PostOnBoard,
        changes: &PostChanges,
    ) -> Result<SeenPost, Error> {
        // An edit never changes whether a post is anonymous, so its author is known before it is written.
        let author = found.post.head.byline().user();
        let (edited, nicknames) = tokio::join!(
            self.edit_on_board(access, caller, found, changes),
            users::nicknames(&self.table, caller.school, author),
        );
        Ok(self.seen(caller, edited?, &nicknames?))
    }

    async fn edit_on_board(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut found: PostOnBoard,
        changes: &PostChanges,
    ) -> Result<PostOnBoard, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let PostOnBoard { post, board, .. } = &found;
            let Some(edited) = post.edit(caller, board, changes.clone(), self.table.clock().now())? else {
                return Ok(found);
            };
            match self.write_edit(access, caller.school, &edited, post.head.updated_at, changes).await {
                Err(Error::Modified(_)) => {
                    backoff.pause().await?;
                    found = self.get_on_board(caller, post.head.id).await?
                }
                result => return result.map(|()| PostOnBoard { post: edited, ..found }),
            }
        }
    }

    /// Writes only the changed attributes, so that counters can change at the same time.
    ///
    /// # Errors
    /// [`Error::Modified`] if `updated_at` is not `seen`, if the post is hidden, or if a question has comments.
    async fn write_edit(
        &self,
        access: &WriteAccess,
        school: SchoolId,
        edited: &Post,
        seen: Time,
        changes: &PostChanges,
    ) -> Result<(), Error> {
        let Post { head, content } = edited;
        let mut change = if_unlocked(head)?.if_not_hidden(&[])?.if_equal(&["updated_at"], seen)?;
        // Nothing is left of a restoration.
        change = change.set(&["updated_at"], head.updated_at)?.remove(&[MODERATION]);
        if changes.title.is_some() {
            change = change.set(&["title"], &head.title)?;
        }
        if changes.content.is_some() {
            change = change.set(&["content_preview"], &head.content_preview)?;
        }
        let head_key = head_key(school, head.id);
        let mut body = RowUpdate::of_existing().set(&["updated_at"], head.updated_at)?;
        if changes.content.is_some() {
            body = body.set(&["content"], content)?;
        }
        let transaction = self.table.transaction(access).update(head_key, change)?.on_modified();
        transaction.update(body_key(school, head.id), body)?.commit().await
    }
}
