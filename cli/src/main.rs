//! `campus`, the operator's command.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// On a desk one thread often frees what another has allocated, for which the C library's allocator makes threads wait
/// for each other; and it keeps the memory of a password's hash for each thread that has ever made one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    campus::run(campus::Command::parse())
}
