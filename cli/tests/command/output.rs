//! What commands print, and what happens if nobody reads it.

use serde_json::Value;

use crate::support::{Dev, campus, file, stderr, succeeds};

#[test]
fn the_openapi_document_is_printed() {
    let document: Value = serde_json::from_str(&succeeds(&["openapi"])).unwrap();
    assert!(document["paths"].get("/auth/signup").is_some());
}

/// Runs the command with a closed pipe as standard output, as after `| head` has ended.
#[track_caller]
fn succeeds_with_closed_output(arguments: &[&str]) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = campus().args(arguments).stdout(writer).output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "{arguments:?}");
}

#[test]
fn a_command_succeeds_quietly_if_nobody_reads_its_output() {
    let folder = tempfile::tempdir().unwrap();
    let schools = file(&folder, "schools.csv", "name,email_domains\n가온대학교,\n");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let data = ["--data", data.to_str().unwrap()];
    for arguments in [&["openapi"][..], &["--help"], &["--version"]] {
        succeeds_with_closed_output(arguments);
    }
    for arguments in [&["schools", "import", &schools][..], &["schools", "list"], &["keys", "generate"], &["audit"]] {
        succeeds_with_closed_output(&[arguments, &data].concat());
    }
}

#[test]
#[cfg(unix)]
fn a_local_service_ends_quietly_if_nobody_reads_its_output() {
    let folder = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(folder.path(), &[]);
    dev.close_output();
    assert!(dev.get("/schools")["items"].is_array());
    assert_eq!(dev.interrupt(), Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn a_command_fails_if_its_output_cannot_be_written() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = campus().arg("openapi").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("cannot write to standard output"), "{}", stderr(&output));
}
