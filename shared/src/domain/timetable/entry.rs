//! Timetable entries: lectures from the catalogue, and custom entries that the user defines.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::domain::{
    Catalogue, Credit, EntryId, FieldError, Invalid, LectureId, LectureState, LectureTitle, Parse, Professor, Refusal,
    Slot, Time,
};

/// An entry of a timetable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub color: Color,
    #[serde(rename = "subject")]
    pub source: EntrySource,
}

/// Whether an entry is a lecture or a custom entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntrySource {
    /// A lecture. Its data is read from the catalogue each time, so that it is never out of date.
    Lecture(LectureId),
    Custom(CustomEntry),
}

/// An entry that the user defines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomEntry {
    pub title: LectureTitle,
    pub professor: Option<Professor>,
    /// Slots of a custom entry do not overlap each other.
    pub slots: Vec<Slot>,
    pub credit: Credit,
}

impl CustomEntry {
    /// The maximum number of slots.
    pub const MAX_SLOTS: usize = 5;
}

/// A colour in the form `#rrggbb`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Color(String);

/// Colours on which black text is readable.
const PALETTE: [&str; 10] =
    ["#f6c5c0", "#fbdcb4", "#f7eeb0", "#d6ebb8", "#b9e3c6", "#b5e2e4", "#bcd7f5", "#cbc7f2", "#e6c6ee", "#ded3c5"];

impl Color {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The colours for entries for which the client gives none.
    pub fn palette() -> impl Iterator<Item = Self> {
        PALETTE.into_iter().map(|color| Self(color.to_owned()))
    }
}

impl Default for Color {
    fn default() -> Self {
        Self("#dddddd".to_owned())
    }
}

impl Parse for Color {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let is_color = |digits: &str| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if raw.strip_prefix('#').is_some_and(is_color) {
            Ok(Self(raw.to_ascii_lowercase()))
        } else {
            Err(FieldError::InvalidFormat)
        }
    }
}

/// Changes to an entry. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct EntryChanges {
    pub color: Option<Color>,
    /// Allowed only for custom entries.
    pub custom: CustomChanges,
}

/// Changes to the fields of a custom entry. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct CustomChanges {
    pub title: Option<LectureTitle>,
    /// `Some(None)` removes the professor.
    pub professor: Option<Option<Professor>>,
    pub slots: Option<Vec<Slot>>,
    pub credit: Option<Credit>,
}

impl CustomChanges {
    /// The names of the fields that change.
    fn fields(&self) -> impl Iterator<Item = &'static str> {
        let fields = [
            ("title", self.title.is_some()),
            ("professor", self.professor.is_some()),
            ("slots", self.slots.is_some()),
            ("credit", self.credit.is_some()),
        ];
        fields.into_iter().filter(|(_, is_changed)| *is_changed).map(|(field, _)| field)
    }

    /// Checks that no field changes, as required for an entry with a lecture.
    ///
    /// # Errors
    /// [`FieldError::FromCatalogue`] at each changed field.
    pub fn check_none(&self) -> Result<(), EntryRefusal> {
        let refused: Vec<Invalid> = self.fields().map(|field| FieldError::FromCatalogue.at(field)).collect();
        if refused.is_empty() { Ok(()) } else { Err(EntryRefusal::Invalid(refused)) }
    }
}

/// Why an entry cannot be added or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryRefusal {
    /// A rule about timetables.
    Refused(Refusal),
    /// The slots overlap another entry.
    Clash(Clash),
    /// Fields of the request are invalid.
    Invalid(Vec<Invalid>),
}

impl From<Refusal> for EntryRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The existing entry that a new or changed entry overlaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub entry_id: EntryId,
    pub title: String,
}

/// An entry as responses show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownEntry<'a> {
    pub id: EntryId,
    /// `None` for a custom entry.
    pub lecture_id: Option<LectureId>,
    /// `None` for a custom entry.
    pub state: Option<LectureState>,
    pub title: &'a str,
    pub professor: Option<&'a Professor>,
    pub slots: &'a [Slot],
    pub credit: Credit,
    pub color: &'a Color,
    /// Whether the entry overlaps another entry of the timetable.
    pub conflicts: bool,
    /// When an import last changed the lecture; `None` for a custom entry.
    pub lecture_updated_at: Option<Time>,
}

impl ShownEntry<'_> {
    /// The title, after a note if the lecture does not take place: `[폐강] 자료구조`.
    pub fn noted_title(&self) -> Cow<'_, str> {
        match self.state.and_then(LectureState::korean) {
            Some(note) => format!("[{note}] {}", self.title).into(),
            None => self.title.into(),
        }
    }
}

/// The title of a lecture that is not in the catalogue. This should not happen, because imports remove no lectures.
const UNKNOWN_TITLE: &str = "(알수없음)";

impl Entry {
    /// The entry with its data from the catalogue. The caller sets `conflicts`.
    pub(super) fn shown<'a>(&'a self, catalogue: Option<&'a Catalogue>) -> ShownEntry<'a> {
        let base = ShownEntry {
            id: self.id,
            lecture_id: None,
            state: None,
            title: UNKNOWN_TITLE,
            professor: None,
            slots: &[],
            credit: Credit::default(),
            color: &self.color,
            conflicts: false,
            lecture_updated_at: None,
        };
        match &self.source {
            EntrySource::Lecture(id) => {
                let lecture = catalogue.and_then(|catalogue| catalogue.get(*id));
                let known = lecture.map(|lecture| ShownEntry {
                    state: Some(lecture.facts.state),
                    title: lecture.facts.title.as_str(),
                    professor: lecture.facts.professor.as_ref(),
                    slots: &lecture.facts.slots,
                    credit: lecture.facts.credit,
                    lecture_updated_at: Some(lecture.updated_at),
                    ..base.clone()
                });
                let unknown = ShownEntry { state: Some(LectureState::Withdrawn), ..base };
                ShownEntry { lecture_id: Some(*id), ..known.unwrap_or(unknown) }
            }
            EntrySource::Custom(custom) => ShownEntry {
                title: custom.title.as_str(),
                professor: custom.professor.as_ref(),
                slots: &custom.slots,
                credit: custom.credit,
                ..base
            },
        }
    }

    /// Returns the entry with the changes applied.
    pub(super) fn edit(&self, changes: &EntryChanges) -> Result<Self, EntryRefusal> {
        let EntryChanges { color, custom: changes } = changes;
        let source = match &self.source {
            EntrySource::Lecture(id) => {
                changes.check_none()?;
                EntrySource::Lecture(*id)
            }
            EntrySource::Custom(custom) => EntrySource::Custom(CustomEntry {
                title: changes.title.as_ref().unwrap_or(&custom.title).clone(),
                professor: changes.professor.as_ref().unwrap_or(&custom.professor).clone(),
                slots: changes.slots.as_ref().unwrap_or(&custom.slots).clone(),
                credit: changes.credit.unwrap_or(custom.credit),
            }),
        };
        Ok(Self { id: self.id, color: color.as_ref().unwrap_or(&self.color).clone(), source })
    }
}
