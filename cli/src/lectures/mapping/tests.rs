//! Tests of mappings.

use super::*;
use crate::lectures::contents::Contents;

/// A mapping of a file with a row for each lecture.
const PERIODS: &str = r#"
place_separator = "/"

[constants]
semester = "2026-2"

[columns]
code = "과목코드"
title = "교과목명"
credit = "학점"
times = "강의시간"
places = "강의실"

[values.times]
"미정" = ""

[periods]
1 = "09:00-09:50"
2 = "10:00-10:50"
3 = "11:00-11:50"
"#;

/// A mapping of a file with a row for each meeting.
const MEETINGS: &str = r#"
[constants]
semester = "2026-2"
credit = "3"

[columns]
code = "과목코드"
title = "교과목명"
day = "요일"
start = "시작"
end = "종료"
place = "강의실"
"#;

fn parse(mapping: &str, file: &str) -> Result<Contents> {
    let mapping = Mapping::parse(mapping)?;
    Contents::of_sheet(&Sheet::parse(file.as_bytes(), &mapping.layout())?, &mapping)
}

/// The times and places of the only lecture.
fn slots(mapping: &str, file: &str) -> Vec<String> {
    let contents = parse(mapping, file).unwrap();
    let lectures: Vec<&LectureFacts> = contents.semesters.values().flatten().collect();
    let [lecture] = lectures[..] else { panic!("{lectures:?}") };
    let place = |place: &Option<_>| place.as_ref().map_or(String::new(), |place| format!(" {place}"));
    let slots = lecture.slots.iter();
    slots.map(|slot| format!("{} {}-{}{}", slot.day.as_str(), slot.start, slot.end, place(&slot.place))).collect()
}

fn error(mapping: &str, file: &str) -> String {
    parse(mapping, file).map(|_| ()).unwrap_err().to_string()
}

/// A file for `PERIODS` with these times and places.
fn with_periods(times: &str, places: &str) -> String {
    format!("과목 코드;교과목명;학점;강의시간;강의실\nA1;가;3.0;{times};{places}\n")
}

