//! Tests of calendar files.

use std::collections::BTreeSet;
use std::io::BufReader;

use campus_core::domain::{
    Caller, Color, Credit, Day, EntryId, LectureTitle, Parse, Role, SchoolId, Semester, SessionId, Term, TimetableName,
    UserId, Visibility,
};
use ical::parser::Component as _;
use ical::parser::ical::component::{IcalCalendar, IcalEvent};

use super::*;

fn timetable(name: &str) -> Timetable {
    let now = Time::now();
    let (school, session) = (SchoolId::new(now), SessionId::new(now));
    let owner =
        Caller { school, user: UserId::random(), session, role: Role::Student, is_verified: true, young_until: now };
    let semester = Semester::parse("2026-2".to_owned()).unwrap();
    let name = TimetableName::parse(name.to_owned()).unwrap();
    Timetable::new(&owner, semester, name, Visibility::Private, now)
}

fn slot(day: Day, start: &str, end: &str, place: &str) -> Slot {
    let time = |text: &str| TimeOfDay::parse(text.to_owned()).unwrap();
    Slot::new(day, time(start), time(end), Room::parse(place.to_owned()).ok()).unwrap()
}

fn calendar_of(name: &str, title: &str, slots: &[Slot], term: Term) -> (String, IcalCalendar) {
    let term = SchoolTerm { term, days_off: BTreeSet::new(), changed_at: None };
    calendar_in(name, title, None, slots, &term)
}

fn calendar_in(
    name: &str,
    title: &str,
    state: Option<LectureState>,
    slots: &[Slot],
    term: &SchoolTerm,
) -> (String, IcalCalendar) {
    let (title, color) = (LectureTitle::parse(title.to_owned()).unwrap(), Color::default());
    let entry = ShownEntry {
        id: EntryId::new(Time::now()),
        lecture_id: None,
        state,
        title: title.as_str(),
        professor: None,
        slots,
        credit: Credit::default(),
        color: &color,
        conflicts: false,
        lecture_updated_at: None,
    };
    let timetable = timetable(name);
    let text = write_calendar(&timetable, &[entry], term, timetable.updated_at, |entry| entry.id.to_string());
    let mut parsed: Vec<_> = ical::IcalParser::new(BufReader::new(text.as_bytes())).collect();
    let parsed = parsed.pop().filter(|_| parsed.is_empty()).unwrap().unwrap();
    (text, parsed)
}

fn value(event: &IcalEvent, name: &str) -> String {
    event.get_property(name).unwrap().value.clone().unwrap()
}

fn term() -> Term {
    // From a Tuesday to a Monday.
    Term { first_day: "2026-09-01".parse().unwrap(), last_day: "2026-12-21".parse().unwrap() }
}

#[test]
fn each_slot_is_a_weekly_event_from_its_first_day_to_the_end_of_the_term() {
    let slots = [slot(Day::Tue, "14:00", "15:15", "25-105"), slot(Day::Mon, "22:00", "24:00", "")];
    let (_, calendar) = calendar_of("계획", "확률과정론", &slots, term());
    let [first, second] = calendar.events.as_slice() else { panic!("{calendar:?}") };
    assert_eq!((value(first, "DTSTART"), value(first, "DTEND")), ("20260901T140000".into(), "20260901T151500".into()));
    assert_eq!(
        (value(second, "DTSTART"), value(second, "DTEND")),
        ("20260907T220000".into(), "20260908T000000".into())
    );
    // The last second of 21 December in Korea.
    assert_eq!(value(second, "RRULE"), "FREQ=WEEKLY;UNTIL=20261221T145959Z");
    assert_eq!((value(first, "SUMMARY").as_str(), value(first, "LOCATION").as_str()), ("확률과정론", "25-105"));
    assert!(second.get_property("LOCATION").is_none());
    assert_ne!(value(first, "UID"), value(second, "UID"));
    let zone = first.get_property("DTSTART").unwrap().params.clone();
    assert_eq!(zone, Some(vec![("TZID".to_owned(), vec!["Asia/Seoul".to_owned()])]));
}

