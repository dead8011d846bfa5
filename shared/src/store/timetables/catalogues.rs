//! Catalogues: the lectures of a school in a semester, as one compressed snapshot that is cut into chunks. A pointer
//! names the current edition and the one before it, to which an import can be undone. An import writes the chunks of a
//! new edition, then changes the pointer, so it takes effect completely or not at all. The next import deletes the chunks
//! that a killed import leaves.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | catalogue | `SCHOOL#<school>#CATALOGUE#<semester>` | `CATALOGUE` |
//! | listed catalogue | `SCHOOL#<school>#CATALOGUES` | `<semester>` |
//! | catalogue chunk | `SCHOOL#<school>#CATALOGUE#<semester>` | `CHUNK#<edition>#<number>` |

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use uuid::Uuid;

use crate::domain::{Catalogue, Lecture, LectureFacts, Merge, Parse, SchoolId, Semester, Time};
use crate::store::dynamo::{Backoff, Error, Key, KeyCondition, Page, Range, Read, RowUpdate, ServiceAuthority, Table};
use crate::store::schools;

pub(crate) const POINTER: &str = "CATALOGUE";
pub(crate) const CHUNK: &str = "CHUNK#";

/// The size of a chunk. It is far below the 400 KB of a row, and small enough to be sent within the timeout of a call.
const CHUNK_BYTES: usize = 64 * 1024;

/// The maximum number of chunks. One transaction checks that all exist and touches at most 4 MB, and one batch reads
/// them.
const MAX_CHUNKS: usize = 60;

/// The maximum size of a decompressed snapshot.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The compression level, from 1 to 10. A snapshot is compressed once, on the machine of the operator who imports it.
const COMPRESSION_LEVEL: u8 = 9;

/// Access to catalogues.
#[derive(Clone, Debug)]
pub struct Catalogues {
    table: Table,
}

/// A pointer to the current edition of a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CataloguePointer {
    #[serde(flatten)]
    pub(crate) current: Edition,
    /// The edition before the last import; `None` if the last import was undone.
    pub(crate) previous: Option<Edition>,
    pub(crate) updated_at: Time,
}

/// An edition of a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Edition {
    #[serde(rename = "edition")]
    pub(crate) id: Uuid,
    pub(crate) chunks: usize,
}

impl Edition {
    /// The edition before the first import. It has no lectures, and so no chunks.
    const EMPTY: Self = Self { id: Uuid::nil(), chunks: 0 };
}

impl CataloguePointer {
    /// The editions whose chunks the catalogue has.
    pub(crate) fn editions(&self) -> impl Iterator<Item = Edition> {
        [Some(self.current), self.previous].into_iter().flatten()
    }
}

/// A catalogue in the list of a school's catalogues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedCatalogue {
    /// The number of lectures that can be found.
    pub lecture_count: u32,
    /// When an import, or its undoing, last changed the catalogue.
    pub updated_at: Time,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Chunk {
    data: ByteBuf,
}

/// A chunk whose data is not read.
#[derive(Deserialize)]
struct ChunkWithoutData {}

/// The lectures of an edition of a catalogue.
#[derive(Debug)]
pub struct Snapshot {
    edition: Uuid,
    pub catalogue: Catalogue,
}

fn partition(school: SchoolId, semester: Semester) -> String {
    format!("{}#CATALOGUE#{semester}", schools::partition(school))
}

/// The inverse of `partition`.
pub(crate) fn parse_partition(pk: &str) -> Option<(SchoolId, Semester)> {
    let (school, rest) = schools::parse_partition(pk)?;
    Some((school, Semester::parse(rest.strip_prefix("#CATALOGUE#")?.to_owned()).ok()?))
}

pub(crate) fn key(school: SchoolId, semester: Semester) -> Key {
    Key::new(partition(school, semester), POINTER)
}

fn list_partition(school: SchoolId) -> String {
    format!("{}#CATALOGUES", schools::partition(school))
}

pub(crate) fn listed_key(school: SchoolId, semester: Semester) -> Key {
    Key::new(list_partition(school), semester.to_string())
}

