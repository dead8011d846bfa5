//! A timetable as clients see it.

use campus_core::domain::{
    Catalogue, Color, Credit, EntryId, LectureId, Professor, Semester, ShownEntry, Time, Timetable, TimetableId,
    TimetableName, Visibility,
};
use campus_core::store::PlacedTimetable;
use serde::Serialize;
use utoipa::ToSchema;

use crate::slot::SlotView;
use crate::state::Known;

/// A timetable. It does not tell whose it is.
#[derive(Serialize, ToSchema)]
#[schema(as = Timetable)]
pub(crate) struct TimetableView {
    #[schema(inline)]
    id: TimetableId,
    #[schema(inline)]
    semester: Semester,
    #[schema(inline)]
    name: TimetableName,
    /// Who may see it beside oneself: nobody, one's friends, or any student of the school who has the id.
    #[schema(inline)]
    visibility: Visibility,
    /// Whether it is the owner's primary one of the semester: one always is.
    is_primary: bool,
    /// The credits of all entries.
    credits: u32,
    entries: Vec<EntryView>,
    #[schema(inline)]
    created_at: Time,
    /// When it, an entry of it or its link last changed.
    #[schema(inline)]
    updated_at: Time,
}

/// An entry of a timetable.
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
pub(crate) struct EntryView {
    #[schema(inline)]
    pub(crate) id: EntryId,
    /// The lecture that it is; null for an entry of one's own.
    #[schema(inline)]
    lecture_id: Option<LectureId>,
    title: String,
    #[schema(inline)]
    professor: Option<Professor>,
    /// For a lecture, what the catalogue says now.
    slots: Vec<SlotView>,
    #[schema(inline)]
    credit: Credit,
    #[schema(inline)]
    color: Color,
    /// Whether another entry has some of its time, which happens when the catalogue moves a lecture.
    conflicts: bool,
}

impl TimetableView {
    pub(crate) fn new(placed: PlacedTimetable, known: &Known) -> Self {
        let PlacedTimetable { timetable, is_primary } = placed;
        let entries = timetable.shown(catalogue(known));
        Self {
            id: timetable.id,
            semester: timetable.semester,
            name: timetable.name.clone(),
            visibility: timetable.visibility,
            is_primary,
            credits: credits(&entries),
            entries: entries.iter().map(EntryView::new).collect(),
            created_at: timetable.created_at,
            updated_at: timetable.updated_at,
        }
    }
}

impl EntryView {
    /// The entry of the timetable with this id.
    pub(crate) fn find(timetable: &Timetable, id: EntryId, known: &Known) -> Option<Self> {
        timetable.shown(catalogue(known)).iter().find(|entry| entry.id == id).map(Self::new)
    }

    fn new(entry: &ShownEntry<'_>) -> Self {
        Self {
            id: entry.id,
            lecture_id: entry.lecture_id,
            title: entry.title.to_owned(),
            professor: entry.professor.cloned(),
            slots: SlotView::all(entry.slots),
            credit: entry.credit,
            color: entry.color.clone(),
            conflicts: entry.conflicts,
        }
    }
}

/// The credits of all entries.
pub(crate) fn credits(entries: &[ShownEntry<'_>]) -> u32 {
    entries.iter().map(|entry| u32::from(entry.credit.get())).sum()
}

/// The lectures, if there are any.
pub(crate) fn catalogue(known: &Known) -> Option<&Catalogue> {
    known.as_ref().map(|known| &known.catalogue)
}
