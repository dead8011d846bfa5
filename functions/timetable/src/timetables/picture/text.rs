//! Text in pictures: its width and its line breaks.

use unicode_segmentation::UnicodeSegmentation;

/// The width of a character, in tenths of the font size. A little more than in common fonts, so that text fits.
fn width(c: char) -> u32 {
    match c {
        ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' | '[' | ']' | 'i' | 'j' | 'l' | 'I' | 'f' | 't'
        | 'r' | '-' => 4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 9,
        'A'..='Z' | '&' => 7,
        c if c.is_ascii() => 6,
        '\u{00A0}'..='\u{10FF}' => 7,
        // Hangul, Chinese characters and emoji.
        _ => 10,
    }
}

/// The width of a grapheme cluster: that of its widest character. The others are drawn over it.
fn cluster_width(cluster: &str) -> u32 {
    cluster.chars().map(width).max().unwrap_or_default()
}

fn width_of(text: &str) -> u32 {
    text.graphemes(true).map(cluster_width).fold(0, u32::saturating_add)
}

/// Breaks a text into at most `max_lines` lines of at most `max_width` tenths of the font size, at spaces if possible. If
/// the text is too long, it ends in an ellipsis. Emoji and other grapheme clusters are not broken.
pub(super) fn wrap(text: &str, max_width: u32, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        if !line.is_empty() && width_of(&line).saturating_add(width_of(word.trim_end())) > max_width {
            lines.push(std::mem::take(&mut line));
        }
        for cluster in word.graphemes(true) {
            let is_full = width_of(&line).saturating_add(cluster_width(cluster)) > max_width;
            if cluster != " " && !line.is_empty() && is_full {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(cluster);
        }
    }
    lines.push(line);
    let mut lines: Vec<String> = lines.into_iter().map(|line| line.trim().to_owned()).collect();
    lines.retain(|line| !line.is_empty());
    if lines.len() > max_lines {
        lines.truncate(max_lines);
        if let Some(last) = lines.last_mut() {
            while width_of(last).saturating_add(width('…')) > max_width && drop_last_cluster(last) {}
            last.push('…');
        }
    }
    lines
}

/// Removes the last grapheme cluster. Returns false if there is none.
fn drop_last_cluster(text: &mut String) -> bool {
    let start = text.grapheme_indices(true).next_back().map(|(start, _)| start);
    text.truncate(start.unwrap_or_default());
    start.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_or_anywhere_and_end_in_an_ellipsis() {
        assert_eq!(wrap("확률과정론", 30, 3), ["확률과", "정론"]);
        assert_eq!(wrap("글쓰기의 기초", 50, 3), ["글쓰기의", "기초"]);
        assert_eq!(wrap("대학글쓰기의 기초와 실제", 40, 2), ["대학글쓰", "기의…"]);
        assert_eq!(wrap("가나다라마바사", 30, 2), ["가나다", "라마…"]);
        assert_eq!(wrap("", 30, 2), [""; 0]);
        assert_eq!(wrap("가나다", 30, 0), [""; 0]);
    }

    #[test]
    fn a_grapheme_cluster_is_not_broken() {
        const FAMILY: &str = "👨\u{200D}👩\u{200D}👧";
        for cluster in [FAMILY, "🇰🇷", "e\u{301}", "한"] {
            for max_width in [5, 15, 30, 45] {
                let lines = wrap(&format!("{} {cluster}", cluster.repeat(9)), max_width, 1000);
                assert!(lines.iter().all(|line| line.replace(cluster, "").trim().is_empty()), "{lines:?}");
            }
            let shortened = wrap(&cluster.repeat(9), 45, 1);
            assert_eq!(shortened[0].replace(cluster, ""), "…", "{shortened:?}");
        }
        assert_eq!(wrap(&FAMILY.repeat(3), 20, 2), [FAMILY.repeat(2), FAMILY.to_owned()]);
    }

    #[test]
    fn a_word_that_is_longer_than_a_line_is_broken() {
        for text in ["가".repeat(100), "W".repeat(100), "a b ".repeat(50)] {
            for max_width in [5, 30, 100] {
                let lines = wrap(&text, max_width, 1000);
                assert!(lines.iter().all(|line| width_of(line) <= max_width.max(10)), "{lines:?}");
            }
        }
    }
}
