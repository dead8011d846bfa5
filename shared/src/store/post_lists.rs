//! Lists of posts from several boards. Each is a run of pointers; what it shows is read from the posts themselves, so
//! that what is deleted is gone from all of them at once.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | own post | `SCHOOL#<school>#USER#<user>` | `POST#<post>` |
//! | hot post | `SCHOOL#<school>#HOT` | `<when>#<post>` |
//! | best post | `SCHOOL#<school>#BEST` | `<when>#<post>` |
//!
//! Scraps are in [`marks`], posts that one has commented in [`comments`].

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Fact, Kind};
use super::{
    Error, Key, Mark, Page, Posts, Range, Read, Run, boards, comments, marks, posts, schools, users, withdrawals,
};
use crate::domain::{Author, BoardId, Byline, Caller, Milestone, PostHead, PostId, SchoolId, Time, UserId};

const POST: &str = "POST#";

/// A list of posts from several boards, from the newest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostList {
    /// Those that one wrote.
    Mine,
    /// Those under which one has a comment, by the time of the post.
    Commented,
    /// Those that one has scrapped, by the time of scrapping.
    Scraps,
    /// Those that many like, by the time when that came about.
    Hot,
    /// Those that very many like, by the time when that came about.
    Best,
}

/// A post in a list, with what is shown beside it.
#[derive(Clone, Debug)]
pub struct ListedPost {
    /// The post.
    pub head: PostHead,
    /// Who is shown as its author.
    pub author: Author,
    /// What the caller has done with it.
    pub mark: Mark,
}

/// What a row of such a list says of a post, and will always be true: where it is, and whose name is needed to show it.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Pointer {
    pub(super) board_id: BoardId,
    pub(super) byline: Byline,
}

/// A row of any of the lists.
#[derive(Deserialize)]
struct Listed {
    board_id: BoardId,
    byline: Byline,
    /// In the list of commented posts: how many comments the student has there.
    comments: Option<u32>,
}

impl Pointer {
    pub(super) fn to(head: &PostHead) -> Self {
        Self { board_id: head.board_id, byline: head.byline() }
    }
}

/// The post that a sort key ends with.
pub(super) fn post_of(sk: &str) -> Option<PostId> {
    sk.rsplit('#').next()?.parse().ok()
}

pub(super) fn own_key(school: SchoolId, author: UserId, post: PostId) -> Key {
    Key::new(users::partition(school, author), format!("{POST}{post}"))
}

fn milestone_partition(school: SchoolId, milestone: Milestone) -> String {
    let name = match milestone {
        Milestone::Hot => "HOT",
        Milestone::Best => "BEST",
    };
    format!("{}#{name}", schools::partition(school))
}

pub(super) fn milestone_key(school: SchoolId, milestone: Milestone, reached_at: Time, post: PostId) -> Key {
    Key::new(milestone_partition(school, milestone), format!("{reached_at}#{post}"))
}

impl PostList {
    fn range(self, caller: &Caller) -> Range {
        let Caller { school, user, .. } = *caller;
        match self {
            Self::Mine => Range::newest_first(users::partition(school, user), POST),
            Self::Commented => comments::commented(school, user),
            Self::Scraps => marks::scraps(school, user),
            Self::Hot => Range::newest_first(milestone_partition(school, Milestone::Hot), Run::Whole),
            Self::Best => Range::newest_first(milestone_partition(school, Milestone::Best), Run::Whole),
        }
    }
}

impl Posts {
    /// A page of a list of posts from several boards, behind the given position. Posts that were deleted are left out,
    /// so that it may be short.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list_across_boards(
        &self,
        caller: &Caller,
        list: PostList,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<ListedPost, String>, Error> {
        let page = self.table.query::<Listed>(list.range(caller).after(after), Some(limit)).await?;
        let shown = page.items.into_iter().filter(|(_, listed)| listed.comments != Some(0));
        let pointer = |(sk, Listed { board_id, byline, .. }): (String, Listed)| {
            let post = post_of(&sk).ok_or_else(|| Error::broken("a pointer to no post"))?;
            Ok((post, Pointer { board_id, byline }))
        };
        let pointers: Vec<(PostId, Pointer)> = shown.map(pointer).collect::<Result<_, Error>>()?;
        // Nobody likes or scraps what is one's own.
        let marked = list != PostList::Mine;
        Ok(Page { items: self.follow(caller, &pointers, marked).await?, next: page.next })
    }

