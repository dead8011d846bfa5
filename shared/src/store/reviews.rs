//! Reviews. All of a course's are one run of rows behind the row that counts them. A review's id alone leads to its
//! place. Who wrote it stands nowhere but in the student's own partition, which makes it the student's only one of the
//! course, and which goes when the student leaves: the review stays as it is.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | course | `SCHOOL#<school>#COURSE#<course>` | `COURSE` |
//! | review | `SCHOOL#<school>#COURSE#<course>` | `REVIEW#<review>` |
//! | place of a review | `SCHOOL#<school>#REVIEW#<review>` | `PLACE` |
//! | own review | `SCHOOL#<school>#USER#<user>` | `REVIEWED#<course>` |
//! | like of a review | `SCHOOL#<school>#USER#<user>` | `REVIEWLIKE#<course>#<review>` |

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::audit::{Entry, Fact, Kind};
use super::{Error, Key, Page, Range, Read, Run, Table, schools, users, withdrawals};
use crate::domain::{Caller, Course, CourseId, Review, ReviewId, SchoolId, Time, UserId};

const COURSE: &str = "COURSE";
const REVIEW: &str = "REVIEW#";
const REVIEWED: &str = "REVIEWED#";
const LIKE: &str = "REVIEWLIKE#";

/// Access to reviews, and to what they come to.
#[derive(Clone, Debug)]
pub struct Reviews {
    pub(super) table: Table,
}

/// A review with what is shown beside it.
#[derive(Clone, Debug)]
pub struct SeenReview {
    /// The review.
    pub review: Review,
    /// Whether the caller wrote it.
    pub is_mine: bool,
    /// Whether the caller likes it.
    pub is_liked: bool,
}

/// A review that is there.
#[derive(Clone, Debug)]
pub struct FoundReview {
    pub(super) course: CourseId,
    pub(super) review: Review,
    pub(super) is_mine: bool,
}

/// The row of a course. Each answer that somebody gave has a counter of its own.
#[derive(Deserialize)]
struct CourseRow {
    review_count: u32,
    rating_sum: u32,
    #[serde(flatten)]
    others: HashMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Attribute {
    Count(u32),
    Other(IgnoredAny),
}

/// Where a review is, or was.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) course_id: CourseId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deleted_at: Option<Time>,
}

/// What a student has written about a course.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct OwnReview {
    pub(super) review_id: ReviewId,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReviewLike {
    pub(super) liked_at: Time,
}

impl From<CourseRow> for Course {
    fn from(row: CourseRow) -> Self {
        let CourseRow { review_count, rating_sum, others } = row;
        let count = |(name, attribute)| match attribute {
            Attribute::Count(count) => Some((name, count)),
            Attribute::Other(_) => None,
        };
        let answers: BTreeMap<String, u32> = others.into_iter().filter_map(count).collect();
        Self { review_count, rating_sum, answers }
    }
}

fn partition(school: SchoolId, course: CourseId) -> String {
    format!("{}#COURSE#{course}", schools::partition(school))
}

pub(super) fn course_key(school: SchoolId, course: CourseId) -> Key {
    Key::new(partition(school, course), COURSE)
}

pub(super) fn key(school: SchoolId, course: CourseId, review: ReviewId) -> Key {
    Key::new(partition(school, course), format!("{REVIEW}{review}"))
}

pub(super) fn place_key(school: SchoolId, review: ReviewId) -> Key {
    Key::new(format!("{}#{REVIEW}{review}", schools::partition(school)), "PLACE")
}

pub(super) fn own_key(school: SchoolId, user: UserId, course: CourseId) -> Key {
    Key::new(users::partition(school, user), format!("{REVIEWED}{course}"))
}

pub(super) fn like_key(school: SchoolId, user: UserId, course: CourseId, review: ReviewId) -> Key {
    Key::new(users::partition(school, user), format!("{LIKE}{course}#{review}"))
}

/// Whether a row of a student's partition is the like of a review.
pub(super) fn is_like(sk: &str) -> bool {
    sk.starts_with(LIKE)
}

