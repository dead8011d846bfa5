//! The requests of students: through the gateway and the instances of functions, to the table.

use std::cell::RefCell;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Figures, Liked, School};
use crate::domain::{COUNTED_LATER_FROM, Time};
use crate::store::dynamo::rush::model::{ATTEMPTS, CALL, Partition, Row, TRANSACTION, retry_after};
use crate::store::dynamo::shared_pages::SharedPages;
use crate::store::dynamo::{Backoff, Budget, Page, Range};

/// The time of a function itself, for each request.
const OWN_TIME: Duration = Duration::from_millis(2);
const COLD_START: Duration = Duration::from_millis(100);
/// The instances of all functions of an account.
pub(super) const ACCOUNT_INSTANCES: usize = 1_000;

#[derive(Clone, Copy)]
pub(super) enum Operation {
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
pub(super) const OPERATIONS: [&str; 7] = [
    "`GET /boards/{id}/posts`",
    "`GET /posts/{id}`",
    "`GET /posts/{id}/comments`",
    "`POST /posts/{id}/like`",
    "`POST /comments/{id}/like`",
    "`POST /posts/{id}/comments`",
    "`GET /notifications/unread-count`",
];

impl Operation {
    pub(super) fn index(self) -> usize {
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

/// The partitions of the posts of the board, and of the post.
const BOARD: &str = "board";
const POST: &str = "post";
/// The share of the students who have commented on the post: for them the comments are always read from the table.
const COMMENTERS: f64 = 0.1;

/// The idle instances of a function, each with the pages that it shares.
#[derive(Default)]
pub(super) struct Instances(RefCell<Vec<SharedPages>>);

impl Instances {
    /// Takes one of them at random, so that no instance reads a page more often than others: AWS does not say which idle
    /// instance gets a request.
    fn take(&self) -> Option<SharedPages> {
        let mut idle = self.0.borrow_mut();
        let count = idle.len();
        (count > 0).then(|| idle.swap_remove(fastrand::usize(..count)))
    }
}

#[derive(Default)]
pub(super) struct Outcome {
    pub(super) requests: usize,
    /// Refused at the first attempt, and at all four.
    pub(super) refused: usize,
    pub(super) lost: usize,
    pub(super) times: Vec<Duration>,
}

impl Outcome {
    pub(super) fn percent(&self, of: usize) -> f64 {
        f64::from(u32::try_from(of).unwrap()) * 100.0 / f64::from(u32::try_from(self.requests.max(1)).unwrap())
    }

    pub(super) fn percentile(&self, percent: usize) -> f64 {
        self.times.get(self.times.len().saturating_sub(1) * percent / 100).map_or(0.0, Duration::as_secs_f64)
    }
}

impl School {
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
    pub(super) async fn request(&self, operation: Operation) {
        for attempt in 0..ATTEMPTS {
            let began = Instant::now();
            let is_accepted = self.pass(operation).await;
            let time = began.elapsed();
            self.note(operation, attempt, is_accepted, time);
            if is_accepted {
                return;
            }
            sleep(retry_after()).await;
        }
    }

    fn note(&self, operation: Operation, attempt: usize, is_accepted: bool, time: Duration) {
        let outcome = &mut self.outcomes.borrow_mut()[operation.index()];
        if attempt == 0 {
            outcome.requests += 1;
            outcome.times.push(time);
            outcome.refused += usize::from(!is_accepted);
        }
        outcome.lost += usize::from(attempt + 1 == ATTEMPTS && !is_accepted);
    }

    /// Passes a request through the gateway to an instance of the function. Returns whether it succeeded.
    async fn pass(&self, operation: Operation) -> bool {
        let (route, function) = Self::route(operation);
        let instances = &self.functions[function];
        if !self.routes[route].take(1.0) || self.busy.get() >= ACCOUNT_INSTANCES {
            return false;
        }
        let idle = instances.take();
        let is_cold = idle.is_none();
        if is_cold && !self.new_instances[function].take(1.0) {
            return false;
        }
        let pages = idle.unwrap_or_default();
        self.busy.set(self.busy.get() + 1);
        self.most_busy.set(self.most_busy.get().max(self.busy.get()));
        if is_cold {
            sleep(COLD_START).await;
        }
        sleep(OWN_TIME).await;
        let budget = Budget::new(self.limits.store).with_conflict_time(self.limits.conflicts);
        let is_accepted = budget.spend(self.handle(operation, &pages)).await;
        instances.0.borrow_mut().push(pages);
        self.busy.set(self.busy.get() - 1);
        is_accepted
    }

    /// Handles a request as the service does. Returns whether it succeeded.
    async fn handle(&self, operation: Operation, pages: &SharedPages) -> bool {
        let Figures { page, comments, .. } = self.figures;
        match operation {
            Operation::Board => {
                let page = self.units_of_page(pages, BOARD, page);
                self.read(&[(&self.boards, 1.0), (&self.board, page)], 2).await
            }
            Operation::Post => self.read(&[(&self.boards, 1.0), (&self.board, 1.0), (&self.post, 1.0)], 1).await,
            Operation::Comments => {
                let from_memory = self.units_of_page(pages, POST, comments);
                let comments = if fastrand::f64() < COMMENTERS { comments } else { from_memory };
                self.read(&[(&self.boards, 1.0), (&self.board, 1.0), (&self.post, comments)], 2).await
            }
            Operation::UnreadCount => self.read(&[], 1).await,
            Operation::LikePost => {
                self.read(&[(&self.boards, 1.0), (&self.board, 1.0)], 1).await
                    && self.like(&self.hot_post, &self.board, (pages, BOARD)).await
            }
            Operation::LikeComment(number) => {
                let rows = [(&self.boards, 1.0), (&self.board, 1.0), (&self.post, 1.0)];
                self.read(&rows, 1).await && self.like(&self.first_comments[number], &self.post, (pages, POST)).await
            }
            Operation::Comment => {
                let is_written = self.comment().await;
                pages.drop_partitions([BOARD, POST]);
                is_written
            }
        }
    }

    /// The units that a first page takes of its partition: none if the instance has it in memory.
    fn units_of_page(&self, pages: &SharedPages, partition: &str, units: f64) -> f64 {
        if !self.measures.shares_pages {
            return units;
        }
        let range = Range::newest_first(partition.to_owned(), "");
        let now = Time::from_millis(i64::try_from(self.began.elapsed().as_millis()).unwrap());
        if pages.read(&range, 20, now).is_some() {
            return 0.0;
        }
        let read = pages.begin(now);
        pages.keep(&range, 20, read, &Page { items: Vec::new(), next: None });
        units
    }

    /// Reads units of partitions at the same time, in calls that follow each other.
    async fn read(&self, rows: &[(&Partition, f64)], calls: u32) -> bool {
        for (partition, units) in rows {
            if !partition.read(*units).await {
                return false;
            }
        }
        sleep(CALL * calls).await;
        true
    }

    /// Adds a like to the counter, or only to the student's own row if there are many likes.
    async fn like(&self, liked: &Liked, partition: &Partition, (pages, name): (&SharedPages, &str)) -> bool {
        if self.measures.counts_later && liked.likes.get() >= COUNTED_LATER_FROM {
            sleep(TRANSACTION).await;
            liked.uncounted.borrow_mut().push(Instant::now());
            return true;
        }
        let is_written = self.write(&liked.row, partition).await;
        pages.drop_partitions([name]);
        liked.likes.set(liked.likes.get() + u32::from(is_written));
        is_written
    }

    /// Writes a comment: its row, the commenter's and the head of the post. The student takes the next anonymous number of
    /// the post. If another student has taken it since the head was read, the transaction fails.
    async fn comment(&self) -> bool {
        let rows = [(&self.boards, 1.0), (&self.board, 1.0), (&self.post, 1.0)];
        let mut backoff = Backoff::begin();
        loop {
            let seen = self.anonymous_numbers.get();
            if !self.read(&rows, 1).await
                || !self.board.write(self.figures.head_write).await
                || !self.post.write(4.0).await
            {
                return false;
            }
            if self.anonymous_numbers.get() != seen {
                sleep(CALL).await;
            } else if self.hot_post.row.write().await {
                self.anonymous_numbers.set(seen + 1);
                self.new_comments.borrow_mut().push_back(Instant::now());
                return true;
            }
            if backoff.pause().await.is_err() {
                return false;
            }
        }
    }

    /// Writes a row that others write, too, and tries again after conflicts.
    pub(super) async fn write(&self, row: &Row, partition: &Partition) -> bool {
        let mut backoff = Backoff::begin();
        loop {
            if !partition.write(self.figures.head_write).await {
                return false;
            }
            if row.write().await {
                return true;
            }
            if backoff.pause().await.is_err() {
                return false;
            }
        }
    }
}
