//! The table of chores.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// A chore, and what to know before running it. An empty text means "none" or "nothing".
#[derive(Debug)]
pub(crate) struct Chore {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) time: &'static str,
    pub(crate) installs: &'static str,
    /// What it leaves behind, except builds and tools in `target`.
    pub(crate) leaves: &'static str,
    /// The arguments, as in a usage line.
    pub(crate) usage: &'static str,
    pub(crate) notes: &'static str,
    action: Action,
}

#[derive(Debug)]
enum Action {
    /// Runs a file of this repository.
    Script(&'static str),
    /// Runs cargo with these arguments.
    Cargo(&'static [&'static str]),
    /// Runs all tests, or a subset with `--quick`.
    Test,
    /// Runs the tests that hold generated files, with [`BLESS`].
    Bless,
}

/// The environment variable that makes tests write the files that they otherwise compare.
const BLESS: &str = "CAMPUS_BLESS";

/// The tests that hold generated files.
const HOLDING_FILES: [&str; 5] = [
    "guarantees::capacity::",
    "guarantees::errors::",
    "guarantees::faults::the_docs",
    "guarantees::harness::",
    "guarantees::template_web::the_content_security_policy",
];

/// Every chore, in the order of the list.
pub(crate) const CHORES: &[Chore] = &[
    Chore {
        name: "gate",
        about: "Run every check that a change must pass",
        time: "up to 90 min",
        installs: "SAM, cfn-lint, cargo-deny, checkov (target); rustfmt, clippy (rustup); build-essential, python3-venv (Debian); what web installs",
        leaves: "",
        usage: "",
        notes: "It runs formatting, lints, dependency rules, documentation, all tests, the smoke test, the tests of the\n\
                web client and the checks of the AWS templates, and prints the time of each step. It stops at the first failure.",
        action: Action::Script(".ci/run"),
    },
    Chore {
        name: "test",
        about: "Run all tests; with --quick, unit and route tests",
        time: "minutes; 2 min with --quick",
        installs: "",
        leaves: "",
        usage: "[--quick] [ARGUMENTS OF cargo test]",
        notes: "--quick leaves out the stress, fault and pagination tests, among others: run all tests before you push.",
        action: Action::Test,
    },
    Chore {
        name: "web",
        about: "Test the web client in Chromium",
        time: "minutes + build",
        installs: "web/package-lock.json (web/node_modules); Node (target); chromium, fonts-noto-cjk (Debian)",
        leaves: "web/test-results",
        usage: "[ARGUMENTS OF playwright test]",
        notes: "It checks the types of the client, runs its unit tests, and runs its browser tests against a new `campus dev`\n\
                with the demo data. With arguments it runs only the browser tests: `cargo xtask web posts --headed`. With\n\
                CAMPUS_BLESS=1 it also rewrites the types of the API in web/api/schema.d.ts, and with SCREENSHOTS=FOLDER the\n\
                tests take screenshots. It needs Node 20 or newer, and a Chromium or Chrome.",
        action: Action::Script("xtask/scripts/web"),
    },
    Chore {
        name: "bless",
        about: "Rewrite the events and tables that tests hold",
        time: "minutes",
        installs: "",
        leaves: "events/*.json, docs/*.md, README*.md, tests, template.yaml",
        usage: "[ARGUMENTS OF THE TESTS]",
        notes: "The tests write the generated files instead of comparing them. Review the changes with `git diff`.",
        action: Action::Bless,
    },
    Chore {
        name: "readme",
        about: "Run the commands of the README and the walkthrough",
        time: "seconds + build",
        installs: "",
        leaves: "the files that the commands create",
        usage: "[--campus PATH]",
        notes: "It runs the shell blocks of README.md and docs/first-requests.md as a newcomer would paste them. It needs\n\
                curl and the free ports 8080 to 8082. Git ignores the files that the commands create. `--campus` names a\n\
                built binary.",
        action: Action::Script("xtask/scripts/readme"),
    },
    Chore {
        name: "smoke",
        about: "Check a service, by default a new `campus dev`",
        time: "seconds + build",
        installs: "",
        leaves: "",
        usage: "[URL] [--school NAME]",
        notes: "Two students use every function of the service; `campus smoke --help` has the details. Without a URL, it\n\
                starts `campus dev` with the demo data and deletes the data afterwards. A service at a URL\n\
                keeps the rows of a deleted post and of a message thread, which no student can see.",
        action: Action::Script("xtask/scripts/smoke"),
    },
    Chore {
        name: "emulate",
        about: "Compare the functions on Lambda's emulator with `campus dev`",
        time: "1 min + release build",
        installs: "SAM (target)",
        leaves: "",
        usage: "[EVENT]...",
        notes: "It sends each event in events/, or only the given ones, to its function and to `campus dev`, and prints the\n\
                differences. events/README.md has the details.",
        action: Action::Script("xtask/scripts/emulate"),
    },
    Chore {
        name: "sam-local",
        about: "Run the functions in containers with SAM",
        time: "10 min + release build",
        installs: "SAM, cargo-lambda, zig (target); docker.io, busybox-static (Debian)",
        leaves: ".aws-sam",
        usage: "[EVENT]...",
        notes: "It runs the smoke test and each event, or only the given ones, against the database of a `campus dev`. If no\n\
                container engine runs, it starts one, which requires root, and deletes everything that the engine made.\n\
                Debian packages that it installed stay. It builds with the release profile.",
        action: Action::Script("xtask/scripts/sam-local"),
    },
    Chore {
        name: "schemathesis",
        about: "Test the service against its OpenAPI document",
        time: "5 min + build",
        installs: "schemathesis (target)",
        leaves: "",
        usage: "[--seeds N...] [--seconds N]",
        notes: "For each seed (default: 1) it sends generated requests as an admin and as a student for `--seconds` (120)\n\
                each, and without a login for half of that.",
        action: Action::Script("xtask/scripts/schemathesis"),
    },
    Chore {
        name: "mutants",
        about: "Run mutation tests on security-relevant code",
        time: "up to 3 h per group",
        installs: "cargo-mutants (target)",
        leaves: "target/mutants",
        usage: "[GROUP] [ARGUMENTS OF cargo-mutants]",
        notes: "The groups are in xtask/scripts/mutants. It changes a copy of the source tree, unless you pass --in-place.",
        action: Action::Script("xtask/scripts/mutants"),
    },
    Chore {
        name: "load",
        about: "Put `campus dev` under load and check its memory and data",
        time: "1 min + release build",
        installs: "locust (target)",
        leaves: "",
        usage: "[--connections N] [--seconds N]",
        notes: "By default 64 simulated students send requests for 60 seconds.",
        action: Action::Script("xtask/scripts/load"),
    },
    Chore {
        name: "benchmark",
        about: "Measure throughput, latency and memory",
        time: "6 min + release build",
        installs: "SAM (target); wrk (Debian)",
        leaves: "",
        usage: "[--seconds N]",
        notes: "It compares `campus dev` with a minimal program. Each operation of both gets requests for `--seconds` (10).\n\
                Run nothing else on the machine. events/README.md explains the tables.",
        action: Action::Script("xtask/scripts/benchmark"),
    },
    Chore {
        name: "cold-start",
        about: "Measure how long the functions take to start",
        time: "1 min + release build",
        installs: "SAM (target)",
        leaves: "",
        usage: "[--runs N]",
        notes: "It starts each function `--runs` (20) times on Lambda's emulator. events/README.md explains the table.",
        action: Action::Script("xtask/scripts/cold-start"),
    },
    Chore {
        name: "bench",
        about: "Measure the parts of a request by themselves",
        time: "2 min + release build",
        installs: "",
        leaves: "target/criterion",
        usage: "[FILTER] [ARGUMENTS OF criterion]",
        notes: "",
        action: Action::Cargo(&["bench", "--locked", "--package", "campus-local", "--bench", "request", "--"]),
    },
    Chore {
        name: "growth",
        about: "Measure pages of lists with up to a million items",
        time: "minutes + release build",
        installs: "",
        leaves: "",
        usage: "",
        notes: "It needs 5 GB of disk for its temporary database. It fails if a page of a long list takes more capacity than\n\
                a page of a short list, or more than 1.3 times as long.",
        action: Action::Cargo(&["run", "--release", "--locked", "--package", "campus-local", "--example", "growth"]),
    },
    Chore {
        name: "search",
        about: "Measure what searches for posts and their index cost",
        time: "minutes + release build",
        installs: "",
        leaves: "",
        usage: "[POSTS] [FILE]",
        notes: "It writes POSTS posts, 2,000 without the argument, and compares what searches find with a scan. The posts are\n\
                generated, or the lines of FILE.",
        action: Action::Cargo(&[
            "run",
            "--release",
            "--locked",
            "--package",
            "campus-local",
            "--example",
            "search",
            "--",
        ]),
    },
    Chore {
        name: "rush",
        about: "Simulate likes of one post, and a school that opens one post in the same minute",
        time: "2 min + build",
        installs: "",
        leaves: "",
        usage: "",
        notes: "It prints which share of the requests is refused, how many functions are busy, and how near to its limits AWS\n\
                comes. docs/performance.md explains the tables.",
        action: Action::Cargo(&[
            "test",
            "--locked",
            "--package",
            "campus-core",
            "--lib",
            "store::dynamo::rush",
            "--",
            "--ignored",
            "--nocapture",
        ]),
    },
    Chore {
        name: "build",
        about: "Build the functions for AWS",
        time: "release build",
        installs: "SAM, cargo-lambda, zig (target)",
        leaves: ".aws-sam",
        usage: "[ARGUMENTS OF sam build]",
        notes: "The default architecture is arm64. On another machine it needs the Rust target aarch64-unknown-linux-gnu.",
        action: Action::Script("xtask/scripts/build"),
    },
    Chore {
        name: "deploy",
        about: "Deploy the build to a stage and check it",
        time: "minutes",
        installs: "",
        leaves: "the deployment",
        usage: "staging|production [--campus PATH]",
        notes: "It runs the smoke test on the new version and restores the previous version if the test fails. Then it uploads\n\
                the web client. It needs sam, the AWS CLI, curl and credentials of the deployment role. `--campus` names a\n\
                built binary.",
        action: Action::Script("xtask/scripts/deploy"),
    },
];

