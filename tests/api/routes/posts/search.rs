//! Searching for posts (rule 24).

use campus_core::domain::{Parse, Role};
use serde_json::{Value, json};

use crate::guarantees::search::{index_rows, search_all, search_path, titles};
use crate::support::community::{Community, text};
use crate::support::harness::TestApp;

/// A post with this text. Returns its id.
async fn write(community: &Community, title: &str, content: &str) -> String {
    let body = json!({ "title": title, "content": content, "is_anonymous": false });
    community.write(&community.author, &community.board, &body).await.is(201).text_at("/id")
}

#[tokio::test]
async fn posts_are_found_by_all_words_in_title_and_text_whatever_the_spacing() {
    let community = Community::start().await;
    let Community { app, reader, .. } = &community;
    write(&community, "중고 자전거 팝니다", "정문 앞에서 만나요. 가격은 5만원").await;
    write(&community, "미래 IT 기술 인사이트", "강의 후기입니다").await;
    write(&community, "자전거 동아리", "신입 부원을 찾습니다.\n매주 토요일").await;
    assert!(titles(app, reader, "자전거").await.is_empty(), "the index lags");
    app.consume_posts().await;
    for (query, expected) in [
        ("자전거", vec!["자전거 동아리", "중고 자전거 팝니다"]),
        ("중고자전거", vec!["중고 자전거 팝니다"]),
        ("자전거 5만원", vec!["중고 자전거 팝니다"]),
        ("5 만원  정문", vec!["중고 자전거 팝니다"]),
        ("미래it기술", vec!["미래 IT 기술 인사이트"]),
        ("ＩＴ", vec!["미래 IT 기술 인사이트"]),
        ("부원", vec!["자전거 동아리"]),
        ("니다", vec!["자전거 동아리", "미래 IT 기술 인사이트", "중고 자전거 팝니다"]),
        ("자전거 노트북", vec![]),
        ("팝니다정문", vec![]),
    ] {
        assert_eq!(titles(app, reader, query).await, expected, "{query}");
    }
    app.audit().await;
}

#[tokio::test]
async fn a_board_limits_the_search() {
    let community = Community::start().await;
    let Community { app, reader, author, board, .. } = &community;
    let other = app.board(author, "장터").await;
    for number in 0..30 {
        community.post(&format!("자전거 {number}"), true).await;
    }
    app.write_post(author, &other, "장터의 자전거", true).await;
    app.consume_posts().await;
    let page = async |board: &str| {
        app.get(format!("{}&board_id={board}", search_path("자전거"))).by(reader).send().await.is(200).json()
    };
    let found = page(&other).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!((text(&found["items"][0]["title"]), &found["next_cursor"]), ("장터의 자전거", &json!(null)));
    let first = page(board).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 20);
    let nowhere = page("01a05c4b-8119-7db0-bf82-b964d39c1f11").await;
    assert_eq!(nowhere, json!({ "items": [], "next_cursor": null }));
    app.get(format!("{}&board_id=x", search_path("자전거")))
        .by(reader)
        .send()
        .await
        .is_invalid(&[("board_id", "invalid_format")]);
    // A cursor belongs to its query and its board.
    let cursor = text(&first["next_cursor"]).to_owned();
    for path in [search_path("자전거"), format!("{}&board_id={board}", search_path("동아리"))] {
        app.get(format!("{path}&cursor={cursor}")).by(reader).send().await.is_problem(400, "invalid_cursor");
    }
    // The same words in another spelling are the same query.
    let same = format!("{}&board_id={board}&cursor={cursor}", search_path(" 자전거 자전거"));
    app.get(same).by(reader).send().await.is(200);
}

#[tokio::test]
async fn a_hit_is_a_listed_post_with_highlights_in_utf_16_code_units() {
    let community = Community::start().await;
    let Community { app, reader, author, .. } = &community;
    let post = write(&community, "🎉축제 안내", &format!("{}축제", "가".repeat(250))).await;
    community.like(reader, &format!("/posts/{post}")).await.is(200);
    app.consume_posts().await;
    let mut hit = search_all(app, reader, "축제", 20).await.remove(0);
    let highlights = hit.as_object_mut().unwrap().remove("highlights").unwrap();
    assert_eq!(highlights, json!({ "title": [{ "start": 2, "end": 4 }], "content_preview": [] }));
    let listed = community.page(reader, &format!("/boards/{}/posts", community.board), 20, None).await;
    assert_eq!(hit, listed.at("/items/0"));
    assert_eq!((text(&hit["author"]["name"]), &hit["liked"]), (author.nickname.as_str(), &json!(true)));
    let hits = search_all(app, reader, "가가 안내", 20).await;
    let highlights = json!({ "title": [{ "start": 5, "end": 7 }], "content_preview": [{ "start": 0, "end": 200 }] });
    assert_eq!(hits[0]["highlights"], highlights);
}

