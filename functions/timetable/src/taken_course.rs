//! Whether a student has taken a course, which reviews and exam infos require.

use campus_core::domain::{Caller, CourseId, LectureId, Semester};
use campus_core::store::Error;

use crate::catalogue_cache::SemesterCatalogue;
use crate::state::TimetableState;

/// The course of the lecture, and whether the caller had a lecture of it in a timetable of the semester.
///
/// # Errors
/// [`Error::NotFound`] if the school does not have the lecture.
pub(crate) async fn find_course(
    state: &TimetableState,
    caller: &Caller,
    lecture: LectureId,
    semester: Semester,
) -> Result<(CourseId, bool), Error> {
    let (course, taken) = tokio::try_join!(
        course_and_catalogue(state, caller, lecture, semester),
        state.app.timetables.taken_lectures(caller, semester),
    )?;
    let (course, catalogue) = course;
    let catalogue = state.catalogues.get_containing(caller.school, semester, catalogue, taken.iter().copied()).await?;
    Ok((course, catalogue.is_some_and(|snapshot| snapshot.catalogue.has_lecture_of(course, &taken))))
}

/// The course of the lecture, and the catalogue of the semester.
async fn course_and_catalogue(
    state: &TimetableState,
    caller: &Caller,
    id: LectureId,
    semester: Semester,
) -> Result<(CourseId, SemesterCatalogue), Error> {
    let mut catalogue = state.catalogues.get(caller.school, semester).await?;
    let lecture = match id.semester() == Some(semester) {
        true => {
            catalogue =
                state.catalogues.get_containing(caller.school, semester, catalogue, std::iter::once(id)).await?;
            catalogue.as_ref().and_then(|snapshot| snapshot.catalogue.get(id).cloned()).ok_or(Error::NotFound)?
        }
        false => state.catalogues.lecture(caller.school, id).await?,
    };
    Ok((lecture.facts.course(), catalogue))
}
