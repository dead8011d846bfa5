//! Importing lectures into catalogues, and undoing imports.

use std::sync::Arc;

use miniz_oxide::deflate::compress_to_vec_zlib;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    CHUNK, CataloguePointer, Catalogues, Edition, ListedCatalogue, MAX_BYTES, chunk_keys, chunk_prefix, key,
    listed_key, partition,
};
use crate::domain::{Catalogue, LectureFacts, Merge, SchoolId, Semester};
use crate::store::dynamo::{Backoff, Error, Key, Range, Read, RowUpdate, ServiceAuthority};
use crate::store::timetables::announcements::AnnouncementContent;

/// The size of a chunk. It is far below the 400 KB of a row, and small enough to be sent within the timeout of a call.
const CHUNK_BYTES: usize = 64 * 1024;

/// The maximum number of chunks. One transaction checks that all exist and touches at most 4 MB, with the announcement of
/// the changes, and one batch reads them.
const MAX_CHUNKS: usize = 60;

/// The compression level, from 1 to 10. A snapshot is compressed once, on the machine of the operator who imports it.
const COMPRESSION_LEVEL: u8 = 9;

/// A chunk whose data is not read.
#[derive(Deserialize)]
struct ChunkWithoutData {}

impl Catalogues {
    /// Returns the catalogue of a semester, and what [`import`](Self::import) would make of it. Writes nothing.
    ///
    /// # Errors
    /// If the result would be too large to import.
    pub async fn preview(
        &self,
        school: SchoolId,
        semester: Semester,
        in_file: &[LectureFacts],
    ) -> Result<(Catalogue, Merge), Error> {
        let snapshot = self.latest(school, semester, None).await?;
        let catalogue = snapshot.and_then(Arc::into_inner).map(|snapshot| snapshot.catalogue).unwrap_or_default();
        let merge = catalogue.merge(semester, in_file, self.table.clock().now());
        Content::new(&merge)?;
        Ok((catalogue, merge))
    }

    /// Imports lectures into the catalogue of a semester. Each lecture occurs at most once in `in_file`. `progress` is
    /// called with the number of written chunks and their total. If nothing changes, nothing is written. If a concurrent
    /// import comes first, this one starts again on its result.
    ///
    /// # Errors
    /// After an error the catalogue is unchanged, unless the response to the last write was lost.
    pub async fn import(
        &self,
        school: SchoolId,
        semester: Semester,
        in_file: &[LectureFacts],
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Merge, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let old = self.pointer(school, semester).await?;
            let edition = old.map_or(Edition::EMPTY, |pointer| pointer.current);
            let catalogue = self.load(school, semester, edition).await?;
            let now = self.table.clock().now();
            let merge = catalogue.map(|catalogue| catalogue.merge(semester, in_file, now));
            let written = match &merge {
                Some(merge) if merge.changes_anything() => {
                    self.write(school, semester, old, Some(edition), merge, &mut progress).await
                }
                Some(_) => self.delete_old_chunks(school, semester, old).await,
                // Another import has just deleted this edition.
                None => Err(Error::Stale),
            };
            match (written, merge) {
                (Ok(()), Some(merge)) => return Ok(merge),
                (Err(Error::Stale), _) | (Ok(()), None) => backoff.pause().await?,
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
            match self.write(school, semester, Some(first), None, &merge, |_, _| ()).await {
                // An import without changes has deleted the new chunks, as those of a killed import.
                Err(Error::Stale) if self.pointer(school, semester).await? == Some(first) => backoff.pause().await?,
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
        merge: &Merge,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<(), Error> {
        let content = Content::new(merge)?;
        let chunks: Vec<&[u8]> = content.lectures.chunks(CHUNK_BYTES).collect();
        let updated_at = self.table.clock().now();
        let current = Edition { id: Uuid::new_v4(), chunks: chunks.len() };
        for (number, (key, data)) in chunk_keys(school, semester, current).zip(&chunks).enumerate() {
            let chunk = RowUpdate::default().set(&["data"], serde_bytes::Bytes::new(data))?;
            self.table.update(ServiceAuthority, key, chunk).await?;
            progress(number.saturating_add(1), chunks.len());
        }
        let searchable = merge.lectures.iter().filter(|lecture| lecture.is_searchable()).count();
        let listed = ListedCatalogue { lecture_count: u32::try_from(searchable).unwrap_or(u32::MAX), updated_at };
        let new = CataloguePointer { current, previous, updated_at };
        self.switch_edition(school, semester, old, &new, listed, &content.announcement).await?;
        // The new edition has taken effect, even if the deletion fails.
        if let Err(error) = self.delete_old_chunks(school, semester, Some(new)).await {
            tracing::warn!(%error, "an old edition of a catalogue was not deleted");
        }
        Ok(())
    }

    /// Changes the pointer to the new edition, lists the catalogue, and announces what has changed.
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
        announcement: &AnnouncementContent,
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
            .overwrite(&listed_key(school, semester), &listed)?
            .announce(school, new.current.id, announcement, new.updated_at)?;
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

/// What an import writes, compressed.
struct Content {
    /// The content of all chunks.
    lectures: Vec<u8>,
    announcement: AnnouncementContent,
}

impl Content {
    /// Compresses the lectures and what is announced.
    ///
    /// # Errors
    /// If it is too large.
    fn new(merge: &Merge) -> Result<Self, Error> {
        let too_large = || Error::unexpected("the catalogue is too large");
        let json = serde_json::to_vec(&merge.lectures).map_err(Error::unexpected)?;
        if json.len() > MAX_BYTES {
            return Err(too_large());
        }
        let lectures = compress_to_vec_zlib(&json, COMPRESSION_LEVEL);
        let announcement = AnnouncementContent::new(&merge.announced)?;
        if lectures.len().saturating_add(announcement.size()) > MAX_CHUNKS.saturating_mul(CHUNK_BYTES) {
            return Err(too_large());
        }
        Ok(Self { lectures, announcement })
    }
}

/// The condition that the edition of this pointer is the current one; that there is no catalogue without a pointer.
fn is_current(pointer: Option<&CataloguePointer>) -> Result<RowUpdate, Error> {
    match pointer {
        Some(pointer) => RowUpdate::default().if_equal(&["edition"], pointer.current.id),
        None => Ok(RowUpdate::default().if_absent(&["edition"])),
    }
}
