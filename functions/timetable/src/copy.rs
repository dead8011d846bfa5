//! `POST /timetables/{id}/copy`.

use axum::extract::State;
use campus_core::domain::{Caller, TimetableId, TimetableName};
use campus_core::http::{Created, Creation, Once, Path, Problem};
use campus_core::request;
use campus_core::store::{Error, PlacedTimetable};
use utoipa::ToSchema;

use crate::create::answer;
use crate::show::load;
use crate::state::{Known, Planner};
use crate::view::TimetableView;

request! {
    /// What a copy is called.
    #[derive(Debug, ToSchema)]
    pub(crate) struct TimetableCopy {
        /// Unique among one's timetables of the semester, without regard to case.
        #[schema(inline)]
        name: TimetableName,
    }
}

/// Makes a copy, for the same semester and private, of one's own timetable or of one that its owner lets be seen.
#[utoipa::path(post, path = "/timetables/{id}/copy", tag = "timetable", params(("id" = inline(TimetableId), Path)),
    request_body = TimetableCopy, responses(
    (status = 201, description = "The copy.", body = TimetableView),
    (status = 409, description = "`timetable_name_taken`, `timetables_full`."),
    (status = 429, description = "`rate_limited`: one has made too many.")))]
pub(crate) async fn copy_timetable(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(planner): State<Planner>,
    creation: Creation<TimetableCopy>,
) -> Result<Created<TimetableView>, Problem> {
    let intent = creation.intent.clone();
    // Whoever was first has also taken the name.
    let attempt =
        Once::attempt(&planner.app.writers, &caller, intent.as_ref(), copy(&planner, &caller, id, creation)).await;
    let made = Once::settle(attempt, |id| load(&planner, &caller, TimetableId::from_uuid(id))).await?;
    Ok(answer(made))
}

async fn copy(
    planner: &Planner,
    caller: &Caller,
    id: TimetableId,
    creation: Creation<TimetableCopy>,
) -> Result<(PlacedTimetable, Known), Problem> {
    let app = &planner.app;
    let semester = id.semester().ok_or(Error::NotFound)?;
    let (writer, source, known) = tokio::join!(
        app.writers.admit_once(caller, creation.intent.as_ref()),
        app.timetables.to_copy(caller, id),
        planner.catalogue(caller.school, semester),
    );
    let (writer, (source, shelf), known) = (writer?, source?, known?);
    let known = planner.complete(caller.school, known, &source).await?;
    let copy = source.copy(caller, creation.request.name, app.clock.now());
    app.limiter.count_timetable(&writer, caller).await?;
    Ok((app.timetables.add(&writer, caller, copy, shelf).await?, known))
}
