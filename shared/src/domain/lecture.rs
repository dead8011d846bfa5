//! Lectures of a semester's catalogue.

use serde::{Deserialize, Serialize};

use super::{FieldError, LectureId, Parse, SingleLine, Slot, Time};

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

/// A number of credits: 0 to 30.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Credit(u8);

impl Credit {
    pub const MAX: u8 = 30;

    pub fn get(self) -> u8 {
        self.0
    }
}

impl Parse for Credit {
    type Raw = i64;

    fn parse(raw: i64) -> Result<Self, FieldError> {
        match u8::try_from(raw) {
            Ok(credit @ 0..=Self::MAX) => Ok(Self(credit)),
            _ => Err(FieldError::OutOfRange { min: 0, max: Self::MAX.into() }),
        }
    }
}

/// A [`Credit`] that is parsed from text, as in query strings and catalogue files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditText(pub Credit);

impl Parse for CreditText {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let is_number = raw.bytes().all(|byte| byte.is_ascii_digit());
        let number = raw.parse().ok().filter(|_| is_number).ok_or(FieldError::InvalidFormat)?;
        Credit::parse(number).map(Self)
    }
}

/// The data of a lecture from the school. Semester, code and section together identify a lecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LectureFacts {
    pub code: LectureCode,
    pub section: Section,
    pub title: LectureTitle,
    pub credit: Credit,
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
    /// When an import last changed the facts.
    pub updated_at: Time,
}

impl LectureFacts {
    /// Code and section, by which the catalogue is sorted.
    pub fn position(&self) -> (&str, &str) {
        (self.code.as_str(), self.section.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_between_0_and_30() {
        assert_eq!(Credit::parse(0).map(Credit::get), Ok(0));
        assert_eq!(Credit::parse(30).map(Credit::get), Ok(30));
        for wrong in [-1, 31, i64::MAX] {
            assert_eq!(Credit::parse(wrong), Err(FieldError::OutOfRange { min: 0, max: 30 }));
        }
        assert_eq!(CreditText::parse("3".to_owned()), Ok(CreditText(Credit(3))));
        for wrong in ["", "three", "+3", "-1", "1.5", " 3"] {
            assert_eq!(CreditText::parse(wrong.to_owned()), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }
}
