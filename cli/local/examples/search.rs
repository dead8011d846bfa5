//! Measures the search for posts: what a new post, an edit and a deletion cost in the index, and what searches cost and find,
//! compared with a scan of all texts.
//!
//! ```sh
//! cargo run --release -p campus-local --example search -- [POSTS] [FILE]
//! ```
//!
//! Without a file, the posts are generated: words by Zipf's law with Korean particles and endings, lengths log-normal. With a
//! file, each line is a post. The posts are written through the service, and the index by the code of its consumer. The
//! figures are the same in each run.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use campus_core::clock::Clock;
use campus_core::domain::{Caller, IndexText, Parse, PostId, SchoolName, SearchQuery, VerificationPolicy};
use campus_core::http;
use campus_core::store::{Budget, SearchIndex, Table, Usage};
use campus_local::{Engine, LocalService, MediaStore, Secret};
use fastrand::Rng;
use http_body_util::BodyExt;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tower::ServiceExt;

/// The number of posts without an argument.
const POSTS: usize = 2_000;
/// The number of boards. The first one has the most posts.
const BOARDS: usize = 20;
/// The number of searches of each kind, edits and deletions.
const SAMPLES: usize = 50;
/// The number of posts on a page.
const PAGE: usize = 20;
/// How long the characters of the title of a post in a file are.
const TITLE: usize = 20;
/// Longer than any measured call takes.
const TIME: Duration = Duration::from_secs(60);
/// US dollars for a read and a write unit in Seoul.
const PRICES: [f64; 2] = [0.1355e-6, 0.68e-6];

/// A service with a board, and a student who writes and searches.
struct SearchService {
    engine: Engine,
    service: LocalService,
    router: Router,
    index: SearchIndex,
    token: String,
    student: Option<Caller>,
}

/// A post that was written.
struct Written {
    id: String,
    board: usize,
    title: String,
    content: String,
}

/// A kind of searches.
struct Kind {
    name: &'static str,
    /// The words of each search, and the board.
    searches: Vec<(String, Option<usize>)>,
}

impl SearchService {
    async fn start() -> Result<Self> {
        let (engine, clock) = (Engine::in_memory().await?, Clock::default());
        let bucket = MediaStore::bucket_at("http://127.0.0.1:1/campus-media", &Secret::random()?)?;
        let service = LocalService::start(engine.connection(), bucket, clock.clone(), None).await?;
        let router = http::finish(service.router.clone());
        let index = SearchIndex::new(Table::new(engine.connection(), clock));
        Ok(Self { engine, service, router, index, token: String::new(), student: None })
    }

    /// Adds a school and signs the student up.
    async fn sign_up(&mut self) -> Result<()> {
        let name = SchoolName::parse("가온대학교".to_owned()).ok().context("the school's name")?;
        let school = self.service.app.schools.add(name, Vec::new(), VerificationPolicy::Open).await?;
        let body = json!({
            "school_id": school.id, "login_id": "maru", "password": "otter juggles 9 stones", "nickname": "maru",
            "email": "maru@gaon.example", "admission_year": 2026,
        });
        let (session, _) = self.send(Method::POST, "/auth/signup", Some(body)).await?;
        let token = session.get("access_token").and_then(Value::as_str).context("no token")?;
        let caller = self.service.app.verifier.verify(token)?.caller();
        self.student = Some(caller);
        Ok(())
    }

    /// Sends a request. Returns the body of the response, and what the request used of DynamoDB.
    async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> Result<(Value, Usage)> {
        // Tokens are valid for ten minutes.
        if let Some(student) = &self.student {
            self.token = self.service.signer.sign(student, Clock::default().now())?;
        }
        let request =
            Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))?;
        let response = self.router.clone().oneshot(request).await?;
        let (status, usage) = (response.status(), response.extensions().get::<Usage>().copied().unwrap_or_default());
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&body));
        Ok((serde_json::from_slice(&body).unwrap_or_default(), usage))
    }

    /// Creates a resource, and returns its id.
    async fn create(&mut self, path: &str, body: Value) -> Result<String> {
        let (created, _) = self.send(Method::POST, path, Some(body)).await?;
        created.get("id").and_then(Value::as_str).map(str::to_owned).with_context(|| format!("POST {path}: no id"))
    }

    /// Lets the index follow a post, as the consumer of the stream does.
    async fn index(&self, post: &str) -> Result<Usage> {
        let (post, school) = (post.parse::<PostId>().ok().context("a post's id")?, self.student.as_ref());
        let budget = Budget::new(TIME);
        budget.spend(self.index.update(school.context("a student")?.school, post)).await?;
        Ok(budget.usage())
    }
}