    /// The posts that are still there, on boards that are, with the caller's marks if there may be any.
    async fn follow(
        &self,
        caller: &Caller,
        pointers: &[(PostId, Pointer)],
        marked: bool,
    ) -> Result<Vec<ListedPost>, Error> {
        let Caller { school, user, .. } = *caller;
        let keys = |(post, Pointer { board_id, byline }): &(PostId, Pointer)| {
            let rows = [posts::head_key(school, *board_id, *post), boards::key(school, *board_id)];
            let mark = marked.then(|| marks::key(school, user, *board_id, *post));
            let author = byline.user().map(|author| users::profile_key(school, author));
            rows.into_iter().chain(mark).chain(author)
        };
        let mut rows = self.table.batch_get(pointers.iter().flat_map(keys), Read::Latest).await?;
        let authors = pointers.iter().filter_map(|(_, pointer)| pointer.byline.user());
        let nicknames = users::take_nicknames(school, authors, &mut rows)?;
        let mut found = Vec::new();
        for (post, Pointer { board_id, .. }) in pointers {
            let head: Option<PostHead> = rows.take(&posts::head_key(school, *board_id, *post))?;
            let Some(head) = head.filter(|_| rows.has(&boards::key(school, *board_id))) else { continue };
            let mark = rows.take(&marks::key(school, user, *board_id, *post))?.unwrap_or_default();
            found.push(ListedPost { author: head.byline().shown(&nicknames), head, mark });
        }
        Ok(found)
    }

    /// The posts of a page of one board, which is there.
    pub(super) async fn show_page(&self, caller: &Caller, heads: Vec<PostHead>) -> Result<Vec<ListedPost>, Error> {
        let authors = heads.iter().filter_map(|head| head.byline().user());
        let (nicknames, marks): (HashMap<_, _>, HashMap<PostId, Mark>) = tokio::try_join!(
            users::nicknames(&self.table, caller.school, authors),
            marks::on_page(&self.table, caller, &heads)
        )?;
        let show = |head: PostHead| {
            let mark = marks.get(&head.id).copied().unwrap_or_default();
            ListedPost { author: head.byline().shown(&nicknames), head, mark }
        };
        Ok(heads.into_iter().map(show).collect())
    }
}

/// A post stands among its author's own until the author has left; one that is hot stands once among the hot ones.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::of_partition(pk) {
        let post = sk.strip_prefix(POST)?.parse().ok()?;
        entry.gives();
        entry.needs_any(withdrawals::owner_keys(school, user));
        if let Some(pointer) = entry.read::<Pointer>() {
            entry.needs(posts::head_key(school, pointer.board_id, post));
        }
        return Some("own post");
    }
    let (school, rest) = schools::of_partition(pk)?;
    let (milestone, kind) = match rest {
        "#HOT" => (Milestone::Hot, "hot post"),
        "#BEST" => (Milestone::Best, "best post"),
        _ => return None,
    };
    if let Some(pointer) = entry.read::<Pointer>() {
        entry.post(-1, reached(school, milestone, pointer.board_id, sk));
    }
    Some(kind)
}

/// That a post has come to something, which its head and the list say of each other.
fn reached(school: SchoolId, milestone: Milestone, board: BoardId, sk: &str) -> Fact {
    Fact::That(format!("{sk} of board {board} of school {school} is {milestone:?}"))
}

/// What a head says of the lists that it stands in.
pub(super) fn audit_head(entry: &mut Entry<'_>, school: SchoolId, head: &PostHead) {
    let own = own_key(school, head.author_id, head.id);
    entry.needs_any([own, withdrawals::tombstone_key(school, head.author_id)]);
    for milestone in Milestone::ALL {
        if let Some(at) = head.reached_at(milestone) {
            let sk = milestone_key(school, milestone, at, head.id).sk;
            entry.post(1, reached(school, milestone, head.board_id, &sk));
        }
    }
}
