//! `GET /timetables`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use campus_core::domain::Semester;
use campus_core::http::{CursorScope, Listing, MaybeUnverified, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use utoipa::IntoParams;

use crate::catalogue_cache::SemesterCatalogue;
use crate::state::TimetableState;
use crate::timetables::view::TimetableView;

request! {
    /// Filters of the list of timetables.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct TimetableQuery {}
    optional {
        /// Only timetables of this semester. Default: all semesters.
        semester: Semester,
    }
}

/// The maximum number of timetables on a page. A timetable can be large, and each may need another catalogue.
const MAX_PER_PAGE: usize = 10;

/// Lists your timetables, newest first. A page has at most 10.
#[utoipa::path(get, path = "/timetables", tag = "timetables", params(TimetableQuery, PageParams),
    responses((status = 200, description = "A page of timetables.", body = Listing<TimetableView>)))]
pub(crate) async fn list_timetables(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<TimetableState>,
    page: PageRequest,
    Query(query): Query<TimetableQuery>,
) -> Result<Json<Listing<TimetableView>>, Problem> {
    let filter = query.semester.map(|semester| semester.to_string());
    let list = CursorScope::of(&caller, &format!("timetables of {}", caller.user), &[filter.as_deref()]);
    let after = page.after(&state.app.cursors, &list)?;
    let first_catalogue = async {
        match query.semester {
            Some(semester) => Ok(Some((semester, state.catalogues.get(caller.school, semester).await?))),
            None => Ok(None),
        }
    };
    let limit = page.limit.min(MAX_PER_PAGE);
    let timetables = state.app.timetables.list(&caller, query.semester, after, limit);
    let (found, first_catalogue) = tokio::try_join!(timetables, first_catalogue)?;
    let mut catalogues: HashMap<Semester, SemesterCatalogue> = first_catalogue.into_iter().collect();
    let timetables = found.items.iter().map(|found| &found.timetable);
    for timetable in timetables.filter(|timetable| timetable.lectures().next().is_some()) {
        let semester = timetable.semester;
        let catalogue = match catalogues.remove(&semester) {
            Some(catalogue) => catalogue,
            None => state.catalogues.get(caller.school, semester).await?,
        };
        catalogues.insert(semester, state.catalogues.get_for_timetable(caller.school, catalogue, timetable).await?);
    }
    let no_catalogue: SemesterCatalogue = None;
    Ok(Json(Listing::new(found, &state.app.cursors, &list, |found| {
        let catalogue = catalogues.get(&found.timetable.semester).unwrap_or(&no_catalogue);
        TimetableView::new(found, catalogue, &caller)
    })))
}
