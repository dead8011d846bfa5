//! Ranges of rows in a partition, and pages of them.

use super::error::Error;
use crate::domain::Time;

/// The consistency of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// Strongly consistent: sees every earlier write. One read unit for each 4 KB.
    Consistent,
    /// Eventually consistent: may be about a second old, for half the price.
    Eventual,
}

/// A range of rows in one partition, for a query.
#[derive(Clone, PartialEq)]
pub(crate) struct Range {
    pub(crate) pk: String,
    pub(crate) condition: KeyCondition,
    /// The query starts after this sort key.
    pub(crate) after: Option<String>,
    /// Descending by sort key, which for time-ordered ids is newest first.
    pub(crate) newest_first: bool,
    pub(crate) read: Read,
}

/// Selects rows of a partition by sort key.
#[derive(Clone, PartialEq)]
pub(crate) enum KeyCondition {
    /// All rows of the partition.
    Whole,
    /// Rows whose sort keys start with this.
    Prefix(String),
    /// Rows between two sort keys, both included.
    Between(String, String),
}

/// Bounds of all sort keys: the lowest and the highest character.
const FIRST: &str = "\u{1}";
const LAST: &str = "\u{10ffff}";

impl From<&str> for KeyCondition {
    fn from(prefix: &str) -> Self {
        Self::Prefix(prefix.to_owned())
    }
}

impl KeyCondition {
    /// Narrows the condition to the rows from `after` on, that one included.
    ///
    /// On DynamoDB this changes nothing, because the exclusive start key already says where to start. The embedded
    /// database of the local service reads every row that the condition selects before it applies the start key, so a
    /// narrow condition keeps late pages fast there.
    pub(crate) fn starting_at(self, after: Option<String>, newest_first: bool) -> Self {
        let Some(after) = after else { return self };
        let (first, last) = match self {
            Self::Whole => (FIRST.to_owned(), LAST.to_owned()),
            Self::Prefix(prefix) => (prefix.clone(), prefix + LAST),
            Self::Between(first, last) => (first, last),
        };
        if newest_first { Self::Between(first, after) } else { Self::Between(after, last) }
    }
}

impl Range {
    /// Rows in descending order, read with strong consistency.
    pub(crate) fn newest_first(pk: String, condition: impl Into<KeyCondition>) -> Self {
        Self { pk, condition: condition.into(), after: None, newest_first: true, read: Read::Consistent }
    }

    /// Rows in ascending order, read with strong consistency.
    pub(crate) fn oldest_first(pk: String, condition: impl Into<KeyCondition>) -> Self {
        Self { newest_first: false, ..Self::newest_first(pk, condition) }
    }

    /// Starts after this sort key; `None` starts at the beginning.
    pub(crate) fn after(self, sk: Option<String>) -> Self {
        Self { after: sk, ..self }
    }

    /// Like [`Range::after`], for a list whose newest items come first. Later pages are read eventually consistent: what the
    /// caller has just written is on the first page.
    pub(crate) fn page_after(self, sk: Option<String>) -> Self {
        let read = if sk.is_some() { Read::Eventual } else { self.read };
        Self { after: sk, read, ..self }
    }
}

/// The numbers of partitions, `0..count`. They begin at another number each minute, so that a run on schedule that does not
/// get to the end leaves out other partitions the next time.
pub(crate) fn partitions_in_turn(count: u8, now: Time) -> impl Iterator<Item = u8> {
    let minute = now.as_secs().div_euclid(60);
    let first = minute.checked_rem_euclid(count.into()).and_then(|first| u8::try_from(first).ok()).unwrap_or(0);
    (first..count).chain(0..first)
}

/// A random number of seconds in the range, which nobody can predict.
pub(crate) fn random_secs(range: std::ops::Range<u32>) -> Result<u32, Error> {
    let mut random = [0; 4];
    aws_lc_rs::rand::fill(&mut random).map_err(Error::unexpected)?;
    let length = range.end.saturating_sub(range.start);
    Ok(u32::from_be_bytes(random).checked_rem(length).unwrap_or(0).saturating_add(range.start))
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T, P> {
    /// The items of this page.
    pub items: Vec<T>,
    /// The position after which the next page starts; `None` on the last page.
    pub next: Option<P>,
}

impl<T> Page<(String, T), String> {
    /// The first `limit` rows of the page, as a page of their own.
    pub(crate) fn first(mut self, limit: usize) -> Self {
        if self.items.len() > limit {
            self.items.truncate(limit);
            self.next = self.items.last().map(|(sk, _)| sk.clone());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_comes_first_in_some_minute() {
        let mut first = Vec::new();
        for minute in 0..8 {
            let mut partitions: Vec<_> = partitions_in_turn(8, Time::now().plus_secs(60 * minute)).collect();
            first.extend(partitions.first().copied());
            partitions.sort_unstable();
            assert_eq!(partitions, (0..8).collect::<Vec<_>>());
        }
        first.sort_unstable();
        assert_eq!(first, (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn a_later_page_selects_no_row_before_its_start() {
        let narrowed = |prefix: &str, after: &str, newest_first| match KeyCondition::from(prefix)
            .starting_at(Some(after.to_owned()), newest_first)
        {
            KeyCondition::Between(first, last) => (first, last),
            _ => panic!("the condition is not narrowed"),
        };
        let (first, last) = narrowed("POST#", "POST#5", true);
        assert_eq!((first.as_str(), last.as_str()), ("POST#", "POST#5"));
        let (first, last) = narrowed("POST#", "POST#5", false);
        assert_eq!(first, "POST#5");
        for sk in ["POST#5", "POST#6", "POST#힣", "POST#~~"] {
            assert!(*sk <= *last, "{sk} is in the range");
        }
        assert!(*last < *"POSU", "keys without the prefix are not in the range");
        let KeyCondition::Between(first, last) = KeyCondition::Whole.starting_at(Some("b".to_owned()), true) else {
            panic!("the condition is not narrowed")
        };
        assert!(*first < *"\u{20}" && last == "b");
    }
}
