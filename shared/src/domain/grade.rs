//! Grades (rule 25): what a student got in each course, the mean, and the credits earned.
//!
//! All sums are of integers: grade points in tenths, credits in halves. So a mean is exact before it is rounded to four
//! decimal places.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    CourseId, Credit, Credits, FieldError, GoalCredits, Invalid, LectureId, LectureTitle, Parse, Refusal, Semester,
};

/// The grade points of the best grade: 4.5 or 4.3. It determines the points of all grades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    #[default]
    FourFive,
    FourThree,
}

/// A grade, such as `A+`, `F` or `P`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grade {
    name: &'static str,
    four_five: Points,
    four_three: Points,
}

/// What a grade counts in a mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Points {
    /// Grade points, in tenths.
    Tenths(u16),
    /// The grade is outside the mean.
    Outside,
    /// The scale does not have the grade.
    NotOnScale,
}

/// All grades, with their points on the two scales.
const GRADES: [Grade; 15] = {
    use Points::{NotOnScale, Outside, Tenths};
    const fn grade(name: &'static str, four_five: Points, four_three: Points) -> Grade {
        Grade { name, four_five, four_three }
    }
    [
        grade("A+", Tenths(45), Tenths(43)),
        grade("A0", Tenths(40), Tenths(40)),
        grade("A-", NotOnScale, Tenths(37)),
        grade("B+", Tenths(35), Tenths(33)),
        grade("B0", Tenths(30), Tenths(30)),
        grade("B-", NotOnScale, Tenths(27)),
        grade("C+", Tenths(25), Tenths(23)),
        grade("C0", Tenths(20), Tenths(20)),
        grade("C-", NotOnScale, Tenths(17)),
        grade("D+", Tenths(15), Tenths(13)),
        grade("D0", Tenths(10), Tenths(10)),
        grade("D-", NotOnScale, Tenths(7)),
        grade("F", Tenths(0), Tenths(0)),
        grade("P", Outside, Outside),
        grade("NP", Outside, Outside),
    ]
};

/// A course that a student took in a semester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradedCourse {
    pub title: LectureTitle,
    pub credit: Credit,
    pub grade: Grade,
    pub is_major: bool,
    /// Whether the course replaces the newest course with the same title in an earlier semester.
    pub is_retake: bool,
    /// The lecture in the school's catalogue, if the student took the course from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lecture_id: Option<LectureId>,
}

/// All grades of a student.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gradebook {
    scale: Scale,
    goal_credits: Option<GoalCredits>,
    /// The courses of each semester that has any.
    semesters: BTreeMap<Semester, Vec<GradedCourse>>,
}

/// Changes to the settings of a [`Gradebook`]. `None` leaves a setting unchanged.
#[derive(Clone, Copy, Debug)]
pub struct GradeSettings {
    pub scale: Option<Scale>,
    /// `Some(None)` removes the goal.
    pub goal_credits: Option<Option<GoalCredits>>,
}

/// A mean of grade points, rounded to four decimal places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mean {
    ten_thousandths: u32,
}

/// The means and the credits of the courses of a semester, or of all semesters. A course that a later retake replaces
/// counts nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GradeTotals {
    /// `None` without a course that counts in it.
    pub mean: Option<Mean>,
    /// The mean of the courses of the major.
    pub major_mean: Option<Mean>,
    pub credits: Credits,
    /// The credits of the courses that the student passed.
    pub credits_earned: Credits,
}

impl Scale {
    fn max(self) -> f64 {
        match self {
            Self::FourFive => 4.5,
            Self::FourThree => 4.3,
        }
    }
}

impl Parse for Scale {
    type Raw = f64;

    fn parse(raw: f64) -> Result<Self, FieldError> {
        let scale = [Self::FourFive, Self::FourThree].into_iter().find(|scale| scale.max() == raw);
        scale.ok_or(FieldError::UnknownChoice)
    }
}

impl Serialize for Scale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.max())
    }
}

impl<'de> Deserialize<'de> for Scale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(f64::deserialize(deserializer)?).or(Err(D::Error::custom("unknown scale")))
    }
}

impl Grade {
    /// The names of all grades, best first.
    pub const NAMES: [&'static str; GRADES.len()] = {
        let mut names = [""; GRADES.len()];
        let mut index = 0;
        while index < GRADES.len() {
            #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
            {
                names[index] = GRADES[index].name;
            }
            index += 1;
        }
        names
    };

    fn points(self, scale: Scale) -> Points {
        match scale {
            Scale::FourFive => self.four_five,
            Scale::FourThree => self.four_three,
        }
    }

    fn is_on(self, scale: Scale) -> bool {
        self.points(scale) != Points::NotOnScale
    }

    /// Whether a course with this grade gives its credits.
    fn is_passed(self) -> bool {
        !["F", "NP"].contains(&self.name)
    }
}

impl Parse for Grade {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        GRADES.into_iter().find(|grade| grade.name == raw).ok_or(FieldError::UnknownChoice)
    }
}

impl Serialize for Grade {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Grade {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).or(Err(D::Error::custom("unknown grade")))
    }
}

impl Serialize for Mean {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The quotient is the number that is nearest to the four decimal places, so it is written with them.
        serializer.serialize_f64(f64::from(self.ten_thousandths) / 10_000.0)
    }
}

impl Gradebook {
    /// The most courses of a semester.
    pub const MAX_COURSES: usize = 30;
    /// The most semesters with courses: four a year, for ten years.
    pub const MAX_SEMESTERS: usize = 40;

