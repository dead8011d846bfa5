//! A simulation of a school that opens one hot post at the same time: which requests are refused, and which limit of AWS
//! comes first.
//!
//! In the first minute all students open the post, from the first page of its board. Then they stay for up to half an
//! hour: they look at the comments and the board again, like the post and its first comments, write comments, and their
//! clients ask for unread notifications. Arrivals do not wait for answers to others (an open loop). Who is refused tries
//! again up to three times.
//!
//! The retries, their pauses and the time limits are the service's own, on a paused clock. The throttling of routes is
//! that of `template.yaml`, and the units are those of the long texts in `docs/performance.md`, which tests check. AWS is
//! a model:
//!
//! - A partition of the table has 3,000 read units and 1,000 write units in each second, and no burst. The SDK sends a
//!   throttled read four times.
//! - A transaction occupies the rows that it writes for 5 ms. DynamoDB cancels another one that arrives in this time.
//!   Any other call takes 3 ms. A comment takes the next anonymous number of the post, and fails if another comment has
//!   taken it since the head was read.
//! - An instance of a function serves one request at a time. There are none at the beginning. A new one takes 100 ms more;
//!   a function gets at most 1,000 new ones in 10 s, and the account has 1,000. Any idle instance takes a request.
//! - The table's stream has four shards for likes, and delivers a batch a quarter of a second after the one before. The
//!   records of comments are in one shard, and a notification takes four calls.

mod requests;

use std::array;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};

use self::requests::{ACCOUNT_INSTANCES, Instances, OPERATIONS, Operation, Outcome};
use super::model::{Bucket, CALL, Partition, Row, TRANSACTION};
use crate::http::TimeLimits;
use crate::store::dynamo::Budget;

const STUDENTS: usize = 10_000;
/// How long the students stay at most.
const STAY: Duration = Duration::from_secs(30 * 60);
/// The time between two requests of a client for unread notifications.
const POLL_INTERVAL: Duration = Duration::from_secs(60);

/// How many new instances a function gets in 10 s.
const NEW_INSTANCES: f64 = 1_000.0;

/// The likes that the consumer counts in one transaction.
const LIKES_OF_BATCH: usize = 99;
const SHARDS: usize = 4;
/// The pause after which a shard is read again.
const POLL: Duration = Duration::from_millis(250);
/// The comments that a page shows.
const FIRST_COMMENTS: usize = 20;

/// Units of `docs/performance.md`, and the throttling of `template.yaml`.
struct Figures {
    page: f64,
    comments: f64,
    head_write: f64,
    route_rate: f64,
    route_burst: f64,
}

impl Figures {
    fn read() -> Self {
        let (docs, template) =
            (include_str!("../../../../../docs/performance.md"), include_str!("../../../../../template.yaml"));
        let long = |line: &str| {
            let row = docs.lines().find(|found| found.starts_with(line)).unwrap();
            row.trim_end_matches(" |").rsplit(' ').next().unwrap().parse().unwrap()
        };
        let routes = template.split("DefaultRouteSettings:").nth(1).unwrap();
        let setting =
            |name: &str| routes.split(name).nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
        Self {
            page: long("| first page of the board: read units"),
            comments: long("| comments of a post: read units"),
            head_write: long("| like, scrap or comment: write units"),
            route_rate: setting("ThrottlingRateLimit:"),
            route_burst: setting("ThrottlingBurstLimit:"),
        }
    }
}

/// A post or a comment, with its likes.
#[derive(Default)]
struct Liked {
    row: Row,
    likes: Cell<u32>,
    /// When the likes were written that are not counted yet.
    uncounted: RefCell<Vec<Instant>>,
}

impl Liked {
    /// The oldest likes that are not counted, of one shard.
    fn take_batch(&self) -> Vec<Instant> {
        let mut uncounted = self.uncounted.borrow_mut();
        let size = uncounted.len().div_ceil(SHARDS).min(LIKES_OF_BATCH);
        uncounted.drain(..size).collect()
    }
}

/// What the service does for many students at the same time.
#[derive(Clone, Copy)]
struct Measures {
    /// Whether likes are counted later if there are many (rule 6).
    counts_later: bool,
    /// Whether instances serve pages that are read often from memory.
    shares_pages: bool,
}

impl Measures {
    const ALL: Self = Self { counts_later: true, shares_pages: true };
    const WITHOUT_SHARED_PAGES: Self = Self { shares_pages: false, ..Self::ALL };
    const NONE: Self = Self { counts_later: false, shares_pages: false };
}

