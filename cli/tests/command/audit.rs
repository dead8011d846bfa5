//! `campus audit`.

use std::fs;

use aws_sdk_dynamodb::types::AttributeValue;
use campus_local::Engine;

use crate::support::{Dev, run, stderr, stdout};

#[tokio::test]
async fn an_audit_prints_the_findings_and_fails_if_there_are_any() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let clean = dev.audit();
    assert!(clean.contains("        13  profile\n"), "{clean}");
    assert!(clean.ends_with("  rows in all\nNothing is wrong.\n"), "{clean}");

    let connection = Engine::connection_to(&fs::read_to_string(folder.path().join("dynamodb.url")).unwrap());
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let delete = connection.client.delete_item().table_name(connection.table);
    delete.key("pk", text("LOGIN#maru")).key("sk", text("LOGIN")).send().await.unwrap();
    let is_found = || {
        let output = run(&["audit", "--data", folder.path().to_str().unwrap()]);
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(1), ""));
        let report = stdout(&output);
        let (_, findings) = report.split_once("Wrong in 1 place:\n").unwrap_or_else(|| panic!("{report}"));
        assert!(findings.starts_with("\"SCHOOL#") && findings.lines().count() == 1, "{findings}");
        assert!(findings.contains("\" \"PROFILE\": it says that login id \"maru\" belongs to user"), "{findings}");
    };
    is_found();
    drop(dev);
    is_found();
}
