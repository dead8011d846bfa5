//! Searches over a generated corpus find what a scan of all posts finds, in the same order.

use campus_core::domain::{FoldedText, Parse, SearchQuery};
use serde_json::{Value, json};

use super::{search_all, search_path};
use crate::support::community::{Community, text};

/// Words of a campus community, with particles and endings as they are written. Some contain others.
const WORDS: [&str; 48] = [
    "중간고사",
    "기말고사",
    "시험",
    "시험범위",
    "족보",
    "교수님",
    "교수",
    "과제",
    "조별과제",
    "팀플",
    "학점",
    "재수강",
    "수강신청",
    "강의",
    "강의평가",
    "미적분",
    "선형대수",
    "자료구조",
    "알고리즘",
    "컴퓨터",
    "컴퓨터공학",
    "전공",
    "복수전공",
    "장학금",
    "국가장학금",
    "등록금",
    "기숙사",
    "자취방",
    "룸메이트",
    "학식",
    "맛집",
    "카페",
    "도서관",
    "열람실",
    "동아리",
    "축제",
    "버스",
    "셔틀버스",
    "지하철",
    "자전거",
    "중고",
    "팝니다",
    "삽니다",
    "나눔",
    "분실물",
    "에어팟",
    "IT",
    "TOEIC",
];
const ENDINGS: [&str; 12] = ["", "은", "는", "이", "가", "을", "를", "에서", " 추천", "입니다", "인가요?", "ㅠㅠ"];

/// A text of so many words, in varying spacing.
fn sentence(rng: &mut fastrand::Rng, words: usize) -> String {
    let mut text = String::new();
    for _ in 0..words {
        // A few words are much more frequent than the others.
        let at = (rng.f64().powi(3) * WORDS.len() as f64) as usize;
        text.push_str(WORDS[at]);
        text.push_str(ENDINGS[rng.usize(..ENDINGS.len())]);
        text.push_str(["", " ", " ", "  ", "\n"][rng.usize(..5)]);
    }
    text
}

/// Queries that the corpus was not made for: words, parts of words, and several of them.
fn queries(rng: &mut fastrand::Rng) -> Vec<String> {
    let mut queries: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
    for _ in 0..15 {
        let (one, other) = (WORDS[rng.usize(..WORDS.len())], WORDS[rng.usize(..WORDS.len())]);
        queries.push(format!("{one} {other}"));
        let characters: Vec<char> = format!("{one}{other}").chars().collect();
        let start = rng.usize(..characters.len() - 1);
        queries.push(characters[start..(start + 2 + rng.usize(..3)).min(characters.len())].iter().collect());
    }
    queries.extend(["없는말", "ㅠㅠ", "it", "toe ic", "시험 교수 과제 학점"].map(str::to_owned));
    queries
}

/// The corpus, newest first: id, title and text.
async fn corpus(community: &Community, rng: &mut fastrand::Rng, posts: usize) -> Vec<(String, String, String)> {
    let boards = [community.board.clone(), community.app.board(&community.author, "장터").await];
    let mut corpus = Vec::new();
    for number in 0..posts {
        let title = format!("{} {number}", sentence(rng, 2).replace('\n', " ").trim());
        let length = if number % 10 == 0 { 60 } else { 8 };
        let content = sentence(rng, length);
        let body = json!({ "title": title, "content": content, "is_anonymous": number % 2 == 0 });
        let board = &boards[usize::from(number % 7 == 0)];
        let answer = community.write(&community.author, board, &body).await;
        corpus.insert(0, (answer.is(201).text_at("/id"), title, content));
    }
    corpus
}

#[tokio::test]
async fn searches_find_what_a_scan_finds() {
    let community = Community::start().await;
    let mut rng = fastrand::Rng::with_seed(25);
    let corpus = corpus(&community, &mut rng, 120).await;
    community.app.consume_posts().await;
    let mut hits = 0;
    for query in queries(&mut rng) {
        let Ok(parsed) = SearchQuery::parse(query.clone()) else { continue };
        let expected: Vec<&str> = corpus
            .iter()
            .filter(|(_, title, content)| parsed.matches(title, content))
            .map(|(id, ..)| id.as_str())
            .collect();
        let found = search_all(&community.app, &community.reader, &query, 50).await;
        let ids: Vec<&str> = found.iter().map(|post| text(&post["id"])).collect();
        assert_eq!(ids, expected, "{query}");
        hits += expected.len();
        for post in &found {
            let preview = text(&post["content_preview"]);
            let is_shown = |word: &str| {
                FoldedText::new(preview).contains(word) || FoldedText::new(text(&post["title"])).contains(word)
            };
            let highlights = &post["highlights"];
            let is_highlighted = [&highlights["title"], &highlights["content_preview"]]
                .iter()
                .any(|ranges| !ranges.as_array().unwrap().is_empty());
            assert_eq!(is_highlighted, parsed.as_text().split(' ').any(is_shown), "{query}: {post}");
        }
    }
    assert!(hits > 300, "{hits}");
}

#[tokio::test]
async fn a_page_takes_at_most_ten_round_trips_and_its_units_are_bounded() {
    let community = Community::start().await;
    let mut rng = fastrand::Rng::with_seed(7);
    corpus(&community, &mut rng, 100).await;
    community.app.consume_posts().await;
    let repeated = "시험".repeat(50);
    let syllables: Vec<char> = ('가'..).take(66).collect();
    let many = syllables.chunks(2).map(String::from_iter).collect::<Vec<_>>().join(" ");
    for query in [
        "시험",
        "시험 교수",
        "중간고사 기말고사 과제 학점 강의",
        "국가장학금 셔틀버스",
        repeated.as_str(),
        many.as_str(),
    ] {
        let (mut cursor, mut pages) = (String::new(), 0);
        loop {
            let answer = community
                .app
                .get(format!("{}&limit=20{cursor}", search_path(query)))
                .by(&community.reader)
                .send()
                .await;
            let usage = answer.is(200).usage;
            assert!(usage.sequence <= 10, "{query}: {usage:?}");
            assert!(usage.read_units <= 300.0, "{query}: {usage:?}");
            pages += 1;
            match answer.at("/next_cursor") {
                Value::String(next) => cursor = format!("&cursor={next}"),
                _ => break,
            }
        }
        assert!(pages < 30, "{query}: {pages}");
    }
}
