//! Tests of the rows of a catalogue file.

use super::*;
use crate::domain::LectureState;

const LINE: [&str; 13] = [
    "2026-1",
    "M1",
    "001",
    "확률과정론",
    "3",
    "이상열",
    "통계학과",
    "전선",
    "4학년",
    "화 14:00-15:30; THU 14:00 - 15:30",
    "25-105; ",
    "40",
    "",
];

fn parse(fields: [&str; 13]) -> CatalogueRow {
    Columns::find(Columns::NAMES).unwrap().parse(|index| fields.get(index).copied())
}

fn error(column: usize, value: &str) -> String {
    let mut fields = LINE;
    fields[column] = value;
    parse(fields).result.unwrap_err().to_string()
}

#[test]
fn days_are_korean_or_english_and_places_belong_to_times_by_position() {
    let facts = parse(LINE).result.unwrap();
    let slots: Vec<_> = facts
        .slots
        .iter()
        .map(|slot| {
            format!("{} {}-{} {:?}", slot.day.as_str(), slot.start, slot.end, slot.place.as_ref().map(|p| p.as_str()))
        })
        .collect();
    assert_eq!(slots, [r#"tue 14:00-15:30 Some("25-105")"#, "thu 14:00-15:30 None"]);
    assert_eq!((facts.quota, facts.remark), (Some(40), None));
}

#[test]
fn a_time_can_occur_twice_with_two_places_and_an_empty_list_has_no_slots() {
    let mut fields = LINE;
    (fields[9], fields[10]) = ("월 09:00-10:00; 월 09:00-10:00", "1; 2");
    assert_eq!(parse(fields).result.unwrap().slots.len(), 2);
    (fields[9], fields[10]) = ("", "; ");
    assert!(parse(fields).result.unwrap().slots.is_empty());
}

#[test]
fn an_error_names_the_column_and_the_value() {
    assert_eq!(
        error(0, "2026-3"),
        r#"column semester: "2026-3" is not a semester such as 2026-1, 2026-summer, 2026-2 or 2026-winter"#
    );
    assert_eq!(error(4, "three"), r#"column credit: "three" is not a number such as 3 or 0.5"#);
    assert_eq!(error(3, " "), r#"column title: "" has fewer than 1 characters"#);
    assert_eq!(error(4, "31"), r#"column credit: "31" is not between 0 and 30"#);
    assert_eq!(error(5, "이\u{202E}"), r#"column professor: "이\u{202e}" has characters that are not allowed"#);
    assert_eq!(error(10, "1; 2; 3"), r#"column places: "1; 2; 3" has more places than there are times"#);
    assert_eq!(error(11, "many"), r#"column quota: "many" is not between 0 and 65535"#);
    for time in ["화", "화15:30-17:00", "x 15:30-17:00", "화 15:30", "화 15:30-17:60", "화 15:30-25:00", ";"] {
        assert!(error(9, time).contains("is not a time such as"), "{time}");
    }
    assert_eq!(error(9, "화 15:30-15:30"), r#"column times: "화 15:30-15:30" ends before it begins"#);
}

#[test]
fn decimal_places_that_are_zero_do_not_count() {
    for (written, number) in [("3.0", 3), (" 2.00 ", 2), ("0.0", 0)] {
        let mut fields = LINE;
        (fields[4], fields[11]) = (written, written);
        let facts = parse(fields).result.unwrap();
        assert_eq!((facts.credit.to_string(), facts.quota), (number.to_string(), Some(number)));
    }
    for wrong in ["3.5", "3.", ".0", "3.0.0", "-3.0"] {
        assert!(error(11, wrong).starts_with("column quota"), "{wrong}");
    }
}

#[test]
fn credits_can_be_halves() {
    for (written, credit) in [("0.5", "0.5"), ("1.50", "1.5"), (" 3 ", "3")] {
        let mut fields = LINE;
        fields[4] = written;
        assert_eq!(parse(fields).result.unwrap().credit.to_string(), credit);
    }
    assert_eq!(error(4, "2.3"), r#"column credit: "2.3" is not a multiple of 0.5"#);
    for wrong in ["3.", ".0", "3.0.0", "-3.0"] {
        assert!(error(4, wrong).starts_with("column credit"), "{wrong}");
    }
}

#[test]
fn a_course_with_one_section_can_have_none() {
    let mut fields = LINE;
    fields[2] = " ";
    assert_eq!(parse(fields).result.unwrap().section.as_str(), "");
}

#[test]
fn line_breaks_in_a_field_separate_its_parts() {
    let mut fields = LINE;
    fields[3] = "확률\r\n과정론\n";
    fields[5] = "이상열,\n 한가람\n\n윤나래";
    fields[9] = "화 14:00-15:30;\n목 14:00-15:30\r\n금 14:00-15:30";
    fields[10] = "25-105\n25-106\u{B}25-107";
    fields[12] = "비대면\t기말\n전체 학년";
    let facts = parse(fields).result.unwrap();
    assert_eq!(facts.title.as_str(), "확률 과정론");
    assert_eq!(facts.professor.unwrap().as_str(), "이상열, 한가람, 윤나래");
    assert_eq!(facts.remark.unwrap().as_str(), "비대면 기말 전체 학년");
    let places: Vec<_> = facts.slots.iter().map(|slot| slot.place.as_ref().unwrap().as_str()).collect();
    assert_eq!(places, ["25-105", "25-106", "25-107"]);
    (fields[9], fields[10]) = ("화 14:00-15:30", "25동\n105호");
    let slots = parse(fields).result.unwrap().slots;
    assert_eq!(slots[0].place.as_ref().unwrap().as_str(), "25동 105호");
}

#[test]
fn long_texts_are_cut_and_reported_but_names_are_not() {
    let long = "가나다라마 ".repeat(100);
    let mut fields = LINE;
    for column in [3, 5, 6, 7, 8, 10, 12] {
        fields[column] = &long;
    }
    let row = parse(fields);
    let facts = row.result.unwrap();
    let columns: Vec<_> = row.cut.iter().map(|(column, _)| *column).collect();
    let all = ["title", "professor", "department", "classification", "academic_year", "places", "remark"];
    assert_eq!(columns, all);
    assert!(facts.remark.unwrap().as_str().ends_with("다라마…"));
    assert!(parse(LINE).cut.is_empty());
    for column in [1, 2] {
        assert!(error(column, &long).contains("has more than"));
    }
}

#[test]
fn rows_of_a_lecture_are_joined_if_only_their_meetings_differ() {
    let row = |times, places, title| {
        let mut fields = LINE;
        (fields[9], fields[10], fields[3]) = (times, places, title);
        parse(fields).result.unwrap()
    };
    let mut lecture = row("화 13:00-14:15", "가관 1", "제목");
    assert_eq!(lecture.join(&row("목 13:00-14:15", "가관 1", "제목")), Ok(true));
    assert_eq!(lecture.join(&row("화 13:00-14:15", "나관 2", "제목")), Ok(true), "another room at the same time");
    let joined = row("화 13:00-14:15; 목 13:00-14:15; 화 13:00-14:15", "가관 1; 가관 1; 나관 2", "제목");
    assert_eq!(lecture, joined);
    for same in ["목 13:00-14:15", "화 13:00-14:15"] {
        assert_eq!(lecture.join(&row(same, "가관 1", "제목")), Ok(false));
    }
    assert_eq!(lecture.join(&row("금 13:00-14:15", "가관 1", "다른 제목")), Err("title"));
    assert_eq!(lecture, joined);
}

#[test]
fn every_kind_of_white_space_is_a_space() {
    let (mut fields, mut spaced) = (LINE, LINE);
    (fields[3], fields[9], fields[12]) = ("확률 과정론", "화 14:00-15:30; 목 14:00-15:30", "첫 줄 둘째 줄");
    spaced[3] = "확률\u{A0}과정론\u{3000}";
    spaced[9] = "화\u{2009}14:00-15:30;\u{A0}목\u{A0}14:00-15:30";
    spaced[12] = "첫\u{2002}줄\n둘째\u{202F}줄";
    assert_eq!(parse(spaced).result, parse(fields).result);
}

#[test]
fn columns_have_any_order_and_all_are_required() {
    let mut names = Columns::NAMES;
    names.reverse();
    let columns = Columns::find(names).unwrap();
    let mut line = LINE;
    line.reverse();
    let row = columns.parse(|index| line.get(index).copied());
    assert_eq!(row.result, parse(LINE).result);
    assert_eq!(Columns::find(["semester", "code"]).unwrap_err(), "section");
}

#[test]
fn a_file_can_have_a_column_that_says_which_lectures_are_cancelled() {
    let columns = Columns::find(Columns::NAMES.into_iter().chain([Columns::STATE])).unwrap();
    let with = |state| columns.parse(|at| LINE.iter().copied().chain([state]).nth(at)).result;
    for (text, state) in [
        ("", LectureState::Listed),
        ("listed", LectureState::Listed),
        (" Cancelled ", LectureState::Cancelled),
        ("폐강", LectureState::Cancelled),
    ] {
        assert_eq!(with(text).unwrap().state, state, "{text}");
    }
    assert_eq!(parse(LINE).result.unwrap().state, LectureState::Listed, "without the column");
    for wrong in ["withdrawn", "x"] {
        let error = with(wrong).unwrap_err().to_string();
        assert_eq!(error, format!("column state: {wrong:?} is not listed or cancelled"));
    }
    let mut cancelled = with("폐강").unwrap();
    assert_eq!(cancelled.join(&with("").unwrap()), Err("state"));
}
