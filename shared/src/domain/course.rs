//! Courses: what lectures of one title and professor are in all sections and semesters, and what their reviews come to.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::review::Choice;
use super::{Catalogue, Choices, FieldError, LectureFacts, LectureId, LectureTitle, Professor, fold};

/// What names a course within its school: 128 bits of a hash of title and professor, without regard to case and Unicode
/// form. Lectures without a professor are a course of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CourseId(u128);

impl CourseId {
    /// The course of this title and professor.
    pub fn of(title: &LectureTitle, professor: Option<&Professor>) -> Self {
        let mut name = fold(title.as_str());
        if let Some(professor) = professor {
            // Neither has a line end in it.
            name.push('\n');
            name.push_str(&fold(professor.as_str()));
        }
        let hash = digest(&SHA256, name.as_bytes());
        let half = hash.as_ref().first_chunk().copied().unwrap_or_default();
        Self(u128::from_be_bytes(half))
    }
}

impl LectureFacts {
    /// The course that the lecture is of.
    pub fn course(&self) -> CourseId {
        CourseId::of(&self.title, self.professor.as_ref())
    }
}

impl Catalogue {
    /// Whether one of these lectures is of the course.
    pub fn has_of(&self, course: CourseId, lectures: &[LectureId]) -> bool {
        let mut known = lectures.iter().filter_map(|id| self.get(*id));
        known.any(|lecture| lecture.facts.course() == course)
    }
}

impl fmt::Display for CourseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for CourseId {
    type Err = FieldError;

    /// Takes the one spelling that `Display` writes.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let id = u128::from_str_radix(text, 16).map(Self).or(Err(FieldError::InvalidFormat))?;
        if id.to_string() == text { Ok(id) } else { Err(FieldError::InvalidFormat) }
    }
}

impl Serialize for CourseId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CourseId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().or(Err(de::Error::custom("not the spelling of a course")))
    }
}

/// What the reviews of a course come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// How many there are.
    pub review_count: u32,
    /// The sum of their ratings.
    pub rating_sum: u32,
    /// How many give each answer, by its [name](Choices::names).
    pub answers: BTreeMap<String, u32>,
}

/// The name of an answer: that of the question, and the choice.
fn answer<T: Choice>(question: &str, choice: T) -> String {
    format!("{question}_{}", choice.as_str())
}

impl Choices {
    /// The names of the answers that are given.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let Self { homework, team_work, grading, attendance, exams } = *self;
        let answers = [
            homework.map(|choice| answer("homework", choice)),
            team_work.map(|choice| answer("team_work", choice)),
            grading.map(|choice| answer("grading", choice)),
            attendance.map(|choice| answer("attendance", choice)),
            exams.map(|choice| answer("exams", choice)),
        ];
        answers.into_iter().flatten()
    }
}

impl Course {
    /// The mean rating, rounded to two decimals; none without reviews.
    pub fn rating(&self) -> Option<f64> {
        let mean = f64::from(self.rating_sum) / f64::from(self.review_count);
        (self.review_count > 0).then(|| (mean * 100.0).round() / 100.0)
    }

    /// The commonest answer to each question; none where nobody answers. Of those that are as common, the first.
    pub fn commonest(&self) -> Choices {
        Choices {
            homework: self.commonest_of("homework"),
            team_work: self.commonest_of("team_work"),
            grading: self.commonest_of("grading"),
            attendance: self.commonest_of("attendance"),
            exams: self.commonest_of("exams"),
        }
    }

    fn commonest_of<T: Choice>(&self, question: &str) -> Option<T> {
        let count = |choice: &T| self.answers.get(&answer(question, *choice)).copied().unwrap_or_default();
        // Of equals this takes the last.
        T::ALL.iter().rev().copied().max_by_key(count).filter(|choice| count(choice) > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Amount, Exams, Grading, Parse};

    fn with(mut course: Course, rating: u32, choices: Choices) -> Course {
        course.review_count += 1;
        course.rating_sum += rating;
        for name in choices.names() {
            *course.answers.entry(name).or_default() += 1;
        }
        course
    }

    fn course(title: &str, professor: Option<&str>) -> CourseId {
        let (title, professor) = (LectureTitle::parse(title.to_owned()), professor.map(str::to_owned));
        CourseId::of(&title.unwrap(), professor.map(|name| Professor::parse(name).unwrap()).as_ref())
    }

    #[test]
    fn title_and_professor_name_a_course_without_regard_to_case_and_form() {
        let algebra = course("Linear Algebra", Some("Kim"));
        assert_eq!(course(" ＬINEAR algebra", Some("KIM ")), algebra);
        for other in [("Linear Algebra", Some("Lee")), ("Linear Algebra 2", Some("Kim")), ("Linear Algebra", None)] {
            assert_ne!(course(other.0, other.1), algebra);
        }
        assert_ne!(course("Linear Algebra Kim", None), algebra);
    }

    #[test]
    fn a_course_has_one_spelling() {
        let id = course("확률과정론", None);
        assert_eq!((id.to_string().len(), id.to_string().parse()), (32, Ok(id)));
        for wrong in ["", "x", "+f", "F".repeat(32).as_str(), "f".repeat(33).as_str()] {
            assert_eq!(wrong.parse::<CourseId>(), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }

    #[test]
    fn without_reviews_nothing_is_known() {
        let course = Course::default();
        assert_eq!((course.rating(), course.commonest()), (None, Choices::default()));
    }

    #[test]
    fn the_rating_is_a_mean_of_two_decimals() {
        let rated = |ratings: &[u32]| {
            let add = |course, rating: &u32| with(course, *rating, Choices::default());
            ratings.iter().fold(Course::default(), add).rating()
        };
        assert_eq!(
            [rated(&[4]), rated(&[5, 4]), rated(&[5, 5, 4]), rated(&[1, 1, 2])].map(Option::unwrap),
            [4.0, 4.5, 4.67, 1.33]
        );
    }

    #[test]
    fn the_commonest_answer_counts_and_of_equals_the_first() {
        let says = |homework, grading| Choices { homework, grading, ..Choices::default() };
        let course = with(Course::default(), 3, says(Some(Amount::Many), Some(Grading::Strict)));
        let course = with(course, 3, says(Some(Amount::Nothing), None));
        let course = with(course, 3, says(Some(Amount::Many), Some(Grading::Generous)));
        assert_eq!(course.commonest(), says(Some(Amount::Many), Some(Grading::Generous)));
        let course = with(course, 3, Choices { exams: Some(Exams::FourOrMore), ..Choices::default() });
        assert_eq!(course.commonest().exams, Some(Exams::FourOrMore));
        assert_eq!(course.answers["exams_four_or_more"], 1);
    }
}
