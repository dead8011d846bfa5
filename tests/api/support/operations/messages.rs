//! The operations of the messages function.

use serde_json::json;

use super::*;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "list_threads",
            name: "GET /messages",
            access: Access::read(200),
            request: |_, _| Specimen::new("/messages?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 2 threads", "threads, 2 posts, board, profile", "").by_pointers().because(
                "a thread is one row for both sides, which saves a written row for each message and each reading",
            )],
            events: vec![Event::plain().path("/messages?limit=2")],
        },
        Operation {
            id: "create_thread",
            name: "POST /messages",
            access: Access::write(201).in_school().except(Author, TO_SELF),
            request: |Things { hot_post, .. }, _| {
                Specimen::with_body("/messages", json!({ "post_id": hot_post, "content": "궁금해요" }))
            },
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain(
                    "sessions, started thread, post, board",
                    "2 blocks, thread, message, 2 lists, started thread",
                ),
                Minimum::case(
                    ", to the same thread",
                    "sessions, started thread, thread, post, board",
                    "2 blocks, thread, message, 2 lists",
                )
                .detour("the started thread leads to the thread"),
                Minimum::case(
                    ", about a named post",
                    "sessions, started thread, post, board, profile",
                    "2 blocks, thread, message, 2 lists, started thread",
                )
                .detour(MAY_HAVE_LEFT),
                Minimum::case(
                    ", to the same named thread",
                    "sessions, started thread, thread, post, board, profile",
                    "2 blocks, thread, message, 2 lists",
                )
                .detour(MAY_HAVE_LEFT),
            ],
            events: vec![Event::plain().body(
                r#"{
                    "post_id": "${OTHERS_POST_ID}", "content": "저도 같이 가도 될까요? ${UNIQUE}"
                }"#,
            )],
        },
        Operation {
            id: "show_thread",
            name: "GET /messages/{thread_id}",
            access: Access::read(200).only(&[Author, Student], NOT_FOUND),
            request: |Things { thread, .. }, _| Specimen::new(format!("/messages/{thread}?limit=1")),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::case(", some unread", "thread, messages, post, board, block, sessions", "thread, list")
                    .by_pointers()
                    .detour("marking the messages as read is a write of its own"),
                Minimum::plain("thread, messages, post, board, block", "").by_pointers(),
                Minimum::case(", about a named post", "thread, messages, post, board, block, profile", "")
                    .by_pointers(),
            ],
            events: vec![Event::plain().path("/messages/${THREAD_ID}")],
        },
        Operation {
            id: "create_message",
            name: "POST /messages/{thread_id}",
            access: Access::write(201).only(&[Author, Student], NOT_FOUND),
            request: |Things { thread, .. }, _| {
                Specimen::with_body(format!("/messages/{thread}"), json!({ "content": "답장" }))
            },
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, thread", "2 blocks, thread, message, 2 lists"),
                Minimum::case(", Idempotency-Key", "sessions, key, thread", "2 blocks, thread, message, 2 lists, key"),
                Minimum::case(", in a named thread", "sessions, thread, profile", "2 blocks, thread, message, 2 lists")
                    .detour(MAY_HAVE_LEFT),
            ],
            events: vec![Event::plain().body(r#"{"content":"네, 일곱 시에 봐요. ${UNIQUE}"}"#)],
        },
        Operation {
            id: "delete_thread",
            name: "DELETE /messages/{thread_id}",
            access: Access::write(204).only(&[Author, Student], NOT_FOUND),
            request: |Things { thread, .. }, _| Specimen::new(format!("/messages/{thread}")),
            caller: Author,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![Minimum::plain("sessions, thread", "thread, list")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "block_thread",
            name: "POST /messages/{thread_id}/block",
            access: Access::write(204).only(&[Author, Student], NOT_FOUND),
            request: |Things { thread, .. }, _| Specimen::new(format!("/messages/{thread}/block")),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, thread, blocks", "block")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "unblock_thread",
            name: "DELETE /messages/{thread_id}/block",
            access: Access::write(204).only(&[Author, Student], NOT_FOUND),
            request: |Things { thread, .. }, _| Specimen::new(format!("/messages/{thread}/block")),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, thread", "block")],
            events: vec![Event::plain()],
        },
    ]
}
