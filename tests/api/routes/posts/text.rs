//! The characters of titles and texts.

use serde_json::{Value, json};

use crate::support::harness::{Answer, Student, TestApp};

async fn start() -> (TestApp, Student, String) {
    let app = TestApp::start().await;
    let author = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&author, "자유").await;
    (app, author, board)
}

async fn write(app: &TestApp, by: &Student, board: &str, title: &str, content: &str) -> Answer {
    let body = json!({ "title": title, "content": content, "is_anonymous": false });
    app.post(format!("/boards/{board}/posts")).by(by).json(&body).send().await
}

#[tokio::test]
async fn invisible_characters_are_dropped_from_titles_except_in_emoji() {
    let (app, author, board) = start().await;
    let england = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
    for (title, shown) in [
        (format!("{england} 경기"), format!("{england} 경기")),
        ("중고책\u{200B} 팝니다".to_owned(), "중고책 팝니다".to_owned()),
        ("\u{200E}중고책 팝니다\u{FEFF}".to_owned(), "중고책 팝니다".to_owned()),
        ("co\u{AD}operate".to_owned(), "cooperate".to_owned()),
        ("\u{1112}\u{1161}\u{11AB}글".to_owned(), "한글".to_owned()),
    ] {
        let answer = write(&app, &author, &board, &title, &title).await;
        assert_eq!(answer.is(201).at("/title"), shown);
    }
    for title in ["\u{200B}\u{FEFF}", "\u{3164}", "a\u{202E}b"] {
        write(&app, &author, &board, title, "본문").await.is_invalid(&[("title", "invalid_characters")]);
    }
}

#[tokio::test]
async fn vertical_tabs_and_form_feeds_are_line_breaks_in_the_text() {
    let (app, author, board) = start().await;
    let answer = write(&app, &author, &board, "발표", "첫 줄\u{B}둘째 줄\u{C}셋째 줄").await;
    assert_eq!(answer.is(201).at("/content"), "첫 줄\n둘째 줄\n셋째 줄");
}

#[tokio::test]
async fn decomposed_syllables_count_as_one_character() {
    let (app, author, board) = start().await;
    let post = write(&app, &author, &board, "제목", "본문").await.is(201).text_at("/id");
    let comment = async |syllables: usize| {
        let body = json!({ "content": "\u{1112}\u{1161}\u{11AB}".repeat(syllables), "is_anonymous": true });
        app.post(format!("/posts/{post}/comments")).by(&author).json(&body).send().await
    };
    assert_eq!(comment(300).await.is(201).at("/content"), "한".repeat(300));
    comment(301).await.is_invalid(&[("content", "too_long")]);
}

#[tokio::test]
async fn a_preview_does_not_end_inside_an_emoji() {
    let (app, author, board) = start().await;
    for (before, cluster, is_shown) in [(198, "👨\u{200D}👩\u{200D}👧", false), (199, "🇰🇷", false), (198, "🇰🇷", true)]
    {
        let content = format!("{}{cluster} 뒤", "가".repeat(before));
        write(&app, &author, &board, &format!("{cluster} {before}"), &content).await.is(201);
        let listed = app.get(format!("/boards/{board}/posts?limit=1")).by(&author).send().await;
        let expected = format!("{}{}", "가".repeat(before), if is_shown { cluster } else { "" });
        assert_eq!(listed.is(200).at("/items/0/content_preview"), Value::from(expected));
    }
}
