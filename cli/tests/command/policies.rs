//! `campus policies`.

use std::path::Path;

use crate::support::{Dev, fails, succeeds};

/// Writes the files of both policies.
fn write(folder: &Path, terms: &str, privacy: &str) {
    for (kind, version) in [("terms", terms), ("privacy", privacy)] {
        for language in ["ko", "en"] {
            let text = format!("version: {version}\n\n# {kind} {language}\n");
            std::fs::write(folder.join(format!("{kind}.{language}.md")), text).unwrap();
        }
    }
}

#[test]
fn policies_are_imported_and_a_version_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    let files = tempfile::tempdir().unwrap();
    let path = files.path().to_str().unwrap();
    let import = ["policies", "import", path, "--data", &dev.data];
    assert!(dev.get("/policies")["terms"].is_null());

    write(files.path(), "2026-03-01", "2026-03-01");
    let applies = "Version 2026-03-01 of the terms and version 2026-03-01 of the privacy policy";
    assert_eq!(succeeds(&import), format!("{applies} apply.\n"));
    assert_eq!(succeeds(&import), format!("{applies} already apply.\n"));
    let terms = dev.get("/policies")["terms"].clone();
    assert_eq!((&terms["version"], &terms["text"]["en"]), (&"2026-03-01".into(), &"# terms en".into()));

    std::fs::write(files.path().join("terms.ko.md"), "version: 2026-03-01\n\n# 다른 약관\n").unwrap();
    fails(&import, 1, "version 2026-03-01 of the terms was imported with another text");
    std::fs::write(files.path().join("terms.ko.md"), "version: 2026-09-01\n\n# 다른 약관\n").unwrap();
    fails(&import, 1, "the terms have version 2026-09-01 in Korean and 2026-03-01 in English");
    for wrong in ["# 약관\n", "version: 2026 03\n약관\n", "version: 2026-09-01\n"] {
        std::fs::write(files.path().join("terms.ko.md"), wrong).unwrap();
        fails(&import, 1, "terms.ko.md");
    }
    std::fs::remove_file(files.path().join("terms.ko.md")).unwrap();
    fails(&import, 1, "cannot read");
    assert_eq!(dev.get("/policies")["terms"], terms);
}

#[test]
fn the_samples_can_be_imported_and_say_that_they_are_samples() {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/samples/policies");
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    succeeds(&["policies", "import", samples, "--data", &dev.data]);
    let policies = dev.get("/policies");
    for kind in ["terms", "privacy"] {
        let text = |language: &str| policies[kind]["text"][language].as_str().unwrap().to_owned();
        assert!(text("ko").contains("견본") && text("en").contains("lawyer"), "{kind}");
    }
}
