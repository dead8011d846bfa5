//! What is in a timetable: lectures of the catalogue, and entries of the student's own.

use serde::{Deserialize, Serialize};

use crate::domain::{
    Catalogue, Credit, EntryId, FieldError, Invalid, LectureId, LectureTitle, Parse, Professor, Refusal, Slot, Time,
};

/// An entry of a timetable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The colour in which it is drawn.
    pub color: Color,
    /// What it is about.
    pub subject: Subject,
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A lecture. What the catalogue says of it is not kept here, so that it is never out of date.
    Lecture(LectureId),
    /// Something of the student's own.
    Custom(Custom),
}

/// An entry of the student's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custom {
    /// Its title.
    pub title: LectureTitle,
    /// Who gives it.
    pub professor: Option<Professor>,
    /// When and where it is; they do not clash with each other.
    pub slots: Vec<Slot>,
    /// How many credits it counts.
    pub credit: Credit,
}

impl Custom {
    /// The most slots that one has.
    pub const MOST_SLOTS: usize = 5;
}

/// A colour as `#rrggbb`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Color(String);

/// Colours on which black text can be read.
const PALETTE: [&str; 10] =
    ["#f6c5c0", "#fbdcb4", "#f7eeb0", "#d6ebb8", "#b9e3c6", "#b5e2e4", "#bcd7f5", "#cbc7f2", "#e6c6ee", "#ded3c5"];

impl Color {
    /// The colour.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The colours that entries get whose colour nobody says.
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

/// What to change of an entry; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct EntryChanges {
    /// Another colour.
    pub color: Option<Color>,
    /// What only an entry of the student's own can have changed.
    pub custom: CustomChanges,
}

/// What to change of an entry of the student's own; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct CustomChanges {
    /// Another title.
    pub title: Option<LectureTitle>,
    /// Another professor, or none.
    pub professor: Option<Option<Professor>>,
    /// Other slots.
    pub slots: Option<Vec<Slot>>,
    /// Other credits.
    pub credit: Option<Credit>,
}

impl CustomChanges {
    /// The fields that are there.
    fn fields(&self) -> impl Iterator<Item = &'static str> {
        let fields = [
            ("title", self.title.is_some()),
            ("professor", self.professor.is_some()),
            ("slots", self.slots.is_some()),
            ("credit", self.credit.is_some()),
        ];
        fields.into_iter().filter(|(_, is_there)| *is_there).map(|(field, _)| field)
    }

    /// Checks that there are none, as befits an entry of the catalogue.
    ///
    /// # Errors
    /// [`FieldError::FromCatalogue`] at each field.
    pub fn check_none(&self) -> Result<(), EntryRefusal> {
        let refused: Vec<Invalid> = self.fields().map(|field| FieldError::FromCatalogue.at(field)).collect();
        if refused.is_empty() { Ok(()) } else { Err(EntryRefusal::Invalid(refused)) }
    }
}

/// Why an entry cannot be as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryRefusal {
    /// A rule of timetables.
    Refused(Refusal),
    /// Another entry takes some of its time.
    Clash(Clash),
    /// Rules of the fields.
    Invalid(Vec<Invalid>),
}

impl From<Refusal> for EntryRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The entry that takes the time that another one wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Its id.
    pub entry_id: EntryId,
    /// Its title.
    pub title: String,
}

/// An entry with all that is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownEntry<'a> {
    /// Its id.
    pub id: EntryId,
    /// The lecture that it is, if it is one.
    pub lecture_id: Option<LectureId>,
    /// Its title.
    pub title: &'a str,
    /// Who gives it.
    pub professor: Option<&'a Professor>,
    /// When and where it is.
    pub slots: &'a [Slot],
    /// How many credits it counts.
    pub credit: Credit,
    /// The colour in which it is drawn.
    pub color: &'a Color,
    /// Whether another entry of the timetable has some of its time.
    pub conflicts: bool,
    /// When what the school says of the lecture last changed, if it is one.
    pub lecture_updated_at: Option<Time>,
}

/// What is shown of a lecture that the catalogue does not have. No import takes one away.
const UNKNOWN: &str = "(알수없음)";

impl Entry {
    /// The entry with what the catalogue says of it; as if nothing conflicted with it.
    pub(super) fn shown<'a>(&'a self, catalogue: Option<&'a Catalogue>) -> ShownEntry<'a> {
        let bare = ShownEntry {
            id: self.id,
            lecture_id: None,
            title: UNKNOWN,
            professor: None,
            slots: &[],
            credit: Credit::default(),
            color: &self.color,
            conflicts: false,
            lecture_updated_at: None,
        };
        match &self.subject {
            Subject::Lecture(id) => {
                let lecture = catalogue.and_then(|catalogue| catalogue.get(*id));
                let known = lecture.map(|lecture| ShownEntry {
                    title: lecture.facts.title.as_str(),
                    professor: lecture.facts.professor.as_ref(),
                    slots: &lecture.facts.slots,
                    credit: lecture.facts.credit,
                    lecture_updated_at: Some(lecture.updated_at),
                    ..bare.clone()
                });
                ShownEntry { lecture_id: Some(*id), ..known.unwrap_or(bare) }
            }
            Subject::Custom(custom) => ShownEntry {
                title: custom.title.as_str(),
                professor: custom.professor.as_ref(),
                slots: &custom.slots,
                credit: custom.credit,
                ..bare
            },
        }
    }

    /// The entry with the changes made.
    pub(super) fn edit(&self, changes: &EntryChanges) -> Result<Self, EntryRefusal> {
        let EntryChanges { color, custom: changed } = changes;
        let subject = match &self.subject {
            Subject::Lecture(id) => {
                changed.check_none()?;
                Subject::Lecture(*id)
            }
            Subject::Custom(custom) => Subject::Custom(Custom {
                title: changed.title.as_ref().unwrap_or(&custom.title).clone(),
                professor: changed.professor.as_ref().unwrap_or(&custom.professor).clone(),
                slots: changed.slots.as_ref().unwrap_or(&custom.slots).clone(),
                credit: changed.credit.unwrap_or(custom.credit),
            }),
        };
        Ok(Self { id: self.id, color: color.as_ref().unwrap_or(&self.color).clone(), subject })
    }
}
