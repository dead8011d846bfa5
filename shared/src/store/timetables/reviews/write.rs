//! Adding, deleting and liking reviews.

use crate::domain::{Caller, CourseId, Permission, Refusal, Review, ReviewId};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::dynamo::{Error, RowUpdate, Transaction};
use crate::store::timetables::reviews::{
    FoundReview, OwnReview, ReviewLike, ReviewLocation, Reviews, SeenReview, course_key, key, like_key, location_key,
    own_key,
};

/// Adds the review to the counters of its course `by` times: 1 for a new review, -1 for a deleted one.
fn count_review(mut change: RowUpdate, review: &Review, by: i64) -> Result<RowUpdate, Error> {
    let rating = i64::from(review.rating.get()).saturating_mul(by);
    change = change.add_from_zero(&["review_count"], by)?.add_from_zero(&["rating_sum"], rating)?;
    for answer in review.choices.names() {
        change = change.add_from_zero(&[&answer], by)?;
    }
    Ok(change)
}

impl Reviews {
    /// Adds a review of the course. The caller may have written one before that an admin has deleted.
    ///
    /// # Errors
    /// [`Refusal::AlreadyReviewed`]; [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn add(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        course: CourseId,
        review: Review,
    ) -> Result<SeenReview, Error> {
        let mut deleted = None;
        loop {
            match self.addition(access, caller, course, &review, deleted)?.commit().await {
                Err(Error::Modified(row)) => {
                    let OwnReview { review_id } = row.read()?;
                    if self.location(caller.school, review_id).await?.is_some() {
                        return Err(Refusal::AlreadyReviewed.into());
                    }
                    deleted = Some(review_id);
                }
                // A concurrent request of the caller has replaced the deleted review, and deleted its own.
                Err(Error::NotFound) if deleted.is_some() => deleted = None,
                result => return result.map(|()| self.seen(true, false, review)),
            }
        }
    }

    /// The transaction that adds a review, in place of the caller's deleted one if there is one.
    ///
    /// # Errors
    /// Its commit fails with [`Error::Modified`] if the caller has another review of the course.
    fn addition(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        course: CourseId,
        review: &Review,
        deleted: Option<ReviewId>,
    ) -> Result<Transaction, Error> {
        let Caller { school, user, .. } = *caller;
        let own_key = own_key(school, user, course);
        let Review { created_at, .. } = *review;
        let location = ReviewLocation { author_id: Some(user), course_id: course, created_at, deleted_at: None };
        let transaction = self.table.transaction(access).record_idempotency(access, review.id.as_uuid())?;
        let transaction = match deleted {
            None => transaction.create(&own_key, &OwnReview { review_id: review.id })?,
            Some(deleted) => {
                let replaced = RowUpdate::default().if_equal(&["review_id"], deleted)?;
                transaction.update(own_key, replaced.set(&["review_id"], review.id)?)?
            }
        };
        transaction
            .on_modified()
            .create(&key(school, course, review.created_at, review.id), review)?
            .create(&location_key(school, review.id), &location)?
            .update(course_key(school, course), count_review(RowUpdate::default(), review, 1)?)
    }

    /// Deletes a review.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`]; [`Error::NotFound`] if the review was deleted meanwhile.
    pub async fn delete(&self, access: &WriteAccess, caller: &Caller, found: &FoundReview) -> Result<(), Error> {
        let Caller { school, user, .. } = *caller;
        let FoundReview { course, review, is_mine } = found;
        let permission = Review::check_deletable_by(caller, *is_mine)?;
        let mut transaction = self.table.transaction(access).check_permission(caller, permission)?;
        if permission == Permission::Own {
            let is_own = RowUpdate::default().if_equal(&["review_id"], review.id)?;
            transaction =
                transaction.delete_if(own_key(school, user, *course), is_own)?.on_condition_failed(Error::NotFound);
        }
        let deleted = RowUpdate::of_existing().if_absent(&["deleted_at"]).remove(&["author_id"]);
        let deleted = deleted.set(&["deleted_at"], self.table.clock().now())?;
        transaction
            .delete(key(school, *course, review.created_at, review.id))?
            .on_condition_failed(Error::NotFound)
            .update(location_key(school, review.id), deleted)?
            .on_condition_failed(Error::NotFound)
            .update(course_key(school, *course), count_review(RowUpdate::of_existing(), review, -1)?)?
            .commit()
            .await
    }

    /// Likes a review and returns its new number of likes.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`], [`Refusal::AlreadyLiked`]; [`Error::NotFound`] if the review
    /// was deleted meanwhile.
    pub async fn like(&self, access: &WriteAccess, caller: &Caller, found: &FoundReview) -> Result<u32, Error> {
        let FoundReview { course, review, is_mine } = found;
        review.check_open(*is_mine)?;
        let like = ReviewLike { liked_at: self.table.clock().now() };
        let liked = RowUpdate::of_existing().if_not_hidden(&[])?.add(&["like_count"], 1)?;
        self.table
            .transaction(access)
            .create(&like_key(caller.school, caller.user, *course, review.id), &like)?
            .on_condition_failed(Refusal::AlreadyLiked)
            .update(key(caller.school, *course, review.created_at, review.id), liked)?
            .on_hidden_or_absent()
            .commit()
            .await?;
        Ok(review.like_count.saturating_add(1))
    }
}