#[test]
fn a_place_belongs_to_all_times_and_several_to_the_groups_of_times() {
    let slots = |times, places| slots(PERIODS, &with_periods(times, places));
    assert_eq!(slots("월1,2 수3", "가관 1"), ["mon 09:00-10:50 가관 1", "wed 11:00-11:50 가관 1"]);
    assert_eq!(slots("월1,2 수3", "가관 1/나관 2"), ["mon 09:00-10:50 가관 1", "wed 11:00-11:50 나관 2"]);
    assert_eq!(slots("월수1", "가관 1"), ["mon 09:00-09:50 가관 1", "wed 09:00-09:50 가관 1"]);
    assert_eq!(slots("월1(다관 3) 수3", "가관 1"), ["mon 09:00-09:50 다관 3", "wed 11:00-11:50 가관 1"]);
    assert_eq!(slots("월1 수3", "/나관 2"), ["mon 09:00-09:50", "wed 11:00-11:50 나관 2"]);
    assert_eq!(slots("월1 수3", "가관 1/"), ["mon 09:00-09:50 가관 1", "wed 11:00-11:50"]);
    assert_eq!(slots("월1 수3", "가관 1//나관 2"), ["mon 09:00-09:50 가관 1", "wed 11:00-11:50 나관 2"]);
    assert!(slots("미정", "").is_empty());
    let error = error(PERIODS, &with_periods("월1", "가관 1/나관 2"));
    let expected = "line 2: refused: column 강의실 (places): 가관 1; 나관 2 has 2 places, and there are 1 times";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn rows_with_a_day_are_meetings() {
    let slots = |row| slots(MEETINGS, &format!("과목코드,교과목명,요일,시작,종료,강의실\n{row}\n"));
    assert_eq!(slots("A1,가,월,9:00,10:15,가관 1"), ["mon 09:00-10:15 가관 1"]);
    assert_eq!(slots("A1,가,화요일,0.375,10:15:00,"), ["tue 09:00-10:15"]);
    assert_eq!(
        slots("A1,가,월,9:00,10:15,\"가관; 1\"\nA1,가,수,9:00,10:15,나관 2"),
        ["mon 09:00-10:15 가관  1", "wed 09:00-10:15 나관 2"]
    );
    assert!(slots("A1,가,,,,").is_empty());
    let error = |row| error(MEETINGS, &format!("과목코드,교과목명,요일,시작,종료,강의실\n{row}\n"));
    for (row, expected) in [
        ("A1,가,,9:00,10:15,", "column 요일 (day): \"\" is not a day such as 월 or mon"),
        ("A1,가,월화,9:00,10:15,", "column 요일 (day): \"월화\" is not a day"),
        ("A1,가,월,아홉 시,10:15,", "column 시작 (start): \"아홉 시\" is not a time of day such as 09:00"),
        ("A1,가,월,9:00,,", "column 종료 (end): \"\" is not a time of day"),
        ("A1,가,월,9:00,9:00,", "column 종료 (end): 09:00-09:00 ends before it begins"),
        (",가,월,9:00,10:00,", "column 과목코드 (code): \"\" has fewer than 1 characters"),
    ] {
        assert!(error(row).contains(&format!("line 2: refused: {expected}")), "{row}: {}", error(row));
    }
}

#[test]
fn rows_with_a_day_can_have_periods() {
    let mapping = MEETINGS.replace("start = \"시작\"\nend = \"종료\"", "period = \"교시\"");
    let mapping = format!("{mapping}\n[periods]\n1 = \"09:00-09:50\"\n2 = \"10:00-10:50\"\n");
    let file = |period| format!("과목코드\t교과목명\t요일\t교시\t강의실\nA1\t가\t월\t{period}\t가관 1\n");
    assert_eq!(slots(&mapping, &file("1,2")), ["mon 09:00-10:50 가관 1"]);
    for (period, expected) in [("1,9", "there is no period \"9\", only 1, 2"), ("", "is no period, and there is a day")]
    {
        assert!(error(&mapping, &file(period)).contains(expected), "{}", error(&mapping, &file(period)));
    }
}

#[test]
fn a_mapping_with_an_error_says_what_is_wrong() {
    let without = |text: &str| PERIODS.replace(text, "");
    for (mapping, expected) in [
        (without("semester = \"2026-2\""), "semester is neither in [columns] nor in [constants]"),
        (without("title = \"교과목명\""), "title is neither in [columns] nor in [constants]"),
        (
            PERIODS.replace("[columns]", "[columns]\nsemester = \"학기\""),
            "semester is both in [columns] and in [constants]",
        ),
        (PERIODS.replace("title =", "titel ="), "there is no column titel, only semester, code"),
        (PERIODS.replace("place_separator", "separator"), "unknown field `separator`"),
        (PERIODS.replace("[values.times]", "[values.quota]"), "quota is in [values], and neither in [columns]"),
        (PERIODS.replace("09:00-09:50", "9-10"), "\"9-10\" is not a time such as 09:00-10:15"),
        (PERIODS.replace("09:00-09:50", "10:00-09:50"), "10:00-09:50 ends before it begins"),
        (PERIODS.replace("1 =", "\"월1\" ="), "the period \"월1\" in [periods] must have letters and digits"),
        (PERIODS.replace("times = ", "day = \"요일\"\ntimes = "), "a mapping has either times and places, or day"),
        (MEETINGS.replace("day = \"요일\"", ""), "needs a day"),
        (MEETINGS.replace("end = \"종료\"", ""), "a mapping with a day needs either start and end, or period"),
        (MEETINGS.replace("end = \"종료\"", "end = \"종료\"\nperiod = \"교시\""), "either start and end, or period"),
        ("semester".to_owned(), "TOML parse error at line 1"),
    ] {
        let error = Mapping::parse(&mapping).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert_eq!(
        error(PERIODS, "과목코드,교과목명,학점,강의시간\n"),
        "line 1: there is no column 강의실, only 과목코드, 교과목명, 학점, 강의시간"
    );
}