/// The key of another row in the partition of the catalogue.
pub(crate) fn key_in_partition(school: SchoolId, semester: Semester, sk: &str) -> Key {
    Key::new(partition(school, semester), sk)
}

fn chunk_keys(school: SchoolId, semester: Semester, edition: Edition) -> impl Iterator<Item = Key> {
    let partition = partition(school, semester);
    (0..edition.chunks).map(move |number| Key::new(&partition, format!("{}{number:02}", chunk_prefix(edition))))
}

fn chunk_prefix(edition: Edition) -> String {
    format!("{CHUNK}{}#", edition.id)
}

impl Catalogues {
    /// Creates the access to the catalogues in the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Returns the catalogue, at most a second out of date; `None` if none was imported. If `cached` is the current
    /// edition, it is returned after reading only the pointer, which costs half a read unit.
    pub async fn current(
        &self,
        school: SchoolId,
        semester: Semester,
        cached: Option<Arc<Snapshot>>,
    ) -> Result<Option<Arc<Snapshot>>, Error> {
        self.read(school, semester, cached, Read::Eventual).await
    }

    /// Like [`current`](Self::current), but never out of date. Reading the pointer costs a whole read unit.
    pub async fn latest(
        &self,
        school: SchoolId,
        semester: Semester,
        cached: Option<Arc<Snapshot>>,
    ) -> Result<Option<Arc<Snapshot>>, Error> {
        self.read(school, semester, cached, Read::Consistent).await
    }

