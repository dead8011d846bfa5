//! `PATCH /timetables/{id}/entries/{entry_id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{
    Catalogue, Color, Credit, CustomChanges, EntryChanges, EntryId, LectureTitle, Professor, Time, Timetable,
    TimetableId,
};
use campus_core::http::{JsonBody, MaybeUnverified, Path, Problem};
use campus_core::request;
use campus_core::store::Error;
use utoipa::ToSchema;

use crate::slot_view::{SlotBody, slots};
use crate::state::TimetableState;
use crate::timetables::view::EntryView;

request! {
    /// Changes to an entry. Fields that you leave out stay as they are. Of a lecture, you can change only the colour.
    #[derive(Debug, ToSchema)]
    pub(crate) struct EntryUpdate {}
    optional {
        title: LectureTitle,
        credit: Credit,
        color: Color,
    }
    clearable {
        /// Null removes it.
        professor: Professor,
    }
    lists {
        /// Replaces all times: at most 5, which must not overlap.
        #[schema(max_items = 5)]
        slots: SlotBody,
    }
}

/// Changes an entry of your timetable. It must not overlap another entry.
#[utoipa::path(patch, path = "/timetables/{id}/entries/{entry_id}", tag = "entries",
    params(("id" = TimetableId, Path), ("entry_id" = EntryId, Path)),
    request_body = EntryUpdate, responses(
    (status = 200, description = "The changed entry.", body = EntryView),
    (status = 403, description = "`not_timetable_owner`."),
    (status = 409, description = "`time_conflict`: it overlaps the entry in `clashes_with`.")))]
pub(crate) async fn update_entry(
    MaybeUnverified(caller): MaybeUnverified,
    Path((id, entry_id)): Path<(TimetableId, EntryId)>,
    State(state): State<TimetableState>,
    JsonBody(body): JsonBody<EntryUpdate>,
) -> Result<Json<EntryView>, Problem> {
    let app = &state.app;
    let semester = id.semester().ok_or(Error::NotFound)?;
    let slots = body.slots.map(slots).transpose()?;
    let custom = CustomChanges { title: body.title, professor: body.professor, slots, credit: body.credit };
    let changes = EntryChanges { color: body.color, custom };
    let (access, timetable, catalogue) = tokio::join!(
        app.authorizer.authorize_private(&caller),
        app.timetables.get_own_timetable(&caller, id),
        state.catalogues.get(caller.school, semester)
    );
    let (access, timetable, catalogue) = (access?, timetable?, catalogue?);
    let update = |timetable: &Timetable, catalogue: Option<&Catalogue>, now: Time| {
        let changed = timetable.edit_entry(entry_id, &changes, catalogue, now)?;
        Ok((changed.ok_or(Error::NotFound)?, entry_id))
    };
    Ok(Json(super::change_timetable(&state, &access, &caller, timetable, &catalogue, update).await?))
}
