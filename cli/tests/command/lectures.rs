//! `campus lectures`.

use encoding_rs::EUC_KR;
use serde_json::Value as Json;

use crate::support::{Dev, fails, file, run, stderr, stdout, succeeds};
use crate::workbook::{Value, sheet, texts, workbook};

/// Imports a file of lectures. Returns the exit code and the output.
fn import(dev: &Dev, school: &str, file: &str) -> (Option<i32>, String) {
    let output = run(&["lectures", "import", file, "--school", school, "--data", &dev.data]);
    (output.status.code(), stdout(&output))
}

/// The names of the columns of a catalogue.
const HEADER: &str = "semester,code,section,title,credit,professor,department,classification,academic_year,times,places,\
                      quota,remark";

fn sample(name: &str) -> String {
    format!("{}/../docs/samples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Checks that the lines are in the output, in any order.
#[track_caller]
fn has_lines(printed: &str, lines: &[&str]) {
    for line in lines {
        assert!(printed.lines().any(|printed| printed == *line), "{line}: {printed}");
    }
}

#[test]
fn an_import_reports_what_it_changes_and_a_dry_run_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    let (code, printed) = import(&dev, &school, &sample("lectures.csv"));
    assert_eq!(code, Some(0), "{printed}");
    has_lines(
        &printed,
        &["2026-2: 15 lectures in the file", "  0 new", "  0 changed", "  15 unchanged", "15 rows read."],
    );

    let rows = [
        "2026-2,GA101,001,글쓰기,3,한여울,국어국문학과,교양,1학년,월 09:00-10:15,인문관 201,30,",
        "2026-2,GA120,001,영화와 사회,2,도담희,사회학과,교양,,금 14:00-16:00,학생회관 소극장,80,시험 대신 과제",
        "2026-winter,W1,,\"계절\n학기\",1.0,,,,,,,,",
        "",
        ",,,,,,,,,,,,",
        "2026-winter,W4,001,스키,1,,,,,sat 09:00-18:00,,,",
        "2026-winter,W4,001,스키,1,,,,,sun 09:00-18:00,,,",
    ];
    let remark = "비대면 ".repeat(200);
    let content = format!("\u{FEFF}{HEADER}\n{}\n2026-winter,W5,001,썰매,1,,,,,,,,{remark}\n,,,\n", rows.join("\n"));
    let changed = file(&folder, "changed.csv", content.replace('\n', "\r\n"));
    let lectures =
        || dev.get_as(&dev.token("maru"), "/lectures?semester=2026-winter")["items"].as_array().unwrap().len();
    let report = [
        "line 10: column remark: cut, because it has more than 500 characters",
        "2026-2: 2 lectures in the file",
        "  1 changed",
        "    GA101 001 글쓰기 (title, times)",
        "  13 withdrawn, because the file does not list them",
        "    CS230 001 자료구조",
        "    CS231 001 자료구조 실습",
        "    CS310 001 운영체제",
        "    MA201 001 선형대수학",
        "  1 unchanged",
        "2026-winter: 3 lectures in the file",
        "  3 new",
        "    W1 계절 학기",
        "    W4 001 스키",
        "    W5 001 썰매",
        "6 rows read, 1 of them further rows of a lecture.",
    ];
    let import_changed = ["lectures", "import", &changed, "--school", &school, "--data", &dev.data];
    let refused = "nothing is imported: 13 of 15 lectures of 2026-2 would be withdrawn. If the file has all lectures of the \
                   semester, run with --withdraw-many";
    fails(&import_changed, 1, refused);
    let dry = run(&[&import_changed[..], &["--dry-run"]].concat());
    assert_eq!((dry.status.code(), stderr(&dry)), (Some(1), format!("error: {refused}\n")));
    has_lines(&stdout(&dry), &report);
    let import_changed = [&import_changed[..], &["--withdraw-many"]].concat();
    for _ in 0..2 {
        let dry = succeeds(&[&import_changed[..], &["--dry-run"]].concat());
        has_lines(&dry, &report);
        assert!(dry.ends_with("Nothing is written: this is a dry run.\n"), "{dry}");
        assert_eq!(lectures(), 0);
    }
    has_lines(&succeeds(&import_changed), &report);
    assert_eq!(lectures(), 3);
    dev.audit();

    let undo = |semester| ["lectures", "undo", "--school", &school, "--semester", semester, "--data", &dev.data];
    assert_eq!(succeeds(&undo("2026-2")), "2026-2 is as before its last import: 14 lectures changed, 0 withdrawn.\n");
    has_lines(&import(&dev, &school, &sample("lectures.csv")).1, &["  15 unchanged"]);
    fails(&undo("2026-2"), 1, "there is no import of 2026-2 to undo, or the last one is undone already");
    fails(&undo("2027-1"), 1, "there is no import of 2027-1 to undo");
    let printed = succeeds(&undo("2026-winter"));
    assert!(printed.contains("2026-winter W1: withdrawn: 계절 학기\n"), "{printed}");
    dev.audit();
}

#[test]
fn a_report_has_the_first_changes_and_warnings_or_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    let row = |n: u8| format!("2026-winter,W{n:02},001,스키,1,,,,,,없는 곳,,\n");
    let rows: String = (0..22).map(row).collect();
    let lectures = file(&folder, "lectures.csv", format!("{HEADER}\n{rows}"));
    let dry_run = ["lectures", "import", &lectures, "--dry-run", "--school", &school, "--data", &dev.data];
    let printed = succeeds(&dry_run);
    let count = |printed: &str, part: &str| printed.lines().filter(|line| line.contains(part)).count();
    has_lines(&printed, &["These are the first 20 of 22 warnings.", "  22 new", "    W02 001 스키", "    …"]);
    assert_eq!((count(&printed, "is ignored"), count(&printed, " 001 스키")), (20, 3));
    let printed = succeeds(&[&dry_run[..], &["--all"]].concat());
    assert_eq!((count(&printed, "is ignored"), count(&printed, " 001 스키"), count(&printed, "first 20")), (22, 22, 0));
}

