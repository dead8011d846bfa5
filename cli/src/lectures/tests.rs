//! Property tests of the parsers of CSV files: a parser accepts or refuses every file and every line, and never panics.

use std::collections::HashSet;
use std::env;
use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use campus_core::domain::{Columns, LectureFacts};

use super::*;

const SAMPLE: &str = include_str!("../../../docs/samples/lectures.csv");

/// Files with which CSV readers typically have problems.
const CORPUS: &[&str] = &[
    "",
    "\n",
    "\u{FEFF}",
    "\0",
    "semester",
    "semester,code,section,title,credit,professor,department,classification,academic_year,times,places,quota,remark",
    "semester;code;section;title;credit;professor;department;classification;academic_year;times;places;quota;remark\n",
    "\"",
    "\"\n\"\n\"",
    "a,b\r\rc,d\r\n",
];

/// Fields, many of them nearly valid.
const FIELDS: &[&str] = &[
    "",
    " ",
    "2026-1",
    "2026-3",
    "1999-1",
    "2026-summer",
    "M1",
    "001",
    "확률과정론",
    "3",
    "-1",
    "65536",
    "99999999999999999999",
    "3.5",
    "NaN",
    "화 15:30-17:00",
    "화 15:30-17:00; 목 15:30-17:00",
    "tue 24:00-25:00",
    "tue 17:00-15:30",
    "화 15:30-17:00;",
    ";;;",
    "화",
    "화 -",
    "25-105; 25-106; 25-107",
    "\"quoted, with a comma\"",
    "\"not closed",
    "=cmd|' /C calc'!A0",
    "\u{202E}",
    "\u{0}",
    "e\u{301}",
];

/// Files with random fields under a valid header, files of random bytes, and copies of the sample with some bytes
/// replaced.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![3 => proptest::sample::select(FIELDS).prop_map(str::to_owned), 1 => any::<String>()];
    let line = vec(field, 0..16).prop_map(|fields| fields.join(","));
    let lines = vec(line, 0..8).prop_map(|lines| format!("{}\n{}", Columns::NAMES.join(","), lines.join("\n")));
    let altered = vec((any::<usize>(), any::<u8>()), 1..8).prop_map(|changes| {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes
    });
    prop_oneof![4 => lines.prop_map(String::into_bytes), 1 => vec(any::<u8>(), 0..400), 2 => altered]
}

/// Calls `check` with each file of the corpus, and with random files: as many as `PROPTEST_CASES` says, or 300.
fn for_each_file(check: impl Fn(&[u8])) {
    CORPUS.iter().for_each(|file| check(file.as_bytes()));
    let default = Config { failure_persistence: None, ..Config::default() };
    let cases = if env::var_os("PROPTEST_CASES").is_some() { default.cases } else { 300 };
    let run = TestRunner::new(Config { cases, ..default }).run(&files(), |file| {
        check(&file);
        Ok::<_, TestCaseError>(())
    });
    run.unwrap();
}

#[test]
fn every_row_of_a_lectures_file_is_read_or_the_file_is_refused() {
    for_each_file(|bytes| {
        let Ok(contents) = Contents::parse(bytes) else { return };
        let lectures: usize = contents.semesters.values().map(Vec::len).sum();
        assert_eq!(lectures + contents.joined, contents.rows);
        for lectures in contents.semesters.values() {
            let names: HashSet<_> = lectures.iter().map(LectureFacts::position).collect();
            assert_eq!(names.len(), lectures.len(), "a lecture is imported twice");
        }
    });
}

#[test]
fn every_row_of_the_sample_is_imported() {
    let contents = Contents::parse(SAMPLE.as_bytes()).unwrap();
    assert!(contents.warnings.is_empty());
    assert!(!contents.semesters.is_empty());
}

