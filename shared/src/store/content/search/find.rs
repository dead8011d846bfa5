//! Searching. A search intersects the posts of the rarest gram with those of the others, and then reads every post again:
//! the index may lag, and it does not know who may see a post.
//!
//! A request takes at most 10 round trips in sequence: the session and the limit, the first posts of each gram, three times
//! more of the index and the posts, and the nicknames. How many posts a round reads does not depend on the size of the page:
//! otherwise pages of one post would tell where a post is that the caller may not see.

use std::collections::VecDeque;

use futures_util::future::try_join_all;

use super::candidates::{CandidatePage, Candidates, Posting};
use super::{PostSearch, SearchSizes, gram_key};
use crate::domain::{BlockList, BoardId, Caller, Gram, PostHead, PostId, SearchQuery};
use crate::store::accounts::users;
use crate::store::blocks;
use crate::store::content::{boards, feeds::ListedPost, posts, reactions, reactions::Reaction};
use crate::store::dynamo::{Error, Page, Read, Rows};

/// How often a request reads posts.
const ROUNDS: usize = 3;

/// A post that matches, before its author's nickname is known.
struct Match {
    head: PostHead,
    reaction: Reaction,
}

/// What a candidate turned out to be.
enum Outcome {
    /// Nobody finds it: it is deleted, or hidden by moderation, or its board is deleted. The index lags.
    Gone,
    /// The caller does not find it: it lacks a word, or the caller hides it or blocks its author.
    NotFound,
    Found(Box<Match>),
}

/// A search in progress.
struct Search<'a> {
    caller: &'a Caller,
    query: &'a SearchQuery,
    sizes: SearchSizes,
    /// The size of the page.
    limit: usize,
    blocks: BlockList,
    candidates: Candidates,
    /// Candidates that have the looked-up grams, and are not decided.
    confirmed: VecDeque<PostId>,
    /// The last post that was decided, or the position at which the search began.
    position: Option<String>,
    /// The last candidate that was taken. It counts as decided when no confirmed candidate is left.
    last_taken: Option<PostId>,
    /// How many candidates were decided, without those that are gone.
    counted: usize,
    found: Vec<Match>,
}

