//! Recognizes nicknames that pass for a name that the service shows, or for its staff, and board names like those of staff.

use super::fold;

/// The names, folded and with letters only. Anonymous authors also have a number.
const NAMES: [&str; 24] = [
    // Names that the service shows.
    "익명",
    "익명글쓴이",
    "글쓴이",
    "알수없음",
    "삭제된댓글입니다",
    "탈퇴한사용자",
    "anonymous",
    "unknown",
    // Staff.
    "관리자",
    "관리팀",
    "관리인",
    "운영자",
    "운영진",
    "운영팀",
    "운영위원",
    "총관리자",
    "게시판관리자",
    "캠퍼스관리자",
    "캠퍼스운영자",
    "캠퍼스운영진",
    "admin",
    "operator",
    "moderator",
    "staff",
];

/// How reviews show their authors: 26년 1학기 수강자.
const REVIEWER: &str = "학기수강자";

/// Whether the nickname is reserved. Case, Unicode form, spaces, digits, brackets and other marks make no difference.
pub(super) fn is_reserved(nickname: &str) -> bool {
    let letters: String = fold(nickname).chars().filter(|c| c.is_alphabetic()).collect();
    NAMES.contains(&letters.as_str()) || letters.ends_with(REVIEWER)
}

/// Words for staff, folded. A board name that contains one of the first passes for one of staff, and so does a name in which
/// one of the others is a whole word.
const STAFF: [&str; 7] = ["운영자", "운영진", "운영팀", "운영위원", "관리자", "관리팀", "관리인"];
const STAFF_WORDS: [&str; 8] =
    ["admin", "admins", "administrator", "administrators", "moderator", "moderators", "operator", "staff"];

/// Whether the name contains a word for staff. Case, Unicode form, and marks between the letters make no difference.
pub(super) fn has_staff_name(name: &str) -> bool {
    let folded = fold(name);
    let letters: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
    let mut words = folded.split(|c: char| !c.is_ascii_alphabetic());
    STAFF.iter().any(|word| letters.contains(word)) || words.any(|word| STAFF_WORDS.contains(&word))
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
            "[운영자]",
            "관리자1",
            "ＡＤＭＩＮ",
            "ad\u{200B}min_",
            "\u{110B}\u{1175}\u{11A8}\u{1106}\u{1167}\u{11BC}",
            "26년1학기수강자",
        ] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["마루", "익명의고래", "글쓴이팬", "관리자아님", "123", "adminn"] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
