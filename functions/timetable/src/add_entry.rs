//! `POST /timetables/{id}/entries`.

use axum::extract::State;
use campus_core::domain::{
    Caller, Catalogue, Color, Credit, Custom, CustomChanges, EntryId, FieldError, Invalid, LectureId, LectureTitle,
    Professor, Semester, Time, Timetable, TimetableId,
};
use campus_core::http::{Created, Creation, Once, Path, Problem};
use campus_core::request;
use campus_core::store::Error;
use utoipa::ToSchema;

use crate::show::load;
use crate::slot::{SlotBody, slots};
use crate::state::{Known, Planner};
use crate::view::{EntryView, catalogue};

request! {
    /// An entry to be put into a timetable: a lecture, or something of one's own, which has a title and slots.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewEntry {}
    optional {
        /// A lecture of the timetable's semester. With it, nothing else but a colour is given.
        #[schema(inline)]
        lecture_id: LectureId,
        #[schema(inline)]
        title: LectureTitle,
        #[schema(inline)]
        professor: Professor,
        /// 0 if not given.
        #[schema(inline)]
        credit: Credit,
        /// One that few other entries have, if not given.
        #[schema(inline)]
        color: Color,
    }
    lists {
        /// When it is: at most 5, which do not overlap.
        #[schema(max_items = 5)]
        slots: SlotBody,
    }
}

/// What is to be put into a timetable.
enum Wanted {
    Lecture(LectureId),
    Custom(Custom),
}

/// An entry that was put into a timetable.
struct Entered {
    timetable: TimetableId,
    entry: EntryView,
}

/// Puts an entry into a timetable of one's own, unless another one has some of its time.
#[utoipa::path(post, path = "/timetables/{id}/entries", tag = "timetable",
    params(("id" = inline(TimetableId), Path)), request_body = NewEntry, responses(
    (status = 201, description = "The entry.", body = EntryView),
    (status = 403, description = "`not_timetable_owner`."),
    (status = 409, description = "`time_conflict`, where `clashes_with` names the entry that has the time; \
        `lecture_already_added`, `entries_full`."),
    (status = 429, description = "`rate_limited`: one has put in too many.")))]
pub(crate) async fn add_entry(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(planner): State<Planner>,
    creation: Creation<NewEntry>,
) -> Result<Created<EntryView>, Problem> {
    let intent = creation.intent.clone();
    // Whoever was first has also taken the time.
    let attempt =
        Once::attempt(&planner.app.writers, &caller, intent.as_ref(), add(&planner, &caller, id, creation)).await;
    let made = Once::settle(attempt, |entry| find(&planner, &caller, id, EntryId::from_uuid(entry))).await?;
    Ok(made.created(|made| format!("/timetables/{}/entries/{}", made.timetable, made.entry.id), |made| made.entry))
}

/// The entry as it now stands.
async fn find(planner: &Planner, caller: &Caller, id: TimetableId, entry: EntryId) -> Result<Entered, Error> {
    let (placed, known) = load(planner, caller, id).await?;
    let entry = EntryView::find(&placed.timetable, entry, &known).ok_or(Error::NotFound)?;
    Ok(Entered { timetable: id, entry })
}

async fn add(
    planner: &Planner,
    caller: &Caller,
    id: TimetableId,
    creation: Creation<NewEntry>,
) -> Result<Entered, Problem> {
    let app = &planner.app;
    let semester = id.semester().ok_or(Error::NotFound)?;
    let color = creation.request.color.clone();
    let wanted = wanted(creation.request)?;
    let (writer, timetable, known) = tokio::join!(
        app.writers.admit_once(caller, creation.intent.as_ref()),
        app.timetables.own_alone(caller, id),
        planner.catalogue(caller.school, semester),
    );
    let (writer, timetable, mut known) = (writer?, timetable?, known?);
    if let Wanted::Lecture(id) = &wanted {
        known = with_lecture(planner, caller, semester, known, *id).await?;
    }
    app.limiter.count_entry(&writer, caller).await?;
    let enter = |timetable: &Timetable, catalogue: Option<&Catalogue>, now: Time| match &wanted {
        Wanted::Custom(custom) => Ok(timetable.add_custom(custom.clone(), color.clone(), catalogue, now)?),
        Wanted::Lecture(id) => {
            let lecture = catalogue.and_then(|catalogue| catalogue.get(*id)).ok_or_else(no_such_lecture)?;
            Ok(timetable.add_lecture(lecture, color.clone(), catalogue, now)?)
        }
    };
    let entry = planner.change(&writer, caller, timetable, &known, enter).await?;
    Ok(Entered { timetable: id, entry })
}

/// What the request asks for.
fn wanted(request: NewEntry) -> Result<Wanted, Problem> {
    let NewEntry { lecture_id, title, professor, credit, slots: bodies, color: _ } = request;
    let all_slots = bodies.map(slots).transpose()?;
    if let Some(id) = lecture_id {
        let more = CustomChanges { title, professor: professor.map(Some), slots: all_slots, credit };
        more.check_none()?;
        return Ok(Wanted::Lecture(id));
    }
    match (title, all_slots) {
        (Some(title), Some(slots)) => {
            Ok(Wanted::Custom(Custom { title, professor, slots, credit: credit.unwrap_or_default() }))
        }
        (title, slots) => {
            let missing = [("title", title.is_none()), ("slots", slots.is_none())];
            let missing = missing.into_iter().filter(|(_, is_missing)| *is_missing);
            Err(Problem::invalid(missing.map(|(field, _)| FieldError::Required.at(field)).collect()))
        }
    }
}

/// A catalogue of the timetable's semester that has the lecture.
async fn with_lecture(
    planner: &Planner,
    caller: &Caller,
    semester: Semester,
    known: Known,
    id: LectureId,
) -> Result<Known, Problem> {
    if id.semester() == Some(semester) {
        let known = planner.knowing(caller.school, semester, known, std::iter::once(id)).await?;
        let has_it = catalogue(&known).is_some_and(|catalogue| catalogue.get(id).is_some());
        return if has_it { Ok(known) } else { Err(no_such_lecture().into()) };
    }
    // Only of a lecture that the school has may be said that it is of another semester.
    match planner.lecture(caller.school, id).await {
        Ok(_) => Err(FieldError::OtherSemester.at("lecture_id").into()),
        Err(Error::NotFound) => Err(no_such_lecture().into()),
        Err(error) => Err(error.into()),
    }
}

fn no_such_lecture() -> Invalid {
    FieldError::NoSuchThing.at("lecture_id")
}
