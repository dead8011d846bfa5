//! A review as clients see it.

use campus_core::domain::{
    Amount, Attendance, Choices, Exams, Grading, Rating, Review, ReviewId, ReviewText, Semester, Time,
};
use campus_core::store::SeenReview;
use serde::Serialize;
use utoipa::ToSchema;

/// A review of a course. It does not tell whose it is, nor anything by which two of one student's could be known as such.
#[derive(Serialize, ToSchema)]
#[schema(as = Review)]
pub(crate) struct ReviewView {
    #[schema(inline)]
    pub(crate) id: ReviewId,
    #[schema(inline)]
    rating: Rating,
    #[schema(inline)]
    content: ReviewText,
    /// When its author took the course.
    #[schema(inline)]
    semester: Semester,
    #[serde(flatten)]
    choices: ChoicesView,
    /// What stands in place of a name, in Korean whatever the `Accept-Language`.
    #[schema(example = "26년 1학기 수강자")]
    taken: String,
    like_count: u32,
    /// Whether one likes it.
    liked: bool,
    /// Whether one wrote it oneself.
    is_mine: bool,
    #[schema(inline)]
    created_at: Time,
    #[schema(inline)]
    updated_at: Time,
}

impl From<SeenReview> for ReviewView {
    fn from(seen: SeenReview) -> Self {
        let SeenReview { review, is_mine, is_liked } = seen;
        let Review { id, rating, content, semester, choices, like_count, created_at, updated_at } = review;
        Self {
            id,
            rating,
            content,
            semester,
            choices: choices.into(),
            taken: format!("{} 수강자", semester.korean()),
            like_count,
            liked: is_liked,
            is_mine,
            created_at,
            updated_at,
        }
    }
}

/// The answer to each question: a review's, or the commonest of a course's reviews; null where none is given.
#[derive(Serialize, ToSchema)]
#[schema(as = Choices)]
pub(crate) struct ChoicesView {
    #[schema(inline)]
    homework: Option<Amount>,
    #[schema(inline)]
    team_work: Option<Amount>,
    #[schema(inline)]
    grading: Option<Grading>,
    #[schema(inline)]
    attendance: Option<Attendance>,
    #[schema(inline)]
    exams: Option<Exams>,
}

impl From<Choices> for ChoicesView {
    fn from(choices: Choices) -> Self {
        let Choices { homework, team_work, grading, attendance, exams } = choices;
        Self { homework, team_work, grading, attendance, exams }
    }
}
