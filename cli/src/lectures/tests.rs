//! Property tests of the parsers of CSV files: a parser accepts or refuses every file and every line, and never panics.

use std::collections::HashSet;
use std::env;
use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use campus_core::domain::Columns;

use super::*;
use crate::csv_file::CsvFile;

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

fn parsed(file: &[u8]) -> Result<Contents> {
    parse(&CsvFile::parse(file)?)
}

#[test]
fn every_line_of_a_lectures_file_is_imported_or_refused_once() {
    for_each_file(|bytes| {
        let Ok(file) = CsvFile::parse(bytes) else { return };
        let Ok(contents) = parse(&file) else { return };
        let imported: usize = contents.semesters.values().map(|listed| listed.lectures.len()).sum();
        assert_eq!(imported + contents.joined + contents.refused.len(), file.rows.len());
        for listed in contents.semesters.values() {
            let names = listed.lectures.iter().map(|facts| (facts.code.to_string(), facts.section.to_string()));
            let names: HashSet<_> = names.collect();
            assert_eq!(names.len(), listed.lectures.len(), "a lecture is imported twice");
            assert!(names.is_disjoint(&listed.mentioned), "a lecture is imported and refused");
        }
    });
}

#[test]
fn every_line_of_the_sample_is_imported() {
    let contents = parsed(SAMPLE.as_bytes()).unwrap();
    assert!(contents.refused.is_empty() && contents.cut.is_empty());
    assert!(!contents.semesters.is_empty());
}

/// The contents of a file with these lines of `code,section,title,times,places`.
fn contents(lines: &[&str]) -> Contents {
    let row = |line: &&str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [code, section, title, times, places] = fields[..] else { panic!("{line}") };
        format!("2026-1,{code},{section},{title},3,,,,,{times},{places},,\n")
    };
    let rows: String = lines.iter().map(row).collect();
    parsed(format!("{}\n{rows}", Columns::NAMES.join(",")).as_bytes()).unwrap()
}

/// The lectures of the only semester: code, and number of slots.
fn imported(contents: &Contents) -> Vec<(&str, usize)> {
    let lectures = contents.semesters.values().flat_map(|listed| &listed.lectures);
    lectures.map(|facts| (facts.code.as_str(), facts.slots.len())).collect()
}

#[test]
fn lines_that_differ_only_in_times_and_places_are_one_lecture() {
    let contents = contents(&[
        "A1,01,가,화 13:00-14:15,101",
        "B1,,나,월 13:00-14:15,",
        "A1,01,가,목 13:00-14:15,102",
        "A1,01,가,목 13:00-14:15,102",
        "B1,,나,월 13:00-14:15,",
    ]);
    assert_eq!(imported(&contents), [("A1", 2), ("B1", 1)]);
    assert_eq!(contents.joined, 1);
    let refused = [(5, "A1 01 is in line 4 already".to_owned()), (6, "B1 is in line 3 already".to_owned())];
    assert_eq!(contents.refused, refused);
}

#[test]
fn a_lecture_is_refused_with_all_its_lines_if_they_disagree_or_one_has_an_error() {
    let contents = contents(&[
        "A1,01,가,화 13:00-14:15,101",
        "A1,02,다,화 13:00-14:15,101",
        "A1,01,나,목 13:00-14:15,101",
        "B1,01,라,화 13:00-14:15,101",
        "B1,01,라,목 13:00-13:00,101",
    ]);
    assert_eq!(imported(&contents), [("A1", 1)]);
    let differs = "A1 01 has different values of title in lines 2, 4".to_owned();
    let refused = [
        (2, differs.clone()),
        (4, differs),
        (5, "B1 01 is also in line 6, which has an error".to_owned()),
        (6, "column times: \"목 13:00-13:00\" ends before it begins".to_owned()),
    ];
    assert_eq!(contents.refused, refused);
    let mentioned = &contents.semesters.values().next().unwrap().mentioned;
    assert_eq!(mentioned.len(), 2, "neither is withdrawn: {mentioned:?}");
}

#[test]
fn a_text_that_is_cut_is_reported_with_its_line() {
    let contents = contents(&["A1,01,가,,", &format!("A2,01,{},,", "가".repeat(101))]);
    assert_eq!(contents.cut, [(3, "title", 100)]);
    assert_eq!(imported(&contents).len(), 2);
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