/// A way in which a post disappears for the reader.
#[derive(Clone, Copy, Debug)]
enum Gone {
    Deleted,
    Edited,
    Blinded,
    Removed,
    TakenDown,
    Hidden,
    BlockedByName,
    BlockedAlias,
    BoardDeleted,
}

impl Gone {
    const ALL: [Self; 9] = [
        Self::Deleted,
        Self::Edited,
        Self::Blinded,
        Self::Removed,
        Self::TakenDown,
        Self::Hidden,
        Self::BlockedByName,
        Self::BlockedAlias,
        Self::BoardDeleted,
    ];

    async fn happen(self, community: &Community, board: &str, post: &str) {
        let Community { app, reader, author, admin, school, .. } = community;
        let path = format!("/posts/{post}");
        let report = json!({ "post_id": post, "reason": "abuse" });
        match self {
            Self::Deleted => drop(app.delete(path).by(author).send().await.is(204)),
            Self::Edited => {
                let changes = json!({ "title": "다른 제목", "content": "다른 내용" });
                community.edit(author, post, changes).await.is(200);
            }
            Self::Blinded | Self::Removed => {
                app.service.app.schools.set_report_threshold(school, Parse::parse(1).unwrap()).await.unwrap();
                app.report(&community.member().await, report).await.is(201);
                if let Self::Removed = self {
                    app.decide(admin, &format!("p{post}"), "remove").await.is(200);
                }
            }
            Self::TakenDown => {
                let takedown = app.take_down(admin, post).await;
                app.decide_takedown(admin, &takedown, "restrict").await.is(200);
            }
            Self::Hidden => drop(app.put(format!("{path}/hide")).by(reader).send().await.is(204)),
            Self::BlockedByName | Self::BlockedAlias => drop(app.block(reader, json!({ "post_id": post })).await),
            Self::BoardDeleted => drop(app.delete(format!("/boards/{board}")).by(admin).send().await.is(204)),
        }
    }
}

#[tokio::test]
async fn what_is_gone_is_not_found_although_the_index_still_has_it() {
    for gone in Gone::ALL {
        let community = Community::start().await;
        let Community { app, reader, author, admin, .. } = &community;
        let board = app.board(author, "임시").await;
        let body = json!({ "title": "사라질 해바라기", "content": "내용", "is_anonymous": matches!(gone, Gone::BlockedAlias) });
        let post = community.write(author, &board, &body).await.is(201).text_at("/id");
        app.consume_posts().await;
        assert_eq!(titles(app, reader, "해바라기").await.len(), 1, "{gone:?}");
        gone.happen(&community, &board, &post).await;
        let before = index_rows(app);
        assert!(!before.is_empty());
        let is_own = matches!(gone, Gone::Hidden | Gone::BlockedByName | Gone::BlockedAlias);
        for (by, expected) in [(reader, 0), (author, usize::from(is_own)), (admin, usize::from(is_own))] {
            assert_eq!(titles(app, by, "해바라기").await.len(), expected, "{gone:?}");
        }
        assert_eq!(index_rows(app), before, "a search writes nothing");
        app.consume_posts().await;
        assert!(titles(app, reader, "해바라기").await.is_empty(), "{gone:?}");
        let is_left = index_rows(app).iter().any(|(pk, _)| pk.ends_with("#GRAM#해바"));
        assert_eq!(is_left, is_own, "{gone:?}");
        app.audit().await;
    }
}

#[tokio::test]
async fn posts_of_other_schools_are_not_found() {
    let community = Community::start().await;
    let Community { app, reader, .. } = &community;
    let post = community.post("해바라기", true).await;
    app.consume_posts().await;
    let foreigner = community.foreigner().await;
    assert!(titles(app, &foreigner, "해바라기").await.is_empty());
    let here = app.get(format!("{}&limit=1", search_path("해바라기"))).by(reader).send().await;
    assert_eq!(here.at("/items/0/id"), json!(post));
    let board = format!("{}&board_id={}", search_path("해바라기"), community.board);
    assert_eq!(app.get(board).by(&foreigner).send().await.is(200).json(), json!({ "items": [], "next_cursor": null }));
}

