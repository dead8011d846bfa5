//! Lists of posts: the posts of one board, and the lists that span several boards.

use std::collections::HashMap;

use serde::Deserialize;

use crate::domain::{Appearance, Author, BlockList, BoardId, Byline, Caller, Milestone, PostHead, PostId};
use crate::store::accounts::users;
use crate::store::blocks;
use crate::store::content::{
    boards, comments, feeds, posts, posts::LastPost, posts::Posts, reactions, reactions::Reaction,
};
use crate::store::dynamo::{Error, KeyCondition, Page, Range, Read};

/// A list of posts from several boards, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostList {
    /// The caller's posts.
    Mine,
    /// The posts that the caller has commented on, sorted by the time of the post.
    Commented,
    /// The caller's scraps, sorted by the time at which they were added.
    Scraps,
    /// The hot posts, sorted by the time at which they became hot.
    Hot,
    /// The best posts, sorted by the time at which they became one of the best.
    Best,
    /// The posts that the caller has hidden, sorted by the time at which they were hidden.
    Hidden,
}

/// A post in a list, as the caller sees it.
#[derive(Clone, Debug)]
pub struct ListedPost {
    pub head: PostHead,
    /// The author as shown to the caller.
    pub author: Author,
    pub reaction: Reaction,
    pub appearance: Appearance,
}

/// A row of any of the lists.
#[derive(Deserialize)]
struct PostListRow {
    byline: Byline,
    /// In the list of commented posts: the number of the caller's live comments on the post.
    comments: Option<u32>,
}

impl PostList {
    fn range(self, caller: &Caller) -> Range {
        let Caller { school, user, .. } = *caller;
        let by_milestone =
            |milestone| Range::newest_first(feeds::milestone_partition(school, milestone), KeyCondition::Whole);
        match self {
            Self::Mine => Range::newest_first(users::partition(school, user), feeds::POST),
            Self::Commented => comments::commented_posts(school, user),
            Self::Scraps => reactions::scraps(school, user),
            Self::Hot => by_milestone(Milestone::Hot),
            Self::Best => by_milestone(Milestone::Best),
            Self::Hidden => reactions::hidden(school, user),
        }
    }

    /// How the pointers are read. A post may become hot or best a moment later for others; the caller's own lists show at
    /// once what the caller has just done. In each list, the posts themselves are read with strong consistency.
    fn consistency(self) -> Read {
        match self {
            Self::Hot | Self::Best => Read::Eventual,
            Self::Mine | Self::Commented | Self::Scraps | Self::Hidden => Read::Consistent,
        }
    }

    /// Whether the list leaves out what the caller hides or blocks.
    fn is_filtered(self) -> bool {
        !matches!(self, Self::Mine | Self::Hidden)
    }
}

