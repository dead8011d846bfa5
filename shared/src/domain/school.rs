//! Schools, the tenants of the service (rule 1).

use serde::{Deserialize, Serialize};

use super::{FieldError, Parse, SchoolId, SingleLine};

/// The name of a school: 1 to 100 characters.
pub type SchoolName = SingleLine<1, 100>;

/// A search text for school names: up to 100 characters.
pub type SchoolSearch = SingleLine<0, 100>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    pub id: SchoolId,
    /// Unique among schools.
    pub name: SchoolName,
    /// The domains of the email addresses that the school gives to its students. For information only: sign-up does not
    /// check them.
    pub email_domains: Vec<EmailDomain>,
}

/// The part of an email address after the `@`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailDomain(String);

impl EmailDomain {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Parse for EmailDomain {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let domain = raw.trim().to_lowercase();
        if email_address::EmailAddress::is_valid(&format!("someone@{domain}")) && domain.contains('.') {
            Ok(Self(domain))
        } else {
            Err(FieldError::InvalidFormat)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_domain_has_a_dot_and_valid_labels() {
        assert!(
            EmailDomain::parse("G.Hongik.ac.kr".to_owned()).is_ok_and(|domain| domain.as_str() == "g.hongik.ac.kr")
        );
        for wrong in ["", "hongik", "a@b.kr", "ho ngik.ac.kr", ".kr"] {
            assert_eq!(EmailDomain::parse(wrong.to_owned()), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }
}
