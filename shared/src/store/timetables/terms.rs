//! Terms: the first and last day of a semester at a school, if they are not the usual days, and the days off.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | term | `SCHOOL#<school>#CATALOGUE#<semester>` | `TERM` |

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::{SchoolId, SchoolTerm, Semester, Term, Time};
use crate::store::dynamo::{Error, Key, Read, RowUpdate, ServiceAuthority, Table};
use crate::store::timetables::catalogues;

const TERM: &str = "TERM";

/// Access to terms.
#[derive(Clone, Debug)]
pub struct Terms {
    table: Table,
}

/// What an operator has set. Term and days off are set independently of each other.
#[derive(Serialize, Deserialize)]
pub(crate) struct TermRow {
    /// `None` for the usual term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    term: Option<Term>,
    /// Days outside of the term have no effect: they count if the term changes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    days_off: BTreeSet<NaiveDate>,
    changed_at: Time,
}

pub(crate) fn key(school: SchoolId, semester: Semester) -> Key {
    catalogues::key_in_partition(school, semester, TERM)
}

fn school_term(semester: Semester, row: Option<TermRow>) -> SchoolTerm {
    let Some(TermRow { term, mut days_off, changed_at }) = row else {
        return SchoolTerm { term: semester.usual_term(), days_off: BTreeSet::new(), changed_at: None };
    };
    let term = term.unwrap_or_else(|| semester.usual_term());
    days_off.retain(|day| term.contains(*day));
    SchoolTerm { term, days_off, changed_at: Some(changed_at) }
}

impl Terms {
    /// Creates the access to the terms in the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Returns the term of the semester: the one that was set, or the usual term. It may be a second out of date.
    pub async fn get(&self, school: SchoolId, semester: Semester) -> Result<SchoolTerm, Error> {
        let row = self.table.get(key(school, semester), Read::Eventual).await?;
        Ok(school_term(semester, row))
    }

    /// Returns the terms of the semesters, in order. They may be a second out of date.
    pub async fn get_all(&self, school: SchoolId, semesters: &[Semester]) -> Result<Vec<SchoolTerm>, Error> {
        let keys = semesters.iter().map(|semester| key(school, *semester));
        let rows = self.table.batch_get(keys, Read::Eventual).await?;
        let term = |semester: &Semester| Ok(school_term(*semester, rows.read(&key(school, *semester))?));
        semesters.iter().map(term).collect()
    }

    /// Sets the first and the last day of the semester.
    pub async fn set(&self, school: SchoolId, semester: Semester, term: Term) -> Result<(), Error> {
        self.change(school, semester, RowUpdate::default().set(&["term"], term)?).await
    }

    /// Sets all days off of the semester. Returns its term with those that are in it.
    pub async fn set_days_off(
        &self,
        school: SchoolId,
        semester: Semester,
        days_off: &BTreeSet<NaiveDate>,
    ) -> Result<SchoolTerm, Error> {
        self.change(school, semester, RowUpdate::default().set(&["days_off"], days_off)?).await?;
        let row = self.table.get(key(school, semester), Read::Consistent).await?;
        Ok(school_term(semester, row))
    }

    async fn change(&self, school: SchoolId, semester: Semester, change: RowUpdate) -> Result<(), Error> {
        let change = change.set(&["changed_at"], self.table.clock().now())?;
        self.table.transaction(ServiceAuthority).update(key(school, semester), change)?.commit().await
    }
}
