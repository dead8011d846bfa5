//! Catalogues: the lectures of a school in a semester, as one compressed snapshot in chunks. A pointer names the edition
//! that counts. An import writes the chunks of a new edition first and turns the pointer when they are all there, so that
//! it takes effect at once or not at all; what a killed one leaves behind the next one clears away.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | catalogue | `SCHOOL#<school>#CATALOGUE#<semester>` | `CATALOGUE` |
//! | chunk | `SCHOOL#<school>#CATALOGUE#<semester>` | `CHUNK#<edition>#<number>` |

use std::collections::HashSet;
use std::sync::Arc;

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use uuid::Uuid;

use super::audit::{Entry, Fact, Kind};
use super::change::Change;
use super::table::{Backoff, Service};
use super::{Error, Key, Range, Read, Table, schools};
use crate::domain::{Catalogue, Lecture, LectureFacts, Merge, Parse, SchoolId, Semester, Time};

const POINTER: &str = "CATALOGUE";
const CHUNK: &str = "CHUNK#";

/// The bytes of a chunk: far below the 400 KB of a row, and few enough to be sent in the time that a call has.
const CHUNK_BYTES: usize = 64 * 1024;

/// The most chunks: one transaction checks that they are all there, and touches 4 MB at the most; a batch reads them.
const MOST_CHUNKS: usize = 60;

/// The most bytes that a snapshot may have when it is no longer compressed.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// How hard to compress, of 1 to 10. It is done once for each import, on an operator's machine.
const EFFORT: u8 = 9;

/// Access to catalogues.
#[derive(Clone, Debug)]
pub struct Catalogues {
    table: Table,
}

/// Which edition of a catalogue counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Pointer {
    edition: Uuid,
    chunks: usize,
    updated_at: Time,
}

#[derive(Serialize, Deserialize)]
struct Chunk {
    data: ByteBuf,
}

/// A chunk of which nobody wants to know what is in it.
#[derive(Deserialize)]
struct Leftover {}

/// An edition of a catalogue, as it was read.
#[derive(Debug)]
pub struct Snapshot {
    edition: Uuid,
    /// The lectures.
    pub catalogue: Catalogue,
}

fn partition(school: SchoolId, semester: Semester) -> String {
    format!("{}#CATALOGUE#{semester}", schools::partition(school))
}

/// The school and the semester of a key's partition.
pub(super) fn of_partition(pk: &str) -> Option<(SchoolId, Semester)> {
    let (school, rest) = schools::of_partition(pk)?;
    Some((school, Semester::parse(rest.strip_prefix("#CATALOGUE#")?.to_owned()).ok()?))
}

pub(super) fn key(school: SchoolId, semester: Semester) -> Key {
    Key::new(partition(school, semester), POINTER)
}

/// A row beside the pointer.
pub(super) fn key_beside(school: SchoolId, semester: Semester, sk: &str) -> Key {
    Key::new(partition(school, semester), sk)
}

fn chunk_keys(school: SchoolId, semester: Semester, pointer: &Pointer) -> impl Iterator<Item = Key> {
    let (partition, edition) = (partition(school, semester), pointer.edition);
    (0..pointer.chunks).map(move |number| Key::new(&partition, chunk_sk(edition, number)))
}

fn chunk_sk(edition: Uuid, number: usize) -> String {
    format!("{CHUNK}{edition}#{number:02}")
}

