//! Audit of the rows of [`store::timetables::share_links`](crate::store::timetables::share_links).

use crate::domain::{SchoolId, ShareHash, Timetable, TimetableId, UserId};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::timetables::share_links;

/// A share link leads to a timetable that has its hash.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let hash = ShareHash::from_base64(entry.key.pk.strip_prefix("SHARE#")?.to_owned());
    if *entry.key != share_links::key(&hash) {
        return None;
    }
    if let Some(share_links::SharedTimetable { school, owner_id, id }) = entry.read() {
        entry.record(-1, leads(&hash, school, owner_id, id));
    }
    Some("share link")
}

/// Records the share link of a timetable, if it has one.
pub(crate) fn audit_shared(entry: &mut AuditEntry<'_>, school: SchoolId, timetable: &Timetable) {
    if let Some(hash) = &timetable.share {
        entry.record(1, leads(hash, school, timetable.owner_id, timetable.id));
    }
}

/// A share link leads to a timetable. The timetable states it, and the row of the link confirms it.
fn leads(hash: &ShareHash, school: SchoolId, owner: UserId, id: TimetableId) -> Fact {
    let hash = hash.as_str();
    Fact::That(format!("share link {hash:?} leads to timetable {id} of user {owner} of school {school}"))
}