/// A generator of texts.
struct Texts {
    random: Rng,
    words: Vec<String>,
    /// For each word, the sum of the weights of the words up to it.
    weights: Vec<f64>,
}

const ENDINGS: &str = "은 는 이 가 을 를 에 에서 으로 로 도 만 의 와 과 하고 까지 부터 한테 에게 보다 처럼 네요 어요 아요 해요 \
    했어요 합니다 했습니다 입니다 인데 는데 지만 니까 려고 면 고 서 게 나요 까요 죠 거든요 다 음 했는데 하는 한 할 하면 \
    해서 하지 되나요 있나요 있어요 없어요";

/// The sums of the weights of Zipf's law, where the first ranks are closer to each other.
fn zipf(count: usize, flattened: f64) -> Vec<f64> {
    let weights = (0..count).map(|rank| 1.0 / (f64::from(u32::try_from(rank).unwrap_or(u32::MAX)) + flattened));
    weights
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}

fn pick(random: &mut Rng, weights: &[f64]) -> usize {
    let at = random.f64() * weights.last().copied().unwrap_or_default();
    weights.partition_point(|weight| *weight < at)
}

impl Texts {
    fn new() -> Self {
        let mut random = Rng::with_seed(7);
        // The syllables in use, and words of one to four of them.
        let mut syllables: Vec<char> = ('가'..='힣').collect();
        random.shuffle(&mut syllables);
        syllables.truncate(1_200);
        let of_syllables = zipf(syllables.len(), 12.0);
        let mut word = || {
            let length = [1, 2, 2, 2, 2, 2, 3, 3, 3, 4].get(random.usize(..10)).copied().unwrap_or(2);
            (0..length).filter_map(|_| syllables.get(pick(&mut random, &of_syllables))).collect::<String>()
        };
        let words: Vec<String> = (0..60_000).map(|_| word()).collect();
        Self { random, weights: zipf(words.len(), 2.7), words }
    }

    /// A text with about this number of characters.
    fn text(&mut self, length: usize) -> String {
        let endings: Vec<&str> = ENDINGS.split_whitespace().collect();
        let mut text = String::new();
        while text.chars().count() < length {
            text.push_str(self.words.get(pick(&mut self.random, &self.weights)).map_or("", String::as_str));
            if self.random.u8(..10) < 7 {
                text.push_str(self.random.choice(&endings).copied().unwrap_or_default());
            }
            text.push(' ');
        }
        text
    }

    /// A length from a log-normal distribution, with this median.
    fn length(&mut self, median: f64) -> usize {
        // The sum of twelve uniform numbers is almost normal.
        let normal = (0..12).map(|_| self.random.f64()).sum::<f64>() - 6.0;
        let length = (median.ln() + 0.85 * normal).exp().clamp(5.0, 2_000.0);
        format!("{length:.0}").parse().unwrap_or(60)
    }
}

/// The titles and texts of posts.
fn posts(count: usize, file: Option<&str>) -> Result<Vec<(String, String)>> {
    let Some(file) = file else {
        let mut texts = Texts::new();
        let post = |_| {
            let length = texts.length(45.0);
            (texts.text(8), texts.text(length))
        };
        return Ok((0..count).map(post).collect());
    };
    let lines = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
    let post = |line: &str| (line.chars().take(TITLE).collect(), line.to_owned());
    Ok(lines.lines().filter(|line| !line.trim().is_empty()).take(count).map(post).collect())
}

/// Units and round trips of several calls.
#[derive(Default)]
struct Sum {
    count: f64,
    usage: Usage,
    /// The highest read units and calls in sequence.
    most: (f64, u32),
}

