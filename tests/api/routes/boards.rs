//! Boards and pins.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::harness::{Answer, Student, TestApp, one_succeeds};

async fn create(app: &TestApp, by: &Student, body: &Value) -> Answer {
    app.post("/boards").by(by).json(body).send().await
}

async fn names(app: &TestApp, by: &Student, path: &str) -> Vec<String> {
    let answer = app.get(path).by(by).send().await;
    let items = answer.is(200).at("/items");
    items.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_new_board_is_shown_and_listed() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let body = json!({ "category": "일반", "name": "자유게시판", "description": "무엇이든\n편하게", "anonymity": "always",
        "hot_enabled": false });
    let created = create(&app, &student, &body).await;
    created.is(201);
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&created.json()[field], value);
    }
    assert_eq!((created.at("/is_pinned"), created.at("/can_manage")), (json!(false), json!(true)));
    assert_eq!(created.at("/created_at"), created.at("/updated_at"));
    assert_eq!(created.header("location"), format!("/boards/{}", created.text_at("/id")));
    let shown = app.get(created.header("location")).by(&student).send().await;
    assert_eq!(shown.is(200).json(), created.json());
    assert_eq!(app.get("/boards").by(&student).send().await.at("/items"), json!([created.json()]));
}

#[tokio::test]
async fn optional_fields_of_a_board_have_defaults() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let created = create(&app, &student, &json!({ "category": "일반", "name": "자유" })).await;
    created.is(201);
    assert_eq!(
        (created.at("/description"), created.at("/anonymity"), created.at("/hot_enabled")),
        (json!(""), json!("optional"), json!(true))
    );
    assert_eq!(created.at("/posting"), json!("everyone"));
}

#[tokio::test]
async fn each_field_of_a_board_is_validated() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    create(&app, &student, &json!({})).await.is_invalid(&[("category", "required"), ("name", "required")]);
    let board = app.board(&student, "자유").await;
    for (field, value, code) in [
        ("category", json!(""), "too_short"),
        ("category", json!("가".repeat(21)), "too_long"),
        ("name", json!("  "), "too_short"),
        ("name", json!("가".repeat(51)), "too_long"),
        ("name", json!("자유\u{202E}"), "invalid_characters"),
        ("name", json!("자\n유"), "invalid_characters"),
        ("description", json!("가".repeat(501)), "too_long"),
        ("description", json!("\0"), "invalid_characters"),
        ("anonymity", json!("sometimes"), "unknown_choice"),
        ("posting", json!("teachers"), "unknown_choice"),
        ("hot_enabled", json!("yes"), "wrong_type"),
        ("manager_id", json!(student.id), "unknown_field"),
    ] {
        let mut body = json!({ "category": "일반", "name": "새 게시판" });
        body[field] = value.clone();
        create(&app, &student, &body).await.is_invalid(&[(field, code)]);
        let edit = app.patch(format!("/boards/{board}")).by(&student).json(&json!({ field: value })).send().await;
        edit.is_invalid(&[(field, code)]);
    }
}

#[tokio::test]
async fn a_board_name_is_unique_in_its_school() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    app.board(&student, "Free 자유").await;
    for same in ["Free 자유", "free 자유", " FREE 자유 ", "Ｆree 자유"] {
        let answer = create(&app, &student, &json!({ "category": "일반", "name": same })).await;
        answer.is_problem(409, "board_name_taken");
    }
    let elsewhere = app.student(&app.school("나래대학교").await).await;
    app.board(&elsewhere, "Free 자유").await;
}

#[tokio::test]
async fn of_20_concurrent_boards_with_one_name_one_is_created() {
    let app = Arc::new(TestApp::start().await);
    let student = app.student(&app.school("가온대학교").await).await;
    let attempts: Vec<_> = (0..20)
        .map(|_| {
            let (app, student) = (app.clone(), student.clone());
            tokio::spawn(async move { create(&app, &student, &json!({ "category": "일반", "name": "자유" })).await })
        })
        .collect();
    one_succeeds(attempts, "board_name_taken").await;
    assert_eq!(app.count_rows("#BOARD").await, 2, "the board and its name row");
    app.audit().await;
}

