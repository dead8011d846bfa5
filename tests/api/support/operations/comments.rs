//! The operations of the comments function.

use serde_json::json;

use super::*;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "list_comments",
            name: "GET /posts/{id}/comments",
            access: Access::read(200).in_school(),
            request: |Things { post, .. }, _| Specimen::new(format!("/posts/{post}/comments?limit=1")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::case(", 20 comments", "post, board, 2 comments, likes, ~profile, blocks", "").with_nicknames(),
            ],
            events: vec![Event::plain().path("/posts/${POST_ID}/comments?limit=2")],
        },
        Operation {
            id: "create_comment",
            name: "POST /posts/{id}/comments",
            access: Access::write(201).in_school(),
            request: |Things { post, .. }, _| {
                Specimen::with_body(
                    format!("/posts/{post}/comments"),
                    json!({ "content": "댓글", "is_anonymous": true }),
                )
            },
            caller: Manager,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::case(", the first", "sessions, post, board, commenter", "comment, commenter, post"),
                Minimum::plain("sessions, post, board, commenter", "comment, commenter, post"),
                Minimum::case(", named", "sessions, post, board, commenter, profile", "comment, commenter, post"),
                Minimum::case(
                    ", a reply",
                    "sessions, post, board, commenter, parent",
                    "comment, commenter, post, parent",
                ),
                Minimum::case(
                    ", Idempotency-Key",
                    "sessions, post, board, commenter, key",
                    "comment, commenter, post, key",
                ),
            ],
            events: vec![Event::plain().body(r#"{"content":"저도 갈래요 ${UNIQUE}","is_anonymous":true}"#)],
        },
        Operation {
            id: "delete_comment",
            name: "DELETE /comments/{id}",
            access: Access::write(204).in_school().only(&[Author, Admin], NOT_AUTHOR),
            request: |Things { comment, .. }, _| Specimen::new(format!("/comments/{comment}")),
            caller: Author,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![
                Minimum::case(
                    ", a reply",
                    "sessions, comment, post, board, parent",
                    "comment, commenter, post, parent",
                ),
                Minimum::plain("sessions, comment, post, board", "comment, commenter, post"),
            ],
            events: vec![Event::plain()],
        },
        Operation {
            id: "like_comment",
            name: "POST /comments/{id}/like",
            access: Access::write(200).in_school().except(Author, OWN_CONTENT),
            request: |Things { comment, .. }, _| Specimen::new(format!("/comments/{comment}/like")),
            caller: Student,
            repeat: Repeat::Refused(409, "already_liked"),
            minimums: vec![
                Minimum::plain("sessions, comment, post, board", "like, comment"),
                Minimum::case(", with 100 likes", "sessions, comment, post, board", "like").because(SAFE),
            ],
            events: vec![Event::plain().path("/comments/${OTHERS_COMMENT_ID}/like")],
        },
    ]
}