/// The contents of a file with these rows of `code,section,title,times,places`.
fn contents(rows: &[&str]) -> Result<Contents> {
    let row = |row: &&str| {
        let fields: Vec<&str> = row.split(',').collect();
        let [code, section, title, times, places] = fields[..] else { panic!("{row}") };
        format!("2026-1,{code},{section},{title},3,,,,,{times},{places},,\n")
    };
    let rows: String = rows.iter().map(row).collect();
    Contents::parse(format!("{}\n{rows}", Columns::NAMES.join(",")).as_bytes())
}

/// The lines of the error.
fn refused(rows: &[&str]) -> Vec<String> {
    let Err(error) = contents(rows) else { panic!("{rows:?} are read") };
    error.to_string().lines().map(str::to_owned).collect()
}

/// The lectures of the only semester: code, and number of slots.
fn imported(contents: &Contents) -> Vec<(&str, usize)> {
    let lectures = contents.semesters.values().flatten();
    lectures.map(|facts| (facts.code.as_str(), facts.slots.len())).collect()
}

#[test]
fn rows_that_differ_only_in_times_and_places_are_one_lecture() {
    let rows = ["A1,01,가,화 13:00-14:15,101", "B1,,나,월 13:00-14:15,", "A1,01,가,목 13:00-14:15,102"];
    let contents = contents(&rows).unwrap();
    assert_eq!(imported(&contents), [("A1", 2), ("B1", 1)]);
    assert_eq!((contents.rows, contents.joined), (3, 1));
    let repeated = [&rows[..], &[rows[2], rows[1]]].concat();
    let expected = [
        "nothing is imported:",
        "line 5: refused: A1 01 is in line 4 already",
        "line 6: refused: B1 is in line 3 already",
    ];
    assert_eq!(refused(&repeated), expected);
}

#[test]
fn a_row_without_a_time_adds_nothing_to_a_lecture_with_meetings_and_is_reported() {
    let (online, meeting) = ("A1,01,가,,", "A1,01,가,화 13:00-14:15,101");
    for (rows, warned) in [(vec![meeting, online], vec![3]), (vec![online, meeting, online], vec![4])] {
        let contents = contents(&rows).unwrap();
        assert_eq!((imported(&contents), contents.joined), (vec![("A1", 1)], rows.len() - 1));
        let lines: Vec<u64> = contents.warnings.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, warned);
    }
    let contents = contents(&[meeting, online]).unwrap();
    assert_eq!(contents.warnings[0].1, "the row has no time, and adds nothing to A1 01 in line 2");
    assert_eq!(refused(&[online, online])[1], "line 3: refused: A1 01 is in line 2 already");
}

#[test]
fn a_file_is_refused_as_a_whole_if_rows_disagree_or_have_an_error() {
    let expected = [
        "nothing is imported:",
        "line 4: refused: column title: A1 01 has another value in line 2",
        "line 6: refused: column times: \"목 13:00-13:00\" ends before it begins",
    ];
    let rows = [
        "A1,01,가,화 13:00-14:15,101",
        "A1,02,다,화 13:00-14:15,101",
        "A1,01,나,목 13:00-14:15,101",
        "B1,01,라,화 13:00-14:15,101",
        "B1,01,라,목 13:00-13:00,101",
    ];
    assert_eq!(refused(&rows), expected);
}

#[test]
fn a_text_that_is_cut_and_a_place_without_a_time_are_reported_with_their_rows() {
    let contents = contents(&["A1,01,가,,", &format!("A2,01,{},,", "가".repeat(101)), "A3,01,나,,인문관 1"]).unwrap();
    let warnings = [
        (3, "column title: cut, because it has more than 100 characters".to_owned()),
        (4, "column places: \"인문관 1\" is ignored, because there is no time".to_owned()),
    ];
    assert_eq!(contents.warnings, warnings);
    assert_eq!(imported(&contents).len(), 3);
}

#[test]
fn every_schools_file_is_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schools.csv");
    for_each_file(|file| {
        let header = b"name,email_domains\n";
        for file in [file.to_vec(), [header, file].concat()] {
            fs::write(&path, file).unwrap();
            if let Ok(rows) = crate::schools::read(&path) {
                assert!(!rows.is_empty());
            }
        }
    });
}