#[tokio::test]
async fn boards_are_listed_newest_first_and_filtered_by_category_name_and_school() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    for (category, name) in [("일반", "자유게시판"), ("정보", "장터 Market"), ("일반", "비밀게시판")]
    {
        create(&app, &student, &json!({ "category": category, "name": name })).await.is(201);
    }
    assert_eq!(names(&app, &student, "/boards").await, ["비밀게시판", "장터 Market", "자유게시판"]);
    assert_eq!(names(&app, &student, "/boards?category=%EC%A0%95%EB%B3%B4").await, ["장터 Market"]);
    assert_eq!(names(&app, &student, "/boards?name=%EA%B2%8C%EC%8B%9C").await, ["비밀게시판", "자유게시판"]);
    assert_eq!(names(&app, &student, "/boards?name=market").await, ["장터 Market"]);
    assert_eq!(names(&app, &student, "/boards?name=market&category=%EC%9D%BC%EB%B0%98").await, [""; 0]);
    assert_eq!(names(&app, &student, &format!("/boards?school_id={}", school.id)).await.len(), 3);
    let other = app.school("나래대학교").await;
    let foreign = app.get(format!("/boards?school_id={}", other.id)).by(&student).send().await;
    assert_eq!(foreign.is(200).json(), json!({ "items": [], "next_cursor": null }));
    app.get("/boards?school_id=x").by(&student).send().await.is_invalid(&[("school_id", "invalid_format")]);
}

#[tokio::test]
async fn a_filtered_list_is_paginated() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    for number in 0..7 {
        let category = if number % 2 == 0 { "even" } else { "odd" };
        create(&app, &student, &json!({ "category": category, "name": format!("board {number}") })).await.is(201);
    }
    let found = app.walk("/boards?category=even&limit=2", Some(&student)).await;
    assert_eq!(found, ["board 6", "board 4", "board 2", "board 0"]);
}

#[tokio::test]
async fn only_the_manager_and_admins_can_change_a_board() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (manager, other, admin) = (app.student(&school).await, app.student(&school).await, app.admin(&school).await);
    let path = format!("/boards/{}", app.board(&manager, "자유").await);
    assert_eq!(app.get(&path).by(&other).send().await.at("/can_manage"), json!(false));
    assert_eq!(app.get(&path).by(&admin).send().await.at("/can_manage"), json!(true));

    let before = app.snapshot().await;
    let refused = app.patch(&path).by(&other).json(&json!({ "name": "내 것" })).send().await;
    refused.is_problem(403, "not_board_manager");
    assert_eq!(app.snapshot().await, before);

    let changed = app.patch(&path).by(&manager).json(&json!({ "description": "새 설명" })).send().await;
    assert_eq!((changed.is(200).at("/description"), changed.at("/name")), (json!("새 설명"), json!("자유")));
    assert!(changed.text_at("/updated_at") > changed.text_at("/created_at"));
    let changed = app.patch(&path).by(&admin).json(&json!({ "anonymity": "never", "category": "정보" })).send().await;
    assert_eq!((changed.at("/anonymity"), changed.at("/category")), (json!("never"), json!("정보")));
    assert_eq!(app.get(&path).by(&manager).send().await.at("/description"), json!("새 설명"));
}

#[tokio::test]
async fn renaming_a_board_frees_the_old_name_and_takes_the_new_one() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    app.board(&student, "비밀").await;
    let rename = |name: &str| app.patch(format!("/boards/{board}")).by(&student).json(&json!({ "name": name })).send();
    rename("비밀").await.is_problem(409, "board_name_taken");
    rename("자유 ").await.is(200);
    rename("광장").await.is(200);
    let body = json!({ "category": "일반", "name": "광장" });
    create(&app, &student, &body).await.is_problem(409, "board_name_taken");
    app.board(&student, "자유").await;
    assert_eq!(app.count_rows("#BOARDNAME#").await, 3);
}

