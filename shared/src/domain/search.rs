//! Search for posts (rule 24). Korean is written with and without spaces, so a search knows no words of a language: it
//! compares [folded](FoldedText) texts without white space. The search index has the [grams](Gram) of the posts, pairs of
//! consecutive characters. A text that contains a word also contains its grams, so the index finds candidates, and
//! [`SearchQuery::matches`] decides.

mod folded;

use std::collections::BTreeSet;
use std::fmt;

pub use self::folded::{FoldedText, TextRange};
use super::{FieldError, Parse, SingleLine};

/// The raw text of a [`SearchQuery`].
type QueryText = SingleLine<2, 100>;

/// What a student searches for: one or more words, separated by white space. The query has 2 to 100 characters, and at
/// least 2 besides white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// Folded, distinct, and none contains another. At least one has two characters.
    words: Vec<String>,
}

/// Two consecutive characters of a folded text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gram(String);

/// A text for the search index: the folded lines of what it contains, such as the title and the text of a post. No gram
/// spans two lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexText(String);

impl Parse for SearchQuery {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let text = QueryText::parse(raw)?;
        let mut words: Vec<String> =
            text.as_str().split_whitespace().map(|word| FoldedText::new(word).into()).collect();
        let characters = |words: &[String]| words.iter().map(|word| word.chars().count()).max().unwrap_or_default();
        // Single characters are in no gram. Together they are a word that was written with spaces.
        if characters(&words) < 2 {
            words = vec![words.concat()];
        }
        if characters(&words) < 2 {
            return Err(FieldError::TooShort { min: 2 });
        }
        Ok(Self { words: without_contained(words) })
    }
}

/// The distinct words without those that another one contains.
fn without_contained(words: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        if !kept.iter().any(|other| other.contains(&word)) {
            kept.retain(|other| !word.contains(other.as_str()));
            kept.push(word);
        }
    }
    kept
}

impl SearchQuery {
    /// The maximum number of grams of a query that a search reads.
    pub const MAX_GRAMS: usize = 8;

    /// The folded words, for the scope of a cursor.
    pub fn as_text(&self) -> String {
        self.words.join(" ")
    }

    /// Distinct grams of the words, at most [`MAX_GRAMS`](Self::MAX_GRAMS): of a longer query, some that are spread over
    /// its words. A text that contains the words contains all of them.
    pub fn grams(&self) -> Vec<Gram> {
        let mut seen = BTreeSet::new();
        let grams: Vec<Gram> =
            self.words.iter().flat_map(|word| grams(word)).filter(|it| seen.insert(it.clone())).collect();
        let spread = |index: usize| index.saturating_mul(grams.len()).checked_div(Self::MAX_GRAMS);
        if grams.len() <= Self::MAX_GRAMS {
            return grams;
        }
        (0..Self::MAX_GRAMS).filter_map(|index| grams.get(spread(index)?).cloned()).collect()
    }

    /// Whether each word is in the title or in the text of a post.
    pub fn matches(&self, title: &str, content: &str) -> bool {
        let (title, mut content_folded) = (FoldedText::new(title), None);
        self.words.iter().all(|word| {
            title.contains(word) || content_folded.get_or_insert_with(|| FoldedText::new(content)).contains(word)
        })
    }

    /// Where the words are in the text: ranges in order, which neither overlap nor touch.
    pub fn highlights(&self, text: &str) -> Vec<TextRange> {
        let folded = FoldedText::new(text);
        TextRange::merged(self.words.iter().flat_map(|word| folded.find_all(word)).collect())
    }
}

impl Gram {
    /// The gram that `Display` writes so; `None` if the text does not have two characters.
    pub fn parse(text: &str) -> Option<Self> {
        (text.chars().count() == 2).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Gram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl IndexText {
    /// The text of a post.
    pub fn of_post(title: &str, content: &str) -> Self {
        Self::join([String::from(FoldedText::new(title)), FoldedText::new(content).into()])
    }

    /// One text with the lines of all texts.
    pub fn join(texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(texts.into_iter().map(Into::into).collect::<Vec<String>>().join("\n"))
    }

    /// One text with the distinct lines of all texts, without empty ones: it has the grams of all texts.
    pub fn union(texts: &[Self]) -> Self {
        let lines: BTreeSet<&str> = texts.iter().flat_map(|text| text.0.lines()).filter(|it| !it.is_empty()).collect();
        Self::join(lines)
    }

    /// Text that was folded before.
    pub fn from_folded(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The distinct grams of the text.
    pub fn grams(&self) -> BTreeSet<Gram> {
        self.0.split('\n').flat_map(grams).collect()
    }
}

impl From<IndexText> for String {
    fn from(text: IndexText) -> Self {
        text.0
    }
}

/// The grams of a folded text, in order.
fn grams(folded: &str) -> impl Iterator<Item = Gram> {
    folded.chars().zip(folded.chars().skip(1)).map(|(first, second)| Gram(String::from_iter([first, second])))
}

#[cfg(test)]
mod tests;
