//! The operations of the notifications function.

use serde_json::json;

use super::*;

/// The id of the first notification of every student.
const FIRST_NOTIFICATION: &str = "00000001";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "list_notifications",
            name: "GET /notifications",
            access: Access::read(200),
            request: |_, _| Specimen::new("/notifications?limit=1"),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(
                ", 1 comment",
                "notification, state, blocks, comment, post, board, reaction",
                "",
            )
            .by_pointers()],
            events: vec![Event::plain().path("/notifications")],
        },
        Operation {
            id: "show_unread_count",
            name: "GET /notifications/unread-count",
            access: Access::read(200),
            request: |_, _| Specimen::new("/notifications/unread-count"),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("~state", "")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "mark_notifications_read",
            name: "POST /notifications/read",
            access: Access::write(204).only(&[Author, Student, Manager], NOT_FOUND),
            request: |_, _| Specimen::with_body("/notifications/read", json!({ "up_to": FIRST_NOTIFICATION })),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions", "state").because(SAFE)],
            events: vec![Event::plain()],
        },
        Operation {
            id: "show_notification_settings",
            name: "GET /notifications/settings",
            access: Access::read(200),
            request: |_, _| Specimen::new("/notifications/settings"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("state", "")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "update_notification_settings",
            name: "PATCH /notifications/settings",
            access: Access::write(200),
            request: |_, _| Specimen::with_body("/notifications/settings", json!({ "hot": false })),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, state", "state")],
            events: vec![Event::plain().body(r#"{"hot":false,"push":true}"#)],
        },
        Operation {
            id: "mute_post",
            name: "PUT /posts/{id}/mute",
            access: Access::write(204).in_school(),
            request: |Things { post, .. }, _| Specimen::new(format!("/posts/{post}/mute")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, post, board", "reaction")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "unmute_post",
            name: "DELETE /posts/{id}/mute",
            access: Access::write(204).in_school(),
            request: |Things { post, .. }, _| Specimen::new(format!("/posts/{post}/mute")),
            caller: Manager,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, post, board, reaction", "reaction").because(SAFE)],
            events: vec![Event::plain()],
        },
        Operation {
            id: "show_push_key",
            name: "GET /notifications/push-key",
            access: Access::read(200),
            request: |_, _| Specimen::new("/notifications/push-key"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("~push keys", "")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "subscribe_to_pushes",
            name: "PUT /notifications/push-subscription",
            access: Access::write(204),
            request: |_, _| {
                Specimen::with_body(
                    "/notifications/push-subscription",
                    json!({
                        "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABn",
                        "keys": { "p256dh": PUSH_PUBLIC_KEY, "auth": "BTBZMqHH6r4Tts7J_aSIgg" },
                    }),
                )
            },
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain(
                "sessions, ~push keys, push subscriptions, push endpoint, sessions",
                "push subscriptions, push endpoint, notification state",
            )],
            events: vec![
                Event::plain().body(
                    r#"{"endpoint":"https://updates.push.services.mozilla.com/wpush/v2/gAAAAABn","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}"#,
                ),
            ],
        },
        Operation {
            id: "unsubscribe_from_pushes",
            name: "DELETE /notifications/push-subscription",
            access: Access::write(204),
            request: |_, _| Specimen::new("/notifications/push-subscription"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, push subscriptions", "")],
            events: vec![Event::plain()],
        },
    ]
}

/// The key of a browser, from RFC 8291 §5.
const PUSH_PUBLIC_KEY: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
