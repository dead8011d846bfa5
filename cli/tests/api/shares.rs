//! Links by which anybody sees a timetable.

use std::time::Duration;

use serde_json::json;

use crate::faults::contention::Contention;
use crate::harness::{Answer, PASSWORD, Student, TestApp};

const LECTURES: [&str; 1] = ["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105"];

/// A service with a catalogue, and a student who has a private timetable with a lecture and an entry of the student's
/// own; its path.
async fn app() -> (TestApp, Student, String) {
    let (app, student) = TestApp::with_lectures(&LECTURES).await;
    let path = app.timetable(&student, "계획", "private").await;
    let lecture = app.lecture(&student, "확률과정론").await;
    app.enter(&student, &path, &json!({ "lecture_id": lecture })).await;
    let slots = json!([{ "day": "fri", "start": "18:00", "end": "20:00", "place": "동아리방" }]);
    app.enter(&student, &path, &json!({ "title": "동아리", "slots": slots, "credit": 1, "color": "#aabbcc" })).await;
    (app, student, path)
}

async fn get(app: &TestApp, token: &str, view: &str) -> Answer {
    app.get(format!("/shared-timetables/{token}{view}")).send().await
}

const VIEWS: [&str; 3] = ["", "/picture.svg", "/calendar.ics"];

/// All of an answer but the id of the request.
fn bytes(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    format!("{} {headers:?} {}", answer.status, answer.text.replace(id, ""))
}

/// Asserts that the link is one that never was, as far as anybody can tell.
async fn is_none(app: &TestApp, token: &str) {
    for view in VIEWS {
        let never = get(app, &"A".repeat(43), view).await;
        never.is_problem(404, "not_found");
        assert_eq!(bytes(&get(app, token, view).await), bytes(&never), "{token}{view}");
    }
}

#[tokio::test]
async fn whoever_has_the_link_sees_the_timetable_alone() {
    let (app, student, path) = app().await;
    let made = app.post(format!("{path}/share")).by(&student).send().await;
    let token = made.is(201).text_at("/token");
    assert_eq!(made.json(), json!({ "token": token }));
    assert_eq!(made.header("location"), format!("/shared-timetables/{token}"));
    assert_eq!(token.len(), 43, "256 bits");
    let shown = get(&app, &token, "").await;
    let expected = json!({
        "semester": "2026-1", "name": "계획", "credits": 4,
        "entries": [
            {
                "title": "확률과정론", "professor": "이상열", "credit": 3, "color": "#f6c5c0", "conflicts": false,
                "slots": [{ "day": "tue", "start": "14:00", "end": "15:30", "place": "25-105" }],
            },
            {
                "title": "동아리", "professor": null, "credit": 1, "color": "#aabbcc", "conflicts": false,
                "slots": [{ "day": "fri", "start": "18:00", "end": "20:00", "place": "동아리방" }],
            },
        ],
    });
    assert_eq!(shown.is(200).json(), expected);
    assert_eq!(shown.header("cache-control"), "no-store");
    let picture = get(&app, &token, "/picture.svg").await;
    let own = app.get(format!("{path}/picture.svg")).by(&student).send().await;
    assert_eq!(
        (picture.is(200).text.as_str(), &picture.headers["content-type"]),
        (own.text.as_str(), &own.headers["content-type"])
    );
    assert_eq!(picture.headers["content-security-policy"], own.headers["content-security-policy"]);
    app.audit().await;
}

