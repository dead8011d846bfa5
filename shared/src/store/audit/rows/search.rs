//! Audit of the rows of [`store::content::search`](crate::store::content::search).

use aws_lc_rs::digest::{SHA256, digest};

use crate::domain::{BoardId, IndexText, PostId, SchoolId};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::{boards, posts, search};
use crate::store::dynamo::Key;
use crate::store::schools;

/// For how long the index may lag, in seconds. The stream keeps its records for a day.
const LAG_S: i64 = 24 * 3600;

/// The index has exactly the grams of the indexed text, which is that of the post. A post that is not in the index is not
/// found, and an indexed text requires its post and its board. The index may lag behind what has changed in the last day.
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
    entry.requires_any([posts::head_key(school, post), deleted_lately(school, post)]);
    entry.requires_any([boards::key(school, post.board()), lagging_board(school, post.board())]);
    match indexed.text() {
        _ if indexed.is_changing() => entry.provides_key(lagging(school, post)),
        Ok(text) => {
            let grams =
                text.grams().iter().fold(0_i64, |sum, gram| sum.saturating_add(hash(gram.to_string().as_bytes())));
            entry.record_unless(grams, grams_of(school, post), lagging(school, post));
            record_text(entry, -1, school, post, &text);
        }
        Err(error) => entry.report(&format!("its text cannot be read: {error}.")),
    }
    Some("indexed text")
}

/// Records the title or the text of a post, which the index has. `changed_at` is in seconds since 1970.
pub(crate) fn audit_post(entry: &mut AuditEntry<'_>, school: SchoolId, post: PostId, text: IndexText, changed_at: i64) {
    if !entry.is_past(changed_at.saturating_add(LAG_S)) {
        entry.provides_key(lagging(school, post));
    }
    record_text(entry, 1, school, post, &text);
}

/// A post that was deleted at this time, in seconds since 1970. Its body stays.
pub(crate) fn audit_deleted_post(entry: &mut AuditEntry<'_>, school: SchoolId, post: PostId, deleted_at: i64) {
    entry.provides_key(lagging(school, post));
    if !entry.is_past(deleted_at.saturating_add(LAG_S)) {
        entry.provides_key(deleted_lately(school, post));
    }
}

/// The index may still have the posts of a board that was deleted at this time, in seconds since 1970.
pub(crate) fn audit_deleted_board(entry: &mut AuditEntry<'_>, school: SchoolId, board: BoardId, deleted_at: i64) {
    if !entry.is_past(deleted_at.saturating_add(LAG_S)) {
        entry.provides_key(lagging_board(school, board));
    }
}

/// Records the lines of a text. The posts of a deleted board need not be in the index.
fn record_text(entry: &mut AuditEntry<'_>, sign: i64, school: SchoolId, post: PostId, text: &IndexText) {
    let lines = text.as_str().split('\n');
    let sum = lines.fold(0_i64, |sum, line| sum.saturating_add(hash(line.as_bytes())));
    let fact = Fact::Content(format!("the text of post {post} of school {school} in the search index"));
    entry.record_if_unless(sum.saturating_mul(sign), fact, boards::key(school, post.board()), lagging(school, post));
}

fn grams_of(school: SchoolId, post: PostId) -> Fact {
    Fact::Content(format!("the grams of post {post} of school {school} in the search index"))
}

/// A key that is not in the table. It is provided while the index may lag behind the deletion of the post.
fn deleted_lately(school: SchoolId, post: PostId) -> Key {
    Key::new(posts::partition(school, post), "INDEXED-STILL")
}

/// A key that is not in the table. It is provided while the index may lag behind the post, and if the post is deleted.
fn lagging(school: SchoolId, post: PostId) -> Key {
    Key::new(posts::partition(school, post), "NOT-INDEXED-YET")
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
