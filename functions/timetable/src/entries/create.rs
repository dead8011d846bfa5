//! `POST /timetables/{id}/entries`.

use axum::extract::State;
use campus_core::domain::{
    Caller, Catalogue, Color, Credit, CustomChanges, CustomEntry, EntryId, FieldError, Invalid, LectureId,
    LectureTitle, Professor, Semester, Time, Timetable, TimetableId,
};
use campus_core::http::{AccessRequest, Created, Creation, MaybeUnverified, Path, Problem};
use campus_core::request;
use campus_core::store::{Error, UserAction};
use utoipa::ToSchema;

use crate::catalogue_cache::{SemesterCatalogue, lectures_of};
use crate::slot_view::{SlotBody, slots};
use crate::state::TimetableState;
use crate::timetables::show::load_timetable;
use crate::timetables::view::EntryView;

request! {
    /// A new entry: a lecture, or a custom entry with a title.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewEntry {}
    optional {
        /// A lecture of the timetable's semester that is `listed`. The only other field that you can send with it is `color`.
        lecture_id: LectureId,
        title: LectureTitle,
        professor: Professor,
        /// Default: 0.
        credit: Credit,
        /// Default: a colour that few entries of the timetable have.
        color: Color,
    }
    lists {
        /// The times of a custom entry: at most 5, which must not overlap. Default: none.
        #[schema(max_items = 5)]
        slots: SlotBody,
    }
}

/// The entry that a valid request asks for.
enum RequestedEntry {
    Lecture(LectureId),
    Custom(CustomEntry),
}

/// Adds an entry to your timetable. It must not overlap another entry.
#[utoipa::path(post, path = "/timetables/{id}/entries", tag = "entries",
    params(("id" = TimetableId, Path)), request_body = NewEntry, responses(
    (status = 201, description = "The entry.", body = EntryView),
    (status = 403, description = "`not_timetable_owner`."),
    (status = 409, description = "`time_conflict`: it overlaps the entry in `clashes_with`. `lecture_already_added`. \
        `lecture_not_listed`: the lecture is cancelled or withdrawn. `entries_full`: the timetable has 50 entries."),
    (status = 429, description = "`rate_limited`: you added too many entries.")))]
pub(crate) async fn create_entry(
    MaybeUnverified(caller): MaybeUnverified,
    Path(id): Path<TimetableId>,
    State(state): State<TimetableState>,
    creation: Creation<NewEntry>,
) -> Result<Created<EntryView>, Problem> {
    creation
        .run(
            &state.app.authorizer,
            &caller,
            async |request, access| create(&state, &caller, id, request, access).await,
            async |entry| load(&state, &caller, id, EntryId::from_uuid(entry)).await,
            |entry| Created::new(format!("/timetables/{id}/entries/{}", entry.id), entry),
        )
        .await
}

/// The current entry.
async fn load(state: &TimetableState, caller: &Caller, id: TimetableId, entry: EntryId) -> Result<EntryView, Error> {
    let (found, catalogue) = load_timetable(state, caller, id).await?;
    EntryView::find(&found.timetable, entry, &catalogue).ok_or(Error::NotFound)
}

async fn create(
    state: &TimetableState,
    caller: &Caller,
    id: TimetableId,
    request: NewEntry,
    access: AccessRequest,
) -> Result<EntryView, Problem> {
    let app = &state.app;
    let semester = id.semester().ok_or(Error::NotFound)?;
    let color = request.color.clone();
    let requested = requested_entry(request)?;
    let (access, timetable, catalogue) = tokio::join!(
        access.authorize_private(),
        app.timetables.get_own_timetable(caller, id),
        state.catalogues.get(caller.school, semester),
    );
    let (access, timetable, mut catalogue) = (access?, timetable?, catalogue?);
    if let RequestedEntry::Lecture(id) = &requested {
        catalogue = get_with_lecture(state, caller, semester, catalogue, *id).await?;
    }
    app.limiter.count(UserAction::AddEntry, &access, caller).await?;
    let add = |timetable: &Timetable, catalogue: Option<&Catalogue>, now: Time| match &requested {
        RequestedEntry::Custom(custom) => Ok(timetable.add_custom(custom.clone(), color.clone(), catalogue, now)?),
        RequestedEntry::Lecture(id) => {
            let lecture = catalogue.and_then(|catalogue| catalogue.get(*id)).ok_or_else(no_such_lecture)?;
            Ok(timetable.add_lecture(lecture, color.clone(), catalogue, now)?)
        }
    };
    super::change_timetable(state, &access, caller, timetable, &catalogue, add).await
}

/// Checks that the request has the fields of a lecture or of a custom entry, and no others.
fn requested_entry(request: NewEntry) -> Result<RequestedEntry, Problem> {
    let NewEntry { lecture_id, title, professor, credit, slots: bodies, color: _ } = request;
    let all_slots = bodies.map(slots).transpose()?;
    if let Some(id) = lecture_id {
        let custom = CustomChanges { title, professor: professor.map(Some), slots: all_slots, credit };
        custom.check_none()?;
        return Ok(RequestedEntry::Lecture(id));
    }
    let title = title.ok_or_else(|| FieldError::Required.at("title"))?;
    let (slots, credit) = (all_slots.unwrap_or_default(), credit.unwrap_or_default());
    Ok(RequestedEntry::Custom(CustomEntry { title, professor, slots, credit }))
}

/// A catalogue of the timetable's semester that contains the lecture. `catalogue` is the one that was read first.
///
/// # Errors
/// `other_semester` if the lecture belongs to another semester, and `no_such_thing` if the school does not have it.
async fn get_with_lecture(
    state: &TimetableState,
    caller: &Caller,
    semester: Semester,
    catalogue: SemesterCatalogue,
    id: LectureId,
) -> Result<SemesterCatalogue, Problem> {
    if id.semester() == Some(semester) {
        let catalogue =
            state.catalogues.get_containing(caller.school, semester, catalogue, std::iter::once(id)).await?;
        let contains_it = lectures_of(&catalogue).is_some_and(|catalogue| catalogue.get(id).is_some());
        return if contains_it { Ok(catalogue) } else { Err(no_such_lecture().into()) };
    }
    // A lecture of another school must look like one that does not exist, in every semester.
    match state.catalogues.lecture(caller.school, id).await {
        Ok(_) => Err(FieldError::OtherSemester.at("lecture_id").into()),
        Err(Error::NotFound) => Err(no_such_lecture().into()),
        Err(error) => Err(error.into()),
    }
}

fn no_such_lecture() -> Invalid {
    FieldError::NoSuchThing.at("lecture_id")
}
