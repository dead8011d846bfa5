//! Reading comments and showing them to the caller.

use std::collections::HashMap;

use crate::domain::{
    Appearance, Author, BlockList, Board, Caller, Comment, CommentId, Nickname, PostHead, PostId, SchoolId, Time,
    UserId,
};
use crate::store::accounts::users;
use crate::store::blocks;
use crate::store::content::comments::{
    COMMENT, CommentLike, Comments, commenter_key, key, liked_comment_from_sk, likes_on_post, replies_prefix, sort_key,
};
use crate::store::content::{boards, posts};
use crate::store::dynamo::{Error, Page, Range, Read, SharedPage};

/// A page ends with the comment that brings it to this number of rows. A comment is on a page with all of its replies.
const FULL_PAGE_ROWS: usize = 200;

/// How many rows the first query of a page reads for each comment.
const ROWS_PER_COMMENT: usize = 4;

/// The first query for a page of comments.
#[derive(Clone)]
struct CommentsQuery {
    range: Range,
    /// How many rows the query reads at most.
    rows: usize,
    /// How many comments the page has at most.
    limit: usize,
}

impl CommentsQuery {
    fn new((school, post): (SchoolId, PostId), after: Option<String>, limit: usize) -> Self {
        // New comments are on the last page, where their authors look for them. So later pages are not read eventually
        // consistent.
        let range = Range::oldest_first(posts::partition(school, post), COMMENT).after(after);
        let rows = limit.saturating_mul(ROWS_PER_COMMENT).saturating_add(1).min(FULL_PAGE_ROWS);
        Self { range, rows, limit }
    }
}

/// A comment as the caller sees it.
#[derive(Clone, Debug)]
pub struct CommentOnPost {
    pub comment: Comment,
    /// The author as shown to the caller; `None` if the comment was deleted, is hidden from the caller or blocked.
    pub author: Option<Author>,
    /// Whether the comment is marked as written by the author of the post.
    pub is_by_post_author: bool,
    pub is_mine: bool,
    pub is_liked: bool,
    pub appearance: Appearance,
    /// Whether the caller blocks the author, and therefore sees neither the text nor the author.
    pub is_blocked: bool,
}

/// A comment and its replies.
#[derive(Clone, Debug)]
pub struct CommentThread {
    pub comment: CommentOnPost,
    /// The replies, oldest first.
    pub replies: Vec<CommentOnPost>,
}

/// A live comment with its parent, its post and its board.
#[derive(Debug)]
pub struct FoundComment {
    pub(crate) comment: Comment,
    pub(crate) parent: Option<Comment>,
    pub(crate) head: PostHead,
    pub(crate) board: Board,
}

/// The caller who views the comments of a post, and the data that is needed to show them.
pub(super) struct CommentViewer<'a> {
    pub(super) caller: &'a Caller,
    pub(super) post: &'a PostHead,
    pub(super) nicknames: &'a HashMap<UserId, Nickname>,
    /// The caller's likes of comments of the post.
    pub(super) likes: &'a HashMap<CommentId, CommentLike>,
    pub(super) blocks: &'a BlockList,
    pub(super) now: Time,
}

impl CommentViewer<'_> {
    /// A like of the caller that is not counted yet is added to the number.
    pub(super) fn view(&self, mut comment: Comment) -> CommentOnPost {
        let like = self.likes.get(&comment.id).filter(|_| comment.body.is_some());
        comment.like_count = comment.like_count.saturating_add(like.is_some_and(|like| like.is_uncounted).into());
        let body = comment.body.as_ref();
        let is_mine = body.is_some_and(|body| body.author_id == self.caller.user);
        let is_blocked = self.blocks.hides_comment(&comment);
        let appearance = Appearance::new(body.and_then(|body| body.moderation), is_mine, self.now);
        CommentOnPost {
            author: body.filter(|_| !is_blocked).and_then(|body| appearance.show(body.author(self.nicknames))),
            is_by_post_author: body.is_some_and(|body| body.is_by_author_of(self.post)),
            is_mine,
            is_blocked,
            appearance,
            is_liked: like.is_some(),
            comment,
        }
    }

    /// `comments` are a comment and its replies. Replies that the caller blocks are left out. A comment that the caller
    /// blocks stays, without text and author, as long as it has other replies.
    fn view_thread(&self, comments: Vec<Comment>) -> Option<CommentThread> {
        let mut comments = comments.into_iter().map(|comment| self.view(comment));
        let comment = comments.next()?;
        let replies: Vec<_> = comments.filter(|reply| !reply.is_blocked).collect();
        let is_shown = !comment.is_blocked || !replies.is_empty();
        is_shown.then_some(CommentThread { comment, replies })
    }
}

