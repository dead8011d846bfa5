//! Tests of the notations of times.

use super::*;

fn periods() -> Periods {
    let periods = [
        ("1", "09:00-09:50"),
        ("2", "10:00-10:50"),
        ("3", "11:00-11:50"),
        ("4", "13:00-13:50"),
        ("10", "18:00 ~ 18:50"),
        ("A", "09:00-10:15"),
        ("B", "10:30-11:45"),
    ];
    Periods(periods.map(|(name, hours)| (name.to_owned(), Hours::try_from(hours.to_owned()).unwrap())).into())
}

/// The meetings as text, with groups separated by bars.
fn parsed(text: &str) -> String {
    let mut last = 0;
    let mut all = Vec::new();
    for Meeting { day, hours, place, group } in periods().parse(text).unwrap() {
        let bar = if group == last { "" } else { "| " };
        last = group;
        let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
        all.push(format!("{bar}{} {hours}{place}", day.as_str()));
    }
    all.join(", ")
}

#[test]
fn days_and_periods_are_read_in_the_notations_of_schools() {
    for (text, expected) in [
        ("월1,2", "mon 09:00-10:50"),
        ("화3-4", "tue 11:00-11:50, tue 13:00-13:50"),
        ("월1,2수3", "mon 09:00-10:50, | wed 11:00-11:50"),
        ("월1,2/수3(인문관 201)", "mon 09:00-10:50, | wed 11:00-11:50 (인문관 201)"),
        ("월1(가관 1) 2(나관 2)", "mon 09:00-09:50 (가관 1), | mon 10:00-10:50 (나관 2)"),
        ("월수 1교시", "mon 09:00-09:50, wed 09:00-09:50"),
        ("월요일 1 ~ 3교시", "mon 09:00-11:50"),
        ("월 1,3", "mon 09:00-09:50, mon 11:00-11:50"),
        ("월3,1,2,2", "mon 09:00-11:50"),
        ("토A,B; SUN 10", "sat 09:00-11:45, | sun 18:00-18:50"),
        ("금4\n화 09:00 - 10:15", "fri 13:00-13:50, | tue 09:00-10:15"),
        ("목9:00~10:15[온라인]", "thu 09:00-10:15 (온라인)"),
        ("월1(공학관(신관) 101) 2((별관))", "mon 09:00-09:50 (공학관(신관) 101), | mon 10:00-10:50 ((별관))"),
        ("월 09:00-10:15, 10:30-11:45", "mon 09:00-10:15, mon 10:30-11:45"),
        ("월 10:30-11:45, 1, 2", "mon 09:00-10:50, mon 10:30-11:45"),
        ("월 09:00-10:15 09:00-10:15", "mon 09:00-10:15"),
        ("", ""),
        (" , ", ""),
    ] {
        assert_eq!(parsed(text), expected, "{text:?}");
    }
}

#[test]
fn a_text_that_is_not_a_time_has_an_error_that_says_what_is_wrong() {
    for (text, expected) in [
        ("월5", "there is no period \"5\", only 1, A, 2, B, 3, 4, 10"),
        ("화상강의", "there is no period \"상강의\", only"),
        ("1,2", "there is no day before \"1\""),
        ("월", "there is no time after 월"),
        ("월1 화수", "there is no time after 화수"),
        ("월(가관) 화1", "there is no time after 월"),
        ("월3-1", "11:00-09:50 ends before it begins"),
        ("월1(가(나)", "the bracket in \"월1(가(나)\" is not closed"),
        ("월1(가관", "the bracket in \"월1(가관\" is not closed"),
        ("월10:00", "\"10:00\" is not a time such as 09:00-10:15"),
        ("월25:00-26:00", "\"25:00-26:00\" is not a time such as 09:00-10:15"),
        ("온라인", "there is no day before \"온라인\""),
    ] {
        let error = periods().parse(text).unwrap_err();
        assert!(error.starts_with(expected), "{text:?}: {error}");
    }
}

#[test]
fn periods_without_a_day_are_hours() {
    let hours = |text| periods().parse_hours(text).map(|hours| hours.iter().map(Hours::to_string).collect::<Vec<_>>());
    assert_eq!(hours("1,2교시"), Ok(vec!["09:00-10:50".to_owned()]));
    assert_eq!(hours("3~4"), Ok(vec!["11:00-11:50".to_owned(), "13:00-13:50".to_owned()]));
    assert_eq!(hours("09:00-10:15 10:30-11:45"), Ok(["09:00-10:15", "10:30-11:45"].map(str::to_owned).into()));
    assert!(hours("1,X").is_err());
}

#[test]
fn times_of_day_are_read_as_text_and_as_fractions_of_a_day() {
    for (text, expected) in [
        ("09:00", "09:00"),
        ("9:05", "09:05"),
        ("13:30:00", "13:30"),
        ("0.375", "09:00"),
        ("0.427083333333333", "10:15"),
        ("24:00", "24:00"),
    ] {
        assert_eq!(parse_time(text).unwrap().to_string(), expected);
    }
    for text in ["", "9", "1.5", "-0.5", "NaN", "9:5", "25:00", "오전 9:00", "45000.375"] {
        assert_eq!(parse_time(text), None, "{text}");
    }
}
