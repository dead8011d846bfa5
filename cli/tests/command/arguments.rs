//! Help, and wrong arguments.

use crate::support::{campus, fails, file, run, stderr, stdout, succeeds};

/// All commands, each with arguments that are complete except for the table.
const COMMANDS: [(&str, &[&str]); 24] = [
    ("dev", &[]),
    ("schools list", &[]),
    ("schools import", &["schools.csv"]),
    ("lectures import", &["lectures.csv", "--school", SCHOOL]),
    ("lectures reindex", &[]),
    ("terms set", &["2026-2", "2026-08-31", "2026-12-18", "--school", SCHOOL]),
    ("policies import", &["policies"]),
    ("keys generate", &[]),
    ("keys show", &[]),
    ("keys rotate", &[]),
    ("keys rotate-push", &[]),
    ("admin grant", &["maru"]),
    ("admin revoke", &["maru"]),
    ("user suspend", &["maru"]),
    ("user restore", &["maru"]),
    ("user reset-link", &["maru", "--app", "https://campus.example"]),
    ("user verify", &["maru"]),
    ("mail unsuppress", &["maru@gaon.example"]),
    ("stream replay", &["--bucket", "failed"]),
    ("search rebuild", &[]),
    ("purge", &[]),
    ("audit", &[]),
    ("openapi", &[]),
    ("web-files", &["folder"]),
];

const SCHOOL: &str = "01a2040a-429e-7195-914a-77eecf906c0d";

#[test]
fn the_help_of_each_command_lists_the_exit_codes() {
    for (command, _) in COMMANDS {
        let arguments: Vec<_> = command.split(' ').chain(["--help"]).collect();
        let help = succeeds(&arguments);
        assert!(help.contains(&format!("Usage: campus {command}")), "{help}");
        assert!(help.contains("Exit codes: 0 if "), "{help}");
    }
}

#[test]
fn a_command_without_a_table_shows_its_own_usage() {
    for (command, arguments) in
        COMMANDS.into_iter().filter(|(command, _)| !["dev", "openapi", "stream replay", "web-files"].contains(command))
    {
        let output = run(&command.split(' ').chain(arguments.iter().copied()).collect::<Vec<_>>());
        let error = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{command}: {error}");
        assert!(error.contains("not provided:\n  <--data <DIR>|--table <NAME>>\n"), "{command}: {error}");
        assert!(error.contains(&format!("Usage: campus {command} ")), "{command}: {error}");
    }
}

#[test]
fn wrong_arguments_are_explained() {
    let data = ["--data", "."];
    let cases: [(&[&str], &str); 9] = [
        (&["schools", "drop"], "unrecognized subcommand 'drop'"),
        (&["schools", "import"], "<FILE>"),
        (&["admin", "grant", "no-id"], "a login id has 4 to 20 letters, digits and underscores"),
        (&["user", "suspend", "abc"], "a login id has 4 to 20 letters, digits and underscores"),
        (&["lectures", "import", "lectures.csv", "--school", "x"], "`campus schools list` prints the ids"),
        (&["lectures", "import", "lectures.csv"], "--school <ID>"),
        (&["terms", "set", "2026-3", "2026-08-31", "2026-12-18", "--school", SCHOOL], "2026-1, 2026-summer"),
        (&["terms", "set", "2026-2", "31 August", "2026-12-18", "--school", SCHOOL], "<FIRST_DAY>"),
        (&["dev", "--origin", "http://localhost:3000/"], "an origin is a scheme and a host"),
    ];
    for (arguments, message) in cases {
        let on_table = !["dev", "schools"].contains(&arguments[0]);
        let arguments = [arguments, if on_table { &data } else { &[] }].concat();
        fails(&arguments, 2, message);
    }
    fails(&["audit", "--data", "a", "--table", "b"], 2, "cannot be used with");
}

#[test]
fn the_folder_of_a_table_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let name = missing.to_str().unwrap();
    let expected = format!("the folder {name} does not exist: create it with `campus dev --data {name}`");
    fails(&["audit", "--data", name], 1, &expected);
    assert!(!missing.exists());
    let file = file(&folder, "file", "");
    fails(&["audit", "--data", &file], 1, &format!("{file} is not a folder"));
}

#[test]
fn the_table_of_the_environment_is_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let run = |table: &str, arguments: &[&str]| {
        let mut command = campus();
        // Without a region, the command fails before it sends a request.
        command.env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION").env_remove("AWS_PROFILE");
        command.envs([("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_CONFIG_FILE", "none"), ("CAMPUS_TABLE", table)]);
        command.arg("audit").args(arguments).output().unwrap()
    };
    let on_aws = run("campus", &[]);
    assert_eq!(on_aws.status.code(), Some(1), "{}", stderr(&on_aws));
    assert!(stderr(&on_aws).contains("no AWS region is set: set AWS_REGION"), "{}", stderr(&on_aws));
    let local = run("campus", &["--data", folder.path().to_str().unwrap()]);
    assert_eq!(stdout(&local), "         0  rows in all\nNothing is wrong.\n");
    let empty = run("", &[]);
    assert_eq!(empty.status.code(), Some(2), "{}", stderr(&empty));
}
