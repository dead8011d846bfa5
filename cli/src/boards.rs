//! `campus boards`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use campus_core::domain::{
    Anonymity, Board, BoardChanges, BoardDraft, BoardName, Category, Description, Parse, Posting, SchoolId, fold,
};
use campus_core::store::{Boards, Table};
use clap::Subcommand;

use crate::output::print;
use crate::schools::read_school;
use crate::sheet::{Layout, Sheet, SheetRow};
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add and change boards of a school from a CSV file or an .xlsx workbook
    ///
    /// The file has the columns `category` and `name`, and may have `description`, `anonymity` (optional, always or never),
    /// `posting` (everyone or admins) and `hot_enabled` (true or false). A board whose name is new is added; students see
    /// new boards in the order of the file, and only admins manage them. An existing board keeps its id, its posts and its
    /// manager, and gets the values of the file; what an empty field or a missing column would say does not change. Boards
    /// that are not in the file stay as they are. If the file has an error, nothing is imported.
    #[command(after_help = EXIT_CODES)]
    Import {
        /// The file, with the names of the columns in the first line: CSV, or a workbook
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
    Sheet::read(file, &Layout::default(), |sheet| {
        let columns = Columns::find(sheet)?;
        let rows =
            sheet.parse_named_rows("nothing is imported", |row| columns.parse(row), |board| board.name.as_str())?;
        ensure!(!rows.is_empty(), "the file has no boards");
        Ok(rows)
    })
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
    fn find(sheet: &Sheet) -> Result<Self> {
        Ok(Self {
            category: sheet.column("category")?,
            name: sheet.column("name")?,
            description: sheet.optional_column("description")?,
            anonymity: sheet.optional_column("anonymity")?,
            posting: sheet.optional_column("posting")?,
            hot_enabled: sheet.optional_column("hot_enabled")?,
        })
    }

    /// Parses a row.
    ///
    /// # Errors
    /// A message without the line.
    fn parse(&self, row: &SheetRow) -> Result<BoardRow, String> {
        let optional = |column, position: Option<usize>| {
            let field = position.map(|position| row.field(column, position)).transpose()?;
            Ok::<_, String>(field.filter(|field| !field.is_empty()))
        };
        let hot_enabled = optional("hot_enabled", self.hot_enabled)?.map(|field| match field {
            "true" | "TRUE" => Ok(true),
            "false" | "FALSE" => Ok(false),
            _ => Err(format!("column hot_enabled: {field:?} is not true or false")),
        });
        Ok(BoardRow {
            category: parse("category", row.field("category", self.category)?, "a category of 1 to 20 characters")?,
            name: parse("name", row.field("name", self.name)?, "a name of 1 to 50 characters")?,
            description: optional("description", self.description)?
                .map(|field| parse("description", field, "a description of up to 500 characters"))
                .transpose()?,
            anonymity: optional("anonymity", self.anonymity)?
                .map(|field| parse("anonymity", field, "optional, always or never"))
                .transpose()?,
            posting: optional("posting", self.posting)?
                .map(|field| parse("posting", field, "everyone or admins"))
                .transpose()?,
            hot_enabled: hot_enabled.transpose()?,
        })
    }
}

fn parse<T: Parse<Raw = String>>(column: &str, field: &str, expected: &str) -> Result<T, String> {
    T::parse(field.to_owned()).or(Err(format!("column {column}: {field:?} is not {expected}")))
}