#[test]
fn the_file_has_the_properties_that_rfc_5545_requires_and_no_others() {
    let (text, calendar) = calendar_of("계획", "확률과정론", &[slot(Day::Tue, "14:00", "15:15", "")], term());
    for name in ["VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME"] {
        assert!(calendar.get_property(name).is_some(), "{name}");
    }
    assert_eq!(calendar.timezones.len(), 1);
    let zone = &calendar.timezones[0];
    assert_eq!((zone.properties.len(), zone.transitions.len(), zone.transitions[0].properties.len()), (1, 1, 4));
    let names = ["UID", "DTSTAMP", "DTSTART", "DTEND", "RRULE", "SUMMARY"];
    assert_eq!(calendar.events[0].properties.len(), names.len());
    assert!(names.iter().all(|name| calendar.events[0].get_property(name).is_some()));
    assert!(text.split_terminator("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{text}");
    assert!(text.ends_with("\r\n"));
}

#[test]
fn a_title_or_a_name_cannot_start_a_new_line() {
    let title = "가; 나, 다\\n BEGIN:VEVENT ".to_owned() + &"긴 제목 ".repeat(14);
    let (text, calendar) = calendar_of("END:VCALENDAR", title.trim(), &[slot(Day::Tue, "14:00", "15:15", "")], term());
    assert_eq!(calendar.events.len(), 1, "{text}");
    assert!(value(&calendar.events[0], "SUMMARY").starts_with("가\\; 나\\, 다\\\\n BEGIN:VEVENT 긴"), "{text}");
}

#[test]
fn a_timetable_without_slots_is_a_calendar_without_events() {
    let (_, calendar) = calendar_of("계획", "논문연구", &[], term());
    assert_eq!((calendar.events.len(), calendar.timezones.len()), (0, 1));
    let short = Term { last_day: "2026-09-02".parse().unwrap(), ..term() };
    let (_, calendar) = calendar_of("계획", "무엇", &[slot(Day::Fri, "14:00", "15:15", "")], short);
    assert_eq!(calendar.events.len(), 0, "there is no Friday in the term");
}

#[test]
fn an_event_name_for_others_depends_on_the_place_and_on_the_content_of_the_events() {
    let slots = |day, start, end, place| [slot(day, start, end, place), slot(Day::Fri, "09:00", "10:00", "")];
    let (weekly, color) = (slots(Day::Mon, "09:00", "10:00", "25-105"), Color::default());
    let entry = ShownEntry {
        id: EntryId::new(Time::now()),
        lecture_id: None,
        state: None,
        title: "합주",
        professor: None,
        slots: &weekly,
        credit: Credit::default(),
        color: &color,
        conflicts: false,
        lecture_updated_at: None,
    };
    let name = event_name(&entry, "one");
    let same_events = ShownEntry { credit: Credit::parse(3.0).unwrap(), conflicts: true, ..entry.clone() };
    assert_eq!(event_name(&same_events, "one"), name, "events do not contain these fields");
    assert_ne!(event_name(&entry, "other"), name);
    let professor = Professor::parse("박".to_owned()).unwrap();
    let others = [
        ShownEntry { id: EntryId::new(Time::now()), ..entry.clone() },
        ShownEntry { title: "연주", ..entry.clone() },
        ShownEntry { professor: Some(&professor), ..entry.clone() },
        ShownEntry { slots: &slots(Day::Tue, "09:00", "10:00", "25-105"), ..entry.clone() },
        ShownEntry { slots: &slots(Day::Mon, "09:01", "10:00", "25-105"), ..entry.clone() },
        ShownEntry { slots: &slots(Day::Mon, "09:00", "10:01", "25-105"), ..entry.clone() },
        ShownEntry { slots: &slots(Day::Mon, "09:00", "10:00", "25-106"), ..entry.clone() },
        ShownEntry { slots: &weekly[..1], ..entry.clone() },
    ];
    for other in others {
        assert_ne!(event_name(&other, "one"), name, "{other:?}");
    }
}

/// The starts of the event, by a library that implements the recurrence rules of RFC 5545.
fn starts(event: &IcalEvent) -> Vec<String> {
    let line = |property: &ical::property::Property| {
        let zone = if property.params.is_some() { ";TZID=Asia/Seoul" } else { "" };
        format!("{}{zone}:{}", property.name, property.value.as_deref().unwrap())
    };
    let parts = ["DTSTART", "RRULE", "EXDATE"];
    let lines = event.properties.iter().filter(|property| parts.contains(&property.name.as_str())).map(line);
    let set: rrule::RRuleSet = lines.collect::<Vec<_>>().join("\n").parse().unwrap();
    set.all(1000).dates.iter().map(|date| date.format("%m-%d %H:%M").to_string()).collect()
}

#[test]
fn events_skip_the_days_off() {
    let slots = [
        slot(Day::Tue, "14:00", "15:15", ""),
        slot(Day::Fri, "09:00", "10:00", ""),
        slot(Day::Sat, "09:00", "10:00", ""),
    ];
    let day = |text: &str| text.parse().unwrap();
    let short = Term { first_day: day("2026-09-22"), last_day: day("2026-10-13") };
    let days_off = ["2026-09-22", "2026-09-25", "2026-09-26", "2026-10-03", "2026-10-06", "2026-10-09", "2026-10-10"];
    let days_off = days_off.map(day).into();
    let term = SchoolTerm { term: short, days_off, changed_at: None };
    let (text, calendar) = calendar_in("계획", "확률과정론", None, &slots, &term);
    let [first, second] = calendar.events.as_slice() else { panic!("on Saturdays, there are only days off: {text}") };
    assert_eq!(starts(first), ["09-29 14:00", "10-13 14:00"], "{text}");
    assert_eq!(starts(second), ["10-02 09:00"], "{text}");
    assert!(text.contains("EXDATE;TZID=Asia/Seoul:20261006T140000\r\n"), "{text}");
    let (_, without) = calendar_of("계획", "확률과정론", &slots, short);
    assert_eq!(starts(&without.events[0]), ["09-22 14:00", "09-29 14:00", "10-06 14:00", "10-13 14:00"]);
}

#[test]
fn a_later_change_of_the_term_is_the_time_stamp_of_the_events() {
    let slots = [slot(Day::Tue, "14:00", "15:15", "")];
    let changed_at = Time::from_millis(Time::now().as_millis() / 1000 * 1000).plus_secs(3600);
    let changed = SchoolTerm { term: term(), days_off: BTreeSet::new(), changed_at: Some(changed_at) };
    let (_, calendar) = calendar_in("계획", "확률과정론", None, &slots, &changed);
    assert_eq!(value(&calendar.events[0], "DTSTAMP"), in_utc(changed_at).format("%Y%m%dT%H%M%SZ").to_string());
}

#[test]
fn the_events_of_a_lecture_that_does_not_take_place_are_cancelled() {
    let slots = [slot(Day::Tue, "14:00", "15:15", "")];
    let term = SchoolTerm { term: term(), days_off: BTreeSet::new(), changed_at: None };
    for (state, expected) in [
        (LectureState::Listed, (None, "자료구조")),
        (LectureState::Cancelled, (Some("CANCELLED"), "[폐강] 자료구조")),
        (LectureState::Withdrawn, (Some("CANCELLED"), "[목록에 없음] 자료구조")),
    ] {
        let (_, calendar) = calendar_in("계획", "자료구조", Some(state), &slots, &term);
        let event = &calendar.events[0];
        let status = event.get_property("STATUS").and_then(|status| status.value.clone());
        assert_eq!((status.as_deref(), value(event, "SUMMARY").as_str()), expected);
    }
}
