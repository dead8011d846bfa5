//! What the student wrote: posts, comments and messages, and the likes and scraps.

use serde::{Deserialize, Serialize};

use super::Exporter;
use crate::domain::{
    Author, BoardId, Comment, CommentId, CommentText, Content, Media, MessageSource, MessageText, Moderation, Nickname,
    PostHead, PostId, ThreadId, Time, Title,
};
use crate::store::content::posts::{self, PostBody};
use crate::store::content::reactions::{self, Reaction};
use crate::store::content::{comments, feeds, uploads};
use crate::store::dynamo::{Error, Range, Read};
use crate::store::messages::{Messages, SeenMessage, SeenThread};
use crate::store::timetables::reviews;

/// How many rows one read of the export asks for.
const PAGE: usize = 100;

#[derive(Debug, Serialize)]
pub(super) struct ExportedPost {
    id: PostId,
    board_id: BoardId,
    title: Title,
    content: Option<Content>,
    is_anonymous: bool,
    is_question: bool,
    like_count: u32,
    scrap_count: u32,
    comment_count: u32,
    hot_at: Option<Time>,
    best_at: Option<Time>,
    media: Vec<Media>,
    moderation: Option<Moderation>,
    created_at: Time,
    updated_at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct ExportedComment {
    id: CommentId,
    post_id: PostId,
    parent_id: Option<CommentId>,
    content: CommentText,
    is_anonymous: bool,
    /// The student's anonymous number on the post.
    anonymous_number: Option<u32>,
    like_count: u32,
    moderation: Option<Moderation>,
    created_at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct PostReaction {
    post_id: PostId,
    #[serde(flatten)]
    reaction: Reaction,
}

#[derive(Debug, Serialize)]
pub(super) struct CommentLiked {
    comment_id: String,
    liked_at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct ReviewLiked {
    review_id: String,
    liked_at: Time,
}

#[derive(Debug, Serialize)]
pub(super) struct ExportedThread {
    id: ThreadId,
    /// `None` if both sides are anonymous to each other, or the partner has left.
    partner_nickname: Option<Nickname>,
    is_anonymous: bool,
    source: MessageSource,
    created_at: Time,
    /// Oldest first.
    messages: Vec<ExportedMessage>,
}

#[derive(Debug, Serialize)]
struct ExportedMessage {
    is_mine: bool,
    content: MessageText,
    created_at: Time,
}

/// A picture that is in no post yet.
#[derive(Debug, Serialize)]
pub(super) struct ExportedUpload {
    id: String,
    #[serde(flatten)]
    upload: uploads::UploadRow,
}

/// A row that is read only for its key.
#[derive(Deserialize)]
struct AnyRow {}

impl Exporter {
    /// The posts that are not deleted, oldest first, also those on deleted boards.
    pub(super) async fn posts(&self) -> Result<Vec<ExportedPost>, Error> {
        let school = self.school();
        let pointers = self.own::<AnyRow>(feeds::POST).await?;
        let ids: Vec<PostId> = pointers.iter().filter_map(|(post, _)| post.parse().ok()).collect();
        let mut exported = Vec::new();
        for ids in ids.chunks(PAGE) {
            let keys = ids.iter().flat_map(|id| [posts::head_key(school, *id), posts::body_key(school, *id)]);
            let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
            for id in ids {
                let body: Option<PostBody<'static>> = rows.take(&posts::body_key(school, *id))?;
                if let Some(head) = rows.take::<PostHead>(&posts::head_key(school, *id))? {
                    exported.push(ExportedPost::new(head, body.map(|body| body.content.into_owned())));
                }
            }
        }
        Ok(exported)
    }

    /// The comments that are not deleted.
    pub(super) async fn comments(&self) -> Result<Vec<ExportedComment>, Error> {
        let mut exported = Vec::new();
        for (post, commenter) in self.own::<comments::Commenter>(comments::COMMENTED).await? {
            let Some(post) = post.parse::<PostId>().ok().filter(|_| commenter.comments > 0) else { continue };
            let mut range = Range::oldest_first(posts::partition(self.school(), post), comments::COMMENT);
            loop {
                let page = self.table.query::<Comment>(range.clone(), Some(PAGE)).await?;
                exported.extend(page.items.into_iter().filter_map(|(_, comment)| self.comment(comment)));
                match page.next {
                    Some(next) => range = range.after(Some(next)),
                    None => break,
                }
            }
        }
        Ok(exported)
    }

    /// The comment, if the student wrote it.
    fn comment(&self, comment: Comment) -> Option<ExportedComment> {
        let body = comment.body.filter(|body| body.author_id == self.user())?;
        Some(ExportedComment {
            id: comment.id,
            post_id: comment.id.post(),
            parent_id: comment.id.parent(),
            content: body.content,
            is_anonymous: body.byline.is_anonymous(),
            anonymous_number: body.byline.number(),
            moderation: body.moderation,
            like_count: comment.like_count,
            created_at: comment.created_at,
        })
    }

    pub(super) async fn post_reactions(&self) -> Result<Vec<PostReaction>, Error> {
        let rows = self.own::<Reaction>(reactions::REACTION).await?;
        let reaction = |(rest, reaction): (String, Reaction)| {
            let post_id = reactions::post_id_from_sk(&format!("{}{rest}", reactions::REACTION))?;
            Some(PostReaction { post_id, reaction })
        };
        Ok(rows.into_iter().filter_map(reaction).collect())
    }

    pub(super) async fn comment_likes(&self) -> Result<Vec<CommentLiked>, Error> {
        let rows = self.own::<comments::CommentLike>(comments::LIKE).await?;
        let liked =
            |(comment_id, like): (String, comments::CommentLike)| CommentLiked { comment_id, liked_at: like.liked_at };
        Ok(rows.into_iter().map(liked).collect())
    }

    pub(super) async fn review_likes(&self) -> Result<Vec<ReviewLiked>, Error> {
        let rows = self.own::<reviews::ReviewLike>(reviews::LIKE).await?;
        let liked = |(rest, like): (String, reviews::ReviewLike)| ReviewLiked {
            review_id: rest.rsplit('#').next().unwrap_or_default().to_owned(),
            liked_at: like.liked_at,
        };
        Ok(rows.into_iter().map(liked).collect())
    }

    /// The threads in the student's list, newest first, with the messages that the student sees.
    pub(super) async fn threads(&self) -> Result<Vec<ExportedThread>, Error> {
        let messages = Messages::new(self.table.clone());
        let (mut exported, mut after) = (Vec::new(), None);
        loop {
            let page = messages.list(&self.student, after, PAGE).await?.page;
            for seen in page.items {
                exported.push(self.thread(&messages, seen).await?);
            }
            after = page.next;
            if after.is_none() {
                return Ok(exported);
            }
        }
    }

    async fn thread(&self, messages: &Messages, seen: SeenThread) -> Result<ExportedThread, Error> {
        let SeenThread { thread, partner, .. } = seen;
        let (mut shown, mut after) = (Vec::new(), None);
        loop {
            let opened = messages.open(&self.student, thread.id, after, PAGE).await?;
            let page = messages.show(&self.student, opened).await?.page;
            for message in page.items {
                let SeenMessage { message, is_mine, appearance } = message;
                // The notice of where the thread came from has no text.
                if let Some(content) = message.content.and_then(|content| appearance.show(content)) {
                    shown.push(ExportedMessage { is_mine, content, created_at: message.created_at });
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        shown.reverse();
        let partner_nickname = match partner {
            Author::User(nickname) => Some(nickname),
            Author::Anonymous(_) | Author::Withdrawn => None,
        };
        Ok(ExportedThread {
            id: thread.id,
            partner_nickname,
            is_anonymous: thread.byline.is_anonymous(),
            source: thread.source,
            created_at: thread.created_at,
            messages: shown,
        })
    }

    pub(super) async fn uploads(&self) -> Result<Vec<ExportedUpload>, Error> {
        let rows = self.own::<uploads::UploadRow>(uploads::MEDIA).await?;
        Ok(rows.into_iter().map(|(id, upload)| ExportedUpload { id, upload }).collect())
    }
}

impl ExportedPost {
    fn new(head: PostHead, content: Option<Content>) -> Self {
        Self {
            id: head.id,
            board_id: head.id.board(),
            title: head.title,
            content,
            is_anonymous: head.is_anonymous,
            is_question: head.is_question,
            like_count: head.like_count,
            scrap_count: head.scrap_count,
            comment_count: head.comment_count,
            hot_at: head.hot_at,
            best_at: head.best_at,
            media: head.media,
            moderation: head.moderation,
            created_at: head.created_at,
            updated_at: head.updated_at,
        }
    }
}
