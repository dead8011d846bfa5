//! Converts Hangul to the keys that type it, for the check for [common passwords](super::common_password).

use unicode_normalization::UnicodeNormalization;

/// Ranges of consecutive jamo: the first jamo of the range, and the keys of each jamo in it. The keys are those of the
/// two-set layout (dubeolsik, KS X 5002) on a QWERTY keyboard; a capital letter is a key with shift.
///
/// The last two ranges hold one archaic initial each: NFKD converts the compatibility letters ㅀ and ㅄ to these and not
/// to the finals with the same names.
const KEYS: [(char, &[&str]); 5] = [
    (
        '\u{1100}', // initials, ㄱ to ㅎ
        &["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"],
    ),
    (
        '\u{1161}', // medials, ㅏ to ㅣ
        &[
            "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml",
            "l",
        ],
    ),
    (
        '\u{11A8}', // finals, ㄱ to ㅎ
        &[
            "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t",
            "T", "d", "w", "c", "z", "x", "v", "g",
        ],
    ),
    ('\u{111A}', &["fg"]),
    ('\u{1121}', &["qt"]),
];

/// Returns the text in NFKD with all Hangul, both syllables and single jamo, replaced by the keys that type it. For
/// example, `말` becomes `akf`, which is also what a user gets who types it in English input mode.
pub(crate) fn keystrokes(text: &str) -> String {
    let mut typed = String::with_capacity(text.len());
    for c in text.nfkd() {
        match keys_of(c) {
            Some(keys) => typed.push_str(keys),
            None => typed.push(c),
        }
    }
    typed
}

fn keys_of(jamo: char) -> Option<&'static str> {
    KEYS.iter().find_map(|(first, keys)| {
        let index = u32::from(jamo).checked_sub(u32::from(*first))?;
        keys.get(usize::try_from(index).ok()?).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_become_their_keys() {
        for (hangul, keys) in
            [("비밀번호", "qlalfqjsgh"), ("안녕하세요", "dkssudgktpdy"), ("홍익대학교", "ghddlreogkrry")]
        {
            assert_eq!(keystrokes(hangul), keys);
        }
    }

    #[test]
    fn double_consonants_and_yae_and_ye_are_typed_with_shift() {
        assert_eq!(keystrokes("ㄲㄸㅃㅆㅉㅒㅖ"), "REQTWOP");
        assert_eq!(keystrokes("까따빠싸짜얘예"), "RkEkQkTkWkdOdP");
        assert_eq!(keystrokes("밖있"), "qkRdlT");
    }

    #[test]
    fn compound_vowels_are_two_keys() {
        assert_eq!(keystrokes("ㅘㅙㅚㅝㅞㅟㅢ"), "hkhohlnjnpnlml");
        assert_eq!(keystrokes("와왜외워웨위의"), "dhkdhodhldnjdnpdnldml");
    }

    #[test]
    fn compound_finals_are_two_keys() {
        assert_eq!(keystrokes("ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ"), "rtswsgfrfafqftfxfvfgqt");
        assert_eq!(keystrokes("넋앉많닭삶넓곬핥읊잃값"), "sjrtdkswaksgekfrtkfasjfqrhftgkfxdmfvdlfgrkqt");
    }

    #[test]
    fn simple_jamo_are_one_key() {
        assert_eq!(keystrokes("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"), "rsefaqtdwczxvg");
        assert_eq!(keystrokes("ㅏㅐㅑㅓㅔㅕㅗㅛㅜㅠㅡㅣ"), "koijpuhynbml");
        assert_eq!(keystrokes("각난닫랄맘밥삿앙잦찿캌탙팦핳"), "rkrsksekefkfakaqkqtktdkdwkwckczkzxkxvkvgkg");
    }

    #[test]
    fn decomposed_and_half_width_hangul_has_the_same_keys() {
        assert_eq!(keystrokes("\u{1106}\u{1161}\u{11AF}"), "akf");
        assert_eq!(keystrokes("ﾱￂﾩ"), "akf");
    }

    #[test]
    fn other_text_does_not_change() {
        assert_eq!(keystrokes("Tea 4 龍 🐱"), "Tea 4 龍 🐱");
    }
}
