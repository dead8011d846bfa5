//! `GET /timetables/{id}/calendar.ics`.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use campus_core::domain::{Caller, ShownEntry, Slot, Term, Time, Timetable, TimetableId};
use campus_core::http::{Code, Path, Problem};
use campus_core::store::Error;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use icalendar::{Calendar, CalendarDateTime, Component, Event, EventLike, Property};

use crate::state::Planner;
use crate::view::catalogue;

/// A calendar without events, in the time zone of Korea, which has known no summer time since 1988.
const EMPTY: &str = "\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Campus//Timetable//KO\r
CALSCALE:GREGORIAN\r
METHOD:PUBLISH\r
BEGIN:VTIMEZONE\r
TZID:Asia/Seoul\r
BEGIN:STANDARD\r
DTSTART:19881009T020000\r
TZNAME:KST\r
TZOFFSETFROM:+0900\r
TZOFFSETTO:+0900\r
END:STANDARD\r
END:VTIMEZONE\r
END:VCALENDAR\r
";

const ZONE: &str = "Asia/Seoul";

/// Seoul is so many hours ahead of UTC.
const HOURS_AHEAD: i64 = 9;

/// A timetable for calendar programs (RFC 5545): each slot as an event that comes every week of the term.
#[utoipa::path(get, path = "/timetables/{id}/calendar.ics", tag = "timetable",
    params(("id" = inline(TimetableId), Path)),
    responses((status = 200, description = "The calendar.", body = String, content_type = "text/calendar")))]
pub(crate) async fn show_calendar(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(planner): State<Planner>,
) -> Result<impl IntoResponse, Problem> {
    let semester = id.semester().ok_or(Error::NotFound)?;
    let (placed, known, term) = tokio::try_join!(
        planner.app.timetables.get(&caller, id),
        planner.catalogue(caller.school, semester),
        planner.app.terms.get(caller.school, semester),
    )?;
    let calendar = calendar(&placed.timetable, &placed.timetable.shown(catalogue(&known)), term)?;
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"timetable.ics\"")),
    ];
    Ok((headers, calendar.to_string()))
}

/// The timetable in the term.
fn calendar(timetable: &Timetable, entries: &[ShownEntry<'_>], term: Term) -> Result<Calendar, Problem> {
    let mut calendar: Calendar = EMPTY.parse().or(Err(Code::Internal))?;
    calendar.name(timetable.name.as_str());
    calendar.timezone(ZONE);
    for entry in entries {
        for (number, slot) in entry.slots.iter().enumerate() {
            // In a term of a few days there may be no such day of the week.
            if let Some(date) = term.first(slot.day) {
                let uid = format!("{}-{number}@campus", entry.id);
                calendar.push(event(&uid, entry, slot, date, term, timetable.updated_at));
            }
        }
    }
    Ok(calendar)
}

/// The slot on its first day, and on the same day of every week until the term ends.
fn event(uid: &str, entry: &ShownEntry<'_>, slot: &Slot, first: NaiveDate, term: Term, changed: Time) -> Event {
    let at = |minutes: u16| CalendarDateTime::WithTimezone {
        date_time: first.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes.into()),
        tzid: ZONE.to_owned(),
    };
    let midnight: NaiveDateTime = (term.last_day + Days::new(1)).and_time(NaiveTime::MIN);
    // A recurrence of times that name a zone ends at a time in UTC.
    let until = midnight - TimeDelta::hours(HOURS_AHEAD) - TimeDelta::seconds(1);
    let changed: DateTime<Utc> = DateTime::from_timestamp_millis(changed.as_millis()).unwrap_or_default();
    let mut event = Event::with_uid(uid);
    event
        .summary(entry.title)
        .starts(at(slot.start.minutes()))
        .ends(at(slot.end.minutes()))
        .timestamp(changed)
        .append_property(Property::new("RRULE", format!("FREQ=WEEKLY;UNTIL={}", until.format("%Y%m%dT%H%M%SZ"))));
    if let Some(place) = &slot.place {
        event.location(place.as_str());
    }
    if let Some(professor) = entry.professor {
        event.description(professor.as_str());
    }
    event
}
