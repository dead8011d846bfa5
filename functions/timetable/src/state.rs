//! What the handlers of this group share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::FromRef;
use campus_core::app::App;
use campus_core::domain::{Lecture, LectureId, SchoolId, Semester};
use campus_core::store::{Error, Snapshot};

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

/// The most lectures that are held, over all schools and semesters: some ten large catalogues, which take 70 MB of the
/// function's 256. `docs/data-model.md` has what was measured.
const MOST_LECTURES: usize = 80_000;

/// What a catalogue has to say about a semester, if there is one.
pub(crate) type Known = Option<Arc<Snapshot>>;

impl Planner {
    /// Holding no catalogue yet.
    pub fn new(app: App) -> Self {
        Self { app, held: Arc::default() }
    }

    /// The catalogue of the semester, as it stands. Half a read unit tells whether it is the one that is held.
    pub(crate) async fn catalogue(&self, school: SchoolId, semester: Semester) -> Result<Known, Error> {
        let current = self.app.catalogues.current(school, semester, self.held(school, semester)).await?;
        if let Some(snapshot) = &current {
            self.hold(Held { school, semester, snapshot: snapshot.clone() });
        }
        Ok(current)
    }

    /// The lecture with this id, in the catalogue that it is of.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(crate) async fn lecture(&self, school: SchoolId, id: LectureId) -> Result<Lecture, Error> {
        let semester = id.semester().ok_or(Error::NotFound)?;
        let known = self.catalogue(school, semester).await?;
        known.and_then(|known| known.catalogue.get(id).cloned()).ok_or(Error::NotFound)
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
    fn hold(&self, new: Held) {
        let mut held = self.lock();
        held.retain(|one| !one.is_of(new.school, new.semester));
        held.push(new);
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
