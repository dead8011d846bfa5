//! `campus lectures`.

use crate::support::{Dev, fails, file, run, stdout, succeeds};

/// Imports a file of lectures. Returns the exit code and the output.
fn import(dev: &Dev, school: &str, file: &str) -> (Option<i32>, String) {
    let output = run(&["lectures", "import", file, "--school", school, "--data", &dev.data]);
    (output.status.code(), stdout(&output))
}

#[test]
fn lectures_are_imported_and_refused_lines_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/samples/lectures.csv");
    let unchanged = "0 lectures added, 0 changed, 15 unchanged, 0 lectures withdrawn, 0 lines refused.\n".to_owned();
    assert_eq!(import(&dev, &school, sample), (Some(0), unchanged.clone()), "the demo has these lectures");
    let header = "semester,code,section,title,credit,professor,department,classification,academic_year,times,places,\
                  quota,remark";
    let lines = [
        "2026-2,GA101,001,글쓰기,3,한여울,국어국문학과,교양,1학년,월 09:00-10:15,인문관 201,30,",
        "2026-2,GA101,001,글쓰기,3,한여울,국어국문학과,교양,1학년,월 09:00-10:15,인문관 201,30,",
        "2026-2,GA101,002,글쓰기의 기초,three,노을빛,국어국문학과,교양,1학년,,,30,",
        "2026-2,GA120,001,영화와 사회,2,도담희",
        "2026-winter,W1,,\"계절\n학기\",1.0,,,,,,,,",
        "",
        ",,,,,,,,,,,,",
        "2026-winter,W2,001,겨울 산행,1,,,,,sun 09:00-08:00,,,",
        "2026-winter,W3,001,스키,two,,,,,sat 09:00-18:00,,,",
        "2026-winter,W3,001,스키,1,,,,,sat 09:00-18:00,,,",
        "2026-winter,W4,001,스키,1,,,,,sat 09:00-18:00,,,",
        "2026-winter,W4,001,스키,1,,,,,sun 09:00-18:00,,,",
    ];
    let remark = "비대면 ".repeat(200);
    let content = format!("\u{FEFF}{header}\n{}\n2026-winter,W5,001,썰매,1,,,,,,,,{remark}\n,,,\n", lines.join("\n"));
    let changed = file(&folder, "changed.csv", content.replace('\n', "\r\n"));
    let (code, printed) = import(&dev, &school, &changed);
    assert_eq!(code, Some(1), "{printed}");
    for line in [
        "line 3: refused: GA101 001 is in line 2 already",
        "line 4: refused: column credit: \"three\" does not have the right form",
        "line 5: refused: it has 6 fields, and the header has 13",
        "line 10: refused: column times: \"sun 09:00-08:00\" ends before it begins",
        "line 11: refused: column credit: \"two\" does not have the right form",
        "line 12: refused: W3 001 is also in line 11, which has an error",
        "line 15: column remark: cut, because it has more than 500 characters",
        "2026-2 CS230 001: withdrawn: 자료구조",
        "1 lines are further meetings of lectures in other lines.",
        "3 lectures added, 1 changed, 0 unchanged, 12 lectures withdrawn, 6 lines refused.",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}: {printed}");
    }
    for refused in ["GA101 002", "GA120 001", "W3 001"] {
        assert!(!printed.contains(&format!("{refused}: withdrawn")), "the file lists it, in a refused line: {printed}");
    }
    succeeds(&["audit", "--data", &dev.data]);

    let undo = |semester| ["lectures", "undo", "--school", &school, "--semester", semester, "--data", &dev.data];
    assert_eq!(succeeds(&undo("2026-2")), "2026-2 is as before its last import: 13 lectures changed, 0 withdrawn.\n");
    assert_eq!(import(&dev, &school, sample).1, unchanged);
    fails(&undo("2026-2"), 1, "there is no import of 2026-2 to undo, or the last one is undone already");
    fails(&undo("2027-1"), 1, "there is no import of 2027-1 to undo");
    let printed = succeeds(&undo("2026-winter"));
    assert!(printed.contains("2026-winter W1: withdrawn: 계절 학기\n"), "{printed}");
    succeeds(&["audit", "--data", &dev.data]);

    let unknown = "01a2040a-429e-7195-914a-77eecf906c0d";
    let import_fails = |school: &str, file: &str, message: &str| {
        fails(&["lectures", "import", file, "--school", school, "--data", &dev.data], 1, message);
    };
    import_fails(unknown, sample, "there is no school 01a2040a");
    import_fails(&school, "nothing.csv", "cannot read nothing.csv");
    import_fails(&school, &file(&folder, "empty.csv", format!("{header}\n,,\n")), "it has no lectures");
    import_fails(&school, &file(&folder, "other.csv", "semester,code\n"), "line 1: there is no column section");
}

#[test]
fn a_file_in_another_encoding_or_with_other_separators_is_refused_as_a_whole_with_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(&folder.path().join("data"), &["--demo"]);
    let school = dev.school_id();
    let header = "semester,code,section,title,credit,professor,department,classification,academic_year,times,places,\
                  quota,remark";
    let valid = format!("{header}\n2026-winter,W1,001,ski,1,,,,,,,,\n");
    let cp949 = [valid.as_bytes(), b"2026-winter,W2,001,\xbf\xec\xb8\xae,1,,,,,,,,\n"].concat();
    let utf16 = format!("\u{FEFF}{valid}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, message) in [
        (cp949, "line 3 is not in UTF-8. The file is probably in CP949"),
        (utf16, "the file is in UTF-16"),
        (valid.replace(',', ";").into_bytes(), "line 1: the columns are separated by semicolons"),
        (valid.replace(',', "\t").into_bytes(), "line 1: the columns are separated by tabs"),
        (format!("sep=,\n{valid}").into_bytes(), "line 1: only Excel understands a line such as `sep=,`"),
    ] {
        let wrong = file(&folder, "wrong.csv", content);
        let output = run(&["lectures", "import", &wrong, "--school", &school, "--data", &dev.data]);
        let printed = format!("{}{}", stdout(&output), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert_eq!(printed.lines().count(), 1, "{printed}");
        assert!(printed.contains(message), "{message}: {printed}");
    }
    let found = dev.get_as(&dev.token("maru"), "/lectures?semester=2026-winter");
    assert_eq!(found["items"].as_array().unwrap().len(), 0);
}
