//! Courses: all lectures of a school with the same title and professor, in all sections and semesters. Students review
//! courses, not lectures (rule 14).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::review::Choice;
use super::{Catalogue, Choices, FieldError, LectureFacts, LectureId, LectureTitle, Professor, fold_without_spaces};

/// Identifies a course within its school: 128 bits of a hash of title and professors, without regard to case, Unicode
/// form, white space and the order of the professors. Lectures with the same title and no professor are one course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CourseId(u128);

impl CourseId {
    /// The id of the course with this title and these professors.
    pub fn of(title: &LectureTitle, professor: Option<&Professor>) -> Self {
        let professor = professor.map(|professor| fold_without_spaces(professor.as_str()));
        Self::of_folded(&fold_without_spaces(title.as_str()), professor.as_deref())
    }

    /// The id of the course whose title and professors are these texts, [folded without spaces](fold_without_spaces).
    pub(super) fn of_folded(title: &str, professor: Option<&str>) -> Self {
        let mut name = title.to_owned();
        if let Some(professor) = professor {
            // Neither text contains a line break, so this separates them unambiguously.
            name.push('\n');
            name.push_str(&in_alphabetical_order(professor));
        }
        let hash = digest(&SHA256, name.as_bytes());
        let half = hash.as_ref().first_chunk().copied().unwrap_or_default();
        Self(u128::from_be_bytes(half))
    }
}

/// The professors of a lecture in alphabetical order. Schools separate them by different characters, and list them in
/// another order each semester.
fn in_alphabetical_order(professors: &str) -> String {
    let names = professors.split([',', ';', '/', '·', '・', '、']).filter(|name| !name.is_empty());
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.join(",")
}

impl LectureFacts {
    /// The course of the lecture.
    pub fn course(&self) -> CourseId {
        CourseId::of(&self.title, self.professor.as_ref())
    }
}

impl Catalogue {
    /// Whether at least one of these lectures belongs to the course.
    pub fn has_lecture_of(&self, course: CourseId, lectures: &[LectureId]) -> bool {
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

    /// Accepts only the form that `Display` writes.
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
        String::deserialize(deserializer)?.parse().or(Err(de::Error::custom("invalid course id")))
    }
}

/// The totals of the reviews of a course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    pub review_count: u32,
    /// The sum of all ratings.
    pub rating_sum: u32,
    /// The number of reviews with each answer, by [answer name](Choices::names).
    pub answers: BTreeMap<String, u32>,
}

/// The name of an answer: the question and the choice, such as `homework_some`.
fn answer_name<T: Choice>(question: &str, choice: T) -> String {
    format!("{question}_{}", choice.as_str())
}

impl Choices {
    /// The names of the answers that are given, such as `homework_some`.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let Self { homework, team_work, grading, attendance, exams } = *self;
        let answers = [
            homework.map(|choice| answer_name("homework", choice)),
            team_work.map(|choice| answer_name("team_work", choice)),
            grading.map(|choice| answer_name("grading", choice)),
            attendance.map(|choice| answer_name("attendance", choice)),
            exams.map(|choice| answer_name("exams", choice)),
        ];
        answers.into_iter().flatten()
    }
}

impl Course {
    /// The mean rating, rounded to two decimals, or `None` without reviews.
    pub fn rating(&self) -> Option<f64> {
        let mean = f64::from(self.rating_sum) / f64::from(self.review_count);
        (self.review_count > 0).then(|| (mean * 100.0).round() / 100.0)
    }

    /// The most common answer to each question, or `None` if no review answers it. If several answers are equally
    /// common, the first of [`Choice::ALL`] counts.
    pub fn most_common(&self) -> Choices {
        Choices {
            homework: self.most_common_of("homework"),
            team_work: self.most_common_of("team_work"),
            grading: self.most_common_of("grading"),
            attendance: self.most_common_of("attendance"),
            exams: self.most_common_of("exams"),
        }
    }

