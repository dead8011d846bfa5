//! Tests of text.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample;

use super::*;

type Short = SingleLine<2, 4>;
type Text = Prose<1, 4>;

/// The flag of England: a black flag, `gbeng` in tag characters, and the end of the tag.
const ENGLAND: &str = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";

fn line(raw: &str) -> Result<String, FieldError> {
    Short::parse(raw.to_owned()).map(|line| line.to_string())
}

#[test]
fn lengths_count_characters_not_bytes() {
    assert_eq!(line("가"), Err(FieldError::TooShort { min: 2 }));
    assert_eq!(line("가나다라"), Ok("가나다라".to_owned()));
    assert_eq!(line("가나다라마"), Err(FieldError::TooLong { max: 4 }));
    assert!(Text::parse("🎓🎓🎓🎓".to_owned()).is_ok());
    assert_eq!(Text::parse("🎓🎓🎓🎓🎓".to_owned()), Err(FieldError::TooLong { max: 4 }));
}

#[test]
fn a_line_is_normalized_to_nfc_and_trimmed() {
    assert_eq!(line("  \u{1112}\u{1161}\u{11AB}글 "), Ok("한글".to_owned()));
    assert_eq!(line("    "), Err(FieldError::TooShort { min: 2 }));
}

#[test]
fn control_and_direction_characters_are_refused_in_lines() {
    for c in ['\0', '\n', '\u{B}', '\u{7f}', '\u{2028}', '\u{202E}', '\u{2066}', '\u{2800}', '\u{E000}'] {
        assert_eq!(line(&format!("a{c}b")), Err(FieldError::InvalidCharacters), "{c:?}");
    }
}

#[test]
fn invisible_characters_are_dropped_from_lines() {
    for c in ['\u{AD}', '\u{200B}', '\u{200D}', '\u{200E}', '\u{2060}', '\u{3164}', '\u{FE0F}', '\u{FEFF}', '\u{E0041}']
    {
        assert_eq!(line(&format!("{c}가{c} {c}나{c} {c}")), Ok("가 나".to_owned()), "{c:?}");
    }
    assert_eq!(line("\u{1112}\u{200B}\u{1161}\u{11AB}글"), Ok("한글".to_owned()), "they do not count");
    assert_eq!(SingleLine::<0, 4>::parse("\u{200B}".to_owned()).unwrap().as_str(), "");
}

#[test]
fn emoji_sequences_are_kept_in_lines() {
    for emoji in [ENGLAND, "👩\u{200D}🎓", "🏳\u{FE0F}\u{200D}🌈", "❤\u{FE0F}", "1\u{FE0F}\u{20E3}", "🇰🇷", "👍🏽"]
    {
        let title = SingleLine::<1, 20>::parse(format!(" {emoji}\u{200B} 경기")).unwrap();
        assert_eq!(title.as_str(), format!("{emoji} 경기"));
    }
}

#[test]
fn a_line_does_not_begin_with_a_combining_mark() {
    for text in ["\u{301}가나", " \u{301}가나", "\u{200B}\u{301}가나"] {
        assert_eq!(line(text), Err(FieldError::InvalidCharacters), "{text:?}");
    }
}

#[test]
fn at_most_4_combining_marks_follow_one_another() {
    type Long = SingleLine<1, 50>;
    for (marks, is_allowed) in [(4, true), (5, false)] {
        // This mark does not compose with a letter.
        for text in [format!("x{}", "\u{332}".repeat(marks)), format!("x{}가", "\u{332}\u{200B}".repeat(marks))] {
            assert_eq!(Long::parse(text.clone()).is_ok(), is_allowed, "{text:?}");
            assert_eq!(Prose::<1, 50>::parse(text.clone()).is_ok(), is_allowed, "{text:?}");
        }
    }
    for word in ["မျှော်လင့်", "ที่นี่", "हिन्दी"] {
        assert!(Long::parse(word.to_owned()).is_ok() && Prose::<1, 50>::parse(word.to_owned()).is_ok(), "{word}");
    }
    let interleaved = format!("x{}", "\u{332}\u{903}".repeat(5));
    assert_eq!(Long::parse(interleaved), Err(FieldError::InvalidCharacters), "marks with a width between them");
    assert!(Long::parse("ก็่ x\u{332}x\u{332}x\u{332}x\u{332}x\u{332}".to_owned()).is_ok(), "each after a letter");
}

