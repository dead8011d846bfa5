//! The auditor: recounts the whole table and reports every inconsistency.
//!
//! Nearly every relation in the table is recorded by two rows: a profile and the row of its nickname, a post's counter
//! of likes and the likes themselves. The auditor reads each row once, in any order, and keeps a ledger (`ledger`):
//!
//! - **Facts.** Each of the two rows records the fact that it shares with the other, one with a positive amount and the
//!   other with a negative one. A counter records its number, and each of the counted rows records -1. In the end each
//!   fact must cancel out to zero. If it does not, a row is missing, left over or wrong.
//! - **Required rows.** A row can require that another row exists, such as a comment its post, or that it does not.
//!
//! The rows of each entity are described in a file in `rows`, named like the file of the store that owns them. A
//! function there recognises its rows by their keys and records what they say. A row that no function recognises is a
//! finding.

mod ledger;
mod rows;

use std::collections::BTreeMap;

use crate::store::dynamo::{Error, Table};

use ledger::{AuditEntry, Fact, Kind, Ledger};

/// Audits a table.
#[derive(Clone, Debug)]
pub struct Audit {
    table: Table,
}

/// The result of an audit.
#[derive(Debug, Default)]
pub struct Report {
    /// The number of rows of each kind. Rows past their time to live are of the kind `expired` and are not checked.
    /// Rows that Campus does not write are of the kind `unknown`.
    pub rows: BTreeMap<Kind, u64>,
    /// What is wrong: sorted sentences, each after the key of the row that it is about.
    pub findings: Vec<String>,
}

impl Audit {
    /// An audit of this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Reads and checks the whole table. Calls `progress` after each page, with the number of rows read so far.
    ///
    /// The pages are not a snapshot: if the table is written to during the audit, a finding may be a write between two
    /// pages. A finding that a second audit repeats is real.
    ///
    /// # Errors
    /// If a page cannot be read.
    pub async fn run(&self, mut progress: impl FnMut(u64)) -> Result<Report, Error> {
        let mut ledger = Ledger::default();
        let now = self.table.clock().now().as_secs();
        let mut after = None;
        loop {
            let page = self.table.scan(after).await?;
            for (key, content) in page.items {
                ledger.add_row(key, content, now);
            }
            progress(ledger.report.rows.values().sum());
            match page.next {
                Some(key) => after = Some(key),
                None => return Ok(ledger.finish()),
            }
        }
    }
}