struct School {
    figures: Figures,
    measures: Measures,
    began: Instant,
    limits: TimeLimits,
    /// The partitions of the boards of the school, of the posts of the board, and of the post.
    boards: Partition,
    board: Partition,
    post: Partition,
    hot_post: Liked,
    first_comments: [Liked; FIRST_COMMENTS],
    /// The routes `/boards/{id}/posts`, `/posts/…`, `/posts/{id}/comments`, `/comments/…` and `/notifications/…`.
    routes: [Bucket; 5],
    /// The functions posts, comments and notifications.
    functions: [Instances; 3],
    new_instances: [Bucket; 3],
    busy: Cell<usize>,
    most_busy: Cell<usize>,
    /// The number of students who have an anonymous number on the post.
    anonymous_numbers: Cell<usize>,
    outcomes: RefCell<[Outcome; OPERATIONS.len()]>,
    /// When the comments were written that nobody was notified of yet.
    new_comments: RefCell<VecDeque<Instant>>,
    /// The longest time that a like, and a comment, waited for its consumer.
    longest_wait: [Cell<Duration>; 2],
}

impl School {
    fn new(measures: Measures) -> Self {
        let figures = Figures::read();
        Self {
            measures,
            began: Instant::now(),
            limits: TimeLimits::default(),
            boards: Partition::new(),
            board: Partition::new(),
            post: Partition::new(),
            hot_post: Liked::default(),
            first_comments: Default::default(),
            routes: array::from_fn(|_| Bucket::new(figures.route_rate, figures.route_burst)),
            functions: Default::default(),
            new_instances: array::from_fn(|_| Bucket::new(NEW_INSTANCES / 10.0, NEW_INSTANCES)),
            busy: Cell::default(),
            most_busy: Cell::default(),
            anonymous_numbers: Cell::default(),
            outcomes: RefCell::default(),
            new_comments: RefCell::default(),
            longest_wait: Default::default(),
            figures,
        }
    }

    /// A shard of the stream with likes that are not counted: one of each four.
    async fn count_likes(&self, until: Instant) {
        while Instant::now() < until {
            sleep(POLL).await;
            let comments = self.first_comments.iter().map(|comment| (comment, &self.post));
            for (liked, partition) in [(&self.hot_post, &self.board)].into_iter().chain(comments) {
                let batch = liked.take_batch();
                let Some(oldest) = batch.first() else { continue };
                sleep(CALL).await;
                let write = async || Budget::new(self.limits.store).spend(self.write(&liked.row, partition)).await;
                while !write().await {
                    sleep(POLL).await;
                }
                liked.likes.set(liked.likes.get() + u32::try_from(batch.len()).unwrap());
                self.note_wait(0, oldest.elapsed());
            }
        }
    }

    /// The shard of the stream with the comments on the post.
    async fn notify(&self, until: Instant) {
        while Instant::now() < until {
            sleep(POLL).await;
            loop {
                let next = self.new_comments.borrow_mut().pop_front();
                let Some(written) = next else { break };
                sleep(CALL * 3 + TRANSACTION).await;
                self.note_wait(1, written.elapsed());
            }
        }
    }

    fn note_wait(&self, consumer: usize, waited: Duration) {
        let longest = &self.longest_wait[consumer];
        longest.set(longest.get().max(waited));
    }

    /// What a student does.
    async fn visit(self: Rc<Self>, random: &mut fastrand::Rng, stay: Duration) {
        let mut secs = |from: f64, to: f64| Duration::from_secs_f64(from + (to - from) * random.f64());
        sleep(secs(0.0, 60.0)).await;
        let leaves = Instant::now() + secs(120.0, stay.as_secs_f64() - 60.0);
        let (before_post, before_like, before_comment) = (secs(1.0, 10.0), secs(3.0, 60.0), secs(20.0, 300.0));
        let (until_comments, until_board) = (secs(30.0, 90.0), secs(60.0, 240.0));
        let (likes, likes_comment, comments) = (random.f64() < 0.3, random.f64() < 0.3, random.f64() < 0.1);
        let liked_comment = Operation::LikeComment(random.usize(0..FIRST_COMMENTS));
        self.request(Operation::Board).await;
        sleep(before_post).await;
        tokio::join!(self.request(Operation::Post), self.request(Operation::Comments));
        let once = |wanted: bool, pause: Duration, operation| {
            let school = self.clone();
            async move {
                if wanted {
                    sleep(pause).await;
                    school.request(operation).await;
                }
            }
        };
        let again = |pause: Duration, operation| {
            let school = self.clone();
            async move {
                while Instant::now() + pause < leaves {
                    sleep(pause).await;
                    school.request(operation).await;
                }
            }
        };
        tokio::join!(
            once(likes, before_like, Operation::LikePost),
            once(likes_comment, before_like + before_post, liked_comment),
            once(comments, before_comment, Operation::Comment),
            again(until_comments, Operation::Comments),
            again(until_board, Operation::Board),
            again(POLL_INTERVAL, Operation::UnreadCount),
        );
    }
}

