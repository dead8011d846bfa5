//! The candidates of a search: posts that have all grams of a query, as far as the index says.

use std::collections::{HashSet, VecDeque};

use super::{KeyOnly, SearchSizes, gram_partition};
use crate::domain::{BoardId, Gram, PostId, SchoolId};
use crate::store::dynamo::{Error, KeyCondition, Page, Range, Read, Table};

/// How many times as many rows each read of a gram returns as the one before.
const GROWTH: usize = 4;

/// The next read of the posts of a gram.
pub(super) struct GramRange {
    gram: Gram,
    /// The sort key before the first row; `None` for the newest posts.
    after: Option<String>,
    rows: usize,
}

impl GramRange {
    /// The posts in this range, newest first, and the last one if there are more.
    pub(super) async fn read(&self, table: &Table, school: SchoolId) -> Result<Page<PostId, PostId>, Error> {
        let range = Range::newest_first(gram_partition(school, &self.gram), KeyCondition::Whole);
        let range = Range { read: Read::Eventual, ..range.after(self.after.clone()) };
        let Page { items, next } = table.query::<KeyOnly>(range, Some(self.rows)).await?;
        let posts = items.iter().filter_map(|(sk, _)| sk.parse().ok()).collect();
        Ok(Page { items: posts, next: next.and_then(|sk| sk.parse().ok()) })
    }
}

/// Posts that have a gram, from a position on.
pub(super) struct Posting {
    gram: Gram,
    /// Those that are not taken, newest first.
    posts: VecDeque<PostId>,
    all: HashSet<PostId>,
    /// The last post that was read; `None` if there are no more.
    end: Option<PostId>,
    /// How many rows the next read returns.
    rows: usize,
}

impl Posting {
    /// Reads the newest posts with the gram after the position.
    pub(super) async fn read(
        table: &Table,
        school: SchoolId,
        gram: Gram,
        after: Option<String>,
        rows: usize,
    ) -> Result<Self, Error> {
        let page = GramRange { gram: gram.clone(), after, rows }.read(table, school).await?;
        let mut posting = Self { gram, posts: VecDeque::new(), all: HashSet::new(), end: None, rows };
        posting.extend(page);
        Ok(posting)
    }

    /// The next read, which begins after this sort key.
    fn next_range(&self, after: String, sizes: &SearchSizes) -> GramRange {
        GramRange { gram: self.gram.clone(), after: Some(after), rows: self.rows.min(sizes.largest_window) }
    }

    fn extend(&mut self, page: Page<PostId, PostId>) {
        self.all.extend(&page.items);
        self.posts.extend(page.items);
        self.end = page.next;
        self.rows = self.rows.saturating_mul(GROWTH);
    }

    /// Whether the post has the gram; `None` if that is not known, because the post is older than those that were read.
    fn has(&self, post: PostId) -> Option<bool> {
        match self.end {
            Some(end) if post < end => None,
            _ => Some(self.all.contains(&post)),
        }
    }

    /// Sorts the rarest gram first: the one whose posts reach back the furthest, or end the soonest.
    fn rarity(&self) -> (bool, Option<PostId>, usize) {
        (self.end.is_some(), self.end, self.all.len())
    }
}

/// The posts with the rarest gram, and what is known about the other grams.
pub(super) struct Candidates {
    rarest: Posting,
    /// The second-rarest gram.
    second: Option<Posting>,
    /// The other grams. No more of their posts are read.
    others: Vec<Posting>,
    board: Option<BoardId>,
}

/// Posts that were taken from the candidates.
#[derive(Default)]
pub(super) struct CandidatePage {
    /// Each with up to two other grams, the rarest ones, that it is not known to have.
    pub(super) candidates: Vec<(PostId, Vec<Gram>)>,
    /// The last post that was looked at.
    pub(super) last: Option<PostId>,
}

impl Candidates {
    /// `None` without postings.
    pub(super) fn new(mut postings: Vec<Posting>, board: Option<BoardId>) -> Option<Self> {
        postings.sort_by_key(Posting::rarity);
        let mut postings = postings.into_iter();
        Some(Self { rarest: postings.next()?, second: postings.next(), others: postings.collect(), board })
    }

    /// Whether the post is on the board and may have all grams.
    fn may_match(&self, post: PostId) -> bool {
        let mut others = self.second.iter().chain(&self.others);
        self.board.is_none_or(|board| post.board() == board) && others.all(|other| other.has(post) != Some(false))
    }

    /// Whether it is not known if the post has the second gram.
    fn is_unknown(&self, post: PostId) -> bool {
        self.second.as_ref().is_some_and(|second| second.has(post).is_none())
    }

    /// The posts of the second gram to read before candidates are taken, from the first unknown candidate on. `None` if
    /// enough candidates are known, or the unknown ones are few: each of them is looked up by its key.
    pub(super) fn range_of_second(&self, sizes: &SearchSizes) -> Option<GramRange> {
        let candidates = self.rarest.posts.iter().copied().filter(|post| self.may_match(*post));
        let (unknown, known): (Vec<_>, Vec<_>) = candidates.partition(|post| self.is_unknown(*post));
        let first = unknown.first().filter(|_| known.len() < sizes.read && unknown.len() > sizes.looked_up)?;
        // The range includes the post itself.
        Some(self.second.as_ref()?.next_range(format!("{first}~"), sizes))
    }

    /// Adds the posts of [`range_of_second`](Self::range_of_second).
    pub(super) fn extend_second(&mut self, page: Page<PostId, PostId>) {
        if let Some(second) = &mut self.second {
            second.extend(page);
        }
    }

    /// Takes the next posts, newest first, that are known to have the second gram, and may have all others.
    pub(super) fn take_known(&mut self, sizes: &SearchSizes) -> CandidatePage {
        self.take(sizes.looked_up, |candidates, post, _| !candidates.is_unknown(post))
    }

    /// Takes the next posts, newest first, that may have all grams. Those that have to be looked up only if there are not
    /// enough others.
    pub(super) fn take_any(&mut self, sizes: &SearchSizes) -> CandidatePage {
        self.take(sizes.looked_up, |candidates, post, taken| taken < sizes.read || !candidates.is_unknown(post))
    }

    fn take(&mut self, limit: usize, is_wanted: impl Fn(&Self, PostId, usize) -> bool) -> CandidatePage {
        let mut page = CandidatePage::default();
        while page.candidates.len() < limit {
            let next = self.rarest.posts.front().copied();
            let Some(post) = next.filter(|post| is_wanted(self, *post, page.candidates.len())) else { break };
            self.rarest.posts.pop_front();
            page.last = Some(post);
            if self.may_match(post) {
                let others = self.second.iter().chain(&self.others);
                let unknown = others.filter(|other| other.has(post).is_none()).take(2);
                page.candidates.push((post, unknown.map(|other| other.gram.clone()).collect()));
            }
        }
        page
    }

    /// Whether no post is left, also in the table.
    pub(super) fn are_exhausted(&self) -> bool {
        self.rarest.posts.is_empty() && self.rarest.end.is_none()
    }

    /// The next posts with the rarest gram, if those that were read are used up, and there are more.
    pub(super) fn range_of_rarest(&self, sizes: &SearchSizes) -> Option<GramRange> {
        let end = self.rarest.end.filter(|_| self.rarest.posts.is_empty())?;
        Some(self.rarest.next_range(end.to_string(), sizes))
    }

    /// Adds the posts of [`range_of_rarest`](Self::range_of_rarest).
    pub(super) fn extend_rarest(&mut self, page: Page<PostId, PostId>) {
        self.rarest.extend(page);
    }
}
