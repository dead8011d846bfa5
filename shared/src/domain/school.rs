//! Schools, the tenants of the service (rule 1).

use serde::{Deserialize, Serialize};

use super::{
    Email, EmailDomain, FieldError, Parse, Refusal, ReportThreshold, SchoolId, SingleLine, Time, User,
    VerificationPolicy,
};

/// The name of a school: 1 to 100 characters.
pub type SchoolName = SingleLine<1, 100>;

/// For how many days after its verification an account is young: 0 to 365. The likes of young accounts do not make a post
/// hot (rule 32), and their reports weigh nothing (rule 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct YoungDays(u16);

impl YoungDays {
    const MAX: u16 = 365;

    pub fn days(self) -> u16 {
        self.0
    }

    /// The time at which an account stops being young. With 0 days no account is young, whatever the clocks say.
    pub fn end_for(self, since: Time) -> Time {
        match i64::from(self.0) {
            0 => Time::from_millis(0),
            days => since.plus_secs(days.saturating_mul(24 * 3600)),
        }
    }
}

impl Default for YoungDays {
    fn default() -> Self {
        Self(7)
    }
}

impl Parse for YoungDays {
    type Raw = i64;

    fn parse(raw: i64) -> Result<Self, FieldError> {
        match u16::try_from(raw) {
            Ok(days) if days <= Self::MAX => Ok(Self(days)),
            _ => Err(FieldError::OutOfRange { min: 0, max: Self::MAX.into() }),
        }
    }
}

/// A search text for school names: up to 100 characters.
pub type SchoolSearch = SingleLine<0, 100>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    pub id: SchoolId,
    /// Unique among schools.
    pub name: SchoolName,
    /// The domains of the email addresses that the school gives to its students.
    pub email_domains: Vec<EmailDomain>,
    /// How the students are verified (rule 16).
    pub policy: VerificationPolicy,
    pub young_days: YoungDays,
    pub report_threshold: ReportThreshold,
}

impl School {
    /// Whether an account of this school counts as verified.
    pub fn is_verified(&self, user: &User) -> bool {
        self.policy == VerificationPolicy::Open || user.verification.is_verified()
    }

    /// When the account stops being young: it is young from its verification on. In a school where every account counts as
    /// verified, it may never have been verified, and is young from its sign-up on.
    pub fn young_until(&self, user: &User) -> Time {
        self.young_days.end_for(user.verification.verified_at().unwrap_or(user.created_at))
    }

    /// Checks that students of this school can verify an address by a code (rule 16).
    ///
    /// # Errors
    /// [`Refusal::ManualVerification`].
    pub fn check_verifies_addresses(&self) -> Result<(), Refusal> {
        if self.policy == VerificationPolicy::Manual { Err(Refusal::ManualVerification) } else { Ok(()) }
    }

    /// Checks that the address is in one of the school's domains.
    ///
    /// # Errors
    /// [`FieldError::EmailDomain`].
    pub fn check_domain(&self, address: &Email) -> Result<(), FieldError> {
        let is_covered = self.email_domains.iter().any(|domain| domain.covers(address));
        if is_covered { Ok(()) } else { Err(FieldError::EmailDomain) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_young_for_0_to_365_days() {
        for (days, is_valid) in [(-1, false), (0, true), (365, true), (366, false), (i64::MAX, false)] {
            assert_eq!(YoungDays::parse(days).is_ok(), is_valid, "{days}");
        }
        let signed_up_at = Time::now();
        assert_eq!(YoungDays::default().end_for(signed_up_at), signed_up_at.plus_secs(7 * 24 * 3600));
        assert_eq!(YoungDays::parse(0).unwrap().end_for(signed_up_at), Time::from_millis(0));
    }
}
