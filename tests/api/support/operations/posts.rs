//! The operations of the posts function.

use serde_json::json;

use super::*;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            id: "list_posts",
            name: "GET /boards/{id}/posts",
            access: Access::read(200).in_school(),
            request: |Things { board, .. }, _| Specimen::new(format!("/boards/{board}/posts?limit=1")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::case(", 20 posts", "board, 3 posts, reactions, ~profile, blocks", "").with_nicknames(),
            ],
            events: vec![
                Event::plain().path("/boards/${BOARD_ID}/posts?limit=2"),
                Event::variant("foreign-cursor")
                    .refused(400)
                    .path("/boards/${BOARD_ID}/posts?cursor=%EB%8B%A4%EC%9D%8C%20%EC%AA%BD"),
            ],
        },
        Operation {
            id: "create_post",
            name: "POST /boards/{id}/posts",
            access: Access::write(201).in_school(),
            request: |Things { board, .. }, _| {
                let body = json!({ "title": "제목", "content": "내용", "is_anonymous": false });
                Specimen::with_body(format!("/boards/{board}/posts"), body)
            },
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, board", "post, own post, last post"),
                Minimum::case(", named", "sessions, board, profile", "post, own post, last post"),
                Minimum::case(", Idempotency-Key", "sessions, board, key", "post, own post, last post, key"),
            ],
            events: vec![
                Event::plain().body(
                    r#"{
                    "title": "오늘 산책 나오실 분 ${UNIQUE}", "content": "일곱 시에 정문에서 출발해요.",
                    "is_anonymous": false, "is_question": true
                }"#,
                ),
                Event::variant("base64").base64_body(
                    r#"{
                    "title": "후기 남깁니다", "content": "노을이 예뻤어요. 🌇\n다음에 또 걸어요.",
                    "is_anonymous": true
                }"#,
                ),
            ],
        },
        Operation {
            id: "search_posts",
            name: "GET /posts/search",
            access: Access::write(200),
            request: |_, _| Specimen::new("/posts/search?query=%EB%82%B4%EC%9A%A9&limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::case(", none", "sessions, ~posts, blocks", "").by_pointers(),
                Minimum::case(", 1 of 20 posts", "sessions, ~posts, post, board, reaction, blocks", "")
                    .by_pointers()
                    .detour("a search is counted against its limit before it reads the index"),
            ],
            events: vec![
                Event::plain().path("/posts/search?query=%EC%82%B0%EC%B1%85"),
                Event::variant("too-short").refused(422).path("/posts/search?query=%EC%82%B0"),
            ],
        },
        Operation {
            id: "show_post",
            name: "GET /posts/{id}",
            access: Access::read(200).in_school(),
            request: |Things { post, .. }, _| Specimen::new(format!("/posts/{post}")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("post, board, reaction", "").because(SPLIT),
                Minimum::case(", named", "post, board, reaction, ~profile", "").because(SPLIT).with_nicknames(),
            ],
            events: vec![Event::plain(), Event::variant("malformed-id").refused(404).path("/posts/첫 글")],
        },
        Operation {
            id: "update_post",
            name: "PATCH /posts/{id}",
            access: Access::write(200).in_school().only(&[Author], NOT_AUTHOR),
            request: |Things { post, .. }, _| {
                Specimen::with_body(format!("/posts/{post}"), json!({ "title": "새 제목", "content": "새 내용" }))
            },
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions, post, board, reaction, ~profile", "post").because(SAFE),
                Minimum::case(", content", "sessions, post, board, reaction, ~profile", "post").because(SPLIT),
            ],
            events: vec![Event::plain().body(r#"{"title":"고친 제목 ${UNIQUE}","content":"내용도 고쳤어요."}"#)],
        },
        Operation {
            id: "delete_post",
            name: "DELETE /posts/{id}",
            access: Access::write(204).in_school().only(&[Author, Admin], NOT_AUTHOR),
            request: |Things { hot_post, .. }, _| Specimen::new(format!("/posts/{hot_post}")),
            caller: Author,
            repeat: Repeat::Refused(404, "not_found"),
            minimums: vec![
                Minimum::plain("sessions, post, board", "post, own post"),
                Minimum::case(", hot", "sessions, post, board", "post, own post, hot post"),
            ],
            events: vec![Event::plain()],
        },
        Operation {
            id: "like_post",
            name: "POST /posts/{id}/like",
            access: Access::write(200).in_school().except(Author, OWN_CONTENT),
            request: |Things { post, .. }, _| Specimen::new(format!("/posts/{post}/like")),
            caller: Student,
            repeat: Repeat::Refused(409, "already_liked"),
            minimums: vec![
                Minimum::plain("sessions, post, board", "reaction, post"),
                Minimum::case(", the 10th", "sessions, post, board", "reaction, post, hot post"),
                Minimum::case(", with 100 likes", "sessions, post, board", "reaction").because(SAFE),
            ],
            events: vec![Event::plain().path("/posts/${OTHERS_POST_ID}/like")],
        },
        Operation {
            id: "scrap_post",
            name: "PUT /posts/{id}/scrap",
            access: Access::write(204).in_school().except(Author, OWN_CONTENT),
            request: |Things { post, .. }, _| Specimen::new(format!("/posts/{post}/scrap")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, post, board", "scrap, post")],
            events: vec![Event::plain().path("/posts/${OTHERS_POST_ID}/scrap")],
        },
        Operation {
            id: "unscrap_post",
            name: "DELETE /posts/{id}/scrap",
            access: Access::write(204).in_school(),
            request: |Things { hot_post, .. }, _| Specimen::new(format!("/posts/{hot_post}/scrap")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, post, board, reaction", "scrap, post")],
            events: vec![Event::plain().path("/posts/${OTHERS_POST_ID}/scrap")],
        },
        Operation {
            id: "hide_post",
            name: "PUT /posts/{id}/hide",
            access: Access::write(204).in_school().except(Author, OWN_CONTENT),
            request: |Things { post, .. }, _| Specimen::new(format!("/posts/{post}/hide")),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, post, board", "reaction, list, check of the post")],
            events: vec![Event::plain().path("/posts/${OTHERS_POST_ID}/hide")],
        },
        Operation {
            id: "unhide_post",
            name: "DELETE /posts/{id}/hide",
            access: Access::write(204).in_school(),
            request: |Things { hot_post, .. }, _| Specimen::new(format!("/posts/{hot_post}/hide")),
            caller: Manager,
            repeat: Repeat::Same,
            minimums: vec![Minimum::plain("sessions, post, board, reaction", "reaction, list")],
            events: vec![Event::plain().path("/posts/${OTHERS_POST_ID}/hide")],
        },
        Operation {
            id: "list_hidden_posts",
            name: "GET /posts/hidden",
            access: Access::read(200),
            request: |_, _| Specimen::new("/posts/hidden?limit=1"),
            caller: Manager,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 1 post", "post, board, reaction", "").because(FRESH).by_pointers()],
            events: vec![Event::plain().path("/posts/hidden")],
        },
        Operation {
            id: "list_my_posts",
            name: "GET /posts/mine",
            access: Access::read(200),
            request: |_, _| Specimen::new("/posts/mine?limit=1"),
            caller: Author,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 20 posts", "3 posts, board, profile", "").because(FRESH).by_pointers()],
            events: vec![Event::plain().path("/posts/mine")],
        },
        Operation {
            id: "list_commented_posts",
            name: "GET /posts/commented",
            access: Access::read(200),
            request: |_, _| Specimen::new("/posts/commented?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 1 post", "post, board, reaction, blocks", "").because(FRESH).by_pointers()],
            events: vec![Event::plain().path("/posts/commented")],
        },
        Operation {
            id: "list_scraps",
            name: "GET /posts/scraps",
            access: Access::read(200),
            request: |_, _| Specimen::new("/posts/scraps?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 1 post", "post, board, reaction, blocks", "").because(FRESH).by_pointers()],
            events: vec![Event::plain().path("/posts/scraps")],
        },
        Operation {
            id: "list_hot_posts",
            name: "GET /posts/hot",
            access: Access::read(200),
            request: |_, _| Specimen::new("/posts/hot?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", 1 post", "post, board, reaction, blocks", "").by_pointers()],
            events: vec![Event::plain().path("/posts/hot")],
        },
        Operation {
            id: "list_best_posts",
            name: "GET /posts/best",
            access: Access::read(200),
            request: |_, _| Specimen::new("/posts/best?limit=1"),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![Minimum::case(", none", "~posts, blocks", "").by_pointers()],
            events: vec![Event::plain().path("/posts/best")],
        },
        Operation {
            id: "create_media",
            name: "POST /media",
            access: Access::write(201),
            request: |_, _| Specimen::with_body("/media", json!({ "content_type": "image/png", "size": 1000 })),
            caller: Student,
            repeat: Repeat::Same,
            minimums: vec![
                Minimum::plain("sessions", "upload").because(SAFE),
                Minimum::case(", Idempotency-Key", "sessions, key", "upload, key"),
            ],
            events: vec![Event::plain().body(r#"{"content_type":"image/jpeg","size":482113}"#)],
        },
    ]
}
