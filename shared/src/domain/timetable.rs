//! Timetables (rule 12): a user's plans for a semester. New and edited entries must not overlap existing ones.

mod entry;
mod semester_timetables;
mod share;

use serde::{Deserialize, Serialize};

pub use self::entry::{
    Clash, Color, CustomChanges, CustomEntry, Entry, EntryChanges, EntryRefusal, EntrySource, ShownEntry,
};
pub use self::semester_timetables::{SemesterTimetables, TimetableSummary};
pub use self::share::ShareHash;
use super::{
    Caller, Catalogue, EntryId, FieldError, Friendship, Lecture, LectureId, LectureState, Parse, Refusal, Semester,
    SingleLine, Slot, Time, TimetableId, UserId, clash, clash_within,
};

/// The name of a timetable: 1 to 30 characters, unique among the user's timetables of the semester without regard to
/// case and Unicode form.
pub type TimetableName = SingleLine<1, 30>;

/// A timetable of one user and one semester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timetable {
    /// Contains the semester.
    pub id: TimetableId,
    /// Responses never hold this id.
    pub owner_id: UserId,
    pub semester: Semester,
    pub name: TimetableName,
    pub visibility: Visibility,
    /// In the order in which they were added.
    pub entries: Vec<Entry>,
    /// The hash of the token of the share link, if the timetable has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<ShareHash>,
    pub created_at: Time,
    /// When the timetable, an entry or the share link last changed.
    pub updated_at: Time,
}

/// Who may see a timetable besides its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    #[default]
    Private,
    /// The owner's friends, if the timetable is the primary one of its semester.
    Friends,
    /// Any student of the school who has the id.
    School,
}

impl Parse for Visibility {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        match raw.as_str() {
            "private" => Ok(Self::Private),
            "friends" => Ok(Self::Friends),
            "school" => Ok(Self::School),
            _ => Err(FieldError::UnknownChoice),
        }
    }
}

/// Changes to a timetable. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct TimetableChanges {
    pub name: Option<TimetableName>,
    pub visibility: Option<Visibility>,
    /// Whether the timetable becomes the primary one of its semester.
    pub is_primary: Option<bool>,
}

impl Timetable {
    /// The maximum number of entries. A timetable with its entries is one row of the table.
    pub const MAX_ENTRIES: usize = 50;

