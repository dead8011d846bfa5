//! The operations on grades, of the timetable function.

use serde_json::json;

use super::*;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "list_grades",
            name: "GET /grades",
            access: Access::read(200).open_to_unverified(),
            request: |_, _| Specimen::new("/grades"),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("grades", "")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "update_grades",
            name: "PATCH /grades",
            access: Access::write(200).open_to_unverified(),
            request: |_, _| Specimen::with_body("/grades", json!({ "scale": 4.3, "goal_credits": 130.5 })),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, grades", "grade settings").because(SAFE)],
            events: vec![Event::plain().body(r#"{"scale":4.3,"goal_credits":130}"#)],
        },
        Operation {
            id: "show_semester_grades",
            name: "GET /grades/{semester}",
            access: Access::read(200).open_to_unverified(),
            request: |_, _| Specimen::new("/grades/2026-1"),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("grades", "")],
            events: vec![
                Event::plain().path("/grades/2026-2"),
                Event::variant("malformed-semester").refused(404).path("/grades/2026-3"),
            ],
        },
        Operation {
            id: "replace_semester_grades",
            name: "PUT /grades/{semester}",
            access: Access::write(200).open_to_unverified(),
            request: |_, _| Specimen::with_body("/grades/2026-1", json!({ "courses": [grade_body()] })),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, grades", "grade settings, grades"),
                Minimum::case(", with a lecture", "sessions, grades, ~catalogue", "grade settings, grades"),
            ],
            events: vec![
                Event::plain().path("/grades/2026-2").body(
                    r#"{"courses":[{"title":"논문연구","credit":1.5,"grade":"A+","is_major":true,"is_retake":false,"lecture_id":"${TAKEN_LECTURE_ID}"}]}"#,
                ),
                Event::variant("invalid")
                    .refused(422)
                    .path("/grades/2026-2")
                    .body(r#"{"courses":[{"title":"해석학","credit":3,"grade":"A-","is_major":true}]}"#),
            ],
        },
    ]
}
