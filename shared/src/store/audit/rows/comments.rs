//! Audit of the rows of [`store::content::comments`](crate::store::content::comments).

use crate::domain::{CaseId, Comment, CommentBody, CommentId, PostId, SchoolId, UserId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::{comments, posts};
use crate::store::dynamo::Key;
use crate::store::withdrawals;

/// A comment requires its post and its author. The post and the author's `COMMENTED#` row count it, and it counts its
/// replies and likes.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if let Some((school, _)) = posts::parse_partition(&entry.key.pk) {
        entry.key.sk.strip_prefix(comments::COMMENT)?;
        audit_comment(entry, school);
        return Some("comment");
    }
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    audit_of_student(entry, school, user)
}

fn audit_comment(entry: &mut AuditEntry<'_>, school: SchoolId) {
    let Some(comment) = entry.read::<Comment>() else { return };
    let post = comment.id.post();
    entry.requires(posts::body_key(school, post));
    let deleted_post = posts::deleted_key(school, post);
    if let Some(parent) = comment.id.parent() {
        entry.requires(comments::key(school, parent));
        entry.record(-1, replies_to(school, parent));
    } else {
        entry.provides();
        entry.record(comment.reply_count.into(), replies_to(school, comment.id));
    }
    let Some(CommentBody { author_id, byline, moderation, .. }) = comment.body else {
        if comment.reply_count == 0 {
            entry.report("a deleted comment without replies must not exist.");
        }
        return;
    };
    super::moderation::audit_subject(entry, school, CaseId::Comment(comment.id), moderation.as_ref());
    entry.provides_key(live_marker(school, comment.id));
    entry.requires_any(withdrawals::author_keys(school, author_id));
    entry.record_unless(-1, super::posts::number_of("live comments", school, post), deleted_post);
    entry.record(-1, written_by(school, author_id, post));
    entry.record(comment.like_count.into(), likes_of(school, comment.id));
    if let Some(number) = byline.number() {
        audit_number(entry, school, post, author_id, number);
    }
}

/// Rows about comments in a student's partition.
fn audit_of_student(entry: &mut AuditEntry<'_>, school: SchoolId, user: UserId) -> Option<Kind> {
    if let Some(post) = entry.key.sk.strip_prefix(comments::COMMENTED) {
        let post = post.parse().ok()?;
        if let Some(commenter) = entry.read::<comments::Commenter>() {
            entry.requires_any(withdrawals::author_keys(school, user));
            entry.requires_any(posts::live_or_deleted_keys(school, post));
            entry.record(commenter.comments.into(), written_by(school, user, post));
            if let Some(number) = commenter.number {
                audit_number(entry, school, post, user, number);
            }
        }
        return Some("commenter");
    }
    let comment = comments::liked_comment_from_sk(&entry.key.sk)?;
    let like = entry.read::<comments::CommentLike>();
    entry.requires_any(withdrawals::author_keys(school, user));
    entry.requires_any(posts::live_or_deleted_keys(school, comment.post()));
    match like.filter(|like| like.is_uncounted) {
        Some(like) => super::reactions::audit_uncounted(entry, like.liked_at),
        None => entry.record_if(-1, likes_of(school, comment), live_marker(school, comment)),
    }
    Some("like of a comment")
}

/// On a post, an anonymous number belongs to one student, and a student has one number.
fn audit_number(entry: &mut AuditEntry<'_>, school: SchoolId, post: PostId, user: UserId, number: u32) {
    entry.has_number(super::posts::numbers_on(school, post), number);
    entry.record_value(format!("number {number} on post {post} of school {school}"), user.to_string());
    entry.record_value(format!("the number of user {user} on post {post} of school {school}"), number.to_string());
}

fn replies_to(school: SchoolId, comment: CommentId) -> Fact {
    Fact::NumberOf(format!("replies to comment {comment} of school {school}"))
}

fn likes_of(school: SchoolId, comment: CommentId) -> Fact {
    Fact::NumberOf(format!("likes of comment {comment} of school {school}"))
}

fn written_by(school: SchoolId, user: UserId, post: PostId) -> Fact {
    Fact::NumberOf(format!("live comments of user {user} on post {post} of school {school}"))
}

/// A key that is not in the table. A comment that is not deleted provides it.
fn live_marker(school: SchoolId, comment: CommentId) -> Key {
    Key::new(comments::key(school, comment).pk, format!("LIVE#{comment}"))
}
