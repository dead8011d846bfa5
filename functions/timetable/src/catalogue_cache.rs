//! The catalogues that this instance of the function has read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use campus_core::domain::{Catalogue, CourseId, Lecture, LectureId, SchoolId, Semester, Timetable};
use campus_core::http::Problem;
use campus_core::store::{Catalogues, Error, Snapshot};

/// The most lectures in the cache, over all schools and semesters, unless a single catalogue has more: about ten large
/// catalogues, which take 70 MB of the function's 256. `docs/data-model.md` has the measurement.
const MAX_LECTURES: usize = 80_000;

/// The catalogue of a semester, or `None` if the school has not imported one.
pub(crate) type SemesterCatalogue = Option<Arc<Snapshot>>;

/// Caches catalogues across requests. Clones share the cache.
#[derive(Clone)]
pub(crate) struct CatalogueCache {
    store: Catalogues,
    cached: Arc<Mutex<Vec<CachedCatalogue>>>,
}

struct CachedCatalogue {
    school: SchoolId,
    semester: Semester,
    snapshot: Arc<Snapshot>,
}

impl CatalogueCache {
    pub(crate) fn new(store: Catalogues) -> Self {
        Self { store, cached: Arc::default() }
    }

    /// The catalogue of the semester, at most a second out of date. Costs half a read unit if it is cached.
    pub(crate) async fn get(&self, school: SchoolId, semester: Semester) -> Result<SemesterCatalogue, Error> {
        let current = self.store.current(school, semester, self.cached(school, semester)).await?;
        self.insert(school, semester, &current);
        Ok(current)
    }

    /// A catalogue of the semester that contains these lectures: `catalogue` if it does, otherwise the latest one. The
    /// lectures may come from an import that this instance has not read yet.
    pub(crate) async fn get_containing(
        &self,
        school: SchoolId,
        semester: Semester,
        catalogue: SemesterCatalogue,
        mut lectures: impl Iterator<Item = LectureId>,
    ) -> Result<SemesterCatalogue, Error> {
        let has = |id| lectures_of(&catalogue).is_some_and(|lectures| lectures.get(id).is_some());
        if lectures.all(has) {
            return Ok(catalogue);
        }
        let latest = self.store.latest(school, semester, self.cached(school, semester)).await?;
        self.insert(school, semester, &latest);
        Ok(latest)
    }

    /// Like [`get_containing`](Self::get_containing), for all lectures of the timetable.
    pub(crate) async fn get_for_timetable(
        &self,
        school: SchoolId,
        catalogue: SemesterCatalogue,
        timetable: &Timetable,
    ) -> Result<SemesterCatalogue, Error> {
        self.get_containing(school, timetable.semester, catalogue, timetable.lectures()).await
    }

    /// The lecture with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(crate) async fn lecture(&self, school: SchoolId, id: LectureId) -> Result<Lecture, Error> {
        let semester = id.semester().ok_or(Error::NotFound)?;
        let catalogue = self.get(school, semester).await?;
        let catalogue = self.get_containing(school, semester, catalogue, std::iter::once(id)).await?;
        lectures_of(&catalogue).and_then(|lectures| lectures.get(id).cloned()).ok_or(Error::NotFound)
    }

    /// The lecture with this id, and what `read` returns for its course.
    ///
    /// If the catalogue is cached, `read` runs while the store is asked whether it is current. If it is not, and the lecture
    /// belongs to another course now, `read` runs again.
    ///
    /// # Errors
    /// [`Error::NotFound`]; those of `read`.
    pub(crate) async fn lecture_and_course<T, F: Future<Output = Result<T, Problem>>>(
        &self,
        school: SchoolId,
        id: LectureId,
        read: impl Fn(CourseId) -> F,
    ) -> Result<(Lecture, T), Problem> {
        let cached = id.semester().and_then(|semester| self.cached(school, semester));
        let expected = cached.and_then(|cached| Some(cached.catalogue.get(id)?.facts.course()));
        let early = async {
            match expected {
                Some(course) => Some((course, read(course).await)),
                None => None,
            }
        };
        let (lecture, early) = tokio::join!(self.lecture(school, id), early);
        let lecture = lecture?;
        let course = lecture.facts.course();
        let found = match early {
            Some((expected, found)) if expected == course => found?,
            _ => read(course).await?,
        };
        Ok((lecture, found))
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn cached(&self, school: SchoolId, semester: Semester) -> Option<Arc<Snapshot>> {
        self.lock().iter().find(|cached| cached.is_of(school, semester)).map(|cached| cached.snapshot.clone())
    }

    /// Adds a catalogue as the most recently used one, and drops the least recently used ones beyond the limit.
    fn insert(&self, school: SchoolId, semester: Semester, catalogue: &SemesterCatalogue) {
        let Some(snapshot) = catalogue.clone() else { return };
        let mut cached = self.lock();
        cached.retain(|other| !other.is_of(school, semester));
        cached.push(CachedCatalogue { school, semester, snapshot });
        let mut lectures: usize = cached.iter().map(CachedCatalogue::len).sum();
        while lectures > MAX_LECTURES && cached.len() > 1 {
            lectures = lectures.saturating_sub(cached.remove(0).len());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<CachedCatalogue>> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CachedCatalogue {
    fn is_of(&self, school: SchoolId, semester: Semester) -> bool {
        self.school == school && self.semester == semester
    }

    fn len(&self) -> usize {
        self.snapshot.catalogue.lectures().len()
    }
}

/// The lectures of the catalogue, if there is one.
pub(crate) fn lectures_of(catalogue: &SemesterCatalogue) -> Option<&Catalogue> {
    catalogue.as_ref().map(|snapshot| &snapshot.catalogue)
}
