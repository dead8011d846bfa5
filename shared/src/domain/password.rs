//! Passwords: the policy for new passwords, and the normalized form that is hashed.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::common_password::is_common;
use super::text::check_length;
use super::{FieldError, LoginId, Parse, fold};

/// The maximum length in characters. NIST SP 800-63B-4 §3.1.1.2 requires that at least 64 are allowed. There is a
/// maximum because hashing takes longer for longer passwords.
const MAX: usize = 128;

/// The maximum length of the input in bytes. A longer text has more than `MAX` characters in NFC: each character of the
/// NFC text decomposes to at most 4 characters, and a character has at most 4 bytes.
const MAX_RAW_BYTES: usize = MAX * 4 * 4;

/// A new password: 10 to 128 characters (Unicode scalar values) of any kind, and not a common password.
/// [`check_differs_from`](Password::check_differs_from) refuses the login id as a password.
///
/// The password is normalized as in RFC 8265 §4.2.2 (`OpaqueString`): NFC, with every space character replaced by
/// U+0020. The same password then has the same form on every system. For example, macOS decomposes Hangul, and some
/// input methods enter wide spaces.
///
/// To decide whether a password is common, digits, punctuation and spaces are removed from it, unless they are more
/// than half of the text between the first and the last letter. A password is common if what remains is
/// - at most one character,
/// - a word or phrase of `common_passwords.txt`, also with letters replaced by `0 1 3 @ $`,
/// - a sequence of adjacent keys or letters of the alphabet, or several such sequences of at least three characters
///   each,
/// - a repetition of any of these, or of up to four characters.
///
/// This comparison ignores case and replaces Hangul by the keys that type it: `qlalfqjsgh` is as common as `비밀번호`.
///
/// The `Debug` output does not contain the password, so that logs cannot contain it.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The normalized password in UTF-8, to be hashed.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Checks that the password is not the login id, without regard to case and Unicode form.
    ///
    /// # Errors
    /// [`FieldError::SameAsLoginId`].
    pub fn check_differs_from(&self, login_id: &LoginId) -> Result<(), FieldError> {
        if fold(&self.0) == login_id.as_str() { Err(FieldError::SameAsLoginId) } else { Ok(()) }
    }
}

impl Parse for Password {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let text = opaque_string(&raw)?;
        check_length::<10, MAX>(&text)?;
        if is_common(&text) { Err(FieldError::CommonPassword) } else { Ok(Self(text)) }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// A password that is compared with a stored hash, for example at login: 1 to 128 characters, normalized like a
/// [`Password`]. The other rules apply only to new passwords, so that stricter rules do not lock out existing users.
///
/// The `Debug` output does not contain the password.
#[derive(Clone)]
pub struct PasswordAttempt(String);

impl PasswordAttempt {
    /// The normalized password in UTF-8, to be compared with the hash.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Parse for PasswordAttempt {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let text = opaque_string(&raw)?;
        check_length::<1, MAX>(&text)?;
        Ok(Self(text))
    }
}

impl fmt::Debug for PasswordAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordAttempt(..)")
    }
}

/// Normalizes a password as in RFC 8265 §4.2.2. Refuses very long input before it spends time on it.
fn opaque_string(raw: &str) -> Result<String, FieldError> {
    if raw.len() > MAX_RAW_BYTES {
        return Err(FieldError::TooLong { max: MAX });
    }
    Ok(raw.chars().map(|c| if is_space(c) { ' ' } else { c }).nfc().collect())
}