#[test]
fn a_dry_run_refuses_a_catalogue_that_is_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    // JSON has two characters for each of them.
    let remark = "\\".repeat(450);
    let row = |n: u32| format!("2026-winter,W{n},001,스키,1,,,,,,,,{remark}\n");
    let rows: String = (0..20_000).map(row).collect();
    let large = file(&folder, "large.csv", format!("{HEADER}\n{rows}"));
    let dry_run = ["lectures", "import", &large, "--dry-run", "--school", &school, "--data", &dev.data];
    fails(&dry_run, 1, "2026-winter cannot be imported");
}

#[test]
fn merged_cells_of_a_column_that_is_imported_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    let header: Vec<&str> = HEADER.split(',').chain(["group"]).collect();
    let row = |section, department, group| {
        texts(&["2026-winter", "W1", section, "스키", "1", "", department, "", "", "", "", "", "", group])
    };
    let cells = [texts(&header), row("1", "체육교육과", "가"), row("2", "", "")];
    let merged = |range| format!(r#"<mergeCells><mergeCell ref="{range}"/></mergeCells>"#);
    let book = |name, range| file(&folder, name, workbook(&[("Sheet1", "visible", sheet(&cells, &merged(range)))]));
    let (refused, other) = (book("merged.xlsx", "G2:G3"), book("other.xlsx", "N2:N3"));
    let import = |file| ["lectures", "import", file, "--school", &school, "--data", &dev.data];
    fails(&import(&refused), 1, "column department has merged cells, such as G2:G3.");
    has_lines(&succeeds(&import(&other)), &["2026-winter: 2 lectures in the file"]);
}