impl Sum {
    fn add(&mut self, usage: Usage) {
        self.count += 1.0;
        self.usage.calls += usage.calls;
        self.usage.sequence += usage.sequence;
        self.usage.read_units += usage.read_units;
        self.usage.write_units += usage.write_units;
        self.most = (self.most.0.max(usage.read_units), self.most.1.max(usage.sequence));
    }

    fn mean(&self, value: f64) -> f64 {
        value / self.count.max(1.0)
    }

    fn price_of_thousand(&self) -> f64 {
        let [read, write] = PRICES;
        1000.0 * self.mean(self.usage.read_units * read + self.usage.write_units * write)
    }
}

/// Writes the posts and their index.
async fn write(service: &mut SearchService, texts: Vec<(String, String)>) -> Result<(Vec<Written>, Vec<String>, Sum)> {
    let mut boards = Vec::new();
    for number in 0..BOARDS {
        boards
            .push(service.create("/boards", json!({ "category": "일반", "name": format!("게시판 {number}") })).await?);
    }
    let (mut random, of_boards) = (Rng::with_seed(11), zipf(BOARDS, 1.0));
    let (mut written, mut sum) = (Vec::new(), Sum::default());
    for (title, content) in texts {
        let board = pick(&mut random, &of_boards);
        let path = format!("/boards/{}/posts", boards.get(board).context("a board")?);
        let body = json!({ "title": title, "content": content, "is_anonymous": true });
        let id = service.create(&path, body).await?;
        sum.add(service.index(&id).await?);
        written.push(Written { id, board, title, content });
    }
    // Ids of the same millisecond are in no order.
    written.sort_by_key(|post| post.id.parse::<PostId>().ok());
    Ok((written, boards, sum))
}

/// The posts that a scan finds, newest first.
fn scan(posts: &[Written], words: &str, board: Option<usize>) -> Result<Vec<String>> {
    let query = SearchQuery::parse(words.to_owned()).ok().with_context(|| format!("{words} is no query"))?;
    let is_found =
        |post: &&Written| board.is_none_or(|board| post.board == board) && query.matches(&post.title, &post.content);
    Ok(posts.iter().rev().filter(is_found).map(|post| post.id.clone()).collect())
}

