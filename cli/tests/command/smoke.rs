//! `campus smoke`.

use crate::support::{Dev, fails, succeeds};

#[test]
fn the_smoke_test_passes_on_a_working_service_and_withdraws_its_students() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo", "--limits"]);
    let profiles = || {
        let audit = dev.audit();
        audit.lines().find(|line| line.ends_with("  profile")).map(str::to_owned)
    };
    let before = profiles();
    assert!(before.is_some());
    let url = format!("http://{}", dev.address);
    let smoke = ["smoke", &url, "--school", "가온대학교"];
    fails(&smoke, 1, "set the policy of the school: `campus schools set ID --policy open`");
    assert_eq!(profiles(), before, "its students are withdrawn");
    succeeds(&["schools", "set", &dev.school_id(), "--policy", "open", "--data", &dev.data]);
    let printed = succeeds(&smoke);
    assert!(printed.ends_with("  Refuse the login of the withdrawn student\n\nThe service works.\n"), "{printed}");
    assert_eq!(profiles(), before);
}

#[test]
fn the_smoke_test_reports_the_failed_request() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &[]);
    let url = format!("http://{}", dev.address);
    let failed = format!("request: GET {url}/schools?query=x\n  status: 200 OK\n  body: {{\"items\":[]");
    fails(&["smoke", &url, "--school", "x"], 1, &failed);
    fails(&["smoke", "http://127.0.0.1:1"], 1, "error: client error (Connect)");
    fails(&["smoke", "127.0.0.1:8080"], 1, "is not a URL that starts with http:// or https://");
}
