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
//! - A partition of the table has 3,000 read units and 1,000 write units in each second, and no burst.
//! - A transaction occupies the rows that it writes for 5 ms. DynamoDB cancels another one that arrives in this time.
//!   Any other call takes 3 ms.
//! - An instance of a function serves one request at a time. There are none at the beginning. A new one takes 100 ms more;
//!   a function gets at most 1,000 new ones in 10 s, and the account has 1,000.
//! - The table's stream has four shards for likes, and delivers a batch a quarter of a second after the one before. The
//!   records of comments are in one shard, and a notification takes four calls.

use std::array;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};

use super::{Backoff, Budget};
use crate::domain::COUNTED_LATER_FROM;
use crate::http::TimeLimits;

const STUDENTS: usize = 10_000;
/// How long the students stay at most.
const STAY: Duration = Duration::from_secs(30 * 60);

/// The time of a transaction.
const TRANSACTION: Duration = Duration::from_millis(5);
/// The time of any other call, and of a transaction that is cancelled.
const CALL: Duration = Duration::from_millis(3);
/// The time of a function itself, for each request.
const OWN_TIME: Duration = Duration::from_millis(2);
const COLD_START: Duration = Duration::from_millis(100);

const PARTITION_READS: f64 = 3_000.0;
const PARTITION_WRITES: f64 = 1_000.0;
const ACCOUNT_INSTANCES: usize = 1_000;
/// How many new instances a function gets in 10 s.
const NEW_INSTANCES: f64 = 1_000.0;

/// The likes that the consumer counts in one transaction.
const LIKES_OF_BATCH: usize = 99;
const SHARDS: usize = 4;
const POLL: Duration = Duration::from_millis(250);
/// The time between two requests of a client for unread notifications.
const POLL_INTERVAL: Duration = Duration::from_secs(60);
/// The comments that a page shows.
const FIRST_COMMENTS: usize = 20;

#[derive(Clone, Copy)]
enum Operation {
    Board,
    Post,
    Comments,
    LikePost,
    /// Of one of the first comments.
    LikeComment(usize),
    Comment,
    UnreadCount,
}

/// The operations in the order of their index.
const OPERATIONS: [&str; 7] = [
    "`GET /boards/{id}/posts`",
    "`GET /posts/{id}`",
    "`GET /posts/{id}/comments`",
    "`POST /posts/{id}/like`",
    "`POST /comments/{id}/like`",
    "`POST /posts/{id}/comments`",
    "`GET /notifications/unread-count`",
];

impl Operation {
    fn index(self) -> usize {
        match self {
            Self::Board => 0,
            Self::Post => 1,
            Self::Comments => 2,
            Self::LikePost => 3,
            Self::LikeComment(_) => 4,
            Self::Comment => 5,
            Self::UnreadCount => 6,
        }
    }
}

/// A capacity that refills continuously.
struct Bucket {
    rate: f64,
    capacity: f64,
    left: Cell<f64>,
    refilled: Cell<Instant>,
    /// The units that were taken in each second since the beginning.
    taken: RefCell<BTreeMap<u64, f64>>,
    began: Instant,
}

impl Bucket {
    fn new(rate: f64, capacity: f64) -> Self {
        let now = Instant::now();
        Self {
            rate,
            capacity,
            left: Cell::new(capacity),
            refilled: Cell::new(now),
            taken: RefCell::default(),
            began: now,
        }
    }

    /// Takes the units if there are as many.
    fn take(&self, units: f64) -> bool {
        let now = Instant::now();
        let refill = self.rate * now.duration_since(self.refilled.replace(now)).as_secs_f64();
        self.left.set((self.left.get() + refill).min(self.capacity));
        let is_enough = self.left.get() >= units;
        if is_enough {
            self.left.set(self.left.get() - units);
            *self.taken.borrow_mut().entry(now.duration_since(self.began).as_secs()).or_default() += units;
        }
        is_enough
    }

    /// The share of the limit that the busiest second used, in percent.
    fn peak_percent(&self) -> f64 {
        self.taken.borrow().values().copied().fold(0.0, f64::max) * 100.0 / self.rate
    }
}

