//! `campus policies`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use campus_core::domain::{Parse, Policies, Policy, PolicyKind, PolicyText, PolicyVersion};
use campus_core::store::{self, Table};
use clap::Subcommand;

use crate::EXIT_CODES;
use crate::output::print;
use crate::table_args::TableArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Import the terms of service and the privacy policy
    ///
    /// From the first import on, students accept both at sign-up and confirm that they are at least 14. After each further
    /// import with a new version, they accept it before they write again; it takes effect within a minute. A version is
    /// never overwritten: a changed text needs a new version. If a file has an error, nothing is imported.
    #[command(after_help = EXIT_CODES)]
    Import {
        /// The folder with the files terms.ko.md, terms.en.md, privacy.ko.md and privacy.en.md
        ///
        /// Each has Markdown in UTF-8 or CP949, at most 40,000 characters, after a first line such as `version: 2026-03-01`. A
        /// version has at most 20 letters, digits, dots, hyphens and underscores. docs/samples/policies has samples.
        folder: PathBuf,
        #[command(flatten)]
        table: TableArgs,
    },
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Import { folder, table } = command;
    let policies = Policies { terms: read(&folder, PolicyKind::Terms)?, privacy: read(&folder, PolicyKind::Privacy)? };
    let import = async |table: &Table| Ok(store::Policies::new(table.clone()).import(&policies).await?);
    let (before, now) = (table.run(import).await?, policies.versions());
    let verb = if before.as_ref() == Some(&now) { "already apply" } else { "apply" };
    print(format_args!("Version {} of the terms and version {} of the privacy policy {verb}.", now.terms, now.privacy))
}

/// Reads a policy in both languages.
fn read(folder: &Path, kind: PolicyKind) -> Result<Policy> {
    let file = |language: &str| folder.join(format!("{}.{language}.md", kind.as_str()));
    let ((ko, version), (en, english_version)) = (read_text(&file("ko"))?, read_text(&file("en"))?);
    ensure!(
        version == english_version,
        "the {} have version {version} in Korean and {english_version} in English",
        kind.as_str()
    );
    Ok(Policy { version, ko, en })
}

/// Reads a file. Returns the text and the version in its first line.
fn read_text(path: &Path) -> Result<(PolicyText, PolicyVersion)> {
    let name = path.display();
    let content = crate::sheet::read_text(path)?;
    let (first, text) = content.split_once('\n').unwrap_or((&content, ""));
    let version = first.strip_prefix("version:").map(|version| version.trim().to_owned());
    let version = version.and_then(|version| PolicyVersion::parse(version).ok());
    let version =
        version.with_context(|| format!("{name} does not begin with a line such as `version: 2026-03-01`"))?;
    let text = PolicyText::parse(text.to_owned()).ok();
    Ok((text.with_context(|| format!("{name} has no text, or more than 40,000 characters"))?, version))
}