/// Whether the character has the general category Zs: white space except control characters and the two line
/// separators.
fn is_space(c: char) -> bool {
    c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(raw: &str) -> Result<Vec<u8>, FieldError> {
        Password::parse(raw.to_owned()).map(|password| password.as_bytes().to_vec())
    }

    fn attempted(raw: &str) -> Result<Vec<u8>, FieldError> {
        PasswordAttempt::parse(raw.to_owned()).map(|attempt| attempt.as_bytes().to_vec())
    }

    fn login_id(raw: &str) -> LoginId {
        LoginId::parse(raw.to_owned()).unwrap()
    }

    fn assert_common(passwords: &[&str]) {
        for password in passwords {
            assert_eq!(chosen(password), Err(FieldError::CommonPassword), "{password}");
        }
    }

    fn assert_accepted(passwords: &[&str]) {
        for password in passwords {
            assert!(chosen(password).is_ok(), "{password}: {:?}", chosen(password));
        }
    }

    /// A text of this length that is not a common password.
    fn passphrase(characters: usize) -> String {
        "밤비탈길 otter juggles 🌶 ".chars().cycle().take(characters).collect()
    }

    #[test]
    fn a_password_has_10_to_128_characters() {
        assert_eq!(chosen(&passphrase(9)), Err(FieldError::TooShort { min: 10 }));
        assert_eq!(chosen(&passphrase(10)), Ok(passphrase(10).into_bytes()));
        assert_eq!(chosen(&passphrase(128)), Ok(passphrase(128).into_bytes()));
        assert_eq!(chosen(&passphrase(129)), Err(FieldError::TooLong { max: 128 }));
    }

    #[test]
    fn a_64_character_unicode_passphrase_is_accepted() {
        assert!(chosen(&passphrase(64)).is_ok());
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(chosen("밤비탈길수달이셋"), Err(FieldError::TooShort { min: 10 }));
        assert!(chosen(&"🌶🦦밤".chars().cycle().take(127).chain(['x']).collect::<String>()).is_ok());
    }

    #[test]
    fn characters_are_counted_in_their_composed_form() {
        let nine: String = "밤비탈길수달이셋뿐".nfd().collect();
        assert_eq!(chosen(&nine), Err(FieldError::TooShort { min: 10 }));
        let longest: String = "\u{1F82}".repeat(127).nfd().chain(['x']).collect();
        assert_eq!(longest.chars().count(), 127 * 4 + 1);
        assert!(chosen(&longest).is_ok());
    }

    #[test]
    fn no_character_decomposes_to_more_than_four() {
        assert!(('\0'..=char::MAX).all(|c| c.nfd().count() <= 4));
    }

    #[test]
    fn decomposed_and_composed_hangul_make_the_same_password() {
        let decomposed: String = passphrase(20).nfd().collect();
        assert_ne!(decomposed, passphrase(20));
        assert_eq!(chosen(&decomposed), chosen(&passphrase(20)));
        assert_eq!(attempted(&decomposed), chosen(&passphrase(20)));
    }

    #[test]
    fn every_kind_of_space_makes_the_same_password() {
        for space in ['\u{A0}', '\u{2003}', '\u{3000}'] {
            let typed = passphrase(20).replace(' ', &space.to_string());
            assert_eq!(chosen(&typed), chosen(&passphrase(20)));
            assert_eq!(attempted(&typed), chosen(&passphrase(20)));
        }
        assert_eq!(
            attempted("\t\n\u{2028}\u{2029}"),
            Ok("\t\n\u{2028}\u{2029}".as_bytes().to_vec()),
            "these are not in the category Zs"
        );
    }

    #[test]
    fn case_width_and_surrounding_spaces_are_significant() {
        let plain = chosen("otter juggles");
        for other in ["Otter juggles", "ｏtter juggles", " otter juggles", "otter juggles "] {
            assert_ne!(chosen(other), plain);
        }
    }

    #[test]
    fn a_password_of_1_mib_is_refused() {
        let raw = "\u{1112}\u{1161}\u{11AB}".repeat((1 << 20) / 9);
        assert_eq!(PasswordAttempt::parse(raw.clone()).err(), Some(FieldError::TooLong { max: 128 }));
        assert_eq!(Password::parse(raw).err(), Some(FieldError::TooLong { max: 128 }));
    }

    #[test]
    fn the_login_id_is_refused_in_any_case_and_width() {
        for spelling in ["otter_juggler", "OTTER_Juggler", "ｏｔｔｅｒ＿ｊｕｇｇｌｅｒ"] {
            let same = Password::parse(spelling.to_owned())
                .map(|password| password.check_differs_from(&login_id("Otter_juggler")));
            assert_eq!(same, Ok(Err(FieldError::SameAsLoginId)), "{spelling}");
        }
        let other = Password::parse("otter_jugglers".to_owned());
        assert_eq!(other.map(|password| password.check_differs_from(&login_id("otter_juggler"))), Ok(Ok(())));
    }

    #[test]
    fn common_phrases_are_refused_however_long() {
        assert_common(&["iloveyouforever", "correcthorsebatterystaple", "Correct Horse Battery Staple"]);
    }

    #[test]
    fn a_common_word_with_added_digits_and_punctuation_is_common() {
        assert_common(&[
            "password1234",
            "Everytime2025!",
            "1234password",
            "!!dragon!!2024",
            "hello-1234-world",
            "kim19990101",
        ]);
    }

    #[test]
    fn common_words_in_hangul_are_common() {
        assert_common(&["안녕하세요123456", "서울대학교!2025", "대한민국 만세 1945", "사랑해20250101"]);
    }

    #[test]
    fn hangul_typed_on_a_qwerty_keyboard_is_common() {
        assert_common(&["qlalfqjsgh", "dkssudgktpdy", "tkfkdgo486486", "QlAlFqJsGh", "ghddlreogkrry"]);
    }

    #[test]
    fn english_typed_on_a_hangul_keyboard_is_common() {
        assert_common(&["ㅔㅁㄴㄴ잭ㅇ1234", "ㅔㅁㄴㄴㅈㅐㄱㅇ12"]);
    }

    #[test]
    fn full_width_letters_and_digits_are_compared_like_ascii() {
        assert_common(&["ｐａｓｓｗｏｒｄ１２３", "１２３４５６７８９０"]);
    }

    #[test]
    fn a_common_word_with_digits_and_signs_in_place_of_letters_is_common() {
        assert_common(&["P@ssw0rd!!", "P@$$w0rd2024", "s3cr3t99999", "adm1n12345"]);
    }

    #[test]
    fn every_listed_word_is_common_with_digits_after_it() {
        let listed =
            include_str!("common_passwords.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        for word in listed {
            assert_common(&[&format!("{word}20250301")]);
        }
    }

    #[test]
    fn comments_in_the_word_list_are_ignored() {
        assert_accepted(&["love and good wishes", "products and firms"]);
    }

    #[test]
    fn digits_and_punctuation_alone_are_common() {
        assert_common(&[
            "31415926535",
            "010-1234-5678",
            "!@#$%^&*()",
            "          ",
            "2024.03.02.",
            "\t\t\t\t\t\t\t\t\t\t",
        ]);
    }

    #[test]
    fn a_single_letter_beside_digits_is_common() {
        assert_common(&["x1234567890", "199901011234k", "1234567x890", "龍1234567890"]);
        assert_accepted(&["19990101kw", "7250c9e396"]);
    }

    #[test]
    fn one_character_repeated_is_common() {
        assert_common(&[
            "aaaaaaaaaa",
            "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ",
            "하하하하하하하하하하",
            "🐱🐱🐱🐱🐱🐱🐱🐱🐱🐱",
            "zzzzz99999",
        ]);
    }

    #[test]
    fn a_few_characters_or_a_common_word_repeated_are_common() {
        assert_common(&[
            "xk7vxk7vxk7v",
            "a12a12a12a12",
            "mvkrmvkrmvkr",
            "passwordpassword",
            "monkey monkey",
            "사랑해사랑해사랑해사랑해",
            "qlalfqlalf",
        ]);
        assert_accepted(&["otterotter", "otter juggles otter"]);
    }

    #[test]
    fn sequences_of_adjacent_keys_or_letters_are_common() {
        assert_common(&[
            "qwertyuiop",
            "poiuytrewq",
            "asdfghjkl;",
            "abcdefghij",
            "zyxwvutsrq",
            "qwer1234asdf",
            "qweasdzxc!",
            "1q2w3e4r5t",
            "1qaz2wsx3edc",
            "zaq1xsw2cde3",
            "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ1",
            "abcdefghijklmnopqrstuvwxyz",
            "qazwsxedcrfvtgbyhnujm",
            "qwerqwerqwer",
            "ab12345678",
            "poi-lkj-mnb-edc",
        ]);
        assert_accepted(&["qwertyuiopx", "xqwertyuiop", "op-re-sa-hi-tu-ba"]);
    }

    #[test]
    fn ordinary_good_passphrases_are_accepted() {
        assert_accepted(&[
            "correct battery staple 말",
            "tkfkdgody-nope-9x7",
            "passwords are boring",
            "monkey dragon korea",
            "도서관 앞 고양이 세 마리",
            "비밀번호를 또 바꾸래",
            "ehtjrhksdkvrhdiddl",
            "kX9$vQ2!mZ",
            "4f9c-b27e-61ad",
            "d252172c27",
            "5c0!$_Xz!^",
            "🐶🐱🦊🐻🐼🐨🐯🦁🐮🐷",
            "学生食堂の定食は最高",
            "lunch @ 12 in room 301",
        ]);
    }

    #[test]
    fn the_policy_does_not_apply_to_attempts() {
        for old in ["1", "password", "qlalfqjsgh"] {
            assert_eq!(attempted(old), Ok(old.as_bytes().to_vec()));
        }
    }

    #[test]
    fn an_attempt_has_1_to_128_characters() {
        assert_eq!(attempted(""), Err(FieldError::TooShort { min: 1 }));
        assert_eq!(attempted(&passphrase(128)), Ok(passphrase(128).into_bytes()));
        assert_eq!(attempted(&passphrase(129)), Err(FieldError::TooLong { max: 128 }));
    }

    #[test]
    fn debug_output_does_not_contain_the_password() {
        let (password, attempt) = (Password::parse(passphrase(12)), PasswordAttempt::parse(passphrase(12)));
        assert_eq!(format!("{password:?} {attempt:?}"), "Ok(Password(..)) Ok(PasswordAttempt(..))");
    }
}
