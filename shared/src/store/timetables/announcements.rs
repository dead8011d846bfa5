//! Announcements: telling the students who have a lecture in a timetable what an import, or its undoing, has changed
//! (rule 23). The transaction that makes an edition of a catalogue current creates the announcement.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | announcement | `SCHOOL#<school>#ANNOUNCEMENT#<edition>` | `ANNOUNCEMENT` |
//! | changed lectures | `SCHOOL#<school>#ANNOUNCEMENT#<edition>` | `CHANGES#<number>` |
//!
//! The consumer of the table's stream works an announcement off in steps. A record of the announcement is a step, and the
//! step ends by writing how far it got, which makes the next record. So a step is short, however many students there are, and
//! other records come in between. A step that fails, or that another process has done, changes nothing: it is done again from
//! the same position, and each student hears of an edition's change of a lecture once.

use std::collections::BTreeSet;

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use uuid::Uuid;

use crate::domain::{ChangedLecture, LectureId, SchoolId, StudentKey, Time, Timetable, TimetableId, UserId};
use crate::store::dynamo::{
    Error, Key, KeyCondition, Page, Range, Read, RowUpdate, Rows, ServiceAuthority, StreamRecord, Table, Transaction,
};
use crate::store::timetables::lecture_index::{self, IndexedLecture};
use crate::store::{schools, timetables};

pub(crate) const ANNOUNCEMENT: &str = "ANNOUNCEMENT";
pub(crate) const CHANGES: &str = "CHANGES#";

/// How many lectures a row of changed lectures has at most.
const LECTURES_PER_ROW: usize = 1000;

/// How many rows of changed lectures an announcement has at most. With them, the transaction of an import has fewer than
/// 100 writes.
const MAX_ROWS: usize = 36;

/// The maximum size of the decompressed content of a row.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// The compression level, from 1 to 10.
const COMPRESSION_LEVEL: u8 = 9;

/// How many indexed lectures a step reads at most. A student is told in some ten milliseconds.
const STUDENTS_PER_STEP: usize = 20;

/// How many lectures a step looks up at most.
const LECTURES_PER_STEP: usize = 50;

/// Access to announcements.
#[derive(Clone, Debug)]
pub struct Announcements {
    table: Table,
}

/// The row of an announcement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AnnouncementRow {
    /// The number of rows with changed lectures.
    pub(crate) rows: usize,
    /// The number of finished steps.
    step: u32,
    position: Position,
    created_at: Time,
}

/// How far an announcement is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Position {
    /// The current row of changed lectures.
    row: usize,
    /// The current lecture in that row.
    lecture: usize,
    /// The sort key of the last student of that lecture who was told.
    after: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ChangesRow {
    data: ByteBuf,
}

/// What an announcement says, in rows of compressed data.
pub(crate) struct AnnouncementContent(Vec<Vec<u8>>);

/// An announcement with something to do, as a record of the stream says.
#[derive(Clone, Debug)]
pub struct Announcement {
    school: SchoolId,
    edition: Uuid,
    row: AnnouncementRow,
}

/// A step of an announcement.
#[derive(Debug)]
pub struct AnnouncementStep {
    announcement: Announcement,
    /// Whom to tell what, before [`Announcements::finish`] is called.
    pub notices: Vec<LectureNotice>,
    /// Where the next step begins; `None` after the last step.
    next: Option<Position>,
}

/// A student to be told about a change of a lecture that is in a timetable of the student.
#[derive(Clone, Debug)]
pub struct LectureNotice {
    pub student: StudentKey,
    pub lecture: ChangedLecture,
    /// The edition that has changed the lecture.
    pub edition: Uuid,
    /// When it has.
    pub changed_at: Time,
}

fn partition(school: SchoolId, edition: Uuid) -> String {
    format!("{}#{ANNOUNCEMENT}#{edition}", schools::partition(school))
}

