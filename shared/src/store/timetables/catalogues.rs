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

mod imports;

use std::cmp::Reverse;
use std::sync::Arc;

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use uuid::Uuid;

use crate::domain::{Catalogue, Lecture, Parse, SchoolId, Semester, Time};
use crate::store::dynamo::{Backoff, Error, Key, KeyCondition, Page, Range, Read, Table};
use crate::store::schools;

pub(crate) const POINTER: &str = "CATALOGUE";
pub(crate) const CHUNK: &str = "CHUNK#";

/// The maximum size of a decompressed snapshot.
const MAX_BYTES: usize = 16 * 1024 * 1024;

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
    /// The number of searchable lectures.
    pub lecture_count: u32,
    /// When an import, or its undoing, last changed the catalogue.
    pub updated_at: Time,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Chunk {
    data: ByteBuf,
}

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
                None => {
                    backoff.pause().await?;
                    read = Read::Consistent;
                }
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
}
