//! Messages between two students about something that one of them wrote (rule 11).

use serde::{Deserialize, Serialize};

use super::{BoardId, CommentId, MessageId, PostId, Prose, ThreadId, Time, UserId};

/// 1 to 1,000 characters.
pub type MessageText = Prose<1, 1000>;

/// What two students write to each other about one thing. Who wrote first and the thing decide which thread it is, so
/// that threads about anonymous things never meet others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its id, the same for both.
    pub id: ThreadId,
    /// What it is about.
    pub source: Source,
    /// Whether both are hidden from each other, as the author of the thing was.
    pub is_anonymous: bool,
    /// Who wrote first.
    pub starter: Party,
    /// Who wrote the thing.
    pub author: Party,
    /// The text of the last message.
    pub last_content: MessageText,
    /// Whose it is.
    pub last_by: Side,
    /// When the thread began.
    pub created_at: Time,
    /// When the last message was written.
    pub updated_at: Time,
}

/// What a thread is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The board that the post stands on.
    pub board_id: BoardId,
    /// The post, or the one that the comment stands under.
    pub post_id: PostId,
    /// The comment, if it is one.
    pub comment_id: Option<CommentId>,
    /// The comment that this one replies to.
    pub parent_id: Option<CommentId>,
}

/// One of the two, and how the thread stands for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Who it is. No answer ever holds this.
    pub user_id: UserId,
    /// How many messages they have written.
    pub sent: u32,
    /// How many of the other's messages they have read.
    pub read: u32,
    /// How many messages, of both, they have cleared away.
    pub cleared: u32,
    /// Whether they have the thread in their list.
    pub is_listed: bool,
    /// Whether they have blocked the thread.
    pub has_blocked: bool,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Who wrote first.
    Starter,
    /// Who wrote the thing.
    Author,
}

/// A message, or the notice at the beginning of a thread that tells where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its place in the thread: 1 for the first message, 0 for the notice.
    pub number: u32,
    /// Who wrote it, and how many of them that makes; nobody wrote the notice.
    pub by: Option<By>,
    /// The text, but for the notice.
    pub content: Option<MessageText>,
    /// When it was written.
    pub created_at: Time,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// Who.
    pub side: Side,
    /// Of the messages that this one has written to the thread, which one it is: 1 for the first.
    pub nth: u32,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Starter, Self::Author];

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Starter => Self::Author,
            Self::Author => Self::Starter,
        }
    }
}

impl Party {
    fn new(user_id: UserId) -> Self {
        Self { user_id, sent: 0, read: 0, cleared: 0, is_listed: false, has_blocked: false }
    }
}

impl Thread {
    /// A thread that is about to get its first message.
    pub fn open(starter: UserId, author: UserId, source: Source, is_anonymous: bool, now: Time) -> Self {
        Self {
            id: ThreadId::new(now),
            source,
            is_anonymous,
            starter: Party::new(starter),
            author: Party::new(author),
            last_content: MessageText::default(),
            last_by: Side::Starter,
            created_at: now,
            updated_at: now,
        }
    }

    /// The notice at its beginning.
    pub fn notice(&self) -> Message {
        Message { id: MessageId::new(self.created_at), number: 0, by: None, content: None, created_at: self.created_at }
    }

    /// Which of the two the user is; none for anybody else.
    pub fn side_of(&self, user: UserId) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.party(*side).user_id == user)
    }

    /// One of the two.
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

    /// How many messages there are.
    pub fn message_count(&self) -> u32 {
        self.starter.sent.saturating_add(self.author.sent)
    }

    /// How many of the other's messages this one has not read.
    pub fn unread_by(&self, side: Side) -> u32 {
        self.party(side.other()).sent.saturating_sub(self.party(side).read)
    }

    /// Whether one of them has blocked it.
    pub fn is_blocked(&self) -> bool {
        self.starter.has_blocked || self.author.has_blocked
    }

    /// The thread with another message, which brings it back into the lists of both, and the message.
    pub fn with_message(&self, by: Side, content: MessageText, now: Time) -> (Self, Message) {
        let mut thread = self.clone();
        // Always later than before, for threads are listed by this time.
        let now = if self.message_count() == 0 { now } else { now.max(self.updated_at.plus_millis(1)) };
        for side in Side::BOTH {
            thread.party_mut(side).is_listed = true;
        }
        let sender = thread.party_mut(by);
        sender.sent = sender.sent.saturating_add(1);
        let nth = sender.sent;
        thread.last_content = content.clone();
        thread.last_by = by;
        thread.updated_at = now;
        let number = thread.message_count();
        let message = Message {
            id: MessageId::new(now),
            number,
            by: Some(By { side: by, nth }),
            content: Some(content),
            created_at: now,
        };
        (thread, message)
    }
}

impl Message {
    /// Of the other's messages, how many this one has seen who has seen all up to this message.
    pub fn read_through_by(&self, side: Side) -> u32 {
        match self.by {
            Some(By { side: by, nth }) if by == side => self.number.saturating_sub(nth),
            Some(By { nth, .. }) => nth,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Parse;

    fn text(text: &str) -> MessageText {
        MessageText::parse(text.to_owned()).unwrap()
    }

    fn thread() -> Thread {
        let now = Time::now();
        let source =
            Source { board_id: BoardId::new(now), post_id: PostId::new(now), comment_id: None, parent_id: None };
        Thread::open(UserId::random(), UserId::random(), source, true, now)
    }

    #[test]
    fn messages_are_numbered_through_and_each_knows_what_its_reader_has_seen() {
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
            assert_eq!(message.read_through_by(Side::Starter), sent[1]);
            assert_eq!(message.read_through_by(Side::Author), sent[0]);
            last = Some(message.number);
        }
        assert_eq!(last, Some(thread.message_count()));
        assert_eq!((thread.unread_by(Side::Starter), thread.unread_by(Side::Author)), (3, 2));
        assert_eq!(thread.notice().read_through_by(Side::Starter), 0);
    }

    #[test]
    fn a_message_brings_the_thread_back_for_both() {
        let mut thread = thread();
        thread.starter.is_listed = false;
        let (thread, _) = thread.with_message(Side::Author, text("x"), Time::now());
        assert!(thread.starter.is_listed && thread.author.is_listed);
    }

    #[test]
    fn a_thread_has_two_sides_and_nobody_else() {
        let thread = thread();
        assert_eq!(thread.side_of(thread.starter.user_id), Some(Side::Starter));
        assert_eq!(thread.side_of(thread.author.user_id), Some(Side::Author));
        assert_eq!(thread.side_of(UserId::random()), None);
    }
}
