//! Folded texts, and where their characters come from.

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::fold;

/// A text as searches compare it: [folded](fold), without white space. Each grapheme cluster is folded by itself, so a part
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
        let (mut folded, mut rest, mut start) = (Self::default(), text, 0);
        while let Some((cluster, after)) = split_cluster(rest) {
            let end = cluster.encode_utf16().count().saturating_add(start);
            folded.push(cluster, TextRange { start, end });
            (rest, start) = (after, end);
        }
        folded
    }

    fn push(&mut self, cluster: &str, range: TextRange) {
        let folded_start = self.folded.len();
        match cluster.chars().next() {
            Some(c) if is_plain(c) && cluster.len() == c.len_utf8() => {
                self.folded.extend(Some(c.to_ascii_lowercase()).filter(|c| !c.is_whitespace()));
            }
            _ => self.folded.extend(fold(cluster).chars().filter(|c| !c.is_whitespace())),
        }
        if self.folded.len() > folded_start {
            self.clusters.push(Cluster { folded_start, range });
        }
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

/// Splits the text after its first grapheme cluster. Between two plain characters is always a boundary, and nearly all
/// characters are plain, so the rules of UAX #29 are needed for few of them.
fn split_cluster(text: &str) -> Option<(&str, &str)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    let length = match is_plain(first) && characters.next().is_none_or(is_plain) {
        true => first.len_utf8(),
        false => text.graphemes(true).next()?.len(),
    };
    text.split_at_checked(length)
}

/// Whether the character is a cluster of its own between others like it, and folds to itself apart from ASCII case.
fn is_plain(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '가'..='힣')
}
