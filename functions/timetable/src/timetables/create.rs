//! `POST /timetables`.

use axum::extract::State;
use campus_core::domain::{Caller, Semester, Timetable, TimetableId, TimetableName, Visibility};
use campus_core::http::{AccessRequest, Created, Creation, MaybeUnverified, Problem};
use campus_core::request;
use campus_core::store::{TimetableInSemester, UserAction};
use utoipa::ToSchema;

use crate::catalogue_cache::SemesterCatalogue;
use crate::state::TimetableState;
use crate::timetables::show::load_timetable;
use crate::timetables::view::TimetableView;

request! {
    /// A new timetable.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewTimetable {
        semester: Semester,
        /// Unique among your timetables of the semester. Case-insensitive.
        name: TimetableName,
    }
    optional {
        /// Who can see the timetable besides you. Default: `private`.
        visibility: Visibility,
    }
}

/// Creates an empty timetable. Your first timetable of a semester is the primary one.
#[utoipa::path(post, path = "/timetables", tag = "timetables", request_body = NewTimetable, responses(
    (status = 201, description = "The timetable.", body = TimetableView),
    (status = 409, description = "`timetable_name_taken`. `timetables_full`: you have 10 timetables of the semester."),
    (status = 429, description = "`rate_limited`: you created too many timetables.")))]
pub(crate) async fn create_timetable(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<TimetableState>,
    creation: Creation<NewTimetable>,
) -> Result<Created<TimetableView>, Problem> {
    creation
        .run(
            &state.app.authorizer,
            &caller,
            async |request, access| create(&state, &caller, request, access).await,
            async |id| load_timetable(&state, &caller, TimetableId::from_uuid(id)).await,
            |new| created(new, &caller),
        )
        .await
}

/// The response with the caller's new timetable.
pub(crate) fn created(
    (new, catalogue): (TimetableInSemester, SemesterCatalogue),
    caller: &Caller,
) -> Created<TimetableView> {
    Created::new(format!("/timetables/{}", new.timetable.id), TimetableView::new(new, &catalogue, caller))
}

async fn create(
    state: &TimetableState,
    caller: &Caller,
    request: NewTimetable,
    access: AccessRequest,
) -> Result<(TimetableInSemester, SemesterCatalogue), Problem> {
    let app = &state.app;
    let visibility = request.visibility.unwrap_or_default();
    let authorize = async {
        match visibility {
            Visibility::Private => access.authorize_private().await,
            Visibility::Friends | Visibility::School => access.authorize_despite_sanction().await,
        }
    };
    let (access, semester_timetables) =
        tokio::join!(authorize, app.timetables.semester_timetables(caller, request.semester));
    let (access, semester_timetables) = (access?, semester_timetables?);
    let timetable = Timetable::new(caller, request.semester, request.name, visibility, app.clock.now());
    app.limiter.count(UserAction::CreateTimetable, &access, caller).await?;
    Ok((app.timetables.add(&access, caller, timetable, semester_timetables).await?, None))
}
