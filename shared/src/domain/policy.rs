//! Policies: the terms of service and the privacy policy of the operator, and the consent of students to them (rule 29).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::check_length;
use super::{FieldError, Invalid, Parse, Time};

/// A kind of policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    Terms,
    Privacy,
}

impl PolicyKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Privacy => "privacy",
        }
    }
}

/// The name of a version of a policy, such as the day on which it takes effect: 1 to 20 of the characters `a-z`, `A-Z`,
/// `0-9`, `.`, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyVersion(String);

impl PolicyVersion {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Parse for PolicyVersion {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        check_length::<1, 20>(&raw)?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if raw.chars().all(allowed) { Ok(Self(raw)) } else { Err(FieldError::InvalidCharacters) }
    }
}

impl fmt::Display for PolicyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text of a policy in one language, as Markdown: at most 40,000 characters. A row has the texts in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyText(String);

impl From<PolicyText> for String {
    fn from(text: PolicyText) -> Self {
        text.0
    }
}

impl Parse for PolicyText {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let text = raw.trim();
        check_length::<1, 40_000>(text)?;
        Ok(Self(text.to_owned()))
    }
}

/// A version of a policy. Its text never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub version: PolicyVersion,
    /// The text in Korean.
    pub ko: PolicyText,
    /// The text in English.
    pub en: PolicyText,
}

/// Both policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    pub terms: Policy,
    pub privacy: Policy,
}

impl Policies {
    pub fn versions(&self) -> PolicyVersions {
        PolicyVersions { terms: self.terms.version.clone(), privacy: self.privacy.version.clone() }
    }
}

/// A version of each policy: those that apply, or those that a student has accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersions {
    pub terms: PolicyVersion,
    pub privacy: PolicyVersion,
}

impl PolicyVersions {
    /// Checks that these are the versions that apply.
    ///
    /// # Errors
    /// [`FieldError::NotCurrent`] for each other version. Without policies no version applies.
    pub fn check_current(&self, current: Option<&Self>) -> Result<(), Vec<Invalid>> {
        let checked = [
            ("terms", current.is_some_and(|current| current.terms == self.terms)),
            ("privacy", current.is_some_and(|current| current.privacy == self.privacy)),
        ];
        let wrong = checked.into_iter().filter(|(_, is_current)| !is_current);
        let wrong: Vec<_> = wrong.map(|(field, _)| FieldError::NotCurrent.at(field)).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// What a student has accepted, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consents {
    pub terms: PolicyVersion,
    pub privacy: PolicyVersion,
    pub accepted_at: Time,
}

impl Consents {
    pub fn new(versions: PolicyVersions, accepted_at: Time) -> Self {
        Self { terms: versions.terms, privacy: versions.privacy, accepted_at }
    }

    pub fn versions(&self) -> PolicyVersions {
        PolicyVersions { terms: self.terms.clone(), privacy: self.privacy.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Result<PolicyVersion, FieldError> {
        PolicyVersion::parse(text.to_owned())
    }

    fn versions(terms: &str, privacy: &str) -> PolicyVersions {
        PolicyVersions { terms: version(terms).unwrap(), privacy: version(privacy).unwrap() }
    }

    #[test]
    fn a_version_has_1_to_20_letters_digits_dots_hyphens_or_underscores() {
        for right in ["1", "2026-03-01", "v1.2_draft", &"a".repeat(20)] {
            assert!(version(right).is_ok(), "{right}");
        }
        assert_eq!(version(""), Err(FieldError::TooShort { min: 1 }));
        assert_eq!(version(&"a".repeat(21)), Err(FieldError::TooLong { max: 20 }));
        for wrong in ["1 2", "판1", "1\n", "a#b", "a/b"] {
            assert_eq!(version(wrong), Err(FieldError::InvalidCharacters), "{wrong:?}");
        }
    }

    #[test]
    fn only_the_versions_that_apply_can_be_accepted() {
        let current = versions("2", "1");
        assert_eq!(versions("2", "1").check_current(Some(&current)), Ok(()));
        let wrong = |field: &str| FieldError::NotCurrent.at(field);
        assert_eq!(versions("1", "1").check_current(Some(&current)), Err(vec![wrong("terms")]));
        assert_eq!(versions("1", "2").check_current(Some(&current)), Err(vec![wrong("terms"), wrong("privacy")]));
        assert_eq!(versions("2", "1").check_current(None), Err(vec![wrong("terms"), wrong("privacy")]));
    }

    #[test]
    fn a_policy_has_up_to_40_000_characters() {
        let parse = |text: String| PolicyText::parse(text).map(|text| text.0);
        assert_eq!(parse(" # 약관\n\n본문\n".to_owned()).as_deref(), Ok("# 약관\n\n본문"));
        assert_eq!(parse(" \n".to_owned()), Err(FieldError::TooShort { min: 1 }));
        assert!(parse("가".repeat(40_000)).is_ok());
        assert_eq!(parse("가".repeat(40_001)), Err(FieldError::TooLong { max: 40_000 }));
    }
}