#[test]
fn names_do_not_mix_scripts_with_letters_of_the_same_look() {
    let name = |text: &str| Name::<1, 50>::parse(text.to_owned());
    for mixed in ["\u{430}dmin", "p\u{430}ypal", "Αlpha", "가나 \u{430}b", "\u{3b1}\u{430}", "Ꭺlpha", "สม \u{430}b"]
    {
        assert_eq!(name(mixed), Err(FieldError::MixedScripts), "{mixed}");
    }
    for allowed in [
        "마루2026",
        "CAMPUS 게시판 3호",
        "ㅋㅋ lol",
        "中央도서관 library",
        "ゆき유키Yuki",
        "Москва",
        "สมชาย Somchai",
        "हिन्दी Study",
        "عربي club",
        "Москва 여행",
        "λ연구회",
        "café",
        "①번🎓 A+",
        "Ⅳ관",
        "123",
    ] {
        assert!(name(allowed).is_ok(), "{allowed}");
    }
}

#[test]
fn a_line_that_is_too_long_can_be_cut() {
    type Line = SingleLine<1, 8>;
    let cut = |raw: &str| Line::parse_or_cut(raw).map(|(line, is_cut)| (line.to_string(), is_cut));
    assert_eq!(cut(" 가나다라마바사아 "), Ok(("가나다라마바사아".to_owned(), false)));
    // The ellipsis has three characters when it is folded.
    assert_eq!(cut("가나다라마바사아자"), Ok(("가나다라마…".to_owned(), true)));
    assert_eq!(cut("가나 다라 마바사아자"), Ok(("가나 다라…".to_owned(), true)), "no space before the ellipsis");
    assert_eq!(cut("가나다라👩\u{200D}🎓마바사아"), Ok(("가나다라…".to_owned(), true)));
    assert_eq!(cut(&"\u{FDFA}".repeat(9)), Ok(("…".to_owned(), true)), "each has 18 characters when it is folded");
    assert_eq!(cut("\u{202E}"), Err(FieldError::InvalidCharacters));
    assert_eq!(cut(" "), Err(FieldError::TooShort { min: 1 }));
}

#[test]
fn a_line_has_a_visible_character() {
    for blank in ["\u{200D}\u{200D}", "\u{FE0F}\u{FE0F}", "\u{0301}\u{0301}"] {
        assert_eq!(line(blank), Err(FieldError::InvalidCharacters), "{blank:?}");
    }
    assert_eq!(line("\u{E000}\u{E001}"), Err(FieldError::InvalidCharacters), "private-use characters");
    assert!(SingleLine::<0, 4>::parse(String::new()).is_ok());
}

#[test]
fn the_folded_form_of_a_line_has_the_same_maximum_length() {
    // NFKC turns this character into 18.
    assert_eq!(line("\u{FDFA}\u{FDFA}"), Err(FieldError::TooLong { max: 4 }));
}

#[test]
fn invisible_characters_do_not_make_names_different() {
    for other in ["마루\u{200D}", "마\u{FE0F}루", "마루\u{E0100}", "\u{3164}마루"] {
        assert_eq!(fold(other), "마루", "{other:?}");
    }
}

#[test]
fn upper_and_lower_case_forms_fold_to_the_same_text() {
    assert_eq!(fold("STRASSE"), fold("straße"));
    assert_eq!(fold("ΛΣ"), fold("λσ"));
    assert_eq!(fold("λς"), fold("λσ"));
}

#[test]
fn prose_keeps_line_breaks_and_surrounding_spaces() {
    assert_eq!(Text::parse(" a\n\t".to_owned()).map(|text| text.as_str().to_owned()), Ok(" a\n\t".to_owned()));
}

#[test]
fn prose_without_a_visible_character_counts_as_empty() {
    for blank in [" \n ", "\u{200B}\u{FEFF}", "\u{3164}", "\u{2800}", "\u{301}"] {
        assert_eq!(Text::parse(blank.to_owned()), Err(FieldError::TooShort { min: 1 }), "{blank:?}");
    }
    assert!(Prose::<0, 4>::parse(String::new()).is_ok());
}

