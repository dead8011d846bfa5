//! `campus schools`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use campus_core::domain::{
    EmailDomain, Parse, ReportThreshold, School, SchoolId, SchoolName, SchoolSearch, VerificationPolicy, YoungDays,
    fold,
};
use campus_core::store::{Error, Schools, Table};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::{print, print_error};
use crate::sheet::{Layout, Sheet, SheetRow};
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the schools, with their ids
    ///
    /// Prints a line for each school, sorted by name: the id, the name, the email domains separated by spaces, and the
    /// policy. Tabs separate the four fields. Changes nothing.
    #[command(after_help = EXIT_CODES)]
    List {
        /// Only schools whose name contains this text, without regard to case
        #[arg(long, value_name = "TEXT", value_parser = args::school_search)]
        query: Option<SchoolSearch>,
        #[command(flatten)]
        table: TableArgs,
    },
    /// Add and change schools from a CSV file or an .xlsx workbook
    ///
    /// The file has the columns `name` and `email_domains`; spaces or semicolons separate several domains. A school whose
    /// name is new is added. An existing school keeps its id and gets the email domains of the file. Schools that are not
    /// in the file stay as they are. If the file has an error, nothing is imported.
    ///
    /// A column `policy` says how the students of a school are verified: `email` or `manual`, as `campus schools set`
    /// explains. Without a policy in the file, an existing school keeps a policy that an operator chose. Other schools get
    /// `email` if they have email domains, else `manual`.
    #[command(after_help = EXIT_CODES)]
    Import {
        /// The file, with the names of the columns in the first line: CSV, or a workbook
        file: PathBuf,
        #[command(flatten)]
        table: TableArgs,
    },
    /// Give a school another name
    ///
    /// The school keeps its id, its students and all its data, and the students stay logged in. After that, files of
    /// `campus schools import` need the new name: the old one would add another school.
    #[command(after_help = EXIT_CODES)]
    Rename {
        /// The id of the school, as `campus schools list` prints it
        #[arg(value_name = "ID", value_parser = args::school_id)]
        school: SchoolId,
        /// The new name: 1 to 100 characters, which no other school has
        #[arg(value_parser = args::school_name)]
        name: SchoolName,
        #[command(flatten)]
        table: TableArgs,
    },
    /// Change the settings of a school
    ///
    /// The policy and the days apply to a student with the next access token, so within ten minutes.
    #[command(after_help = EXIT_CODES, group = clap::ArgGroup::new("settings").required(true).multiple(true))]
    Set {
        /// The id of the school, as `campus schools list` prints it
        #[arg(value_name = "ID", value_parser = args::school_id)]
        school: SchoolId,
        /// Accounts verified less than this many days ago: their likes do not make posts hot, and their reports weigh
        /// nothing. 0 to 365, 7 by default
        #[arg(long, value_name = "N", value_parser = args::young_days, group = "settings")]
        young_days: Option<YoungDays>,
        /// How students are verified: `email` by a code to an address in one of the school's domains, `manual` by `campus
        /// user verify`. With `open`, every account counts as verified: only for trying the service out
        #[arg(long, value_name = "POLICY", value_parser = args::policy, group = "settings")]
        policy: Option<VerificationPolicy>,
        /// The weight at which reports hide something until an admin decides: 1 to 1000, 5 by default. For illegal pictures
        /// and personal data it is at most 2
        #[arg(long, value_name = "N", value_parser = args::report_threshold, group = "settings")]
        report_threshold: Option<ReportThreshold>,
        #[command(flatten)]
        table: TableArgs,
    },
}

/// A line of the file.
pub(crate) struct SchoolRow {
    name: SchoolName,
    email_domains: Vec<EmailDomain>,
    /// `None` if the file does not say it.
    policy: Option<VerificationPolicy>,
}

impl SchoolRow {
    /// The policy of the school after the import. An existing school keeps a policy other than the default one.
    fn policy_after(&self, existing: Option<&School>) -> VerificationPolicy {
        let kept = existing.filter(|school| {
            school.policy != VerificationPolicy::default_for(&school.email_domains)
                && school.policy.suits(&self.email_domains)
        });
        let kept = kept.map(|school| school.policy);
        self.policy.or(kept).unwrap_or_else(|| VerificationPolicy::default_for(&self.email_domains))
    }
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
    match command {
        Command::List { query, table } => list(query.as_ref(), &table).await,
        Command::Import { file, table } => {
            let rows = read(&file)?;
            let import = async |table: &Table| import(rows, &Schools::new(table.clone())).await;
            let Imported { added, changed, unchanged } = table.run(import).await?;
            print(format_args!("{added} schools added, {changed} changed, {unchanged} unchanged."))
        }
        Command::Rename { school, name, table } => table.run(async |table| rename(school, &name, table).await).await,
        Command::Set { school, young_days, policy, report_threshold, table } => {
            let settings = Settings { young_days, policy, report_threshold };
            table.run(async |table| set(school, settings, table).await).await
        }
    }
}

/// Reads a school that the operator has named.
pub(crate) async fn read_school(id: SchoolId, table: &Table) -> Result<School> {
    match Schools::new(table.clone()).get(id).await {
        Err(Error::NotFound) => bail!("there is no school {id}: `campus schools list` prints the ids"),
        result => Ok(result?),
    }
}

async fn rename(id: SchoolId, name: &SchoolName, table: &Table) -> Result<()> {
    let School { name: old_name, .. } = read_school(id, table).await?;
    match Schools::new(table.clone()).rename(id, name).await {
        Err(Error::Stale) => bail!("another school has the name {name}"),
        renamed => renamed?,
    }
    print(format_args!("{old_name} is now {name}."))
}

