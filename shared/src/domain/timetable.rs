//! Timetables: a student's plans for a semester. Nothing clashes with what is in one already when it is put there.

mod entry;
mod share;
mod shelf;

use serde::{Deserialize, Serialize};

pub use self::entry::{Clash, Color, Custom, CustomChanges, Entry, EntryChanges, EntryRefusal, ShownEntry, Subject};
pub use self::share::ShareHash;
pub use self::shelf::{Listed, Shelf};
use super::{
    Caller, Catalogue, EntryId, FieldError, Friendship, Lecture, LectureId, Line, Parse, Refusal, Semester, Slot, Time,
    TimetableId, UserId, clash, clash_within,
};

/// 1 to 30 characters, unique among the student's timetables of the semester without regard to case and Unicode form.
pub type TimetableName = Line<1, 30>;

/// A student's plan for a semester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timetable {
    /// Its id, which tells its semester.
    pub id: TimetableId,
    /// Whose it is. No answer ever holds this.
    pub owner_id: UserId,
    /// The semester.
    pub semester: Semester,
    /// Its name.
    pub name: TimetableName,
    /// Who else may see it.
    pub visibility: Visibility,
    /// What is in it, in the order in which it was put there.
    pub entries: Vec<Entry>,
    /// What is known of the token of its link, if it is shared by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<ShareHash>,
    /// When it was made.
    pub created_at: Time,
    /// When it, an entry of it or its link last changed.
    pub updated_at: Time,
}

/// Who may see a timetable beside its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Nobody.
    #[default]
    Private,
    /// The owner's friends.
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

/// What to change of a timetable; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct TimetableChanges {
    /// A new name.
    pub name: Option<TimetableName>,
    /// Who else may see it from now on.
    pub visibility: Option<Visibility>,
    /// Whether it is the semester's primary one from now on.
    pub is_primary: Option<bool>,
}

impl Timetable {
    /// The most entries that one has: they are one row of the table.
    pub const MOST_ENTRIES: usize = 50;

