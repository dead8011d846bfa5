//! `PATCH /timetables/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, TimetableChanges, TimetableId, TimetableName, Visibility};
use campus_core::http::{JsonBody, Path, Problem};
use campus_core::request;
use campus_core::store::Error;
use utoipa::ToSchema;

use crate::state::Planner;
use crate::view::TimetableView;

request! {
    /// What to change of a timetable; what is absent stays.
    #[derive(Debug, ToSchema)]
    pub(crate) struct TimetableEdit {}
    optional {
        /// Unique among one's timetables of the semester, without regard to case.
        #[schema(inline)]
        name: TimetableName,
        #[schema(inline)]
        visibility: Visibility,
        /// True makes it the primary one of its semester, in place of the one that is.
        #[schema(inline)]
        is_primary: bool,
    }
}

/// Changes a timetable of one's own.
#[utoipa::path(patch, path = "/timetables/{id}", tag = "timetable", params(("id" = inline(TimetableId), Path)),
    request_body = TimetableEdit, responses(
    (status = 200, description = "The timetable as it is now.", body = TimetableView),
    (status = 403, description = "`not_timetable_owner`."),
    (status = 409, description = "`timetable_name_taken`, `primary_needed`.")))]
pub(crate) async fn edit_timetable(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(planner): State<Planner>,
    JsonBody(body): JsonBody<TimetableEdit>,
) -> Result<Json<TimetableView>, Problem> {
    let app = &planner.app;
    let semester = id.semester().ok_or(Error::NotFound)?;
    let changes = TimetableChanges { name: body.name, visibility: body.visibility, is_primary: body.is_primary };
    let (writer, own, known) = tokio::join!(
        app.writers.admit(&caller),
        app.timetables.own(&caller, id),
        planner.catalogue(caller.school, semester)
    );
    let (writer, own, known) = (writer?, own?, known?);
    let edited = app.timetables.edit(&writer, &caller, own, &changes).await?;
    let known = planner.complete(caller.school, known, &edited.timetable).await?;
    Ok(Json(TimetableView::new(edited, &known)))
}
