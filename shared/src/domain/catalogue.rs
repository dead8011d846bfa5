//! The catalogue: all lectures of a school in a semester, held in memory. This module searches it and merges imports
//! into it.

use std::collections::HashMap;
use std::sync::Arc;

use super::{
    ChangedLecture, CourseId, Credit, Day, Lecture, LectureChange, LectureFacts, LectureId, LectureState, Semester,
    SingleLine, Slot, Time, TimeOfDay, fold_without_spaces,
};

/// A search text for titles, names and codes: up to 100 characters.
pub type LectureSearch = SingleLine<0, 100>;

/// All lectures of a school in a semester, sorted by code and section.
#[derive(Debug, Default)]
pub struct Catalogue {
    lectures: Vec<Lecture>,
    folded: Vec<Folded>,
    index_by_id: HashMap<LectureId, usize>,
}

/// The texts of a lecture, [folded without spaces](fold_without_spaces), for searching. Lectures with equal texts share one
/// copy.
#[derive(Debug)]
struct Folded {
    title: Arc<str>,
    code: Arc<str>,
    professor: Option<Arc<str>>,
    department: Option<Arc<str>>,
    classification: Option<Arc<str>>,
    academic_year: Option<Arc<str>>,
}

/// The conditions of a lecture search. A lecture matches if all given conditions hold. Texts are compared without
/// regard to case, Unicode form and white space; an empty text is the same as none.
#[derive(Clone, Debug, Default)]
pub struct LectureFilter {
    /// Part of the title or the professor's name.
    pub text: Option<LectureSearch>,
    /// Part of the professor's name.
    pub professor: Option<LectureSearch>,
    /// Part of the code.
    pub code: Option<LectureSearch>,
    /// Part of the department's name.
    pub department: Option<LectureSearch>,
    /// The whole classification.
    pub classification: Option<LectureSearch>,
    /// The whole academic year.
    pub academic_year: Option<LectureSearch>,
    pub credit: Option<Credit>,
    /// All slots are on this day.
    pub day: Option<Day>,
    /// No slot starts before this time.
    pub from: Option<TimeOfDay>,
    /// No slot ends after this time.
    pub to: Option<TimeOfDay>,
}

/// A [`LectureFilter`] with folded texts.
struct FoldedFilter<'a> {
    filter: &'a LectureFilter,
    text: Option<String>,
    professor: Option<String>,
    code: Option<String>,
    department: Option<String>,
    classification: Option<String>,
    academic_year: Option<String>,
}

impl<'a> FoldedFilter<'a> {
    fn new(filter: &'a LectureFilter) -> Self {
        // An empty text is dropped. Otherwise a lecture without a professor would not match an empty professor filter.
        let folded = |text: &Option<LectureSearch>| {
            text.as_ref().map(|text| fold_without_spaces(text.as_str())).filter(|text| !text.is_empty())
        };
        Self {
            filter,
            text: folded(&filter.text),
            professor: folded(&filter.professor),
            code: folded(&filter.code),
            department: folded(&filter.department),
            classification: folded(&filter.classification),
            academic_year: folded(&filter.academic_year),
        }
    }

    fn matches(&self, lecture: &Lecture, folded: &Folded) -> bool {
        let contains = |part: &Option<String>, whole: Option<&Arc<str>>| {
            part.as_ref().is_none_or(|part| whole.is_some_and(|whole| whole.contains(part.as_str())))
        };
        let equals = |wanted: &Option<String>, whole: &Option<Arc<str>>| {
            wanted.as_ref().is_none_or(|wanted| whole.as_deref() == Some(wanted.as_str()))
        };
        (contains(&self.text, Some(&folded.title)) || contains(&self.text, folded.professor.as_ref()))
            && contains(&self.professor, folded.professor.as_ref())
            && contains(&self.code, Some(&folded.code))
            && contains(&self.department, folded.department.as_ref())
            && equals(&self.classification, &folded.classification)
            && equals(&self.academic_year, &folded.academic_year)
            && self.filter.credit.is_none_or(|credit| credit == lecture.facts.credit)
            && self.matches_times(&lecture.facts.slots)
    }

