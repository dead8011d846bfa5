//! The operator's command of Campus: a server for the desk, imports, keys, grants, audits.
//!
//! [`desk`] is the service on one machine, which the tests use as well; the other modules are a subcommand each.

mod admin;
mod audit;
mod demo;
pub mod desk;
mod dev;
mod keys;
mod lectures;
mod openapi;
mod place;
mod purge;
mod schools;
mod terms;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::place::Place;

/// Runs a campus community: a server for the desk, and what an operator does on AWS.
#[derive(Debug, Parser)]
#[command(name = "campus", version, propagate_version = true)]
pub struct Command {
    #[command(subcommand)]
    subcommand: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Runs the whole service on this machine, on 127.0.0.1
    Dev(dev::Options),
    /// Schools, at which students sign up
    #[command(subcommand)]
    Schools(Schools),
    /// Lectures, of which students make their timetables
    #[command(subcommand)]
    Lectures(Lectures),
    /// Terms, in which calendars have the lectures
    #[command(subcommand)]
    Terms(Terms),
    /// Keys, which sign tokens and seal cursors
    #[command(subcommand)]
    Keys(Keys),
    /// Admins, who may manage what others made in their school
    #[command(subcommand)]
    Admin(Admin),
    /// Students' accounts
    #[command(subcommand)]
    User(User),
    /// Deletes what withdrawn students left of their own, as the schedule on AWS does
    ///
    /// A withdrawal takes effect at once; what is left to be deleted waits for half a minute. This can be ended at any
    /// time and begun again.
    Purge {
        #[command(flatten)]
        place: Place,
    },
    /// Recounts everything in the table and tells what is wrong in it
    Audit(Place),
    /// Prints the OpenAPI document of the API
    Openapi,
}

#[derive(Debug, Subcommand)]
enum Schools {
    /// Adds the schools of a CSV file with the columns `name` and `email_domains`
    ///
    /// Several e-mail domains are separated by spaces or semicolons. A school whose name is there already gets the
    /// e-mail domains of the file. Nothing is imported of a file in which anything is wrong.
    Import {
        /// The file: UTF-8, with a header
        file: std::path::PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
enum Lectures {
    /// Brings a school's catalogue to what a CSV file says, in one step for each semester
    ///
    /// The columns are semester, code, section, title, credit, professor, department, classification, academic_year,
    /// times, places, quota and remark. Semester, code and section name a lecture: one that is there already is changed
    /// and keeps its id. Lectures that the file no longer has are kept and told. Lines in which anything is wrong are
    /// told, too, and not imported; the command then exits with 1.
    Import {
        /// The file: UTF-8, with a header
        file: std::path::PathBuf,
        /// The id of the school
        #[arg(long, value_name = "ID")]
        school: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
enum Terms {
    /// Says when a semester of a school begins and ends
    ///
    /// Where nothing is said, 2026-1 is from 2 March and 2026-2 from 1 September on for 16 weeks, 2026-summer from 22 June
    /// and 2026-winter from 22 December on for 6 weeks, and other years alike.
    Set {
        /// The semester, such as 2026-1 or 2026-summer
        semester: String,
        /// Its first day, such as 2026-03-02
        first_day: chrono::NaiveDate,
        /// Its last day
        last_day: chrono::NaiveDate,
        /// The id of the school
        #[arg(long, value_name = "ID")]
        school: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Makes the keys of a new table and prints the public one, which checks tokens
    Generate {
        #[command(flatten)]
        place: Place,
    },
    /// Prints the public keys that are to be published
    Show {
        #[command(flatten)]
        place: Place,
    },
    /// Takes the next step of a change of keys and prints the public keys that are to be published then
    ///
    /// First a new key is made; once it is published, it signs; once the old one's last tokens have expired, the old one
    /// is withdrawn. Nobody has to log in again.
    Rotate {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Makes a student an admin of their school; it shows when they next log in
    Grant {
        /// The student's login id
        login_id: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
enum User {
    /// Keeps a student from logging in and ends all of their sessions
    Suspend {
        /// The student's login id
        login_id: String,
        #[command(flatten)]
        place: Place,
    },
    /// Lets a suspended student log in again
    Restore {
        /// The student's login id
        login_id: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Carries the command out. Exits with 1 when it failed or an audit found something, with 2 when it was not understood.
pub fn run(command: Command) -> ExitCode {
    let result = tokio::runtime::Runtime::new()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(carry_out(command.subcommand)));
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(subcommand: Subcommands) -> anyhow::Result<ExitCode> {
    match subcommand {
        Subcommands::Dev(options) => dev::run(options).await?,
        Subcommands::Schools(Schools::Import { file, place }) => schools::import(&file, &place).await?,
        Subcommands::Lectures(Lectures::Import { file, school, place }) => {
            return lectures::import(&file, &school, &place).await;
        }
        Subcommands::Terms(Terms::Set { semester, first_day, last_day, school, place }) => {
            terms::set(&school, semester, (first_day, last_day), &place).await?;
        }
        Subcommands::Keys(Keys::Generate { place }) => keys::generate(&place).await?,
        Subcommands::Keys(Keys::Show { place }) => keys::show(&place).await?,
        Subcommands::Keys(Keys::Rotate { place }) => keys::rotate(&place).await?,
        Subcommands::Admin(Admin::Grant { login_id, place }) => admin::grant(login_id, &place).await?,
        Subcommands::Audit(place) => return audit::run(&place).await,
        Subcommands::User(User::Suspend { login_id, place }) => user::suspend(login_id, &place).await?,
        Subcommands::User(User::Restore { login_id, place }) => user::restore(login_id, &place).await?,
        Subcommands::Purge { place } => purge::run(&place).await?,
        Subcommands::Openapi => openapi::print()?,
    }
    Ok(ExitCode::SUCCESS)
}