/// New settings of a school. `None` leaves a setting unchanged.
struct Settings {
    young_days: Option<YoungDays>,
    policy: Option<VerificationPolicy>,
    report_threshold: Option<ReportThreshold>,
}

async fn set(school: SchoolId, settings: Settings, table: &Table) -> Result<()> {
    let Settings { young_days, policy, report_threshold } = settings;
    let school = read_school(school, table).await?;
    if let Some(policy) = policy {
        let School { name, email_domains, .. } = &school;
        ensure!(policy.suits(email_domains), "{name} has no email domains, so it cannot have the policy `email`");
        Schools::new(table.clone()).set_policy(&school, policy, email_domains).await?;
    }
    if let Some(young_days) = young_days {
        Schools::new(table.clone()).set_young_days(&school, young_days).await?;
    }
    if let Some(threshold) = report_threshold {
        Schools::new(table.clone()).set_report_threshold(&school, threshold).await?;
    }
    print(format_args!("The settings of {} are changed.", school.name))
}

async fn list(query: Option<&SchoolSearch>, table: &TableArgs) -> Result<()> {
    let query = query.map(|query| fold(query.as_str())).unwrap_or_default();
    let schools = table.run(async |table| Ok(Schools::new(table.clone()).all().await?)).await?;
    if schools.is_empty() {
        print_error("There are no schools: import some with `campus schools import`.");
    }
    for School { id, name, email_domains, policy, .. } in schools {
        if fold(name.as_str()).contains(&query) {
            let domains: Vec<_> = email_domains.iter().map(EmailDomain::as_str).collect();
            print(format_args!("{id}\t{name}\t{}\t{}", domains.join(" "), policy.as_str()))?;
        }
    }
    Ok(())
}

async fn import(rows: Vec<SchoolRow>, schools: &Schools) -> Result<Imported> {
    let existing = schools.all().await?;
    let existing: HashMap<_, _> = existing.into_iter().map(|school| (fold(school.name.as_str()), school)).collect();
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?;
    let progress = ProgressBar::new(u64::try_from(rows.len())?).with_style(style);
    let mut imported = Imported::default();
    for row in rows {
        let existing = existing.get(&fold(row.name.as_str()));
        let policy = row.policy_after(existing);
        let SchoolRow { name, email_domains, .. } = row;
        progress.set_message(name.to_string());
        let count = match existing {
            None => match schools.add(name, email_domains, policy).await {
                Ok(_) => &mut imported.added,
                // A concurrent import has added it.
                Err(Error::Stale) => &mut imported.unchanged,
                Err(error) => return Err(error.into()),
            },
            Some(school) if (&school.email_domains, school.policy) != (&email_domains, policy) => {
                schools.set_policy(school, policy, &email_domains).await?;
                &mut imported.changed
            }
            Some(_) => &mut imported.unchanged,
        };
        *count = count.saturating_add(1);
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(imported)
}

/// Reads the whole file, so that nothing is imported from a file with an error.
///
/// # Errors
/// All lines with an error.
pub(crate) fn read(file: &Path) -> Result<Vec<SchoolRow>> {
    Sheet::read(file, &Layout::default(), |sheet| {
        let columns = Columns::find(sheet)?;
        let rows =
            sheet.parse_named_rows("nothing is imported", |row| columns.parse(row), |school| school.name.as_str())?;
        ensure!(!rows.is_empty(), "the file has no schools");
        Ok(rows)
    })
}

/// The positions of the columns in the file.
struct Columns {
    name: usize,
    email_domains: usize,
    policy: Option<usize>,
}

impl Columns {
    fn find(sheet: &Sheet) -> Result<Self> {
        Ok(Self {
            name: sheet.column("name")?,
            email_domains: sheet.column("email_domains")?,
            policy: sheet.optional_column("policy")?,
        })
    }

    /// Parses a row. A line break in the name becomes a space.
    ///
    /// # Errors
    /// A message without the line.
    fn parse(&self, row: &SheetRow) -> Result<SchoolRow, String> {
        let words: Vec<&str> = row.field("name", self.name)?.split_whitespace().collect();
        let name = words.join(" ");
        let name = SchoolName::parse(name.clone())
            .or(Err(format!("column name: {name:?} is not a name of 1 to 100 characters")))?;
        let domains = row.field("email_domains", self.email_domains)?;
        let domain = |domain: &str| {
            EmailDomain::parse(domain.to_owned()).or(Err(format!("column email_domains: {domain:?} is not a domain")))
        };
        let is_separator = |c: char| c.is_whitespace() || matches!(c, ';' | ',');
        let email_domains: Vec<_> =
            domains.split(is_separator).filter(|domain| !domain.is_empty()).map(domain).collect::<Result<_, _>>()?;
        let policy = self.policy.map(|column| row.field("policy", column)).transpose()?;
        let policy = policy.filter(|policy| !policy.is_empty());
        let policy = policy.map(|policy| parse_policy(policy, &email_domains)).transpose()?;
        Ok(SchoolRow { name, email_domains, policy })
    }
}

/// Parses the policy of a school with these email domains.
///
/// # Errors
/// A message without the line.
fn parse_policy(policy: &str, email_domains: &[EmailDomain]) -> Result<VerificationPolicy, String> {
    match VerificationPolicy::parse(policy.to_owned()) {
        Ok(VerificationPolicy::Open) => {
            Err("column policy: only `campus schools set --policy open` opens a school".into())
        }
        Ok(policy) if policy.suits(email_domains) => Ok(policy),
        Ok(_) => Err("column policy: a school without email domains cannot have the policy email".into()),
        Err(_) => Err(format!("column policy: {policy:?} is not `email` or `manual`")),
    }
}
