//! The index of the students who have a lecture in a timetable. The consumer of the table's stream keeps it, so the requests
//! that change a timetable write nothing for it. It only serves [announcements](super::announcements): no request reads it.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | indexed lecture | `SCHOOL#<school>#LECTURE#<lecture>` | `<user>#<timetable>` |
//!
//! A record of the stream only tells which lectures and which timetable to look at. What is written follows from the
//! timetable at that moment, and is compared with it again afterwards. So records can come late, twice, and in any order.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::domain::{LectureId, SchoolId, Time, Timetable, TimetableId, UserId};
use crate::store::dynamo::{Error, Item, Key, Read, RowUpdate, ServiceAuthority, StreamRecord, Table};
use crate::store::{schools, timetables};

/// How many rows are written at the same time.
const CONCURRENT_WRITES: usize = 10;

/// Access to the index.
#[derive(Clone, Debug)]
pub struct LectureIndex {
    table: Table,
}

/// A change of the lectures in a timetable.
#[derive(Clone, Debug)]
pub struct TimetableChange {
    school: SchoolId,
    timetable: TimetableId,
    owner: UserId,
    /// The lectures that were added or removed.
    lectures: BTreeSet<LectureId>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct IndexedLecture {
    pub(crate) indexed_at: Time,
}

pub(crate) fn partition(school: SchoolId, lecture: LectureId) -> String {
    format!("{}#LECTURE#{lecture}", schools::partition(school))
}

/// The inverse of `partition`.
pub(crate) fn parse_partition(pk: &str) -> Option<(SchoolId, LectureId)> {
    let (school, rest) = schools::parse_partition(pk)?;
    Some((school, rest.strip_prefix("#LECTURE#")?.parse().ok()?))
}

fn key(school: SchoolId, lecture: LectureId, owner: UserId, timetable: TimetableId) -> Key {
    Key::new(partition(school, lecture), format!("{owner}#{timetable}"))
}

/// The owner and the timetable in a sort key.
pub(crate) fn parse_sort_key(sk: &str) -> Option<(UserId, TimetableId)> {
    let (owner, timetable) = sk.split_once('#')?;
    Some((owner.parse().ok()?, timetable.parse().ok()?))
}

impl TimetableChange {
    /// The change that a record of the stream is about. `None` if it is about another row, or if the timetable has the same
    /// lectures as before.
    ///
    /// # Errors
    /// If the row is malformed.
    pub fn of_record(record: &StreamRecord) -> Result<Option<Self>, Error> {
        let Some((school, timetable)) = timetables::parse_key(&record.key) else { return Ok(None) };
        let read = |row: &Option<Item>| row.clone().map(serde_dynamo::from_item::<_, Timetable>).transpose();
        let (old, new) = (read(&record.old_row)?, read(&record.new_row)?);
        let lectures_of = |row: &Option<Timetable>| row.iter().flat_map(Timetable::lectures).collect::<BTreeSet<_>>();
        let lectures: BTreeSet<_> = lectures_of(&old).symmetric_difference(&lectures_of(&new)).copied().collect();
        let owner = old.or(new).map(|timetable| timetable.owner_id).filter(|_| !lectures.is_empty());
        Ok(owner.map(|owner| Self { school, timetable, owner, lectures }))
    }
}

impl TimetableChange {
    /// What a row says that has to be in the index, or is in it: all lectures of a timetable, or an indexed lecture. `None` for
    /// any other row.
    fn of_row(key: &Key, row: Item) -> Result<Option<Self>, Error> {
        if let Some((school, timetable)) = timetables::parse_key(key) {
            let row: Timetable = serde_dynamo::from_item(row)?;
            let lectures = row.lectures().collect();
            return Ok(Some(Self { school, timetable, owner: row.owner_id, lectures }));
        }
        let Some((school, lecture)) = parse_partition(&key.pk) else { return Ok(None) };
        let indexed = parse_sort_key(&key.sk);
        Ok(indexed.map(|(owner, timetable)| Self { school, timetable, owner, lectures: BTreeSet::from([lecture]) }))
    }
}

impl LectureIndex {
    /// The index in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Indexes the lectures of the change as they are in the timetable now.
    pub async fn update(&self, change: &TimetableChange) -> Result<(), Error> {
        let mut current = self.lectures(change).await?;
        loop {
            let indexed = change.lectures.iter().map(|lecture| (*lecture, current.contains(lecture)));
            let indexed: Vec<_> = indexed.collect();
            for some in indexed.chunks(CONCURRENT_WRITES) {
                try_join_all(some.iter().map(|(lecture, is_in)| self.write(change, *lecture, *is_in))).await?;
            }
            // Another record of this timetable may be consumed at the same time, and may have written what it was later.
            let after = self.lectures(change).await?;
            if after == current {
                return Ok(());
            }
            current = after;
        }
    }

    /// Indexes all timetables again, whatever the index says: for a table that was restored from a backup, in which records
    /// of the stream were missing. Reads the whole table. Calls `progress` after each page, with the number of rows read so
    /// far.
    ///
    /// # Errors
    /// If the table is not available, or a timetable is malformed. The index may be rebuilt again.
    pub async fn rebuild(&self, mut progress: impl FnMut(u64)) -> Result<(), Error> {
        let (mut rows, mut after) = (0_u64, None);
        loop {
            let page = self.table.scan(after).await?;
            for (key, row) in page.items {
                if let Some(change) = TimetableChange::of_row(&key, row)? {
                    self.update(&change).await?;
                }
                rows = rows.saturating_add(1);
            }
            progress(rows);
            match page.next {
                Some(key) => after = Some(key),
                None => return Ok(()),
            }
        }
    }

    /// The lectures of the change that the timetable has now.
    async fn lectures(&self, change: &TimetableChange) -> Result<BTreeSet<LectureId>, Error> {
        let key = timetables::key(change.school, change.timetable);
        let timetable: Option<Timetable> = self.table.get(key, Read::Consistent).await?;
        let lectures = timetable.iter().flat_map(Timetable::lectures);
        Ok(lectures.filter(|lecture| change.lectures.contains(lecture)).collect())
    }

    async fn write(&self, change: &TimetableChange, lecture: LectureId, is_in: bool) -> Result<(), Error> {
        let key = key(change.school, lecture, change.owner, change.timetable);
        if !is_in {
            return self.table.delete(ServiceAuthority, key).await;
        }
        let row = RowUpdate::default().set(&["indexed_at"], self.table.clock().now())?;
        self.table.update(ServiceAuthority, key, row).await
    }
}
