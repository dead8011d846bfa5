use proptest::prelude::*;

use super::*;

fn query(text: &str) -> SearchQuery {
    SearchQuery::parse(text.to_owned()).unwrap()
}

fn refused(text: &str) -> FieldError {
    SearchQuery::parse(text.to_owned()).unwrap_err()
}

fn folded(text: &str) -> String {
    FoldedText::new(text).into()
}

/// The highlighted parts of the text.
fn highlighted(query_text: &str, text: &str) -> Vec<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let part = |range: TextRange| String::from_utf16(units.get(range.start..range.end).unwrap()).unwrap();
    query(query_text).highlights(text).into_iter().map(part).collect()
}

#[test]
fn case_white_space_and_compatibility_forms_make_no_difference() {
    for (text, expected) in [
        ("미래 IT 기술", "미래it기술"),
        ("미래\u{3000}ＩＴ\t기술\n", "미래it기술"),
        ("가\u{200B}나", "가나"),
        ("\u{1100}\u{1161}\u{11A8}", "각"),
        ("Straße", "strasse"),
        ("ΣΊΣΥΦΟΣ σίσυφος", "σίσυφοσσίσυφοσ"),
        ("ｶﾞ", "ガ"),
        ("①", "1"),
        ("👩\u{200D}🚀", "👩🚀"),
        ("", ""),
    ] {
        assert_eq!(folded(text), expected, "{text:?}");
    }
}

#[test]
fn single_jamo_are_not_composed_across_characters() {
    assert!(query("ㅠㅠ").matches("", "오늘도 ㅠㅠㅠ"));
    assert!(query("ㅠㅋ").matches("", "ㅋㅠㅋㅠ"));
}

#[test]
fn all_words_must_be_in_the_title_or_the_text() {
    let post = ("중고 자전거 팝니다", "정문 앞에서 만나요. 가격은 5만원");
    for found in ["자전거", "중고자전거", "자전거 5만원", "가격은5", "5 만원", "정문 중고", "전거팝", "거 팝"]
    {
        assert!(query(found).matches(post.0, post.1), "{found}");
    }
    for missing in ["자전거 노트북", "팝니다정문", "전자거", "50만원", "자전거 6"] {
        assert!(!query(missing).matches(post.0, post.1), "{missing}");
    }
}

#[test]
fn a_query_has_two_characters_besides_white_space() {
    for short in ["", " ", "\u{3000}\u{3000}", "가", " 가 ", "👍", "a\u{200B}"] {
        assert_eq!(refused(short), FieldError::TooShort { min: 2 }, "{short:?}");
    }
    for valid in ["가나", "가 나", "👍👍", "ab", "ㅋㅋ", "C 언어", "12"] {
        assert!(!query(valid).grams().is_empty(), "{valid:?}");
    }
    assert_eq!(query("수 학"), query("수학"), "single characters are one word");
    assert!(query("수 학").matches("수 학", "") && !query("수 학").matches("수업과 학점", ""));
    assert!(query("수 학 과제").matches("과제", "학점과 수업"), "beside a longer word, each is a word of its own");
    assert!(query("C 언어").matches("C언어 과제", ""));
    assert!(query("언어 C").matches("C언어 과제", ""));
}

#[test]
fn hostile_queries_are_refused_or_bounded() {
    assert_eq!(refused(&"가나 ".repeat(200)), FieldError::TooLong { max: 100 });
    assert_eq!(refused(&"가".repeat(10_000)), FieldError::TooLong { max: 100 });
    assert_eq!(refused(&"ﷺ".repeat(50)), FieldError::TooLong { max: 100 }, "it folds to 900 characters");
    assert_eq!(refused("\u{301}\u{301}"), FieldError::InvalidCharacters);
    assert_eq!(refused(&format!("a{}", "\u{301}".repeat(20))), FieldError::InvalidCharacters);
    assert_eq!(refused("가나\u{202E}다라"), FieldError::InvalidCharacters);
    assert_eq!(refused("\u{200B}\u{200B}"), FieldError::InvalidCharacters);
    assert_eq!(query(&"가".repeat(100)).grams().len(), 1);
    assert_eq!(query(&"가 ".repeat(50)), query(&"가".repeat(50)));
    let long: String = ('가'..).take(100).collect();
    assert_eq!(query(&long).grams().len(), SearchQuery::MAX_GRAMS);
    assert_eq!(query("가나 나가 가나 나가 가나다").as_text(), "나가 가나다");
}