#[tokio::test]
async fn nothing_of_the_author_is_searchable() {
    let community = Community::start().await;
    let Community { app, reader, author, .. } = &community;
    let (named, anonymous) = (community.post("이름이 있는 글", false).await, community.post("익명의 글", true).await);
    app.consume_posts().await;
    for query in [&author.nickname, &author.login_id, &author.id, &author.email, &named, &anonymous] {
        assert!(titles(app, reader, &query.chars().take(100).collect::<String>()).await.is_empty(), "{query}");
    }
    let rows = index_rows(app);
    let of_author = [&author.id, &author.login_id, &author.nickname];
    assert!(rows.iter().all(|(pk, sk)| of_author.iter().all(|text| !pk.contains(*text) && !sk.contains(*text))));
    // A nickname that somebody wrote into a text is text.
    write(&community, &format!("{}에게", author.nickname), "고마워요").await;
    app.consume_posts().await;
    assert_eq!(titles(app, reader, &author.nickname).await.len(), 1);
}

#[tokio::test]
async fn hostile_queries_are_answered() {
    let community = Community::start().await;
    let Community { app, reader, .. } = &community;
    community.post("가가가가 나나 👍👍", true).await;
    app.consume_posts().await;
    let words = |count: usize| (0..count).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
    for (query, code) in [
        (String::new(), "too_short"),
        (" ".repeat(60), "too_short"),
        ("가".to_owned(), "too_short"),
        ("👍".to_owned(), "too_short"),
        (words(200), "too_long"),
        ("a".repeat(10_000), "too_long"),
        (format!("a{}", "\u{301}".repeat(90)), "invalid_characters"),
        ("\u{301}\u{302}".to_owned(), "invalid_characters"),
        ("가\u{202E}나".to_owned(), "invalid_characters"),
        ("가나\u{0}".to_owned(), "invalid_characters"),
    ] {
        app.get(search_path(&query)).by(reader).send().await.is_invalid(&[("query", code)]);
    }
    app.get("/posts/search").by(reader).send().await.is_invalid(&[("query", "required")]);
    for (query, found) in [
        ("가".repeat(100), 0),
        ("가가가가".to_owned(), 1),
        ("가 가".to_owned(), 1),
        ("가나".to_owned(), 1),
        ("👍👍".to_owned(), 1),
        ("#_".to_owned(), 0),
        (words(24), 0),
        ("%25".to_owned(), 0),
        ("o\u{308}x".to_owned(), 0),
    ] {
        assert_eq!(titles(app, reader, &query).await.len(), found, "{query}");
    }
}

#[tokio::test]
async fn a_walk_neither_repeats_nor_loses_while_others_write() {
    let community = Community::start().await;
    let Community { app, reader, author, .. } = &community;
    let mut there = Vec::new();
    for number in 0..60 {
        there.insert(0, community.post(&format!("해바라기 {number}"), number % 2 == 0).await);
    }
    app.consume_posts().await;
    let (mut seen, mut deleted, mut cursor) = (Vec::<String>::new(), Vec::new(), String::new());
    loop {
        let page = app.get(format!("{}&limit=7{cursor}", search_path("해바 라기"))).by(reader).send().await;
        let items = page.is(200).at("/items");
        seen.extend(items.as_array().unwrap().iter().map(|post| text(&post["id"]).to_owned()));
        community.post(&format!("새 해바라기 {}", seen.len()), true).await;
        if let Some(post) = there.iter().rfind(|post| !seen.contains(*post) && !deleted.contains(*post)).cloned() {
            app.delete(format!("/posts/{post}")).by(author).send().await.is(204);
            deleted.push(post);
        }
        if let Some(post) = seen.last() {
            community.edit(author, post, json!({ "content": "해바라기를 고쳤어요" })).await.is(200);
        }
        app.consume_posts().await;
        match page.at("/next_cursor") {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => break,
        }
    }
    let stayed: Vec<String> = there.into_iter().filter(|post| !deleted.contains(post)).collect();
    let seen: Vec<String> = seen.into_iter().filter(|post| !deleted.contains(post)).collect();
    assert_eq!(seen, stayed);
}

#[tokio::test]
async fn an_ended_session_cannot_search() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.get(search_path("해바라기")).send().await.is_problem(401, "token_missing");
    let logout = json!({ "refresh_token": student.refresh_token });
    app.post("/auth/logout").json(&logout).send().await.is(204);
    app.get(search_path("해바라기")).by(&student).send().await.is_problem(401, "token_invalid");
    let other = app.member(&school, Role::Student).await;
    app.get(search_path("해바라기")).by(&other).send().await.is(200);
}