/// The lines of a calendar that begin with one of the names.
fn lines(calendar: &Answer, names: &[&str]) -> Vec<String> {
    // A long line goes on behind a line end and a space.
    let unfolded = calendar.is(200).text.replace("\r\n ", "");
    let has = |line: &&str| names.iter().any(|name| line.starts_with(name));
    unfolded.lines().filter(has).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_calendar_of_a_link_tells_no_times_but_those_of_its_entries() {
    let (app, student, path) = app().await;
    let token = app.share(&student, &path).await;
    let shared = get(&app, &token, "/calendar.ics").await;
    let own = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
    assert_eq!(shared.is(200).header("content-type"), own.header("content-type"));
    // Since when the catalogue says so of the lecture; and the first day of the term, in Seoul.
    let lecture = app.get("/lectures?semester=2026-1").by(&student).send().await.is(200).text_at("/items/0/updated_at");
    let since: String = lecture.chars().take(19).filter(|character| !matches!(character, '-' | ':')).collect();
    assert_eq!(lines(&shared, &["DTSTAMP"]), [format!("DTSTAMP:{since}Z"), "DTSTAMP:20260301T150000Z".to_owned()]);
    let said = ["DTSTART", "DTEND", "RRULE", "SUMMARY", "LOCATION", "X-WR-CALNAME"];
    assert_eq!(lines(&shared, &said), lines(&own, &said));
    let names = lines(&shared, &["UID"]);
    let own_names = lines(&own, &["UID"]);
    assert_eq!((names.len(), own_names.len()), (2, 2));
    let entries = app.get(&path).by(&student).send().await.at("/entries");
    for entry in entries.as_array().unwrap() {
        assert!(
            !shared.text.contains(entry["id"].as_str().unwrap()) && own.text.contains(entry["id"].as_str().unwrap())
        );
    }
    app.clock.set_ahead_by_millis(5000);
    app.patch(&path).by(&student).json(&json!({ "visibility": "school" })).send().await.is(200);
    assert_eq!(get(&app, &token, "/calendar.ics").await.text, shared.text, "nothing of it has changed");
    let other = app.share(&student, &path).await;
    assert!(lines(&get(&app, &other, "/calendar.ics").await, &["UID"]).iter().all(|name| !names.contains(name)));
}

#[tokio::test]
async fn what_changes_in_a_timetable_is_another_event_to_those_who_have_the_link() {
    let (app, student, path) = app().await;
    let token = app.share(&student, &path).await;
    let names = async || lines(&get(&app, &token, "/calendar.ics").await, &["UID"]);
    let entry = app.get(&path).by(&student).send().await.text_at("/entries/1/id");
    let entry = format!("{path}/entries/{entry}");
    let slot = |end: &str, place: &str| json!([{ "day": "fri", "start": "18:00", "end": end, "place": place }]);
    let mut before = names().await;
    for change in [
        json!({ "title": "합주" }),
        json!({ "professor": "박" }),
        json!({ "slots": slot("20:30", "동아리방") }),
        json!({ "slots": slot("20:30", "강당") }),
    ] {
        app.patch(&entry).by(&student).json(&change).send().await.is(200);
        let after = names().await;
        assert!(after[0] == before[0] && after[1] != before[1], "{change}");
        before = after;
    }
    app.patch(&entry).by(&student).json(&json!({ "color": "#000000", "credit": 2 })).send().await.is(200);
    assert_eq!(names().await, before, "its events say the same");
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    app.import(&school, &["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-106"]).await;
    let after = names().await;
    assert!(after[0] != before[0] && after[1] == before[1]);
}

#[tokio::test]
async fn a_timetable_has_one_link_at_a_time() {
    let (app, student, path) = app().await;
    let first = app.share(&student, &path).await;
    let second = app.share(&student, &path).await;
    is_none(&app, &first).await;
    get(&app, &second, "").await.is(200);
    assert_eq!(app.count_rows("SHARE#").await, 1);
    for _ in 0..2 {
        app.delete(format!("{path}/share")).by(&student).send().await.is(204);
        is_none(&app, &second).await;
    }
    assert_eq!(app.count_rows("SHARE#").await, 0);
    app.audit().await;
}

#[tokio::test]
async fn what_is_no_link_is_not_found() {
    let (app, student, path) = app().await;
    let token = app.share(&student, &path).await;
    let hash =
        app.rows().await.iter().find_map(|row| row["pk"].as_s().unwrap().strip_prefix("SHARE#").map(str::to_owned));
    let id = path.replace("/timetables/", "");
    let longer = format!("{token}A");
    for wrong in ["x", &id, &hash.unwrap(), &token[..42], &longer, "%EA%B0%80", "%00"] {
        is_none(&app, wrong).await;
    }
    get(&app, &token, "").await.is(200);
    let text = app.snapshot().await.join("\n");
    assert!(!text.contains(&token), "the table does not have the token");
}

#[tokio::test]
async fn a_link_shows_what_the_timetable_is_now_and_outlives_every_change_of_it() {
    let (app, student, path) = app().await;
    let token = app.share(&student, &path).await;
    let entry = app.enter(&student, &path, &json!({ "title": "합주", "slots": [] })).await;
    app.patch(&entry).by(&student).json(&json!({ "title": "연주" })).send().await.is(200);
    app.patch(&path).by(&student).json(&json!({ "name": "새 이름" })).send().await.is(200);
    let shown = get(&app, &token, "").await;
    assert_eq!((shown.at("/name"), shown.at("/entries/2/title")), (json!("새 이름"), json!("연주")));
    app.delete(&entry).by(&student).send().await.is(204);
    assert_eq!(get(&app, &token, "").await.at("/entries").as_array().unwrap().len(), 2);
    app.audit().await;

    // A copy is another timetable, without a link.
    let copy = app.post(format!("{path}/copy")).by(&student).json(&json!({ "name": "사본" })).send().await;
    let copy = copy.is(201).header("location").to_owned();
    app.delete(&copy).by(&student).send().await.is(204);
    get(&app, &token, "").await.is(200);
    assert_eq!(app.count_rows("SHARE#").await, 1);
    app.audit().await;
    app.delete(&path).by(&student).send().await.is(204);
    is_none(&app, &token).await;
    assert_eq!(app.count_rows("SHARE#").await, 0);
    app.audit().await;
}

#[tokio::test]
async fn only_the_owner_makes_and_ends_a_link() {
    let (app, student, path) = app().await;
    let other = app.student(&app.desk.app.schools.all().await.unwrap()[0]).await;
    let token = app.share(&student, &path).await;
    let before = app.snapshot().await;
    let both = async || {
        let (made, ended) = (app.post(format!("{path}/share")), app.delete(format!("{path}/share")));
        [made.by(&other).send().await, ended.by(&other).send().await]
    };
    for answer in both().await {
        answer.is_problem(404, "not_found");
    }
    assert_eq!(app.snapshot().await, before);
    app.patch(&path).by(&student).json(&json!({ "visibility": "school" })).send().await.is(200);
    for answer in both().await {
        answer.is_problem(403, "not_timetable_owner");
    }
    get(&app, &token, "").await.is(200);
}

#[tokio::test]
async fn a_withdrawal_ends_the_links_at_once_and_the_purge_leaves_none() {
    let (app, student, path) = app().await;
    let token = app.share(&student, &path).await;
    app.delete("/auth/me").by(&student).json(&json!({ "password": PASSWORD })).send().await.is(204);
    is_none(&app, &token).await;
    app.audit().await;
    app.clock.set_ahead_by_millis(31_000);
    app.desk.app.withdrawals.purge().await.unwrap();
    assert_eq!((app.count_rows("SHARE#").await, app.count_rows("#TIMETABLE#").await), (0, 0));
    is_none(&app, &token).await;
    app.audit().await;
}

/// Links are made and ended while entries come: none is lost, and one link at most is left.
async fn all_at_once(app: &TestApp, student: &Student) {
    let path = app.timetable(student, "계획", "private").await;
    for round in 0..20 {
        let entry = json!({ "title": format!("{round}"), "slots": [] });
        let (one, other, entered, ended) = tokio::join!(
            app.post(format!("{path}/share")).by(student).send(),
            app.post(format!("{path}/share")).by(student).send(),
            app.post(format!("{path}/entries")).by(student).json(&entry).send(),
            app.delete(format!("{path}/share")).by(student).send(),
        );
        entered.is(201);
        ended.is(204);
        let mut live = 0;
        for token in [one.is(201).text_at("/token"), other.is(201).text_at("/token")] {
            live += usize::from(get(app, &token, "").await.status == 200);
        }
        assert!(live <= 1, "{live}");
        assert_eq!(app.count_rows("SHARE#").await, live);
    }
    let shown = app.get(&path).by(student).send().await;
    assert_eq!(shown.at("/entries").as_array().unwrap().len(), 20);
    app.audit().await;
}

#[tokio::test]
async fn of_links_made_at_once_one_is_left() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    all_at_once(&app, &student).await;
}

#[tokio::test]
async fn of_links_made_at_once_one_is_left_in_spite_of_conflicts() {
    let wire = Contention::new(Duration::from_millis(2));
    let app = TestApp::start_with(|engine| wire.connection(engine), None).await;
    let student = app.student(&app.school("가온대학교").await).await;
    all_at_once(&app, &student).await;
    assert!(wire.conflicts() > 0);
}
