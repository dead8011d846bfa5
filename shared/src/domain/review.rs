//! Reviews of courses (rule 14).

use serde::{Deserialize, Serialize};

use super::{Caller, FieldError, Moderation, Parse, Permission, Prose, Refusal, ReviewId, Semester, Time};

/// The text of a review: 20 to 2,000 characters.
pub type ReviewText = Prose<20, 2000>;

/// A rating from 1 (worst) to 5 (best).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rating(u8);

impl Rating {
    pub const MIN: u8 = 1;
    pub const MAX: u8 = 5;

    pub fn get(self) -> u8 {
        self.0
    }
}

impl Parse for Rating {
    type Raw = i64;

    fn parse(raw: i64) -> Result<Self, FieldError> {
        match u8::try_from(raw) {
            Ok(rating @ Self::MIN..=Self::MAX) => Ok(Self(rating)),
            _ => Err(FieldError::OutOfRange { min: Self::MIN.into(), max: Self::MAX.into() }),
        }
    }
}

/// The fixed answers to a question of a review.
pub trait Choice: Copy + 'static {
    /// All answers. If several are equally common in the reviews of a course, the first of them counts as the most
    /// common.
    const ALL: &'static [Self];

    /// The name in requests and responses.
    fn as_str(self) -> &'static str;
}

/// Defines enums of fixed choices.
macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$choice_doc:meta])* $choice:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$choice_doc])* #[serde(rename = $word)] $choice,)*
        }

        impl Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$choice),*];

            fn as_str(self) -> &'static str {
                match self { $(Self::$choice => $word,)* }
            }
        }

        impl Parse for $name {
            type Raw = String;

            fn parse(raw: String) -> Result<Self, FieldError> {
                Self::ALL.iter().copied().find(|choice| choice.as_str() == raw).ok_or(FieldError::UnknownChoice)
            }
        }
    )*};
}

pub(super) use choices;

choices! {
    /// The amount of homework or team work.
    Amount {
        Nothing = "none",
        Some = "some",
        Many = "many",
    }
    /// How strictly grades are given.
    Grading {
        Generous = "generous",
        Average = "average",
        Strict = "strict",
    }
    /// How attendance is checked.
    Attendance {
        /// Names are called.
        Called = "called",
        /// Seats are assigned.
        Seats = "seats",
        /// A device checks attendance.
        Electronic = "electronic",
        /// More than one method is used.
        Mixed = "mixed",
        /// Attendance is not checked.
        NotCounted = "not_counted",
    }
    /// The number of exams.
    Exams {
        None = "none",
        One = "one",
        Two = "two",
        Three = "three",
        FourOrMore = "four_or_more",
    }
}

/// The answers to the questions of a review. Each answer is optional.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homework: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_work: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grading: Option<Grading>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendance: Option<Attendance>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exams: Option<Exams>,
}

/// A review of a course. It does not hold its author, so that nothing in it changes when the author withdraws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub id: ReviewId,
    pub rating: Rating,
    pub content: ReviewText,
    /// The semester in which the author took the course.
    pub semester: Semester,
    pub choices: Choices,
    pub like_count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
    /// Responses hold only the day. The time would lead to the author, whose timetable changed just before (rule 14).
    pub created_at: Time,
}

/// The fields that a user sets for a new review.
#[derive(Clone, Debug)]
pub struct ReviewDraft {
    pub rating: Rating,
    pub content: ReviewText,
    /// The semester in which the author took the course.
    pub semester: Semester,
    pub choices: Choices,
}

impl Review {
    /// Creates a review. `has_taken` says whether the author had a lecture of the course in a timetable of the
    /// semester.
    ///
    /// # Errors
    /// [`Refusal::NotTaken`].
    pub fn write(draft: ReviewDraft, has_taken: bool, now: Time) -> Result<Self, Refusal> {
        if !has_taken {
            return Err(Refusal::NotTaken);
        }
        let ReviewDraft { rating, content, semester, choices } = draft;
        Ok(Self {
            id: ReviewId::random(),
            rating,
            content,
            semester,
            choices,
            like_count: 0,
            moderation: None,
            created_at: now,
        })
    }

    /// Checks that somebody may like the review, which may be their own: everybody but its author may (rule 6), unless it is
    /// hidden.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`].
    pub fn check_open(&self, is_own: bool) -> Result<(), Refusal> {
        if is_own { Err(Refusal::OwnContent) } else { Moderation::check_not_hidden(self.moderation.as_ref()) }
    }

    /// Checks that the caller may delete a review, which may be their own: its author and admins may (rule 14).
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
    fn a_rating_is_between_1_and_5() {
        assert_eq!((Rating::parse(1).map(Rating::get), Rating::parse(5).map(Rating::get)), (Ok(1), Ok(5)));
        for wrong in [-1, 0, 6, i64::MAX] {
            assert_eq!(Rating::parse(wrong), Err(FieldError::OutOfRange { min: 1, max: 5 }));
        }
    }

    #[test]
    fn a_choice_is_one_of_fixed_names() {
        fn check<T: Choice + Parse<Raw = String> + Serialize>(words: &[&str]) {
            let listed: Vec<_> = T::ALL.iter().map(|choice| choice.as_str()).collect();
            assert_eq!(listed, words);
            for word in words {
                let parsed = T::parse((*word).to_owned()).map(|choice| serde_json::to_value(choice).unwrap());
                assert_eq!(parsed, Ok(serde_json::json!(word)));
            }
            assert!(matches!(T::parse("often".to_owned()), Err(FieldError::UnknownChoice)));
        }
        check::<Amount>(&["none", "some", "many"]);
        check::<Grading>(&["generous", "average", "strict"]);
        check::<Attendance>(&["called", "seats", "electronic", "mixed", "not_counted"]);
        check::<Exams>(&["none", "one", "two", "three", "four_or_more"]);
    }
}