    /// A new, empty timetable.
    pub fn open(owner: &Caller, semester: Semester, name: TimetableName, visibility: Visibility, now: Time) -> Self {
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

    /// A copy under a new name, of the copier's own and for nobody else to see, also not by the link of this one.
    pub fn copy(&self, copier: &Caller, name: TimetableName, now: Time) -> Self {
        let copied = |entry: &Entry| Entry { id: EntryId::new(now), ..entry.clone() };
        Self {
            entries: self.entries.iter().map(copied).collect(),
            ..Self::open(copier, self.semester, name, Visibility::Private, now)
        }
    }

    /// Whether there may be anybody else who sees it: with `friends` only where it is the primary one of its semester.
    pub fn is_open(&self) -> bool {
        self.visibility != Visibility::Private
    }

    /// Whether another student may see it, given the owner's shelf and what the two are to each other. Friends see the
    /// primary one of a semester only.
    pub fn is_shown_to_other(&self, shelf: Option<&Shelf>, friendship: Option<&Friendship>) -> bool {
        match self.visibility {
            Visibility::School => true,
            Visibility::Friends => {
                let is_primary = shelf.is_some_and(|shelf| shelf.primary_id == self.id);
                is_primary && friendship.is_some_and(|friendship| friendship.since.is_some())
            }
            Visibility::Private => false,
        }
    }

    /// Asks for the right to change it, given that the caller may see it.
    ///
    /// # Errors
    /// [`Refusal::NotTimetableOwner`].
    pub fn check_owned_by(&self, caller: &Caller) -> Result<(), Refusal> {
        if self.owner_id == caller.user { Ok(()) } else { Err(Refusal::NotTimetableOwner) }
    }

    /// The timetable with another name or visibility.
    #[must_use]
    pub fn edit(&self, changes: &TimetableChanges, now: Time) -> Self {
        Self {
            name: changes.name.as_ref().unwrap_or(&self.name).clone(),
            visibility: changes.visibility.unwrap_or(self.visibility),
            ..self.touched(now)
        }
    }

    /// The timetable with another link, or with none.
    #[must_use]
    pub fn share(&self, share: Option<ShareHash>, now: Time) -> Self {
        Self { share, ..self.touched(now) }
    }

    /// The entries as they are shown, with what the catalogue says of their lectures now.
    pub fn shown<'a>(&'a self, catalogue: Option<&'a Catalogue>) -> Vec<ShownEntry<'a>> {
        let mut shown: Vec<_> = self.entries.iter().map(|entry| entry.shown(catalogue)).collect();
        let slots: Vec<&[Slot]> = shown.iter().map(|entry| entry.slots).collect();
        let conflicts =
            |at: usize, own: &[Slot]| slots.iter().enumerate().any(|(other, slots)| other != at && clash(own, slots));
        let conflicts: Vec<bool> = slots.iter().enumerate().map(|(at, own)| conflicts(at, own)).collect();
        for (entry, conflicts) in shown.iter_mut().zip(conflicts) {
            entry.conflicts = conflicts;
        }
        shown
    }

    /// The timetable with a lecture of its semester in it.
    ///
    /// # Errors
    /// [`Refusal::LectureAlreadyAdded`], [`Refusal::EntriesFull`], a [`Clash`].
    pub fn add_lecture(
        &self,
        lecture: &Lecture,
        color: Option<Color>,
        catalogue: Option<&Catalogue>,
        now: Time,
    ) -> Result<(Self, EntryId), EntryRefusal> {
        let has_it = |entry: &Entry| matches!(entry.subject, Subject::Lecture(id) if id == lecture.id);
        if self.entries.iter().any(has_it) {
            return Err(Refusal::LectureAlreadyAdded.into());
        }
        self.check_free(&lecture.facts.slots, None, catalogue)?;
        self.add(Subject::Lecture(lecture.id), color, now)
    }

    /// The timetable with an entry of the student's own in it.
    ///
    /// # Errors
    /// [`FieldError::Overlapping`] and [`FieldError::TooMany`] at the field `slots`, [`Refusal::EntriesFull`], a [`Clash`].
    pub fn add_custom(
        &self,
        custom: Custom,
        color: Option<Color>,
        catalogue: Option<&Catalogue>,
        now: Time,
    ) -> Result<(Self, EntryId), EntryRefusal> {
        check_slots(&custom.slots)?;
        self.check_free(&custom.slots, None, catalogue)?;
        self.add(Subject::Custom(custom), color, now)
    }

    /// The timetable with an entry changed; none if it has no such entry.
    ///
    /// # Errors
    /// Those of [`add_custom`](Self::add_custom), and [`FieldError::FromCatalogue`] at each field that an entry of the
    /// catalogue cannot have changed.
    pub fn edit_entry(
        &self,
        id: EntryId,
        changes: &EntryChanges,
        catalogue: Option<&Catalogue>,
        now: Time,
    ) -> Result<Option<Self>, EntryRefusal> {
        let Some(entry) = self.entry(id) else { return Ok(None) };
        let edited = entry.edit(changes)?;
        if let (Some(slots), Subject::Custom(_)) = (&changes.custom.slots, &edited.subject) {
            check_slots(slots)?;
            self.check_free(slots, Some(id), catalogue)?;
        }
        let mut timetable = self.touched(now);
        for entry in timetable.entries.iter_mut().filter(|entry| entry.id == id) {
            *entry = edited.clone();
        }
        Ok(Some(timetable))
    }

    /// The timetable without an entry; none if it has no such entry.
    pub fn remove_entry(&self, id: EntryId, now: Time) -> Option<Self> {
        self.entry(id)?;
        let mut timetable = self.touched(now);
        timetable.entries.retain(|entry| entry.id != id);
        Some(timetable)
    }

    /// The entry with this id.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The lectures in it.
    pub fn lectures(&self) -> impl Iterator<Item = LectureId> {
        self.entries.iter().filter_map(|entry| match entry.subject {
            Subject::Lecture(id) => Some(id),
            Subject::Custom(_) => None,
        })
    }

    fn add(&self, subject: Subject, color: Option<Color>, now: Time) -> Result<(Self, EntryId), EntryRefusal> {
        if self.entries.len() >= Self::MOST_ENTRIES {
            return Err(Refusal::EntriesFull.into());
        }
        let entry = Entry { id: EntryId::new(now), color: color.unwrap_or_else(|| self.free_color()), subject };
        let id = entry.id;
        let mut timetable = self.touched(now);
        timetable.entries.push(entry);
        Ok((timetable, id))
    }

    /// Checks that no entry but the one that is replaced takes any of the time.
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

    /// The first of the palette's colours that fewest entries have.
    fn free_color(&self) -> Color {
        let uses = |color: &Color| self.entries.iter().filter(|entry| entry.color == *color).count();
        Color::palette().min_by_key(uses).unwrap_or_default()
    }

    /// As it is, but changed now: always later than before, so that a writer who saw the old time notices the change.
    fn touched(&self, now: Time) -> Self {
        Self { updated_at: now.max(self.updated_at.plus_millis(1)), ..self.clone() }
    }
}

fn check_slots(slots: &[Slot]) -> Result<(), EntryRefusal> {
    let error = match slots.len() {
        ..=Custom::MOST_SLOTS if !clash_within(slots) => return Ok(()),
        ..=Custom::MOST_SLOTS => FieldError::Overlapping,
        _ => FieldError::TooMany { max: Custom::MOST_SLOTS },
    };
    Err(EntryRefusal::Invalid(vec![error.at("slots")]))
}

#[cfg(test)]
mod tests;
