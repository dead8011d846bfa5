//! `POST /timetables`.

use axum::extract::State;
use campus_core::domain::{Caller, Semester, Timetable, TimetableId, TimetableName, Visibility};
use campus_core::http::{Created, Creation, Once, Problem};
use campus_core::request;
use campus_core::store::PlacedTimetable;
use utoipa::ToSchema;

use crate::show::load;
use crate::state::{Known, Planner};
use crate::view::TimetableView;

request! {
    /// A timetable to be made.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewTimetable {
        #[schema(inline)]
        semester: Semester,
        /// Unique among one's timetables of the semester, without regard to case.
        #[schema(inline)]
        name: TimetableName,
    }
    optional {
        /// Who may see it beside oneself; `private` if not given.
        #[schema(inline)]
        visibility: Visibility,
    }
}

/// Makes an empty timetable. The first one of a semester is the primary one.
#[utoipa::path(post, path = "/timetables", tag = "timetable", request_body = NewTimetable, responses(
    (status = 201, description = "The timetable.", body = TimetableView),
    (status = 409, description = "`timetable_name_taken`, `timetables_full`."),
    (status = 429, description = "`rate_limited`: one has made too many.")))]
pub(crate) async fn create_timetable(
    caller: Caller,
    State(planner): State<Planner>,
    creation: Creation<NewTimetable>,
) -> Result<Created<TimetableView>, Problem> {
    let intent = creation.intent.clone();
    // Whoever was first has also taken the name.
    let attempt =
        Once::attempt(&planner.app.writers, &caller, intent.as_ref(), make(&planner, &caller, creation)).await;
    let made = Once::settle(attempt, |id| load(&planner, &caller, TimetableId::from_uuid(id))).await?;
    Ok(answer(made))
}

/// The answer to a request that made a timetable.
pub(crate) fn answer(made: Once<(PlacedTimetable, Known)>) -> Created<TimetableView> {
    made.created(
        |(placed, _)| format!("/timetables/{}", placed.timetable.id),
        |(placed, known)| TimetableView::new(placed, &known),
    )
}

async fn make(
    planner: &Planner,
    caller: &Caller,
    creation: Creation<NewTimetable>,
) -> Result<(PlacedTimetable, Known), Problem> {
    let app = &planner.app;
    let request = creation.request;
    let (writer, shelf) = tokio::join!(
        app.writers.admit_once(caller, creation.intent.as_ref()),
        app.timetables.shelf(caller, request.semester),
    );
    let (writer, shelf) = (writer?, shelf?);
    let visibility = request.visibility.unwrap_or_default();
    let timetable = Timetable::open(caller, request.semester, request.name, visibility, app.clock.now());
    app.limiter.count_timetable(&writer, caller).await?;
    Ok((app.timetables.add(&writer, caller, timetable, shelf).await?, None))
}
