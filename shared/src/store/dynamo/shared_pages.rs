//! First pages that many students read at the same time. A page that this instance reads five times within a second is kept,
//! and served from memory until it is a second old. So a board or a post that everybody opens takes a few reads a second of
//! its partition for each instance, and not one for each student.
//!
//! - A page has the rows that the table returned, and nothing about the reader. Its key is the range, which contains the
//!   school.
//! - A write of this instance drops the pages of its partition. A write of another instance shows when the page is a second
//!   old. Batches drop nothing: they write rows without content, which no list shows.
//! - Only lists use shared pages. What a write depends on is read from the table, and checked in its transaction.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::types::TransactWriteItem;
use serde::de::DeserializeOwned;

use super::error::Error;
use super::item::Item;
use super::key::partition_of;
use super::query::{Page, Range};
use super::rows::row;
use super::table::Table;
use crate::domain::Time;

/// How many reads within [`SHARED_FOR_MS`] make a page shared. `docs/performance.md`, under "A rush of a school", has what
/// other numbers would give.
const READS: usize = 5;

/// How long a page is served from memory, in milliseconds.
const SHARED_FOR_MS: i64 = 1_000;

/// How many pages an instance counts and keeps. An instance of a function serves one request at a time, so few pages are
/// read five times within a second. The largest page, of 50 heads with pictures or 200 comments, takes about 1 MB.
const MAX_PAGES: usize = 16;

/// Parsed rows with their sort keys.
type PageOfRows<T> = Page<(String, T), String>;

/// The pages of an instance that are read most. Clones share them.
#[derive(Clone, Default)]
pub(super) struct SharedPages(Arc<Mutex<Pages>>);

#[derive(Default)]
struct Pages {
    /// The most recently read page is the last.
    pages: Vec<CountedPage>,
    /// The number of writes of this instance.
    writes: u64,
}

struct CountedPage {
    range: Range,
    limit: usize,
    /// The times of the last [`READS`] reads, oldest first.
    reads: VecDeque<Time>,
    /// The number of writes at the last one in this partition.
    written_at: u64,
    kept: Option<KeptPage>,
}

struct KeptPage {
    read_at: Time,
    page: SharedPage,
}

/// A page from memory. Its rows are parsed when it is used.
#[derive(Clone)]
pub(crate) struct SharedPage(Arc<Page<Item, String>>);

impl SharedPage {
    /// Copies and parses the rows.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<PageOfRows<T>, Error> {
        parse(self.0.as_ref().clone())
    }
}

/// A read of the table that may be kept.
pub(super) struct ReadToShare {
    began_at: Time,
    /// The number of writes when it began.
    writes: u64,
}

fn is_recent(time: Time, now: Time) -> bool {
    (0..SHARED_FOR_MS).contains(&now.as_millis().saturating_sub(time.as_millis()))
}

impl CountedPage {
    fn is_of(&self, range: &Range, limit: usize) -> bool {
        self.limit == limit && self.range == *range
    }

    fn is_hot(&self, now: Time) -> bool {
        self.reads.len() == READS && self.reads.front().is_some_and(|oldest| is_recent(*oldest, now))
    }
}

impl fmt::Debug for SharedPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedPages").finish_non_exhaustive()
    }
}

impl SharedPages {
    /// Counts a read of the page, and returns the page if it is kept and less than a second old.
    pub(super) fn read(&self, range: &Range, limit: usize, now: Time) -> Option<SharedPage> {
        let mut pages = self.lock();
        let mut counted = pages.take(range, limit);
        if counted.reads.len() == READS {
            counted.reads.pop_front();
        }
        counted.reads.push_back(now);
        let found = counted.kept.as_ref().filter(|kept| is_recent(kept.read_at, now)).map(|kept| kept.page.clone());
        if pages.pages.len() == MAX_PAGES {
            pages.pages.remove(0);
        }
        pages.pages.push(counted);
        found
    }

    /// Call this before the table is read.
    pub(super) fn begin(&self, now: Time) -> ReadToShare {
        ReadToShare { began_at: now, writes: self.lock().writes }
    }