/// The inverse of `partition`.
pub(crate) fn parse_partition(pk: &str) -> Option<(SchoolId, Uuid)> {
    let (school, rest) = schools::parse_partition(pk)?;
    Some((school, rest.strip_prefix('#')?.strip_prefix(ANNOUNCEMENT)?.strip_prefix('#')?.parse().ok()?))
}

fn key(school: SchoolId, edition: Uuid) -> Key {
    Key::new(partition(school, edition), ANNOUNCEMENT)
}

fn changes_keys(school: SchoolId, edition: Uuid, rows: usize) -> impl Iterator<Item = Key> {
    let partition = partition(school, edition);
    (0..rows).map(move |number| Key::new(&partition, format!("{CHANGES}{number:02}")))
}

impl AnnouncementContent {
    /// Compresses the changes of these lectures.
    ///
    /// # Errors
    /// If there are too many.
    pub(crate) fn new(lectures: &[ChangedLecture]) -> Result<Self, Error> {
        let compressed = |lectures| {
            let json = serde_json::to_vec(lectures).map_err(Error::unexpected)?;
            Ok(compress_to_vec_zlib(&json, COMPRESSION_LEVEL))
        };
        let rows: Vec<_> = lectures.chunks(LECTURES_PER_ROW).map(compressed).collect::<Result<_, Error>>()?;
        if rows.len() > MAX_ROWS {
            return Err(Error::unexpected("too many lectures change at once"));
        }
        Ok(Self(rows))
    }

    /// The size in bytes.
    pub(crate) fn size(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }
}

impl Transaction {
    /// Announces what an edition has changed, if anything.
    pub(crate) fn announce(
        self,
        school: SchoolId,
        edition: Uuid,
        content: &AnnouncementContent,
        now: Time,
    ) -> Result<Self, Error> {
        let AnnouncementContent(rows) = content;
        if rows.is_empty() {
            return Ok(self);
        }
        let row = AnnouncementRow { rows: rows.len(), step: 0, position: Position::default(), created_at: now };
        let transaction = self.create(&key(school, edition), &row)?;
        changes_keys(school, edition, rows.len()).zip(rows).try_fold(transaction, |transaction, (key, data)| {
            transaction.create(&key, &ChangesRow { data: ByteBuf::from(data.clone()) })
        })
    }
}

impl Announcement {
    /// The announcement that a record of the stream is about. `None` if it is about another row, or if the announcement is
    /// over.
    ///
    /// # Errors
    /// If the row is malformed.
    pub fn of_record(record: &StreamRecord) -> Result<Option<Self>, Error> {
        let StreamRecord { key, new_row: Some(row), .. } = record else { return Ok(None) };
        let Some((school, edition)) = parse_partition(&key.pk) else { return Ok(None) };
        if key.sk != ANNOUNCEMENT {
            return Ok(None);
        }
        Ok(Some(Self { school, edition, row: serde_dynamo::from_item(row.clone())? }))
    }

    fn key(&self) -> Key {
        key(self.school, self.edition)
    }
}

impl Announcements {
    /// Announcements in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Finds out whom the next step of the announcement has to tell what. `None` if the step was done before.
    pub async fn begin(&self, announcement: Announcement) -> Result<Option<AnnouncementStep>, Error> {
        let Announcement { school, edition, row } = &announcement;
        let current: Option<AnnouncementRow> = self.table.get(announcement.key(), Read::Consistent).await?;
        if current.is_none_or(|current| current.step != row.step) {
            return Ok(None);
        }
        let mut position = row.position.clone();
        let lectures = self.changed_lectures(*school, *edition, position.row).await?;
        let mut found = Vec::new();
        for lecture in lectures.iter().skip(position.lecture).take(LECTURES_PER_STEP) {
            let limit = STUDENTS_PER_STEP.saturating_sub(found.len());
            if limit == 0 {
                break;
            }
            let Page { items, next } = self.students(*school, lecture.id, position.after.take(), limit).await?;
            found.extend(items.into_iter().map(|(owner, timetable)| (owner, timetable, lecture)));
            position.after = next;
            if position.after.is_some() {
                break;
            }
            position.lecture = position.lecture.saturating_add(1);
        }
        if position.lecture >= lectures.len() {
            position = Position { row: position.row.saturating_add(1), ..Position::default() };
        }
        let notices = self.notices(&announcement, found).await?;
        let next = (position.row < row.rows).then_some(position);
        Ok(Some(AnnouncementStep { announcement, notices, next }))
    }

