//! The operations of the boards function.

use serde_json::json;

use super::*;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "list_boards",
            name: "GET /boards",
            access: Access::read(200),
            request: |_, _| Specimen::new("/boards?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("boards, pins", ""), Minimum::case("?name=", "boards, pins", "")],
            events: vec![
                Event::plain().path("/boards"),
                Event::variant("by-name").path("/boards?name=%EA%B2%8C%EC%8B%9C%ED%8C%90&limit=1"),
            ],
        },
        Operation {
            id: "create_board",
            name: "POST /boards",
            access: Access::write(201),
            request: |_, _| Specimen::with_body("/boards", json!({ "category": "일반", "name": "새 게시판" })),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions", "board, name"),
                Minimum::case(", Idempotency-Key", "sessions, key", "board, name, key"),
            ],
            events: vec![
                Event::plain().header("idempotency-key", "board-${UNIQUE}").body(
                    r#"{
                    "category": "모임", "name": "저녁 산책 ${UNIQUE}",
                    "description": "해 질 무렵 호수를 한 바퀴 돕니다.", "anonymity": "never"
                }"#,
                ),
                Event::variant("invalid").refused(422).header("accept-language", "en").body(
                    r#"{
                    "category": "", "name": "저녁 산책 ${UNIQUE}", "anonymity": "sometimes", "colour": "green"
                }"#,
                ),
            ],
        },
        Operation {
            id: "show_board",
            name: "GET /boards/{id}",
            access: Access::read(200).in_school(),
            request: |Things { board, .. }, _| Specimen::new(format!("/boards/{board}")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("board, pin", "")],
            events: vec![Event::plain(), Event::variant("malformed-id").refused(404).path("/boards/자유 게시판")],
        },
        Operation {
            id: "update_board",
            name: "PATCH /boards/{id}",
            access: Access::write(200).in_school().only(&[Manager, Admin], NOT_MANAGER),
            request: |Things { board, .. }, _| {
                Specimen::with_body(format!("/boards/{board}"), json!({ "name": "광장", "description": "누구나" }))
            },
            caller: Manager,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, board, pin", "board").because(SAFE),
                Minimum::case(", name", "sessions, board, pin", "board, 2 names"),
            ],
            events: vec![
                Event::plain().body(r#"{"name":"새벽 산책 ${UNIQUE}","hot_enabled":false}"#),
                Event::variant("base64").base64_body(r#"{"description":"비가 오면 쉽니다. 🌧️"}"#),
            ],
        },
        Operation {
            id: "delete_board",
            name: "DELETE /boards/{id}",
            access: Access::write(204).in_school().only(&[Admin], NOT_MANAGER).except(Manager, BOARD_HAS_POSTS),
            request: |Things { board, .. }, _| Specimen::new(format!("/boards/{board}")),
            caller: Admin,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![Minimum::plain("sessions, board", "board, name, media deletion")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "pin_board",
            name: "PUT /boards/{id}/pin",
            access: Access::write(204).in_school(),
            request: |Things { board, .. }, _| Specimen::new(format!("/boards/{board}/pin")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, board, pins", "pin")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "unpin_board",
            name: "DELETE /boards/{id}/pin",
            access: Access::write(204).in_school(),
            request: |Things { pinned, .. }, _| Specimen::new(format!("/boards/{pinned}/pin")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, board, pin", "pin")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "list_pinned_boards",
            name: "GET /boards/pinned",
            access: Access::read(200),
            request: |_, _| Specimen::new("/boards/pinned?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("pins, board", "").by_pointers()],
            events: vec![Event::plain().path("/boards/pinned")],
        },
    ]
}
