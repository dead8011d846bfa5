//! Recognizes nicknames that pass for a name that the service shows, and names that pass for those of staff.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

use super::fold;

/// What the service shows in place of a nickname. Anonymous authors also have a number.
const SHOWN: [&str; 8] =
    ["익명", "익명글쓴이", "글쓴이", "알수없음", "삭제된댓글입니다", "탈퇴한사용자", "anonymous", "unknown"];

/// How anonymous authors begin.
const ANONYMOUS: &str = "익명";

/// How reviews show their authors: 26년 1학기 수강자.
const REVIEWER: &str = "학기수강자";

/// Names of staff. A word that contains one of them passes for one of staff.
const STAFF: [&str; 21] = [
    "운영자",
    "운영진",
    "운영팀",
    "운영단",
    "운영위원",
    "관리자",
    "관리팀",
    "관리인",
    "管理者",
    "管理員",
    "管理员",
    "管理人",
    "運営者",
    "運営陣",
    "運營者",
    "運營陣",
    "运营者",
    "admin",
    "operator",
    "moderator",
    "staff",
];

/// Ordinary words that contain a name of staff.
const ORDINARY: [&str; 9] =
    ["관리자격", "관리자금", "관리자료", "관리인증", "운영자금", "운영자료", "운영팀플", "administrati", "flagstaff"];

/// Whether a nickname passes for a name that the service shows, or for one of staff. Digits, brackets and other marks make
/// no difference, nor does another spelling with the same [appearance].
pub(super) fn is_reserved(nickname: &str) -> bool {
    let letters = letters(nickname);
    let without_digits: String = fold(nickname).chars().filter(|c| c.is_alphabetic()).collect();
    let without_digits = appearance(&without_digits);
    // `1` and `l` have the same appearance, so the numbers 1, 10 and 11 can consist of letters.
    let is_number = |rest: &str| rest.chars().nth(1).is_none() || rest.chars().all(|c| matches!(c, 'i' | 'o' | '丨'));
    SHOWN.iter().any(|shown| without_digits == appearance(shown))
        || without_digits.ends_with(REVIEWER)
        || letters.strip_prefix(ANONYMOUS).is_some_and(is_number)
        || contains_staff(&letters)
        || contains_staff(&without_digits)
}

/// Whether a word of the name contains a name of staff. Marks between the letters of a word, and spaces between single
/// letters, make no difference, nor does another spelling with the same [appearance].
pub(super) fn has_staff_name(name: &str) -> bool {
    let mut spaced = String::new();
    for word in fold(name).split_whitespace() {
        let is_letter = word.chars().filter(|c| c.is_alphabetic()).nth(1).is_none();
        if is_letter {
            spaced.push_str(word);
        } else if contains_staff(&letters(word)) || contains_staff(&letters(&std::mem::take(&mut spaced))) {
            return true;
        }
    }
    contains_staff(&letters(&spaced))
}

/// Whether the letters contain a name of staff outside an ordinary word.
fn contains_staff(letters: &str) -> bool {
    let others = ORDINARY.iter().fold(letters.to_owned(), |rest, word| rest.replace(&appearance(word), " "));
    STAFF.iter().any(|name| others.contains(&appearance(name)))
}

/// The [appearance] of the letters, without marks and spaces.
fn letters(text: &str) -> String {
    appearance(text).chars().filter(|c| c.is_alphabetic()).collect()
}

/// The [folded](fold) text, without diacritics, and with the same letter in place of all that look alike (the skeleton of
/// UTS #39): `ɑdmín`, `adm1n` and `Admin` are the same. Syllables of Hangul stay as they are, because a skeleton
/// does not tell where they end.
fn appearance(text: &str) -> String {
    let mut shown = String::new();
    for c in fold(text).chars() {
        match c {
            '가'..='힣' => shown.push(c),
            _ => shown.extend(skeleton(c.encode_utf8(&mut [0; 4]))),
        }
    }
    // A skeleton has `l` for `I`, but `i` for `i`.
    let undecorated = shown.nfd().filter(|c| !is_combining_mark(*c)).nfc();
    undecorated.collect::<String>().to_lowercase().replace('l', "i")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_service_and_its_staff_are_reserved_in_every_spelling() {
        for name in [
            "익명",
            "익명1",
            "익명 12",
            "익명１",
            "익명(글쓴이)",
            "(알수없음)",
            "알수없음",
            "글쓴이1",
            "[운영자]",
            "관리자1",
            "ＡＤＭＩＮ",
            "ad\u{200B}min_",
            "\u{110B}\u{1175}\u{11A8}\u{1106}\u{1167}\u{11BC}",
            "26년1학기수강자",
        ] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["마루", "익명의고래", "글쓴이팬", "운영체제", "123", "Millim"] {
            assert!(!is_reserved(name), "{name}");
        }
    }

    #[test]
    fn nicknames_that_look_like_those_of_an_anonymous_author_or_of_staff_are_reserved() {
        for name in ["익명l", "익명I", "익명ㅣ", "익명lO", "익명ㅣㅣ", "익명l2"] {
            assert!(is_reserved(name), "{name}");
        }
        for name in
            ["\u{e1}dmin", "\u{251}dmin", "adm1n", "admln", "a\u{111}min", "관리자님", "운영진공식", "관리자아님"]
        {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["管理者", "adminn", "1관1리1자"] {
            assert!(is_reserved(name), "{name}");
        }
    }

    #[test]
    fn words_that_contain_a_name_of_staff_are_found_in_every_spelling() {
        for name in [
            "운영진 공지",
            "총학생회 운 영 진",
            "관 리 자",
            "(관)(리)(자)",
            "관.리.자 공지",
            "공지(Staff)",
            "Ｏｐｅｒａｔｏｒ",
            "ad-min",
            "a.d.m.i.n",
            "a d m i n 공지",
            "\u{e1}dmin",
            "\u{430}dmin",
            "adminteam",
            "공지 administrator",
        ] {
            assert!(has_staff_name(name), "{name}");
        }
    }

    #[test]
    fn ordinary_words_and_neighbours_are_no_names_of_staff() {
        for name in [
            "동아리 운영 자료실",
            "학점 관리 자료",
            "학점관리자료",
            "OS 운영 팀플",
            "건강관리 인증방",
            "건강관리(인증방)",
            "관리자격증",
            "품질 관리 장학금",
            "품질관리장학금",
            "Business Administration",
            "운영체제",
            "flagstaff",
            "공지",
        ] {
            assert!(!has_staff_name(name), "{name}");
        }
    }
}
