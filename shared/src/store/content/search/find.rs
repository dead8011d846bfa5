//! Searching. A search intersects the posts of the rarest gram with those of the others, and then reads every post again:
//! the index may lag, and it does not know who may see a post.
//!
//! A request takes at most 10 round trips in sequence: the session and the limit, the first posts of each gram, three times
//! a look at the other grams and at the posts, and the nicknames.

use std::collections::VecDeque;

use futures_util::future::try_join_all;

use super::candidates::{Candidates, Posting, Taken};
use super::{PostSearch, gram_key};
use crate::domain::{BlockList, BoardId, Caller, Gram, PostHead, PostId, SearchQuery};
use crate::store::accounts::users;
use crate::store::blocks;
use crate::store::content::{boards, feeds::ListedPost, posts, reactions, reactions::Reaction};
use crate::store::dynamo::{Error, Page, Read, Rows};

/// How often a request looks at candidates.
const ROUNDS: usize = 3;

/// How many candidates are looked up at once in the lists of other grams. Each look-up costs half a read unit.
const LOOKED_UP: usize = 40;

/// A post that matches, before its author's nickname is known.
struct Match {
    head: PostHead,
    reaction: Reaction,
}

/// A search in progress.
struct Search<'a> {
    caller: &'a Caller,
    query: &'a SearchQuery,
    blocks: BlockList,
    candidates: Candidates,
    /// Candidates that have the looked-up grams, and have not been read yet.
    confirmed: VecDeque<PostId>,
    /// The last post that was decided, or the position at which the search began.
    position: Option<String>,
    /// The last candidate that was taken. It counts as decided when no confirmed candidate is left.
    last_taken: Option<PostId>,
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
        let grams = query.grams().into_iter();
        let postings = grams.map(|gram| Posting::read(&self.table, caller.school, gram, after.clone()));
        let (postings, blocks) = tokio::try_join!(try_join_all(postings), blocks::list(&self.table, caller))?;
        let Some(candidates) = Candidates::new(postings, board) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let (confirmed, found) = (VecDeque::new(), Vec::new());
        let mut search =
            Search { caller, query, blocks, candidates, confirmed, position: after, last_taken: None, found };
        for _ in 0..ROUNDS {
            if search.found.len() >= limit || search.is_at_end() {
                break;
            }
            self.advance(&mut search, limit).await?;
        }
        let next = search.position.take().filter(|_| !search.is_at_end());
        Ok(Page { items: self.with_authors(caller, search.found).await?, next })
    }

    /// Looks up and reads the next candidates.
    async fn advance(&self, search: &mut Search<'_>, limit: usize) -> Result<(), Error> {
        if search.confirmed.is_empty() {
            let Taken { candidates, last } = search.candidates.take(LOOKED_UP);
            search.last_taken = last.or(search.last_taken);
            search.confirmed = self.with_all_grams(search.caller, candidates).await?;
        }
        let room = limit.saturating_sub(search.found.len());
        let read: Vec<PostId> = search.confirmed.drain(..room.min(search.confirmed.len())).collect();
        let refill = async {
            let Some(after) = search.candidates.refill_after() else { return Ok(None) };
            let gram = search.candidates.rarest.gram.clone();
            Posting::read(&self.table, search.caller.school, gram, Some(after.to_string())).await.map(Some)
        };
        let (mut rows, refill) = tokio::try_join!(self.read_posts(search.caller, &read), refill)?;
        if let Some(posting) = refill {
            search.candidates.rarest = posting;
        }
        for post in &read {
            search.found.extend(search.take_match(*post, &mut rows)?);
        }
        let decided = if search.confirmed.is_empty() { search.last_taken } else { read.last().copied() };
        search.position = decided.map(|post| post.to_string()).or(search.position.take());
        Ok(())
    }

    /// The candidates that have the grams that they are not known to have.
    async fn with_all_grams(
        &self,
        caller: &Caller,
        candidates: Vec<(PostId, Vec<Gram>)>,
    ) -> Result<VecDeque<PostId>, Error> {
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
    async fn read_posts(&self, caller: &Caller, posts: &[PostId]) -> Result<Rows, Error> {
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

    /// The post, if it contains the words and the caller may see it in a list.
    fn take_match(&self, post: PostId, rows: &mut Rows) -> Result<Option<Match>, Error> {
        let school = self.caller.school;
        let head: Option<PostHead> = rows.take(&posts::head_key(school, post))?;
        let body: Option<posts::PostBody<'static>> = rows.take(&posts::body_key(school, post))?;
        let Some((head, body)) = head.zip(body).filter(|_| rows.has(&boards::key(school, post.board()))) else {
            return Ok(None);
        };
        let reaction: Reaction = rows.take(&reactions::key(school, self.caller.user, post))?.unwrap_or_default();
        let is_shown = head.check_not_hidden().is_ok()
            && reaction.hidden_at.is_none()
            && !self.blocks.hides_post(&head)
            && self.query.matches(head.title.as_str(), body.content.as_str());
        Ok(is_shown.then_some(Match { head, reaction }))
    }
}
