//! `GET /timetables/{id}/calendar.ics`.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use campus_core::domain::{Meeting, Professor, Room, ShownEntry, Slot, Term, Time, Timetable, TimetableId};
use campus_core::hash::sha256;
use campus_core::http::{MaybeUnverified, Path, Problem};
use campus_core::store::Error;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use icalendar::{Calendar, CalendarDateTime, Component, Event, EventLike, Property};

use crate::catalogue_cache::lectures_of;
use crate::state::TimetableState;
use crate::timetables::show::load_timetable;

/// The time zone of Korea, which has had no daylight saving time since 1988. Written here because the library writes a
/// time zone like an event, with the current time and a random id.
const TIME_ZONE: &str = "\
\r
BEGIN:VTIMEZONE\r
TZID:Asia/Seoul\r
BEGIN:STANDARD\r
DTSTART:19881009T020000\r
TZNAME:KST\r
TZOFFSETFROM:+0900\r
TZOFFSETTO:+0900\r
END:STANDARD\r
END:VTIMEZONE";

const ZONE: &str = "Asia/Seoul";

/// The offset of Korea from UTC, in hours.
const UTC_OFFSET_HOURS: i64 = 9;

/// Shows a timetable as a calendar file (iCalendar, RFC 5545), with a weekly event for each time. A time in several rooms
/// is one event.
#[utoipa::path(get, path = "/timetables/{id}/calendar.ics", tag = "timetables",
    params(("id" = TimetableId, Path)),
    responses((status = 200, description = "The calendar.", body = String, content_type = "text/calendar")))]
pub(crate) async fn show_calendar(
    MaybeUnverified(caller): MaybeUnverified,
    Path(id): Path<TimetableId>,
    State(state): State<TimetableState>,
) -> Result<impl IntoResponse, Problem> {
    let semester = id.semester().ok_or(Error::NotFound)?;
    let term = state.app.terms.get(caller.school, semester);
    let ((found, catalogue), term) = tokio::try_join!(load_timetable(&state, &caller, id), term)?;
    let timetable = &found.timetable;
    let entries = timetable.shown(lectures_of(&catalogue));
    let calendar = match timetable.check_owned_by(&caller) {
        Ok(()) => write_calendar(timetable, &entries, term, timetable.updated_at, |entry| entry.id.to_string()),
        Err(_) => write_others_calendar(timetable, &entries, term, &id.to_string()),
    };
    Ok(calendar_response(calendar))
}

/// The response with a calendar, which browsers save as a file.
pub(crate) fn calendar_response(calendar: String) -> impl IntoResponse {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"timetable.ics\"")),
    ];
    (headers, calendar)
}

