//! `campus`, the operator's command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    campus::run(campus::Command::parse())
}
