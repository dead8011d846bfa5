//! `GET /lectures/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{
    AcademicYear, Caller, Classification, Course, Credit, Department, Lecture, LectureCode, LectureId, LectureTitle,
    Professor, Remark, Section, Semester, Time,
};
use campus_core::http::{Path, Problem};
use campus_core::store::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::review_view::ChoicesView;
use crate::slot::SlotView;
use crate::state::Planner;

/// Shows a lecture, with what the reviews of its course come to.
#[utoipa::path(get, path = "/lectures/{id}", tag = "timetable", params(("id" = inline(LectureId), Path)),
    responses((status = 200, description = "The lecture.", body = LectureView)))]
pub(crate) async fn show_lecture(
    caller: Caller,
    Path(id): Path<LectureId>,
    State(planner): State<Planner>,
) -> Result<Json<LectureView>, Problem> {
    let lecture = planner.lecture(caller.school, id).await?;
    let semester = id.semester().ok_or(Error::NotFound)?;
    let course = planner.app.reviews.course(caller.school, lecture.facts.course()).await?;
    Ok(Json(LectureView::new(&lecture, semester, &course)))
}

/// A lecture.
#[derive(Serialize, ToSchema)]
#[schema(as = Lecture)]
pub(crate) struct LectureView {
    #[schema(inline)]
    id: LectureId,
    #[schema(inline)]
    semester: Semester,
    /// With the semester and the section it names the lecture.
    #[schema(inline)]
    code: LectureCode,
    #[schema(inline)]
    section: Section,
    #[schema(inline)]
    title: LectureTitle,
    #[schema(inline)]
    credit: Credit,
    #[schema(inline)]
    professor: Option<Professor>,
    #[schema(inline)]
    department: Option<Department>,
    /// What kind of lecture it is, in the school's own words.
    #[schema(inline)]
    classification: Option<Classification>,
    /// Whom it is for, in the school's own words.
    #[schema(inline)]
    academic_year: Option<AcademicYear>,
    /// When and where it is held; empty for one without times. They may overlap: one time, two rooms.
    slots: Vec<SlotView>,
    /// How many may take it.
    quota: Option<u16>,
    #[schema(inline)]
    remark: Option<Remark>,
    /// Where its syllabus is; null as long as catalogues do not say.
    syllabus_url: Option<String>,
    /// The mean rating of its course, 1 to 5 with two decimals; null without reviews.
    rating: Option<f64>,
    /// How many reviews its course has.
    review_count: u32,
    /// The commonest answers in its course's reviews.
    choices: ChoicesView,
    #[schema(inline)]
    created_at: Time,
    #[schema(inline)]
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
            title: facts.title,
            credit: facts.credit,
            professor: facts.professor,
            department: facts.department,
            classification: facts.classification,
            academic_year: facts.academic_year,
            slots: SlotView::all(&facts.slots),
            quota: facts.quota,
            remark: facts.remark,
            // The file of a catalogue has no such column.
            syllabus_url: None,
            rating: course.rating(),
            review_count: course.review_count,
            choices: course.commonest().into(),
            created_at: lecture.created_at,
            updated_at: lecture.updated_at,
        }
    }
}
