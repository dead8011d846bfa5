//! `campus schools`.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use campus_core::domain::{EmailDomain, Parse, SchoolName, fold};
use campus_core::store::{Error, Schools};
use csv::StringRecord;
use indicatif::{ProgressBar, ProgressStyle};

use crate::place::Place;

/// A line of the file.
pub(crate) struct Row {
    name: SchoolName,
    email_domains: Vec<EmailDomain>,
}

/// Imports a file of schools.
pub(crate) async fn import(file: &Path, place: &Place) -> Result<()> {
    let rows = read(file)?;
    let workplace = place.open().await?;
    let result = write(rows, &Schools::new(workplace.table.clone())).await;
    workplace.close().await?;
    result
}

async fn write(rows: Vec<Row>, schools: &Schools) -> Result<()> {
    let known = schools.all().await?;
    let known: HashMap<String, _> = known.into_iter().map(|school| (fold(school.name.as_str()), school)).collect();
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?;
    let progress = ProgressBar::new(u64::try_from(rows.len())?).with_style(style);
    let (mut added, mut changed, mut unchanged) = (0, 0, 0);
    for Row { name, email_domains } in rows {
        progress.set_message(name.to_string());
        match known.get(&fold(name.as_str())) {
            None => {
                match schools.add(name, email_domains).await {
                    Ok(_) => added += 1,
                    // Another import has added it meanwhile.
                    Err(Error::Stale) => unchanged += 1,
                    Err(error) => return Err(error.into()),
                }
            }
            Some(school) if school.email_domains != email_domains => {
                schools.set_email_domains(school, email_domains).await?;
                changed += 1;
            }
            Some(_) => unchanged += 1,
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    println!("{added} schools added, {changed} changed, {unchanged} unchanged.");
    Ok(())
}

/// Reads the whole file before anything is written of it.
pub(crate) fn read(file: &Path) -> Result<Vec<Row>> {
    let name = file.display();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(file)
        .with_context(|| format!("cannot read {name}"))?;
    let header = reader.headers().with_context(|| format!("cannot read {name}"))?.clone();
    let columns = Columns::find(&header).with_context(|| format!("{name}, line 1"))?;
    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut rows = Vec::new();
    for record in reader.records() {
        // An error of the CSV itself names its line.
        let record = record.with_context(|| format!("cannot read {name}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = columns.parse(&record).with_context(|| format!("{name}, line {line}"))?;
        if let Some(before) = lines.insert(fold(row.name.as_str()), line) {
            bail!("{name}, line {line}, column name: {} stands in line {before} already", row.name);
        }
        rows.push(row);
    }
    ensure!(!rows.is_empty(), "{name} has no schools");
    Ok(rows)
}

/// Where the columns are.
struct Columns {
    name: usize,
    email_domains: usize,
}

impl Columns {
    fn find(header: &StringRecord) -> Result<Self> {
        let find = |wanted: &str| {
            // A file from a spreadsheet begins with a byte order mark.
            let column = header.iter().position(|column| column.trim_start_matches('\u{FEFF}') == wanted);
            column.with_context(|| format!("there is no column {wanted}"))
        };
        Ok(Self { name: find("name")?, email_domains: find("email_domains")? })
    }

    fn parse(&self, record: &StringRecord) -> Result<Row> {
        let name = record.get(self.name).unwrap_or_default();
        let name = SchoolName::parse(name.to_owned())
            .ok()
            .with_context(|| format!("column name: {name:?} is not a name of 1 to 100 characters"))?;
        let domains = record.get(self.email_domains).unwrap_or_default();
        let domain = |domain: &str| {
            EmailDomain::parse(domain.to_owned())
                .ok()
                .with_context(|| format!("column email_domains: {domain:?} is not a domain"))
        };
        let email_domains =
            domains.split([' ', ';']).filter(|domain| !domain.is_empty()).map(domain).collect::<Result<_>>()?;
        Ok(Row { name, email_domains })
    }
}
