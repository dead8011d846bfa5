//! Terms: when a school's semester begins and ends, where it is not as usual.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | term | `SCHOOL#<school>#CATALOGUE#<semester>` | `TERM` |

use super::audit::{Entry, Kind};
use super::table::Service;
use super::{Error, Key, Read, Table, catalogues, schools};
use crate::domain::{SchoolId, Semester, Term};

const TERM: &str = "TERM";

/// Access to terms.
#[derive(Clone, Debug)]
pub struct Terms {
    table: Table,
}

fn key(school: SchoolId, semester: Semester) -> Key {
    catalogues::key_beside(school, semester, TERM)
}

impl Terms {
    /// Over the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// When the semester begins and ends.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn get(&self, school: SchoolId, semester: Semester) -> Result<Term, Error> {
        let term = self.table.get(key(school, semester), Read::Lagging).await?;
        Ok(term.unwrap_or_else(|| semester.usual_term()))
    }

    /// Says when the semester begins and ends.
    ///
    /// # Errors
    /// Those of a transaction.
    pub async fn set(&self, school: SchoolId, semester: Semester, term: Term) -> Result<(), Error> {
        self.table.transaction(Service).overwrite(&key(school, semester), &term)?.commit().await
    }
}

/// A term is of a school.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let (school, semester) = catalogues::of_partition(&entry.key.pk)?;
    if *entry.key != key(school, semester) {
        return None;
    }
    entry.needs(schools::key(school));
    entry.read::<Term>();
    Some("term")
}
