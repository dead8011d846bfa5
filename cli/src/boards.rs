//! `campus boards`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use campus_core::domain::{
    Anonymity, Board, BoardChanges, BoardDraft, BoardName, Category, Description, Parse, Posting, SchoolId, fold,
};
use campus_core::store::{Boards, Table};
use clap::Subcommand;

use crate::csv_file::{CsvFile, CsvRow};
use crate::output::print;
use crate::schools::read_school;
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add and change boards of a school from a CSV file
    ///
    /// The file has the columns `category` and `name`, and may have `description`, `anonymity` (optional, always or never),
    /// `posting` (everyone or admins) and `hot_enabled` (true or false). A board whose name is new is added; students see
    /// new boards in the order of the file, and only admins manage them. An existing board keeps its id, its posts and its
    /// manager, and gets the values of the file; what an empty field or a missing column would say does not change. Boards
    /// that are not in the file stay as they are. If the file has an error, nothing is imported.
    #[command(after_help = EXIT_CODES)]
    Import {
        /// The CSV file, in UTF-8, with a header line
        file: PathBuf,
        /// The id of the school, which `campus schools list` prints
        #[arg(long, value_name = "ID", value_parser = args::school_id)]
        school: SchoolId,
        #[command(flatten)]
        table: TableArgs,
    },
}

/// A line of the file. `None` is an empty field or a missing column.
struct BoardRow {
    category: Category,
    name: BoardName,
    description: Option<Description>,
    anonymity: Option<Anonymity>,
    posting: Option<Posting>,
    hot_enabled: Option<bool>,
}

/// The result of an import.
#[derive(Default)]
struct Imported {
    added: usize,
    changed: usize,
    unchanged: usize,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Import { file, school, table } = command;
    let rows = read(&file)?;
    let Imported { added, changed, unchanged } = table.run(async |table| import(rows, school, table).await).await?;
    print(format_args!("{added} boards added, {changed} changed, {unchanged} unchanged."))
}

async fn import(rows: Vec<BoardRow>, school: SchoolId, table: &Table) -> Result<Imported> {
    read_school(school, table).await?;
    let boards = Boards::new(table.clone());
    let existing = boards.all(school).await?;
    let existing: HashMap<_, _> = existing.into_iter().map(|board| (fold(board.name.as_str()), board)).collect();
    let mut imported = Imported::default();
    // Lists show the newest board first, so the last line is added first.
    for row in rows.into_iter().rev() {
        let count = match existing.get(&fold(row.name.as_str())) {
            None => {
                boards.add_imported(school, row.draft()).await?;
                &mut imported.added
            }
            Some(board) => {
                let changes = row.changes();
                if is_unchanged(board, &changes) {
                    &mut imported.unchanged
                } else {
                    boards.edit_imported(school, board.clone(), &changes).await?;
                    &mut imported.changed
                }
            }
        };
        *count = count.saturating_add(1);
    }
    Ok(imported)
}

fn is_unchanged(board: &Board, changes: &BoardChanges) -> bool {
    let edited = board.edit(changes.clone(), board.updated_at);
    Board { updated_at: board.updated_at, ..edited } == *board
}

impl BoardRow {
    fn draft(self) -> BoardDraft {
        BoardDraft {
            category: self.category,
            name: self.name,
            description: self.description.unwrap_or_default(),
            anonymity: self.anonymity.unwrap_or_default(),
            posting: self.posting.unwrap_or_default(),
            hot_enabled: self.hot_enabled.unwrap_or(true),
        }
    }

    fn changes(self) -> BoardChanges {
        BoardChanges {
            category: Some(self.category),
            name: Some(self.name),
            description: self.description,
            anonymity: self.anonymity,
            posting: self.posting,
            hot_enabled: self.hot_enabled,
            is_archived: None,
        }
    }
}

/// Reads the whole file, so that nothing is imported from a file with an error.
///
/// # Errors
/// All lines with an error.
fn read(file: &Path) -> Result<Vec<BoardRow>> {
    let name = file.display();
    let file = CsvFile::read(file)?;
    let columns = Columns::find(&file).map_err(|error| error.context(name.to_string()))?;
    let mut lines: HashMap<String, u64> = HashMap::new();
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for row in &file.rows {
        let line = row.line;
        match file.check_fields(row).and_then(|()| columns.parse(row)) {
            Ok(board) => match lines.entry(fold(board.name.as_str())) {
                Entry::Vacant(vacant) => {
                    vacant.insert(line);
                    rows.push(board);
                }
                Entry::Occupied(first) => {
                    errors.push(format!("line {line}: column name: {} is in line {} already", board.name, first.get()));
                }
            },
            Err(error) => errors.push(format!("line {line}: {error}")),
        }
    }
    if !errors.is_empty() {
        bail!("{name}: nothing is imported:\n{}", errors.join("\n"));
    }
    ensure!(!rows.is_empty(), "{name} has no boards");
    Ok(rows)
}

/// The positions of the columns in the file.
struct Columns {
    category: usize,
    name: usize,
    description: Option<usize>,
    anonymity: Option<usize>,
    posting: Option<usize>,
    hot_enabled: Option<usize>,
}

impl Columns {
    fn find(file: &CsvFile) -> Result<Self> {
        let find = |wanted: &str| file.header.iter().position(|column| column == wanted);
        let require = |wanted: &str| find(wanted).ok_or_else(|| file.missing_column(wanted));
        Ok(Self {
            category: require("category")?,
            name: require("name")?,
            description: find("description"),
            anonymity: find("anonymity"),
            posting: find("posting"),
            hot_enabled: find("hot_enabled"),
        })
    }

    /// Parses a row.
    ///
    /// # Errors
    /// A message without the line.
    fn parse(&self, row: &CsvRow) -> Result<BoardRow, String> {
        let required = |position| row.field(position).unwrap_or_default().trim().to_owned();
        let optional = |position: Option<usize>| position.map(required).filter(|field| !field.is_empty());
        let hot_enabled = optional(self.hot_enabled).map(|field| match field.as_str() {
            "true" | "TRUE" => Ok(true),
            "false" | "FALSE" => Ok(false),
            _ => Err(format!("column hot_enabled: {field:?} is not true or false")),
        });
        Ok(BoardRow {
            category: parse("category", required(self.category), "a category of 1 to 20 characters")?,
            name: parse("name", required(self.name), "a name of 1 to 50 characters")?,
            description: optional(self.description)
                .map(|field| parse("description", field, "a description of up to 500 characters"))
                .transpose()?,
            anonymity: optional(self.anonymity)
                .map(|field| parse("anonymity", field, "optional, always or never"))
                .transpose()?,
            posting: optional(self.posting).map(|field| parse("posting", field, "everyone or admins")).transpose()?,
            hot_enabled: hot_enabled.transpose()?,
        })
    }
}

fn parse<T: Parse<Raw = String>>(column: &str, field: String, expected: &str) -> Result<T, String> {
    T::parse(field.clone()).or(Err(format!("column {column}: {field:?} is not {expected}")))
}