/// A partition of the table.
struct Partition {
    reads: Bucket,
    writes: Bucket,
}

impl Partition {
    fn new() -> Self {
        let second = |rate| Bucket::new(rate, rate);
        Self { reads: second(PARTITION_READS), writes: second(PARTITION_WRITES) }
    }

    /// Takes units. Waits while DynamoDB throttles the call. Returns whether it succeeded in time.
    async fn take(units: &Bucket, needed: f64) -> bool {
        let mut backoff = Backoff::begin();
        while !units.take(needed) {
            if !backoff.pause_after_throttling().await {
                return false;
            }
        }
        true
    }
}

/// A row that transactions write, with its likes.
#[derive(Default)]
struct Row {
    is_busy: Cell<bool>,
    likes: Cell<u32>,
    /// When the likes were written that are not counted yet.
    uncounted: RefCell<Vec<Instant>>,
}

impl Row {
    /// The oldest likes that are not counted, of one shard.
    fn take_batch(&self) -> Vec<Instant> {
        let mut uncounted = self.uncounted.borrow_mut();
        let size = uncounted.len().div_ceil(SHARDS).min(LIKES_OF_BATCH);
        uncounted.drain(..size).collect()
    }

    /// Writes the row in a transaction. Returns whether it succeeded: it fails if another transaction is writing it.
    async fn write(&self) -> bool {
        if self.is_busy.replace(true) {
            sleep(CALL).await;
            return false;
        }
        sleep(TRANSACTION).await;
        self.is_busy.set(false);
        true
    }
}

/// A function's instances.
#[derive(Default)]
struct Instances {
    all: Cell<usize>,
    busy: Cell<usize>,
}

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
            (include_str!("../../../../docs/performance.md"), include_str!("../../../../template.yaml"));
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

struct School {
    figures: Figures,
    counts_later: bool,
    limits: TimeLimits,
    /// The partitions of the boards of the school, of the posts of the board, and of the post.
    boards: Partition,
    board: Partition,
    post: Partition,
    head: Row,
    comment_rows: [Row; FIRST_COMMENTS],
    /// The routes `/boards/{id}/posts`, `/posts/…`, `/posts/{id}/comments`, `/comments/…` and `/notifications/…`.
    routes: [Bucket; 5],
    /// The functions posts, comments and notifications.
    functions: [Instances; 3],
    new_instances: [Bucket; 3],
    busy: Cell<usize>,
    most_busy: Cell<usize>,
    outcomes: RefCell<[Outcome; OPERATIONS.len()]>,
    /// When the comments were written that nobody was notified of yet.
    new_comments: RefCell<VecDeque<Instant>>,
    /// The longest time that a like, and a comment, waited for its consumer.
    longest_wait: [Cell<Duration>; 2],
}

#[derive(Default)]
struct Outcome {
    requests: usize,
    refused: usize,
    lost: usize,
    times: Vec<Duration>,
}

impl Outcome {
    fn percent(&self, of: usize) -> f64 {
        f64::from(u32::try_from(of).unwrap()) * 100.0 / f64::from(u32::try_from(self.requests.max(1)).unwrap())
    }

    fn percentile(&self, percent: usize) -> f64 {
        self.times.get(self.times.len().saturating_sub(1) * percent / 100).map_or(0.0, Duration::as_secs_f64)
    }
}

impl School {
    fn new(counts_later: bool) -> Self {
        let figures = Figures::read();
        Self {
            counts_later,
            limits: TimeLimits::default(),
            boards: Partition::new(),
            board: Partition::new(),
            post: Partition::new(),
            head: Row::default(),
            comment_rows: Default::default(),
            routes: array::from_fn(|_| Bucket::new(figures.route_rate, figures.route_burst)),
            functions: Default::default(),
            new_instances: array::from_fn(|_| Bucket::new(NEW_INSTANCES / 10.0, NEW_INSTANCES)),
            busy: Cell::default(),
            most_busy: Cell::default(),
            outcomes: RefCell::default(),
            new_comments: RefCell::default(),
            longest_wait: Default::default(),
            figures,
        }
    }

