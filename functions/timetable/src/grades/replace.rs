//! `PUT /grades/{semester}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, Credit, FieldError, Grade, GradedCourse, LectureId, LectureTitle, Semester};
use campus_core::http::{JsonBody, MaybeUnverified, Path, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::catalogue_cache::lectures_of;
use crate::grades::view::SemesterGradesView;
use crate::state::TimetableState;

request! {
    /// All courses of a semester.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewSemesterGrades {}
    lists {
        /// At most 30.
        #[schema(required = true, nullable = false, max_items = 30)]
        courses: CourseBody,
    }
}

request! {
    /// A course with its grade.
    #[derive(Debug, ToSchema)]
    #[schema(as = NewGradedCourse)]
    pub(crate) struct CourseBody {
        title: LectureTitle,
        credit: Credit,
        /// The scale of 4.5 has no minus grades.
        grade: Grade,
        /// Whether the course is one of your major.
        is_major: bool,
    }
    optional {
        /// Whether the course replaces the newest course with the same title in an earlier semester, which then counts in
        /// no mean and no credits. Case and spaces make no difference. Default: false.
        is_retake: bool,
        /// The lecture of the semester that you took, to lead back to it.
        lecture_id: LectureId,
    }
}

/// Replaces all your courses of a semester. Without courses, the semester is removed.
///
/// To import a timetable, send the entries of `GET /timetables/{id}` with their grades. What-if means need no request:
/// the rules are in the description of the response.
#[utoipa::path(put, path = "/grades/{semester}", tag = "grades", params(("semester" = Semester, Path)),
    request_body = NewSemesterGrades, responses(
    (status = 200, description = "The courses.", body = SemesterGradesView),
    (status = 409, description = "`grades_full`: you have grades of 40 semesters.")))]
pub(crate) async fn replace_semester_grades(
    MaybeUnverified(caller): MaybeUnverified,
    Path(semester): Path<Semester>,
    State(state): State<TimetableState>,
    JsonBody(body): JsonBody<NewSemesterGrades>,
) -> Result<Json<SemesterGradesView>, Problem> {
    let app = &state.app;
    let courses = body.courses.ok_or_else(|| FieldError::Required.at("courses"))?;
    let courses: Vec<GradedCourse> = courses.into_iter().map(GradedCourse::from).collect();
    let (access, stored, lectures) = tokio::join!(
        app.authorizer.authorize_private(&caller),
        app.grades.get(&caller),
        check_lectures(&state, &caller, semester, &courses),
    );
    let (access, stored) = (access?, stored?);
    lectures?;
    let change = app.grades.change(&access, &caller, stored, |gradebook| {
        gradebook.check(&courses).map_err(Problem::invalid)?;
        Ok::<_, Problem>(gradebook.set(semester, courses.clone())?)
    });
    Ok(Json(SemesterGradesView::new(&change.await?, semester)))
}

/// Checks that the school has the lectures in this semester.
///
/// # Errors
/// `no_such_thing` at each other lecture.
async fn check_lectures(
    state: &TimetableState,
    caller: &Caller,
    semester: Semester,
    courses: &[GradedCourse],
) -> Result<(), Problem> {
    let lectures = || courses.iter().filter_map(|course| course.lecture_id);
    if lectures().next().is_none() {
        return Ok(());
    }
    let catalogue = state.catalogues.get(caller.school, semester).await?;
    let catalogue = state.catalogues.get_containing(caller.school, semester, catalogue, lectures()).await?;
    let has = |id| lectures_of(&catalogue).is_some_and(|catalogue| catalogue.get(id).is_some());
    let unknown = courses.iter().enumerate().filter(|(_, course)| course.lecture_id.is_some_and(|id| !has(id)));
    let invalid: Vec<_> =
        unknown.map(|(at, _)| FieldError::NoSuchThing.at(format!("courses[{at}].lecture_id"))).collect();
    if invalid.is_empty() { Ok(()) } else { Err(Problem::invalid(invalid)) }
}

impl From<CourseBody> for GradedCourse {
    fn from(body: CourseBody) -> Self {
        let CourseBody { title, credit, grade, is_major, is_retake, lecture_id } = body;
        Self { title, credit, grade, is_major, is_retake: is_retake.unwrap_or_default(), lecture_id }
    }
}
