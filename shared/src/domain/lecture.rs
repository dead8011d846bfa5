//! Lectures, as the catalogue of a semester has them.

use serde::{Deserialize, Serialize};

use super::{FieldError, LectureId, Line, Parse, Slot, Time};

/// The code of a lecture's course: 1 to 30 characters.
pub type LectureCode = Line<1, 30>;
/// What tells the lectures of one code apart: 1 to 20 characters.
pub type Section = Line<1, 20>;
/// 1 to 100 characters.
pub type LectureTitle = Line<1, 100>;
/// 1 to 100 characters.
pub type Professor = Line<1, 100>;
/// 1 to 100 characters.
pub type Department = Line<1, 100>;
/// 1 to 30 characters, in the school's own words.
pub type Classification = Line<1, 30>;
/// 1 to 30 characters, in the school's own words.
pub type AcademicYear = Line<1, 30>;
/// 1 to 500 characters.
pub type Remark = Line<1, 500>;

/// How many credits something counts: 0 to 30.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Credit(u8);

impl Credit {
    /// The most.
    pub const MAX: u8 = 30;

    /// The number.
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

/// A [`Credit`] as text, which is how queries and files have it.
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

/// What a school says of a lecture. Its semester, its code and its section name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LectureFacts {
    /// The code of its course.
    pub code: LectureCode,
    /// Which of the lectures of the code it is.
    pub section: Section,
    /// Its title.
    pub title: LectureTitle,
    /// How many credits it counts.
    pub credit: Credit,
    /// Who gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub professor: Option<Professor>,
    /// The department that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Department>,
    /// What kind of lecture it is, such as 전필 or 교양.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// Whom it is for, such as 1학년.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub academic_year: Option<AcademicYear>,
    /// When and where it is held; none for one without times. They may overlap: one time, two rooms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
    /// How many may take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<u16>,
    /// What else the school says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// A lecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lecture {
    /// Its id, which tells its semester.
    pub id: LectureId,
    /// What the school says of it.
    pub facts: LectureFacts,
    /// When it came into the catalogue.
    pub created_at: Time,
    /// When what the school says of it last changed.
    pub updated_at: Time,
}

impl LectureFacts {
    /// What the catalogue is sorted by.
    pub fn position(&self) -> (&str, &str) {
        (self.code.as_str(), self.section.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_0_to_30() {
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