#[test]
fn a_file_with_an_error_is_refused_as_a_whole_with_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    let lines = [
        "2026-winter,W1,001,스키,1,,,,,,,,",
        "2026-winter,W1,001,스키,1,,,,,,,,",
        "2026-winter,W2,001,썰매,three,,,,,,,,",
        "2026-winter,W3,001,스케이트,2",
        "2026-winter,W4,001,겨울 산행,1,,,,,sun 09:00-08:00,,,",
    ];
    let wrong = file(&folder, "wrong.csv", format!("{HEADER}\n{}\n", lines.join("\n")));
    let output = run(&["lectures", "import", &wrong, "--school", &school, "--data", &dev.data]);
    let expected = [
        &format!("error: {wrong}: nothing is imported:"),
        "line 3: refused: W1 001 is in line 2 already",
        "line 4: refused: column credit: \"three\" is not a number such as 3 or 0.5",
        "line 5: refused: it has 5 fields, and the header has 13",
        "line 6: refused: column times: \"sun 09:00-08:00\" ends before it begins",
    ];
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), String::new()));
    assert_eq!(stderr(&output).lines().collect::<Vec<_>>(), expected);
    let found = dev.get_as(&dev.token("maru"), "/lectures?semester=2026-winter");
    assert_eq!(found["items"].as_array().unwrap().len(), 0);

    let refused = |school: &str, file: &str, message: &str| {
        fails(&["lectures", "import", file, "--school", school, "--data", &dev.data], 1, message);
    };
    let unknown = "01a2040a-429e-7195-914a-77eecf906c0d";
    refused(unknown, &sample("lectures.csv"), "there is no school 01a2040a");
    refused(&school, "nothing.csv", "cannot read nothing.csv");
    refused(&school, &file(&folder, "empty.csv", format!("{HEADER}\n,,\n")), "it has no lectures");
    refused(&school, &file(&folder, "other.csv", "semester,code\n"), "line 1: there is no column section");
    refused(&school, &file(&folder, "sep.csv", format!("sep=|\n{HEADER}\n")), "line 1: the separator \"|\" is not");
    dev.audit();
}

