//! `PATCH /timetables/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{TimetableChanges, TimetableId, TimetableName, Visibility};
use campus_core::http::{JsonBody, MaybeUnverified, Path, Problem};
use campus_core::request;
use campus_core::store::Error;
use utoipa::ToSchema;

use crate::state::TimetableState;
use crate::timetables::view::TimetableView;

request! {
    /// Changes to a timetable. Fields that you leave out stay as they are.
    #[derive(Debug, ToSchema)]
    pub(crate) struct TimetableUpdate {}
    optional {
        /// Unique among your timetables of the semester. Case-insensitive.
        name: TimetableName,
        /// Who can see the timetable besides you.
        visibility: Visibility,
        /// True makes this the primary timetable of the semester, instead of the current one. False is refused for the
        /// primary timetable.
        is_primary: bool,
    }
}

/// Changes the name, visibility or primary state of your timetable.
#[utoipa::path(patch, path = "/timetables/{id}", tag = "timetables", params(("id" = TimetableId, Path)),
    request_body = TimetableUpdate, responses(
    (status = 200, description = "The changed timetable.", body = TimetableView),
    (status = 403, description = "`not_timetable_owner`."),
    (status = 409, description = "`timetable_name_taken`. `primary_needed`: make another timetable primary instead.")))]
pub(crate) async fn update_timetable(
    MaybeUnverified(caller): MaybeUnverified,
    Path(id): Path<TimetableId>,
    State(state): State<TimetableState>,
    JsonBody(body): JsonBody<TimetableUpdate>,
) -> Result<Json<TimetableView>, Problem> {
    let app = &state.app;
    let semester = id.semester().ok_or(Error::NotFound)?;
    let changes = TimetableChanges { name: body.name, visibility: body.visibility, is_primary: body.is_primary };
    let authorize = async {
        match body.visibility {
            None | Some(Visibility::Private) => app.authorizer.authorize_private(&caller).await,
            Some(Visibility::Friends | Visibility::School) => app.authorizer.authorize_despite_sanction(&caller).await,
        }
    };
    let (access, own, catalogue) =
        tokio::join!(authorize, app.timetables.get_own(&caller, id), state.catalogues.get(caller.school, semester));
    let (access, own, catalogue) = (access?, own?, catalogue?);
    let changed = app.timetables.edit(&access, &caller, own, &changes).await?;
    let catalogue = state.catalogues.get_for_timetable(caller.school, catalogue, &changed.timetable).await?;
    Ok(Json(TimetableView::new(changed, &catalogue, &caller)))
}
