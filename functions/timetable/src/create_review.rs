//! `POST /lectures/{id}/reviews`.

use axum::extract::State;
use campus_core::domain::{
    Amount, Attendance, Caller, Choices, CourseId, Exams, Grading, LectureId, Rating, Review, ReviewDraft, ReviewId,
    ReviewText, Semester,
};
use campus_core::http::{Created, Creation, Once, Path, Problem};
use campus_core::request;
use campus_core::store::{Error, SeenReview};
use utoipa::ToSchema;

use crate::review_view::ReviewView;
use crate::state::{Known, Planner};

request! {
    /// A review to be written.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewReview {
        /// How good the course was.
        #[schema(inline)]
        rating: Rating,
        #[schema(inline)]
        content: ReviewText,
        /// When one took it: a lecture of the course is, or was, in a timetable of one's own of this semester.
        #[schema(inline)]
        semester: Semester,
    }
    optional {
        /// How much homework there was.
        #[schema(inline)]
        homework: Amount,
        /// How much work in teams there was.
        #[schema(inline)]
        team_work: Amount,
        /// How grades were given.
        #[schema(inline)]
        grading: Grading,
        /// How attendance was checked.
        #[schema(inline)]
        attendance: Attendance,
        /// How many exams there were.
        #[schema(inline)]
        exams: Exams,
    }
}

/// Reviews the course of a lecture, which is all lectures of its title and professor in every section and semester.
#[utoipa::path(post, path = "/lectures/{id}/reviews", tag = "timetable", params(("id" = inline(LectureId), Path)),
    request_body = NewReview, responses(
    (status = 201, description = "The review.", body = ReviewView),
    (status = 403, description = "`not_taken`."),
    (status = 409, description = "`already_reviewed`: a student reviews a course once."),
    (status = 429, description = "`rate_limited`: one has written too many.")))]
pub(crate) async fn create_review(
    caller: Caller,
    Path(id): Path<LectureId>,
    State(planner): State<Planner>,
    creation: Creation<NewReview>,
) -> Result<Created<ReviewView>, Problem> {
    let (app, intent) = (&planner.app, creation.intent.clone());
    // Whoever was first has also reviewed the course.
    let attempt = Once::attempt(&app.writers, &caller, intent.as_ref(), write(&planner, &caller, id, creation)).await;
    let made = Once::settle(attempt, |id| app.reviews.get(&caller, ReviewId::from_uuid(id))).await?;
    Ok(made.created(|seen| format!("/reviews/{}", seen.review.id), ReviewView::from))
}

async fn write(
    planner: &Planner,
    caller: &Caller,
    id: LectureId,
    creation: Creation<NewReview>,
) -> Result<SeenReview, Problem> {
    let app = &planner.app;
    let NewReview { rating, content, semester, homework, team_work, grading, attendance, exams } = creation.request;
    let (writer, ground, taken) = tokio::join!(
        app.writers.admit_once(caller, creation.intent.as_ref()),
        ground(planner, caller, id, semester),
        app.timetables.taken(caller, semester),
    );
    let (writer, (course, known), taken) = (writer?, ground?, taken?);
    let known = planner.knowing(caller.school, semester, known, taken.iter().copied()).await?;
    let choices = Choices { homework, team_work, grading, attendance, exams };
    let draft = ReviewDraft { rating, content, semester, choices };
    let has_taken = known.is_some_and(|known| known.catalogue.has_of(course, &taken));
    let review = Review::write(draft, has_taken, app.clock.now())?;
    app.limiter.count_review(&writer, caller).await?;
    Ok(app.reviews.add(&writer, caller, course, review).await?)
}

/// The course of the lecture, and the catalogue of the semester in which one says to have taken it.
async fn ground(
    planner: &Planner,
    caller: &Caller,
    id: LectureId,
    semester: Semester,
) -> Result<(CourseId, Known), Error> {
    let mut known = planner.catalogue(caller.school, semester).await?;
    let lecture = match id.semester() == Some(semester) {
        true => {
            known = planner.knowing(caller.school, semester, known, std::iter::once(id)).await?;
            known.as_ref().and_then(|known| known.catalogue.get(id).cloned()).ok_or(Error::NotFound)?
        }
        false => planner.lecture(caller.school, id).await?,
    };
    Ok((lecture.facts.course(), known))
}