    /// Whether all slots match the day and the time range. A lecture without slots matches only if neither is given.
    fn matches_times(&self, slots: &[Slot]) -> bool {
        let LectureFilter { day, from, to, .. } = self.filter;
        if day.is_none() && from.is_none() && to.is_none() {
            return true;
        }
        let matches = |slot: &Slot| {
            day.is_none_or(|day| slot.day == day)
                && from.is_none_or(|from| from <= slot.start)
                && to.is_none_or(|to| slot.end <= to)
        };
        !slots.is_empty() && slots.iter().all(matches)
    }
}

/// The result of merging an import into a semester's catalogue.
#[derive(Debug, Default)]
pub struct Merge {
    /// All lectures after the import.
    pub lectures: Vec<Lecture>,
    /// The number of new lectures.
    pub added: usize,
    /// The number of lectures whose facts changed, without those that are withdrawn.
    pub changed: usize,
    /// The number of imported lectures whose facts did not change.
    pub unchanged: usize,
    /// The lectures that became [withdrawn](LectureState::Withdrawn), sorted by code and section.
    pub withdrawn: Vec<LectureFacts>,
    /// What the students hear of who have the lectures in a timetable.
    pub announced: Vec<ChangedLecture>,
}

impl Merge {
    /// Whether the catalogue changes, so that it must be written.
    pub fn changes_anything(&self) -> bool {
        self.added > 0 || self.changed > 0 || !self.withdrawn.is_empty()
    }
}

/// Identifies a lecture in its semester: code and section.
type LectureKey = (String, String);

fn lecture_key(facts: &LectureFacts) -> LectureKey {
    let (code, section) = facts.position();
    (code.to_owned(), section.to_owned())
}

impl Catalogue {
    /// Creates a catalogue of these lectures.
    pub fn new(mut lectures: Vec<Lecture>) -> Self {
        lectures.sort_by(|a, b| a.facts.position().cmp(&b.facts.position()));
        let mut interned = HashMap::new();
        let folded = lectures.iter().map(|lecture| Folded::new(&lecture.facts, &mut interned)).collect();
        drop(interned);
        let index_by_id = lectures.iter().enumerate().map(|(index, lecture)| (lecture.id, index)).collect();
        Self { lectures, folded, index_by_id }
    }

    /// All lectures, also the withdrawn ones, sorted by code and section.
    pub fn lectures(&self) -> &[Lecture] {
        &self.lectures
    }

    pub fn get(&self, id: LectureId) -> Option<&Lecture> {
        self.lectures.get(*self.index_by_id.get(&id)?)
    }

    /// The course of a lecture of the catalogue. Takes less time than [`LectureFacts::course`], because the catalogue
    /// keeps the folded texts.
    pub fn course_of(&self, lecture: &Lecture) -> CourseId {
        match self.index_by_id.get(&lecture.id).and_then(|index| self.folded.get(*index)) {
            Some(folded) => CourseId::of_folded(&folded.title, folded.professor.as_deref()),
            None => lecture.facts.course(),
        }
    }

    /// The lectures that searches find: all but the withdrawn ones.
    pub fn searchable(&self) -> impl Iterator<Item = &Lecture> {
        self.lectures.iter().filter(|lecture| lecture.is_searchable())
    }

    /// Returns at most `limit` searchable lectures that match the filter, and whether there are more. `after` is the code
    /// and the section of the last lecture of the previous page.
    pub fn search(&self, filter: &LectureFilter, after: Option<(&str, &str)>, limit: usize) -> (Vec<&Lecture>, bool) {
        let filter = FoldedFilter::new(filter);
        let start = after.map_or(0, |after| self.lectures.partition_point(|lecture| lecture.facts.position() <= after));
        let rest = self.lectures.iter().zip(&self.folded).skip(start);
        let matches = |lecture: &Lecture, folded| lecture.is_searchable() && filter.matches(lecture, folded);
        let mut found = rest.filter(|(lecture, folded)| matches(lecture, folded)).map(|(lecture, _)| lecture);
        let page = found.by_ref().take(limit).collect();
        (page, found.next().is_some())
    }

