//! The attribute in which the rows of posts, comments, messages and reviews hold what moderation has done to them.

use crate::domain::{Moderation, Refusal};
use crate::store::dynamo::{Error, RowUpdate, Transaction};

/// In the row of a comment, it is within the attribute that holds what a deletion removes.
pub(crate) const MODERATION: &str = "moderation";

impl RowUpdate {
    /// Condition: the thing in the row is not hidden. `within` is the path of the map that holds the attribute; empty for
    /// the row itself.
    pub(crate) fn if_not_hidden(self, within: &[&str]) -> Result<Self, Error> {
        let path = [within, &[MODERATION]].concat();
        self.if_absent_or_equal(&path, Moderation::Restored)
    }
}

impl Transaction {
    /// Makes a failed condition of the last added write [`Refusal::ContentBlinded`], or [`Error::NotFound`] if the row does
    /// not exist.
    pub(crate) fn on_hidden_or_absent(self) -> Self {
        self.on_condition_failed_with(|row| row.map_or(Error::NotFound, |_| Refusal::ContentBlinded.into()))
    }
}
