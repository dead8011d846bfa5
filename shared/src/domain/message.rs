//! Messages between two users about a post or a comment that one of them wrote (rule 11).

use serde::{Deserialize, Serialize};

use super::{Byline, CommentByline, CommentId, MessageId, Moderation, PostId, Prose, ThreadId, Time, UserId};

/// The text of a message: 1 to 1,000 characters.
pub type MessageText = Prose<1, 1000>;

/// The messages between two users about one post or comment. There is one thread per first sender and post or comment,
/// so that a thread never reveals that two anonymous posts have the same author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    pub id: ThreadId,
    pub source: MessageSource,
    /// How the author of the post or comment appears under the post. If the author is anonymous, both users are
    /// anonymous to each other.
    pub byline: CommentByline,
    /// The user who sent the first message.
    pub starter: Party,
    /// The author of the post or comment.
    pub author: Party,
    pub last_content: MessageText,
    /// The sender of the last message.
    pub last_by: Side,
    /// What moderation has done to the last message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_moderation: Option<Moderation>,
    pub created_at: Time,
    /// When the last message was sent.
    pub updated_at: Time,
}

/// The post or comment that a thread is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageSource {
    Post(PostId),
    Comment(CommentId),
}

/// One of the two users of a thread, and the state of the thread for this user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Responses never hold this id.
    pub user_id: UserId,
    /// The number of messages that this user has sent.
    pub sent: u32,
    /// The number of the other user's messages that this user has read.
    pub read: u32,
    /// The number of messages, of both users, up to the last time this user deleted the thread. They are hidden from
    /// this user.
    pub cleared: u32,
    /// Whether this user's list shows the thread.
    pub is_listed: bool,
}

/// Identifies one of the two users of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The user who sent the first message.
    Starter,
    /// The author of the post or comment.
    Author,
}

/// A message, or the notice at the start of a thread that says which post or comment the thread is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    /// The position in the thread: 0 for the notice, 1 for the first message.
    pub number: u32,
    /// `None` for the notice.
    pub by: Option<Sender>,
    /// `None` for the notice.
    pub content: Option<MessageText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
    pub created_at: Time,
}

/// The sender of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    pub side: Side,
    /// The position among the messages of this sender: 1 for the first.
    pub nth: u32,
}

impl MessageSource {
    /// The post, or the post of the comment.
    pub fn post(&self) -> PostId {
        match self {
            Self::Post(post) => *post,
            Self::Comment(comment) => comment.post(),
        }
    }

    /// `None` if the thread is about the post itself.
    pub fn comment(&self) -> Option<CommentId> {
        match self {
            Self::Post(_) => None,
            Self::Comment(comment) => Some(*comment),
        }
    }
}

impl Side {
    pub const BOTH: [Self; 2] = [Self::Starter, Self::Author];

    pub fn other(self) -> Self {
        match self {
            Self::Starter => Self::Author,
            Self::Author => Self::Starter,
        }
    }
}

impl Party {
    fn new(user_id: UserId) -> Self {
        Self { user_id, sent: 0, read: 0, cleared: 0, is_listed: false }
    }
}

impl Thread {
    /// Creates a thread without messages. [`with_message`](Self::with_message) adds the first.
    pub fn new(starter: UserId, author: UserId, source: MessageSource, byline: CommentByline, now: Time) -> Self {
        Self {
            id: ThreadId::new(now),
            source,
            byline,
            starter: Party::new(starter),
            author: Party::new(author),
            last_content: MessageText::default(),
            last_by: Side::Starter,
            last_moderation: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The notice at the start of the thread.
    pub fn notice(&self) -> Message {
        Message {
            id: MessageId::new(self.created_at, 0),
            number: 0,
            by: None,
            content: None,
            moderation: None,
            created_at: self.created_at,
        }
    }

    /// The side of a user, or `None` if the user is not in the thread.
    pub fn side_of(&self, user: UserId) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.party(*side).user_id == user)
    }

    pub fn party(&self, side: Side) -> &Party {
        match side {
            Side::Starter => &self.starter,
            Side::Author => &self.author,
        }
    }

    fn party_mut(&mut self, side: Side) -> &mut Party {
        match side {
            Side::Starter => &mut self.starter,
            Side::Author => &mut self.author,
        }
    }

