//! `GET /semesters`.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{SchoolTerm, Semester, Term, Time};
use campus_core::http::{CursorScope, Listing, MaybeUnverified, PageParams, PageRequest, Problem};
use campus_core::store::{ListedCatalogue, Page};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// A semester for which the school has a catalogue of lectures.
#[derive(Serialize, ToSchema)]
#[schema(as = Semester)]
pub(crate) struct SemesterView {
    semester: Semester,
    /// The first day of lectures.
    first_day: NaiveDate,
    /// The last day of lectures.
    last_day: NaiveDate,
    /// The days without lectures from the first to the last day, such as public holidays, in order.
    days_off: BTreeSet<NaiveDate>,
    /// The number of lectures that searches find.
    lecture_count: u32,
    /// When the school last changed the catalogue.
    updated_at: Time,
}

/// Lists the semesters for which your school has lectures, newest first.
#[utoipa::path(get, path = "/semesters", tag = "semesters", params(PageParams),
    responses((status = 200, description = "A page of semesters.", body = Listing<SemesterView>)))]
pub(crate) async fn list_semesters(
    MaybeUnverified(caller): MaybeUnverified,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<SemesterView>>, Problem> {
    let list = CursorScope::of(&caller, "semesters", &[]);
    let after = page.after(&app.cursors, &list)?;
    let Page { items, next } = app.catalogues.list(caller.school, after, page.limit).await?;
    let semesters: Vec<Semester> = items.iter().map(|(semester, _)| *semester).collect();
    let terms = app.terms.get_all(caller.school, &semesters).await?;
    let items = items.into_iter().zip(terms).collect();
    Ok(Json(Listing::new(Page { items, next }, &app.cursors, &list, view)))
}

fn view(((semester, listed), term): ((Semester, ListedCatalogue), SchoolTerm)) -> SemesterView {
    let SchoolTerm { term: Term { first_day, last_day }, days_off, .. } = term;
    let ListedCatalogue { lecture_count, updated_at } = listed;
    SemesterView { semester, first_day, last_day, days_off, lecture_count, updated_at }
}
