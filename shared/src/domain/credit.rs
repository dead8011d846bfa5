//! Credits of lectures, in steps of half a credit.

use std::fmt::{self, Display, Formatter};
use std::iter::Sum;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FieldError, Parse};

/// A number of credits that is a multiple of 0.5, such as the sum of several [`Credit`]s. In JSON and in the table it is a
/// number, such as `3` or `0.5`, which both hold exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Credits {
    halves: u32,
}

/// The credits of a lecture or a custom entry: 0 to 30.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Credit(Credits);

/// The credits that a student needs to graduate: 0 to 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GoalCredits(Credits);

/// A [`Credit`] that is parsed from text, as in query strings and catalogue files: `3`, `0.5` or `3.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditText(pub Credit);

impl Credits {
    /// The maximum of a [`Credit`] and of [`GoalCredits`].
    const MAX_CREDIT: u16 = 30;
    const MAX_GOAL: u16 = 500;

    /// The number of half credits.
    pub(super) fn halves(self) -> u32 {
        self.halves
    }

    fn parse(raw: f64, max: u16) -> Result<Self, FieldError> {
        if !(0.0..=f64::from(max)).contains(&raw) {
            return Err(FieldError::OutOfRange { min: 0, max: max.into() });
        }
        let found = (0..=u32::from(max) * 2).find(|halves| f64::from(*halves) == raw * 2.0);
        found.map(|halves| Self { halves }).ok_or(FieldError::NotHalfCredits)
    }
}

impl Parse for Credit {
    type Raw = f64;

    fn parse(raw: f64) -> Result<Self, FieldError> {
        Credits::parse(raw, Credits::MAX_CREDIT).map(Self)
    }
}

impl Parse for GoalCredits {
    type Raw = f64;

    fn parse(raw: f64) -> Result<Self, FieldError> {
        Credits::parse(raw, Credits::MAX_GOAL).map(Self)
    }
}

impl Parse for CreditText {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_number =
            raw.split_once('.').map_or(is_digits(&raw), |(whole, rest)| is_digits(whole) && is_digits(rest));
        let number = raw.parse().ok().filter(|_| is_number).ok_or(FieldError::InvalidFormat)?;
        Credit::parse(number).map(Self)
    }
}

impl From<Credit> for Credits {
    fn from(credit: Credit) -> Self {
        credit.0
    }
}

impl Sum<Credit> for Credits {
    fn sum<I: Iterator<Item = Credit>>(credits: I) -> Self {
        Self { halves: credits.map(|credit| credit.0.halves).sum() }
    }
}

impl Display for Credits {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let half = if self.halves.is_multiple_of(2) { "" } else { ".5" };
        write!(f, "{}{half}", self.halves / 2)
    }
}

impl Display for Credit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Credits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.halves % 2 {
            0 => serializer.serialize_u32(self.halves / 2),
            _ => serializer.serialize_f64(f64::from(self.halves) / 2.0),
        }
    }
}

impl<'de> Deserialize<'de> for Credits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = f64::deserialize(deserializer)?;
        Self::parse(raw, Self::MAX_GOAL).or(Err(D::Error::custom("not a number of credits")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halves_of(credit: Credit) -> u32 {
        Credits::from(credit).halves
    }

    #[test]
    fn credits_are_between_0_and_30_in_steps_of_a_half() {
        for (raw, halves) in [(0.0, 0), (-0.0, 0), (0.5, 1), (1.5, 3), (3.0, 6), (29.5, 59), (30.0, 60)] {
            assert_eq!(Credit::parse(raw).map(halves_of), Ok(halves), "{raw}");
        }
        for wrong in [-0.5, 30.5, 30.25, 1e300, f64::INFINITY, f64::NAN] {
            assert_eq!(Credit::parse(wrong), Err(FieldError::OutOfRange { min: 0, max: 30 }), "{wrong}");
        }
        for wrong in [0.1, 0.25, 2.999, 1e-9] {
            assert_eq!(Credit::parse(wrong), Err(FieldError::NotHalfCredits), "{wrong}");
        }
    }

    #[test]
    fn credits_are_read_from_text() {
        for (text, halves) in [("3", 6), ("0.5", 1), ("3.0", 6), ("2.00", 4), ("1.50", 3), ("003", 6)] {
            assert_eq!(CreditText::parse(text.to_owned()), Ok(CreditText(Credit(Credits { halves }))), "{text}");
        }
        for wrong in ["", "three", "+3", "-1", "1,5", " 3", "3.", ".5", "3.0.0", "1e1", "inf", "NaN"] {
            assert_eq!(CreditText::parse(wrong.to_owned()), Err(FieldError::InvalidFormat), "{wrong}");
        }
        assert_eq!(CreditText::parse("2.3".to_owned()), Err(FieldError::NotHalfCredits));
        assert_eq!(CreditText::parse("9".repeat(400)), Err(FieldError::OutOfRange { min: 0, max: 30 }));
    }

    #[test]
    fn every_number_of_credits_has_one_form() {
        for halves in 0..=60 {
            let credit = Credit(Credits { halves });
            let json = serde_json::to_string(&credit).unwrap();
            assert_eq!(json, credit.to_string());
            assert_eq!(serde_json::from_str::<Credit>(&json).unwrap(), credit);
            assert_eq!(CreditText::parse(json), Ok(CreditText(credit)));
        }
        let sum: Credits = [1, 1, 1, 6].map(|halves| Credit(Credits { halves })).into_iter().sum();
        assert_eq!((sum.to_string(), serde_json::to_string(&sum).unwrap()), ("4.5".to_owned(), "4.5".to_owned()));
    }
}