fn named_authors<'a>(comments: impl IntoIterator<Item = &'a Comment>) -> impl Iterator<Item = UserId> {
    comments.into_iter().filter_map(|comment| comment.body.as_ref()?.named_author())
}

fn by_comment(likes: Vec<(String, CommentLike)>) -> HashMap<CommentId, CommentLike> {
    likes.into_iter().filter_map(|(sk, like)| Some((liked_comment_from_sk(&sk)?, like))).collect()
}

impl Comments {
    /// Lists the comments of a post after the cursor position, oldest first. A comment comes with all of its replies.
    /// The page ends with the comment that brings it to 200 comments and replies. A post that is hidden from the caller
    /// shows no comments. What the caller blocks is left out, so a page may have fewer than `limit` comments.
    ///
    /// While many students read the first page, its comments may be up to a second old, but not for a student who has
    /// commented on the post: they see their comment at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post does not exist.
    pub async fn list(
        &self,
        caller: &Caller,
        post: PostId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<CommentThread, String>, Error> {
        let Caller { school, user, .. } = *caller;
        let (head_key, board_key) = (posts::head_key(school, post), boards::key(school, post.board()));
        let query = CommentsQuery::new((school, post), after, limit);
        let shared = self.table.shared_page(&query.range, query.rows);
        let commenter_key = shared.as_ref().map(|_| commenter_key(school, user, post));
        let keys = [head_key.clone(), board_key.clone()].into_iter().chain(commenter_key.clone());
        let (mut rows, mut page, likes, blocks) = tokio::try_join!(
            self.table.batch_get(keys, Read::Consistent),
            self.page(query.clone(), shared),
            self.table.query_all::<CommentLike>(likes_on_post(school, user, post)),
            blocks::list(&self.table, caller),
        )?;
        let head: Option<PostHead> = rows.take(&head_key)?;
        let head = head.filter(|_| rows.has(&board_key)).ok_or(Error::NotFound)?;
        let now = self.table.clock().now();
        if head.appearance_to(caller, now).is_hidden() {
            return Ok(Page { items: Vec::new(), next: None });
        }
        if commenter_key.is_some_and(|key| rows.has(&key)) {
            page = self.page(query, None).await?;
        }
        let nicknames = users::nicknames(&self.table, school, named_authors(page.items.iter().flatten())).await?;

        let likes = by_comment(likes);
        let viewer = CommentViewer { caller, post: &head, nicknames: &nicknames, likes: &likes, blocks: &blocks, now };
        let threads = page.items.into_iter().filter_map(|comments| viewer.view_thread(comments));
        Ok(Page { items: threads.collect(), next: page.next })
    }

    /// Reads a page of comments, each followed by its replies. The number of rows is not known in advance: the first
    /// query, or the page of rows that is `shared`, has a few rows for each comment, and further queries read the rest if
    /// those are not enough.
    async fn page(
        &self,
        query: CommentsQuery,
        mut shared: Option<SharedPage>,
    ) -> Result<Page<Vec<Comment>, String>, Error> {
        let mut threads: Vec<Vec<Comment>> = Vec::new();
        let CommentsQuery { mut range, mut rows, limit } = query;
        loop {
            let page = match shared.take() {
                Some(page) => page.parse()?,
                None => self.table.query_to_share::<Comment>(range.clone(), rows).await?,
            };
            add_to_threads(&mut threads, page.items);
            let full = threads_on_page(&threads, limit);
            match page.next {
                // A comment after the last comment of the page shows that the page has all replies of the last comment.
                next if threads.len() > full => {
                    drop(next);
                    threads.truncate(full);
                    let last = threads.last().and_then(|thread| thread.first());
                    return Ok(Page { next: last.map(|comment| position_after_thread(comment.id)), items: threads });
                }
                None => return Ok(Page { items: threads, next: None }),
                Some(next) => {
                    range = range.after(Some(next));
                    rows = FULL_PAGE_ROWS;
                }
            }
        }
    }

    /// Returns a comment and its replies as the caller sees them. If the post is hidden from the caller, it has no
    /// replies.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: CommentId) -> Result<CommentThread, Error> {
        let Caller { school, user, .. } = *caller;
        let (found, replies, likes, blocks) = tokio::try_join!(
            self.find(school, id),
            self.replies(school, id),
            self.table.query_all::<CommentLike>(likes_on_post(school, user, id.post())),
            blocks::list(&self.table, caller),
        )?;
        let FoundComment { comment, head, .. } = found;
        let now = self.table.clock().now();
        let replies = head.appearance_to(caller, now).show(replies).unwrap_or_default();
        let comments: Vec<Comment> = [comment].into_iter().chain(replies).collect();
        let nicknames = users::nicknames(&self.table, school, named_authors(&comments)).await?;
        let likes = by_comment(likes);
        let viewer = CommentViewer { caller, post: &head, nicknames: &nicknames, likes: &likes, blocks: &blocks, now };
        viewer.view_thread(comments).ok_or(Error::NotFound)
    }

