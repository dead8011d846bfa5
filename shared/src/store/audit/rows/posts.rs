//! Audit of the rows of [`store::content::posts`](crate::store::content::posts).

use crate::domain::{CaseId, FoldedText, IndexText, PostHead, PostId, SchoolId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::{boards, posts};
use crate::store::dynamo::Key;
use crate::store::withdrawals;
use aws_lc_rs::digest::{SHA256, digest};
use uuid::Uuid;

/// A post has a head and a body that agree, and requires its author and its board, which may be deleted. The counters
/// in the head are right, except for a deleted post: its head is in the `DELETED` row, where the counters stay as they
/// were.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, _)) = boards::parse_partition(pk) {
        Uuid::try_parse(sk.strip_prefix(posts::POST)?).ok()?;
        entry.provides();
        if let Some(head) = entry.read::<PostHead>()
            && entry.belongs_at(&posts::head_key(school, head.id))
        {
            audit_head(entry, school, &head);
            audit_counters(entry, school, &head);
            let title = IndexText::join([String::from(FoldedText::new(head.title.as_str()))]);
            super::search::audit_head(entry, school, &head);
            super::search::audit_text(entry, school, head.id, &title);
            if let Some(folder) = head.media_folder {
                entry.provides_key(super::uploads::folder_marker(folder));
            }
        }
        return Some("post head");
    }
    if let Some((school, user)) = users::parse_partition(pk) {
        let board = sk.strip_prefix(posts::LAST_POST)?.parse().ok()?;
        entry.read::<posts::LastPost>();
        entry.requires_any(withdrawals::owner_keys(school, user));
        entry.requires_any(boards::live_or_deleted_keys(school, board));
        return Some("last post");
    }
    let (school, id) = posts::parse_partition(pk)?;
    match sk.as_str() {
        "BODY" => {
            entry.provides();
            if let Some(body) = entry.read::<posts::PostBody<'static>>() {
                let content = FoldedText::new(body.content.as_str());
                let content = IndexText::join([String::from(content)]);
                super::search::audit_text(entry, school, id, &content);
                let preview = body.content.cut_to(PostHead::PREVIEW_CHARACTERS);
                entry.record(-1, begins(school, id, &preview));
            }
            Some("post body")
        }
        "DELETED" => {
            entry.provides();
            if let Some(posts::DeletedPost { head, deleted_at, .. }) = entry.read()
                && entry.belongs_at(&posts::deleted_key(school, head.id))
            {
                super::search::audit_deleted_post(entry, school, id, deleted_at.as_secs());
                audit_head(entry, school, &head);
                entry.excludes(posts::head_key(school, head.id));
            }
            Some("deleted post")
        }
        _ => None,
    }
}

fn audit_head(entry: &mut AuditEntry<'_>, school: SchoolId, head: &PostHead) {
    entry.requires_any(withdrawals::author_keys(school, head.author_id));
    entry.requires_any(super::boards::board_of_post(school, head.id.board(), head.author_id));
    super::uploads::audit_post(entry, head);
    entry.record(1, begins(school, head.id, &head.content_preview));
    super::moderation::audit_subject(entry, school, CaseId::Post(head.id), head.moderation.as_ref());
}

fn audit_counters(entry: &mut AuditEntry<'_>, school: SchoolId, head: &PostHead) {
    super::feeds::audit_head(entry, school, head);
    entry.assigns_numbers(numbers_on(school, head.id), head.number_count);
    let counters = [
        (head.like_count, "likes"),
        (head.hot_like_count, "likes that count"),
        (head.scrap_count, "scraps"),
        (head.comment_count, "live comments"),
    ];
    for (count, things) in counters {
        entry.record(count.into(), number_of(things, school, head.id));
    }
}

/// The number of likes, of those that count towards hot, of scraps or of live comments of a post. The post head counts
/// them, and each row of such a thing confirms one, unless the post is deleted.
pub(crate) fn number_of(things: &str, school: SchoolId, post: PostId) -> Fact {
    Fact::NumberOf(format!("{things} of post {post} of school {school}"))
}

/// The series of anonymous numbers on a post, as findings name it.
pub(crate) fn numbers_on(school: SchoolId, post: PostId) -> String {
    format!("numbers on post {post} of school {school}")
}

/// What the head and the body of a post must agree on. A report must not contain the text, so this has a hash of its
/// preview.
fn begins(school: SchoolId, post: PostId, preview: &str) -> Fact {
    let hash = digest(&SHA256, preview.as_bytes());
    Fact::That(format!("post {post} of school {school} begins with the text of hash {hash:?}"))
}