/// The searches, from words of the posts.
fn kinds(posts: &[Written]) -> Vec<Kind> {
    // How many posts each word of two syllables, and each longer one, is in as written.
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for post in posts {
        let words = post.content.split_whitespace().map(|word| word.chars().take(3).collect::<String>());
        for word in words.filter(|word| word.chars().count() >= 2 && word.chars().all(char::is_alphanumeric)) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut random = Rng::with_seed(13);
    let mut words = |length: usize, counted: std::ops::Range<usize>| {
        let mut words: Vec<String> = counts
            .iter()
            .filter(|(word, count)| word.chars().count() == length && counted.contains(count))
            .map(|(word, _)| word.clone())
            .collect();
        random.shuffle(&mut words);
        words.truncate(SAMPLES);
        words
    };
    let percent = |count: usize| posts.len() * count / 100;
    let (short, long) = (words(2, 1..5), words(3, 1..5));
    let common = words(2, percent(1)..posts.len());
    let pairs = |first: &[String], second: &[String]| -> Vec<(String, Option<usize>)> {
        let second = second.iter().cycle().skip(1);
        first.iter().zip(second).map(|(first, second)| (format!("{first} {second}"), None)).collect()
    };
    let single = |words: &[String]| words.iter().map(|word| (word.clone(), None)).collect();
    vec![
        Kind { name: "a rare word of 2 syllables", searches: single(&short) },
        Kind { name: "a rare word of 3 syllables", searches: single(&long) },
        Kind { name: "a common word", searches: single(&common) },
        Kind { name: "two common words", searches: pairs(&common, &common) },
        Kind { name: "a rare word and a common word", searches: pairs(&long, &common) },
        Kind {
            name: "a common word on a small board",
            searches: common.iter().map(|word| (word.clone(), Some(BOARDS - 1))).collect(),
        },
    ]
}

/// Searches, and prints what the searches cost and find.
async fn search(service: &mut SearchService, posts: &[Written], boards: &[String]) -> Result<()> {
    println!(
        "\n| search | read units | at most | 1,000 cost | in sequence | at most | found | pages to the end of 20 |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for Kind { name, searches } in kinds(posts) {
        let (mut sum, mut found, mut expected, mut pages) = (Sum::default(), 0_u32, 0_u32, 0.0);
        for (words, board) in searches {
            let wanted = scan(posts, &words, board)?;
            let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let board =
                board.and_then(|board| boards.get(board)).map_or_else(String::new, |id| format!("&board_id={id}"));
            let path = format!("/posts/search?limit={PAGE}&query={}{board}", encode(&words));
            let (mut hits, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let after = cursor.as_deref().map_or_else(String::new, |cursor| format!("&cursor={}", encode(cursor)));
                let (page, usage) = service.send(Method::GET, &format!("{path}{after}"), None).await?;
                let items = page.get("items").and_then(Value::as_array).context("items")?;
                hits.extend(items.iter().filter_map(|item| item.get("id")?.as_str().map(str::to_owned)));
                pages += 1.0;
                if cursor.is_none() {
                    sum.add(usage);
                    found += u32::try_from(hits.len())?;
                    expected += u32::try_from(wanted.len().min(PAGE))?;
                }
                cursor = page.get("next_cursor").and_then(Value::as_str).map(str::to_owned);
                if cursor.is_none() || hits.len() >= PAGE {
                    break;
                }
            }
            ensure!(wanted.starts_with(&hits), "{words}: a search differs from a scan");
            ensure!(hits.len() >= wanted.len().min(PAGE), "{words}: a search misses posts");
        }
        let Sum { count, usage, most, .. } = &sum;
        let (units, sequence) = (sum.mean(usage.read_units), sum.mean(f64::from(usage.sequence)));
        let share = 100.0 * f64::from(found) / f64::from(expected.max(1));
        println!(
            "| {name} | {units:.1} | {:.1} | ${:.4} | {sequence:.1} | {} | {share:.0} % | {:.1} |",
            most.0,
            sum.price_of_thousand(),
            most.1,
            pages / count.max(1.0),
        );
    }
    Ok(())
}

/// Edits and deletes some posts.
async fn change(service: &mut SearchService, posts: &[Written]) -> Result<[Sum; 2]> {
    let (mut edits, mut deletions) = (Sum::default(), Sum::default());
    for (post, other) in posts.iter().zip(posts.iter().skip(SAMPLES)).take(SAMPLES) {
        // A tenth of the text becomes the beginning of another one.
        let length = (post.content.chars().count() / 10).max(8);
        let replaced: String = other.content.chars().take(length).chain(post.content.chars().skip(length)).collect();
        let path = format!("/posts/{}", post.id);
        service.send(Method::PATCH, &path, Some(json!({ "content": replaced }))).await?;
        edits.add(service.index(&post.id).await?);
        service.send(Method::DELETE, &path, None).await?;
        deletions.add(service.index(&post.id).await?);
    }
    Ok([edits, deletions])
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().map_or(Ok(POSTS), |count| count.parse()).context("the number of posts")?;
    let texts = posts(count, arguments.next().as_deref())?;
    let mut service = SearchService::start().await?;
    service.sign_up().await?;
    let grams: usize = texts.iter().map(|(title, content)| IndexText::of_post(title, content).grams().len()).sum();
    let mean = Sum { count: f64::from(u32::try_from(texts.len())?), ..Sum::default() };
    println!("{} posts, {:.1} bigrams each", texts.len(), mean.mean(f64::from(u32::try_from(grams)?)));
    let (written, boards, posts) = write(&mut service, texts).await?;
    search(&mut service, &written, &boards).await?;
    let [edits, deletions] = change(&mut service, &written).await?;
    service.engine.stop().await?;
    println!(
        "\n| the index of | write units | read units | 1,000 cost | in sequence |\n| --- | --- | --- | --- | --- |"
    );
    for (name, sum) in [("a new post", posts), ("an edit of a tenth", edits), ("a deletion", deletions)] {
        let (write, read) = (sum.mean(sum.usage.write_units), sum.mean(sum.usage.read_units));
        let (price, sequence) = (sum.price_of_thousand(), sum.mean(f64::from(sum.usage.sequence)));
        println!("| {name} | {write:.1} | {read:.1} | ${price:.4} | {sequence:.1} |");
    }
    Ok(())
}
