//! `GET /lectures`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{
    Caller, CourseId, CreditText, Day, Lecture, LectureFilter, LectureSearch, Semester, TimeOfDay,
};
use campus_core::http::{Code, CursorScope, Listing, MaybeUnverified, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use campus_core::store::Page;
use utoipa::IntoParams;

use crate::lectures::show::LectureView;
use crate::state::TimetableState;

request! {
    /// Filters of the search. A lecture must match all of them.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct LectureQuery {
        /// The semester of the lectures.
        semester: Semester,
    }
    optional {
        /// Only lectures whose title or professor contains this text.
        query: LectureSearch,
        /// Only lectures whose professor contains this text.
        professor: LectureSearch,
        /// Only lectures whose code contains this text.
        code: LectureSearch,
        /// Only lectures whose department contains this text.
        department: LectureSearch,
        /// Only lectures with this classification.
        classification: LectureSearch,
        /// Only lectures that are meant for this academic year.
        academic_year: LectureSearch,
        /// Only lectures with this number of credits.
        credit: CreditText,
        /// Only lectures that are held on this day and on no other.
        day: Day,
        /// Only lectures that never start before this time.
        from: TimeOfDay,
        /// Only lectures that never end after this time.
        to: TimeOfDay,
    }
}

/// Searches the lectures of a semester. The results are ordered by code and section.
///
/// Withdrawn lectures are not found; cancelled ones are, with their state. Texts are compared without regard to case and
/// white space.
///
/// `day`, `from` and `to` exclude lectures without times. A text filter that is empty has no effect. New imports and
/// reviews appear in the results after about a second.
#[utoipa::path(get, path = "/lectures", tag = "lectures", params(LectureQuery, PageParams),
    responses((status = 200, description = "A page of lectures.", body = Listing<LectureView>)))]
pub(crate) async fn search_lectures(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<TimetableState>,
    page: PageRequest,
    Query(query): Query<LectureQuery>,
) -> Result<Json<Listing<LectureView>>, Problem> {
    let semester = query.semester;
    let list = cursor_scope(&caller, &query);
    let after = page.after(&state.app.cursors, &list)?;
    let after = after.as_deref().map(position).transpose()?;
    let Some(catalogue) = state.catalogues.get(caller.school, semester).await? else {
        return Ok(Json(Listing { items: Vec::new(), next_cursor: None }));
    };
    let (found, has_more) = catalogue.catalogue.search(&filter(query), after, page.limit);
    let next = found.last().filter(|_| has_more).map(|last| position_of(last));
    let with_course = |lecture| (lecture, catalogue.catalogue.course_of(lecture));
    let items: Vec<(&Lecture, CourseId)> = found.into_iter().map(with_course).collect();
    let courses = items.iter().map(|(_, course)| *course).collect();
    let courses = state.app.reviews.courses(caller.school, &courses).await?;
    let page = Page { items, next };
    Ok(Json(Listing::new(page, &state.app.cursors, &list, |(lecture, course)| {
        let course = courses.get(&course).cloned().unwrap_or_default();
        LectureView::new(lecture, semester, &course)
    })))
}

fn filter(query: LectureQuery) -> LectureFilter {
    LectureFilter {
        text: query.query,
        professor: query.professor,
        code: query.code,
        department: query.department,
        classification: query.classification,
        academic_year: query.academic_year,
        credit: query.credit.map(|credit| credit.0),
        day: query.day,
        from: query.from,
        to: query.to,
    }
}

/// A cursor is valid only for a search with the same filters.
fn cursor_scope(caller: &Caller, query: &LectureQuery) -> CursorScope {
    let times = [query.from, query.to].map(|time| time.map(|time| time.to_string()));
    let credit = query.credit.map(|credit| credit.0.to_string());
    let text = |text: &'_ Option<LectureSearch>| text.as_ref().map(|text| text.as_str().to_owned());
    let filters = [
        Some(query.semester.to_string()),
        text(&query.query),
        text(&query.professor),
        text(&query.code),
        text(&query.department),
        text(&query.classification),
        text(&query.academic_year),
        credit,
        query.day.map(|day| day.as_str().to_owned()),
    ];
    let filters: Vec<Option<&str>> = filters.iter().chain(&times).map(Option::as_deref).collect();
    CursorScope::of(caller, "lectures", &filters)
}

/// The position of a lecture in the catalogue, for a cursor: code and section. Neither contains a line break.
fn position_of(lecture: &Lecture) -> String {
    let (code, section) = lecture.facts.position();
    format!("{code}\n{section}")
}

fn position(text: &str) -> Result<(&str, &str), Problem> {
    text.split_once('\n').ok_or_else(|| Code::InvalidCursor.into())
}
