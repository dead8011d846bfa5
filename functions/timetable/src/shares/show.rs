//! `GET /shared-timetables/{token}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Color, Credit, Credits, LectureState, Professor, Semester, ShownEntry, TimetableName};
use campus_core::http::{Path, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ShareLink, ShareToken};
use crate::catalogue_cache::lectures_of;
use crate::slot_view::SlotView;
use crate::state::TimetableState;
use crate::timetables::view::credits;

/// A shared timetable. It does not reveal its owner, its id, or when it was created or changed.
#[derive(Serialize, ToSchema)]
#[schema(as = SharedTimetable)]
pub(crate) struct SharedView {
    semester: Semester,
    name: TimetableName,
    /// The sum of the credits of all entries.
    credits: Credits,
    entries: Vec<SharedEntryView>,
}

/// An entry of a shared timetable.
#[derive(Serialize, ToSchema)]
#[schema(as = SharedEntry)]
pub(crate) struct SharedEntryView {
    /// Whether the lecture takes place: `listed`, `cancelled` by the school, or `withdrawn`, if the school no longer lists
    /// it. Null for a custom entry.
    state: Option<LectureState>,
    title: String,
    professor: Option<Professor>,
    /// For a lecture, the current times of the catalogue.
    slots: Vec<SlotView>,
    credit: Credit,
    color: Color,
    /// Whether the entry overlaps another one.
    conflicts: bool,
}

impl SharedEntryView {
    fn new(entry: &ShownEntry<'_>) -> Self {
        Self {
            state: entry.state,
            title: entry.title.to_owned(),
            professor: entry.professor.cloned(),
            slots: SlotView::all(entry.slots),
            credit: entry.credit,
            color: entry.color.clone(),
            conflicts: entry.conflicts,
        }
    }
}

/// Shows the timetable of a share link.
#[utoipa::path(get, path = "/shared-timetables/{token}", tag = "shares", security(()),
    params(("token" = String, Path)),
    responses((status = 200, description = "The timetable.", body = SharedView)))]
pub(crate) async fn show_shared_timetable(
    Path(token): Path<ShareToken>,
    State(state): State<TimetableState>,
) -> Result<Json<SharedView>, Problem> {
    let (timetable, catalogue) = ShareLink::find(&state, &token).await?.load(&state).await?;
    let entries = timetable.shown(lectures_of(&catalogue));
    Ok(Json(SharedView {
        semester: timetable.semester,
        name: timetable.name.clone(),
        credits: credits(&entries),
        entries: entries.iter().map(SharedEntryView::new).collect(),
    }))
}