    /// A gradebook that the store has read.
    pub(crate) fn new(
        scale: Scale,
        goal_credits: Option<GoalCredits>,
        semesters: BTreeMap<Semester, Vec<GradedCourse>>,
    ) -> Self {
        Self { scale, goal_credits, semesters }
    }

    pub fn scale(&self) -> Scale {
        self.scale
    }

    pub fn goal_credits(&self) -> Option<GoalCredits> {
        self.goal_credits
    }

    /// The semesters with courses, oldest first.
    pub fn semesters(&self) -> impl DoubleEndedIterator<Item = Semester> {
        self.semesters.keys().copied()
    }

    /// The courses of a semester.
    pub fn courses(&self, semester: Semester) -> &[GradedCourse] {
        self.semesters.get(&semester).map(Vec::as_slice).unwrap_or_default()
    }

    /// Checks courses before they are [set](Self::set).
    ///
    /// # Errors
    /// [`FieldError::TooMany`] at `courses`; [`FieldError::NotOnScale`] at each grade that the scale does not have.
    pub fn check(&self, courses: &[GradedCourse]) -> Result<(), Vec<Invalid>> {
        if courses.len() > Self::MAX_COURSES {
            return Err(vec![FieldError::TooMany { max: Self::MAX_COURSES }.at("courses")]);
        }
        let wrong = courses.iter().enumerate().filter(|(_, course)| !course.grade.is_on(self.scale));
        let invalid: Vec<_> = wrong.map(|(at, _)| FieldError::NotOnScale.at(format!("courses[{at}].grade"))).collect();
        if invalid.is_empty() { Ok(()) } else { Err(invalid) }
    }

    /// Replaces the courses of a semester.
    ///
    /// # Errors
    /// [`Refusal::GradesFull`].
    pub fn set(&mut self, semester: Semester, courses: Vec<GradedCourse>) -> Result<(), Refusal> {
        if courses.is_empty() {
            self.semesters.remove(&semester);
            return Ok(());
        }
        if self.semesters.len() >= Self::MAX_SEMESTERS && !self.semesters.contains_key(&semester) {
            return Err(Refusal::GradesFull);
        }
        self.semesters.insert(semester, courses);
        Ok(())
    }

    /// Changes the settings.
    ///
    /// # Errors
    /// [`Refusal::MinusGrades`] if a course has a grade that the new scale does not have.
    pub fn change_settings(&mut self, changes: GradeSettings) -> Result<(), Refusal> {
        let scale = changes.scale.unwrap_or(self.scale);
        if self.semesters.values().flatten().any(|course| !course.grade.is_on(scale)) {
            return Err(Refusal::MinusGrades);
        }
        self.scale = scale;
        self.goal_credits = changes.goal_credits.unwrap_or(self.goal_credits);
        Ok(())
    }

    /// The totals of all semesters.
    pub fn totals(&self) -> GradeTotals {
        self.totals_where(|_| true)
    }

    /// The totals of one semester.
    pub fn totals_of(&self, semester: Semester) -> GradeTotals {
        self.totals_where(|other| other == semester)
    }

    fn totals_where(&self, is_included: impl Fn(Semester) -> bool) -> GradeTotals {
        let replaced = self.replaced();
        let included = self.semesters.iter().filter(|(semester, _)| is_included(**semester));
        let courses: Vec<&GradedCourse> = included
            .flat_map(|(semester, courses)| {
                courses.iter().enumerate().map(move |(at, course)| ((*semester, at), course))
            })
            .filter(|(place, _)| !replaced.contains(place))
            .map(|(_, course)| course)
            .collect();
        let passed = courses.iter().filter(|course| course.grade.is_passed());
        GradeTotals {
            mean: mean(self.scale, courses.iter().copied()),
            major_mean: mean(self.scale, courses.iter().copied().filter(|course| course.is_major)),
            credits: courses.iter().map(|course| course.credit).sum(),
            credits_earned: passed.map(|course| course.credit).sum(),
        }
    }

    /// The courses that retakes replace, by semester and index. A retake replaces the newest course with the same title
    /// in an earlier semester; of several in one semester, the last.
    fn replaced(&self) -> HashSet<(Semester, usize)> {
        let (mut newest, mut replaced) = (HashMap::new(), HashSet::new());
        for (semester, courses) in &self.semesters {
            let ids: Vec<_> = courses.iter().map(|course| CourseId::of(&course.title, None)).collect();
            let retakes = courses.iter().zip(&ids).filter(|(course, _)| course.is_retake);
            replaced.extend(retakes.filter_map(|(_, id)| newest.get(id).copied()));
            newest.extend(ids.into_iter().enumerate().map(|(at, id)| (id, (*semester, at))));
        }
        replaced
    }
}

/// The mean of grade points, weighted by credits.
fn mean<'a>(scale: Scale, courses: impl Iterator<Item = &'a GradedCourse>) -> Option<Mean> {
    let (mut points, mut weight) = (0_u64, 0_u64);
    for course in courses {
        if let Points::Tenths(tenths) = course.grade.points(scale) {
            let halves = u64::from(Credits::from(course.credit).halves());
            points += u64::from(tenths) * halves;
            weight += halves;
        }
    }
    // Half a ten-thousandth is rounded up.
    let ten_thousandths = (points * 2000 + weight).checked_div(weight * 2)?;
    u32::try_from(ten_thousandths).ok().map(|ten_thousandths| Mean { ten_thousandths })
}

#[cfg(test)]
mod tests;
