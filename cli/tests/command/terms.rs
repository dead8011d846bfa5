//! `campus terms`.

use crate::support::{Dev, fails, file, succeeds};

#[test]
fn the_term_of_a_semester_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &["--demo"]);
    let (school, token) = (dev.school_id(), dev.token("maru"));
    let timetable = dev.get_as(&token, "/timetables")["items"][0]["id"].as_str().unwrap().to_owned();
    let calendar = || {
        let calendar = dev.get_as(&token, &format!("/timetables/{timetable}/calendar.ics"));
        calendar.as_str().unwrap().to_owned()
    };
    let arguments = |school, first_day, last_day| {
        ["terms", "set", "2026-2", first_day, last_day, "--school", school, "--data", dev.data.as_str()]
    };
    assert!(calendar().contains("UNTIL=20261221T145959Z"));
    assert_eq!(succeeds(&arguments(&school, "2026-08-31", "2026-12-18")), "2026-2 is from 2026-08-31 to 2026-12-18.\n");
    assert!(calendar().contains("UNTIL=20261218T145959Z"));
    for (first_day, last_day) in
        [("2026-12-18", "2026-08-31"), ("2027-12-01", "2027-12-18"), ("+262142-12-31", "+262142-12-31")]
    {
        let expected =
            "a term must end after it begins, last at most a year, and begin within a year of its usual first day";
        fails(&arguments(&school, first_day, last_day), 1, expected);
    }
    let unknown = "01a2040a-429e-7195-914a-77eecf906c0d";
    fails(&arguments(unknown, "2026-08-31", "2026-12-18"), 1, "there is no school 01a2040a");
    assert!(calendar().contains("UNTIL=20261218T145959Z"));
}

#[test]
fn calendars_skip_the_days_off_of_a_file_and_of_the_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let (school, token) = (dev.school_id(), dev.token("maru"));
    let run = |options: &[&'static str]| {
        let first = ["terms", "days-off", "2026-2", "--school"].map(str::to_owned);
        let rest = ["--data", &dev.data].map(str::to_owned);
        let options = options.iter().map(|option| (*option).to_owned());
        first.into_iter().chain([school.clone()]).chain(rest).chain(options).collect::<Vec<String>>()
    };
    let succeeds = |arguments: Vec<String>| succeeds(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let fails = |arguments: Vec<String>, code, message: &str| {
        fails(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), code, message);
    };
    let days_off = || dev.get_as(&token, "/semesters")["items"][0]["days_off"].clone();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/samples/days-off-kr.csv");
    let printed = succeeds(run(&["2026-10-12", "2027-10-12", "--file", sample]));
    let expected = ["2026-09-24", "2026-09-25", "2026-09-26", "2026-10-03", "2026-10-05", "2026-10-09", "2026-10-12"];
    let total = "Days off of 2026-2: 7. Days that are not from 2026-09-01 to 2026-12-21: 41.\n";
    assert_eq!(printed, format!("{}\n{total}", expected.join("\n")));
    assert_eq!(days_off(), serde_json::json!(expected));
    assert_eq!(succeeds(run(&["2026-11-02"])).lines().next(), Some("2026-11-02"), "it replaces all days off");
    assert_eq!(days_off(), serde_json::json!(["2026-11-02"]));
    fails(run(&[]), 2, "--none");
    fails(run(&["2026-13-01"]), 2, "2026-13-01");
    fails(run(&["2036-10-09", "2016-10-09"]), 1, "none of the days can be in 2026-2: nothing is changed");
    let cut: &'static str = file(&folder, "cut.csv", "date,name\n2026-10-09\n").leak();
    fails(run(&["--file", cut]), 1, "line 2: refused: it has 1 fields, and the header has 2");
    let wrong = file(&folder, "wrong.csv", "name,date\n개천절,2026-10-03\n한글날,10-09\n");
    let leaked: &'static str = wrong.leak();
    fails(run(&["--file", leaked]), 1, "line 3: refused: column date: \"10-09\" is not a date such as 2026-10-09");
    assert_eq!(days_off(), serde_json::json!(["2026-11-02"]));
    succeeds(run(&["--none"]));
    assert_eq!(days_off(), serde_json::json!([]));
}