    /// The number of messages, without the notice.
    pub fn message_count(&self) -> u32 {
        self.starter.sent.saturating_add(self.author.sent)
    }

    /// The number of messages to this side that it has not read.
    pub fn unread_by(&self, side: Side) -> u32 {
        self.party(side.other()).sent.saturating_sub(self.party(side).read)
    }

    /// How the other user appears to this side: both are named, or neither is.
    pub fn partner_of(&self, side: Side) -> Byline {
        Byline::of(self.party(side.other()).user_id, self.byline.is_anonymous())
    }

    /// The thread after this side has read the first `read` messages of the other.
    pub fn with_read(&self, side: Side, read: u32) -> Self {
        let mut thread = self.clone();
        thread.party_mut(side).read = read;
        thread
    }

    /// Adds a message and returns the changed thread and the message. Both users' lists show the thread again.
    pub fn with_message(&self, by: Side, content: MessageText, now: Time) -> (Self, Message) {
        let mut thread = self.clone();
        // Always increases, because lists of threads are ordered by this time.
        let now = if self.message_count() == 0 { now } else { now.max(self.updated_at.plus_millis(1)) };
        for side in Side::BOTH {
            thread.party_mut(side).is_listed = true;
        }
        let sender = thread.party_mut(by);
        sender.sent = sender.sent.saturating_add(1);
        let nth = sender.sent;
        thread.last_content = content.clone();
        thread.last_by = by;
        thread.last_moderation = None;
        thread.updated_at = now;
        let number = thread.message_count();
        let message = Message {
            id: MessageId::new(now, number),
            number,
            by: Some(Sender { side: by, nth }),
            content: Some(content),
            moderation: None,
            created_at: now,
        };
        (thread, message)
    }
}

impl Message {
    /// The number of messages that the side has received, up to and including this message.
    pub fn received_by(&self, side: Side) -> u32 {
        match self.by {
            Some(Sender { side: by, nth }) if by == side => self.number.saturating_sub(nth),
            Some(Sender { nth, .. }) => nth,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BoardId, Parse};

    fn text(text: &str) -> MessageText {
        MessageText::parse(text.to_owned()).unwrap()
    }

    fn thread() -> Thread {
        let now = Time::now();
        let source = MessageSource::Post(PostId::new(BoardId::new(now), now));
        Thread::new(UserId::random(), UserId::random(), source, CommentByline::PostAuthor, now)
    }

    #[test]
    fn a_message_knows_its_number_and_how_many_messages_each_side_has_received() {
        let mut thread = thread();
        let (mut sent, mut last) = ([0, 0], None);
        for (number, by) in
            [Side::Starter, Side::Author, Side::Author, Side::Starter, Side::Author].into_iter().enumerate()
        {
            let (next, message) = thread.with_message(by, text("x"), Time::now());
            assert!(next.updated_at > thread.updated_at || number == 0);
            thread = next;
            sent[usize::from(by == Side::Author)] += 1;
            assert_eq!(message.number, u32::try_from(number).unwrap() + 1);
            assert_eq!(message.received_by(Side::Starter), sent[1]);
            assert_eq!(message.received_by(Side::Author), sent[0]);
            last = Some(message.number);
        }
        assert_eq!(last, Some(thread.message_count()));
        assert_eq!((thread.unread_by(Side::Starter), thread.unread_by(Side::Author)), (3, 2));
        assert_eq!(thread.with_read(Side::Starter, 2).unread_by(Side::Starter), 1);
        assert_eq!(thread.notice().received_by(Side::Starter), 0);
    }

    #[test]
    fn a_message_puts_the_thread_back_into_both_lists() {
        let mut thread = thread();
        thread.starter.is_listed = false;
        let (thread, _) = thread.with_message(Side::Author, text("x"), Time::now());
        assert!(thread.starter.is_listed && thread.author.is_listed);
    }

    #[test]
    fn only_the_two_users_of_a_thread_have_a_side() {
        let thread = thread();
        assert_eq!(thread.side_of(thread.starter.user_id), Some(Side::Starter));
        assert_eq!(thread.side_of(thread.author.user_id), Some(Side::Author));
        assert_eq!(thread.side_of(UserId::random()), None);
    }
}
