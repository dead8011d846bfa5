//! Invisible characters, and the emoji sequences that need them.

/// Whether the character is invisible: `Default_Ignorable_Code_Point` in Unicode's `DerivedCoreProperties.txt`. These
/// include the Hangul fillers, from which users could make blank nicknames.
pub(in crate::domain) fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

const ZERO_WIDTH_JOINER: char = '\u{200D}';
const TEXT_STYLE: char = '\u{FE0E}';
const EMOJI_STYLE: char = '\u{FE0F}';
const KEYCAP: char = '\u{20E3}';
const BLACK_FLAG: char = '\u{1F3F4}';
const END_OF_TAG: char = '\u{E007F}';

/// The text without invisible characters, except those that are part of an emoji (UTS #51): the joiner between two emoji,
/// the presentation selectors, and the tag that makes a black flag the flag of a region. Controls of the text direction
/// stay, so that the text can be refused.
pub(super) fn without_invisible(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut last = '\0';
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next().unwrap_or('\0');
        if is_tag(c) && last == BLACK_FLAG {
            let tag: String = [c].into_iter().chain(rest.clone()).take_while(|c| is_tag(*c)).collect();
            let length = tag.chars().count();
            if (3..=6).contains(&length) && rest.clone().nth(length.saturating_sub(1)) == Some(END_OF_TAG) {
                kept.push_str(&tag);
                kept.push(END_OF_TAG);
                last = END_OF_TAG;
                rest.nth(length.saturating_sub(1));
                continue;
            }
        }
        let belongs_to_emoji = match c {
            ZERO_WIDTH_JOINER => ends_emoji(last) && is_pictograph(next),
            TEXT_STYLE | EMOJI_STYLE => is_pictograph(last) || (is_keycap_base(last) && next == KEYCAP),
            _ => false,
        };
        if belongs_to_emoji || super::is_direction_control(c) || !is_ignorable(c) {
            kept.push(c);
            last = c;
        } else {
            last = '\0';
        }
    }
    kept
}

/// Whether the character is a tag letter or digit of a region's code.
fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}')
}

/// Whether the character can be the last one of an emoji.
fn ends_emoji(c: char) -> bool {
    is_pictograph(c) || matches!(c, EMOJI_STYLE | END_OF_TAG)
}

fn is_keycap_base(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '#' | '*')
}

/// Whether the character can be an emoji, or a part of one: `Extended_Pictographic` in Unicode's `emoji-data.txt`, in
/// somewhat larger ranges, and the skin tones.
fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21FF}'
        | '\u{2300}'..='\u{2328}' | '\u{232B}'..='\u{23FF}' | '\u{24C2}' | '\u{25A0}'..='\u{27BF}'
        | '\u{2934}'..='\u{2935}' | '\u{2B00}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}'
        | '\u{1F000}'..='\u{1FAFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_stays_only_if_it_is_a_complete_region_of_a_black_flag() {
        let tag =
            |text: &str| text.chars().map(|c| char::from_u32(0xE0000 + u32::from(c)).unwrap()).collect::<String>();
        let wales = format!("🏴{}\u{E007F}", tag("gbwls"));
        assert_eq!(without_invisible(&format!("{wales}{wales}!")), format!("{wales}{wales}!"));
        let end = "\u{E007F}";
        for hidden in
            [tag("gbwls"), format!("{}{end}", tag("gb")), format!("{}{end}", tag("secret text")), end.to_owned()]
        {
            assert_eq!(without_invisible(&format!("🏴{hidden}!")), "🏴!");
        }
        assert_eq!(without_invisible(&format!("🎓{}{end}", tag("gbwls"))), "🎓");
    }

    #[test]
    fn joiners_and_selectors_stay_only_in_emoji() {
        for kept in ["👩\u{200D}❤\u{FE0F}\u{200D}👨", "👩🏽\u{200D}🚀", "☎\u{FE0E}", "#\u{FE0F}\u{20E3}"]
        {
            assert_eq!(without_invisible(kept), kept);
        }
        for (text, visible) in [
            ("가\u{200D}나", "가나"),
            ("👩\u{200D}", "👩"),
            ("\u{200D}👩", "👩"),
            ("👩\u{200D}\u{200D}👩", "👩👩"),
            ("❤\u{FE0F}\u{FE0F}", "❤\u{FE0F}"),
            ("가\u{FE0F}", "가"),
            ("1\u{FE0F}2", "12"),
            ("❤\u{FE00}", "❤"),
        ] {
            assert_eq!(without_invisible(text), visible, "{text:?}");
        }
    }
}