#[tokio::test]
async fn on_a_board_for_admins_students_comment_and_only_admins_post() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (manager, student, admin) = (app.student(&school).await, app.student(&school).await, app.admin(&school).await);
    let board = app.board(&manager, "공지").await;
    let path = format!("/boards/{board}");
    let earlier = app.write_post(&student, &board, "먼저 쓴 글", false).await;
    let closed = app.patch(&path).by(&manager).json(&json!({ "posting": "admins" })).send().await;
    assert_eq!(closed.is(200).at("/posting"), json!("admins"));

    let before = app.snapshot().await;
    let post = json!({ "title": "공지", "content": "내용", "is_anonymous": false });
    for by in [&manager, &student] {
        let refused = app.post(format!("{path}/posts")).by(by).json(&post).send().await;
        refused.is_problem(403, "board_admins_only");
    }
    assert_eq!(app.snapshot().await, before);
    let edit = json!({ "title": "고친 글" });
    app.patch(format!("/posts/{earlier}")).by(&student).json(&edit).send().await.is(200);
    let notice = app.write_post(&admin, &board, "공지", false).await;
    let comment = json!({ "content": "감사합니다", "is_anonymous": true });
    app.post(format!("/posts/{notice}/comments")).by(&student).json(&comment).send().await.is(201);

    app.patch(&path).by(&admin).json(&json!({ "posting": "everyone" })).send().await.is(200);
    app.write_post(&student, &board, "다시 쓴 글", true).await;
    app.audit().await;
}

#[tokio::test]
async fn concurrent_changes_of_different_fields_are_all_kept() {
    let app = Arc::new(TestApp::start().await);
    let student = app.student(&app.school("가온대학교").await).await;
    let path = format!("/boards/{}", app.board(&student, "자유").await);
    let changes = [
        json!({ "category": "새로" }),
        json!({ "name": "새 이름" }),
        json!({ "description": "새 설명" }),
        json!({ "anonymity": "always" }),
        json!({ "posting": "admins" }),
        json!({ "hot_enabled": false }),
        json!({ "is_archived": true }),
    ];
    let attempts: Vec<_> = changes
        .iter()
        .map(|change| {
            let (app, student, path, change) = (app.clone(), student.clone(), path.clone(), change.clone());
            tokio::spawn(async move {
                app.patch(path).by(&student).json(&change).send().await.is(200);
            })
        })
        .collect();
    for attempt in attempts {
        attempt.await.unwrap();
    }
    let board = app.get(&path).by(&student).send().await.json();
    for change in changes {
        for (field, value) in change.as_object().unwrap() {
            assert_eq!(&board[field], value, "{board}");
        }
    }
    assert_eq!(app.count_rows("#BOARDNAME#").await, 1);
    app.audit().await;
}

#[tokio::test]
async fn a_deleted_board_and_its_posts_are_404_at_once() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (manager, other, admin) = (app.student(&school).await, app.student(&school).await, app.admin(&school).await);
    let board = app.board(&manager, "자유").await;
    let post = app.write_post(&other, &board, "제목", true).await;
    app.put(format!("/boards/{board}/pin")).by(&other).send().await.is(204);

    app.delete(format!("/boards/{board}")).by(&other).send().await.is_problem(403, "not_board_manager");
    let deleted = app.delete(format!("/boards/{board}")).by(&admin).send().await;
    assert_eq!((deleted.is(204).text.as_str(), deleted.header("cache-control")), ("", "no-store"));

    let new_post = json!({ "title": "제목", "content": "내용", "is_anonymous": true });
    for call in [
        app.get(format!("/boards/{board}")),
        app.patch(format!("/boards/{board}")).json(&json!({})),
        app.delete(format!("/boards/{board}")),
        app.put(format!("/boards/{board}/pin")),
        app.get(format!("/boards/{board}/posts")),
        app.post(format!("/boards/{board}/posts")).json(&new_post),
        app.get(format!("/posts/{post}")),
    ] {
        call.by(&other).send().await.is_problem(404, "not_found");
    }
    assert!(names(&app, &other, "/boards").await.is_empty());
    assert!(names(&app, &other, "/boards/pinned").await.is_empty());
    app.board(&other, "자유").await;
    app.audit().await;
}

