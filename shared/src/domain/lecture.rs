//! Lectures of a semester's catalogue.

use serde::{Deserialize, Serialize};

use super::{Credit, FieldError, LectureId, Parse, SingleLine, Slot, Time};

/// The code of a course in the school's catalogue: 1 to 30 characters.
pub type LectureCode = SingleLine<1, 30>;
/// Distinguishes lectures with the same code: up to 20 characters. Empty if the school does not number the only section of
/// a course.
pub type Section = SingleLine<0, 20>;
/// The title of a lecture or a custom entry: 1 to 100 characters.
pub type LectureTitle = SingleLine<1, 100>;
/// The name of a professor: 1 to 100 characters.
pub type Professor = SingleLine<1, 100>;
/// The name of a department: 1 to 100 characters.
pub type Department = SingleLine<1, 100>;
/// The kind of lecture in the school's terms, such as 전필 or 교양: 1 to 100 characters. A lecture can be of several kinds.
pub type Classification = SingleLine<1, 100>;
/// The students for whom a lecture is intended, in the school's terms, such as 1학년: 1 to 30 characters.
pub type AcademicYear = SingleLine<1, 30>;
/// Further information from the school: 1 to 500 characters.
pub type Remark = SingleLine<1, 500>;

/// Whether a lecture takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LectureState {
    #[default]
    Listed,
    /// The school lists the lecture as cancelled.
    Cancelled,
    /// The last import does not list the lecture. It stays in the catalogue for the timetables that contain it, and no
    /// search finds it.
    Withdrawn,
}

impl LectureState {
    /// The Korean word for a lecture that does not take place; `None` for a listed one.
    pub fn korean(self) -> Option<&'static str> {
        match self {
            Self::Listed => None,
            Self::Cancelled => Some("폐강"),
            Self::Withdrawn => Some("목록에 없음"),
        }
    }

    fn is_listed(&self) -> bool {
        *self == Self::Listed
    }
}

impl Parse for LectureState {
    type Raw = String;

    /// Parses the state in a catalogue file. An empty field is a listed lecture; no file says `withdrawn`.
    fn parse(raw: String) -> Result<Self, FieldError> {
        match raw.to_lowercase().as_str() {
            "" | "listed" | "개설" => Ok(Self::Listed),
            "cancelled" | "canceled" | "폐강" => Ok(Self::Cancelled),
            _ => Err(FieldError::UnknownChoice),
        }
    }
}

/// The data of a lecture from the school. Semester, code and section together identify a lecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LectureFacts {
    pub code: LectureCode,
    pub section: Section,
    pub title: LectureTitle,
    pub credit: Credit,
    #[serde(default, skip_serializing_if = "LectureState::is_listed")]
    pub state: LectureState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub professor: Option<Professor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Department>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub academic_year: Option<AcademicYear>,
    /// The weekly times and rooms, empty for a lecture without times. Slots of a lecture may overlap, for example if it
    /// uses two rooms at the same time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
    /// The maximum number of participants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// A lecture in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lecture {
    /// Contains the semester.
    pub id: LectureId,
    pub facts: LectureFacts,
    /// When an import added the lecture.
    pub created_at: Time,
    /// When an import, or its undoing, last changed the facts.
    pub updated_at: Time,
}

impl LectureFacts {
    /// Code and section, by which the catalogue is sorted.
    pub fn position(&self) -> (&str, &str) {
        (self.code.as_str(), self.section.as_str())
    }
}
