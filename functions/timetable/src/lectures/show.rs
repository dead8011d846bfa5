//! `GET /lectures/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{
    AcademicYear, Classification, Course, Credit, Department, Lecture, LectureCode, LectureId, LectureState,
    LectureTitle, Professor, Remark, Section, Semester, Time,
};
use campus_core::http::{MaybeUnverified, Path, Problem};
use campus_core::store::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::reviews::view::ChoicesView;
use crate::slot_view::SlotView;
use crate::state::TimetableState;

/// Shows a lecture, with a summary of the reviews of its course.
#[utoipa::path(get, path = "/lectures/{id}", tag = "lectures", params(("id" = LectureId, Path)),
    responses((status = 200, description = "The lecture.", body = LectureView)))]
pub(crate) async fn show_lecture(
    MaybeUnverified(caller): MaybeUnverified,
    Path(id): Path<LectureId>,
    State(state): State<TimetableState>,
) -> Result<Json<LectureView>, Problem> {
    let semester = id.semester().ok_or(Error::NotFound)?;
    let reviews = &state.app.reviews;
    let read = |course| async move { Ok(reviews.course(caller.school, course).await?) };
    let (lecture, course) = state.catalogues.lecture_and_course(caller.school, id, read).await?;
    Ok(Json(LectureView::new(&lecture, semester, &course)))
}

/// A lecture, with a summary of the reviews of its course.
#[derive(Serialize, ToSchema)]
#[schema(as = Lecture)]
pub(crate) struct LectureView {
    id: LectureId,
    semester: Semester,
    /// Semester, code and section together identify a lecture.
    code: LectureCode,
    section: Section,
    /// Whether the lecture takes place: `listed`, `cancelled` by the school, or `withdrawn`, if the school no longer lists
    /// it. Searches do not find withdrawn lectures.
    state: LectureState,
    title: LectureTitle,
    credit: Credit,
    professor: Option<Professor>,
    department: Option<Department>,
    /// The kind of lecture, as the school names it.
    classification: Option<Classification>,
    /// The year of study that the lecture is meant for, as the school names it.
    academic_year: Option<AcademicYear>,
    /// Empty if the lecture has no fixed times. Slots can overlap: one time in two rooms.
    slots: Vec<SlotView>,
    /// The maximum number of students.
    quota: Option<u16>,
    remark: Option<Remark>,
    /// Always null: the catalogue has no syllabus URLs.
    syllabus_url: Option<String>,
    /// The mean rating of the course, from 1 to 5 with two decimals. Null if there are no reviews.
    rating: Option<f64>,
    /// The number of reviews of the course.
    review_count: u32,
    /// The most common answers in the reviews of the course.
    choices: ChoicesView,
    created_at: Time,
    updated_at: Time,
}

impl LectureView {
    pub(crate) fn new(lecture: &Lecture, semester: Semester, course: &Course) -> Self {
        let facts = lecture.facts.clone();
        Self {
            id: lecture.id,
            semester,
            code: facts.code,
            section: facts.section,
            state: facts.state,
            title: facts.title,
            credit: facts.credit,
            professor: facts.professor,
            department: facts.department,
            classification: facts.classification,
            academic_year: facts.academic_year,
            slots: SlotView::all(&facts.slots),
            quota: facts.quota,
            remark: facts.remark,
            // The catalogue file has no such column.
            syllabus_url: None,
            rating: course.rating(),
            review_count: course.review_count,
            choices: course.most_common().into(),
            created_at: lecture.created_at,
            updated_at: lecture.updated_at,
        }
    }
}
