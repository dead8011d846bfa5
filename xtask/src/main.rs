//! Lists and runs the chores of this repository: checks, measurements, builds and deployments.
//!
//! `cargo xtask` lists them, and `cargo xtask <chore> [arguments]` runs one. [`chores::CHORES`] describes each chore;
//! most are scripts in `xtask/scripts`.

mod chores;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::{self, ExitCode};

use clap::{Arg, ArgAction, Command, value_parser};

use crate::chores::{CHORES, Chore};

/// Ends the list of chores.
const NOTES: &str = "\
A first build takes up to five minutes, a release build longer. Chores leave their builds in target; `cargo clean` deletes
them and the tools marked (target). Debian packages and Rust components are installed only if they are missing, and stay.

`cargo xtask help CHORE` describes a chore and its arguments.";

fn main() -> ExitCode {
    let matches = command().get_matches();
    let result = match matches.subcommand() {
        // clap would drop a `--`, which cargo and other tools need.
        Some((name, _)) if name != "list" => run(name, env::args_os().skip(2).collect()),
        _ => io::stdout().write_all(list().as_bytes()).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// The command line: a subcommand for each chore.
fn command() -> Command {
    let list = Command::new("list").about("Lists the chores (the default)");
    Command::new("xtask")
        .bin_name("cargo xtask")
        .about("Lists and runs the chores of this repository.")
        .after_help(NOTES)
        .subcommand(list)
        .subcommands(CHORES.iter().map(subcommand))
}

/// The subcommand of a chore. All arguments from the first one that is not `--help` belong to the chore.
fn subcommand(chore: &'static Chore) -> Command {
    let subcommand = Command::new(chore.name).about(chore.about).after_help(facts(chore));
    if chore.usage.is_empty() {
        return subcommand;
    }
    let arguments = Arg::new("arguments")
        .action(ArgAction::Append)
        .num_args(0..)
        .trailing_var_arg(true)
        .allow_hyphen_values(true)
        .hide(true)
        .value_parser(value_parser!(OsString));
    subcommand.override_usage(format!("cargo xtask {} {}", chore.name, chore.usage)).arg(arguments)
}

/// Prints the facts about the chore and runs it. The exit status is that of the chore.
fn run(name: &str, arguments: Vec<OsString>) -> io::Result<ExitCode> {
    let Some(chore) = CHORES.iter().find(|chore| chore.name == name) else {
        return Err(io::Error::other(format!("no chore has the name {name}")));
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));

    eprintln!("{}: {}\n{}", chore.name, chore.about, facts(chore));
    let mut commands = chore.commands(root, &arguments);
    let last = commands.pop();
    for mut command in commands {
        show(&command, root);
        let status = command.status()?;
        if !status.success() {
            eprintln!("FAILED: {status}");
            return Ok(ExitCode::FAILURE);
        }
    }
    match last {
        Some(command) => {
            show(&command, root);
            replace(command)
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Prints the command line, so that you can repeat it by hand.
fn show(command: &process::Command, root: &Path) {
    let mut line = String::from("\n$");
    for (name, value) in command.get_envs() {
        line += &format!(" {}={}", name.display(), value.unwrap_or_default().display());
    }
    let program = Path::new(command.get_program());
    line += &format!(" {}", program.strip_prefix(root).unwrap_or(program).display());
    for argument in command.get_args() {
        line += &format!(" {}", argument.display());
    }
    eprintln!("{line}");
}

/// Runs the command in place of this process, so that it gets all signals and its exit status is kept.
#[cfg(unix)]
fn replace(mut command: process::Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;

    let error = command.exec();
    Err(io::Error::new(error.kind(), format!("cannot run {}: {error}", command.get_program().display())))
}

/// Runs the command.
#[cfg(not(unix))]
fn replace(mut command: process::Command) -> io::Result<ExitCode> {
    Ok(if command.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What to know before running the chore.
fn facts(chore: &Chore) -> String {
    let nothing = |text: &'static str| if text.is_empty() { "nothing" } else { text };
    let mut facts = format!("  Time      {}\n", chore.time);
    facts += &format!("  Installs  {}\n", nothing(chore.installs));
    facts += &format!("  Leaves    {}", nothing(chore.leaves));
    if !chore.notes.is_empty() {
        facts += &format!("\n\n{}", chore.notes);
    }
    facts
}

/// All chores as a table: a line for each.
fn list() -> String {
    let header = ["CHORE", "WHAT IT DOES", "TIME", "LEAVES", "INSTALLS"];
    let rows = CHORES.iter().map(|chore| [chore.name, chore.about, chore.time, chore.leaves, chore.installs]);
    let rows: Vec<_> = std::iter::once(header).chain(rows).collect();
    let widths = rows.iter().fold([0; 5], |widths, row| {
        let mut columns = row.iter();
        widths.map(|width: usize| width.max(columns.next().map_or(0, |cell| cell.chars().count())))
    });
    let mut list = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| {
            let cell = if cell.is_empty() { "-" } else { cell };
            format!("{cell:width$}")
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        list += &format!("{}\n", line.trim_end());
    }
    format!("{list}\n{NOTES}\n")
}
