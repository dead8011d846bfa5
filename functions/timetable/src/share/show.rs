//! `GET /shared-timetables/{token}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Color, Credit, Professor, Semester, ShownEntry, TimetableName};
use campus_core::http::{Path, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Link, ShareToken};
use crate::slot::SlotView;
use crate::state::Planner;
use crate::view::{catalogue, credits};

/// A timetable as anybody sees it who has the link. It has no ids and no times but those of its entries.
#[derive(Serialize, ToSchema)]
#[schema(as = SharedTimetable)]
pub(crate) struct SharedView {
    #[schema(inline)]
    semester: Semester,
    #[schema(inline)]
    name: TimetableName,
    /// The credits of all entries.
    credits: u32,
    entries: Vec<SharedEntryView>,
}

/// An entry of a shared timetable.
#[derive(Serialize, ToSchema)]
#[schema(as = SharedEntry)]
pub(crate) struct SharedEntryView {
    title: String,
    #[schema(inline)]
    professor: Option<Professor>,
    /// For a lecture, what the catalogue says now.
    slots: Vec<SlotView>,
    #[schema(inline)]
    credit: Credit,
    #[schema(inline)]
    color: Color,
    /// Whether another entry has some of its time.
    conflicts: bool,
}

impl SharedEntryView {
    fn new(entry: &ShownEntry<'_>) -> Self {
        Self {
            title: entry.title.to_owned(),
            professor: entry.professor.cloned(),
            slots: SlotView::all(entry.slots),
            credit: entry.credit,
            color: entry.color.clone(),
            conflicts: entry.conflicts,
        }
    }
}

/// Shows the timetable that a link leads to, and nothing of whose it is.
#[utoipa::path(get, path = "/shared-timetables/{token}", tags = ["timetable", "public"],
    params(("token" = String, Path)),
    responses((status = 200, description = "The timetable.", body = SharedView)))]
pub(crate) async fn show_shared_timetable(
    Path(token): Path<ShareToken>,
    State(planner): State<Planner>,
) -> Result<Json<SharedView>, Problem> {
    let (timetable, known) = Link::find(&planner, &token).await?.load(&planner).await?;
    let entries = timetable.shown(catalogue(&known));
    Ok(Json(SharedView {
        semester: timetable.semester,
        name: timetable.name.clone(),
        credits: credits(&entries),
        entries: entries.iter().map(SharedEntryView::new).collect(),
    }))
}
