//! The operations of the timetable function.

use serde_json::json;

use super::*;
use crate::support::fixture::review_body;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "list_semesters",
            name: "GET /semesters",
            access: Access::read(200).open_to_unverified(),
            request: |_, _| Specimen::new("/semesters?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("~catalogues, ~term", "").by_pointers()],
            events: vec![Event::plain().path("/semesters")],
        },
        Operation {
            id: "show_filters",
            name: "GET /semesters/{semester}/filters",
            access: Access::read(200).open_to_unverified().in_school(),
            request: |_, _| Specimen::new("/semesters/2026-1/filters"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("~catalogue", "")],
            events: vec![
                Event::plain().path("/semesters/2026-2/filters"),
                Event::variant("malformed-semester").refused(404).path("/semesters/2026-3/filters"),
            ],
        },
        Operation {
            id: "search_lectures",
            name: "GET /lectures",
            access: Access::read(200).open_to_unverified(),
            request: |_, _| Specimen::new("/lectures?semester=2026-1&limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::case(", first", "~catalogue, ~chunk", "")
                    .detour("the pointer of the catalogue names the chunks, which then stay in memory"),
                Minimum::plain("~catalogue", ""),
                Minimum::case(", of 2 courses", "~catalogue, ~2 courses", "").by_pointers(),
            ],
            events: vec![
                Event::plain().path("/lectures?semester=2026-2&limit=1"),
                Event::variant("by-text").path("/lectures?semester=2026-2&query=%ED%99%95%EB%A5%A0&from=09%3A00"),
            ],
        },
        Operation {
            id: "show_lecture",
            name: "GET /lectures/{id}",
            access: Access::read(200).open_to_unverified().in_school(),
            request: |Things { lecture, .. }, _| Specimen::new(format!("/lectures/{lecture}")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("~catalogue, course", "")],
            events: vec![Event::plain(), Event::variant("malformed-id").refused(404).path("/lectures/M1")],
        },
        Operation {
            id: "list_reviews",
            name: "GET /lectures/{id}/reviews",
            access: Access::read(200).in_school(),
            request: |Things { reviewed, .. }, _| Specimen::new(format!("/lectures/{reviewed}/reviews?limit=1")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 1 review", "~catalogue, reviews, own review, likes", "")],
            events: vec![Event::plain().path("/lectures/${TAKEN_LECTURE_ID}/reviews")],
        },
        Operation {
            id: "create_review",
            name: "POST /lectures/{id}/reviews",
            access: Access::write(201).in_school().only(&[Author], NOT_TAKEN),
            request: |Things { taken, .. }, _| Specimen::with_body(format!("/lectures/{taken}/reviews"), review_body()),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, ~catalogue, taken lectures", "own review, review, course"),
                Minimum::case(
                    ", Idempotency-Key",
                    "sessions, key, ~catalogue, taken lectures",
                    "own review, review, course, key",
                ),
            ],
            events: vec![Event::plain().body(
                r#"{
                    "rating": 5, "content": "설명이 친절하고 과제가 알차서 많이 배웠습니다.", "semester": "2026-2",
                    "homework": "some", "team_work": "none", "grading": "generous", "attendance": "electronic",
                    "exams": "two"
                }"#,
            )],
        },
        Operation {
            id: "delete_review",
            name: "DELETE /reviews/{id}",
            access: Access::write(204).in_school().only(&[Author, Admin], NOT_AUTHOR),
            request: |Things { review, .. }, _| Specimen::new(format!("/reviews/{review}")),
            caller: Author,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![
                Minimum::plain("sessions, review, own review", "own review, review, course")
                    .because(BY_ID)
                    .detour(BY_ID),
            ],
            events: vec![Event::plain()],
        },
        Operation {
            id: "like_review",
            name: "POST /reviews/{id}/like",
            access: Access::write(200).in_school().except(Author, OWN_CONTENT),
            request: |Things { review, .. }, _| Specimen::new(format!("/reviews/{review}/like")),
            caller: Student,
            repeat: Repeat::Refused(409, "already_liked"),
            minimums: vec![Minimum::plain("sessions, review, own review", "like, review").because(BY_ID).detour(BY_ID)],
            events: vec![Event::plain().path("/reviews/${OTHERS_REVIEW_ID}/like")],
        },
        Operation {
            id: "list_timetables",
            name: "GET /timetables",
            access: Access::read(200).open_to_unverified(),
            request: |_, _| Specimen::new("/timetables?limit=1"),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("timetables, ~catalogue", "").by_pointers().because(OWN_ROWS),
                Minimum::case("?semester=", "timetables, ~catalogue", "").by_pointers().because(OWN_ROWS),
            ],
            events: vec![Event::plain().path("/timetables?semester=2026-2")],
        },
        Operation {
            id: "create_timetable",
            name: "POST /timetables",
            access: Access::write(201).open_to_unverified(),
            request: |_, _| Specimen::with_body("/timetables", json!({ "semester": "2026-1", "name": "새 시간표" })),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::case(
                    ", first of a semester",
                    "sessions, semester timetables",
                    "semester timetables, timetable",
                ),
                Minimum::plain("sessions, semester timetables", "semester timetables, timetable"),
                Minimum::case(
                    ", Idempotency-Key",
                    "sessions, key, semester timetables",
                    "semester timetables, timetable, key",
                ),
            ],
            events: vec![
                Event::plain().body(r#"{"semester":"2026-2","name":"새 계획 ${UNIQUE}","visibility":"school"}"#),
            ],
        },
        Operation {
            id: "show_timetable",
            name: "GET /timetables/{id}",
            access: Access::read(200).in_school(),
            request: |Things { timetable, .. }, _| Specimen::new(timetable),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("timetable, semester timetables, ~catalogue", ""),
                Minimum::case(", another's", "timetable, semester timetables, profile, ~catalogue", "")
                    .because(OTHERS)
                    .detour(OWNER),
                Minimum::case(", a friend's", "timetable, semester timetables, profile, friendship, ~catalogue", "")
                    .because(OTHERS)
                    .detour(OWNER),
            ],
            events: vec![Event::plain()],
        },
        Operation {
            id: "update_timetable",
            name: "PATCH /timetables/{id}",
            access: Access::write(200).in_school().only(&[Author], NOT_OWNER),
            request: |Things { timetable, .. }, _| {
                Specimen::with_body(timetable, json!({ "name": "바꾼 이름", "visibility": "friends" }))
            },
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, timetable, semester timetables, ~catalogue", "timetable").because(SAFE),
                Minimum::case(
                    ", name",
                    "sessions, timetable, semester timetables, ~catalogue",
                    "timetable, semester timetables",
                ),
            ],
            events: vec![Event::plain().body(r#"{"name":"바꾼 계획 ${UNIQUE}","visibility":"friends"}"#)],
        },
        Operation {
            id: "delete_timetable",
            name: "DELETE /timetables/{id}",
            access: Access::write(204).in_school().only(&[Author], NOT_OWNER),
            request: |Things { timetable, .. }, _| Specimen::new(timetable),
            caller: Author,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![Minimum::plain(
                "sessions, timetable, semester timetables",
                "timetable, semester timetables",
            )],
            events: vec![Event::plain()],
        },
        Operation {
            id: "copy_timetable",
            name: "POST /timetables/{id}/copy",
            access: Access::write(201).in_school(),
            request: |Things { timetable, .. }, _| {
                Specimen::with_body(format!("{timetable}/copy"), json!({ "name": "사본" }))
            },
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain(
                "sessions, timetable, semester timetables, ~catalogue",
                "semester timetables, timetable, taken lecture",
            )],
            events: vec![Event::plain().body(r#"{"name":"사본 ${UNIQUE}"}"#)],
        },
        Operation {
            id: "create_entry",
            name: "POST /timetables/{id}/entries",
            access: Access::write(201).in_school().only(&[Author], NOT_OWNER),
            request: |Things { lecture, timetable, .. }, _| {
                Specimen::with_body(format!("{timetable}/entries"), json!({ "lecture_id": lecture }))
            },
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, timetable, ~catalogue", "timetable, taken lecture"),
                Minimum::case(", Idempotency-Key", "sessions, key, timetable, ~catalogue", "timetable, key"),
            ],
            events: vec![
                Event::plain().body(r#"{"lecture_id":"${LECTURE_ID}"}"#),
                Event::variant("invalid")
                    .refused(422)
                    .body(r#"{"title":"합주","slots":[{"day":"fri","start":"20:00","end":"18:00"}]}"#),
            ],
        },
        Operation {
            id: "update_entry",
            name: "PATCH /timetables/{id}/entries/{entry_id}",
            access: Access::write(200).in_school().only(&[Author], NOT_OWNER),
            request: |Things { entry, .. }, _| {
                Specimen::with_body(entry, json!({ "title": "합주", "color": "#aabbcc" }))
            },
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, timetable, ~catalogue", "timetable").because(SAFE)],
            events: vec![Event::plain().body(r##"{"title":"합주","color":"#aabbcc"}"##)],
        },
        Operation {
            id: "delete_entry",
            name: "DELETE /timetables/{id}/entries/{entry_id}",
            access: Access::write(204).in_school().only(&[Author], NOT_OWNER),
            request: |Things { entry, .. }, _| Specimen::new(entry),
            caller: Author,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![Minimum::plain("sessions, timetable", "timetable").because(SAFE)],
            events: vec![Event::plain()],
        },
        Operation {
            id: "show_calendar",
            name: "GET /timetables/{id}/calendar.ics",
            access: Access::read(200).in_school(),
            request: |Things { timetable, .. }, _| Specimen::new(format!("{timetable}/calendar.ics")),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("timetable, semester timetables, ~catalogue, ~term", "")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "show_picture",
            name: "GET /timetables/{id}/picture.svg",
            access: Access::read(200).in_school(),
            request: |Things { timetable, .. }, _| Specimen::new(format!("{timetable}/picture.svg")),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("timetable, semester timetables, ~catalogue", "")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "create_share",
            name: "POST /timetables/{id}/share",
            access: Access::write(201).in_school().only(&[Author], NOT_OWNER),
            request: |Things { timetable, .. }, _| Specimen::new(format!("{timetable}/share")),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, timetable", "timetable, share link"),
                Minimum::case(", another", "sessions, timetable", "timetable, 2 share links"),
            ],
            events: vec![Event::plain()],
        },
        Operation {
            id: "delete_share",
            name: "DELETE /timetables/{id}/share",
            access: Access::write(204).in_school().only(&[Author], NOT_OWNER),
            request: |Things { timetable, .. }, _| Specimen::new(format!("{timetable}/share")),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, timetable", "timetable, share link")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "show_shared_timetable",
            name: "GET /shared-timetables/{token}",
            access: Access::public(200),
            request: |Things { share, .. }, _| Specimen::new(format!("/shared-timetables/{share}")),
            caller: Nobody,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("share link, timetable, profile, ~catalogue", "").by_pointers()],
            events: vec![
                Event::plain(),
                Event::variant("malformed-id").refused(404).path("/shared-timetables/nothing"),
            ],
        },
        Operation {
            id: "show_shared_calendar",
            name: "GET /shared-timetables/{token}/calendar.ics",
            access: Access::public(200),
            request: |Things { share, .. }, _| Specimen::new(format!("/shared-timetables/{share}/calendar.ics")),
            caller: Nobody,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("share link, timetable, profile, ~catalogue, ~term", "").by_pointers()],
            events: vec![Event::plain()],
        },
        Operation {
            id: "show_shared_picture",
            name: "GET /shared-timetables/{token}/picture.svg",
            access: Access::public(200),
            request: |Things { share, .. }, _| Specimen::new(format!("/shared-timetables/{share}/picture.svg")),
            caller: Nobody,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("share link, timetable, profile, ~catalogue", "").by_pointers()],
            events: vec![Event::plain()],
        },
    ]
}
