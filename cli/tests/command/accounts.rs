//! `campus admin`, `campus user`, `campus mail` and `campus purge`.

use crate::support::{Dev, fails, file, run, stdout, succeeds};

#[test]
fn an_admin_is_granted_and_revoked_while_the_service_runs() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let granted = succeeds(&["admin", "grant", "NARAE", "--data", &dev.data]);
    assert_eq!(granted, "narae is an admin from the next login or token refresh.\n");
    assert_eq!(dev.log_in("narae")["user"]["role"], "admin");
    assert_eq!(succeeds(&["admin", "revoke", "narae", "--data", &dev.data]), "narae is a student.\n");
    assert_eq!(dev.log_in("narae")["user"]["role"], "student");
    for command in ["grant", "revoke"] {
        fails(&["admin", command, "nobody", "--data", &dev.data], 1, "no student has the login id nobody");
    }
}

#[test]
fn a_suspended_student_cannot_log_in_until_restored() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    assert_eq!(succeeds(&["user", "suspend", "narae", "--data", &dev.data]), "narae is suspended.\n");
    assert_ne!(dev.try_log_in("narae").0, 200);
    assert_eq!(succeeds(&["user", "restore", "narae", "--data", &dev.data]), "narae may log in again.\n");
    assert_eq!(dev.try_log_in("narae").0, 200);
    fails(&["user", "suspend", "nobody", "--data", &dev.data], 1, "no student has the login id nobody");
}

#[test]
fn a_reset_link_sets_a_new_password_once() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let app = "https://campus.example";
    let link = succeeds(&["user", "reset-link", "narae", "--app", app, "--data", &dev.data]);
    let token = link.trim_end().strip_prefix("https://campus.example/reset-password#").unwrap().to_owned();
    let body = format!(r#"{{"token": "{token}", "new_password": "nine otters juggle"}}"#);
    let reset = || dev.request("POST", "/auth/password-reset/confirm", "", &body);
    assert_eq!(reset().0, 204);
    assert_eq!(dev.try_log_in("narae").0, 401, "the old password has ended");
    assert_eq!(reset().1["code"], "reset_token_invalid");
    let arguments = |login_id, app| ["user", "reset-link", login_id, "--app", app, "--data", dev.data.as_str()];
    fails(&arguments("nobody", app), 1, "no student has the login id nobody");
    fails(&arguments("narae", "campus.example"), 2, "an origin is a scheme and a host");
    assert!(dev.audit().contains("operator's reset"));
}

#[test]
fn an_address_that_is_not_suppressed_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let unsuppress = |address| ["mail", "unsuppress", address, "--data", dev.data.as_str()];
    assert_eq!(succeeds(&unsuppress("maru@gaon.example")), "maru@gaon.example was not suppressed.\n");
    fails(&unsuppress("maru"), 2, "this is not an email address");
}

#[test]
fn students_are_verified_by_an_operator() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    for number in 1..=3 {
        let body = serde_json::json!({
            "school_id": school, "login_id": format!("freshman_{number}"), "password": "gaon-maru-2026!",
            "email": format!("fresh{number}@gaon.example"), "nickname": format!("새내기{number}"), "admission_year": 2026,
        });
        assert_eq!(dev.request("POST", "/auth/signup", "", &body.to_string()).0, 201);
    }
    let state = |login_id: &str| dev.log_in(login_id)["user"]["verification"]["state"].as_str().unwrap().to_owned();
    assert_eq!((state("maru"), state("freshman_1")), ("verified".to_owned(), "unverified".to_owned()));
    let verify = |with: &[&str]| run(&[&["user", "verify", "--data", &dev.data], with].concat());

    let first = "freshman_1 is verified from the next login or token refresh.\n";
    assert_eq!(stdout(&verify(&["FRESHMAN_1"])), first);
    assert_eq!(state("freshman_1"), "verified");
    assert_eq!(stdout(&verify(&["freshman_1"])), "freshman_1 was verified before.\n");

    let list = file(&folder, "list.txt", "freshman_1\n\n Freshman_2\nfreshman_2\nnobody\n");
    let output = verify(&["--file", &list]);
    assert_eq!(output.status.code(), Some(1), "a login id is unknown");
    let lines = "freshman_1\tverified before\nfreshman_2\tverified\nfreshman_2\tverified before\nnobody\tunknown\n";
    assert_eq!(stdout(&output), format!("{lines}1 verified, 2 verified before, 1 unknown.\n"));

    let wrong = file(&folder, "wrong.csv", "name,login_id\n김새내기,freshman_3\n이새내기,새내기\n박새내기\n");
    let messages = ["line 3: refused: \"새내기\" is not a login id", "line 4: refused: it has 1 fields"];
    for message in messages {
        fails(&["user", "verify", "--file", &wrong, "--data", &dev.data], 1, message);
    }
    assert_eq!(state("freshman_3"), "unverified", "nobody is verified by a wrong file");
    let csv = file(&folder, "right.csv", "\u{FEFF}name,login_id\r\n김새내기,freshman_3\r\n");
    let output = verify(&["--file", &csv]);
    assert!(output.status.success());
    assert_eq!(state("freshman_3"), "verified");
    dev.audit();

    let columns = file(&folder, "columns.csv", "name,id\n김새내기,freshman_3\n");
    fails(&["user", "verify", "--file", &columns, "--data", &dev.data], 1, "line 1: there is no column login_id");
    fails(&["user", "verify", "nobody", "--data", &dev.data], 1, "no student has the login id nobody");
    fails(&["user", "verify", "--data", &dev.data], 2, "LOGIN_ID");
    fails(&["user", "verify", "maru", "--file", &csv, "--data", &dev.data], 2, "--file");
}

#[test]
fn the_data_of_a_student_is_exported_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let exported = succeeds(&["user", "export", "NARAE", "--data", &dev.data]);
    let exported: serde_json::Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(exported["account"]["login_id"], "narae");
    assert!(exported["posts"].as_array().is_some_and(|posts| !posts.is_empty()));
    fails(&["user", "export", "nobody", "--data", &dev.data], 1, "no student has the login id nobody");
}

#[test]
fn a_purge_waits_after_a_withdrawal() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let purge = || succeeds(&["purge", "--data", &dev.data]);
    assert_eq!(purge(), "0 withdrawn accounts purged, 0 waiting. 0 unverified accounts deleted.\n");
    let (status, _) = dev.request("DELETE", "/auth/me", &dev.token("raon"), r#"{"password": "gaon-maru-2026!"}"#);
    assert_eq!(status, 204);
    assert_eq!(purge(), "0 withdrawn accounts purged, 1 waiting. 0 unverified accounts deleted.\n");
}
