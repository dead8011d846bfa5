//! What changes reviews: writing, deleting and liking them. The rows are in [`reviews`](super::reviews).

use super::change::Change;
use super::reviews::{
    FoundReview, OwnReview, Place, ReviewLike, Reviews, SeenReview, course_key, key, like_key, own_key, place_key,
};
use super::{Error, Writer};
use crate::domain::{Caller, CourseId, Refusal, Review};

/// Counts the review in or out.
fn counted(mut change: Change, review: &Review, by: i64) -> Result<Change, Error> {
    let points = i64::from(review.rating.get()).saturating_mul(by);
    change = change.count(&["review_count"], by)?.count(&["rating_sum"], points)?;
    for answer in review.choices.names() {
        change = change.count(&[&answer], by)?;
    }
    Ok(change)
}

impl Reviews {
    /// Adds a review of the course.
    ///
    /// # Errors
    /// [`Refusal::AlreadyReviewed`]; those of a claim.
    pub async fn add(
        &self,
        writer: &Writer,
        caller: &Caller,
        course: CourseId,
        review: Review,
    ) -> Result<SeenReview, Error> {
        let Caller { school, user, .. } = *caller;
        self.table
            .transaction(writer)
            .claim(writer, review.id.as_uuid())?
            .create(&own_key(school, user, course), &OwnReview { review_id: review.id })?
            .on_condition_failed(Refusal::AlreadyReviewed)
            .create(&key(school, course, review.id), &review)?
            .create(&place_key(school, review.id), &Place { course_id: course, deleted_at: None })?
            .update(course_key(school, course), counted(Change::default(), &review, 1)?)?
            .commit()
            .await?;
        Ok(SeenReview { review, is_mine: true, is_liked: false })
    }

    /// Deletes a review.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`]; [`Error::NotFound`] when it is deleted meanwhile.
    pub async fn delete(&self, writer: &Writer, caller: &Caller, found: &FoundReview) -> Result<(), Error> {
        let Caller { school, user, .. } = *caller;
        let FoundReview { course, review, is_mine } = found;
        if !is_mine {
            return Err(Refusal::NotAuthor.into());
        }
        let own = Change::default().if_equal(&["review_id"], review.id)?;
        let gone = Change::of_existing().if_absent(&["deleted_at"]).set(&["deleted_at"], self.table.clock().now())?;
        self.table
            .transaction(writer)
            .delete_if(own_key(school, user, *course), own)?
            .on_condition_failed(Error::NotFound)
            .delete(key(school, *course, review.id))?
            .on_condition_failed(Error::NotFound)
            .update(place_key(school, review.id), gone)?
            .on_condition_failed(Error::NotFound)
            .update(course_key(school, *course), counted(Change::of_existing(), review, -1)?)?
            .commit()
            .await
    }

    /// Likes a review; tells how many like it then.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::AlreadyLiked`]; [`Error::NotFound`] when it is deleted meanwhile.
    pub async fn like(&self, writer: &Writer, caller: &Caller, found: &FoundReview) -> Result<u32, Error> {
        let FoundReview { course, review, is_mine } = found;
        if *is_mine {
            return Err(Refusal::OwnContent.into());
        }
        let like = ReviewLike { liked_at: self.table.clock().now() };
        self.table
            .transaction(writer)
            .create(&like_key(caller.school, caller.user, *course, review.id), &like)?
            .on_condition_failed(Refusal::AlreadyLiked)
            .update(key(caller.school, *course, review.id), Change::of_existing().add(&["like_count"], 1)?)?
            .on_condition_failed(Error::NotFound)
            .commit()
            .await?;
        Ok(review.like_count.saturating_add(1))
    }
}
