//! Repeated requests with an `Idempotency-Key`.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::start;

#[tokio::test]
async fn a_repeat_is_replayed_even_if_a_new_request_would_be_refused() {
    let (app, student) = start().await;
    let send = async |path: &str, key: &str, body: &Value| {
        app.post(path).by(&student).header("idempotency-key", key).json(body).send().await
    };
    // The first requests take the lecture, the time, the name and the last of ten timetables, so new requests are
    // refused.
    let path = app.timetable(&student, "계획", "private").await;
    let (entries, copies) = (format!("{path}/entries"), format!("{path}/copy"));
    for name in 0..7 {
        app.timetable(&student, &name.to_string(), "private").await;
    }
    let lecture = json!({ "lecture_id": app.lecture(&student, "확률과정론").await });
    let custom = json!({ "title": "동아리", "slots": [{ "day": "mon", "start": "09:00", "end": "10:00" }] });
    let (copy, timetable) = (json!({ "name": "사본" }), json!({ "semester": "2026-1", "name": "마지막" }));
    let requests = [
        (&entries, "lecture", &lecture, "lecture_already_added"),
        (&entries, "custom", &custom, "time_conflict"),
        (&copies, "copy", &copy, "timetable_name_taken"),
        (&"/timetables".to_owned(), "timetable", &timetable, "timetables_full"),
    ];
    for (path, key, body, refusal) in requests {
        let first = send(path, key, body).await;
        assert_eq!(first.is(201).header("idempotency-replayed"), "");
        let before = app.snapshot().await;
        let repeat = send(path, key, body).await;
        assert_eq!((repeat.is(201).header("idempotency-replayed"), repeat.json()), ("true", first.json()));
        assert_eq!(repeat.header("location"), first.header("location"));
        send(path, "other key", body).await.is_problem(409, refusal);
        let mut other = body.clone();
        other[if key == "lecture" || key == "custom" { "color" } else { "name" }] = json!("#abcdef");
        send(path, key, &other).await.is_problem(422, "idempotency_key_reused");
        assert_eq!(app.snapshot().await, before);
    }
    for (path, key, body, _) in requests {
        assert_eq!(send(path, key, body).await.is(201).header("idempotency-replayed"), "true");
    }
    app.audit().await;
}

#[tokio::test]
async fn of_10_concurrent_repeats_one_takes_effect_and_all_get_its_result() {
    let (app, student) = start().await;
    let app = Arc::new(app);
    let path = app.timetable(&student, "계획", "private").await;
    let custom = json!({ "title": "동아리", "slots": [{ "day": "mon", "start": "09:00", "end": "10:00" }] });
    for (path, body) in [
        (format!("{path}/entries"), custom),
        (format!("{path}/copy"), json!({ "name": "사본" })),
        ("/timetables".to_owned(), json!({ "semester": "2026-1", "name": "다른 계획" })),
    ] {
        let attempts: Vec<_> = (0..10)
            .map(|_| {
                let (app, student, path, body) = (app.clone(), student.clone(), path.clone(), body.clone());
                tokio::spawn(async move {
                    app.post(&path).by(&student).header("idempotency-key", &path).json(&body).send().await
                })
            })
            .collect();
        let (mut ids, mut first) = (HashSet::new(), 0);
        for attempt in attempts {
            let answer = attempt.await.unwrap();
            ids.insert(answer.is(201).text_at("/id"));
            first += usize::from(answer.header("idempotency-replayed").is_empty());
        }
        assert_eq!((ids.len(), first), (1, 1), "{path}");
    }
    app.audit().await;
}
