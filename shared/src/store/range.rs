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

impl From<&str> for Run {
    fn from(prefix: &str) -> Self {
        Self::Prefix(prefix.to_owned())
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
