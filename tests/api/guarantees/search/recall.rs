//! Searches over a generated corpus find what a scan of all posts finds, in the same order.

use std::time::Duration;

use campus_core::domain::{Parse, SearchQuery};
use campus_core::store::{Budget, PostSearch, SearchSizes, Usage};
use serde_json::{Value, json};

use super::{search_all, search_path};
use crate::support::community::{Community, text};
use crate::support::table;

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
        let at = (0..3).map(|_| rng.usize(..WORDS.len())).min().unwrap();
        text.push_str(WORDS[at]);
        text.push_str(ENDINGS[rng.usize(..ENDINGS.len())]);
        text.push_str(["", " ", " ", "  ", "\n"][rng.usize(..5)]);
    }
    text
}

/// Words that were not used to write the corpus. Some are parts of its texts, some cross its words, some are in no text.
const HELD_OUT: [&str; 28] = [
    "고사",
    "간고사",
    "말고",
    "험범위",
    "족보가",
    "수님",
    "별과",
    "수강",
    "신청은",
    "적분",
    "수대",
    "구조를",
    "학공",
    "학금",
    "국가",
    "기숙",
    "취방에",
    "메이트",
    "열람",
    "동아",
    "틀버",
    "하철",
    "입니다",
    "인가요",
    "oei",
    "재수",
    "전공책",
    "해바라기",
];

/// The text without white space and case: what a search compares, computed without the service's code.
fn plain(text: &str) -> String {
    text.split_whitespace().flat_map(str::chars).flat_map(char::to_lowercase).collect()
}

/// Queries of held-out words, one or several, also in other spellings.
fn queries(rng: &mut fastrand::Rng) -> Vec<String> {
    let mut queries: Vec<String> = HELD_OUT.iter().map(|word| (*word).to_owned()).collect();
    for _ in 0..20 {
        let words = (0..rng.usize(2..4)).map(|_| HELD_OUT[rng.usize(..HELD_OUT.len())]);
        queries.push(words.collect::<Vec<_>>().join(" "));
    }
    queries.extend(["ㅠㅠ", "it", "toe IC", "시 험", "험범 수님 별과 학점", " 고사  ㅠㅠ "].map(str::to_owned));
    queries
}

/// The posts that have all words, found by a scan.
fn scan<'a>(corpus: &'a [(String, String, String)], query: &str) -> Vec<&'a str> {
    let mut words: Vec<String> = query.split_whitespace().map(plain).collect();
    if words.iter().all(|word| word.chars().count() == 1) {
        words = vec![words.concat()];
    }
    let has = |(_, title, content): &&(String, String, String)| {
        words.iter().all(|word| plain(title).contains(word) || plain(content).contains(word))
    };
    corpus.iter().filter(has).map(|(id, ..)| id.as_str()).collect()
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

/// Sizes with which a corpus of a hundred posts needs several reads of each gram.
const SMALL: SearchSizes = SearchSizes { window: 5, largest_window: 40, looked_up: 4, read: 3, counted: 8 };

/// The ids of the posts on all pages of a search with these sizes, and what each page used.
async fn walk(community: &Community, sizes: SearchSizes, query: &str, limit: usize) -> (Vec<String>, Vec<Usage>) {
    let search = PostSearch::new(community.app.table(), sizes);
    let (caller, query) = (community.reader.caller(), SearchQuery::parse(query.to_owned()).unwrap());
    let (mut found, mut usages, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let budget = Budget::new(Duration::from_secs(60));
        let page = budget.spend(search.find(&caller, &query, None, after, limit)).await.unwrap();
        assert!(page.items.len() <= limit);
        found.extend(page.items.iter().map(|post| post.head.id.to_string()));
        usages.push(budget.usage());
        assert!(usages.len() < 200, "the search does not end");
        match page.next {
            Some(next) => after = Some(next),
            None => return (found, usages),
        }
    }
}

#[tokio::test]
async fn searches_find_what_a_scan_finds() {
    let community = Community::start().await;
    let mut rng = fastrand::Rng::with_seed(25);
    let corpus = corpus(&community, &mut rng, 120).await;
    community.app.consume_posts().await;
    let mut hits = 0;
    for query in queries(&mut rng) {
        let expected = scan(&corpus, &query);
        let found = search_all(&community.app, &community.reader, &query, 50).await;
        let ids: Vec<&str> = found.iter().map(|post| text(&post["id"])).collect();
        assert_eq!(ids, expected, "{query}");
        hits += expected.len();
        for limit in [3, 50] {
            let (ids, usages) = walk(&community, SMALL, &query, limit).await;
            assert_eq!(ids, expected, "{query}, {limit}");
            // The session and the limit are the other two of ten.
            assert!(usages.iter().all(|usage| usage.sequence <= 8), "{query}, {limit}: {usages:?}");
        }
        for post in &found {
            let shown = [plain(text(&post["title"])), plain(text(&post["content_preview"]))];
            let is_shown = |word: &str| shown.iter().any(|shown| shown.contains(&plain(word)));
            let highlights = &post["highlights"];
            let ranges = [&highlights["title"], &highlights["content_preview"]];
            let is_highlighted = ranges.iter().any(|ranges| !ranges.as_array().unwrap().is_empty());
            let is_word = query.split_whitespace().any(|word| word.chars().count() > 1);
            if is_word {
                assert_eq!(is_highlighted, query.split_whitespace().any(is_shown), "{query}: {post}");
            }
        }
    }
    assert!(hits > 300, "{hits}");
}