/// The lectures of a semester as lines: code, section, title, credit, state and slots.
fn lectures(dev: &Dev, semester: &str) -> Vec<String> {
    let found = dev.get_as(&dev.token("maru"), &format!("/lectures?semester={semester}&limit=50"));
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let line = |lecture: &Json| {
        let slots = lecture["slots"].as_array().unwrap().iter();
        let slot = |slot: &Json| ["day", "start", "end", "place"].map(|name| text(&slot[name])).join(" ");
        let slots: Vec<String> = slots.map(slot).collect();
        let facts = ["code", "section", "title", "credit", "state"].map(|name| text(&lecture[name]));
        format!("{} | {}", facts.join(" "), slots.join(", "))
    };
    found["items"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn the_samples_of_files_with_a_mapping_are_imported() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    let import = |file: &str, mapping: &str| {
        let (file, mapping) = (sample(&format!("mappings/{file}")), sample(&format!("mappings/{mapping}")));
        let import = ["lectures", "import", &file, "--mapping", &mapping, "--withdraw-many"];
        succeeds(&[&import[..], &["--school", &school, "--data", &dev.data]].concat())
    };
    has_lines(&import("periods.csv", "periods.toml"), &["2026-2: 8 lectures in the file", "8 rows read."]);
    let expected = [
        "0001024 01 사고와 글쓰기 3 listed | mon 09:00 10:50 인문관 201, wed 11:00 11:50 인문관 201",
        "0001024 02 사고와 글쓰기 3 listed | tue 09:00 10:15 인문관 204, thu 09:00 10:15 인문관 204",
        "0002310 01 선형대수학 3 listed | mon 10:30 11:45 이학관 305, wed 10:30 11:45 이학관 305",
        "0002310 02 선형대수학 3 listed | mon 13:00 14:50 이학관 305, fri 13:00 13:50 이학관 310",
        "0003007  등산 0.5 listed | sat 09:00 12:00 뒷산 입구",
        "0004120 01 영화와 사회 2 listed | fri 18:00 19:35 학생회관 소극장",
        "0004121 01 연극의 이해 2 cancelled | thu 18:00 19:35 학생회관 소극장",
        "0009000 01 논문연구 3 listed | ",
    ];
    assert_eq!(lectures(&dev, "2026-2"), expected);
    let printed = import("meetings.xlsx", "meetings.toml");
    has_lines(&printed, &["2026-2: 6 lectures in the file", "8 rows read, 2 of them further rows of a lecture."]);
    let expected = [
        "00110 001 경제학원론 2 3 listed | fri 10:00 13:00 경영관 대강당",
        "00111 001 행동경제학 3 cancelled | fri 14:00 16:45 경영관 105",
        "00900 001 채플 0.5 listed | ",
        "10230 001 자료구조 3 listed | mon 13:30 14:45 공학관 101, wed 13:30 14:45 공학관 101",
        "10231 001 자료구조 실습 1 listed | wed 15:00 17:00 공학관 실습실 3",
        "10310 002 운영체제 3 listed | tue 09:00 10:15 공학관 102, thu 09:00 10:15 공학관 103",
    ];
    assert_eq!(lectures(&dev, "2026-2"), expected);
    dev.audit();
}

#[test]
fn a_catalogue_is_the_same_in_every_form_in_which_a_spreadsheet_program_saves_it() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    let row = |number: u16| {
        let (code, section) = (format!("0{number}"), format!("{:03}", number % 7));
        let times = if number.is_multiple_of(3) { "" } else { "화 15:30-17:00; 목 15:30-17:00" };
        let places = if number % 3 == 1 { "가관 101; 가관 102" } else { "" };
        let title = format!("강의 \"{number}\", 둘째");
        let remark = if number.is_multiple_of(5) { "첫 줄\n둘째 줄" } else { "" };
        [
            "2026-winter",
            &code,
            &section,
            &title,
            "1.5",
            "한가람",
            "가나학과",
            "전선",
            "1학년",
            times,
            places,
            "40",
            remark,
        ]
        .map(str::to_owned)
    };
    let rows: Vec<_> = (100..300).map(row).collect();
    let header: Vec<&str> = HEADER.split(',').collect();
    let separated = |separator: &str| {
        let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
        let line = |row: &[String; 13]| row.iter().map(quoted).collect::<Vec<_>>().join(separator);
        let lines: Vec<String> = rows.iter().map(line).collect();
        format!("{}\r\n{}\r\n", header.join(separator), lines.join("\r\n"))
    };
    // Numbers are numbers in the workbook, with a number format for leading zeros.
    let cell = |(column, text): (usize, &String)| match column {
        2 => Value::Number(text.parse().unwrap(), 1),
        4 => Value::Number(text.parse().unwrap(), 0),
        11 => Value::Xml("><f>20*2</f><v>40</v>"),
        _ => Value::Text(text.clone()),
    };
    let mut cells = vec![texts(&header)];
    cells.extend(rows.iter().map(|row| row.iter().enumerate().map(cell).collect::<Vec<_>>()));
    let import = |name: &str, content: Vec<u8>| {
        let (code, printed) = import(&dev, &school, &file(&folder, name, content));
        assert_eq!(code, Some(0), "{printed}");
        printed
    };
    has_lines(&import("utf8.csv", separated(",").into_bytes()), &["2026-winter: 200 lectures in the file"]);
    let utf16 = format!("\u{FEFF}{}", separated("\t")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, content) in [
        ("cp949.csv", EUC_KR.encode(&separated(",")).0.into_owned()),
        ("semicolons.csv", format!("\u{FEFF}sep=;\r\n{}", separated(";")).into_bytes()),
        ("unicode.txt", utf16),
        ("catalogue.xlsx", workbook(&[("Sheet1", "visible", sheet(&cells, ""))])),
    ] {
        has_lines(&import(name, content), &["  0 new", "  0 changed", "  200 unchanged"]);
    }
}
