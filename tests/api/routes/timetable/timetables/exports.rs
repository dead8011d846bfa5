//! The calendar and the picture of a timetable.

use serde_json::json;

use super::entries::{add_lecture, slot};
use super::{LECTURES, patch, start};
use crate::support::harness::TestApp;

#[tokio::test]
async fn a_calendar_repeats_each_slot_during_the_schools_term_except_on_days_off() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let path = app.timetable(&student, "계획", "private").await;
    add_lecture(&app, &student, &path, "확률과정론").await.is(201);
    let calendar = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
    assert_eq!(calendar.is(200).header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(calendar.header("cache-control"), "no-store");
    assert_eq!(calendar.text.matches("BEGIN:VEVENT").count(), 2);
    // 2 March 2026 is a Monday.
    assert!(calendar.text.contains("DTSTART;TZID=Asia/Seoul:20260303T140000"), "{}", calendar.text);
    let again = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
    assert_eq!(again.text, calendar.text);

    let semester = campus_core::domain::Parse::parse("2026-1".to_owned()).unwrap();
    let (first, last) = ("2026-03-09".parse().unwrap(), "2026-06-26".parse().unwrap());
    let term = campus_core::domain::Term::new(semester, first, last).unwrap();
    app.service.app.terms.set(school.id, semester, term).await.unwrap();
    let moved = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
    assert!(moved.text.contains("DTSTART;TZID=Asia/Seoul:20260310T140000"), "{}", moved.text);
    assert!(moved.text.contains("UNTIL=20260626T145959Z"), "{}", moved.text);

    let days_off = ["2026-03-10", "2026-05-05", "2026-05-06"].map(|day| day.parse().unwrap()).into();
    app.service.app.terms.set_days_off(school.id, semester, &days_off).await.unwrap();
    let token = app.share(&student, &path).await;
    for view in [path.clone(), format!("/shared-timetables/{token}")] {
        let with_days_off = app.get(format!("{view}/calendar.ics")).by(&student).send().await;
        let text = &with_days_off.is(200).text;
        assert!(text.contains("DTSTART;TZID=Asia/Seoul:20260317T140000"), "{text}");
        let skipped: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("EXDATE;TZID=Asia/Seoul:")).collect();
        assert_eq!(skipped, ["20260505T140000"], "{text}");
    }
    app.audit().await;
}

#[tokio::test]
async fn a_time_in_several_rooms_is_one_event_and_one_block() {
    let times = "월 09:00-10:15; 수 09:00-10:15; 월 09:00-10:15";
    let line = format!("E1|001|두 강의실|3|한가람|{times}|가관 101; 나관 202; 나관 202");
    let (app, student) = TestApp::with_lectures(&[&line]).await;
    let path = app.timetable(&student, "계획", "private").await;
    add_lecture(&app, &student, &path, "두 강의실").await.is(201);
    let calendar = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
    assert_eq!(calendar.is(200).text.matches("BEGIN:VEVENT").count(), 2);
    assert_eq!(calendar.text.matches("LOCATION:가관 101\\, 나관 202").count(), 1, "{}", calendar.text);
    let picture = app.get(format!("{path}/picture.svg")).by(&student).send().await;
    assert_eq!(picture.is(200).text.matches("두 강의실").count(), 2, "{}", picture.text);
    for (room, blocks) in [("가관", 1), ("나관", 2)] {
        assert_eq!(picture.text.matches(room).count(), blocks, "{}", picture.text);
    }
}

#[tokio::test]
async fn the_timestamp_of_an_event_is_the_last_change_of_the_timetable_or_the_lecture() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let path = app.timetable(&student, "계획", "private").await;
    add_lecture(&app, &student, &path, "선형대수").await.is(201);
    app.enter(&student, &path, &json!({ "title": "동아리", "slots": [slot("fri", "09:00", "10:00")] })).await;
    let stamps = async || -> Vec<String> {
        let calendar = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
        calendar.is(200).text.lines().filter_map(|line| line.strip_prefix("DTSTAMP:")).map(str::to_owned).collect()
    };
    let before = stamps().await;
    assert_eq!((before.len(), &before[0]), (2, &before[1]));
    app.clock.set_ahead_by_millis(3_600_000);
    let mut moved = LECTURES;
    moved[2] = "M2|001|선형대수|2|김|금 15:30-16:30|";
    app.import(&school, &moved).await;
    let after = stamps().await;
    assert!(after[0] > before[0] && after[1] == before[1], "{before:?} {after:?}");
    app.clock.set_ahead_by_millis(7_200_000);
    patch(&app, &student, &path, &json!({ "name": "새 계획" })).await.is(200);
    assert!(stamps().await.iter().all(|stamp| *stamp > after[0]));
}

#[tokio::test]
async fn a_picture_escapes_text_and_cannot_run_scripts() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "<script>alert('1')</script>", "private").await;
    let custom = json!({ "title": "</text><script>&\"", "slots": [{ "day": "sat", "start": "09:00", "end": "12:00", "place": "<b>" }] });
    app.enter(&student, &path, &custom).await;
    let picture = app.get(format!("{path}/picture.svg")).by(&student).send().await;
    assert_eq!(picture.is(200).header("content-type"), "image/svg+xml; charset=utf-8");
    assert_eq!(picture.header("cache-control"), "no-store");
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    assert_eq!(picture.header("content-security-policy"), "default-src 'none'; sandbox");
    assert!(picture.text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    assert!(!picture.text.contains("<script") && !picture.text.contains("<b>"), "{}", picture.text);
    for shown in ["&lt;script&gt;", "토", "&lt;b&gt;"] {
        assert!(picture.text.contains(shown), "{shown}: {}", picture.text);
    }
}
