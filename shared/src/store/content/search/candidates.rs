//! The candidates of a search: posts that have all grams of a query, as far as the index says.

use std::collections::{HashSet, VecDeque};

use super::{KeyOnly, gram_partition};
use crate::domain::{BoardId, Gram, PostId, SchoolId};
use crate::store::dynamo::{Error, KeyCondition, Page, Range, Read, Table};

/// How many rows of a gram one read returns: 25 KB, 3.5 read units.
const WINDOW: usize = 200;

/// The newest posts that have a gram, from a position on.
pub(super) struct Posting {
    pub(super) gram: Gram,
    /// Newest first.
    pub(super) posts: VecDeque<PostId>,
    all: HashSet<PostId>,
    /// The last post that was read; `None` if there are no more.
    pub(super) end: Option<PostId>,
}

impl Posting {
    /// Reads the posts with the gram after the position.
    pub(super) async fn read(
        table: &Table,
        school: SchoolId,
        gram: Gram,
        after: Option<String>,
    ) -> Result<Self, Error> {
        let range = Range::newest_first(gram_partition(school, &gram), KeyCondition::Whole).after(after);
        let range = Range { read: Read::Eventual, ..range };
        let Page { items, next } = table.query::<KeyOnly>(range, Some(WINDOW)).await?;
        let posts: VecDeque<PostId> = items.iter().filter_map(|(sk, _)| sk.parse().ok()).collect();
        Ok(Self { gram, all: posts.iter().copied().collect(), end: next.and_then(|sk| sk.parse().ok()), posts })
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
    pub(super) rarest: Posting,
    /// Rarest first.
    others: Vec<Posting>,
    board: Option<BoardId>,
}

impl Candidates {
    /// `None` without postings.
    pub(super) fn new(mut postings: Vec<Posting>, board: Option<BoardId>) -> Option<Self> {
        postings.sort_by_key(Posting::rarity);
        let mut postings = postings.into_iter();
        Some(Self { rarest: postings.next()?, others: postings.collect(), board })
    }

    /// Takes the next posts, newest first, that may have all grams: at most `limit`.
    pub(super) fn take(&mut self, limit: usize) -> Taken {
        let mut taken = Taken::default();
        while taken.candidates.len() < limit {
            let Some(post) = self.rarest.posts.pop_front() else { break };
            taken.last = Some(post);
            let is_on_board = self.board.is_none_or(|board| post.board() == board);
            let mut unknown = self.others.iter().filter(|other| other.has(post) != Some(true));
            if is_on_board && !self.others.iter().any(|other| other.has(post) == Some(false)) {
                let unknown = [unknown.next(), unknown.next()].into_iter().flatten();
                taken.candidates.push((post, unknown.map(|other| other.gram.clone()).collect()));
            }
        }
        taken
    }

    /// Whether no post is left, also in the table.
    pub(super) fn are_exhausted(&self) -> bool {
        self.rarest.posts.is_empty() && self.rarest.end.is_none()
    }

    /// The position after which more posts with the rarest gram can be read, if those that were read are used up.
    pub(super) fn refill_after(&self) -> Option<PostId> {
        self.rarest.end.filter(|_| self.rarest.posts.is_empty())
    }
}

/// Posts that were taken from the candidates.
#[derive(Default)]
pub(super) struct Taken {
    /// Each with up to two other grams, the rarest ones, that it is not known to have.
    pub(super) candidates: Vec<(PostId, Vec<Gram>)>,
    /// The last post that was looked at.
    pub(super) last: Option<PostId>,
}