    /// Merges an import into the catalogue. Each lecture occurs at most once in `in_file`. Lectures that are not in it
    /// become withdrawn.
    pub fn merge(&self, semester: Semester, in_file: &[LectureFacts], now: Time) -> Merge {
        let mut old: HashMap<LectureKey, &Lecture> =
            self.lectures.iter().map(|lecture| (lecture_key(&lecture.facts), lecture)).collect();
        let mut merge = Merge::default();
        for facts in in_file {
            match old.remove(&lecture_key(facts)) {
                Some(lecture) if lecture.facts == *facts => {
                    merge.unchanged = merge.unchanged.saturating_add(1);
                    merge.lectures.push(lecture.clone());
                }
                Some(lecture) => merge.change(lecture, facts.clone(), now),
                None => {
                    merge.added = merge.added.saturating_add(1);
                    merge.lectures.push(Lecture {
                        id: LectureId::new(now, semester),
                        facts: facts.clone(),
                        created_at: now,
                        updated_at: now,
                    });
                }
            }
        }
        for lecture in old.into_values() {
            if !lecture.is_searchable() {
                merge.lectures.push(lecture.clone());
            } else {
                let facts = LectureFacts { state: LectureState::Withdrawn, ..lecture.facts.clone() };
                merge.change(lecture, facts, now);
            }
        }
        merge.withdrawn.sort_by(|a, b| a.position().cmp(&b.position()));
        merge.announced.sort_unstable_by_key(|lecture| lecture.id);
        merge
    }

    /// Merges an earlier edition of the catalogue into it: every lecture gets the facts that it had then, and lectures
    /// that are newer become withdrawn. So ids stay, and calendar programs notice each change.
    pub fn return_to(&self, earlier: &Self, semester: Semester, now: Time) -> Merge {
        let facts: Vec<LectureFacts> = earlier.lectures.iter().map(|lecture| lecture.facts.clone()).collect();
        self.merge(semester, &facts, now)
    }
}

impl Merge {
    /// Adds a lecture of the catalogue with other facts.
    fn change(&mut self, lecture: &Lecture, facts: LectureFacts, now: Time) {
        if facts.state == LectureState::Withdrawn && lecture.is_searchable() {
            self.withdrawn.push(facts.clone());
        } else {
            self.changed = self.changed.saturating_add(1);
        }
        let changes = LectureChange::between(&lecture.facts, &facts);
        if !changes.is_empty() {
            self.announced.push(ChangedLecture { id: lecture.id, title: facts.title.clone(), changes });
        }
        self.lectures.push(Lecture { facts, updated_at: now, ..*lecture });
    }
}

impl Lecture {
    /// Whether searches find the lecture: not if it is withdrawn.
    pub fn is_searchable(&self) -> bool {
        self.facts.state != LectureState::Withdrawn
    }
}

impl Folded {
    /// Folds the texts of a lecture. `interned` maps each text to its folded copy.
    fn new(facts: &LectureFacts, interned: &mut HashMap<String, Arc<str>>) -> Self {
        let mut folded = |text: &str| match interned.get(text) {
            Some(folded) => folded.clone(),
            None => interned.entry(text.to_owned()).or_insert(fold_without_spaces(text).into()).clone(),
        };
        Self {
            title: folded(facts.title.as_str()),
            code: folded(facts.code.as_str()),
            professor: facts.professor.as_ref().map(|text| folded(text.as_str())),
            department: facts.department.as_ref().map(|text| folded(text.as_str())),
            classification: facts.classification.as_ref().map(|text| folded(text.as_str())),
            academic_year: facts.academic_year.as_ref().map(|text| folded(text.as_str())),
        }
    }
}

#[cfg(test)]
mod tests;
