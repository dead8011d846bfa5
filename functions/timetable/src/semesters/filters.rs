//! `GET /semesters/{semester}/filters`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Credit, LectureCounts, Semester};
use campus_core::http::{MaybeUnverified, Path, Problem};
use campus_core::store::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::TimetableState;

/// The values by which `GET /lectures` can filter the lectures of a semester, each with its number of lectures.
#[derive(Serialize, ToSchema)]
#[schema(as = LectureFilters)]
pub(crate) struct FiltersView {
    departments: Vec<NameCount>,
    classifications: Vec<NameCount>,
    credits: Vec<CreditCount>,
    /// The years of study that lectures are meant for, as the school names them.
    academic_years: Vec<NameCount>,
}

/// A name in the catalogue, and its number of lectures.
#[derive(Serialize, ToSchema)]
struct NameCount {
    name: String,
    count: u32,
}

/// A number of credits, and its number of lectures.
#[derive(Serialize, ToSchema)]
struct CreditCount {
    credit: Credit,
    count: u32,
}

/// Shows the departments, classifications, credits and academic years of a semester's lectures.
#[utoipa::path(get, path = "/semesters/{semester}/filters", tag = "semesters",
    params(("semester" = Semester, Path)),
    responses((status = 200, description = "The values, sorted.", body = FiltersView)))]
pub(crate) async fn show_filters(
    MaybeUnverified(caller): MaybeUnverified,
    Path(semester): Path<Semester>,
    State(state): State<TimetableState>,
) -> Result<Json<FiltersView>, Problem> {
    let snapshot = state.catalogues.get(caller.school, semester).await?.ok_or(Error::NotFound)?;
    let LectureCounts { departments, classifications, credits, academic_years } =
        LectureCounts::of(&snapshot.catalogue);
    Ok(Json(FiltersView {
        departments: named(departments),
        classifications: named(classifications),
        credits: credits.into_iter().map(|(credit, count)| CreditCount { credit, count }).collect(),
        academic_years: named(academic_years),
    }))
}

fn named(counts: BTreeMap<&str, u32>) -> Vec<NameCount> {
    counts.into_iter().map(|(name, count)| NameCount { name: name.to_owned(), count }).collect()
}
