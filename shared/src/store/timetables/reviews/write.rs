//! Adding, deleting and liking reviews.

use crate::domain::{Caller, CourseId, Refusal, Review};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::dynamo::{Error, RowUpdate};
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
    /// Adds a review of the course.
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
        let Caller { school, user, .. } = *caller;
        self.table
            .transaction(access)
            .record_idempotency(access, review.id.as_uuid())?
            .create(&own_key(school, user, course), &OwnReview { review_id: review.id })?
            .on_condition_failed(Refusal::AlreadyReviewed)
            .create(&key(school, course, review.id), &review)?
            .create(&location_key(school, review.id), &ReviewLocation { course_id: course, deleted_at: None })?
            .update(course_key(school, course), count_review(RowUpdate::default(), &review, 1)?)?
            .commit()
            .await?;
        Ok(SeenReview { review, is_mine: true, is_liked: false })
    }

    /// Deletes a review.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`]; [`Error::NotFound`] if the review was deleted meanwhile.
    pub async fn delete(&self, access: &WriteAccess, caller: &Caller, found: &FoundReview) -> Result<(), Error> {
        let Caller { school, user, .. } = *caller;
        let FoundReview { course, review, is_mine } = found;
        if !is_mine {
            return Err(Refusal::NotAuthor.into());
        }
        let is_own = RowUpdate::default().if_equal(&["review_id"], review.id)?;
        let deleted =
            RowUpdate::of_existing().if_absent(&["deleted_at"]).set(&["deleted_at"], self.table.clock().now())?;
        self.table
            .transaction(access)
            .delete_if(own_key(school, user, *course), is_own)?
            .on_condition_failed(Error::NotFound)
            .delete(key(school, *course, review.id))?
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
    /// [`Refusal::OwnContent`], [`Refusal::AlreadyLiked`]; [`Error::NotFound`] if the review was deleted meanwhile.
    pub async fn like(&self, access: &WriteAccess, caller: &Caller, found: &FoundReview) -> Result<u32, Error> {
        let FoundReview { course, review, is_mine } = found;
        if *is_mine {
            return Err(Refusal::OwnContent.into());
        }
        let like = ReviewLike { liked_at: self.table.clock().now() };
        self.table
            .transaction(access)
            .create(&like_key(caller.school, caller.user, *course, review.id), &like)?
            .on_condition_failed(Refusal::AlreadyLiked)
            .update(key(caller.school, *course, review.id), RowUpdate::of_existing().add(&["like_count"], 1)?)?
            .on_condition_failed(Error::NotFound)
            .commit()
            .await?;
        Ok(review.like_count.saturating_add(1))
    }
}