    /// Keeps the page if it is read often, unless this instance has written to its partition since the read began.
    pub(super) fn keep(&self, range: &Range, limit: usize, read: ReadToShare, page: &Page<Item, String>) {
        let mut pages = self.lock();
        let Some(counted) = pages.pages.iter_mut().find(|counted| counted.is_of(range, limit)) else { return };
        let is_newer = counted.kept.as_ref().is_none_or(|kept| kept.read_at <= read.began_at);
        if is_newer && counted.is_hot(read.began_at) && counted.written_at <= read.writes {
            counted.kept = Some(KeptPage { read_at: read.began_at, page: SharedPage(Arc::new(page.clone())) });
        }
    }

    /// Drops the pages of partitions that this instance has written to, whether or not the writes succeeded: the answer of
    /// one that did may be lost.
    pub(super) fn drop_partitions<'a>(&self, partitions: impl IntoIterator<Item = &'a str>) {
        let mut pages = self.lock();
        pages.writes = pages.writes.saturating_add(1);
        let writes = pages.writes;
        for partition in partitions {
            for counted in pages.pages.iter_mut().filter(|counted| counted.range.pk == partition) {
                counted.kept = None;
                counted.written_at = writes;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    /// Removes the page from the list; a new one if it is not there.
    fn take(&mut self, range: &Range, limit: usize) -> CountedPage {
        match self.pages.iter().position(|counted| counted.is_of(range, limit)) {
            Some(position) => self.pages.remove(position),
            // A page that was not counted may have been written to at any time until now.
            None => CountedPage {
                range: range.clone(),
                limit,
                reads: VecDeque::with_capacity(READS),
                written_at: self.writes,
                kept: None,
            },
        }
    }
}

impl Table {
    pub(crate) fn clear_shared_pages(&self) {
        self.shared_pages.lock().pages.clear();
    }

    /// The first page of the range from memory, less than a second old, if many students read it; otherwise read it with
    /// [`Table::query_to_share`]. Counts the read. Later pages are not shared.
    pub(crate) fn shared_page(&self, range: &Range, limit: usize) -> Option<SharedPage> {
        if range.after.is_some() {
            return None;
        }
        self.shared_pages.read(range, limit, self.clock().now())
    }

    /// Like [`Table::query`], and keeps a first page that many students read for [`Table::shared_page`].
    pub(crate) async fn query_to_share<T: DeserializeOwned>(
        &self,
        range: Range,
        limit: usize,
    ) -> Result<PageOfRows<T>, Error> {
        let read = self.shared_pages.begin(self.clock().now());
        let page = self.query_items(range.clone(), Some(limit), None).await?;
        self.shared_pages.keep(&range, limit, read, &page);
        parse(page)
    }
}

fn parse<T: DeserializeOwned>(page: Page<Item, String>) -> Result<PageOfRows<T>, Error> {
    Ok(Page { items: page.items.into_iter().map(row).collect::<Result<_, Error>>()?, next: page.next })
}

/// The partition that the write of a transaction changes; `None` if it only checks a row.
pub(super) fn written_partition(write: &TransactWriteItem) -> Option<&str> {
    let put = write.put.as_ref().map(|put| &put.item);
    let update = write.update.as_ref().map(|update| &update.key);
    let delete = write.delete.as_ref().map(|delete| &delete.key);
    partition_of(put.or(update).or(delete)?)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_credential_types::Credentials;
    use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use futures_util::future::{BoxFuture, pending};

    use super::*;
    use crate::clock::Clock;
    use crate::store::dynamo::{Budget, Connection, Key, RowUpdate, ServiceAuthority};

    fn range(pk: &str) -> Range {
        Range::newest_first(pk.to_owned(), "POST#")
    }

    fn page(cursor: &str) -> Page<Item, String> {
        Page { items: vec![Item::new()], next: Some(cursor.to_owned()) }
    }

    /// Reads the page at these milliseconds, and keeps what the table has. Returns whether the last read was from memory.
    fn read_at(pages: &SharedPages, pk: &str, times: impl IntoIterator<Item = i64>) -> bool {
        let mut is_from_memory = false;
        for millis in times {
            let now = Time::from_millis(millis);
            is_from_memory = pages.read(&range(pk), 20, now).is_some();
            if !is_from_memory {
                let read = pages.begin(now);
                pages.keep(&range(pk), 20, read, &page("table"));
            }
        }
        is_from_memory
    }

    #[test]
    fn a_page_is_shared_after_five_reads_within_a_second() {
        let pages = SharedPages::default();
        assert!(!read_at(&pages, "a", [0; READS]), "five reads of the table");
        assert!(read_at(&pages, "a", [0, 999]));
        assert!(!read_at(&pages, "a", [1_000]), "a page is served for less than a second");
        assert!(!read_at(&pages, "b", (0..50).map(|read| read * 250)), "four reads a second are not enough");
    }

    #[test]
    fn a_page_that_is_still_read_often_is_shared_again() {
        let pages = SharedPages::default();
        let reads = (0..50).filter(|read| !read_at(&pages, "a", [read * 100])).count();
        // Five reads within 400 ms; then one each second.
        assert_eq!(reads, 5 + 4);
    }

    #[test]
    fn a_write_drops_the_pages_of_its_partition_only() {
        let pages = SharedPages::default();
        for pk in ["a", "b"] {
            assert!(read_at(&pages, pk, [0; READS + 1]));
        }
        pages.drop_partitions(["a"]);
        assert!(!read_at(&pages, "a", [1]) && read_at(&pages, "b", [1]));
        assert!(read_at(&pages, "a", [1]), "the next read is kept at once");
    }

    /// A network on which no answer arrives.
    #[derive(Debug)]
    struct Silence;

    impl HttpConnector for Silence {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            HttpConnectorFuture::new(pending())
        }
    }

    fn table_without_answers() -> Table {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::from_static("local"))
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .http_client(http_client_fn(|_, _| SharedHttpConnector::new(Silence)));
        Table::new(Connection::new(config, "campus"), Clock::default())
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_without_an_answer_drops_the_pages_of_its_partition() {
        let table = table_without_answers();
        let key = || Key::new("a", "POST#1");
        // The time of the request is up first, or the SDK gives up first.
        for time in [Duration::from_millis(500), Duration::from_secs(60)] {
            let writes: [(&str, BoxFuture<'_, Result<(), Error>>); 3] = [
                ("update", Box::pin(table.update(ServiceAuthority, key(), RowUpdate::default()))),
                ("deletion", Box::pin(table.delete(ServiceAuthority, key()))),
                ("transaction", Box::pin(table.transaction(ServiceAuthority).delete(key()).unwrap().commit())),
            ];
            for (name, write) in writes {
                assert!(read_at(&table.shared_pages, "a", [0; READS + 1]));
                assert!(Budget::new(time).spend(write).await.is_err());
                assert!(!read_at(&table.shared_pages, "a", [0]), "{name} in {time:?}");
            }
        }
    }

    #[test]
    fn a_read_that_a_write_overtakes_is_not_kept() {
        let pages = SharedPages::default();
        assert!(!read_at(&pages, "a", [0; READS - 1]));
        let now = Time::from_millis(0);
        assert!(pages.read(&range("a"), 20, now).is_none());
        let read = pages.begin(now);
        pages.drop_partitions(["a"]);
        pages.keep(&range("a"), 20, read, &page("old"));
        assert!(pages.read(&range("a"), 20, now).is_none());
    }

    #[test]
    fn a_page_that_was_forgotten_meanwhile_is_not_kept() {
        let pages = SharedPages::default();
        let now = Time::from_millis(0);
        let read = pages.begin(now);
        pages.drop_partitions(["a"]);
        assert!(!read_at(&pages, "a", [0; READS].map(|time: i64| time - 2_000)), "counted after the write");
        for _ in 0..READS {
            pages.read(&range("a"), 20, now);
        }
        pages.keep(&range("a"), 20, read, &page("old"));
        assert!(pages.read(&range("a"), 20, now).is_none());
    }

    #[test]
    fn other_limits_and_other_ranges_are_other_pages() {
        let pages = SharedPages::default();
        assert!(read_at(&pages, "a", [0; READS + 1]));
        let now = Time::from_millis(0);
        assert!(pages.read(&range("a"), 21, now).is_none());
        assert!(pages.read(&range("b"), 20, now).is_none());
        assert!(pages.read(&Range::newest_first("a".to_owned(), "BOARD#"), 20, now).is_none());
    }

    #[test]
    fn the_pages_in_memory_are_bounded() {
        let pages = SharedPages::default();
        assert!(read_at(&pages, "a", [0; READS + 1]));
        for other in 0..MAX_PAGES {
            read_at(&pages, &other.to_string(), [0]);
        }
        assert_eq!(pages.lock().pages.len(), MAX_PAGES);
        assert!(!read_at(&pages, "a", [0]), "the page that was read least recently is dropped");
    }
}