    /// The route and the function of an operation.
    fn route(operation: Operation) -> (usize, usize) {
        match operation {
            Operation::Board => (0, 0),
            Operation::Post | Operation::LikePost => (1, 0),
            Operation::Comments | Operation::Comment => (2, 1),
            Operation::LikeComment(_) => (3, 1),
            Operation::UnreadCount => (4, 2),
        }
    }

    /// Sends a request. Sends it again after a pause if it is refused, at most three times.
    async fn request(&self, operation: Operation) {
        for attempt in 0..4 {
            let began = Instant::now();
            let is_accepted = self.pass(operation).await;
            let time = began.elapsed();
            self.note(operation, attempt, is_accepted, time);
            if is_accepted {
                return;
            }
            sleep(Duration::from_secs_f64(1.0 + 2.0 * fastrand::f64())).await;
        }
    }

    fn note(&self, operation: Operation, attempt: usize, is_accepted: bool, time: Duration) {
        let outcome = &mut self.outcomes.borrow_mut()[operation.index()];
        if attempt == 0 {
            outcome.requests += 1;
            outcome.times.push(time);
            outcome.refused += usize::from(!is_accepted);
        }
        outcome.lost += usize::from(attempt == 3 && !is_accepted);
    }

    /// Passes a request through the gateway to an instance of the function. Returns whether it succeeded.
    async fn pass(&self, operation: Operation) -> bool {
        let (route, function) = Self::route(operation);
        let instances = &self.functions[function];
        if !self.routes[route].take(1.0) || self.busy.get() >= ACCOUNT_INSTANCES {
            return false;
        }
        let is_cold = instances.busy.get() == instances.all.get();
        if is_cold {
            if !self.new_instances[function].take(1.0) {
                return false;
            }
            instances.all.set(instances.all.get() + 1);
        }
        instances.busy.set(instances.busy.get() + 1);
        self.busy.set(self.busy.get() + 1);
        self.most_busy.set(self.most_busy.get().max(self.busy.get()));
        if is_cold {
            sleep(COLD_START).await;
        }
        sleep(OWN_TIME).await;
        let budget = Budget::new(self.limits.store).with_conflict_time(self.limits.conflicts);
        let is_accepted = budget.spend(self.handle(operation)).await;
        instances.busy.set(instances.busy.get() - 1);
        self.busy.set(self.busy.get() - 1);
        is_accepted
    }

    /// Handles a request as the service does. Returns whether it succeeded.
    async fn handle(&self, operation: Operation) -> bool {
        let Figures { page, comments, .. } = self.figures;
        match operation {
            Operation::Board => self.read(&[(&self.boards, 1.0), (&self.board, page)], 2).await,
            Operation::Post => self.read(&[(&self.boards, 1.0), (&self.board, 1.0), (&self.post, 1.0)], 1).await,
            Operation::Comments => {
                self.read(&[(&self.boards, 1.0), (&self.board, 1.0), (&self.post, comments)], 2).await
            }
            Operation::UnreadCount => self.read(&[], 1).await,
            Operation::LikePost => {
                self.read(&[(&self.boards, 1.0), (&self.board, 1.0)], 1).await
                    && self.like(&self.head, &self.board).await
            }
            Operation::LikeComment(number) => {
                let rows = [(&self.boards, 1.0), (&self.board, 1.0), (&self.post, 1.0)];
                self.read(&rows, 1).await && self.like(&self.comment_rows[number], &self.post).await
            }
            Operation::Comment => {
                let rows = [(&self.boards, 1.0), (&self.board, 1.0), (&self.post, 1.0)];
                self.read(&rows, 1).await && self.comment().await
            }
        }
    }

    /// Reads units of partitions at the same time, in calls that follow each other.
    async fn read(&self, rows: &[(&Partition, f64)], calls: u32) -> bool {
        for (partition, units) in rows {
            if !Partition::take(&partition.reads, *units).await {
                return false;
            }
        }
        sleep(CALL * calls).await;
        true
    }

