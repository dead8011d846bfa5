//! The `campus` command.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// In `campus dev`, memory is often freed by another thread than the one that allocated it. glibc's allocator makes threads
/// wait for each other then. It also keeps the memory of a password hash for each thread that has computed one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    campus::run(campus::Command::parse())
}
