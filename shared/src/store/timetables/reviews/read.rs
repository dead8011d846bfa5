//! Reading reviews and the ratings of courses.

use std::collections::{HashMap, HashSet};

use crate::domain::{Appearance, Caller, Course, CourseId, Review, ReviewId, SchoolId};
use crate::store::dynamo::{Error, Page, Range, Read};
use crate::store::timetables::reviews::{
    CourseRow, OwnReview, REVIEW, ReviewLike, ReviewLocation, Reviews, course_key, key, like_key, likes, location_key,
    own_key, partition,
};

/// A review as the caller sees it.
#[derive(Clone, Debug)]
pub struct SeenReview {
    pub review: Review,
    pub is_mine: bool,
    pub is_liked: bool,
    pub appearance: Appearance,
}

/// A review, its course, and whether the caller wrote it.
#[derive(Clone, Debug)]
pub struct FoundReview {
    pub(crate) course: CourseId,
    pub(crate) review: Review,
    pub(super) is_mine: bool,
}

impl Reviews {
    /// Returns the ratings of a course.
    pub async fn course(&self, school: SchoolId, course: CourseId) -> Result<Course, Error> {
        let row: Option<CourseRow> = self.table.get(course_key(school, course), Read::Consistent).await?;
        Ok(row.map(Course::from).unwrap_or_default())
    }

    /// Returns the ratings of these courses, at most a second out of date. Courses that never had a review are left
    /// out.
    pub async fn courses(
        &self,
        school: SchoolId,
        courses: &HashSet<CourseId>,
    ) -> Result<HashMap<CourseId, Course>, Error> {
        let keys = courses.iter().map(|course| course_key(school, *course));
        let mut rows = self.table.batch_get(keys, Read::Eventual).await?;
        let mut found = HashMap::new();
        for course in courses {
            if let Some(row) = rows.take::<CourseRow>(&course_key(school, *course))? {
                found.insert(*course, row.into());
            }
        }
        Ok(found)
    }

    /// Lists the reviews of a course after the cursor position, as the caller sees them, newest first.
    pub async fn list(
        &self,
        caller: &Caller,
        course: CourseId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SeenReview, String>, Error> {
        let Caller { school, user, .. } = *caller;
        let reviews = Range::newest_first(partition(school, course), REVIEW).page_after(after);
        let (page, likes, own) = tokio::try_join!(
            self.table.query::<Review>(reviews, Some(limit)),
            self.table.query_all::<ReviewLike>(likes(school, user, course)),
            self.table.get::<OwnReview>(own_key(school, user, course), Read::Consistent),
        )?;
        let liked: HashSet<String> = likes.into_iter().map(|(sk, _)| sk).collect();
        let own = own.map(|own| own.review_id);
        let seen = |(_, review): (String, Review)| {
            let is_liked = liked.contains(&like_key(school, user, course, review.id).sk);
            self.seen(own == Some(review.id), is_liked, review)
        };
        Ok(Page { items: page.items.into_iter().map(seen).collect(), next: page.next })
    }

    /// Returns a review as the caller sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: ReviewId) -> Result<SeenReview, Error> {
        let FoundReview { course, review, is_mine } = self.find(caller, id).await?;
        let like_key = like_key(caller.school, caller.user, course, id);
        let like: Option<ReviewLike> = self.table.get(like_key, Read::Consistent).await?;
        Ok(self.seen(is_mine, like.is_some(), review))
    }

    pub(super) fn seen(&self, is_mine: bool, is_liked: bool, review: Review) -> SeenReview {
        let appearance = Appearance::new(review.moderation, is_mine, self.table.clock().now());
        SeenReview { review, is_mine, is_liked, appearance }
    }

    /// Finds a review by its id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find(&self, caller: &Caller, id: ReviewId) -> Result<FoundReview, Error> {
        let Caller { school, user, .. } = *caller;
        let location = self.location(school, id).await?.ok_or(Error::NotFound)?;
        let course = location.course_id;
        let (key, own_key) = (key(school, course, location.created_at, id), own_key(school, user, course));
        let mut rows = self.table.batch_get([key.clone(), own_key.clone()], Read::Consistent).await?;
        let review = rows.take(&key)?.ok_or(Error::NotFound)?;
        let own: Option<OwnReview> = rows.take(&own_key)?;
        let is_mine = own.is_some_and(|own| own.review_id == id);
        Ok(FoundReview { course, review, is_mine })
    }

    /// Returns the location of a review that is not deleted.
    pub(super) async fn location(&self, school: SchoolId, id: ReviewId) -> Result<Option<ReviewLocation>, Error> {
        let location: Option<ReviewLocation> = self.table.get(location_key(school, id), Read::Consistent).await?;
        Ok(location.filter(|location| location.deleted_at.is_none()))
    }
}
