//! Runs of rows in a partition, and pages of them.

/// How fresh what is read must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// All that was written before: one read unit for 4 KB.
    Latest,
    /// Perhaps a second old, at half the price.
    Lagging,
}

/// A run of rows in one partition.
#[derive(Clone)]
pub(crate) struct Range {
    pub(crate) pk: String,
    pub(crate) run: Run,
    /// The sort key behind which to start.
    pub(crate) after: Option<String>,
    /// Descending by sort key, which for time-ordered ids is newest first.
    pub(crate) newest_first: bool,
    pub(crate) read: Read,
}

/// Which of a partition's rows, by their sort keys.
#[derive(Clone)]
pub(crate) enum Run {
    /// All of them.
    Whole,
    /// Those whose sort keys begin with this.
    Prefix(String),
    /// From this one to that one.
    Between(String, String),
}

/// What no sort key comes before, and what no other comes behind: of the characters that there are.
const FIRST: &str = "\u{1}";
const LAST: &str = "\u{10ffff}";

impl From<&str> for Run {
    fn from(prefix: &str) -> Self {
        Self::Prefix(prefix.to_owned())
    }
}

impl Run {
    /// What is left of the run behind a sort key in it, with that one. DynamoDB needs to be told only where to start; the
    /// engine of a desk goes through what is before the start, unless that is not in the run.
    pub(super) fn behind(self, after: Option<String>, newest_first: bool) -> Self {
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
    /// Rows from the newest on, as they are now.
    pub(crate) fn newest_first(pk: String, run: impl Into<Run>) -> Self {
        Self { pk, run: run.into(), after: None, newest_first: true, read: Read::Latest }
    }

    /// Rows from the oldest on, as they are now.
    pub(crate) fn oldest_first(pk: String, run: impl Into<Run>) -> Self {
        Self { newest_first: false, ..Self::newest_first(pk, run) }
    }

    pub(crate) fn after(self, sk: Option<String>) -> Self {
        Self { after: sk, ..self }
    }
}

/// A page of a list, and where the next one starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T, P> {
    /// What is on this page.
    pub items: Vec<T>,
    /// The position behind this page; none when the list has ended.
    pub next: Option<P>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_place_nothing_before_it_is_asked_for() {
        let behind =
            |run: &str, after: &str, newest_first| match Run::from(run).behind(Some(after.to_owned()), newest_first) {
                Run::Between(first, last) => (first, last),
                _ => panic!("the whole run is asked for"),
            };
        let (first, last) = behind("POST#", "POST#5", true);
        assert_eq!((first.as_str(), last.as_str()), ("POST#", "POST#5"));
        let (first, last) = behind("POST#", "POST#5", false);
        assert_eq!(first, "POST#5");
        for sk in ["POST#5", "POST#6", "POST#힣", "POST#~~"] {
            assert!(*sk <= *last, "{sk} is in the run");
        }
        assert!(*last < *"POSU", "what is behind the run is not in it");
        let Run::Between(first, last) = Run::Whole.behind(Some("b".to_owned()), true) else { panic!("a whole run") };
        assert!(*first < *"\u{20}" && last == "b");
    }
}
