//! Verification codes, which prove that a student reads the mail of an address (rule 16).

use std::fmt;

use super::{FieldError, Parse, fold};

/// A code of 6 digits.
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationCode(String);

impl VerificationCode {
    /// How long a code is valid, in seconds: 10 minutes.
    pub const VALID_FOR_S: i64 = 10 * 60;

    /// How often a code can be guessed.
    pub const GUESSES: u32 = 5;

    /// How long to wait for the mail before asking for another code, in seconds.
    pub const RESEND_AFTER_S: i64 = 60;

    /// The code of these random bytes. All codes are equally likely, up to a factor of 1 + 10⁻¹³.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Self(format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Parse for VerificationCode {
    type Raw = String;

    /// Accepts digits in any Unicode form, and white space, which a pasted code may have.
    fn parse(raw: String) -> Result<Self, FieldError> {
        let digits: String = fold(&raw).chars().filter(|c| !c.is_whitespace()).collect();
        let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(Self(digits)) } else { Err(FieldError::InvalidFormat) }
    }
}

impl fmt::Debug for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str) -> Option<String> {
        VerificationCode::parse(raw.to_owned()).ok().map(|code| code.as_str().to_owned())
    }

    #[test]
    fn a_code_has_six_digits() {
        for pasted in ["012345", " 012345\n", "012 345", "０１２３４５", "\u{200B}012345"] {
            assert_eq!(parse(pasted).as_deref(), Some("012345"), "{pasted:?}");
        }
        for wrong in ["", "12345", "1234567", "12345a", "-12345", "١٢٣٤٥٦"] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn every_random_number_makes_a_code() {
        for number in [0, 7, 999_999, 1_000_000, u64::MAX] {
            let code = VerificationCode::from_random(number.to_be_bytes());
            assert_eq!(parse(code.as_str()).as_deref(), Some(code.as_str()));
        }
    }

    #[test]
    fn logs_do_not_show_a_code() {
        assert_eq!(format!("{:?}", VerificationCode::from_random([1; 8])), "VerificationCode(..)");
    }
}
