//! Reviews: what students say of a course that they took (rule 14).

use serde::{Deserialize, Serialize};

use super::{FieldError, Parse, Prose, Refusal, ReviewId, Semester, Time};

/// 20 to 2,000 characters.
pub type ReviewText = Prose<20, 2000>;

/// How good a course was: 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rating(u8);

impl Rating {
    /// The least.
    pub const MIN: u8 = 1;
    /// The most.
    pub const MAX: u8 = 5;

    /// The number.
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

/// One of a few answers to a question.
pub trait Choice: Copy + 'static {
    /// All of them; of those that are as common the first counts.
    const ALL: &'static [Self];

    /// The word that clients see.
    fn as_str(self) -> &'static str;
}

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

choices! {
    /// How much there was of something.
    Amount {
        /// Nothing.
        Nothing = "none",
        /// Some.
        Some = "some",
        /// Much.
        Many = "many",
    }
    /// How grades were given.
    Grading {
        /// With a light hand.
        Generous = "generous",
        /// As is usual.
        Average = "average",
        /// Severely.
        Strict = "strict",
    }
    /// How attendance was checked.
    Attendance {
        /// By calling names.
        Called = "called",
        /// By who sits where.
        Seats = "seats",
        /// By a device.
        Electronic = "electronic",
        /// Now so, now so.
        Mixed = "mixed",
        /// Not at all.
        NotCounted = "not_counted",
    }
    /// How many exams there were.
    Exams {
        /// None.
        None = "none",
        /// One.
        One = "one",
        /// Two.
        Two = "two",
        /// Three.
        Three = "three",
        /// Four or more.
        FourOrMore = "four_or_more",
    }
}

/// What a review answers to the questions, each of which may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// How much homework there was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homework: Option<Amount>,
    /// How much work in teams there was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_work: Option<Amount>,
    /// How grades were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grading: Option<Grading>,
    /// How attendance was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendance: Option<Attendance>,
    /// How many exams there were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exams: Option<Exams>,
}

/// What a student says of a course. It does not hold who that is, so that nothing in it changes when they leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// How good the course was.
    pub rating: Rating,
    /// The text.
    pub content: ReviewText,
    /// When the student took it.
    pub semester: Semester,
    /// What it answers to the questions.
    pub choices: Choices,
    /// How many like it.
    pub like_count: u32,
    /// When it was written.
    pub created_at: Time,
    /// The same: a review is never edited.
    pub updated_at: Time,
}

/// What a review is made from.
#[derive(Clone, Debug)]
pub struct ReviewDraft {
    /// How good the course was.
    pub rating: Rating,
    /// The text.
    pub content: ReviewText,
    /// When the student took it.
    pub semester: Semester,
    /// What it answers to the questions.
    pub choices: Choices,
}

impl Review {
    /// A new review of a course, by a student who took it or not.
    ///
    /// # Errors
    /// [`Refusal::NotTaken`].
    pub fn write(draft: ReviewDraft, has_taken: bool, now: Time) -> Result<Self, Refusal> {
        if !has_taken {
            return Err(Refusal::NotTaken);
        }
        let ReviewDraft { rating, content, semester, choices } = draft;
        Ok(Self {
            id: ReviewId::new(now),
            rating,
            content,
            semester,
            choices,
            like_count: 0,
            created_at: now,
            updated_at: now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_are_1_to_5() {
        assert_eq!((Rating::parse(1).map(Rating::get), Rating::parse(5).map(Rating::get)), (Ok(1), Ok(5)));
        for wrong in [-1, 0, 6, i64::MAX] {
            assert_eq!(Rating::parse(wrong), Err(FieldError::OutOfRange { min: 1, max: 5 }));
        }
    }

    #[test]
    fn a_choice_is_one_of_few_words() {
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
