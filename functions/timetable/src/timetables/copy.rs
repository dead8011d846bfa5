//! `POST /timetables/{id}/copy`.

use axum::extract::State;
use campus_core::domain::{Caller, TimetableId, TimetableName};
use campus_core::http::{AccessRequest, Created, Creation, MaybeUnverified, Path, Problem};
use campus_core::request;
use campus_core::store::{Error, TimetableInSemester, UserAction};
use utoipa::ToSchema;

use crate::catalogue_cache::SemesterCatalogue;
use crate::state::TimetableState;
use crate::timetables::create::created;
use crate::timetables::show::load_timetable;
use crate::timetables::view::TimetableView;

request! {
    /// A copy of a timetable.
    #[derive(Debug, ToSchema)]
    pub(crate) struct TimetableCopy {
        /// The name of the copy. Unique among your timetables of the semester. Case-insensitive.
        name: TimetableName,
    }
}

/// Copies your timetable, or one that you can see. The copy is private, and of the same semester.
#[utoipa::path(post, path = "/timetables/{id}/copy", tag = "timetables", params(("id" = TimetableId, Path)),
    request_body = TimetableCopy, responses(
    (status = 201, description = "The copy.", body = TimetableView),
    (status = 409, description = "`timetable_name_taken`. `timetables_full`: you have 10 timetables of the semester."),
    (status = 429, description = "`rate_limited`: you created too many timetables.")))]
pub(crate) async fn copy_timetable(
    MaybeUnverified(caller): MaybeUnverified,
    Path(id): Path<TimetableId>,
    State(state): State<TimetableState>,
    creation: Creation<TimetableCopy>,
) -> Result<Created<TimetableView>, Problem> {
    creation
        .run(
            &state.app.authorizer,
            &caller,
            async |request, access| copy(&state, &caller, id, request, access).await,
            async |id| load_timetable(&state, &caller, TimetableId::from_uuid(id)).await,
            |new| created(new, &caller),
        )
        .await
}

async fn copy(
    state: &TimetableState,
    caller: &Caller,
    id: TimetableId,
    request: TimetableCopy,
    access: AccessRequest,
) -> Result<(TimetableInSemester, SemesterCatalogue), Problem> {
    let app = &state.app;
    let semester = id.semester().ok_or(Error::NotFound)?;
    let (access, source, catalogue) = tokio::join!(
        access.authorize_private(),
        app.timetables.get_for_copy(caller, id),
        state.catalogues.get(caller.school, semester),
    );
    let (access, (source, semester_timetables), catalogue) = (access?, source?, catalogue?);
    let catalogue = state.catalogues.get_for_timetable(caller.school, catalogue, &source).await?;
    let copy = source.copy(caller, request.name, app.clock.now());
    app.limiter.count(UserAction::CreateTimetable, &access, caller).await?;
    Ok((app.timetables.add(&access, caller, copy, semester_timetables).await?, catalogue))
}
