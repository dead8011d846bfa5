//! The `campus` command: runs the service on a development machine, and maintains tables there and on AWS.
//!
//! Each subcommand has a module with its arguments, whose doc comments are the text of `--help`, and a function `run`. The
//! service that `campus dev` runs is in `campus-local`.

mod admin;
mod args;
mod audit;
mod boards;
mod demo;
mod dev;
mod keys;
mod lectures;
mod mail;
mod moderation;
mod openapi;
mod output;
mod policies;
mod purge;
mod schools;
mod search;
mod sheet;
mod smoke;
mod stream;
mod table_args;
mod terms;
mod user;
mod web_files;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

const EXIT_CODES: &str = "Exit codes: 0 if the command succeeds, 1 if it fails, 2 if the arguments are wrong.";

/// Run and maintain Campus, the backend of a campus community
///
/// `campus dev` runs the whole service on this machine. Most other commands work on a table: the table of a local service
/// (--data) or a table on AWS (--table).
#[derive(Debug, Parser)]
#[command(name = "campus", version, propagate_version = true, after_help = EXIT_CODES)]
pub struct Command {
    #[command(subcommand)]
    subcommand: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Run the whole service on this machine, until Ctrl-C
    ///
    /// Serves the web client, the API and the API reference on 127.0.0.1, with a DynamoDB engine and a store for pictures in
    /// the same process. All data is in one folder; delete the folder to start again. Other commands can work on the folder
    /// while the service runs. Logs go to standard error; the environment variable RUST_LOG sets their level.
    #[command(after_help = EXIT_CODES)]
    Dev(dev::Options),
    /// Import, list, rename and configure the schools at which students can sign up
    #[command(subcommand)]
    Schools(schools::Command),
    /// Import the boards with which a school opens
    #[command(subcommand)]
    Boards(boards::Command),
    /// Import the lecture catalogues from which students make timetables, and undo imports
    #[command(subcommand)]
    Lectures(lectures::Command),
    /// Set when the semesters of a school begin and end, and their days off
    #[command(subcommand)]
    Terms(terms::Command),
    /// Import the terms of service and the privacy policy that students accept
    #[command(subcommand)]
    Policies(policies::Command),
    /// Maintain the keys that sign access tokens, and seal cursors and mails
    #[command(subcommand)]
    Keys(keys::Command),
    /// Make students admins, who moderate their school
    #[command(subcommand)]
    Admin(admin::Command),
    /// Verify and suspend students, end suspensions, let students set a new password, and export the data of a student
    #[command(subcommand)]
    User(user::Command),
    /// See cases, find out who is behind them, and take back sanctions
    #[command(subcommand)]
    Moderation(moderation::Command),
    /// Send mail again to addresses that get no more mail
    #[command(subcommand)]
    Mail(mail::Command),
    /// Delete accounts that were not verified in time, and the remaining data of withdrawn students
    ///
    /// Deletes accounts that were not verified within 14 days after the sign-up, unless their school is open. A withdrawal
    /// deletes the account at once, but leaves other rows of the student, such as scraps, timetables and friends. This
    /// command deletes them, for all students who withdrew more than 30 seconds ago. On AWS the auth function does the same
    /// every 15 minutes. You can interrupt the command at any time: the next run continues.
    #[command(after_help = EXIT_CODES)]
    Purge(purge::Options),
    /// Repair the search index
    #[command(subcommand)]
    Search(search::Command),
    /// Handle the records of the table's stream that a function could not consume
    #[command(subcommand)]
    Stream(stream::Command),
    /// Check the whole table for inconsistencies
    ///
    /// Reads every row, prints the number of rows of each kind, and one line for each inconsistency: the keys of the row,
    /// and what is wrong. Changes nothing. If the table is written to meanwhile, a finding may be a write in progress:
    /// only a finding that a second audit repeats is real.
    #[command(
        after_help = "Exit codes: 0 if nothing is wrong, 1 if something is wrong or the command fails, 2 if the \
                            arguments are wrong."
    )]
    Audit(audit::Options),
    /// Check a running service as two students
    ///
    /// Every function writes and reads something. The command deletes what the students created and withdraws them, even
    /// if a step fails. The rows of the deleted post and of a message thread remain; no student can see them.
    #[command(after_help = "Exit codes: 0 if every step succeeds, 1 if a step fails, 2 if the arguments are wrong.")]
    Smoke(smoke::Options),
    /// Print the OpenAPI document of the API, as JSON
    #[command(after_help = EXIT_CODES)]
    Openapi,
    /// Write the files of the web client, as the bucket of a stage needs them
    ///
    /// Creates a folder with the files. The modules, styles and pictures are in assets/VERSION, where VERSION is a hash of
    /// all files. Prints the path, the Content-Type and the Cache-Control of each file, separated by tabs, in the order in
    /// which `cargo xtask deploy` uploads them.
    #[command(after_help = EXIT_CODES)]
    WebFiles(web_files::Options),
}

/// Runs the command. Returns the exit code: 0 if the command succeeds, 1 if it fails or finds something wrong. The parser
/// exits with 2 if the arguments are wrong.
pub fn run(command: Command) -> ExitCode {
    let result = tokio::runtime::Runtime::new()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run_subcommand(command.subcommand)));
    result.unwrap_or_else(|error| {
        output::print_error(format_args!("error: {error:#}"));
        ExitCode::FAILURE
    })
}

async fn run_subcommand(subcommand: Subcommands) -> anyhow::Result<ExitCode> {
    match subcommand {
        Subcommands::Dev(options) => dev::run(options).await?,
        Subcommands::Schools(command) => schools::run(command).await?,
        Subcommands::Boards(command) => boards::run(command).await?,
        Subcommands::Lectures(command) => lectures::run(command).await?,
        Subcommands::Terms(command) => terms::run(command).await?,
        Subcommands::Policies(command) => policies::run(command).await?,
        Subcommands::Stream(command) => return stream::run(command).await,
        Subcommands::Keys(command) => keys::run(command).await?,
        Subcommands::Admin(command) => admin::run(command).await?,
        Subcommands::User(command) => return user::run(command).await,
        Subcommands::Moderation(command) => moderation::run(command).await?,
        Subcommands::Mail(command) => mail::run(command).await?,
        Subcommands::Search(command) => search::run(command).await?,
        Subcommands::Purge(options) => purge::run(&options).await?,
        Subcommands::Audit(options) => return audit::run(&options).await,
        Subcommands::Smoke(options) => return smoke::run(&options).await,
        Subcommands::Openapi => openapi::run()?,
        Subcommands::WebFiles(options) => web_files::run(&options)?,
    }
    Ok(ExitCode::SUCCESS)
}
