//! Reviews in responses.

use campus_core::domain::{
    Amount, Attendance, Choices, ContentState, Date, Exams, Grading, Rating, Review, ReviewId, ReviewText, Semester,
};
use campus_core::http::ModerationView;
use campus_core::store::SeenReview;
use serde::Serialize;
use utoipa::ToSchema;

/// A review of a course. It never reveals its author, or that two reviews have the same author.
#[derive(Serialize, ToSchema)]
#[schema(as = Review)]
pub(crate) struct ReviewView {
    pub(crate) id: ReviewId,
    rating: Rating,
    /// Null if the review is hidden from you.
    content: Option<ReviewText>,
    /// The semester in which the author took the course.
    semester: Semester,
    #[serde(flatten)]
    choices: ChoicesView,
    /// The text to show in place of the author's name. Always in Korean.
    #[schema(example = "26년 1학기 수강자")]
    taken: String,
    like_count: u32,
    /// Whether you like the review.
    liked: bool,
    /// Whether you wrote the review.
    is_mine: bool,
    /// A review that is `blinded`, `removed` or `restricted` is hidden from everybody but its author. Only the author sees
    /// that a review is `restored`.
    state: ContentState,
    /// Why your review is hidden. Null if it is not hidden, or not yours.
    moderation: Option<ModerationView>,
    /// The day on which the review was written, in Seoul.
    date: Date,
}

impl From<SeenReview> for ReviewView {
    fn from(seen: SeenReview) -> Self {
        let SeenReview { review, is_mine, is_liked, appearance } = seen;
        let Review { id, rating, content, semester, choices, like_count, created_at, .. } = review;
        Self {
            id,
            rating,
            content: appearance.show(content),
            semester,
            choices: choices.into(),
            taken: format!("{} 수강자", semester.korean()),
            like_count,
            liked: is_liked,
            is_mine,
            state: appearance.state,
            moderation: appearance.notice.map(ModerationView::from),
            date: created_at.date_in_seoul(),
        }
    }
}

/// Answers to the questions about a course: those of a review, or the most common ones of all its reviews. A question
/// without an answer is null.
#[derive(Serialize, ToSchema)]
#[schema(as = Choices)]
pub(crate) struct ChoicesView {
    homework: Option<Amount>,
    team_work: Option<Amount>,
    grading: Option<Grading>,
    attendance: Option<Attendance>,
    exams: Option<Exams>,
}

impl From<Choices> for ChoicesView {
    fn from(choices: Choices) -> Self {
        let Choices { homework, team_work, grading, attendance, exams } = choices;
        Self { homework, team_work, grading, attendance, exams }
    }
}
