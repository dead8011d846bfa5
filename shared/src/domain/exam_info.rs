//! Information about the exams of courses (rule 26).

use serde::{Deserialize, Serialize};

use super::review::choices;
use super::{Caller, Choice, ExamInfoId, FieldError, Moderation, Parse, Permission, Prose, Refusal, Semester, Time};

/// The advice of an exam info: 20 to 2,000 characters.
pub type ExamStrategy = Prose<20, 2000>;

choices! {
    /// The kind of an exam.
    Exam {
        Midterm = "midterm",
        Final = "final",
        Quiz = "quiz",
    }
    /// The kind of a question in an exam.
    QuestionType {
        MultipleChoice = "multiple_choice",
        ShortAnswer = "short_answer",
        Essay = "essay",
        TrueFalse = "true_false",
        Oral = "oral",
        Other = "other",
    }
}

/// The kinds of questions in an exam, without duplicates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QuestionTypes(Vec<QuestionType>);

impl Parse for QuestionTypes {
    type Raw = Vec<String>;

    fn parse(raw: Vec<String>) -> Result<Self, FieldError> {
        let mut types = Vec::new();
        for text in raw {
            let one = QuestionType::parse(text)?;
            if types.contains(&one) {
                return Err(FieldError::Duplicate);
            }
            types.push(one);
        }
        Ok(Self(types))
    }
}

/// What a student tells about an exam of a course. As a review, it does not hold its author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExamInfo {
    pub id: ExamInfoId,
    pub exam: Exam,
    /// The semester in which the author took the exam.
    pub semester: Semester,
    pub question_types: QuestionTypes,
    pub strategy: ExamStrategy,
    pub like_count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
    /// Responses hold only the day, as of a review.
    pub created_at: Time,
}

/// The fields that a user sets for a new exam info.
#[derive(Clone, Debug)]
pub struct ExamInfoDraft {
    pub exam: Exam,
    pub semester: Semester,
    pub question_types: QuestionTypes,
    pub strategy: ExamStrategy,
}

impl ExamInfo {
    /// Creates an exam info. `has_taken` says whether the author had a lecture of the course in a timetable of the
    /// semester.
    ///
    /// # Errors
    /// [`Refusal::NotTaken`].
    pub fn write(draft: ExamInfoDraft, has_taken: bool, now: Time) -> Result<Self, Refusal> {
        if !has_taken {
            return Err(Refusal::NotTaken);
        }
        let ExamInfoDraft { exam, semester, question_types, strategy } = draft;
        let id = ExamInfoId::random();
        Ok(Self { id, exam, semester, question_types, strategy, like_count: 0, moderation: None, created_at: now })
    }

    /// Checks that somebody may like the exam info, which may be their own: everybody but its author may (rule 6), unless it
    /// is hidden.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`].
    pub fn check_open(&self, is_own: bool) -> Result<(), Refusal> {
        if is_own { Err(Refusal::OwnContent) } else { Moderation::check_not_hidden(self.moderation.as_ref()) }
    }

    /// Checks that the caller may delete an exam info, which may be their own: its author and admins may.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`].
    pub fn check_deletable_by(caller: &Caller, is_own: bool) -> Result<Permission, Refusal> {
        caller.permission(is_own, Refusal::NotAuthor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_types_are_known_and_distinct() {
        let parse = |types: &[&str]| QuestionTypes::parse(types.iter().map(|one| (*one).to_owned()).collect());
        let all: Vec<_> = QuestionType::ALL.iter().map(|one| one.as_str()).collect();
        assert_eq!(all, ["multiple_choice", "short_answer", "essay", "true_false", "oral", "other"]);
        assert_eq!(serde_json::to_value(parse(&all).unwrap()).unwrap(), serde_json::json!(all));
        assert_eq!(parse(&[]), Ok(QuestionTypes(Vec::new())));
        assert_eq!(parse(&["essay", "oral", "essay"]), Err(FieldError::Duplicate));
        assert_eq!(parse(&["essay", "memory"]), Err(FieldError::UnknownChoice));
    }
}