    /// Returns the replies to a comment; none if it is a reply itself.
    async fn replies(&self, school: SchoolId, id: CommentId) -> Result<Vec<Comment>, Error> {
        if id.parent().is_some() {
            return Ok(Vec::new());
        }
        let range = Range::oldest_first(posts::partition(school, id.post()), replies_prefix(id).as_str());
        Ok(self.table.query_all(range).await?.into_iter().map(|(_, reply)| reply).collect())
    }

    /// Finds a live comment by its id.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the comment, its post or its board was deleted.
    pub async fn find(&self, school: SchoolId, id: CommentId) -> Result<FoundComment, Error> {
        let comment_key = key(school, id);
        let head_key = posts::head_key(school, id.post());
        let board_key = boards::key(school, id.post().board());
        let parent_key = id.parent().map(|parent| key(school, parent));
        let keys = [comment_key.clone(), head_key.clone(), board_key.clone()];
        let mut rows = self.table.batch_get(keys.into_iter().chain(parent_key.clone()), Read::Consistent).await?;
        let comment: Option<Comment> = rows.take(&comment_key)?;
        let comment = comment.filter(|comment| comment.body.is_some()).ok_or(Error::NotFound)?;
        let (head, board) = rows.take(&head_key)?.zip(rows.take(&board_key)?).ok_or(Error::NotFound)?;
        // A batch can see half of a transaction: if the parent is gone, this reply was its last one and is gone too.
        let parent = parent_key.map(|key| rows.take(&key)?.ok_or(Error::NotFound)).transpose()?;
        Ok(FoundComment { comment, parent, head, board })
    }
}

/// Groups rows into threads: a comment starts a thread, and a reply belongs to the thread of the comment before it.
fn add_to_threads(threads: &mut Vec<Vec<Comment>>, rows: Vec<(String, Comment)>) {
    for (_, comment) in rows {
        match (comment.id.parent(), threads.last_mut()) {
            (None, _) => threads.push(vec![comment]),
            (Some(parent), Some(thread)) if thread.first().is_some_and(|first| first.id == parent) => {
                thread.push(comment);
            }
            // A query can see half of a transaction: the comment and this reply, its last one, were just deleted.
            (Some(_), _) => {}
        }
    }
}

/// How many of the threads fit on a page of `limit` comments.
fn threads_on_page(threads: &[Vec<Comment>], limit: usize) -> usize {
    let mut rows = 0_usize;
    let fits = |thread: &&Vec<Comment>| {
        let is_full = rows >= FULL_PAGE_ROWS;
        rows = rows.saturating_add(thread.len());
        !is_full
    };
    threads.iter().take(limit).take_while(fits).count()
}

/// The position after a comment and all of its replies, including future ones: `$` is the character after `#`.
fn position_after_thread(comment: CommentId) -> String {
    format!("{}$", sort_key(comment))
}
