//! `campus user verify`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail, ensure};
use campus_core::domain::{LoginId, Parse};
use campus_core::store::{Error, Logins, Table};
use clap::Args;

use crate::args;
use crate::output::print;
use crate::sheet::{Layout, Sheet, SheetRow};
use crate::table_args::TableArgs;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("students").required(true))]
pub(crate) struct Students {
    /// The student's login id
    #[arg(value_parser = args::login_id, group = "students")]
    login_id: Option<LoginId>,
    /// A file with many students: a login id on each line, or a CSV file or .xlsx workbook with a column `login_id`
    #[arg(long, group = "students")]
    file: Option<PathBuf>,
    #[command(flatten)]
    table: TableArgs,
}

/// What happened to the students of a file.
#[derive(Default)]
struct Verified {
    verified: usize,
    verified_before: usize,
    unknown: usize,
}

/// Runs the command. The exit code is 1 if nobody has a login id of the file.
pub(crate) async fn run(Students { login_id, file, table }: Students) -> Result<ExitCode> {
    if let Some(login_id) = login_id {
        table.run(async |table| verify_one(table, &login_id).await).await?;
    }
    let Some(file) = file else { return Ok(ExitCode::SUCCESS) };
    let login_ids = read(&file)?;
    let Verified { verified, verified_before, unknown } =
        table.run(async |table| verify_all(table, &login_ids).await).await?;
    print(format_args!("{verified} verified, {verified_before} verified before, {unknown} unknown."))?;
    Ok(if unknown == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn verify_one(table: &Table, login_id: &LoginId) -> Result<()> {
    let name = login_id.as_str();
    match Logins::new(table.clone()).verify(login_id).await {
        Ok(true) => print(format_args!("{name} is verified from the next login or token refresh.")),
        Ok(false) => print(format_args!("{name} was verified before.")),
        Err(Error::NotFound) => bail!("no student has the login id {name}"),
        Err(error) => Err(error.into()),
    }
}

/// Verifies the students one after the other, and prints a line for each.
async fn verify_all(table: &Table, login_ids: &[LoginId]) -> Result<Verified> {
    let logins = Logins::new(table.clone());
    let mut all = Verified::default();
    for login_id in login_ids {
        let (count, result) = match logins.verify(login_id).await {
            Ok(true) => (&mut all.verified, "verified"),
            Ok(false) => (&mut all.verified_before, "verified before"),
            Err(Error::NotFound) => (&mut all.unknown, "unknown"),
            Err(error) => return Err(error.into()),
        };
        *count = count.saturating_add(1);
        print(format_args!("{}\t{result}", login_id.as_str()))?;
    }
    Ok(all)
}

/// Reads the login ids of a file: those of the column `login_id`, or, if the file has a single column without this header,
/// one from each line.
///
/// # Errors
/// All lines with an error.
fn read(file: &Path) -> Result<Vec<LoginId>> {
    Sheet::read(file, &Layout::default(), |sheet| {
        let (column, first) = match sheet.optional_column("login_id")? {
            Some(column) => (column, None),
            None if sheet.width() == 1 => (0, Some(sheet.header_row())),
            None => (sheet.column("login_id")?, None),
        };
        let rows = first.into_iter().chain(&sheet.rows);
        let login_ids = sheet.parse_rows("nobody is verified", rows, |row| parse(row, column))?;
        ensure!(!login_ids.is_empty(), "the file has no login ids");
        Ok(login_ids)
    })
}

fn parse(row: &SheetRow, column: usize) -> Result<LoginId, String> {
    let field = row.field("login_id", column)?;
    LoginId::parse(field.to_owned())
        .or(Err(format!("{field:?} is not a login id of 4 to 20 letters, digits and underscores")))
}
