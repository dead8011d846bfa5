//! `campus moderation`.

use serde_json::{Value, json};

use crate::support::{Dev, fails, succeeds};

/// The id of the case that the demo data has.
fn demo_case(dev: &Dev) -> String {
    let cases = succeeds(&["moderation", "cases", "--data", &dev.data]);
    let line = cases.lines().next().expect("a case");
    let fields: Vec<&str> = line.split('\t').collect();
    assert_eq!(fields.len(), 6, "{line}");
    fields[0].to_owned()
}

#[test]
fn an_operator_sees_cases_and_unmasks_them_only_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let case = demo_case(&dev);
    let show = succeeds(&["moderation", "show", &case, "--data", &dev.data]);
    let shown: Value = serde_json::from_str(&show).unwrap();
    assert_eq!(shown["case"], case.as_str());
    for secret in ["login_id", "user_id", "author", "reporter"] {
        assert!(!show.contains(secret), "{secret}: {show}");
    }
    let unmask = |reason: &[&str]| {
        [&["moderation", "unmask", case.as_str(), "--data", dev.data.as_str()], reason].concat().join("\u{0}")
    };
    let arguments = |text: String| text.split('\u{0}').map(str::to_owned).collect::<Vec<_>>();
    for reason in [&[][..], &["--reason", ""], &["--reason", "  "]] {
        let arguments = arguments(unmask(reason));
        fails(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), 2, "--reason");
    }
    assert!(!dev.audit().contains("operator log entry"));
    let arguments = arguments(unmask(&["--reason", "법원의 명령 2026-1"]));
    let unmasked = succeeds(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let unmasked: Value = serde_json::from_str(&unmasked).unwrap();
    assert!(unmasked["author"]["login_id"].is_string(), "{unmasked}");
    assert!(unmasked["reports"][0]["reporter"]["login_id"].is_string(), "{unmasked}");
    assert!(dev.audit().contains("operator log entry"));
    let unknown = "r00000000000000000000000000000000";
    fails(&["moderation", "show", unknown, "--data", &dev.data], 1, "there is no case");
    fails(&["moderation", "show", "x", "--data", &dev.data], 2, "this is not the id of a case");
}

#[test]
fn an_operator_lifts_the_sanctions_of_a_student() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let lift = |login_id| ["moderation", "lift", login_id, "--data", dev.data.as_str()];
    assert_eq!(succeeds(&lift("narae")), "narae had no sanctions.\n");
    fails(&lift("nobody"), 1, "no student has the login id nobody");
}

#[test]
fn an_operator_lists_and_decides_takedown_requests() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let list = |more: &[&str]| succeeds(&[&["moderation", "takedowns", "--data", dev.data.as_str()], more].concat());
    let line = list(&[]);
    let fields: Vec<&str> = line.trim_end().split('\t').collect();
    assert_eq!((fields.len(), fields[4]), (6, "copyright"), "{line}");
    assert!(!line.contains("강바다") && !line.contains("bada@"), "{line}");
    let (id, school) = (fields[0].to_owned(), fields[1].to_owned());
    assert_eq!(list(&["--school", &school]), line);
    let shown: Value = serde_json::from_str(&succeeds(&["moderation", "takedown", &id, "--data", &dev.data])).unwrap();
    assert_eq!((&shown["state"], &shown["right"]), (&json!("open"), &json!("copyright")));
    assert!(shown["content"]["title"].is_string(), "{shown}");
    assert!(!shown.to_string().contains("author_id") && !shown.to_string().contains("bada@"), "{shown}");
    let decide = |id: &str, verdict: &str| {
        ["moderation", "takedown", id, verdict, "--note", "저작물", "--data", &dev.data].map(str::to_owned)
    };
    let restrict = decide(&id, "restrict");
    let restrict: Vec<&str> = restrict.iter().map(String::as_str).collect();
    assert_eq!(succeeds(&restrict), "The takedown request is restricted.\n");
    fails(&restrict, 1, "is decided already");
    assert_eq!(list(&[]), "");
    assert!(list(&["--restricted"]).starts_with(&id));
    let unknown = decide("9c4e6f2d-4b1c-4c35-9d04-5e8a7bb0c9f2", "decline");
    fails(&unknown.iter().map(String::as_str).collect::<Vec<_>>(), 1, "there is no takedown request");
    dev.audit();
}
