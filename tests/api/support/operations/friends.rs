//! The operations on friends, of the timetable function.

use serde_json::json;

use super::*;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "list_friends",
            name: "GET /friends",
            access: Access::read(200),
            request: |_, _| Specimen::new("/friends?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 2 friends", "friends, ~2 profiles", "").with_nicknames()],
            events: vec![Event::plain().path("/friends")],
        },
        Operation {
            id: "delete_friend",
            name: "DELETE /friends/{id}",
            access: Access::write(204).only(&[Student, Manager], NOT_FOUND),
            request: |Things { friend, .. }, _| Specimen::new(format!("/friends/{friend}")),
            caller: Student,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![Minimum::plain("sessions, friend", "friendship, 2 friends")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "show_friends_timetable",
            name: "GET /friends/{id}/timetable",
            access: Access::read(200).only(&[Student], NOT_FOUND),
            request: |Things { friend, .. }, _| Specimen::new(format!("/friends/{friend}/timetable?semester=2026-1")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("friend, semester timetables, profile, timetable, ~catalogue", "")
                    .by_pointers()
                    .detour("the row of the friend leads to the semester timetables, and these to the timetable"),
            ],
            events: vec![Event::plain().path("/friends/${FRIEND_ID}/timetable?semester=2026-2")],
        },
        Operation {
            id: "list_friend_requests",
            name: "GET /friends/requests",
            access: Access::read(200),
            request: |_, _| Specimen::new("/friends/requests?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 2 requests", "requests, ~2 profiles", "").with_nicknames()],
            events: vec![Event::plain().path("/friends/requests?direction=in")],
        },
        Operation {
            id: "create_friend_request",
            name: "POST /friends/requests",
            access: Access::write(201).in_school(),
            request: |things, _| {
                let asked = things.student(Ended).unwrap();
                Specimen::with_body("/friends/requests", json!({ "login_id": asked.login_id }))
            },
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain(
                    "sessions, user handle, friendship, profile, 2 declined students, 2 blocks",
                    "friendship, 2 requests, profile",
                )
                .detour(BY_LOGIN_ID),
                Minimum::case(
                    ", Idempotency-Key",
                    "sessions, key, user handle, friendship, profile, 2 declined students, 2 blocks",
                    "friendship, 2 requests, profile, key",
                )
                .detour(BY_LOGIN_ID),
                Minimum::case(
                    ", crossing",
                    "sessions, user handle, friendship, profile, 2 declined students, 2 blocks",
                    "friendship, 2 requests, 2 friends, profile",
                )
                .detour(BY_LOGIN_ID),
            ],
            events: vec![
                Event::plain().body(r#"{"login_id":"em_${UNIQUE}"}"#),
                Event::variant("invalid").refused(422).body(r#"{"login_id":"narae","email":"narae@gaon.example"}"#),
            ],
        },
        Operation {
            id: "delete_friend_request",
            name: "DELETE /friends/requests/{id}",
            access: Access::write(204).only(&[Student, Admin], NOT_FOUND),
            request: |Things { request, .. }, _| Specimen::new(format!("/friends/requests/{request}")),
            caller: Student,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![Minimum::plain("sessions, request", "friendship, request, declined student")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "accept_friend_request",
            name: "POST /friends/requests/{id}/accept",
            access: Access::write(200).only(&[Student], NOT_FOUND).except(Admin, OWN_REQUEST),
            request: |Things { request, .. }, _| Specimen::new(format!("/friends/requests/{request}/accept")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, request, ~profile", "friendship, 2 requests, 2 friends, profile")
                    .because("the friend row is read at the same time, in case the request was accepted before"),
            ],
            events: vec![Event::plain()],
        },
    ]
}