/// Posts with these titles and a number, the last one newest.
async fn written(community: &Community, titles: impl IntoIterator<Item = &str>) {
    for (number, title) in titles.into_iter().enumerate() {
        community.post(&format!("{title} {number}"), true).await;
    }
    community.app.consume_posts().await;
}

#[tokio::test]
async fn a_search_jumps_to_the_posts_of_the_rarer_gram() {
    let community = Community::start().await;
    let old = std::iter::repeat_n("사과 포도", 20);
    written(&community, old.chain(std::iter::repeat_n("포도", 60))).await;
    // The first reads, more of the second gram, the posts.
    let (found, usages) = walk(&community, SMALL, "포도 사과", 3).await;
    assert_eq!(found.len(), 20);
    assert_eq!(usages[0].sequence, 3, "{usages:?}");
    assert!(usages.len() <= 8, "a page of three costs one round: {usages:?}");
    // Few unknown candidates are looked up instead.
    let look_up = SearchSizes { looked_up: 6, ..SMALL };
    let (found, usages) = walk(&community, look_up, "포도 사과", 3).await;
    assert_eq!((found.len(), usages[0].sequence), (20, 3));
    // The rarest is read on, with growing reads.
    let (found, usages) = walk(&community, SMALL, "포도", 8).await;
    assert_eq!((found.len(), usages.len()), (80, 10), "{usages:?}");
}

#[tokio::test]
async fn a_page_reaches_far_in_the_posts_of_one_board() {
    let community = Community::start().await;
    let board = community.app.board(&community.author, "장터").await;
    community.app.write_post(&community.author, &board, "오래된 포도", true).await;
    written(&community, std::iter::repeat_n("포도", 60)).await;
    let search = PostSearch::new(community.app.table(), SMALL);
    let (caller, query) = (community.reader.caller(), SearchQuery::parse("포도".to_owned()).unwrap());
    let page = search.find(&caller, &query, board.parse().ok(), None, 20).await.unwrap();
    assert_eq!((page.items.len(), page.next), (1, None), "5, 20 and 40 rows are 61 posts");
}

/// What a reader can tell of a walk: for each page its items, whether more follow, and the calls.
async fn seen(community: &Community, query: &str, limit: usize) -> Vec<(Value, bool, u32, u32)> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{}&limit={limit}{cursor}", search_path(query));
        let page = community.app.get(path).by(&community.reader).send().await;
        let next = page.is(200).at("/next_cursor");
        pages.push((page.at("/items"), next.is_string(), page.usage.calls, page.usage.sequence));
        match next.as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return pages,
        }
    }
}

/// A post that the caller must not find, and that the index still has, would tell words of its text: whether a page that
/// has room for another post is shorter.
#[tokio::test]
async fn no_page_tells_of_a_post_that_is_gone_while_the_index_lags() {
    for (is_deleted, place) in [(false, 0), (false, 1), (true, 2), (false, 3), (true, 4), (false, 5)] {
        let community = Community::start().await;
        let Community { app, author, reader, school, .. } = &community;
        let (mut gone, other) = (String::new(), community.member().await);
        for number in 0..6 {
            if number == place {
                gone = community.post("해바라기 비밀", false).await;
            }
            let post = app.write_post(&other, &community.board, &format!("해바라기 {number}"), false).await;
            if number > 2 {
                app.put(format!("/posts/{post}/hide")).by(reader).send().await.is(204);
            }
        }
        app.consume_posts().await;
        if is_deleted {
            app.delete(format!("/posts/{gone}")).by(author).send().await.is(204);
        } else {
            app.service.app.schools.set_report_threshold(school, Parse::parse(1).unwrap()).await.unwrap();
            app.report(&community.member().await, json!({ "post_id": gone, "reason": "abuse" })).await.is(201);
        }
        let mut lagging = Vec::new();
        for limit in [1, 2, 3, 20] {
            lagging.push(seen(&community, "해바라기", limit).await);
        }
        let rows = table::scan(&app.engine).into_iter();
        let rows: Vec<_> =
            rows.filter(|row| !(table::text(row, "pk").contains("#GRAM#") && table::text(row, "sk") == gone)).collect();
        table::replace(&app.engine, &rows);
        for (limit, lagging) in [1, 2, 3, 20].into_iter().zip(lagging) {
            assert_eq!(lagging, seen(&community, "해바라기", limit).await, "{is_deleted}, {place}, {limit}");
        }
    }
}

#[tokio::test]
async fn a_page_of_the_longest_posts_takes_at_most_ten_round_trips_and_1000_units() {
    let community = Community::start().await;
    let Community { app, author, board, .. } = &community;
    let titles: Vec<String> = ('가'..).take(16).collect::<Vec<_>>().chunks(2).map(String::from_iter).collect();
    // `xyzx` is in no post, although all of its grams are.
    let title = format!("{} xyz zx", titles.join(" "));
    let body = json!({ "title": title, "content": "👍🎉".repeat(5_000), "is_anonymous": false });
    for number in 0..70 {
        let mut body = body.clone();
        body["title"] = json!(format!("{title} {number}"));
        community.write(author, board, &body).await.is(201);
    }
    app.consume_posts().await;
    for (query, posts) in [("👍🎉", 50), (titles.join(" ").as_str(), 50), ("xyzx", 0)] {
        let page = app.get(format!("{}&limit=50", search_path(query))).by(&community.reader).send().await;
        assert_eq!(page.is(200).at("/items").as_array().unwrap().len(), posts, "{query}");
        assert!(page.usage.sequence <= 10, "{query}: {:?}", page.usage);
        assert!(page.usage.read_units <= 1000.0, "{query}: {:?}", page.usage);
        println!("{query}: {:?}", page.usage);
    }
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
