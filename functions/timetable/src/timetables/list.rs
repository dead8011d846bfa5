//! `GET /timetables`.

use std::collections::{HashMap, HashSet};

use axum::Json;
use axum::extract::State;
use campus_core::domain::Semester;
use campus_core::http::{CursorScope, Listing, MaybeUnverified, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use campus_core::store::{Error, TimetableInSemester};
use futures_util::future::try_join_all;
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
    let limit = page.limit.min(MAX_PER_PAGE);
    let listed = state.app.timetables.list_ids(&caller, query.semester, after, limit).await?;
    let semesters: HashSet<Semester> = listed.items.iter().filter_map(|listed| listed.id.semester()).collect();
    let catalogues = semesters
        .into_iter()
        .map(async |semester| Ok::<_, Error>((semester, state.catalogues.get(caller.school, semester).await?)));
    let (found, catalogues) =
        tokio::try_join!(state.app.timetables.read_listed(&caller, listed), try_join_all(catalogues))?;
    let mut catalogues: HashMap<Semester, SemesterCatalogue> = catalogues.into_iter().collect();
    for TimetableInSemester { timetable, .. } in &found.items {
        let catalogue = catalogues.remove(&timetable.semester).flatten();
        let catalogue = state.catalogues.get_for_timetable(caller.school, catalogue, timetable).await?;
        catalogues.insert(timetable.semester, catalogue);
    }
    let no_catalogue: SemesterCatalogue = None;
    Ok(Json(Listing::new(found, &state.app.cursors, &list, |found| {
        let catalogue = catalogues.get(&found.timetable.semester).unwrap_or(&no_catalogue);
        TimetableView::new(found, catalogue, &caller)
    })))
}
