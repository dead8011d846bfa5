//! Folded texts, and where their characters come from.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::fold_without_spaces;

/// A text as searches compare it: [folded](crate::domain::fold), without white space. Each grapheme cluster is folded by itself, so a part
/// of the text folds to a part of the folded text, and every folded character leads back to where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoldedText {
    folded: String,
    clusters: Vec<Cluster>,
}

/// A grapheme cluster of the original text that did not vanish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cluster {
    /// Where its folded form starts, in bytes.
    folded_start: usize,
    range: TextRange,
}

/// A range of a text, in UTF-16 code units: what `text.slice(start, end)` returns in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextRange {
    pub start: usize,
    /// The index after the last code unit.
    pub end: usize,
}

impl FoldedText {
    pub fn new(text: &str) -> Self {
        let (mut folded, mut forms, mut start) = (Self::default(), Forms::default(), 0_usize);
        for cluster in text.split_inclusive('\n').flat_map(clusters) {
            let end = start.saturating_add(cluster.encode_utf16().count());
            let folded_start = folded.folded.len();
            forms.push_to(&mut folded.folded, cluster);
            if folded.folded.len() > folded_start {
                folded.clusters.push(Cluster { folded_start, range: TextRange { start, end } });
            }
            start = end;
        }
        folded
    }

    /// Whether the folded word is in the text.
    pub fn contains(&self, word: &str) -> bool {
        self.folded.contains(word)
    }

    /// Where the folded word is in the original text, in order. Ranges may overlap. They begin and end between grapheme
    /// clusters.
    pub fn find_all(&self, word: &str) -> Vec<TextRange> {
        let (mut found, mut from) = (Vec::new(), 0_usize);
        let step = word.chars().next().map_or(1, char::len_utf8);
        while let Some(at) = self.folded.get(from..).and_then(|rest| rest.find(word)) {
            let start = from.saturating_add(at);
            found.extend(self.range(start, start.saturating_add(word.len())));
            from = start.saturating_add(step);
        }
        found
    }

    /// The range of the original text from which these bytes of the folded text come.
    fn range(&self, start: usize, end: usize) -> Option<TextRange> {
        let after = |position: usize| self.clusters.partition_point(|cluster| cluster.folded_start < position);
        let first = self.clusters.get(after(start.saturating_add(1)).checked_sub(1)?)?;
        let last = self.clusters.get(after(end).checked_sub(1)?)?;
        Some(TextRange { start: first.range.start, end: last.range.end })
    }
}

impl From<FoldedText> for String {
    fn from(text: FoldedText) -> Self {
        text.folded
    }
}

impl TextRange {
    /// The ranges in order, each as one range with those that it overlaps or touches.
    pub(super) fn merged(mut ranges: Vec<Self>) -> Vec<Self> {
        ranges.sort_unstable();
        let mut merged: Vec<Self> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }
}

/// The folded forms of the clusters of a text. Each is computed once, so that a text of many like `ㅋㅋㅋㅠㅠ` is folded fast.
#[derive(Default)]
struct Forms<'a>(HashMap<&'a str, String>);

impl<'a> Forms<'a> {
    fn push_to(&mut self, folded: &mut String, cluster: &'a str) {
        let mut characters = cluster.chars();
        match (characters.next(), characters.next()) {
            (Some(c), None) if folds_to_itself(c) => {
                folded.extend(Some(c.to_ascii_lowercase()).filter(|c| !c.is_whitespace()));
            }
            _ => folded.push_str(self.0.entry(cluster).or_insert_with(|| fold_without_spaces(cluster))),
        }
    }
}

/// The grapheme clusters of a line. The rules of UAX #29 are needed for few lines.
fn clusters(line: &str) -> impl Iterator<Item = &str> {
    let is_simple = line.chars().all(is_separate);
    let simple = line.split_inclusive(|_: char| true).filter(move |_| is_simple);
    let other = if is_simple { "" } else { line };
    simple.chain(other.graphemes(true))
}

/// Whether the character is a cluster of its own between others like it.
fn is_separate(c: char) -> bool {
    let (latin, punctuation) = ('\u{A1}'..='\u{AC}', '\u{2010}'..='\u{2027}');
    let (jamo, full_width) = ('ㄱ'..='ㆎ', '！'..='ﾝ');
    folds_to_itself(c) || [latin, '®'..='\u{2FF}', punctuation, jamo, full_width].iter().any(|range| range.contains(&c))
}

/// Whether the character folds to itself, apart from ASCII case and white space.
fn folds_to_itself(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '가'..='힣' | '、'..='〩' | 'ぁ'..='ゖ' | 'ァ'..='ヾ' | '一'..='鿿' | '“' | '”' | '‘' | '’')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_path_agrees_with_unicode() {
        for c in (char::MIN..=char::MAX).filter(|c| is_separate(*c)) {
            let text = c.to_string();
            if folds_to_itself(c) {
                let itself = c.to_ascii_lowercase().to_string();
                assert_eq!(fold_without_spaces(&text), itself.trim(), "{c:?}");
            }
            for other in ['a', 'é', 'ㅋ', '가', '漢', 'が', '…', 'Ａ', c] {
                for pair in [format!("{c}{other}"), format!("{other}{c}")] {
                    assert_eq!(pair.graphemes(true).count(), 2, "{pair:?}");
                }
            }
        }
    }

    #[test]
    fn each_line_has_its_clusters() {
        for line in ["가나 abc ㅋㅋ…\n", "e\u{301}가👩\u{200D}🚀\r\n", "\u{301}x", "", "\n", "🇰🇷🇰🇷"]
        {
            let expected: Vec<_> = line.graphemes(true).collect();
            assert_eq!(clusters(line).collect::<Vec<_>>(), expected, "{line:?}");
        }
    }
}