impl Catalogues {
    /// Over the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The catalogue as it stands, perhaps a second ago; none if nothing was imported. It is read only where it is not
    /// the one that the caller holds: to find that out takes half a read unit.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn current(
        &self,
        school: SchoolId,
        semester: Semester,
        held: Option<Arc<Snapshot>>,
    ) -> Result<Option<Arc<Snapshot>>, Error> {
        self.read(school, semester, held, Read::Lagging).await
    }

    /// Like [`current`](Self::current), but as it stands at this moment, which takes a whole read unit.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn latest(
        &self,
        school: SchoolId,
        semester: Semester,
        held: Option<Arc<Snapshot>>,
    ) -> Result<Option<Arc<Snapshot>>, Error> {
        self.read(school, semester, held, Read::Latest).await
    }

    async fn read(
        &self,
        school: SchoolId,
        semester: Semester,
        held: Option<Arc<Snapshot>>,
        mut read: Read,
    ) -> Result<Option<Arc<Snapshot>>, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let pointer = self.table.get::<Pointer>(key(school, semester), read).await?;
            let Some(pointer) = pointer else { return Ok(None) };
            if let Some(held) = held.as_ref().filter(|held| held.edition == pointer.edition) {
                return Ok(Some(held.clone()));
            }
            match self.load(school, semester, &pointer).await? {
                Some(catalogue) => return Ok(Some(Arc::new(Snapshot { edition: pointer.edition, catalogue }))),
                // An import has turned the pointer and cleared the edition away between the two reads.
                None if backoff.pause().await => read = Read::Latest,
                None => return Err(Error::Contention),
            }
        }
    }

    /// The lectures of an edition; none if it is not whole.
    async fn load(&self, school: SchoolId, semester: Semester, pointer: &Pointer) -> Result<Option<Catalogue>, Error> {
        let keys: Vec<Key> = chunk_keys(school, semester, pointer).collect();
        let mut rows = self.table.batch_get(keys.iter().cloned(), Read::Latest).await?;
        let mut compressed = Vec::new();
        for key in &keys {
            let Some(chunk) = rows.take::<Chunk>(key)? else { return Ok(None) };
            compressed.extend_from_slice(&chunk.data);
        }
        let json = decompress_to_vec_zlib_with_limit(&compressed, MOST_BYTES).map_err(Error::broken)?;
        let lectures: Vec<Lecture> = serde_json::from_slice(&json).map_err(Error::broken)?;
        Ok(Some(Catalogue::new(lectures)))
    }

    /// Imports lectures, each named once, into the catalogue of a semester, and tells how many chunks are written of how
    /// many. `mentioned` are the names of lectures that are there and could not be read. Nothing is written where nothing
    /// changes. An import that meets another one begins again on what that one has left.
    ///
    /// # Errors
    /// Those of a read and of a write. The catalogue is then as it was, unless the answer to the last write was lost.
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
            let old = self.table.get::<Pointer>(key(school, semester), Read::Latest).await?;
            let catalogue = match &old {
                Some(pointer) => self.load(school, semester, pointer).await?,
                None => Some(Catalogue::default()),
            };
            let now = self.table.clock().now();
            let merge = catalogue.map(|catalogue| catalogue.merge(semester, listed, mentioned, now));
            let written = match &merge {
                Some(merge) if merge.changes_anything() => {
                    self.write(school, semester, old, &merge.lectures, &mut progress).await
                }
                Some(_) => self.clear_away(school, semester, old).await,
                // Another import has just cleared it away.
                None => Err(Error::Stale),
            };
            match (written, merge) {
                (Ok(()), Some(merge)) => return Ok(merge),
                (Err(Error::Stale), _) | (Ok(()), None) if backoff.pause().await => {}
                (written, _) => written?,
            }
        }
    }

    async fn write(
        &self,
        school: SchoolId,
        semester: Semester,
        old: Option<Pointer>,
        lectures: &[Lecture],
        mut progress: impl FnMut(usize, usize),
    ) -> Result<(), Error> {
        let json = serde_json::to_vec(lectures).map_err(Error::broken)?;
        let compressed = compress_to_vec_zlib(&json, EFFORT);
        let chunks: Vec<&[u8]> = compressed.chunks(CHUNK_BYTES).collect();
        if chunks.len() > MOST_CHUNKS || json.len() > MOST_BYTES {
            return Err(Error::broken("the catalogue is too large"));
        }
        let updated_at = self.table.clock().now();
        let new = Pointer { edition: Uuid::new_v4(), chunks: chunks.len(), updated_at };
        for (number, (key, data)) in chunk_keys(school, semester, &new).zip(&chunks).enumerate() {
            let chunk = Change::default().set(&["data"], serde_bytes::Bytes::new(data))?;
            self.table.update(Service, key, chunk).await?;
            progress(number.saturating_add(1), chunks.len());
        }
        self.turn(school, semester, old, &new).await?;
        // The import is done, whatever comes of this.
        if let Err(error) = self.clear_away(school, semester, Some(new)).await {
            tracing::warn!(%error, "the old edition of a catalogue is still there");
        }
        Ok(())
    }

    /// Lets the new edition count, if it is whole and the old one still counts.
    async fn turn(
        &self,
        school: SchoolId,
        semester: Semester,
        old: Option<Pointer>,
        new: &Pointer,
    ) -> Result<(), Error> {
        let key = key(school, semester);
        let conditions = match old {
            Some(old) => Change::default().if_equal(&["edition"], old.edition)?,
            None => Change::default().if_absent(&["edition"]),
        };
        let change = conditions
            .set(&["edition"], new.edition)?
            .set(&["chunks"], new.chunks)?
            .set(&["updated_at"], new.updated_at)?;
        let mut transaction = self.table.transaction(Service).update(key, change)?.on_condition_failed(Error::Stale);
        // Another import that took them for leftovers may have cleared some away.
        for chunk in chunk_keys(school, semester, new) {
            transaction = transaction.check(chunk, Change::of_existing())?.on_condition_failed(Error::Stale);
        }
        transaction.commit().await
    }

    /// Deletes the chunks of every edition but the one that counts, as long as that one counts: once another import has
    /// turned the pointer, what was taken for leftovers may be the catalogue. An import does it when its work is done:
    /// those of another one that is under way are in vain from then on, and if it did so before, none might ever come to
    /// an end. What it leaves, the next one clears away.
    async fn clear_away(&self, school: SchoolId, semester: Semester, counts: Option<Pointer>) -> Result<(), Error> {
        let partition = partition(school, semester);
        let all = Range::oldest_first(partition.clone(), CHUNK);
        let kept = counts.as_ref().map(|pointer| format!("{CHUNK}{}#", pointer.edition));
        for (sk, Leftover {}) in self.table.query_all::<Leftover>(all).await? {
            if kept.as_ref().is_none_or(|kept| !sk.starts_with(kept)) {
                let counting = match &counts {
                    Some(pointer) => Change::default().if_equal(&["edition"], pointer.edition)?,
                    None => Change::default().if_absent(&["edition"]),
                };
                let cleared = self
                    .table
                    .transaction(Service)
                    .check(key(school, semester), counting)?
                    .on_condition_failed(Error::Stale)
                    .delete_if(Key::new(&partition, sk), Change::default())?
                    .commit()
                    .await;
                match cleared {
                    Err(Error::Stale) => return Ok(()),
                    cleared => cleared?,
                }
            }
        }
        Ok(())
    }
}

/// A catalogue has all of its chunks, and there are no others.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    let (school, semester) = of_partition(pk)?;
    let has = |edition: &str, number: &str| {
        Fact::That(format!("chunk {number} of edition {edition} is of the catalogue of {semester} of school {school}"))
    };
    if sk == POINTER {
        entry.gives();
        entry.needs(schools::key(school));
        if let Some(pointer) = entry.read::<Pointer>() {
            for number in 0..pointer.chunks {
                entry.post(1, has(&pointer.edition.to_string(), &format!("{number:02}")));
            }
        }
        return Some("catalogue");
    }
    let (edition, number) = sk.strip_prefix(CHUNK)?.split_once('#')?;
    if entry.read::<Chunk>().is_some() {
        entry.post(-1, has(edition, number));
    }
    Some("catalogue chunk")
}
