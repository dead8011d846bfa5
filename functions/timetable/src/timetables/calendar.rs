//! `GET /timetables/{id}/calendar.ics`.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use campus_core::domain::{
    LectureState, Meeting, Professor, Room, SchoolTerm, ShownEntry, Slot, Time, TimeOfDay, Timetable, TimetableId,
    WeeklyDates,
};
use campus_core::hash::sha256;
use campus_core::http::{MaybeUnverified, Path, Problem};
use campus_core::store::Error;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use icalendar::{Calendar, CalendarDateTime, Component, Event, EventLike, EventStatus, Property};

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
/// is one event. The events skip the days off of the term.
///
/// The events of a lecture that is cancelled or withdrawn have the status `CANCELLED`, and a title that says so.
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
        Ok(()) => write_calendar(timetable, &entries, &term, timetable.updated_at, |entry| entry.id.to_string()),
        Err(_) => write_others_calendar(timetable, &entries, &term, &id.to_string()),
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
    term: &SchoolTerm,
    context: &str,
) -> String {
    write_calendar(timetable, entries, term, midnight(term.term.first_day), |entry| event_name(entry, context))
}

/// The name of the entry's events in a calendar for others, in this context.
///
/// The name changes when the content of the events changes, so that calendar programs notice every change. The time stamp
/// of the events follows only changes of the term and of the lecture. The name is not the entry's id, which would reveal when the entry was created.
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
/// `changed_at` is the time stamp of the events, unless the term or the lecture changed later. `event_name` names the events
/// of an entry; names must be unique.
fn write_calendar(
    timetable: &Timetable,
    entries: &[ShownEntry<'_>],
    term: &SchoolTerm,
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
    // Calendar programs update an event only if its time stamp is newer.
    let changed_at = changed_at.max(term.changed_at.unwrap_or(changed_at));
    calendar.timezone(ZONE);
    for entry in entries {
        let name = event_name(entry);
        let changed_at = entry.lecture_updated_at.map_or(changed_at, |time| time.max(changed_at));
        for (number, meeting) in Meeting::all(entry.slots).iter().enumerate() {
            // A term of a few days may not contain this day of the week.
            if let Some(dates) = term.weekly(meeting.day) {
                calendar.push(event(&format!("{name}-{number}@campus"), entry, meeting, &dates, term, changed_at));
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
    dates: &WeeklyDates,
    term: &SchoolTerm,
    changed_at: Time,
) -> Event {
    let at = |date: NaiveDate, time: TimeOfDay| CalendarDateTime::WithTimezone {
        date_time: date.and_time(NaiveTime::MIN) + TimeDelta::minutes(time.minutes().into()),
        tzid: ZONE.to_owned(),
    };
    // RFC 5545 requires UTC for the end of a recurrence. This is the last second of the last day.
    let until = in_utc(midnight(term.term.last_day).plus_secs(24 * 3600 - 1));
    let mut event = Event::with_uid(uid);
    event
        .summary(&entry.noted_title())
        .starts(at(dates.first, meeting.start))
        .ends(at(dates.first, meeting.end))
        .timestamp(in_utc(changed_at))
        .append_property(Property::new("RRULE", format!("FREQ=WEEKLY;UNTIL={}", until.format("%Y%m%dT%H%M%SZ"))));
    for date in &dates.skipped {
        event.exdate(at(*date, meeting.start));
    }
    if entry.state.is_some_and(|state| state != LectureState::Listed) {
        event.status(EventStatus::Cancelled);
    }
    if !meeting.places.is_empty() {
        event.location(&meeting.places.join(", "));
    }
    if let Some(professor) = entry.professor {
        event.description(professor.as_str());
    }
    event
}

#[cfg(test)]
mod tests;
