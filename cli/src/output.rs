//! Output of the commands. Commands do not use `println!`, because it panics when the reader has closed the pipe.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

/// Writes a line to standard output.
///
/// If the reader has closed the pipe, as `head` does, the line is discarded. The command still finishes its work, and its
/// exit code is that of the work.
///
/// # Errors
/// If the line cannot be written for another reason, such as a full disk.
pub(crate) fn print(line: impl Display) -> Result<()> {
    match writeln!(io::stdout().lock(), "{line}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// Writes a line to standard error, if it can be written.
pub(crate) fn print_error(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
