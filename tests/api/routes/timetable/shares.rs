//! Share links, which show a timetable without a login (rule 12).

use std::time::Duration;

use serde_json::json;

use super::without_request_id;
use crate::support::faults::contention::Contention;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp};

const LECTURES: [&str; 1] = ["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105"];

/// Starts a service with a student who has a private timetable with a lecture and a custom entry. Also returns the path
/// of the timetable.
async fn start() -> (TestApp, Student, String) {
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

/// Asserts that the responses for this link are the same as for a link that never existed.
async fn assert_unknown(app: &TestApp, token: &str) {
    for view in VIEWS {
        let unknown = get(app, &"A".repeat(43), view).await;
        unknown.is_problem(404, "not_found");
        assert_eq!(without_request_id(&get(app, token, view).await), without_request_id(&unknown), "{token}{view}");
    }
}

#[tokio::test]
async fn a_share_link_shows_the_timetable_and_nothing_else() {
    let (app, student, path) = start().await;
    let created = app.post(format!("{path}/share")).by(&student).send().await;
    let token = created.is(201).text_at("/token");
    assert_eq!(created.json(), json!({ "token": token }));
    assert_eq!(created.header("location"), format!("/shared-timetables/{token}"));
    assert_eq!(token.len(), 43, "256 bits");
    let shown = get(&app, &token, "").await;
    let expected = json!({
        "semester": "2026-1", "name": "계획", "credits": 4,
        "entries": [
            {
                "state": "listed", "title": "확률과정론", "professor": "이상열", "credit": 3, "color": "#f6c5c0", "conflicts": false,
                "slots": [{ "day": "tue", "start": "14:00", "end": "15:30", "place": "25-105" }],
            },
            {
                "state": null, "title": "동아리", "professor": null, "credit": 1, "color": "#aabbcc", "conflicts": false,
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

/// The lines of a calendar that begin with any of these property names.
fn lines(calendar: &Answer, names: &[&str]) -> Vec<String> {
    // A long line is folded: it continues after a line end and a space.
    let unfolded = calendar.is(200).text.replace("\r\n ", "");
    let has = |line: &&str| names.iter().any(|name| line.starts_with(name));
    unfolded.lines().filter(has).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_calendar_of_a_share_link_reveals_neither_entry_ids_nor_times_of_edits() {
    let (app, student, path) = start().await;
    let token = app.share(&student, &path).await;
    let shared = get(&app, &token, "/calendar.ics").await;
    let own = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
    assert_eq!(shared.is(200).header("content-type"), own.header("content-type"));
    // The lecture has the time of its last change in the catalogue. The custom entry has the first day of the term, in
    // the time zone of Seoul.
    let lecture = app.get("/lectures?semester=2026-1").by(&student).send().await.is(200).text_at("/items/0/updated_at");
    let since: String = lecture.chars().take(19).filter(|character| !matches!(character, '-' | ':')).collect();
    assert_eq!(lines(&shared, &["DTSTAMP"]), [format!("DTSTAMP:{since}Z"), "DTSTAMP:20260301T150000Z".to_owned()]);
    let same = ["DTSTART", "DTEND", "RRULE", "SUMMARY", "LOCATION", "X-WR-CALNAME"];
    assert_eq!(lines(&shared, &same), lines(&own, &same));
    let uids = lines(&shared, &["UID"]);
    let own_uids = lines(&own, &["UID"]);
    assert_eq!((uids.len(), own_uids.len()), (2, 2));
    let entries = app.get(&path).by(&student).send().await.at("/entries");
    for entry in entries.as_array().unwrap() {
        assert!(
            !shared.text.contains(entry["id"].as_str().unwrap()) && own.text.contains(entry["id"].as_str().unwrap())
        );
    }
    app.clock.set_ahead_by_millis(5000);
    app.patch(&path).by(&student).json(&json!({ "visibility": "school" })).send().await.is(200);
    assert_eq!(
        get(&app, &token, "/calendar.ics").await.text,
        shared.text,
        "the calendar does not depend on the visibility"
    );
    let other = app.share(&student, &path).await;
    assert!(lines(&get(&app, &other, "/calendar.ics").await, &["UID"]).iter().all(|uid| !uids.contains(uid)));
}

#[tokio::test]
async fn a_changed_entry_is_a_new_event_in_the_calendar_of_a_share_link() {
    let (app, student, path) = start().await;
    let token = app.share(&student, &path).await;
    let uids = async || lines(&get(&app, &token, "/calendar.ics").await, &["UID"]);
    let entry = app.get(&path).by(&student).send().await.text_at("/entries/1/id");
    let entry = format!("{path}/entries/{entry}");
    let slot = |end: &str, place: &str| json!([{ "day": "fri", "start": "18:00", "end": end, "place": place }]);
    let mut before = uids().await;
    for change in [
        json!({ "title": "합주" }),
        json!({ "professor": "박" }),
        json!({ "slots": slot("20:30", "동아리방") }),
        json!({ "slots": slot("20:30", "강당") }),
    ] {
        app.patch(&entry).by(&student).json(&change).send().await.is(200);
        let after = uids().await;
        assert!(after[0] == before[0] && after[1] != before[1], "{change}");
        before = after;
    }
    app.patch(&entry).by(&student).json(&json!({ "color": "#000000", "credit": 2 })).send().await.is(200);
    assert_eq!(uids().await, before, "the color and the credits are not part of an event");
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    app.import(&school, &["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-106"]).await;
    let after = uids().await;
    assert!(after[0] != before[0] && after[1] == before[1]);
}

#[tokio::test]
async fn a_timetable_has_at_most_one_share_link() {
    let (app, student, path) = start().await;
    let first = app.share(&student, &path).await;
    let second = app.share(&student, &path).await;
    assert_unknown(&app, &first).await;
    get(&app, &second, "").await.is(200);
    assert_eq!(app.count_rows("SHARE#").await, 1);
    for _ in 0..2 {
        app.delete(format!("{path}/share")).by(&student).send().await.is(204);
        assert_unknown(&app, &second).await;
    }
    assert_eq!(app.count_rows("SHARE#").await, 0);
    app.audit().await;
}

#[tokio::test]
async fn an_invalid_share_link_is_404() {
    let (app, student, path) = start().await;
    let token = app.share(&student, &path).await;
    let hash =
        app.rows().await.iter().find_map(|row| row["pk"].as_s().unwrap().strip_prefix("SHARE#").map(str::to_owned));
    let id = path.replace("/timetables/", "");
    let longer = format!("{token}A");
    for invalid in ["x", &id, &hash.unwrap(), &token[..42], &longer, "%EA%B0%80", "%00"] {
        assert_unknown(&app, invalid).await;
    }
    get(&app, &token, "").await.is(200);
    let text = app.snapshot().await.join("\n");
    assert!(!text.contains(&token), "the table does not have the token");
}

#[tokio::test]
async fn a_share_link_shows_the_current_timetable_until_the_timetable_is_deleted() {
    let (app, student, path) = start().await;
    let token = app.share(&student, &path).await;
    let entry = app.enter(&student, &path, &json!({ "title": "합주", "slots": [] })).await;
    app.patch(&entry).by(&student).json(&json!({ "title": "연주" })).send().await.is(200);
    app.patch(&path).by(&student).json(&json!({ "name": "새 이름" })).send().await.is(200);
    let shown = get(&app, &token, "").await;
    assert_eq!((shown.at("/name"), shown.at("/entries/2/title")), (json!("새 이름"), json!("연주")));
    app.delete(&entry).by(&student).send().await.is(204);
    assert_eq!(get(&app, &token, "").await.at("/entries").as_array().unwrap().len(), 2);
    app.audit().await;

    // A copy has no link.
    let copy = app.post(format!("{path}/copy")).by(&student).json(&json!({ "name": "사본" })).send().await;
    let copy = copy.is(201).header("location").to_owned();
    app.delete(&copy).by(&student).send().await.is(204);
    get(&app, &token, "").await.is(200);
    assert_eq!(app.count_rows("SHARE#").await, 1);
    app.audit().await;
    app.delete(&path).by(&student).send().await.is(204);
    assert_unknown(&app, &token).await;
    assert_eq!(app.count_rows("SHARE#").await, 0);
    app.audit().await;
}

#[tokio::test]
async fn only_the_owner_can_create_and_delete_a_share_link() {
    let (app, student, path) = start().await;
    let other = app.student(&app.service.app.schools.all().await.unwrap()[0]).await;
    let token = app.share(&student, &path).await;
    let before = app.snapshot().await;
    let both = async || {
        let (created, deleted) = (app.post(format!("{path}/share")), app.delete(format!("{path}/share")));
        [created.by(&other).send().await, deleted.by(&other).send().await]
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
async fn a_withdrawal_ends_share_links_at_once_and_the_purge_deletes_their_rows() {
    let (app, student, path) = start().await;
    let token = app.share(&student, &path).await;
    app.delete("/auth/me").by(&student).json(&json!({ "password": PASSWORD })).send().await.is(204);
    assert_unknown(&app, &token).await;
    app.audit().await;
    app.clock.set_ahead_by_millis(31_000);
    app.service.app.withdrawals.purge().await.unwrap();
    assert_eq!((app.count_rows("SHARE#").await, app.count_rows("#TIMETABLE#").await), (0, 0));
    assert_unknown(&app, &token).await;
    app.audit().await;
}

/// Creates and deletes links while entries are added. Asserts that no entry is lost and that at most one link remains.
async fn create_and_delete_at_once(app: &TestApp, student: &Student) {
    let path = app.timetable(student, "계획", "private").await;
    for round in 0..20 {
        let entry = json!({ "title": format!("{round}"), "slots": [] });
        let (first, second, entered, deleted) = tokio::join!(
            app.post(format!("{path}/share")).by(student).send(),
            app.post(format!("{path}/share")).by(student).send(),
            app.post(format!("{path}/entries")).by(student).json(&entry).send(),
            app.delete(format!("{path}/share")).by(student).send(),
        );
        entered.is(201);
        deleted.is(204);
        let mut live = 0;
        for token in [first.is(201).text_at("/token"), second.is(201).text_at("/token")] {
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
async fn of_concurrent_share_links_at_most_one_remains() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    create_and_delete_at_once(&app, &student).await;
}

#[tokio::test]
async fn of_concurrent_share_links_at_most_one_remains_despite_conflicts() {
    let injector = Contention::new(Duration::from_millis(2));
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let student = app.student(&app.school("가온대학교").await).await;
    create_and_delete_at_once(&app, &student).await;
    assert!(injector.conflicts() > 0);
}