impl PostSearch {
    /// Finds posts of the caller's school that contain all words of the query, newest first, after the cursor position.
    /// Leaves out what is deleted, hidden by moderation, blocked or hidden by the caller. The page may be short, and even
    /// empty, although more posts follow.
    pub async fn find(
        &self,
        caller: &Caller,
        query: &SearchQuery,
        board: Option<BoardId>,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<ListedPost, String>, Error> {
        let (sizes, school) = (self.sizes, caller.school);
        let grams = query.grams().into_iter();
        let postings = grams.map(|gram| Posting::read(&self.table, school, gram, after.clone(), sizes.window));
        let (postings, blocks) = tokio::try_join!(try_join_all(postings), blocks::list(&self.table, caller))?;
        let Some(candidates) = Candidates::new(postings, board) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let (confirmed, position, last_taken, counted, found) = (VecDeque::new(), after, None, 0, Vec::new());
        let mut search =
            Search { caller, query, sizes, limit, blocks, candidates, confirmed, position, last_taken, counted, found };
        for round in 1..=ROUNDS {
            if search.is_full() || search.is_at_end() {
                break;
            }
            self.advance(&mut search, round == ROUNDS).await?;
        }
        let next = search.position.take().filter(|_| !search.is_at_end());
        Ok(Page { items: self.with_authors(caller, search.found).await?, next })
    }

    /// Reads the next posts, and for the next round more of the index, if that is used up.
    async fn advance(&self, search: &mut Search<'_>, is_last_round: bool) -> Result<(), Error> {
        if search.confirmed.len() < search.sizes.read {
            self.confirm(search).await?;
        }
        let count = search.sizes.read.min(search.confirmed.len());
        let read: VecDeque<PostId> = search.confirmed.drain(..count).collect();
        let range = search.candidates.range_of_rarest(&search.sizes).filter(|_| !is_last_round);
        let refill = async {
            let Some(range) = range else { return Ok(None) };
            range.read(&self.table, search.caller.school).await.map(Some)
        };
        let (rows, refill) = tokio::try_join!(self.read_posts(search.caller, &read), refill)?;
        if let Some(page) = refill {
            search.candidates.extend_rarest(page);
        }
        search.decide(read, rows)
    }

    /// Takes the next candidates and confirms that they have the other grams: by the next posts of the second gram, or by
    /// looking the candidates up.
    async fn confirm(&self, search: &mut Search<'_>) -> Result<(), Error> {
        let candidates = &mut search.candidates;
        let (confirmed, last) = if let Some(range) = candidates.range_of_second(&search.sizes) {
            candidates.extend_second(range.read(&self.table, search.caller.school).await?);
            let CandidatePage { candidates, last } = candidates.take_known(&search.sizes);
            (candidates.into_iter().map(|(post, _)| post).collect(), last)
        } else {
            let CandidatePage { candidates, last } = candidates.take_any(&search.sizes);
            (self.with_all_grams(search.caller, candidates).await?, last)
        };
        search.confirmed.extend(confirmed);
        search.last_taken = last.or(search.last_taken);
        Ok(())
    }

    /// The candidates that have the grams that they are not known to have.
    async fn with_all_grams(
        &self,
        caller: &Caller,
        candidates: Vec<(PostId, Vec<Gram>)>,
    ) -> Result<Vec<PostId>, Error> {
        let key = |post: PostId| move |gram: &Gram| gram_key(caller.school, gram, post);
        let keys: Vec<_> = candidates.iter().flat_map(|(post, grams)| grams.iter().map(key(*post))).collect();
        if keys.is_empty() {
            return Ok(candidates.into_iter().map(|(post, _)| post).collect());
        }
        let rows = self.table.batch_get(keys, Read::Eventual).await?;
        let has_all = |(post, grams): &(PostId, Vec<Gram>)| grams.iter().map(key(*post)).all(|key| rows.has(&key));
        Ok(candidates.into_iter().filter(has_all).map(|(post, _)| post).collect())
    }

    /// Reads the posts with their boards, and the caller's reactions.
    async fn read_posts(&self, caller: &Caller, posts: &VecDeque<PostId>) -> Result<Rows, Error> {
        let school = caller.school;
        let keys = posts.iter().flat_map(|post| {
            let reaction = reactions::key(school, caller.user, *post);
            let board = boards::key(school, post.board());
            [posts::head_key(school, *post), posts::body_key(school, *post), board, reaction]
        });
        self.table.batch_get(keys, Read::Consistent).await
    }

    async fn with_authors(&self, caller: &Caller, found: Vec<Match>) -> Result<Vec<ListedPost>, Error> {
        let authors = found.iter().filter_map(|found| found.head.byline().user());
        let nicknames = users::nicknames(&self.table, caller.school, authors).await?;
        let now = self.table.clock().now();
        let listed = |Match { head, reaction }: Match| {
            let appearance = head.appearance_to(caller, now);
            ListedPost { author: head.byline().shown(&nicknames), head, reaction, appearance }
        };
        Ok(found.into_iter().map(listed).collect())
    }
}

impl Search<'_> {
    fn is_at_end(&self) -> bool {
        self.confirmed.is_empty() && self.candidates.are_exhausted()
    }

    fn is_full(&self) -> bool {
        self.found.len() >= self.limit || self.counted >= self.sizes.counted
    }

    /// Decides posts until the page is full. Posts that are gone count nowhere, so that a page does not tell of them.
    fn decide(&mut self, mut read: VecDeque<PostId>, mut rows: Rows) -> Result<(), Error> {
        while let Some(post) = read.front().copied() {
            let outcome = self.outcome(post, &mut rows)?;
            match outcome {
                Outcome::Gone => {}
                _ if self.is_full() => break,
                Outcome::NotFound => self.counted = self.counted.saturating_add(1),
                Outcome::Found(found) => {
                    self.counted = self.counted.saturating_add(1);
                    self.found.push(*found);
                }
            }
            read.pop_front();
            self.position = Some(post.to_string());
        }
        read.append(&mut self.confirmed);
        self.confirmed = read;
        if self.confirmed.is_empty() {
            self.position = self.last_taken.map(|post| post.to_string()).or(self.position.take());
        }
        Ok(())
    }

    fn outcome(&self, post: PostId, rows: &mut Rows) -> Result<Outcome, Error> {
        let school = self.caller.school;
        let head: Option<PostHead> = rows.take(&posts::head_key(school, post))?;
        let body: Option<posts::PostBody<'static>> = rows.take(&posts::body_key(school, post))?;
        let live = head.zip(body).filter(|(head, _)| head.check_not_hidden().is_ok());
        let Some((head, body)) = live.filter(|_| rows.has(&boards::key(school, post.board()))) else {
            return Ok(Outcome::Gone);
        };
        let reaction: Reaction = rows.take(&reactions::key(school, self.caller.user, post))?.unwrap_or_default();
        let is_found = reaction.hidden_at.is_none()
            && !self.blocks.hides_post(&head)
            && self.query.matches(head.title.as_str(), body.content.as_str());
        Ok(if is_found { Outcome::Found(Box::new(Match { head, reaction })) } else { Outcome::NotFound })
    }
}
