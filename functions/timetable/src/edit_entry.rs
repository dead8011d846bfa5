//! `PATCH /timetables/{id}/entries/{entry_id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{
    Caller, Catalogue, Color, Credit, CustomChanges, EntryChanges, EntryId, LectureTitle, Professor, Time, Timetable,
    TimetableId,
};
use campus_core::http::{JsonBody, Path, Problem};
use campus_core::request;
use campus_core::store::Error;
use utoipa::ToSchema;

use crate::slot::{SlotBody, slots};
use crate::state::Planner;
use crate::view::EntryView;

request! {
    /// What to change of an entry; what is absent stays. Of a lecture, only the colour.
    #[derive(Debug, ToSchema)]
    pub(crate) struct EntryEdit {}
    optional {
        #[schema(inline)]
        title: LectureTitle,
        #[schema(inline)]
        credit: Credit,
        #[schema(inline)]
        color: Color,
    }
    clearable {
        /// Null takes it away.
        #[schema(inline)]
        professor: Professor,
    }
    lists {
        /// When it is from now on: at most 5, which do not overlap.
        #[schema(max_items = 5)]
        slots: SlotBody,
    }
}

/// Changes an entry of one's own timetable.
#[utoipa::path(patch, path = "/timetables/{id}/entries/{entry_id}", tag = "timetable",
    params(("id" = inline(TimetableId), Path), ("entry_id" = inline(EntryId), Path)),
    request_body = EntryEdit, responses(
    (status = 200, description = "The entry as it is now.", body = EntryView),
    (status = 403, description = "`not_timetable_owner`."),
    (status = 409, description = "`time_conflict`, where `clashes_with` names the entry that has the time.")))]
pub(crate) async fn edit_entry(
    caller: Caller,
    Path((id, entry_id)): Path<(TimetableId, EntryId)>,
    State(planner): State<Planner>,
    JsonBody(body): JsonBody<EntryEdit>,
) -> Result<Json<EntryView>, Problem> {
    let app = &planner.app;
    let semester = id.semester().ok_or(Error::NotFound)?;
    let slots = body.slots.map(slots).transpose()?;
    let custom = CustomChanges { title: body.title, professor: body.professor, slots, credit: body.credit };
    let changes = EntryChanges { color: body.color, custom };
    let (writer, timetable, known) = tokio::join!(
        app.writers.admit(&caller),
        app.timetables.own_alone(&caller, id),
        planner.catalogue(caller.school, semester)
    );
    let (writer, timetable, known) = (writer?, timetable?, known?);
    let edit = |timetable: &Timetable, catalogue: Option<&Catalogue>, now: Time| {
        let edited = timetable.edit_entry(entry_id, &changes, catalogue, now)?;
        Ok((edited.ok_or(Error::NotFound)?, entry_id))
    };
    Ok(Json(planner.change(&writer, &caller, timetable, &known, edit).await?))
}