/// Simulates a rush of the students of a school.
async fn rush(students: usize, stay: Duration, measures: Measures) -> Rc<School> {
    fastrand::seed(27);
    let school = Rc::new(School::new(measures));
    let (local, until) = (LocalSet::new(), Instant::now() + stay + Duration::from_secs(60));
    for _ in 0..students {
        let (school, mut random) = (school.clone(), fastrand::Rng::new());
        local.spawn_local(async move { school.visit(&mut random, stay).await });
    }
    for _ in 0..SHARDS {
        let school = school.clone();
        local.spawn_local(async move { school.count_likes(until).await });
    }
    let notifying = school.clone();
    local.spawn_local(async move { notifying.notify(until).await });
    local.await;
    for outcome in school.outcomes.borrow_mut().iter_mut() {
        outcome.times.sort_unstable();
    }
    school
}

/// The rush of twice as many students as the service must hold, in the minutes that have the most requests.
async fn beginning_of_a_double_rush(measures: Measures) -> Rc<School> {
    rush(2 * STUDENTS, Duration::from_secs(240), measures).await
}

#[tokio::test(start_paused = true)]
async fn twice_as_many_students_are_not_refused() {
    let school = beginning_of_a_double_rush(Measures::ALL).await;
    for (operation, outcome) in OPERATIONS.iter().zip(school.outcomes.borrow().iter()) {
        assert_eq!(outcome.refused, 0, "{operation}");
        assert!(outcome.percentile(99) < 1.0, "{operation}: {} s", outcome.percentile(99));
    }
    assert!(school.most_busy.get() * 2 < ACCOUNT_INSTANCES, "{}", school.most_busy.get());
    assert!(school.longest_wait.iter().all(|wait| wait.get() < Duration::from_secs(5)));
}

#[tokio::test(start_paused = true)]
async fn each_measure_leaves_units_free() {
    let later = beginning_of_a_double_rush(Measures::WITHOUT_SHARED_PAGES).await;
    let at_once = beginning_of_a_double_rush(Measures::NONE).await;
    let used = |school: &School| school.board.writes.peak_percent();
    assert!(used(&later) * 3.0 < used(&at_once), "{} % of {} %", used(&later), used(&at_once));
    let shared = beginning_of_a_double_rush(Measures::ALL).await;
    for (shared, each) in [(&shared.board, &later.board), (&shared.post, &later.post)] {
        let (shared, each) = (shared.reads.peak_percent(), each.reads.peak_percent());
        assert!(shared * 2.0 < each, "shared pages take {shared} % of {each} %");
    }
}

/// Prints the tables of `docs/performance.md`. `cargo xtask rush` runs it.
#[tokio::test(start_paused = true)]
#[ignore = "prints tables, and asserts nothing"]
async fn tables_of_a_rush() {
    let mut limits = Vec::new();
    for factor in [1, 2, 4] {
        for (name, measures) in [
            ("at once", Measures::NONE),
            ("later", Measures::WITHOUT_SHARED_PAGES),
            ("later, and shared pages", Measures::ALL),
        ] {
            let students = STUDENTS * factor;
            let school = rush(students, STAY, measures).await;
            let outcomes = school.outcomes.borrow();
            let cells =
                [Operation::Post, Operation::Comments, Operation::LikePost, Operation::Comment].map(|operation| {
                    let outcome = &outcomes[operation.index()];
                    let (refused, lost) = (outcome.percent(outcome.refused), outcome.percent(outcome.lost));
                    format!("{refused:.1} %, {lost:.1} % | {:.2} s", outcome.percentile(99))
                });
            println!("| {students} | {name} | {} |", cells.join(" | "));
            let routes = school.routes.iter().map(Bucket::peak_percent).fold(0.0, f64::max);
            let [likes, comments] = school.longest_wait.each_ref().map(|wait| wait.get().as_secs_f64());
            limits.push(format!(
                "| {students} | {name} | {:.0} % | {:.0} % | {:.0} % | {:.0} % | {routes:.0} % | {} | {likes:.1} s | {comments:.1} s |",
                school.board.reads.peak_percent(),
                school.board.writes.peak_percent(),
                school.post.reads.peak_percent(),
                school.post.writes.peak_percent(),
                school.most_busy.get(),
            ));
        }
    }
    println!("{}", limits.join("\n"));
}
