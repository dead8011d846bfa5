//! Threads and messages in responses.

use campus_core::domain::{
    BoardId, CommentId, ContentState, MessageId, MessageSource, MessageText, PostId, ThreadId, Time, Title,
};
use campus_core::http::{AuthorView, ModerationView};
use campus_core::store::{SeenMessage, SeenSource, SeenThread};
use serde::Serialize;
use utoipa::ToSchema;

/// A thread of messages about a post or comment, between its author and another user. Threads never reveal that two
/// anonymous partners are the same user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Thread)]
pub(crate) struct ThreadView {
    id: ThreadId,
    /// The other user. If the author of the post or comment is anonymous, both sides are 익명 to each other.
    partner: AuthorView,
    source: SourceView,
    last_message: LastMessageView,
    /// The number of the partner's messages that you have not read.
    unread_count: u32,
    /// When the last message was sent.
    updated_at: Time,
}

/// A thread beside its messages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenThread)]
pub(crate) struct OpenThreadView {
    id: ThreadId,
    /// The other user. If the author of the post or comment is anonymous, both sides are 익명 to each other.
    partner: AuthorView,
    source: SourceView,
    /// Whether you block the thread, with a block of this thread or of another that it covers. Whether the partner
    /// blocks it is not shown.
    is_blocked: bool,
}

/// The last message of a thread.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LastMessage)]
struct LastMessageView {
    /// Whether you sent the message.
    is_mine: bool,
    /// Null if the message is hidden from you.
    content: Option<MessageText>,
    state: ContentState,
    created_at: Time,
}

/// The post or comment that a thread is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
struct SourceView {
    kind: SourceKind,
    board_id: BoardId,
    /// The post, or the post of the comment.
    post_id: PostId,
    /// The comment. Null if the thread is about the post itself.
    comment_id: Option<CommentId>,
    /// The title of the post. Null if the post or the comment is deleted, or hidden from you.
    title: Option<Title>,
    /// The state of the post or the comment. Null if it is deleted.
    state: Option<ContentState>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SourceKind {
    Post,
    Comment,
}

/// A message, or the notice at the start of a thread that says which post or comment the thread is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView {
    id: MessageId,
    /// `message`, or `source` for the notice.
    kind: MessageKind,
    /// Whether you sent the message. False for the notice.
    is_mine: bool,
    /// The text. Null for the notice, and if the message is hidden from you.
    content: Option<MessageText>,
    /// The post or comment that the thread is about. Null for a message.
    source: Option<SourceView>,
    /// A message that is `blinded`, `removed` or `restricted` is hidden from its recipient. Only the sender sees that a
    /// message is `restored`.
    state: ContentState,
    /// Why your message is hidden. Null if it is not hidden, or not yours.
    moderation: Option<ModerationView>,
    created_at: Time,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MessageKind {
    Message,
    Source,
}

impl SourceView {
    fn new(source: &MessageSource, seen: SeenSource) -> Self {
        let SeenSource { title, state } = seen;
        let kind = match source {
            MessageSource::Post(_) => SourceKind::Post,
            MessageSource::Comment(_) => SourceKind::Comment,
        };
        let post_id = source.post();
        Self { kind, board_id: post_id.board(), post_id, comment_id: source.comment(), title, state }
    }
}

impl From<SeenThread> for ThreadView {
    fn from(seen: SeenThread) -> Self {
        let SeenThread { thread, side, partner, source, last } = seen;
        Self {
            id: thread.id,
            partner: partner.into(),
            source: SourceView::new(&thread.source, source),
            unread_count: thread.unread_by(side),
            updated_at: thread.updated_at,
            last_message: LastMessageView {
                is_mine: thread.last_by == side,
                content: last.show(thread.last_content),
                state: last.state,
                created_at: thread.updated_at,
            },
        }
    }
}

impl OpenThreadView {
    pub(crate) fn new(seen: SeenThread, is_blocked: bool) -> Self {
        let SeenThread { thread, partner, source, .. } = seen;
        Self { id: thread.id, partner: partner.into(), source: SourceView::new(&thread.source, source), is_blocked }
    }
}

impl MessageView {
    /// A message of the thread as the caller sees it.
    pub(crate) fn new(message: SeenMessage, seen: &SeenThread) -> Self {
        let is_notice = message.message.by.is_none();
        let source = is_notice.then(|| SourceView::new(&seen.thread.source, seen.source.clone()));
        Self { source, ..Self::from(message) }
    }
}

impl From<SeenMessage> for MessageView {
    /// A message without the source that a notice shows.
    fn from(seen: SeenMessage) -> Self {
        let SeenMessage { message, is_mine, appearance } = seen;
        Self {
            id: message.id,
            kind: if message.by.is_some() { MessageKind::Message } else { MessageKind::Source },
            is_mine,
            content: message.content.and_then(|content| appearance.show(content)),
            source: None,
            state: appearance.state,
            moderation: appearance.notice.map(ModerationView::from),
            created_at: message.created_at,
        }
    }
}