impl Chore {
    /// The commands of the chore, to run in sequence.
    pub(crate) fn commands(&self, root: &Path, arguments: &[OsString]) -> Vec<Command> {
        let mut commands = match self.action {
            Action::Script(script) => vec![with(Command::new(root.join(script)), arguments)],
            Action::Cargo(words) => vec![with(cargo(words), arguments)],
            Action::Test => tests(arguments),
            Action::Bless => vec![bless(arguments)],
        };
        for command in &mut commands {
            command.current_dir(root);
        }
        commands
    }
}

/// Runs all tests. With `--quick`, runs the unit tests and the API tests of single routes.
fn tests(arguments: &[OsString]) -> Vec<Command> {
    let (quick, others): (Vec<_>, Vec<_>) = arguments.iter().cloned().partition(|argument| argument == "--quick");
    if quick.is_empty() {
        return vec![with(cargo(&["test", "--locked", "--workspace"]), &others)];
    }
    let units = cargo(&["test", "--locked", "--workspace", "--lib"]);
    let routes = cargo(&["test", "--locked", "--package", "campus-tests", "--test", "api", "routes::"]);
    vec![with(units, &others), with(routes, &others)]
}

/// Runs the tests that hold generated files, and makes them write these files.
fn bless(arguments: &[OsString]) -> Command {
    let mut command = cargo(&["test", "--locked", "--package", "campus-tests", "--test", "api", "--"]);
    command.env(BLESS, "1").args(HOLDING_FILES);
    with(command, arguments)
}

fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(words);
    command
}

fn with(mut command: Command, arguments: &[OsString]) -> Command {
    command.args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    /// Modules, the configuration of a tool, the locust file, and checks that only the gate runs: no chores by themselves.
    const MODULES: [&str; 6] = [
        "deployer_permissions",
        "load_users.py",
        "local_service.py",
        "moto",
        "schemathesis.toml",
        "schemathesis_hooks.py",
    ];

    #[test]
    fn every_script_is_a_chore() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
        let files = files.filter(|file| file.file_type().unwrap().is_file());
        let scripts: BTreeSet<_> = files.map(|file| file.file_name().into_string().unwrap()).collect();
        let chores = CHORES.iter().filter_map(|chore| match chore.action {
            Action::Script(script) => script.strip_prefix("xtask/scripts/"),
            _ => None,
        });
        let expected: BTreeSet<_> = chores.chain(MODULES).map(str::to_owned).collect();
        assert_eq!(scripts, expected);
    }
}