    async fn read(
        &self,
        school: SchoolId,
        semester: Semester,
        cached: Option<Arc<Snapshot>>,
        mut read: Read,
    ) -> Result<Option<Arc<Snapshot>>, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let pointer = self.table.get::<CataloguePointer>(key(school, semester), read).await?;
            let Some(pointer) = pointer else { return Ok(None) };
            if let Some(cached) = cached.as_ref().filter(|cached| cached.edition == pointer.current.id) {
                return Ok(Some(cached.clone()));
            }
            match self.load(school, semester, pointer.current).await? {
                Some(catalogue) => return Ok(Some(Arc::new(Snapshot { edition: pointer.current.id, catalogue }))),
                // Between the two reads, imports have changed the pointer and deleted this edition.
                None if backoff.pause().await => read = Read::Consistent,
                None => return Err(Error::Contention),
            }
        }
    }

    /// Reads the lectures of an edition; `None` if a chunk is missing. The chunks of an edition never change, so a chunk
    /// that is found is correct even if the read is eventually consistent, which costs half. A chunk that is not found is
    /// read again consistently, because the read may have been older than the import.
    async fn load(&self, school: SchoolId, semester: Semester, edition: Edition) -> Result<Option<Catalogue>, Error> {
        if edition == Edition::EMPTY {
            return Ok(Some(Catalogue::default()));
        }
        let keys: Vec<Key> = chunk_keys(school, semester, edition).collect();
        let mut rows = self.table.batch_get(keys.iter().cloned(), Read::Eventual).await?;
        let missing: Vec<Key> = keys.iter().filter(|key| !rows.has(key)).cloned().collect();
        if !missing.is_empty() {
            rows.extend(self.table.batch_get(missing, Read::Consistent).await?);
        }
        let mut compressed = Vec::new();
        for key in &keys {
            let Some(chunk) = rows.take::<Chunk>(key)? else { return Ok(None) };
            compressed.extend_from_slice(&chunk.data);
        }
        let json = decompress_to_vec_zlib_with_limit(&compressed, MAX_BYTES).map_err(Error::unexpected)?;
        let lectures: Vec<Lecture> = serde_json::from_slice(&json).map_err(Error::unexpected)?;
        Ok(Some(Catalogue::new(lectures)))
    }

    /// Lists the semesters for which the school has lectures after the cursor position, newest first, at most a second
    /// out of date.
    pub async fn list(
        &self,
        school: SchoolId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<(Semester, ListedCatalogue), String>, Error> {
        let semester = |text| Semester::parse(text).or(Err(Error::unexpected("a listed catalogue without a semester")));
        let range = Range::oldest_first(list_partition(school), KeyCondition::Whole);
        let rows = self.table.query_all(Range { read: Read::Eventual, ..range }).await?;
        let listed = rows.into_iter().map(|(sk, listed)| Ok((semester(sk)?, listed)));
        let mut listed: Vec<(Semester, ListedCatalogue)> = listed.collect::<Result<_, Error>>()?;
        listed.sort_unstable_by_key(|(semester, _)| Reverse(*semester));
        let after = after.map(semester).transpose()?;
        listed
            .retain(|(semester, catalogue)| catalogue.lecture_count > 0 && after.is_none_or(|after| *semester < after));
        let is_last = listed.len() <= limit;
        listed.truncate(limit);
        let next = listed.last().filter(|_| !is_last).map(|(semester, _)| semester.to_string());
        Ok(Page { items: listed, next })
    }

    /// Imports lectures into the catalogue of a semester. Each lecture occurs at most once in `listed`. `mentioned`
    /// holds the code and section of lectures that the file contains with invalid data. `progress` is called with the
    /// number of written chunks and their total. If nothing changes, nothing is written. If a concurrent import comes
    /// first, this one starts again on its result.
    ///
    /// # Errors
    /// After an error the catalogue is unchanged, unless the response to the last write was lost.
    pub async fn import(
        &self,
        school: SchoolId,
        semester: Semester,
        listed: &[LectureFacts],
        mentioned: &HashSet<(String, String)>,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Merge, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let old = self.pointer(school, semester).await?;
            let edition = old.map_or(Edition::EMPTY, |pointer| pointer.current);
            let catalogue = self.load(school, semester, edition).await?;
            let now = self.table.clock().now();
            let merge = catalogue.map(|catalogue| catalogue.merge(semester, listed, mentioned, now));
            let written = match &merge {
                Some(merge) if merge.changes_anything() => {
                    self.write(school, semester, old, Some(edition), &merge.lectures, &mut progress).await
                }
                Some(_) => self.delete_old_chunks(school, semester, old).await,
                // Another import has just deleted this edition.
                None => Err(Error::Stale),
            };
            match (written, merge) {
                (Ok(()), Some(merge)) => return Ok(merge),
                (Err(Error::Stale), _) | (Ok(()), None) if backoff.pause().await => {}
                (written, _) => written?,
            }
        }
    }

    /// Undoes the last import of a semester: the lectures get the data of the edition before it, and those that it added
    /// become withdrawn. An import can be undone once: then there is no earlier edition.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no import to undo. [`Error::Stale`] if an import or another undoing comes first:
    /// the caller has not meant to undo that. After an error the catalogue is unchanged, unless the response to the last
    /// write was lost.
    pub async fn undo(&self, school: SchoolId, semester: Semester) -> Result<Merge, Error> {
        let first = self.pointer(school, semester).await?.ok_or(Error::NotFound)?;
        let previous = first.previous.ok_or(Error::NotFound)?;
        let mut backoff = Backoff::begin();
        loop {
            let current = self.load(school, semester, first.current).await?.ok_or(Error::Stale)?;
            let earlier = self.load(school, semester, previous).await?.ok_or(Error::Stale)?;
            let merge = current.return_to(&earlier, semester, self.table.clock().now());
            match self.write(school, semester, Some(first), None, &merge.lectures, |_, _| ()).await {
                // An import without changes has deleted the new chunks, as those of a killed import.
                Err(Error::Stale) if self.pointer(school, semester).await? == Some(first) && backoff.pause().await => {}
                written => return written.map(|()| merge),
            }
        }
    }

    async fn pointer(&self, school: SchoolId, semester: Semester) -> Result<Option<CataloguePointer>, Error> {
        self.table.get(key(school, semester), Read::Consistent).await
    }

    /// Writes an edition, and makes it the current one instead of `old`. It can be undone to `previous`.
    async fn write(
        &self,
        school: SchoolId,
        semester: Semester,
        old: Option<CataloguePointer>,
        previous: Option<Edition>,
        lectures: &[Lecture],
        mut progress: impl FnMut(usize, usize),
    ) -> Result<(), Error> {
        let json = serde_json::to_vec(lectures).map_err(Error::unexpected)?;
        let compressed = compress_to_vec_zlib(&json, COMPRESSION_LEVEL);
        let chunks: Vec<&[u8]> = compressed.chunks(CHUNK_BYTES).collect();
        if chunks.len() > MAX_CHUNKS || json.len() > MAX_BYTES {
            return Err(Error::unexpected("the catalogue is too large"));
        }
        let updated_at = self.table.clock().now();
        let current = Edition { id: Uuid::new_v4(), chunks: chunks.len() };
        for (number, (key, data)) in chunk_keys(school, semester, current).zip(&chunks).enumerate() {
            let chunk = RowUpdate::default().set(&["data"], serde_bytes::Bytes::new(data))?;
            self.table.update(ServiceAuthority, key, chunk).await?;
            progress(number.saturating_add(1), chunks.len());
        }
        let found = lectures.iter().filter(|lecture| lecture.can_be_found()).count();
        let listed = ListedCatalogue { lecture_count: u32::try_from(found).unwrap_or(u32::MAX), updated_at };
        let new = CataloguePointer { current, previous, updated_at };
        self.switch_edition(school, semester, old, &new, listed).await?;
        // The new edition has taken effect, even if the deletion fails.
        if let Err(error) = self.delete_old_chunks(school, semester, Some(new)).await {
            tracing::warn!(%error, "an old edition of a catalogue was not deleted");
        }
        Ok(())
    }

    /// Changes the pointer to the new edition, and lists the catalogue.
    ///
    /// # Errors
    /// [`Error::Stale`] if the old edition is no longer current, or if a chunk of the new edition is missing.
    async fn switch_edition(
        &self,
        school: SchoolId,
        semester: Semester,
        old: Option<CataloguePointer>,
        new: &CataloguePointer,
        listed: ListedCatalogue,
    ) -> Result<(), Error> {
        let key = key(school, semester);
        let change = is_current(old.as_ref())?
            .set(&["edition"], new.current.id)?
            .set(&["chunks"], new.current.chunks)?
            .set(&["previous"], new.previous)?
            .set(&["updated_at"], new.updated_at)?;
        let mut transaction = self
            .table
            .transaction(ServiceAuthority)
            .update(key, change)?
            .on_condition_failed(Error::Stale)
            .overwrite(&listed_key(school, semester), &listed)?;
        // Another import may have deleted some of the chunks, because the pointer did not name their edition.
        for chunk in chunk_keys(school, semester, new.current) {
            transaction = transaction.check(chunk, RowUpdate::of_existing())?.on_condition_failed(Error::Stale);
        }
        transaction.commit().await
    }

    /// Deletes the chunks of all editions except those that the pointer names. Each deletion checks that its edition is
    /// still the current one: if another import has changed the pointer, its chunks must not be deleted. This is the last
    /// step of an import. If it were the first, concurrent imports could delete each other's chunks, and none would
    /// ever finish.
    async fn delete_old_chunks(
        &self,
        school: SchoolId,
        semester: Semester,
        pointer: Option<CataloguePointer>,
    ) -> Result<(), Error> {
        let partition = partition(school, semester);
        let all = Range::oldest_first(partition.clone(), CHUNK);
        let kept: Vec<String> = pointer.iter().flat_map(CataloguePointer::editions).map(chunk_prefix).collect();
        for (sk, ChunkWithoutData {}) in self.table.query_all::<ChunkWithoutData>(all).await? {
            if kept.iter().any(|kept| sk.starts_with(kept)) {
                continue;
            }
            let deleted = self
                .table
                .transaction(ServiceAuthority)
                .check(key(school, semester), is_current(pointer.as_ref())?)?
                .on_condition_failed(Error::Stale)
                .delete_if(Key::new(&partition, sk), RowUpdate::default())?
                .commit()
                .await;
            match deleted {
                Err(Error::Stale) => return Ok(()),
                deleted => deleted?,
            }
        }
        Ok(())
    }
}

/// The condition that the edition of this pointer is the current one; that there is no catalogue without a pointer.
fn is_current(pointer: Option<&CataloguePointer>) -> Result<RowUpdate, Error> {
    match pointer {
        Some(pointer) => RowUpdate::default().if_equal(&["edition"], pointer.current.id),
        None => Ok(RowUpdate::default().if_absent(&["edition"])),
    }
}