#[tokio::test]
async fn of_10_concurrent_deletions_of_a_board_one_succeeds() {
    let app = Arc::new(TestApp::start().await);
    let manager = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&manager, "자유").await;
    let attempts: Vec<_> = (0..10)
        .map(|_| {
            let (app, manager, path) = (app.clone(), manager.clone(), format!("/boards/{board}"));
            tokio::spawn(async move { app.delete(path).by(&manager).send().await.status.as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for attempt in attempts {
        statuses.push(attempt.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (204, [404; 9].as_slice()));
    assert_eq!(app.count_rows("#BOARDNAME#").await, 0);
    app.audit().await;
}

#[tokio::test]
async fn pins_are_private_idempotent_and_listed_in_the_order_of_pinning() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (student, other) = (app.student(&school).await, app.student(&school).await);
    let mut boards = Vec::new();
    for name in ["하나", "둘", "셋"] {
        boards.push(app.board(&student, name).await);
    }
    for (seconds, board) in [(1, &boards[1]), (2, &boards[2]), (3, &boards[0]), (4, &boards[1])] {
        app.clock.set_ahead_by_millis(seconds * 1000);
        app.put(format!("/boards/{board}/pin")).by(&student).send().await.is(204);
    }
    assert_eq!(names(&app, &student, "/boards/pinned").await, ["둘", "셋", "하나"]);
    assert!(names(&app, &other, "/boards/pinned").await.is_empty());

    let listed = app.get("/boards").by(&student).send().await;
    assert!(listed.at("/items").as_array().unwrap().iter().all(|board| board["is_pinned"] == json!(true)));
    assert_eq!(app.get(format!("/boards/{}", boards[0])).by(&other).send().await.at("/is_pinned"), json!(false));

    for _ in 0..2 {
        app.delete(format!("/boards/{}/pin", boards[2])).by(&student).send().await.is(204);
    }
    assert_eq!(names(&app, &student, "/boards/pinned").await, ["둘", "하나"]);
    assert_eq!(app.get(format!("/boards/{}", boards[2])).by(&student).send().await.at("/is_pinned"), json!(false));
}

#[tokio::test]
async fn a_student_can_pin_at_most_100_boards() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let mut boards = Vec::new();
    for number in 0..101 {
        boards.push(app.board(&student, &format!("board {number}")).await);
    }
    for board in &boards[..100] {
        app.put(format!("/boards/{board}/pin")).by(&student).send().await.is(204);
    }
    app.put(format!("/boards/{}/pin", boards[100])).by(&student).send().await.is_problem(409, "pins_full");
    app.put(format!("/boards/{}/pin", boards[0])).by(&student).send().await.is(204);
    app.delete(format!("/boards/{}/pin", boards[0])).by(&student).send().await.is(204);
    app.put(format!("/boards/{}/pin", boards[100])).by(&student).send().await.is(204);
}

#[tokio::test]
async fn a_filtered_page_reads_at_most_300_boards() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    app.board(&student, "needle").await;
    for number in 0..310 {
        app.board(&student, &format!("board {number}")).await;
    }
    let page = app.get("/boards?name=needle").by(&student).send().await;
    assert_eq!(page.is(200).at("/items"), json!([]), "a page may be empty");
    let rest =
        app.get(format!("/boards?name=needle&cursor={}", page.text_at("/next_cursor"))).by(&student).send().await;
    assert_eq!((rest.at("/items/0/name"), rest.at("/next_cursor")), (json!("needle"), json!(null)));
}

#[tokio::test]
async fn a_pin_of_a_deleted_board_can_be_removed() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    app.put(format!("/boards/{board}/pin")).by(&student).send().await.is(204);
    app.delete(format!("/boards/{board}")).by(&student).send().await.is(204);
    app.delete(format!("/boards/{board}/pin")).by(&student).send().await.is(204);
    assert_eq!(app.count_rows("#USER#").await, 2, "the profile and the sessions row");
    app.delete(format!("/boards/{board}/pin")).by(&student).send().await.is_problem(404, "not_found");
}

#[tokio::test]
async fn pinned_boards_are_paginated() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let mut deleted = String::new();
    for number in 0..5 {
        let board = app.board(&student, &format!("board {number}")).await;
        app.clock.set_ahead_by_millis(number * 1000);
        app.put(format!("/boards/{board}/pin")).by(&student).send().await.is(204);
        if number == 2 {
            deleted = board;
        }
    }
    app.delete(format!("/boards/{deleted}")).by(&student).send().await.is(204);
    let found = app.walk("/boards/pinned?limit=2", Some(&student)).await;
    assert_eq!(found, ["board 0", "board 1", "board 3", "board 4"]);
}
