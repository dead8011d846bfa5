//! `GET /timetables`.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, Semester};
use campus_core::http::{List, Listing, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use utoipa::IntoParams;

use crate::state::{Known, Planner};
use crate::view::TimetableView;

request! {
    /// Which timetables to list.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct TimetableQuery {}
    optional {
        /// Timetables of this semester; all, if not given.
        #[param(inline)]
        semester: Semester,
    }
}

/// The most timetables on a page: full ones are large, and each may need another catalogue.
const MOST_ON_A_PAGE: usize = 10;

/// Lists one's own timetables, newest first, ten on a page at the most.
#[utoipa::path(get, path = "/timetables", tag = "timetable", params(TimetableQuery, PageParams),
    responses((status = 200, description = "A page of timetables.", body = Listing<TimetableView>)))]
pub(crate) async fn list_timetables(
    caller: Caller,
    State(planner): State<Planner>,
    page: PageRequest,
    Query(query): Query<TimetableQuery>,
) -> Result<Json<Listing<TimetableView>>, Problem> {
    let filter = query.semester.map(|semester| semester.to_string());
    let list = List::of(&caller, &format!("timetables of {}", caller.user), &[filter.as_deref()]);
    let after = page.after(&planner.app.cursors, &list)?;
    let ahead = async {
        match query.semester {
            Some(semester) => Ok(Some((semester, planner.catalogue(caller.school, semester).await?))),
            None => Ok(None),
        }
    };
    let limit = page.limit.min(MOST_ON_A_PAGE);
    let list_page = planner.app.timetables.list(&caller, query.semester, after, limit);
    let (found, ahead) = tokio::try_join!(list_page, ahead)?;
    let mut catalogues: HashMap<Semester, Known> = ahead.into_iter().collect();
    let timetables = found.items.iter().map(|placed| &placed.timetable);
    for timetable in timetables.filter(|timetable| timetable.lectures().next().is_some()) {
        let semester = timetable.semester;
        let known = match catalogues.remove(&semester) {
            Some(known) => known,
            None => planner.catalogue(caller.school, semester).await?,
        };
        catalogues.insert(semester, planner.complete(caller.school, known, timetable).await?);
    }
    let unknown: Known = None;
    Ok(Json(Listing::new(found, &planner.app.cursors, &list, |placed| {
        let known = catalogues.get(&placed.timetable.semester).unwrap_or(&unknown);
        TimetableView::new(placed, known)
    })))
}
