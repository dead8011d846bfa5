//! Students.

use std::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

use super::text::check_length;
use super::{FieldError, Line, Parse, Refusal, SchoolId, Time, UserId, fold};

/// What a user may do in the school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everybody, from sign-up on.
    Student,
    /// May manage what others made, in one school. Granted by an operator.
    Admin,
}

/// A student, as the student sees themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The id. No answer but the student's own ever holds it.
    pub id: UserId,
    /// The school, for good.
    pub school_id: SchoolId,
    /// The name to log in with.
    pub login_id: LoginId,
    /// The e-mail address.
    pub email: Email,
    /// The name that others see.
    pub nickname: Nickname,
    /// The real name, which nobody else sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The year in which the student entered the school.
    pub admission_year: AdmissionYear,
    /// What the student may do.
    pub role: Role,
    /// When the nickname was last changed, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname_changed_at: Option<Time>,
    /// When the account was made.
    pub created_at: Time,
    /// When the account last changed.
    pub updated_at: Time,
}

/// What to change of an account; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct UserChanges {
    /// Another nickname.
    pub nickname: Option<Nickname>,
    /// Another real name, or none.
    pub name: Option<Option<Name>>,
    /// Another year.
    pub admission_year: Option<AdmissionYear>,
}

/// For how long a nickname stays after it was changed, in seconds: 30 days.
const NICKNAME_LOCKED_FOR_S: i64 = 30 * 24 * 3600;

impl User {
    /// The account with the changes made. The first change of the nickname is free, later ones once in 30 days.
    ///
    /// # Errors
    /// [`Refusal::NicknameLocked`].
    pub fn edit(&self, changes: UserChanges, now: Time) -> Result<Self, Refusal> {
        let mut edited = self.clone();
        if let Some(nickname) = changes.nickname.filter(|nickname| *nickname != self.nickname) {
            if self.nickname_changed_at.is_some_and(|before| now < before.plus_secs(NICKNAME_LOCKED_FOR_S)) {
                return Err(Refusal::NicknameLocked);
            }
            edited.nickname = nickname;
            edited.nickname_changed_at = Some(now);
        }
        edited.name = changes.name.unwrap_or(edited.name);
        edited.admission_year = changes.admission_year.unwrap_or(edited.admission_year);
        // Always later than before, so that a writer who saw the old time notices the change.
        edited.updated_at = now.max(self.updated_at.plus_millis(1));
        Ok(edited)
    }
}

/// A real name: 1 to 50 characters.
pub type Name = Line<1, 50>;

/// 4 to 20 of `a-z`, `0-9` and `_`. Given in any case and Unicode form, kept in lower case: two that differ only in
/// these are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoginId(String);

impl LoginId {
    /// The login id in its one form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Parse for LoginId {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let folded = fold(&raw);
        check_length::<4, 20>(&folded)?;
        let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_');
        if folded.chars().all(allowed) { Ok(Self(folded)) } else { Err(FieldError::InvalidCharacters) }
    }
}

/// An e-mail address by the grammar of RFC 5322, in ASCII, with a domain that has a dot, of at most 254 characters (RFC
/// 5321 §4.5.3.1 with erratum 1690). Kept as given, compared without case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl Parse for Email {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        check_length::<0, 254>(&raw)?;
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        match EmailAddress::parse_with_options(&raw, options) {
            Ok(_) if raw.is_ascii() => Ok(Self(raw)),
            _ => Err(FieldError::InvalidFormat),
        }
    }
}

/// 2 to 10 characters without spaces, unique within the school without regard to case and Unicode form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nickname(Line<2, 10>);

impl Nickname {
    /// The nickname.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Parse for Nickname {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        if raw.contains(char::is_whitespace) {
            return Err(FieldError::InvalidCharacters);
        }
        Line::parse(raw).map(Self)
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A year from 1950 to the next one, by the calendar of Seoul.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AdmissionYear(i32);

impl Parse for AdmissionYear {
    type Raw = i64;

    fn parse(raw: i64) -> Result<Self, FieldError> {
        let (min, max) = (1950, Time::now().year_in_seoul().saturating_add(1));
        match i32::try_from(raw) {
            Ok(year) if (min..=max).contains(&year) => Ok(Self(year)),
            _ => Err(FieldError::OutOfRange { min: min.into(), max: max.into() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse<T: Parse<Raw = String>>(raw: &str) -> Result<T, FieldError> {
        T::parse(raw.to_owned())
    }

    #[test]
    fn login_ids_differing_in_case_or_unicode_form_are_one() {
        for spelling in ["hong_1", "HONG_1", "Ｈｏｎｇ＿１"] {
            assert_eq!(parse(spelling), Ok(LoginId("hong_1".to_owned())));
        }
    }

    #[test]
    fn a_login_id_has_4_to_20_of_letters_digits_and_underscores() {
        assert_eq!(parse::<LoginId>("abc"), Err(FieldError::TooShort { min: 4 }));
        assert!(parse::<LoginId>("abcd").is_ok());
        assert!(parse::<LoginId>(&"a".repeat(20)).is_ok());
        assert_eq!(parse::<LoginId>(&"a".repeat(21)), Err(FieldError::TooLong { max: 20 }));
        for wrong in ["hong-1", "hong 1", "홍길동님", "hong\0", "ｈong.1"] {
            assert_eq!(parse::<LoginId>(wrong), Err(FieldError::InvalidCharacters), "{wrong}");
        }
    }

    #[test]
    fn e_mail_addresses_are_compared_without_case() {
        let (a, b) = (parse::<Email>("Hong@Hongik.ac.kr"), parse::<Email>("hong@hongik.AC.KR"));
        assert!(a.as_ref().is_ok_and(|email| email.as_str() == "Hong@Hongik.ac.kr"), "it is kept as given");
        assert_eq!(a.map(|email| email.folded()), b.map(|email| email.folded()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@hongik.ac.kr", "a".repeat(250));
        assert_eq!(parse::<Email>(&long), Err(FieldError::TooLong { max: 254 }));
        for wrong in [
            "",
            "hong",
            "hong@",
            "@hongik.ac.kr",
            "hong@hongik",
            "a@b@c.kr",
            "홍 <a@b.kr>",
            "a@[127.0.0.1]",
            "a b@c.kr",
        ] {
            assert_eq!(parse::<Email>(wrong), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }

    #[test]
    fn a_nickname_has_2_to_10_characters_without_spaces() {
        assert_eq!(parse::<Nickname>("홍"), Err(FieldError::TooShort { min: 2 }));
        assert!(parse::<Nickname>("새벽도서관의올빼미들").is_ok());
        assert_eq!(parse::<Nickname>("새벽도서관의올빼미들아"), Err(FieldError::TooLong { max: 10 }));
        for wrong in ["홍 길동", " 홍길동", "홍\u{3000}길동", "홍\u{202E}길"] {
            assert_eq!(parse::<Nickname>(wrong), Err(FieldError::InvalidCharacters), "{wrong}");
        }
    }

    #[test]
    fn an_admission_year_lies_between_1950_and_next_year() {
        let next = i64::from(Time::now().year_in_seoul()) + 1;
        for (year, good) in [(1949, false), (1950, true), (next, true), (next + 1, false), (i64::MAX, false)] {
            assert_eq!(AdmissionYear::parse(year).is_ok(), good, "{year}");
        }
    }
}