#[test]
fn prose_has_no_control_and_direction_characters() {
    for c in ['\0', '\u{7f}', '\u{202A}', '\u{202E}', '\u{2066}', '\u{2069}'] {
        assert_eq!(Text::parse(format!("a{c}")), Err(FieldError::InvalidCharacters), "{c:?}");
    }
}

#[test]
fn vertical_tabs_and_form_feeds_become_line_breaks_in_prose() {
    assert_eq!(Text::parse("a\u{B}b\u{C}".to_owned()).unwrap().as_str(), "a\nb\n");
}

#[test]
fn decomposed_characters_count_as_composed_ones_in_prose() {
    let decomposed = "\u{1112}\u{1161}\u{11AB}".repeat(4);
    assert_eq!(Text::parse(decomposed).unwrap().as_str(), "한한한한");
    assert_eq!(Text::parse("e\u{301}".repeat(5)), Err(FieldError::TooLong { max: 4 }));
    assert_eq!(Prose::<2, 4>::parse("\u{1112}\u{1161}".to_owned()), Err(FieldError::TooShort { min: 2 }));
}

#[test]
fn a_preview_ends_between_grapheme_clusters() {
    let cut = |text: &str| Prose::<1, 100>::parse(text.to_owned()).unwrap().cut_to(4);
    assert_eq!(cut("가나다라마"), "가나다라");
    assert_eq!(cut("가나다"), "가나다");
    for cluster in ["👨\u{200D}👩\u{200D}👧", "🇰🇷", "x\u{332}", "\r\n", ENGLAND] {
        assert_eq!(cut(&format!("가나다{cluster}라")), "가나다", "{cluster:?}");
    }
    assert_eq!(cut("가나🇰🇷라"), "가나🇰🇷");
    assert_eq!(cut("👨\u{200D}👩\u{200D}👧\u{200D}👦").chars().count(), 4, "a cluster of more than 4 characters");
}

proptest! {
    #[test]
    fn a_parsed_line_stays_as_it_is(raw in text()) {
        if let Ok(line) = SingleLine::<1, 20>::parse(raw) {
            prop_assert_eq!(SingleLine::parse(line.to_string()), Ok(line));
        }
    }

    #[test]
    fn a_line_is_cut_rather_than_too_long(raw in text()) {
        let (parsed, cut) = (SingleLine::<1, 8>::parse(raw.clone()), SingleLine::parse_or_cut(&raw));
        match parsed {
            Ok(line) => prop_assert_eq!(cut, Ok((line, false))),
            Err(FieldError::TooLong { max }) => prop_assert_ne!(cut, Err(FieldError::TooLong { max })),
            Err(error) => prop_assert_eq!(cut, Err(error)),
        }
    }

    #[test]
    fn parsed_prose_stays_as_it_is_and_a_preview_begins_it(raw in text(), characters in 0_usize..20) {
        if let Ok(prose) = Prose::<0, 20>::parse(raw) {
            let preview = prose.cut_to(characters);
            prop_assert!(preview.chars().count() <= characters && prose.as_str().starts_with(&preview));
            prop_assert_eq!(Prose::parse(prose.as_str().to_owned()), Ok(prose));
        }
    }
}

/// Texts of characters that combine with each other.
fn text() -> impl Strategy<Value = String> {
    const PARTS: &[&str] = &[
        ENGLAND,
        "가",
        "\u{1112}",
        "\u{1161}",
        "\u{11AB}",
        "e",
        "\u{301}",
        "\u{338}",
        "1",
        "\u{20E3}",
        "👩",
        "👍🏽",
        "❤",
        "↔",
        "\u{2329}",
        "🇰",
        "\u{200D}",
        "\u{FE0F}",
        "\u{200B}",
        "\u{E0067}",
        "\u{E007F}",
        "\u{FDFA}",
        "İ",
        "ß",
        " ",
        "\n",
        "\u{B}",
        "\u{3000}",
        "🏴",
    ];
    let part =
        prop_oneof![8 => sample::select(PARTS).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    vec(part, 0..24).prop_map(|parts| parts.concat())
}

#[test]
fn folding_ignores_case_width_and_composition() {
    for other in ["ｈＯｎｇ", "HONG", "hong"] {
        assert_eq!(fold(other), "hong");
    }
    assert_eq!(fold("\u{1112}\u{1161}\u{11AB}"), fold("한"));
}