/// Writes the calendar of a timetable in a term, for somebody other than its owner. It does not reveal when the timetable
/// was changed, or when its entries were created or changed.
///
/// `context` is where the calendar is shown: the names of the events differ between contexts.
pub(crate) fn write_others_calendar(
    timetable: &Timetable,
    entries: &[ShownEntry<'_>],
    term: Term,
    context: &str,
) -> String {
    write_calendar(timetable, entries, term, midnight(term.first_day), |entry| event_name(entry, context))
}

/// The name of the entry's events in a calendar for others, in this context.
///
/// The name changes when the content of the events changes, because nothing else in the file tells calendar programs
/// about the change. It is not the entry's id, which would reveal when the entry was created.
fn event_name(entry: &ShownEntry<'_>, context: &str) -> String {
    let professor = entry.professor.map_or("", Professor::as_str);
    let slots = entry.slots.iter().map(|Slot { day, start, end, place }| {
        format!("{} {start} {end} {}", day.as_str(), place.as_ref().map_or("", Room::as_str))
    });
    let head = [context, &entry.id.to_string(), entry.title, professor].map(str::to_owned);
    // No part contains a line break.
    let parts: Vec<_> = head.into_iter().chain(slots).collect();
    sha256(parts.join("\n").as_bytes())
}

/// Writes the calendar of a timetable in a term.
///
/// `changed_at` is the time stamp of the events. `event_name` names the events of an entry; names must be unique.
fn write_calendar(
    timetable: &Timetable,
    entries: &[ShownEntry<'_>],
    term: Term,
    changed_at: Time,
    event_name: impl Fn(&ShownEntry<'_>) -> String,
) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in
        [("VERSION", "2.0"), ("PRODID", "-//Campus//Timetable//KO"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")]
    {
        calendar.append_property((name, value));
    }
    calendar.name(timetable.name.as_str());
    calendar.timezone(ZONE);
    for entry in entries {
        let name = event_name(entry);
        // Calendar programs update an event only if its time stamp is newer.
        let changed_at = entry.lecture_updated_at.map_or(changed_at, |time| time.max(changed_at));
        for (number, meeting) in Meeting::all(entry.slots).iter().enumerate() {
            // A term of a few days may not contain this day of the week.
            if let Some(date) = term.first(meeting.day) {
                calendar.push(event(&format!("{name}-{number}@campus"), entry, meeting, date, term, changed_at));
            }
        }
    }
    let text = calendar.to_string();
    let first_component = text.find("\r\nBEGIN:VEVENT").or_else(|| text.find("\r\nEND:VCALENDAR"));
    let (head, rest) = first_component.and_then(|at| text.split_at_checked(at)).unwrap_or((&text, ""));
    format!("{head}{TIME_ZONE}{rest}")
}

/// The start of a day in Korea.
fn midnight(day: NaiveDate) -> Time {
    let utc = day.and_time(NaiveTime::MIN) - TimeDelta::hours(UTC_OFFSET_HOURS);
    Time::from_millis(utc.and_utc().timestamp_millis())
}

fn in_utc(time: Time) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(time.as_millis()).unwrap_or_default()
}

/// The weekly event of a meeting, from its first day until the end of the term.
fn event(
    uid: &str,
    entry: &ShownEntry<'_>,
    meeting: &Meeting<'_>,
    first: NaiveDate,
    term: Term,
    changed_at: Time,
) -> Event {
    let at = |minutes: u16| CalendarDateTime::WithTimezone {
        date_time: first.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes.into()),
        tzid: ZONE.to_owned(),
    };
    // RFC 5545 requires UTC for the end of a recurrence. This is the last second of the last day.
    let until = in_utc(midnight(term.last_day).plus_secs(24 * 3600 - 1));
    let mut event = Event::with_uid(uid);
    event
        .summary(entry.title)
        .starts(at(meeting.start.minutes()))
        .ends(at(meeting.end.minutes()))
        .timestamp(in_utc(changed_at))
        .append_property(Property::new("RRULE", format!("FREQ=WEEKLY;UNTIL={}", until.format("%Y%m%dT%H%M%SZ"))));
    if !meeting.places.is_empty() {
        event.location(&meeting.places.join(", "));
    }
    if let Some(professor) = entry.professor {
        event.description(professor.as_str());
    }
    event
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use campus_core::domain::{
        Caller, Color, Credit, Day, EntryId, LectureTitle, Parse, Role, SchoolId, Semester, SessionId, TimeOfDay,
        TimetableName, UserId, Visibility,
    };
    use ical::parser::Component as _;
    use ical::parser::ical::component::{IcalCalendar, IcalEvent};

    use super::*;

    fn timetable(name: &str) -> Timetable {
        let now = Time::now();
        let (school, session) = (SchoolId::new(now), SessionId::new(now));
        let owner = Caller {
            school,
            user: UserId::random(),
            session,
            role: Role::Student,
            is_verified: true,
            young_until: now,
        };
        let semester = Semester::parse("2026-2".to_owned()).unwrap();
        let name = TimetableName::parse(name.to_owned()).unwrap();
        Timetable::new(&owner, semester, name, Visibility::Private, now)
    }

    fn slot(day: Day, start: &str, end: &str, place: &str) -> Slot {
        let time = |text: &str| TimeOfDay::parse(text.to_owned()).unwrap();
        Slot::new(day, time(start), time(end), Room::parse(place.to_owned()).ok()).unwrap()
    }

    fn calendar_of(name: &str, title: &str, slots: &[Slot], term: Term) -> (String, IcalCalendar) {
        let (title, color) = (LectureTitle::parse(title.to_owned()).unwrap(), Color::default());
        let entry = ShownEntry {
            id: EntryId::new(Time::now()),
            lecture_id: None,
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
        assert_eq!(
            (value(first, "DTSTART"), value(first, "DTEND")),
            ("20260901T140000".into(), "20260901T151500".into())
        );
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
        let (text, calendar) =
            calendar_of("END:VCALENDAR", title.trim(), &[slot(Day::Tue, "14:00", "15:15", "")], term());
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
}
