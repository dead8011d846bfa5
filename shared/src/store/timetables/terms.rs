//! Terms: the first and last day of a semester at a school, if they are not the usual days.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | term | `SCHOOL#<school>#CATALOGUE#<semester>` | `TERM` |

use crate::domain::{SchoolId, Semester, Term};
use crate::store::dynamo::{Error, Key, Read, ServiceAuthority, Table};
use crate::store::timetables::catalogues;

const TERM: &str = "TERM";

/// Access to terms.
#[derive(Clone, Debug)]
pub struct Terms {
    table: Table,
}

pub(crate) fn key(school: SchoolId, semester: Semester) -> Key {
    catalogues::key_in_partition(school, semester, TERM)
}

impl Terms {
    /// Creates the access to the terms in the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Returns the term of the semester: the one that was set, or the usual term. It may be a second out of date.
    pub async fn get(&self, school: SchoolId, semester: Semester) -> Result<Term, Error> {
        let term = self.table.get(key(school, semester), Read::Eventual).await?;
        Ok(term.unwrap_or_else(|| semester.usual_term()))
    }

    /// Returns the terms of the semesters, in order. They may be a second out of date.
    pub async fn get_all(&self, school: SchoolId, semesters: &[Semester]) -> Result<Vec<Term>, Error> {
        let keys = semesters.iter().map(|semester| key(school, *semester));
        let rows = self.table.batch_get(keys, Read::Eventual).await?;
        let term =
            |semester: &Semester| Ok(rows.read(&key(school, *semester))?.unwrap_or_else(|| semester.usual_term()));
        semesters.iter().map(term).collect()
    }

    /// Sets the term of the semester.
    pub async fn set(&self, school: SchoolId, semester: Semester, term: Term) -> Result<(), Error> {
        self.table.transaction(ServiceAuthority).overwrite(&key(school, semester), &term)?.commit().await
    }
}
