//! What the handlers of this group share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::FromRef;
use campus_core::app::App;
use campus_core::domain::{Caller, Catalogue, EntryId, Lecture, LectureId, SchoolId, Semester, Time, Timetable};
use campus_core::http::Problem;
use campus_core::store::{Error, Snapshot, Writer};

use crate::view::{EntryView, catalogue};

/// The service, and what only this function has: the catalogues that it has read.
#[derive(Clone)]
pub struct Planner {
    pub(crate) app: App,
    held: Arc<Mutex<Vec<Held>>>,
}

/// A catalogue that was read.
struct Held {
    school: SchoolId,
    semester: Semester,
    snapshot: Arc<Snapshot>,
}

/// The most lectures that are held, over all schools and semesters, unless a single catalogue has more: some ten large
/// catalogues, which take 70 MB of the function's 256. `docs/data-model.md` has what was measured.
const MOST_LECTURES: usize = 80_000;

/// What a catalogue has to say about a semester, if there is one.
pub(crate) type Known = Option<Arc<Snapshot>>;

impl Planner {
    /// Holding no catalogue yet.
    pub fn new(app: App) -> Self {
        Self { app, held: Arc::default() }
    }

    /// The catalogue of the semester, as it stood a second ago at the most. Half a read unit tells whether it is the one
    /// that is held.
    pub(crate) async fn catalogue(&self, school: SchoolId, semester: Semester) -> Result<Known, Error> {
        let current = self.app.catalogues.current(school, semester, self.held(school, semester)).await?;
        self.hold(school, semester, &current);
        Ok(current)
    }

    /// A catalogue of the semester that has these lectures: the one that is known, or the one that stands at this moment
    /// if that one lacks any of them. Another function may have met an import which this one has not.
    pub(crate) async fn knowing(
        &self,
        school: SchoolId,
        semester: Semester,
        known: Known,
        mut lectures: impl Iterator<Item = LectureId>,
    ) -> Result<Known, Error> {
        let has = |id| catalogue(&known).is_some_and(|catalogue| catalogue.get(id).is_some());
        if lectures.all(has) {
            return Ok(known);
        }
        let latest = self.app.catalogues.latest(school, semester, self.held(school, semester)).await?;
        self.hold(school, semester, &latest);
        Ok(latest)
    }

    /// A catalogue that has the lectures of the timetable, given the one that is known.
    pub(crate) async fn complete(&self, school: SchoolId, known: Known, timetable: &Timetable) -> Result<Known, Error> {
        self.knowing(school, timetable.semester, known, timetable.lectures()).await
    }

    /// The lecture with this id, in the catalogue that it is of.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(crate) async fn lecture(&self, school: SchoolId, id: LectureId) -> Result<Lecture, Error> {
        let semester = id.semester().ok_or(Error::NotFound)?;
        let known = self.catalogue(school, semester).await?;
        let known = self.knowing(school, semester, known, std::iter::once(id)).await?;
        known.and_then(|known| known.catalogue.get(id).cloned()).ok_or(Error::NotFound)
    }

    /// Changes the caller's timetable as `change` says, which sees it together with a catalogue that has its lectures,
    /// also those that have come into it since it was read. Gives back the entry that it is about.
    ///
    /// # Errors
    /// Those of the change; [`Error::NotFound`]; those of a claim.
    pub(crate) async fn change(
        &self,
        writer: &Writer,
        caller: &Caller,
        timetable: Timetable,
        known: &Known,
        change: impl Fn(&Timetable, Option<&Catalogue>, Time) -> Result<(Timetable, EntryId), Problem>,
    ) -> Result<EntryView, Problem> {
        let change = |timetable: Timetable, now: Time| {
            let change = &change;
            async move {
                let known = self.complete(caller.school, known.clone(), &timetable).await?;
                change(&timetable, catalogue(&known), now)
            }
        };
        let (timetable, entry) = self.app.timetables.change(writer, caller, timetable, change).await?;
        let known = self.complete(caller.school, known.clone(), &timetable).await?;
        Ok(EntryView::find(&timetable, entry, &known).ok_or(Error::NotFound)?)
    }

    /// Forgets every catalogue, as a function does that starts anew.
    pub fn forget(&self) {
        self.lock().clear();
    }

    fn held(&self, school: SchoolId, semester: Semester) -> Option<Arc<Snapshot>> {
        let held = self.lock();
        held.iter().find(|one| one.is_of(school, semester)).map(|one| one.snapshot.clone())
    }

    /// Puts a catalogue behind the others, and lets go of those that were not used for longest.
    fn hold(&self, school: SchoolId, semester: Semester, known: &Known) {
        let Some(snapshot) = known.clone() else { return };
        let mut held = self.lock();
        held.retain(|one| !one.is_of(school, semester));
        held.push(Held { school, semester, snapshot });
        let mut lectures: usize = held.iter().map(Held::lectures).sum();
        while lectures > MOST_LECTURES && held.len() > 1 {
            lectures = lectures.saturating_sub(held.remove(0).lectures());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn is_of(&self, school: SchoolId, semester: Semester) -> bool {
        self.school == school && self.semester == semester
    }

    fn lectures(&self) -> usize {
        self.snapshot.catalogue.lectures().len()
    }
}

impl FromRef<Planner> for App {
    fn from_ref(planner: &Planner) -> Self {
        planner.app.clone()
    }
}
