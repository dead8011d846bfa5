//! Threads and messages as clients see them.

use campus_core::domain::{
    BoardId, By, CommentId, Message, MessageId, MessageText, PostId, Side, Source, Thread, ThreadId, Time, Title,
};
use campus_core::http::AuthorView;
use campus_core::store::SeenThread;
use serde::Serialize;
use utoipa::ToSchema;

/// A thread. Nothing in it tells that two anonymous threads are with the same student.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Thread)]
pub(crate) struct ThreadView {
    #[schema(inline)]
    id: ThreadId,
    /// The other one: 익명 where the author of the thing hides, in both directions.
    partner: AuthorView,
    source: SourceView,
    last_message: LastMessageView,
    /// How many of the other's messages one has not read.
    unread_count: u32,
    /// When the last message was written.
    #[schema(inline)]
    updated_at: Time,
}

/// The last message of a thread.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LastMessage)]
struct LastMessageView {
    /// Whether one wrote it oneself.
    is_mine: bool,
    #[schema(inline)]
    content: MessageText,
    #[schema(inline)]
    created_at: Time,
}

/// What a thread is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
struct SourceView {
    kind: SourceKind,
    #[schema(inline)]
    board_id: BoardId,
    /// The post, or the one that the comment stands under.
    #[schema(inline)]
    post_id: PostId,
    /// The comment; null if it is about the post.
    #[schema(inline)]
    comment_id: Option<CommentId>,
    /// The title of the post; null when that or the comment was deleted.
    #[schema(inline)]
    title: Option<Title>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SourceKind {
    Post,
    Comment,
}

/// A message. The first one of a thread is a notice, which tells where the thread came from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView {
    #[schema(inline)]
    id: MessageId,
    kind: MessageKind,
    /// Whether one wrote it oneself.
    is_mine: bool,
    /// Null for a notice.
    #[schema(inline)]
    content: Option<MessageText>,
    /// Where the thread came from, if it is a notice.
    source: Option<SourceView>,
    #[schema(inline)]
    created_at: Time,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MessageKind {
    Message,
    Source,
}

impl SourceView {
    fn new(source: &Source, title: Option<Title>) -> Self {
        let Source { board_id, post_id, comment_id, .. } = *source;
        let kind = if comment_id.is_some() { SourceKind::Comment } else { SourceKind::Post };
        Self { kind, board_id, post_id, comment_id, title }
    }
}

impl From<SeenThread> for ThreadView {
    fn from(seen: SeenThread) -> Self {
        let SeenThread { thread, side, partner, title } = seen;
        Self {
            id: thread.id,
            partner: partner.into(),
            source: SourceView::new(&thread.source, title),
            unread_count: thread.unread_by(side),
            updated_at: thread.updated_at,
            last_message: LastMessageView {
                is_mine: thread.last_by == side,
                content: thread.last_content,
                created_at: thread.updated_at,
            },
        }
    }
}

impl MessageView {
    /// A message as this side of the thread sees it.
    pub(crate) fn new(message: Message, side: Side, thread: &Thread, title: Option<Title>) -> Self {
        let source = message.by.is_none().then(|| SourceView::new(&thread.source, title));
        let is_mine = matches!(message.by, Some(By { side: by, .. }) if by == side);
        Self { is_mine, source, ..Self::own(message) }
    }

    /// A message that whoever sees it wrote.
    pub(crate) fn own(message: Message) -> Self {
        let kind = if message.by.is_some() { MessageKind::Message } else { MessageKind::Source };
        Self {
            id: message.id,
            kind,
            is_mine: true,
            content: message.content,
            source: None,
            created_at: message.created_at,
        }
    }
}
