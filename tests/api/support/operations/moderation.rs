//! The operations of the moderation function.

use serde_json::json;

use super::*;
use crate::support::harness::takedown_body;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "create_report",
            name: "POST /reports",
            access: Access::write(201).in_school().except(Author, OWN_CONTENT),
            request: |Things { comment, .. }, _| {
                Specimen::with_body("/reports", json!({ "comment_id": comment, "reason": "self_harm" }))
            },
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain(
                    "sessions, comment, post, board, school, case, reporter, own report",
                    "own report, reporter, report, case, list, snapshot",
                )
                .detour("the decisions about earlier reports of the student say what this one weighs"),
            ],
            events: vec![
                Event::plain().body(r#"{"comment_id":"${OTHERS_COMMENT_ID}","reason":"abuse","detail":"욕설이에요."}"#),
            ],
        },
        Operation {
            id: "create_appeal",
            name: "POST /appeals",
            access: Access::write(201).in_school().only(&[Author], NOT_AUTHOR),
            request: |Things { removed, .. }, _| {
                Specimen::with_body("/appeals", json!({ "post_id": removed, "text": "광고가 아닙니다." }))
            },
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, post, board, case", "case, 2 lists, post").because(SPLIT)],
            events: vec![Event::plain().refused(409).body(r#"{"post_id":"${POST_ID}","text":"광고가 아닙니다."}"#)],
        },
        Operation {
            id: "list_cases",
            name: "GET /moderation/cases",
            access: Access::read(200).only(&[Admin, ForeignAdmin], NOT_ADMIN),
            request: |_, _| Specimen::new("/moderation/cases?limit=1"),
            caller: Admin,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("profile, list, case, snapshot", "").by_pointers().detour(NEWEST_SNAPSHOT)],
            events: vec![Event::plain().path("/moderation/cases")],
        },
        Operation {
            id: "show_case",
            name: "GET /moderation/cases/{id}",
            access: Access::read(200).only(&[Admin, ForeignAdmin], NOT_ADMIN).except(ForeignAdmin, NOT_FOUND),
            request: |Things { case, .. }, _| Specimen::new(format!("/moderation/cases/{case}")),
            caller: Admin,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("profile, case, post, reports, snapshot", "").detour(NEWEST_SNAPSHOT)],
            events: vec![Event::plain().path("/moderation/cases/p${OTHERS_POST_ID}")],
        },
        Operation {
            id: "decide_case",
            name: "POST /moderation/cases/{id}/decision",
            access: Access::write(200).only(&[Admin, ForeignAdmin], NOT_ADMIN).except(ForeignAdmin, NOT_FOUND),
            request: |Things { case, .. }, _| {
                let body = json!({ "verdict": "remove", "sanction": "apply", "note": "욕설" });
                Specimen::with_body(format!("/moderation/cases/{case}/decision"), body)
            },
            caller: Admin,
            repeat: Repeat::Refused(409, "case_decided"),
            minimums: vec![
                Minimum::plain("sessions, post, board, case, snapshot", "profile, case, 2 lists, log, post")
                    .detour("the case leads to the snapshot, which is read before a decision that cannot be repeated"),
            ],
            events: vec![
                Event::plain()
                    .path("/moderation/cases/p${OTHERS_POST_ID}/decision")
                    .body(r#"{"verdict":"remove","sanction":"none","note":"욕설"}"#),
            ],
        },
        Operation {
            id: "list_decisions",
            name: "GET /moderation/log",
            access: Access::read(200).only(&[Admin, ForeignAdmin], NOT_ADMIN),
            request: |_, _| Specimen::new("/moderation/log?limit=1"),
            caller: Admin,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("profile, log, ~profile", "").with_nicknames()],
            events: vec![Event::plain().path("/moderation/log")],
        },
        Operation {
            id: "create_takedown",
            name: "POST /takedowns",
            access: Access::public(202),
            request: |Things { post, .. }, _| Specimen::with_body("/takedowns", takedown_body(post)),
            caller: Nobody,
            repeat: Repeat::Another,
            minimums: vec![Minimum::plain("", "request, mail")],
            events: vec![Event::plain()],
        },
        Operation {
            id: "confirm_takedown",
            name: "POST /takedowns/confirm",
            access: Access::public(200),
            request: |Things { takedown_token, .. }, _| {
                Specimen::with_body("/takedowns/confirm", json!({ "token": takedown_token }))
            },
            caller: Nobody,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("request, schools, ~2 posts, post, board, text", "request, applicant, takedown, list")
                    .detour("the request names the thing, which may be in any school"),
            ],
            events: vec![Event::plain().refused(403)],
        },
        Operation {
            id: "list_takedowns",
            name: "GET /moderation/takedowns",
            access: Access::read(200).only(&[Admin, ForeignAdmin], NOT_ADMIN),
            request: |_, _| Specimen::new("/moderation/takedowns?limit=1"),
            caller: Admin,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("profile, list, takedown, 2 post, board", "").by_pointers().detour(TAKEN_DOWN),
            ],
            events: vec![Event::plain().path("/moderation/takedowns")],
        },
        Operation {
            id: "show_takedown",
            name: "GET /moderation/takedowns/{id}",
            access: Access::read(200).only(&[Admin, ForeignAdmin], NOT_ADMIN).except(ForeignAdmin, NOT_FOUND),
            request: |Things { takedown, .. }, _| Specimen::new(format!("/moderation/takedowns/{takedown}")),
            caller: Admin,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("profile, takedown, 2 post, board", "").detour(TAKEN_DOWN)],
            events: vec![Event::plain().refused(404)],
        },
        Operation {
            id: "decide_takedown",
            name: "POST /moderation/takedowns/{id}/decision",
            access: Access::write(200).only(&[Admin, ForeignAdmin], NOT_ADMIN).except(ForeignAdmin, NOT_FOUND),
            request: |Things { takedown, .. }, _| {
                let body = json!({ "verdict": "restrict", "note": "전화번호" });
                Specimen::with_body(format!("/moderation/takedowns/{takedown}/decision"), body)
            },
            caller: Admin,
            repeat: Repeat::Refused(409, "case_decided"),
            minimums: vec![
                Minimum::plain(
                    "sessions, takedown, 2 post, board",
                    "profile, takedown, 2 lists, log, restriction, post, 2 mails",
                )
                .detour(TAKEN_DOWN),
            ],
            events: vec![Event::plain().refused(404)],
        },
        Operation {
            id: "object_to_takedown",
            name: "POST /takedowns/{id}/objection",
            access: Access::write(204).only(&[Author], NOT_FOUND),
            request: |Things { restriction, .. }, _| Specimen::new(format!("/takedowns/{restriction}/objection")),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, takedown, 2 post, board", "takedown, post").detour(TAKEN_DOWN)],
            events: vec![Event::plain().refused(404)],
        },
        Operation {
            id: "create_block",
            name: "POST /blocks",
            access: Access::write(201).in_school().except(Author, OWN_CONTENT),
            request: |Things { post, .. }, _| Specimen::with_body("/blocks", json!({ "post_id": post })),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, post, board, blocks", "block, block of threads"),
                Minimum::case(", named", "sessions, post, board, blocks, profile", "block")
                    .because(SAFE)
                    .detour(MAY_HAVE_LEFT),
                Minimum::case(
                    ", Idempotency-Key",
                    "sessions, key, post, board, blocks",
                    "block, block of threads, key",
                ),
            ],
            events: vec![
                Event::plain().body(r#"{"post_id":"${OTHERS_POST_ID}"}"#),
                Event::variant("own").refused(403).body(r#"{"post_id":"${POST_ID}"}"#),
            ],
        },
        Operation {
            id: "list_blocks",
            name: "GET /blocks",
            access: Access::read(200),
            request: |_, _| Specimen::new("/blocks?limit=1"),
            caller: Manager,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::case(", 1 alias", "blocks", ""),
                Minimum::case(", 2 with a user", "blocks, ~profile", "").with_nicknames(),
            ],
            events: vec![Event::plain().path("/blocks")],
        },
        Operation {
            id: "delete_block",
            name: "DELETE /blocks/{id}",
            access: Access::write(204).only(&[Manager], NOT_FOUND),
            request: |Things { block, .. }, _| Specimen::new(format!("/blocks/{block}")),
            caller: Manager,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![
                Minimum::case(", an alias", "sessions, blocks", "block, block of threads"),
                Minimum::case(", a user", "sessions, blocks", "block"),
            ],
            events: vec![Event::plain()],
        },
    ]
}
