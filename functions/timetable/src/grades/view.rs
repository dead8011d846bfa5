//! Grades in responses.

use campus_core::domain::{
    Credit, Credits, GoalCredits, Grade, GradeTotals, Gradebook, GradedCourse, LectureId, LectureTitle, Mean, Scale,
    Semester,
};
use serde::Serialize;
use utoipa::ToSchema;

/// Your grades: the settings, and the totals of each semester.
#[derive(Serialize, ToSchema)]
#[schema(as = Grades)]
pub(crate) struct GradesView {
    /// The grade points of the best grade.
    scale: Scale,
    /// The credits that you need to graduate. Null if you have not set them.
    goal_credits: Option<GoalCredits>,
    #[serde(flatten)]
    totals: TotalsView,
    /// The semesters with courses, newest first.
    semesters: Vec<SemesterTotalsView>,
}

/// The totals of a semester.
#[derive(Serialize, ToSchema)]
#[schema(as = SemesterTotals)]
struct SemesterTotalsView {
    semester: Semester,
    #[serde(flatten)]
    totals: TotalsView,
}

/// Your courses of a semester, and their totals.
#[derive(Serialize, ToSchema)]
#[schema(as = SemesterGrades)]
pub(crate) struct SemesterGradesView {
    semester: Semester,
    courses: Vec<GradedCourseView>,
    #[serde(flatten)]
    totals: TotalsView,
}

/// The means and the credits of courses. A course that a retake in a later semester replaces counts in none of them.
#[derive(Serialize, ToSchema)]
#[schema(as = GradeTotals)]
struct TotalsView {
    /// The mean of the grade points, weighted by credits, with four decimals. `F` counts, `P` and `NP` do not. Null if no
    /// course counts.
    mean: Option<Mean>,
    /// The same of the courses of your major.
    major_mean: Option<Mean>,
    /// The credits of all courses.
    credits: Credits,
    /// The credits of the courses that you passed: all but those with `F` and `NP`.
    credits_earned: Credits,
}

/// A course with its grade.
#[derive(Serialize, ToSchema)]
#[schema(as = GradedCourse)]
struct GradedCourseView {
    title: LectureTitle,
    credit: Credit,
    grade: Grade,
    is_major: bool,
    /// Whether the course replaces the newest course with the same title in an earlier semester.
    is_retake: bool,
    /// The lecture in the catalogue. Null for a course that you entered by hand.
    lecture_id: Option<LectureId>,
}

impl GradesView {
    pub(crate) fn new(gradebook: &Gradebook) -> Self {
        let semester = |semester| SemesterTotalsView { semester, totals: gradebook.totals_of(semester).into() };
        Self {
            scale: gradebook.scale(),
            goal_credits: gradebook.goal_credits(),
            totals: gradebook.totals().into(),
            semesters: gradebook.semesters().rev().map(semester).collect(),
        }
    }
}

impl SemesterGradesView {
    pub(crate) fn new(gradebook: &Gradebook, semester: Semester) -> Self {
        let courses = gradebook.courses(semester).iter().cloned().map(GradedCourseView::from);
        Self { semester, courses: courses.collect(), totals: gradebook.totals_of(semester).into() }
    }
}

impl From<GradeTotals> for TotalsView {
    fn from(totals: GradeTotals) -> Self {
        let GradeTotals { mean, major_mean, credits, credits_earned } = totals;
        Self { mean, major_mean, credits, credits_earned }
    }
}

impl From<GradedCourse> for GradedCourseView {
    fn from(course: GradedCourse) -> Self {
        let GradedCourse { title, credit, grade, is_major, is_retake, lecture_id } = course;
        Self { title, credit, grade, is_major, is_retake, lecture_id }
    }
}
