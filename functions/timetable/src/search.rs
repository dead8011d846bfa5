//! `GET /lectures`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, CreditText, Day, Lecture, LectureFilter, LectureSearch, Semester, TimeOfDay};
use campus_core::http::{Code, List, Listing, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use campus_core::store::Page;
use utoipa::IntoParams;

use crate::lecture::LectureView;
use crate::state::Planner;

request! {
    /// Which lectures to look for: those for which everything holds that is said.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct LectureQuery {
        /// Lectures of this semester.
        #[param(inline)]
        semester: Semester,
    }
    optional {
        /// Lectures with this text in the title or the professor's name, without regard to case.
        #[param(inline)]
        query: LectureSearch,
        /// Lectures with this text in the professor's name.
        #[param(inline)]
        professor: LectureSearch,
        /// Lectures with this text in the code.
        #[param(inline)]
        code: LectureSearch,
        /// Lectures with this text in the department's name.
        #[param(inline)]
        department: LectureSearch,
        /// Lectures of exactly this classification.
        #[param(inline)]
        classification: LectureSearch,
        /// Lectures of so many credits.
        #[param(inline)]
        credit: CreditText,
        /// Lectures of which every slot is on this day.
        #[param(inline)]
        day: Day,
        /// Lectures of which no slot begins earlier.
        #[param(inline)]
        from: TimeOfDay,
        /// Lectures of which no slot ends later.
        #[param(inline)]
        to: TimeOfDay,
    }
}

/// Searches the catalogue of a semester, by code and section. Lectures without times are found only where neither a day
/// nor a time is asked for. An empty text asks for nothing. An import, and what reviews come to, show within a second or so.
#[utoipa::path(get, path = "/lectures", tag = "timetable", params(LectureQuery, PageParams),
    responses((status = 200, description = "A page of lectures.", body = Listing<LectureView>)))]
pub(crate) async fn search_lectures(
    caller: Caller,
    State(planner): State<Planner>,
    page: PageRequest,
    Query(query): Query<LectureQuery>,
) -> Result<Json<Listing<LectureView>>, Problem> {
    let semester = query.semester;
    let list = list(&caller, &query);
    let after = page.after(&planner.app.cursors, &list)?;
    let after = after.as_deref().map(position).transpose()?;
    let Some(known) = planner.catalogue(caller.school, semester).await? else {
        return Ok(Json(Listing { items: Vec::new(), next_cursor: None }));
    };
    let (found, has_more) = known.catalogue.search(&filter(query), after, page.limit);
    let next = found.last().filter(|_| has_more).map(|last| position_of(last));
    let courses = found.iter().map(|lecture| lecture.facts.course()).collect();
    let courses = planner.app.reviews.courses(caller.school, &courses).await?;
    let page = Page { items: found, next };
    Ok(Json(Listing::new(page, &planner.app.cursors, &list, |lecture| {
        let course = courses.get(&lecture.facts.course()).cloned().unwrap_or_default();
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
        credit: query.credit.map(|credit| credit.0),
        day: query.day,
        from: query.from,
        to: query.to,
    }
}

/// The list that cursors of the search belong to.
fn list(caller: &Caller, query: &LectureQuery) -> List {
    let times = [query.from, query.to].map(|time| time.map(|time| time.to_string()));
    let credit = query.credit.map(|credit| credit.0.get().to_string());
    let text = |text: &'_ Option<LectureSearch>| text.as_ref().map(|text| text.as_str().to_owned());
    let filters = [
        Some(query.semester.to_string()),
        text(&query.query),
        text(&query.professor),
        text(&query.code),
        text(&query.department),
        text(&query.classification),
        credit,
        query.day.map(|day| day.as_str().to_owned()),
    ];
    let filters: Vec<Option<&str>> = filters.iter().chain(&times).map(Option::as_deref).collect();
    List::of(caller, "lectures", &filters)
}

/// Where a lecture stands in the catalogue: code and section, neither of which has a line end in it.
fn position_of(lecture: &Lecture) -> String {
    let (code, section) = lecture.facts.position();
    format!("{code}\n{section}")
}

fn position(text: &str) -> Result<(&str, &str), Problem> {
    text.split_once('\n').ok_or_else(|| Code::InvalidCursor.into())
}
