//! `campus terms`.

use anyhow::{Context, Result};
use campus_core::domain::{Parse, Semester, Term};
use campus_core::store::{Table, Terms};
use chrono::NaiveDate;

use crate::lectures::school;
use crate::place::Place;

/// Says when a semester of a school begins and ends.
pub(crate) async fn set(id: &str, semester: String, days: (NaiveDate, NaiveDate), place: &Place) -> Result<()> {
    let semester = Semester::parse(semester.clone())
        .ok()
        .with_context(|| format!("{semester} is not a semester such as 2026-1, 2026-summer, 2026-2 or 2026-winter"))?;
    let term = Term::new(semester, days.0, days.1)
        .context("a term ends after it begins, within a year, and begins within a year of its usual first day")?;
    let workplace = place.open().await?;
    let set = write(&workplace.table, id, semester, term).await;
    workplace.close().await?;
    set?;
    println!("{semester} is from {} to {}.", term.first_day, term.last_day);
    Ok(())
}

async fn write(table: &Table, id: &str, semester: Semester, term: Term) -> Result<()> {
    Terms::new(table.clone()).set(school(id, table).await?, semester, term).await?;
    Ok(())
}
