//! `campus terms`.

use crate::support::{Dev, fails, succeeds};

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