    /// Ends a step, after its students were told: writes where the next step begins, or deletes the announcement.
    pub async fn finish(&self, step: AnnouncementStep) -> Result<(), Error> {
        let AnnouncementStep { announcement, next, .. } = step;
        let Announcement { school, edition, row } = &announcement;
        let unchanged = RowUpdate::of_existing().if_equal(&["step"], row.step)?;
        let transaction = self.table.transaction(ServiceAuthority);
        let transaction = match next {
            Some(position) => {
                let change = unchanged.set(&["position"], position)?.set(&["step"], row.step.saturating_add(1))?;
                transaction.update(announcement.key(), change)?.on_condition_failed(Error::Stale)
            }
            None => {
                let transaction = transaction.delete_if(announcement.key(), unchanged)?;
                changes_keys(*school, *edition, row.rows)
                    .try_fold(transaction.on_condition_failed(Error::Stale), |transaction, key| {
                        transaction.delete_if(key, RowUpdate::default())
                    })?
            }
        };
        match transaction.commit().await {
            // Another process has done the same step.
            Err(Error::Stale) => Ok(()),
            result => result,
        }
    }

    async fn changed_lectures(
        &self,
        school: SchoolId,
        edition: Uuid,
        number: usize,
    ) -> Result<Vec<ChangedLecture>, Error> {
        let key = Key::new(partition(school, edition), format!("{CHANGES}{number:02}"));
        let row: Option<ChangesRow> = self.table.get(key, Read::Consistent).await?;
        let row = row.ok_or_else(|| Error::unexpected("an announcement lacks its changed lectures"))?;
        let json = decompress_to_vec_zlib_with_limit(&row.data, MAX_BYTES).map_err(Error::unexpected)?;
        serde_json::from_slice(&json).map_err(Error::unexpected)
    }

    /// The students who have the lecture in a timetable, as far as the index knows, each with the timetable.
    async fn students(
        &self,
        school: SchoolId,
        lecture: LectureId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<(UserId, TimetableId), String>, Error> {
        let range = Range::oldest_first(lecture_index::partition(school, lecture), KeyCondition::Whole).after(after);
        let Page { items, next } = self.table.query::<IndexedLecture>(range, Some(limit)).await?;
        let student = |(sk, _): (String, _)| lecture_index::parse_sort_key(&sk);
        Ok(Page { items: items.into_iter().filter_map(student).collect(), next })
    }

    /// Whom to tell what: the timetables decide who has a lecture.
    async fn notices(
        &self,
        announcement: &Announcement,
        found: Vec<(UserId, TimetableId, &ChangedLecture)>,
    ) -> Result<Vec<LectureNotice>, Error> {
        let Announcement { school, edition, row } = announcement;
        let keys = found.iter().map(|(_, timetable, _)| timetables::key(*school, *timetable));
        let timetables: Rows = self.table.batch_get(keys, Read::Consistent).await?;
        let (mut notices, mut told) = (Vec::new(), BTreeSet::new());
        for (user_id, timetable, lecture) in found {
            let timetable: Option<Timetable> = timetables.read(&timetables::key(*school, timetable))?;
            let has_it = |timetable: &Timetable| {
                timetable.owner_id == user_id && timetable.lectures().any(|id| id == lecture.id)
            };
            // A student may have the lecture in several timetables.
            if timetable.is_some_and(|timetable| has_it(&timetable)) && told.insert((user_id, lecture.id)) {
                let (student, lecture) = ((*school, user_id).into(), lecture.clone());
                notices.push(LectureNotice { student, lecture, edition: *edition, changed_at: row.created_at });
            }
        }
        Ok(notices)
    }
}