impl Reviews {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// What the reviews of the course come to.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn course(&self, school: SchoolId, course: CourseId) -> Result<Course, Error> {
        let row: Option<CourseRow> = self.table.get(course_key(school, course), Read::Latest).await?;
        Ok(row.map(Course::from).unwrap_or_default())
    }

    /// What the reviews of these courses came to, perhaps a second ago; those that have none are left out.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn courses(
        &self,
        school: SchoolId,
        courses: &HashSet<CourseId>,
    ) -> Result<HashMap<CourseId, Course>, Error> {
        let keys = courses.iter().map(|course| course_key(school, *course));
        let mut rows = self.table.batch_get(keys, Read::Lagging).await?;
        let mut found = HashMap::new();
        for course in courses {
            if let Some(row) = rows.take::<CourseRow>(&course_key(school, *course))? {
                found.insert(*course, row.into());
            }
        }
        Ok(found)
    }

    /// A page of a course's reviews as the caller sees them, newest first, behind the given position.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list(
        &self,
        caller: &Caller,
        course: CourseId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SeenReview, String>, Error> {
        let Caller { school, user, .. } = *caller;
        let reviews = Range::newest_first(partition(school, course), REVIEW).after(after);
        let (page, own) = tokio::try_join!(
            self.table.query::<Review>(reviews, Some(limit)),
            self.table.get::<OwnReview>(own_key(school, user, course), Read::Latest),
        )?;
        let reviews: Vec<Review> = page.items.into_iter().map(|(_, review)| review).collect();
        let liked = self.liked(caller, course, &reviews).await?;
        let own = own.map(|own| own.review_id);
        let seen = |review: Review| SeenReview {
            is_mine: own == Some(review.id),
            is_liked: liked.contains(&review.id),
            review,
        };
        Ok(Page { items: reviews.into_iter().map(seen).collect(), next: page.next })
    }

    /// Those of a run of a course's reviews that the caller likes.
    async fn liked(&self, caller: &Caller, course: CourseId, page: &[Review]) -> Result<HashSet<ReviewId>, Error> {
        let ids = || page.iter().map(|review| review.id);
        let (Some(first), Some(last)) = (ids().min(), ids().max()) else { return Ok(HashSet::new()) };
        let sk = |review| like_key(caller.school, caller.user, course, review).sk;
        let run = Run::Between(sk(first), sk(last));
        let range = Range::newest_first(users::partition(caller.school, caller.user), run);
        let rows = self.table.query_all::<ReviewLike>(range).await?;
        Ok(rows.iter().filter_map(|(sk, _)| sk.rsplit('#').next()?.parse().ok()).collect())
    }

    /// A review as the caller sees it, wherever it is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: ReviewId) -> Result<SeenReview, Error> {
        let FoundReview { course, review, is_mine } = self.find(caller, id).await?;
        let like: Option<ReviewLike> =
            self.table.get(like_key(caller.school, caller.user, course, id), Read::Latest).await?;
        Ok(SeenReview { review, is_mine, is_liked: like.is_some() })
    }

    /// A review, wherever it is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find(&self, caller: &Caller, id: ReviewId) -> Result<FoundReview, Error> {
        let Caller { school, user, .. } = *caller;
        let place: Option<Place> = self.table.get(place_key(school, id), Read::Latest).await?;
        let place = place.filter(|place| place.deleted_at.is_none()).ok_or(Error::NotFound)?;
        let course = place.course_id;
        let (key, own_key) = (key(school, course, id), own_key(school, user, course));
        let mut rows = self.table.batch_get([key.clone(), own_key.clone()], Read::Latest).await?;
        let review = rows.take(&key)?.ok_or(Error::NotFound)?;
        let own: Option<OwnReview> = rows.take(&own_key)?;
        let is_mine = own.is_some_and(|own| own.review_id == id);
        Ok(FoundReview { course, review, is_mine })
    }
}

