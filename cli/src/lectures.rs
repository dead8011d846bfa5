//! `campus lectures`.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use campus_core::domain::{Columns, LectureCode, LectureFacts, Merge, SchoolId, Section, Semester};
use campus_core::store::{Catalogues, Error, Schools, Table};
use indicatif::{ProgressBar, ProgressStyle};

use crate::place::Place;

/// What a file says of one semester.
#[derive(Default)]
pub(crate) struct Listed {
    pub(crate) lectures: Vec<LectureFacts>,
    /// Code and section of lectures of which a line could not be read.
    pub(crate) mentioned: HashSet<(String, String)>,
}

/// A file of lectures.
pub(crate) struct Contents {
    pub(crate) semesters: BTreeMap<Semester, Listed>,
    /// How many lectures it has, refused ones among them.
    rows: usize,
    /// Lines that are not imported, and why.
    refused: Vec<(u64, String)>,
}

/// Imports a file of lectures into a school's catalogue. Fails when a line was refused; the others are imported.
pub(crate) async fn import(file: &Path, school: &str, place: &Place) -> Result<ExitCode> {
    let contents = read(file)?;
    let workplace = place.open().await?;
    let mut merges = Vec::new();
    let written = write(&contents, school, &workplace.table, &mut merges).await;
    workplace.close().await?;
    // Also where a semester failed, those before it are imported.
    let told = tell(&contents, &merges);
    written.map(|()| told)
}

/// The school with this id.
pub(crate) async fn school(id: &str, table: &Table) -> Result<SchoolId> {
    let school = id.parse().ok().with_context(|| format!("{id} is not the id of a school"))?;
    match Schools::new(table.clone()).get(school).await {
        Ok(school) => Ok(school.id),
        Err(Error::NotFound) => bail!("there is no school {id}"),
        Err(error) => Err(error.into()),
    }
}

async fn write(contents: &Contents, school: &str, table: &Table, merges: &mut Vec<(Semester, Merge)>) -> Result<()> {
    let school = self::school(school, table).await?;
    let catalogues = Catalogues::new(table.clone());
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?;
    let progress = ProgressBar::new(u64::try_from(contents.rows)?).with_style(style);
    progress.inc(u64::try_from(contents.refused.len())?);
    for (semester, listed) in &contents.semesters {
        progress.set_message(semester.to_string());
        let (before, lectures) = (progress.position(), listed.lectures.len());
        let step = |done: usize, of: usize| {
            let share = lectures.saturating_mul(done).checked_div(of).unwrap_or(lectures);
            progress.set_position(before.saturating_add(u64::try_from(share).unwrap_or(0)));
        };
        let imported = catalogues.import(school, *semester, &listed.lectures, &listed.mentioned, step);
        let merge = imported.await.with_context(|| format!("the catalogue of {semester} is as it was"))?;
        progress.set_position(before.saturating_add(u64::try_from(lectures)?));
        merges.push((*semester, merge));
    }
    progress.finish_and_clear();
    Ok(())
}

/// Prints what came of each row.
fn tell(contents: &Contents, merges: &[(Semester, Merge)]) -> ExitCode {
    for (line, reason) in &contents.refused {
        println!("line {line}: refused: {reason}");
    }
    for (semester, merge) in merges {
        for lecture in &merge.unlisted {
            println!("{semester} {} {}: no longer listed, kept: {}", lecture.code, lecture.section, lecture.title);
        }
    }
    let total = |count: fn(&Merge) -> usize| merges.iter().map(|(_, merge)| count(merge)).sum::<usize>();
    println!(
        "{} lectures added, {} changed, {} unchanged, {} lines refused, {} lectures no longer listed.",
        total(|merge| merge.added),
        total(|merge| merge.changed),
        total(|merge| merge.unchanged),
        contents.refused.len(),
        total(|merge| merge.unlisted.len()),
    );
    if contents.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(file: &Path) -> Result<Contents> {
    let name = file.display();
    let opened = File::open(file).with_context(|| format!("cannot read {name}"))?;
    parse(opened).with_context(|| format!("{name}"))
}

/// Reads the whole file before anything is written of it.
pub(crate) fn parse(file: impl Read) -> Result<Contents> {
    // A line with too few or too many fields is refused like any other that is wrong.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader.headers().context("cannot read it")?.clone();
    let missing = |column| anyhow::anyhow!("line 1: there is no column {column}");
    let columns = Columns::find(header.iter().map(str::trim)).map_err(missing)?;
    let mut contents = Contents { semesters: BTreeMap::new(), rows: 0, refused: Vec::new() };
    let mut lines: HashMap<(Semester, String, String), u64> = HashMap::new();
    for record in reader.byte_records() {
        let record = record.context("cannot read it")?;
        let line = record.position().map_or(0, csv::Position::line);
        contents.rows = contents.rows.saturating_add(1);
        let row = columns.parse(|at| record.get(at).and_then(|field| str::from_utf8(field).ok()));
        // Also such a line may still say which lecture it is about.
        let result = if record.len() != header.len() {
            Err(format!("it has {} fields, and the header has {}", record.len(), header.len()))
        } else if record.iter().any(|field| str::from_utf8(field).is_err()) {
            Err("it is not UTF-8".to_owned())
        } else {
            row.result.map_err(|error| error.to_string())
        };
        contents.take(line, row.name, result, &mut lines);
    }
    ensure!(contents.rows > 0, "it has no lectures");
    Ok(contents)
}

impl Contents {
    /// Takes up a line, which names a lecture as far as that can be read. `lines` are those of the lectures that were
    /// taken up before.
    fn take(
        &mut self,
        line: u64,
        name: Option<(Semester, LectureCode, Section)>,
        result: Result<LectureFacts, String>,
        lines: &mut HashMap<(Semester, String, String), u64>,
    ) {
        match (name, result) {
            (Some((semester, code, section)), Ok(facts)) => {
                match lines.entry((semester, code.to_string(), section.to_string())) {
                    Entry::Vacant(free) => {
                        free.insert(line);
                        self.semesters.entry(semester).or_default().lectures.push(facts);
                    }
                    Entry::Occupied(taken) => {
                        let before = taken.get();
                        self.refused.push((line, format!("{code} {section} stands in line {before} already")));
                    }
                }
            }
            (name, Err(reason)) => {
                if let Some((semester, code, section)) = name {
                    let mentioned = &mut self.semesters.entry(semester).or_default().mentioned;
                    mentioned.insert((code.to_string(), section.to_string()));
                }
                self.refused.push((line, reason));
            }
            // A line that can be read has a name.
            (None, Ok(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests;
