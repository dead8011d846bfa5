//! The list of a student's timetables. The ids are read first, because they say which catalogues the timetables need.

use std::cmp::Reverse;

use crate::domain::{Caller, Semester, SemesterTimetables, TimetableId};
use crate::store::dynamo::{Error, Page, Read};
use crate::store::timetables::{TimetableInSemester, Timetables, key, semesters};

/// A timetable in the caller's list, before it is read.
#[derive(Clone, Copy, Debug)]
pub struct ListedTimetable {
    pub id: TimetableId,
    is_primary: bool,
}

impl Timetables {
    /// Lists the caller's timetables after the cursor position, newest first, of all semesters or of one.
    pub async fn list_ids(
        &self,
        caller: &Caller,
        semester: Option<Semester>,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<ListedTimetable, String>, Error> {
        let semesters: Vec<SemesterTimetables> = match semester {
            Some(semester) => self.semester_timetables(caller, semester).await?.into_iter().collect(),
            None => {
                let rows = self.table.query_all(semesters(caller.school, caller.user)).await?;
                rows.into_iter().map(|(_, semester)| semester).collect()
            }
        };
        let listed = semesters.iter().flat_map(|semester| {
            let listed = |id| ListedTimetable { id, is_primary: id == semester.primary_id };
            semester.timetables.iter().map(move |summary| listed(summary.id))
        });
        let mut items: Vec<_> = listed.collect();
        items.sort_unstable_by_key(|listed| Reverse(listed.id));
        items.retain(|listed| after.as_ref().is_none_or(|after| listed.id.to_string() < *after));
        let is_last = items.len() <= limit;
        items.truncate(limit);
        let next = items.last().filter(|_| !is_last).map(|listed| listed.id.to_string());
        Ok(Page { items, next })
    }

    /// Reads the timetables of a page of the caller's list. Those that were deleted meanwhile are left out.
    pub async fn read_listed(
        &self,
        caller: &Caller,
        page: Page<ListedTimetable, String>,
    ) -> Result<Page<TimetableInSemester, String>, Error> {
        let keys = page.items.iter().map(|listed| key(caller.school, listed.id));
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let timetable = |ListedTimetable { id, is_primary }| {
            let timetable = rows.take(&key(caller.school, id)).transpose()?;
            Some(timetable.map(|timetable| TimetableInSemester { timetable, is_primary }))
        };
        let items = page.items.into_iter().filter_map(timetable).collect::<Result<_, Error>>()?;
        Ok(Page { items, next: page.next })
    }
}
