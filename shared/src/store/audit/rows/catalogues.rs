//! Audit of the rows of [`store::timetables::catalogues`](crate::store::timetables::catalogues).

use crate::domain::{Parse, SchoolId, Semester, Time};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::schools;
use crate::store::timetables::catalogues;

/// The pointer of a catalogue and the chunks of its editions name each other, so no chunk is missing or left over. So do the
/// pointer and its row in the list of the school's catalogues.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, "#CATALOGUES")) = schools::parse_partition(pk) {
        let semester = Semester::parse(sk.to_owned()).ok()?;
        if let Some(listed) = entry.read::<catalogues::ListedCatalogue>() {
            entry.record(-1, updated(school, semester, listed.updated_at));
        }
        return Some("listed catalogue");
    }
    let (school, semester) = catalogues::parse_partition(pk)?;
    let has_chunk = |edition: &str, number: &str| {
        Fact::That(format!("chunk {number} of edition {edition} is of the catalogue of {semester} of school {school}"))
    };
    if sk == catalogues::POINTER {
        entry.provides();
        entry.requires(schools::key(school));
        if let Some(pointer) = entry.read::<catalogues::CataloguePointer>() {
            entry.record(1, updated(school, semester, pointer.updated_at));
            for edition in pointer.editions() {
                for number in 0..edition.chunks {
                    entry.record(1, has_chunk(&edition.id.to_string(), &format!("{number:02}")));
                }
            }
        }
        return Some("catalogue");
    }
    let (edition, number) = sk.strip_prefix(catalogues::CHUNK)?.split_once('#')?;
    if entry.read::<catalogues::Chunk>().is_some() {
        entry.record(-1, has_chunk(edition, number));
    }
    Some("catalogue chunk")
}

fn updated(school: SchoolId, semester: Semester, at: Time) -> Fact {
    Fact::That(format!("the catalogue of {semester} of school {school} was updated at {at}"))
}
