//! `campus admin`, `campus user` and `campus purge`.

use crate::support::{Dev, fails, succeeds};

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
    assert!(succeeds(&["audit", "--data", &dev.data]).contains("operator's reset"));
}

#[test]
fn a_purge_waits_after_a_withdrawal() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let purge = || succeeds(&["purge", "--data", &dev.data]);
    assert_eq!(purge(), "0 withdrawn accounts purged, 0 waiting.\n");
    let (status, _) = dev.request("DELETE", "/auth/me", &dev.token("raon"), r#"{"password": "gaon-maru-2026!"}"#);
    assert_eq!(status, 204);
    assert_eq!(purge(), "0 withdrawn accounts purged, 1 waiting.\n");
}