    fn most_common_of<T: Choice>(&self, question: &str) -> Option<T> {
        // Saves time: most courses have no reviews.
        if self.answers.is_empty() {
            return None;
        }
        let count = |choice: &T| self.answers.get(&answer_name(question, *choice)).copied().unwrap_or_default();
        // `max_by_key` returns the last maximum, so the reversed order yields the first choice.
        T::ALL.iter().rev().copied().max_by_key(count).filter(|choice| count(choice) > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Amount, Exams, Grading, Parse};

    fn add_review(mut course: Course, rating: u32, choices: Choices) -> Course {
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
    fn title_and_professor_identify_a_course_without_regard_to_case_and_form() {
        let algebra = course("Linear Algebra", Some("Kim"));
        assert_eq!(course(" ＬINEAR algebra", Some("KIM ")), algebra);
        for other in [("Linear Algebra", Some("Lee")), ("Linear Algebra 2", Some("Kim")), ("Linear Algebra", None)] {
            assert_ne!(course(other.0, other.1), algebra);
        }
        assert_ne!(course("Linear Algebra Kim", None), algebra);
    }

    #[test]
    fn spaces_and_the_order_of_professors_do_not_make_another_course() {
        let together = course("팀티칭 개론", Some("한가람, 윤나래"));
        for (title, professors) in [
            ("팀티칭 개론", "한가람,윤나래"),
            ("팀티칭  개론", "윤나래, 한가람"),
            ("팀티칭개론", "한 가람 / 윤나래"),
            ("팀티칭 개론", "윤나래·한가람"),
            ("팀티칭 개론", "한가람;윤나래,"),
            ("팀티칭 개론", "한가람，윤나래"),
        ] {
            assert_eq!(course(title, Some(professors)), together, "{title} {professors}");
        }
        for other in ["한가람", "한가람윤나래", "한가람, 윤나래, 도담희", "한가, 람윤나래"] {
            assert_ne!(course("팀티칭 개론", Some(other)), together, "{other}");
        }
    }

    #[test]
    fn the_id_of_a_course_never_changes() {
        // Reviews are stored under it.
        assert_eq!(course("팀티칭 개론", Some("한가람, 윤나래")).to_string(), "52d8150db6941e326f92fc744acfab85");
    }

    #[test]
    fn a_course_id_has_one_text_form() {
        let id = course("확률과정론", None);
        assert_eq!((id.to_string().len(), id.to_string().parse()), (32, Ok(id)));
        for wrong in ["", "x", "+f", "F".repeat(32).as_str(), "f".repeat(33).as_str()] {
            assert_eq!(wrong.parse::<CourseId>(), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }

    #[test]
    fn a_course_without_reviews_has_no_rating_and_no_answers() {
        let course = Course::default();
        assert_eq!((course.rating(), course.most_common()), (None, Choices::default()));
    }

    #[test]
    fn the_rating_is_the_mean_with_two_decimals() {
        let rated = |ratings: &[u32]| {
            let add = |course, rating: &u32| add_review(course, *rating, Choices::default());
            ratings.iter().fold(Course::default(), add).rating()
        };
        assert_eq!(
            [rated(&[4]), rated(&[5, 4]), rated(&[5, 5, 4]), rated(&[1, 1, 2])].map(Option::unwrap),
            [4.0, 4.5, 4.67, 1.33]
        );
    }

    #[test]
    fn the_first_of_equally_common_answers_counts() {
        let answers = |homework, grading| Choices { homework, grading, ..Choices::default() };
        let course = add_review(Course::default(), 3, answers(Some(Amount::Many), Some(Grading::Strict)));
        let course = add_review(course, 3, answers(Some(Amount::Nothing), None));
        let course = add_review(course, 3, answers(Some(Amount::Many), Some(Grading::Generous)));
        assert_eq!(course.most_common(), answers(Some(Amount::Many), Some(Grading::Generous)));
        let course = add_review(course, 3, Choices { exams: Some(Exams::FourOrMore), ..Choices::default() });
        assert_eq!(course.most_common().exams, Some(Exams::FourOrMore));
        assert_eq!(course.answers["exams_four_or_more"], 1);
    }
}
