//! Timetables and entries in responses.

use campus_core::domain::{
    Caller, Color, Credit, Credits, EntryId, LectureId, LectureState, Professor, Semester, ShownEntry, Time, Timetable,
    TimetableId, TimetableName, Visibility,
};
use campus_core::store::TimetableInSemester;
use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue_cache::{SemesterCatalogue, lectures_of};
use crate::slot_view::SlotView;

/// A timetable. It does not reveal its owner. To others, it does not reveal when it was changed.
#[derive(Serialize, ToSchema)]
#[schema(as = Timetable)]
pub(crate) struct TimetableView {
    id: TimetableId,
    semester: Semester,
    name: TimetableName,
    /// Whether you own the timetable.
    is_mine: bool,
    /// Who can see the timetable besides its owner: nobody (`private`), the owner's friends if it is primary
    /// (`friends`), or each student of the school who knows the id (`school`).
    visibility: Visibility,
    /// Whether this is the owner's primary timetable of the semester. Each semester with timetables has exactly one.
    is_primary: bool,
    /// The sum of the credits of all entries.
    credits: Credits,
    entries: Vec<TimetableEntryView>,
    /// Null if the timetable is not yours.
    created_at: Option<Time>,
    /// When the timetable, its entries or its share link last changed. Null if the timetable is not yours.
    updated_at: Option<Time>,
}

/// An entry as part of a timetable.
#[derive(Serialize, ToSchema)]
#[schema(as = TimetableEntry)]
struct TimetableEntryView {
    /// Null if the timetable is not yours.
    id: Option<EntryId>,
    #[serde(flatten)]
    facts: EntryFacts,
}

/// An entry of your timetable.
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
pub(crate) struct EntryView {
    pub(crate) id: EntryId,
    #[serde(flatten)]
    facts: EntryFacts,
}

/// What everybody sees of an entry.
#[derive(Serialize, ToSchema)]
struct EntryFacts {
    /// Null for a custom entry.
    lecture_id: Option<LectureId>,
    /// Whether the lecture takes place: `listed`, `cancelled` by the school, or `withdrawn`, if the school no longer lists
    /// it. Null for a custom entry.
    state: Option<LectureState>,
    title: String,
    professor: Option<Professor>,
    /// For a lecture, the current times of the catalogue.
    slots: Vec<SlotView>,
    credit: Credit,
    color: Color,
    /// Whether the entry overlaps another one. This happens if a new catalogue moves a lecture.
    conflicts: bool,
}

impl TimetableView {
    pub(crate) fn new(found: TimetableInSemester, catalogue: &SemesterCatalogue, caller: &Caller) -> Self {
        let TimetableInSemester { timetable, is_primary } = found;
        let is_mine = timetable.check_owned_by(caller).is_ok();
        let entries = timetable.shown(lectures_of(catalogue));
        let entry = |entry: &ShownEntry<'_>| TimetableEntryView {
            id: is_mine.then_some(entry.id),
            facts: EntryFacts::new(entry),
        };
        Self {
            id: timetable.id,
            semester: timetable.semester,
            name: timetable.name.clone(),
            is_mine,
            visibility: timetable.visibility,
            is_primary,
            credits: credits(&entries),
            entries: entries.iter().map(entry).collect(),
            created_at: is_mine.then_some(timetable.created_at),
            updated_at: is_mine.then_some(timetable.updated_at),
        }
    }
}

impl EntryView {
    /// The entry with this id.
    pub(crate) fn find(timetable: &Timetable, id: EntryId, catalogue: &SemesterCatalogue) -> Option<Self> {
        let entries = timetable.shown(lectures_of(catalogue));
        let entry = entries.iter().find(|entry| entry.id == id)?;
        Some(Self { id, facts: EntryFacts::new(entry) })
    }
}

impl EntryFacts {
    fn new(entry: &ShownEntry<'_>) -> Self {
        Self {
            lecture_id: entry.lecture_id,
            state: entry.state,
            title: entry.title.to_owned(),
            professor: entry.professor.cloned(),
            slots: SlotView::all(entry.slots),
            credit: entry.credit,
            color: entry.color.clone(),
            conflicts: entry.conflicts,
        }
    }
}

/// The sum of the credits of all entries.
pub(crate) fn credits(entries: &[ShownEntry<'_>]) -> Credits {
    entries.iter().map(|entry| entry.credit).sum()
}
