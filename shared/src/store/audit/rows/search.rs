//! Audit of the rows of [`store::content::search`](crate::store::content::search).

use aws_lc_rs::digest::{SHA256, digest};

use crate::domain::{BoardId, IndexText, PostHead, PostId, SchoolId};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::{boards, posts, search};
use crate::store::dynamo::Key;
use crate::store::schools;

/// For how long the index may lag, in seconds. The stream keeps its records for a day.
const LAG_S: i64 = 24 * 3600;

/// The index has exactly the grams of the indexed text, which is that of the post. A post that is not in the index is not
/// found, and an indexed text requires its post, not hidden, and its board. The index may lag behind what has changed in
/// the last day, and a change of it may take a day.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if search::is_position(entry.key) {
        entry.read::<search::RebuildPosition>();
        return Some("rebuild");
    }
    if let Some((school, gram, post)) = search::parse_gram_key(entry.key) {
        let amount = hash(gram.to_string().as_bytes());
        entry.record_unless(amount.saturating_neg(), grams_of(school, post), lagging(school, post));
        return Some("gram");
    }
    let (school, post) = search::parse_indexed_key(entry.key)?;
    let Some(indexed) = entry.read::<search::IndexedText>() else { return Some("indexed text") };
    provide_lagging(entry, school, post, indexed.changed_at.as_secs());
    entry.requires_any([searchable(school, post), lagging(school, post)]);
    entry.requires_any([boards::key(school, post.board()), lagging_board(school, post.board())]);
    match indexed.text() {
        Ok(text) => {
            let grams =
                text.grams().iter().fold(0_i64, |sum, gram| sum.saturating_add(hash(gram.to_string().as_bytes())));
            entry.record_unless(grams, grams_of(school, post), lagging(school, post));
            record_text(entry, -1, school, post, &text);
        }
        Err(error) => entry.report(&format!("its text cannot be read: {error}.")),
    }
    if indexed.is_changing() && entry.is_past(indexed.changed_at.as_secs().saturating_add(LAG_S)) {
        entry.report("the change of the index was not finished within a day.");
    }
    Some("indexed text")
}

/// The post of this head is in the index, unless it is hidden.
pub(crate) fn audit_head(entry: &mut AuditEntry<'_>, school: SchoolId, head: &PostHead) {
    let key = if head.check_not_hidden().is_ok() { searchable } else { unsearchable };
    entry.provides_key(key(school, head.id));
    let changed_at = head.moderated_at.map_or(head.updated_at, |moderated_at| moderated_at.max(head.updated_at));
    provide_lagging(entry, school, head.id, changed_at.as_secs());
}

/// Records the title or the text of a post, which the index has.
pub(crate) fn audit_text(entry: &mut AuditEntry<'_>, school: SchoolId, post: PostId, text: &IndexText) {
    record_text(entry, 1, school, post, text);
}

/// A post that was deleted at this time, in seconds since 1970. Its body stays.
pub(crate) fn audit_deleted_post(entry: &mut AuditEntry<'_>, school: SchoolId, post: PostId, deleted_at: i64) {
    entry.provides_key(unsearchable(school, post));
    provide_lagging(entry, school, post, deleted_at);
}

/// The index may still have the posts of a deleted board. `progress_at` is when the board was deleted or its last posts
/// left the index, in seconds since 1970.
pub(crate) fn audit_deleted_board(entry: &mut AuditEntry<'_>, school: SchoolId, board: BoardId, progress_at: i64) {
    if !entry.is_past(progress_at.saturating_add(LAG_S)) {
        entry.provides_key(lagging_board(school, board));
    }
}

/// The index may lag behind a post that changed at this time, in seconds since 1970.
fn provide_lagging(entry: &mut AuditEntry<'_>, school: SchoolId, post: PostId, changed_at: i64) {
    if !entry.is_past(changed_at.saturating_add(LAG_S)) {
        entry.provides_key(lagging(school, post));
        entry.provides_key(unsearchable(school, post));
    }
}

/// Records the lines of a text. The posts of a deleted board need not be in the index.
fn record_text(entry: &mut AuditEntry<'_>, sign: i64, school: SchoolId, post: PostId, text: &IndexText) {
    let lines = text.as_str().split('\n');
    let sum = lines.fold(0_i64, |sum, line| sum.saturating_add(hash(line.as_bytes())));
    let fact = Fact::Content(format!("the text of post {post} of school {school} in the search index"));
    let void_if = unsearchable(school, post);
    entry.record_if_unless(sum.saturating_mul(sign), fact, boards::key(school, post.board()), void_if);
}

fn grams_of(school: SchoolId, post: PostId) -> Fact {
    Fact::Content(format!("the grams of post {post} of school {school} in the search index"))
}

/// A key that is not in the table. The head of a post that is not hidden provides it.
fn searchable(school: SchoolId, post: PostId) -> Key {
    Key::new(posts::partition(school, post), "SEARCHABLE")
}

/// A key that is not in the table. It is provided if the post is deleted or hidden, and while the index may lag behind it:
/// then the index need not have its text.
fn unsearchable(school: SchoolId, post: PostId) -> Key {
    Key::new(posts::partition(school, post), "UNSEARCHABLE")
}

/// A key that is not in the table. It is provided while the index may lag behind the post.
fn lagging(school: SchoolId, post: PostId) -> Key {
    Key::new(posts::partition(school, post), "INDEX-LAGS")
}

/// A key that is not in the table. It is provided while the index may lag behind the deletion of the board.
fn lagging_board(school: SchoolId, board: BoardId) -> Key {
    Key::new(format!("{}#BOARD#{board}", schools::partition(school)), "INDEXED-STILL")
}

/// A number for a text, of 40 bits, so that the sum of many does not overflow.
fn hash(text: &[u8]) -> i64 {
    let hash = digest(&SHA256, text);
    hash.as_ref().iter().take(5).fold(0, |number, byte| number << 8 | i64::from(*byte))
}
