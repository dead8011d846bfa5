//! Audit of the rows of [`store::messages`](crate::store::messages).

use crate::domain::{CaseId, Message, SchoolId, Side, Thread, ThreadId, UserId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::posts;
use crate::store::dynamo::Key;
use crate::store::messages;
use crate::store::{schools, withdrawals};

/// A thread requires its two students and the post that it is about, which may be deleted. It counts its messages, and
/// has a row in the list of each side that lists it, with the number of messages that this side has not read.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::parse_partition(pk) {
        return audit_of_student(entry, school, user);
    }
    let (school, rest) = schools::parse_partition(pk)?;
    let id = rest.strip_prefix('#')?.strip_prefix(messages::THREAD)?.parse().ok()?;
    if *entry.key == messages::thread_key(school, id) {
        entry.provides();
        if let Some(thread) = entry.read::<Thread>()
            && entry.belongs_at(&messages::thread_key(school, thread.id))
        {
            audit_thread(entry, school, &thread);
        }
        return Some("thread");
    }
    sk.strip_prefix(messages::MESSAGE)?;
    entry.requires(messages::thread_key(school, id));
    if let Some(message) = entry.read::<Message>()
        && entry.belongs_at(&messages::message_key(school, id, message.number))
    {
        super::moderation::audit_subject(entry, school, CaseId::Message(id, message.id), message.moderation.as_ref());
        match message.by {
            Some(by) => entry.record(-1, written_by(school, id, by.side)),
            None => entry.record(-1, has_notice(school, id)),
        }
    }
    Some("message")
}

fn audit_thread(entry: &mut AuditEntry<'_>, school: SchoolId, thread: &Thread) {
    entry.requires_any(posts::live_or_deleted_keys(school, thread.source.post()));
    entry.record(1, has_notice(school, thread.id));
    let starter_withdrawn = withdrawals::withdrawn_key(school, thread.starter.user_id);
    entry.record_unless(1, started(school, thread.starter.user_id, thread.id), starter_withdrawn);
    for side in Side::BOTH {
        let party = thread.party(side);
        entry.requires_any(withdrawals::author_keys(school, party.user_id));
        entry.record(party.sent.into(), written_by(school, thread.id, side));
        entry.record(thread.unread_by(side).into(), unread_by(school, party.user_id, thread.id));
        if party.is_listed {
            let sk = messages::listed_thread_key(school, party.user_id, thread.updated_at, thread.id).sk;
            entry.record(1, listed(school, party.user_id, &sk));
        }
        if party.read > thread.party(side.other()).sent || party.cleared > thread.message_count() {
            entry.report("a side has read or cleared more messages than there are.");
        }
    }
}

/// Rows about messages in a student's partition.
fn audit_of_student(entry: &mut AuditEntry<'_>, school: SchoolId, user: UserId) -> Option<Kind> {
    let sk = entry.key.sk.clone();
    if sk.starts_with(messages::LISTED_THREAD) {
        let thread = messages::thread_id_from_sk(&sk)?;
        entry.requires_any(withdrawals::author_keys(school, user));
        entry.record(-1, listed(school, user, &sk));
        if let Some(row) = entry.read::<messages::ListedThreadRow>() {
            entry.record(-i64::from(row.unread), unread_by(school, user, thread));
        }
        return Some("listed thread");
    }
    if !sk.starts_with(messages::STARTED_THREAD) {
        return None;
    }
    if let Some(row) = entry.read::<messages::StartedThreadRow>() {
        entry.record(-1, started(school, user, row.thread_id));
    }
    entry.requires_any(withdrawals::owner_keys(school, user));
    Some("started thread")
}

fn written_by(school: SchoolId, thread: ThreadId, side: Side) -> Fact {
    Fact::NumberOf(format!("messages of the {side:?} in thread {thread} of school {school}"))
}

fn unread_by(school: SchoolId, user: UserId, thread: ThreadId) -> Fact {
    Fact::NumberOf(format!("messages in thread {thread} unread by user {user} of school {school}"))
}

fn has_notice(school: SchoolId, thread: ThreadId) -> Fact {
    Fact::That(format!("thread {thread} of school {school} begins with a notice"))
}

fn started(school: SchoolId, user: UserId, thread: ThreadId) -> Fact {
    Fact::That(format!("user {user} of school {school} started thread {thread}"))
}

fn listed(school: SchoolId, user: UserId, sk: &str) -> Fact {
    Fact::That(format!("user {user} of school {school} has the row {sk}"))
}