impl Posts {
    /// Lists the posts of a board after the cursor position, newest first. The board must exist. What the caller hides or
    /// blocks is left out, so a page may have fewer than `limit` posts.
    pub async fn list(
        &self,
        caller: &Caller,
        board: BoardId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<ListedPost, String>, Error> {
        let before = after.as_deref().and_then(|sk| sk.strip_prefix(posts::POST));
        let newest_reactions = reactions::newest_on_board(&self.table, caller, (board, before), limit);
        let (page, blocks, newest_reactions) = tokio::try_join!(
            self.heads(caller, board, after.clone(), limit),
            blocks::list(&self.table, caller),
            newest_reactions
        )?;
        let heads = page.items.into_iter().map(|(_, head)| head);
        let heads: Vec<PostHead> = heads.filter(|head| !blocks.hides_post(head)).collect();
        let authors = heads.iter().filter_map(|head| head.byline().user());
        let (nicknames, reactions): (HashMap<_, _>, HashMap<PostId, Reaction>) = tokio::try_join!(
            users::nicknames(&self.table, caller.school, authors),
            reactions::on_page(&self.table, caller, &heads, newest_reactions)
        )?;
        let now = self.table.clock().now();
        let listed = |head: PostHead| {
            let reaction = reactions.get(&head.id).copied().unwrap_or_default();
            let appearance = head.appearance_to(caller, now);
            ListedPost { author: head.byline().shown(&nicknames), head, reaction, appearance }
        };
        let listed = heads.into_iter().map(listed).filter(|listed| listed.reaction.hidden_at.is_none());
        Ok(Page { items: listed.collect(), next: page.next })
    }

    /// Reads a page of the heads of a board. While many students read the first page, it may be up to a second old, but not
    /// for a student who has posted on the board in the last five minutes: they see their post at once.
    async fn heads(
        &self,
        caller: &Caller,
        board: BoardId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<(String, PostHead), String>, Error> {
        let range = Range::newest_first(boards::partition(caller.school, board), posts::POST).page_after(after);
        match self.table.shared_page(&range, limit) {
            Some(page) if !self.has_just_posted(caller, board).await? => page.parse(),
            _ => self.table.query_to_share(range, limit).await,
        }
    }

    /// Whether the caller has posted on the board in the last five minutes.
    async fn has_just_posted(&self, caller: &Caller, board: BoardId) -> Result<bool, Error> {
        let key = posts::last_post_key(caller.school, caller.user, board);
        let last: Option<LastPost> = self.table.get(key, Read::Consistent).await?;
        Ok(last.is_some_and(|last| self.table.clock().now().as_secs() < last.expires_at))
    }

    /// Lists posts from several boards after the cursor position. Deleted posts, and what the caller hides or blocks, are
    /// left out, so a page may have fewer than `limit` posts.
    pub async fn list_across_boards(
        &self,
        caller: &Caller,
        list: PostList,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<ListedPost, String>, Error> {
        let blocks = async {
            if list.is_filtered() { blocks::list(&self.table, caller).await } else { Ok(BlockList::default()) }
        };
        let range = Range { read: list.consistency(), ..list.range(caller).after(after) };
        let rows = self.table.query::<PostListRow>(range, Some(limit));
        let (page, blocks) = tokio::try_join!(rows, blocks)?;
        let rows = page.items.into_iter().filter(|(_, row)| row.comments != Some(0));
        let pointer = |(sk, row): (String, PostListRow)| {
            let post = feeds::post_id_from_sk(&sk).ok_or_else(|| Error::unexpected("a pointer without a post id"))?;
            Ok((post, row.byline))
        };
        let pointers: Vec<(PostId, Byline)> = rows.map(pointer).collect::<Result<_, Error>>()?;
        // Students cannot react to their own posts.
        let has_reactions = list != PostList::Mine;
        let mut items = self.resolve(caller, &pointers, has_reactions).await?;
        if list.is_filtered() {
            items.retain(|listed| listed.reaction.hidden_at.is_none() && !blocks.hides_post(&listed.head));
        }
        Ok(Page { items, next: page.next })
    }

    /// Reads the posts with these ids and bylines, without deleted posts and posts of deleted boards. Reads the caller's
    /// reactions only if `has_reactions`.
    async fn resolve(
        &self,
        caller: &Caller,
        pointers: &[(PostId, Byline)],
        has_reactions: bool,
    ) -> Result<Vec<ListedPost>, Error> {
        let Caller { school, user, .. } = *caller;
        let keys = |(post, byline): &(PostId, Byline)| {
            let post_keys = [posts::head_key(school, *post), boards::key(school, post.board())];
            let reaction_key = has_reactions.then(|| reactions::key(school, user, *post));
            let profile_key = byline.user().map(|author| users::profile_key(school, author));
            post_keys.into_iter().chain(reaction_key).chain(profile_key)
        };
        let mut rows = self.table.batch_get(pointers.iter().flat_map(keys), Read::Consistent).await?;
        let authors = pointers.iter().filter_map(|(_, byline)| byline.user());
        let nicknames = users::take_nicknames(school, authors, &mut rows)?;
        let (mut found, now) = (Vec::new(), self.table.clock().now());
        for (post, _) in pointers {
            let head: Option<PostHead> = rows.take(&posts::head_key(school, *post))?;
            let Some(head) = head.filter(|_| rows.has(&boards::key(school, post.board()))) else { continue };
            let reaction = rows.take(&reactions::key(school, user, *post))?.unwrap_or_default();
            let appearance = head.appearance_to(caller, now);
            found.push(ListedPost { author: head.byline().shown(&nicknames), head, reaction, appearance });
        }
        Ok(found)
    }
}
