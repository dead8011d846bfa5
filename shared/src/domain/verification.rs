//! Verification: whether an account belongs to a student of its school (rule 16).

use serde::{Deserialize, Serialize};

use super::{Email, EmailDomain, FieldError, Parse, Time};

/// How the students of a school are verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationPolicy {
    /// Students confirm a code that is sent to an address in one of the school's email domains.
    Email,
    /// An operator verifies the students.
    Manual,
    /// Every account counts as verified. For trying the service out.
    Open,
}

impl VerificationPolicy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Manual => "manual",
            Self::Open => "open",
        }
    }

    /// The policy of a school with these email domains for which the operator chose none.
    pub fn default_for(email_domains: &[EmailDomain]) -> Self {
        if email_domains.is_empty() { Self::Manual } else { Self::Email }
    }

    /// Whether a school with these email domains can have the policy: without a domain nobody can confirm an address.
    pub fn suits(self, email_domains: &[EmailDomain]) -> bool {
        self != Self::Email || !email_domains.is_empty()
    }
}

impl Parse for VerificationPolicy {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let policies = [Self::Email, Self::Manual, Self::Open];
        policies.into_iter().find(|policy| policy.as_str() == raw).ok_or(FieldError::UnknownChoice)
    }
}

/// Whether and how an account was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Verification {
    Unverified,
    Verified {
        at: Time,
        /// The address that the student confirmed; `None` if an operator verified the student.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<Email>,
    },
}

impl Verification {
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified { .. })
    }

    /// The address that the student confirmed.
    pub fn email(&self) -> Option<&Email> {
        match self {
            Self::Verified { email, .. } => email.as_ref(),
            Self::Unverified => None,
        }
    }

    pub fn verified_at(&self) -> Option<Time> {
        match self {
            Self::Verified { at, .. } => Some(*at),
            Self::Unverified => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_has_one_name() {
        for policy in [VerificationPolicy::Email, VerificationPolicy::Manual, VerificationPolicy::Open] {
            assert_eq!(VerificationPolicy::parse(policy.as_str().to_owned()), Ok(policy));
            assert_eq!(serde_json::to_value(policy).unwrap(), policy.as_str());
        }
        assert_eq!(VerificationPolicy::parse("Email".to_owned()), Err(FieldError::UnknownChoice));
    }

    #[test]
    fn only_a_school_with_domains_can_verify_by_email() {
        let domains = [EmailDomain::parse("gaon.example".to_owned()).unwrap()];
        assert_eq!(VerificationPolicy::default_for(&domains), VerificationPolicy::Email);
        assert_eq!(VerificationPolicy::default_for(&[]), VerificationPolicy::Manual);
        assert!(VerificationPolicy::Email.suits(&domains) && !VerificationPolicy::Email.suits(&[]));
        assert!(VerificationPolicy::Manual.suits(&domains) && VerificationPolicy::Open.suits(&[]));
    }
}
