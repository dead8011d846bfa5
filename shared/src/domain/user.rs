//! Users: the account, its fields, and the rules for changing them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::reserved_name::is_reserved;
use super::text::check_length;
use super::{
    Consents, Email, FieldError, Name, Parse, Refusal, SchoolId, SingleLine, Time, UserId, Verification, fold,
};

/// The role of a user in the school (rule 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The role of every user after sign-up.
    Student,
    /// May manage all boards of the school, and delete what others wrote. An operator grants this role.
    Admin,
}

/// A user account, with the fields that only its owner may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Responses to other users never hold this id.
    pub id: UserId,
    /// Never changes.
    pub school_id: SchoolId,
    pub login_id: LoginId,
    /// The address of the account, which the student need not have confirmed.
    pub email: Email,
    /// [`School::is_verified`](super::School::is_verified) tells whether the account counts as verified.
    pub verification: Verification,
    /// What the student has accepted. `None` if nothing was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consents: Option<Consents>,
    /// The name that other users see.
    pub nickname: Nickname,
    /// The real name, which no other user sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<RealName>,
    pub admission_year: AdmissionYear,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname_changed_at: Option<Time>,
    pub created_at: Time,
    /// When the student last changed the account.
    pub updated_at: Time,
}

/// Changes to an account. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct UserChanges {
    pub nickname: Option<Nickname>,
    /// `Some(None)` removes the real name.
    pub name: Option<Option<RealName>>,
    pub admission_year: Option<AdmissionYear>,
}

/// How long an account can stay unverified after the sign-up: 14 days, in seconds.
const UNVERIFIED_FOR_S: i64 = 14 * 24 * 3600;

/// How long a nickname cannot be changed again after a change: 30 days, in seconds.
const NICKNAME_LOCKED_FOR_S: i64 = 30 * 24 * 3600;

impl User {
    /// Returns the account with the changes applied. The first change of the nickname is always possible, later changes
    /// once in 30 days (rule 1).
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
        edited.updated_at = self.next_update(now);
        Ok(edited)
    }

    /// Checks that it makes sense to verify this address: the student has not yet verified exactly this one.
    ///
    /// # Errors
    /// [`Refusal::AlreadyVerified`].
    pub fn check_can_verify(&self, address: &Email) -> Result<(), Refusal> {
        if self.verification.email() == Some(address) { Err(Refusal::AlreadyVerified) } else { Ok(()) }
    }

    /// Returns the account after the student has confirmed this address, which replaces the one before (rule 16). The
    /// account stays verified since the first time: another address does not make it young again.
    pub fn confirm(&self, address: Email, now: Time) -> Self {
        let at = self.verification.verified_at().unwrap_or(now);
        let verification = Verification::Verified { at, email: Some(address.clone()) };
        Self { email: address, verification, updated_at: self.next_update(now), ..self.clone() }
    }

    /// When the account is deleted, unless it is verified before (rule 16).
    pub fn verification_deadline(&self) -> Time {
        self.created_at.plus_secs(UNVERIFIED_FOR_S)
    }

    /// The time of a change. Always increases, because concurrent writers detect a change by this time.
    fn next_update(&self, now: Time) -> Time {
        now.max(self.updated_at.plus_millis(1))
    }
}

/// A real name: 1 to 50 characters.
pub type RealName = SingleLine<1, 50>;

/// The name with which a user logs in: 4 to 20 of the characters `a-z`, `0-9` and `_`. Input in any case and Unicode
/// compatibility form is accepted and normalized to lower case. White space around it is removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoginId(String);

impl LoginId {
    /// The normalized login id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Parse for LoginId {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let folded = fold(&raw);
        let id = folded.trim();
        check_length::<4, 20>(id)?;
        let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_');
        if id.chars().all(allowed) { Ok(Self(id.to_owned())) } else { Err(FieldError::InvalidCharacters) }
    }
}

/// The name that other users see: 2 to 10 characters without spaces, unique within the school without regard to case
/// and Unicode form. Names that pass for a name that the service shows, such as 익명1, or for its staff, are reserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nickname(Name<2, 10>);

impl Nickname {
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
        let nickname = Name::parse(raw)?;
        if is_reserved(nickname.as_str()) { Err(FieldError::ReservedNickname) } else { Ok(Self(nickname)) }
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The year in which a user entered the school: from 1950 to next year, in Seoul time.
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
    fn login_ids_that_differ_in_case_or_unicode_form_are_the_same() {
        for spelling in ["hong_1", "HONG_1", "Ｈｏｎｇ＿１"] {
            assert_eq!(parse(spelling), Ok(LoginId("hong_1".to_owned())));
        }
    }

    #[test]
    fn white_space_around_a_login_id_is_removed() {
        for around in [" ", "\n", "\u{A0}", "\u{3000}", "\u{200B}", "\u{FEFF} "] {
            let pasted = |text: &str| format!("{around}{text}{around}");
            assert_eq!(parse(&pasted("hong_1")), Ok(LoginId("hong_1".to_owned())), "{around:?}");
        }
        assert_eq!(parse::<LoginId>(" abc "), Err(FieldError::TooShort { min: 4 }));
        assert!(parse::<LoginId>(&format!(" {} ", "a".repeat(20))).is_ok());
    }

    #[test]
    fn a_login_id_has_4_to_20_letters_digits_or_underscores() {
        assert_eq!(parse::<LoginId>("abc"), Err(FieldError::TooShort { min: 4 }));
        assert!(parse::<LoginId>("abcd").is_ok());
        assert!(parse::<LoginId>(&"a".repeat(20)).is_ok());
        assert_eq!(parse::<LoginId>(&"a".repeat(21)), Err(FieldError::TooLong { max: 20 }));
        for wrong in ["hong-1", "hong 1", "홍길동님", "hong\0", "ｈong.1"] {
            assert_eq!(parse::<LoginId>(wrong), Err(FieldError::InvalidCharacters), "{wrong}");
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
    fn a_nickname_is_not_reserved() {
        assert_eq!(parse::<Nickname>("익명(글쓴이)"), Err(FieldError::ReservedNickname));
        assert_eq!(parse::<Nickname>("운영\u{200B}자1"), Err(FieldError::ReservedNickname));
        assert_eq!(parse::<Nickname>("익"), Err(FieldError::TooShort { min: 2 }));
    }

    #[test]
    fn an_admission_year_is_between_1950_and_next_year() {
        let next = i64::from(Time::now().year_in_seoul()) + 1;
        for (year, is_valid) in [(1949, false), (1950, true), (next, true), (next + 1, false), (i64::MAX, false)] {
            assert_eq!(AdmissionYear::parse(year).is_ok(), is_valid, "{year}");
        }
    }
}