/// A review is of a course, which counts it, and has a place; its likes are counted. Whose it is, one student's row says
/// at the most.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::of_partition(pk) {
        return audit_of_student(entry, school, user);
    }
    let (school, rest) = schools::of_partition(pk)?;
    let rest = rest.strip_prefix('#')?;
    if let Some(course) = rest.strip_prefix("COURSE#") {
        let course = course.parse().ok()?;
        return match sk.strip_prefix(REVIEW) {
            Some(review) => {
                audit_review(entry, school, course, review.parse().ok()?);
                Some("review")
            }
            None if sk == COURSE => {
                audit_course(entry, school, course);
                Some("course")
            }
            None => None,
        };
    }
    let id = rest.strip_prefix(REVIEW)?.parse().ok()?;
    if *entry.key != place_key(school, id) {
        return None;
    }
    if let Some(place) = entry.read::<Place>() {
        entry.needs(course_key(school, place.course_id));
        match place.deleted_at {
            Some(_) => entry.gives_as(vanished(school, place.course_id, id)),
            None => entry.post(-1, placed(school, place.course_id, id)),
        }
    }
    Some("place of a review")
}

fn audit_course(entry: &mut Entry<'_>, school: SchoolId, course: CourseId) {
    entry.gives();
    entry.needs(schools::key(school));
    if let Some(row) = entry.read::<CourseRow>() {
        let Course { review_count, rating_sum, answers } = row.into();
        entry.post(review_count.into(), number_of("reviews", school, course));
        entry.post(rating_sum.into(), number_of("points in reviews", school, course));
        for (answer, count) in answers {
            entry.post(count.into(), number_of(&format!("answers {answer} in reviews"), school, course));
        }
    }
}

fn audit_review(entry: &mut Entry<'_>, school: SchoolId, course: CourseId, id: ReviewId) {
    let Some(review) = entry.read::<Review>() else { return };
    if !entry.belongs_at(&key(school, course, review.id)) {
        return;
    }
    entry.gives();
    entry.post(-1, number_of("reviews", school, course));
    entry.post(-i64::from(review.rating.get()), number_of("points in reviews", school, course));
    for answer in review.choices.names() {
        entry.post(-1, number_of(&format!("answers {answer} in reviews"), school, course));
    }
    entry.post(1, placed(school, course, id));
    entry.post(review.like_count.into(), likes_of(school, course, id));
}

/// A student's rows about reviews.
fn audit_of_student(entry: &mut Entry<'_>, school: SchoolId, user: UserId) -> Option<Kind> {
    if let Some(course) = entry.key.sk.strip_prefix(REVIEWED) {
        let course = course.parse().ok()?;
        if let Some(OwnReview { review_id }) = entry.read() {
            entry.needs_any(withdrawals::owner_keys(school, user));
            entry.needs(key(school, course, review_id));
            entry.claim(format!("review {review_id} of school {school}"), user.to_string());
        }
        return Some("own review");
    }
    let (course, review) = entry.key.sk.strip_prefix(LIKE)?.split_once('#')?;
    let (course, review) = (course.parse().ok()?, review.parse().ok()?);
    entry.read::<ReviewLike>();
    entry.needs_any(withdrawals::author_keys(school, user));
    entry.post_unless(-1, likes_of(school, course, review), vanished(school, course, review));
    Some("like of a review")
}

fn placed(school: SchoolId, course: CourseId, review: ReviewId) -> Fact {
    Fact::That(format!("review {review} of school {school} is of course {course}"))
}

fn number_of(things: &str, school: SchoolId, course: CourseId) -> Fact {
    Fact::NumberOf(format!("{things} of course {course} of school {school}"))
}

fn likes_of(school: SchoolId, course: CourseId, review: ReviewId) -> Fact {
    Fact::NumberOf(format!("likes of review {review} of course {course} of school {school}"))
}

/// What the place of a deleted review stands for.
fn vanished(school: SchoolId, course: CourseId, review: ReviewId) -> Key {
    Key::new(place_key(school, review).pk, format!("DELETED#{course}"))
}
