//! Schools: the tenants.

use serde::{Deserialize, Serialize};

use super::{FieldError, Line, Parse, SchoolId};

/// 1 to 100 characters.
pub type SchoolName = Line<1, 100>;

/// A part of a school's name.
pub type SchoolSearch = Line<0, 100>;

/// A school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    /// Its id.
    pub id: SchoolId,
    /// Its name, unique among schools.
    pub name: SchoolName,
    /// The domains of the addresses that it gives to its students. Information only: nothing is verified by them.
    pub email_domains: Vec<EmailDomain>,
}

/// The part of an e-mail address behind the `@`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailDomain(String);

impl EmailDomain {
    /// The domain.
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
    fn a_domain_has_labels_and_a_dot() {
        assert!(
            EmailDomain::parse("G.Hongik.ac.kr".to_owned()).is_ok_and(|domain| domain.as_str() == "g.hongik.ac.kr")
        );
        for wrong in ["", "hongik", "a@b.kr", "ho ngik.ac.kr", ".kr"] {
            assert_eq!(EmailDomain::parse(wrong.to_owned()), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }
}