    /// Adds a like to a row of the partition, or only to the student's own row if the row has many likes.
    async fn like(&self, row: &Row, partition: &Partition) -> bool {
        if self.counts_later && row.likes.get() >= COUNTED_LATER_FROM {
            sleep(TRANSACTION).await;
            row.uncounted.borrow_mut().push(Instant::now());
            return true;
        }
        let is_written = self.write(row, partition).await;
        row.likes.set(row.likes.get() + u32::from(is_written));
        is_written
    }

    /// Writes a comment: its row, the commenter's and the head of the post.
    async fn comment(&self) -> bool {
        let is_written = self.write_with(&self.head, &self.board, 4.0).await;
        if is_written {
            self.new_comments.borrow_mut().push_back(Instant::now());
        }
        is_written
    }

    async fn write(&self, row: &Row, partition: &Partition) -> bool {
        self.write_with(row, partition, 0.0).await
    }

    /// Writes a row that others write, too, with further units in the partition of the post, and tries again after conflicts.
    async fn write_with(&self, row: &Row, partition: &Partition, units_of_post: f64) -> bool {
        let mut backoff = Backoff::begin();
        loop {
            let head = Partition::take(&partition.writes, self.figures.head_write).await;
            if !head || !Partition::take(&self.post.writes, units_of_post).await {
                return false;
            }
            if row.write().await {
                return true;
            }
            if !backoff.pause().await {
                return false;
            }
        }
    }

    /// A shard of the stream with likes that are not counted: one of each four.
    async fn count_likes(&self, until: Instant) {
        while Instant::now() < until {
            sleep(POLL).await;
            let comments = self.comment_rows.iter().map(|row| (row, &self.post));
            for (row, partition) in [(&self.head, &self.board)].into_iter().chain(comments) {
                let batch = row.take_batch();
                let Some(oldest) = batch.first() else { continue };
                sleep(CALL).await;
                let write = async || Budget::new(self.limits.store).spend(self.write(row, partition)).await;
                while !write().await {
                    sleep(POLL).await;
                }
                row.likes.set(row.likes.get() + u32::try_from(batch.len()).unwrap());
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
async fn rush(students: usize, stay: Duration, counts_later: bool) -> Rc<School> {
    fastrand::seed(27);
    let school = Rc::new(School::new(counts_later));
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
async fn beginning_of_a_double_rush(counts_later: bool) -> Rc<School> {
    rush(2 * STUDENTS, Duration::from_secs(240), counts_later).await
}

#[tokio::test(start_paused = true)]
async fn twice_as_many_students_are_not_refused() {
    let school = beginning_of_a_double_rush(true).await;
    for (operation, outcome) in OPERATIONS.iter().zip(school.outcomes.borrow().iter()) {
        assert_eq!(outcome.refused, 0, "{operation}");
        assert!(outcome.percentile(99) < 1.0, "{operation}: {} s", outcome.percentile(99));
    }
    assert!(school.most_busy.get() * 2 < ACCOUNT_INSTANCES, "{}", school.most_busy.get());
    assert!(school.longest_wait.iter().all(|wait| wait.get() < Duration::from_secs(5)));
}

#[tokio::test(start_paused = true)]
async fn likes_that_are_counted_later_leave_write_units_free() {
    let (later, at_once) = (beginning_of_a_double_rush(true).await, beginning_of_a_double_rush(false).await);
    let used = |school: &School| school.board.writes.peak_percent();
    assert!(used(&later) * 3.0 < used(&at_once), "{} % of {} %", used(&later), used(&at_once));
}

/// Prints the tables of `docs/performance.md`. `cargo xtask rush` runs it.
#[tokio::test(start_paused = true)]
#[ignore = "prints tables, and asserts nothing"]
async fn tables_of_a_rush() {
    let mut limits = Vec::new();
    for factor in [1, 2, 4] {
        for (name, counts_later) in [("at once", false), ("later", true)] {
            let students = STUDENTS * factor;
            let school = rush(students, STAY, counts_later).await;
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
