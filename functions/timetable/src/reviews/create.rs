//! `POST /lectures/{id}/reviews`.

use axum::extract::State;
use campus_core::domain::{
    Amount, Attendance, Caller, Choices, Exams, Grading, LectureId, Rating, Review, ReviewDraft, ReviewId, ReviewText,
    Semester,
};
use campus_core::http::{AccessRequest, Created, Creation, Path, Problem};
use campus_core::request;
use campus_core::store::{SeenReview, UserAction};
use utoipa::ToSchema;

use crate::reviews::view::ReviewView;
use crate::state::TimetableState;
use crate::taken_course::find_course;

request! {
    /// A new review.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewReview {
        /// From 1 (worst) to 5 (best).
        rating: Rating,
        content: ReviewText,
        /// The semester in which you took the course. A lecture of the course must be, or have been, in one of your
        /// timetables of this semester.
        semester: Semester,
    }
    optional {
        /// The amount of homework.
        homework: Amount,
        /// The amount of team work.
        team_work: Amount,
        /// How strict the grading was.
        grading: Grading,
        /// How attendance was checked.
        attendance: Attendance,
        /// The number of exams.
        exams: Exams,
    }
}

/// Reviews the course of a lecture.
///
/// All lectures with the same title and professor are one course, in all sections and semesters.
#[utoipa::path(post, path = "/lectures/{id}/reviews", tag = "reviews", params(("id" = LectureId, Path)),
    request_body = NewReview, responses(
    (status = 201, description = "The review.", body = ReviewView),
    (status = 403, description = "`not_taken`: you did not take the course in this semester."),
    (status = 409, description = "`already_reviewed`: you have reviewed the course. Delete that review first."),
    (status = 429, description = "`rate_limited`: you wrote too many reviews.")))]
pub(crate) async fn create_review(
    caller: Caller,
    Path(id): Path<LectureId>,
    State(state): State<TimetableState>,
    creation: Creation<NewReview>,
) -> Result<Created<ReviewView>, Problem> {
    let app = &state.app;
    creation
        .run(
            &app.authorizer,
            &caller,
            async |request, access| create(&state, &caller, id, request, access).await,
            async |id| app.reviews.get(&caller, ReviewId::from_uuid(id)).await,
            |seen| Created::new(format!("/reviews/{}", seen.review.id), ReviewView::from(seen)),
        )
        .await
}

async fn create(
    state: &TimetableState,
    caller: &Caller,
    id: LectureId,
    request: NewReview,
    access: AccessRequest,
) -> Result<SeenReview, Problem> {
    let app = &state.app;
    let NewReview { rating, content, semester, homework, team_work, grading, attendance, exams } = request;
    let (access, found) = tokio::join!(access.authorize(), find_course(state, caller, id, semester));
    let (access, (course, has_taken)) = (access?, found?);
    let choices = Choices { homework, team_work, grading, attendance, exams };
    let draft = ReviewDraft { rating, content, semester, choices };
    let review = Review::write(draft, has_taken, app.clock.now())?;
    app.limiter.count(UserAction::WriteReview, &access, caller).await?;
    Ok(app.reviews.add(&access, caller, course, review).await?)
}