    /// Creates an empty timetable.
    pub fn new(owner: &Caller, semester: Semester, name: TimetableName, visibility: Visibility, now: Time) -> Self {
        Self {
            id: TimetableId::new(now, semester),
            owner_id: owner.user,
            semester,
            name,
            visibility,
            entries: Vec::new(),
            share: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Creates a private copy with a new name that belongs to `copier` and has no share link.
    pub fn copy(&self, copier: &Caller, name: TimetableName, now: Time) -> Self {
        let copied = |entry: &Entry| Entry { id: EntryId::new(now), ..entry.clone() };
        Self {
            entries: self.entries.iter().map(copied).collect(),
            ..Self::new(copier, self.semester, name, Visibility::Private, now)
        }
    }

    /// Whether only the owner may see the timetable.
    pub fn is_private(&self) -> bool {
        self.visibility == Visibility::Private
    }

    /// Whether another user of the school may see the timetable. `siblings` are the owner's timetables of the semester,
    /// and `friendship` is the one between owner and viewer. Friends see only the primary timetable of a semester.
    pub fn is_visible_to_other(&self, siblings: Option<&SemesterTimetables>, friendship: Option<&Friendship>) -> bool {
        match self.visibility {
            Visibility::School => true,
            Visibility::Friends => {
                let is_primary = siblings.is_some_and(|siblings| siblings.primary_id == self.id);
                is_primary && friendship.is_some_and(|friendship| friendship.since.is_some())
            }
            Visibility::Private => false,
        }
    }

    /// Checks that the caller, who may see the timetable, may also change it: only its owner may.
    ///
    /// # Errors
    /// [`Refusal::NotTimetableOwner`].
    pub fn check_owned_by(&self, caller: &Caller) -> Result<(), Refusal> {
        if self.owner_id == caller.user { Ok(()) } else { Err(Refusal::NotTimetableOwner) }
    }

    /// Returns the timetable with the changed name and visibility. [`SemesterTimetables::edit`] changes which timetable
    /// is primary.
    #[must_use]
    pub fn edit(&self, changes: &TimetableChanges, now: Time) -> Self {
        Self {
            name: changes.name.as_ref().unwrap_or(&self.name).clone(),
            visibility: changes.visibility.unwrap_or(self.visibility),
            ..self.touched(now)
        }
    }

    /// Returns the timetable with another share link, or without one.
    #[must_use]
    pub fn share(&self, share: Option<ShareHash>, now: Time) -> Self {
        Self { share, ..self.touched(now) }
    }

    /// The entries as responses show them, with the data of their lectures from the catalogue.
    pub fn shown<'a>(&'a self, catalogue: Option<&'a Catalogue>) -> Vec<ShownEntry<'a>> {
        let mut shown: Vec<_> = self.entries.iter().map(|entry| entry.shown(catalogue)).collect();
        let slots: Vec<&[Slot]> = shown.iter().map(|entry| entry.slots).collect();
        let conflicts = |index: usize, own: &[Slot]| {
            slots.iter().enumerate().any(|(other, slots)| other != index && clash(own, slots))
        };
        let conflicts: Vec<bool> = slots.iter().enumerate().map(|(index, own)| conflicts(index, own)).collect();
        for (entry, conflicts) in shown.iter_mut().zip(conflicts) {
            entry.conflicts = conflicts;
        }
        shown
    }

    /// Adds a lecture of the timetable's semester. Returns the new timetable and the id of the entry.
    ///
    /// # Errors
    /// [`Refusal::LectureAlreadyAdded`], [`Refusal::LectureNotListed`] if the lecture is cancelled or withdrawn,
    /// [`Refusal::EntriesFull`], or a [`Clash`] with another entry.
    pub fn add_lecture(
        &self,
        lecture: &Lecture,
        color: Option<Color>,
        catalogue: Option<&Catalogue>,
        now: Time,
    ) -> Result<(Self, EntryId), EntryRefusal> {
        if self.lectures().any(|id| id == lecture.id) {
            return Err(Refusal::LectureAlreadyAdded.into());
        }
        if lecture.facts.state != LectureState::Listed {
            return Err(Refusal::LectureNotListed.into());
        }
        self.check_free(&lecture.facts.slots, None, catalogue)?;
        self.add(EntrySource::Lecture(lecture.id), color, now)
    }

    /// Adds a custom entry. Returns the new timetable and the id of the entry.
    ///
    /// # Errors
    /// [`FieldError::Overlapping`] or [`FieldError::TooMany`] at the field `slots`, [`Refusal::EntriesFull`], or a
    /// [`Clash`] with another entry.
    pub fn add_custom(
        &self,
        custom: CustomEntry,
        color: Option<Color>,
        catalogue: Option<&Catalogue>,
        now: Time,
    ) -> Result<(Self, EntryId), EntryRefusal> {
        check_slots(&custom.slots)?;
        self.check_free(&custom.slots, None, catalogue)?;
        self.add(EntrySource::Custom(custom), color, now)
    }

    /// Returns the timetable with a changed entry, or `None` if it has no entry with this id.
    ///
    /// # Errors
    /// Those of [`add_custom`](Self::add_custom) except [`Refusal::EntriesFull`]. For an entry with a lecture, also
    /// [`FieldError::FromCatalogue`] at each field that comes from the catalogue.
    pub fn edit_entry(
        &self,
        id: EntryId,
        changes: &EntryChanges,
        catalogue: Option<&Catalogue>,
        now: Time,
    ) -> Result<Option<Self>, EntryRefusal> {
        let Some(entry) = self.entry(id) else { return Ok(None) };
        let edited = entry.edit(changes)?;
        if let (Some(slots), EntrySource::Custom(_)) = (&changes.custom.slots, &edited.source) {
            check_slots(slots)?;
            self.check_free(slots, Some(id), catalogue)?;
        }
        let mut timetable = self.touched(now);
        for entry in timetable.entries.iter_mut().filter(|entry| entry.id == id) {
            *entry = edited.clone();
        }
        Ok(Some(timetable))
    }

    /// Returns the timetable without an entry, or `None` if it has no entry with this id.
    pub fn remove_entry(&self, id: EntryId, now: Time) -> Option<Self> {
        self.entry(id)?;
        let mut timetable = self.touched(now);
        timetable.entries.retain(|entry| entry.id != id);
        Some(timetable)
    }

    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The lectures of all entries.
    pub fn lectures(&self) -> impl Iterator<Item = LectureId> {
        self.entries.iter().filter_map(|entry| match entry.source {
            EntrySource::Lecture(id) => Some(id),
            EntrySource::Custom(_) => None,
        })
    }

    fn add(&self, source: EntrySource, color: Option<Color>, now: Time) -> Result<(Self, EntryId), EntryRefusal> {
        if self.entries.len() >= Self::MAX_ENTRIES {
            return Err(Refusal::EntriesFull.into());
        }
        let entry = Entry { id: EntryId::new(now), color: color.unwrap_or_else(|| self.least_used_color()), source };
        let id = entry.id;
        let mut timetable = self.touched(now);
        timetable.entries.push(entry);
        Ok((timetable, id))
    }

    /// Checks that the slots overlap no entry, except the one that they replace.
    fn check_free(
        &self,
        slots: &[Slot],
        replaced: Option<EntryId>,
        catalogue: Option<&Catalogue>,
    ) -> Result<(), EntryRefusal> {
        let others = self.entries.iter().filter(|entry| Some(entry.id) != replaced);
        let mut shown = others.map(|entry| entry.shown(catalogue));
        match shown.find(|entry| clash(slots, entry.slots)) {
            Some(entry) => Err(EntryRefusal::Clash(Clash { entry_id: entry.id, title: entry.title.to_owned() })),
            None => Ok(()),
        }
    }

    /// The colour of the palette that the fewest entries have.
    fn least_used_color(&self) -> Color {
        let uses = |color: &Color| self.entries.iter().filter(|entry| entry.color == *color).count();
        Color::palette().min_by_key(uses).unwrap_or_default()
    }

    /// A copy with `updated_at` set to `now`. The time always increases, because concurrent writers detect a change by
    /// it.
    fn touched(&self, now: Time) -> Self {
        Self { updated_at: now.max(self.updated_at.plus_millis(1)), ..self.clone() }
    }
}

/// Checks the number of slots of a custom entry, and that they do not overlap each other.
fn check_slots(slots: &[Slot]) -> Result<(), EntryRefusal> {
    let error = match slots.len() {
        ..=CustomEntry::MAX_SLOTS if !clash_within(slots) => return Ok(()),
        ..=CustomEntry::MAX_SLOTS => FieldError::Overlapping,
        _ => FieldError::TooMany { max: CustomEntry::MAX_SLOTS },
    };
    Err(EntryRefusal::Invalid(vec![error.at("slots")]))
}

#[cfg(test)]
mod tests;