#[test]
fn highlights_are_ranges_of_the_original_text() {
    for (query, text, expected) in [
        ("자전거", "중고 자전거, 새 자전거", vec!["자전거", "자전거"]),
        ("it기술", "미래 IT 기술!", vec!["IT 기술"]),
        ("기술 미래", "미래 IT 기술", vec!["미래", "기술"]),
        ("가가", "가가가가", vec!["가가가가"]),
        ("가나 나다", "가나다", vec!["가나다"]),
        ("축제", "🎉🎉축제👨‍👩‍👧", vec!["축제"]),
        ("🎉축", "🎉🎉축제", vec!["🎉축"]),
        ("ss", "Straße", vec!["ß"]),
        ("st", "Straße", vec!["St"]),
        ("없음", "가나다", vec![]),
        ("나가", "가나\n\n 가나", vec!["나\n\n 가"]),
    ] {
        assert_eq!(highlighted(query, text), expected, "{query} in {text}");
    }
    let range = query("축제").highlights("🎉축제");
    assert_eq!(range, [TextRange { start: 2, end: 4 }], "an emoji is two UTF-16 code units");
}

#[test]
fn no_gram_spans_title_and_text() {
    let grams = |text: IndexText| text.grams().into_iter().map(|gram| gram.to_string()).collect::<Vec<_>>();
    assert_eq!(grams(IndexText::of_post("가 나", "다 라")), ["가나", "다라"]);
    assert_eq!(grams(IndexText::of_post("A", "b")), Vec::<String>::new());
    assert_eq!(grams(IndexText::of_post("가나가나", "가나")), ["가나", "나가"]);
}

/// Texts of few characters, so that a word is often in a text, with some that fold or combine in a special way.
fn texts() -> impl Strategy<Value = String> {
    let special = ["가", "나", "a", "B", " ", "\n", "ß", "é", "e\u{301}", "👍🏽", "🇰🇷", "ㄱ", "ㅏ", "ﬁ", "\u{200B}", "İ"];
    prop::collection::vec(prop::sample::select(special.to_vec()), 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn a_text_is_found_by_each_part_of_it(before in texts(), word in texts(), after in texts()) {
        let text: String = crate::domain::Prose::<0, 1000>::parse(format!("{before} {word} {after}"))
            .unwrap_or_else(|_| unreachable!("the text is valid")).as_str().to_owned();
        if let Ok(query) = SearchQuery::parse(word) {
            prop_assert!(query.matches("", &text));
            let grams = IndexText::of_post("", &text).grams();
            prop_assert!(query.grams().iter().all(|gram| grams.contains(gram)));
            prop_assert!(!query.highlights(&text).is_empty());
        }
    }

    #[test]
    fn highlights_are_valid_ranges_in_order(text in texts(), word in texts()) {
        if let Ok(query) = SearchQuery::parse(word) {
            let length = text.encode_utf16().count();
            let mut end = None;
            for range in query.highlights(&text) {
                prop_assert!(end.is_none_or(|end| end < range.start));
                prop_assert!(range.start < range.end && range.end <= length);
                let units: Vec<u16> = text.encode_utf16().collect();
                prop_assert!(String::from_utf16(units.get(range.start..range.end).unwrap()).is_ok());
                end = Some(range.end);
            }
            prop_assert_eq!(query.highlights(&text).is_empty(), !query.words.iter().any(|word| folded(&text).contains(word)));
        }
    }
}
