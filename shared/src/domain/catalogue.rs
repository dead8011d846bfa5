//! The catalogue: all lectures of a school in a semester, held in memory. This module searches it and merges imports
//! into it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Credit, Day, Lecture, LectureFacts, LectureId, Semester, SingleLine, Slot, Time, TimeOfDay, fold};

/// A search text for titles, names and codes: up to 100 characters.
pub type LectureSearch = SingleLine<0, 100>;

/// All lectures of a school in a semester, sorted by code and section.
#[derive(Debug, Default)]
pub struct Catalogue {
    lectures: Vec<Lecture>,
    folded: Vec<Folded>,
    index_by_id: HashMap<LectureId, usize>,
}

/// The [folded](fold) texts of a lecture, for searching. Lectures with equal texts share one copy.
#[derive(Debug)]
struct Folded {
    title: Arc<str>,
    code: Arc<str>,
    professor: Option<Arc<str>>,
    department: Option<Arc<str>>,
    classification: Option<Arc<str>>,
}

/// The conditions of a lecture search. A lecture matches if all given conditions hold. Texts are compared without
/// regard to case and Unicode form; an empty text is the same as none.
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
}

impl<'a> FoldedFilter<'a> {
    fn new(filter: &'a LectureFilter) -> Self {
        // An empty text is dropped. Otherwise a lecture without a professor would not match an empty professor filter.
        let folded = |text: &Option<LectureSearch>| {
            text.as_ref().map(|text| fold(text.as_str())).filter(|text| !text.is_empty())
        };
        Self {
            filter,
            text: folded(&filter.text),
            professor: folded(&filter.professor),
            code: folded(&filter.code),
            department: folded(&filter.department),
            classification: folded(&filter.classification),
        }
    }

    fn matches(&self, lecture: &Lecture, folded: &Folded) -> bool {
        let contains = |part: &Option<String>, whole: Option<&Arc<str>>| {
            part.as_ref().is_none_or(|part| whole.is_some_and(|whole| whole.contains(part.as_str())))
        };
        (contains(&self.text, Some(&folded.title)) || contains(&self.text, folded.professor.as_ref()))
            && contains(&self.professor, folded.professor.as_ref())
            && contains(&self.code, Some(&folded.code))
            && contains(&self.department, folded.department.as_ref())
            && self.classification.as_ref().is_none_or(|kind| folded.classification.as_deref() == Some(kind.as_str()))
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
#[derive(Debug)]
pub struct Merge {
    /// All lectures after the import.
    pub lectures: Vec<Lecture>,
    /// The number of new lectures.
    pub added: usize,
    /// The number of lectures whose facts changed.
    pub changed: usize,
    /// The number of imported lectures whose facts did not change.
    pub unchanged: usize,
    /// Lectures of the catalogue that the import does not contain. They stay in the catalogue, because timetables refer
    /// to them.
    pub unlisted: Vec<LectureFacts>,
}

impl Merge {
    /// Whether the import changes the catalogue, so that it must be written.
    pub fn changes_anything(&self) -> bool {
        self.added > 0 || self.changed > 0
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

    /// All lectures, sorted by code and section.
    pub fn lectures(&self) -> &[Lecture] {
        &self.lectures
    }

    pub fn get(&self, id: LectureId) -> Option<&Lecture> {
        self.lectures.get(*self.index_by_id.get(&id)?)
    }

    /// Returns at most `limit` lectures that match the filter and whether there are more. `after` is the code and the
    /// section of the last lecture of the previous page.
    pub fn search(&self, filter: &LectureFilter, after: Option<(&str, &str)>, limit: usize) -> (Vec<&Lecture>, bool) {
        let filter = FoldedFilter::new(filter);
        let start = after.map_or(0, |after| self.lectures.partition_point(|lecture| lecture.facts.position() <= after));
        let rest = self.lectures.iter().zip(&self.folded).skip(start);
        let mut found = rest.filter(|(lecture, folded)| filter.matches(lecture, folded)).map(|(lecture, _)| lecture);
        let page = found.by_ref().take(limit).collect();
        (page, found.next().is_some())
    }

    /// Merges an import into the catalogue. Each lecture occurs at most once in `listed`. `mentioned` holds the code
    /// and section of lectures that the file contains with invalid data: they do not count as unlisted.
    pub fn merge(
        &self,
        semester: Semester,
        listed: &[LectureFacts],
        mentioned: &HashSet<LectureKey>,
        now: Time,
    ) -> Merge {
        let mut old: HashMap<LectureKey, &Lecture> =
            self.lectures.iter().map(|lecture| (lecture_key(&lecture.facts), lecture)).collect();
        let mut merge = Merge { lectures: Vec::new(), added: 0, changed: 0, unchanged: 0, unlisted: Vec::new() };
        for facts in listed {
            let lecture = match old.remove(&lecture_key(facts)) {
                Some(lecture) if lecture.facts == *facts => {
                    merge.unchanged = merge.unchanged.saturating_add(1);
                    lecture.clone()
                }
                Some(lecture) => {
                    merge.changed = merge.changed.saturating_add(1);
                    Lecture { facts: facts.clone(), updated_at: now, ..*lecture }
                }
                None => {
                    merge.added = merge.added.saturating_add(1);
                    Lecture {
                        id: LectureId::new(now, semester),
                        facts: facts.clone(),
                        created_at: now,
                        updated_at: now,
                    }
                }
            };
            merge.lectures.push(lecture);
        }
        for (key, lecture) in old {
            if !mentioned.contains(&key) {
                merge.unlisted.push(lecture.facts.clone());
            }
            merge.lectures.push(lecture.clone());
        }
        merge.unlisted.sort_by(|a, b| a.position().cmp(&b.position()));
        merge
    }
}

impl Folded {
    /// Folds the texts of a lecture. `interned` maps each text to its folded copy.
    fn new(facts: &LectureFacts, interned: &mut HashMap<String, Arc<str>>) -> Self {
        let mut folded = |text: &str| match interned.get(text) {
            Some(folded) => folded.clone(),
            None => interned.entry(text.to_owned()).or_insert(fold(text).into()).clone(),
        };
        Self {
            title: folded(facts.title.as_str()),
            code: folded(facts.code.as_str()),
            professor: facts.professor.as_ref().map(|text| folded(text.as_str())),
            department: facts.department.as_ref().map(|text| folded(text.as_str())),
            classification: facts.classification.as_ref().map(|text| folded(text.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Parse;
    use crate::domain::catalogue_file::Columns;

    const FILE: [[&str; 8]; 5] = [
        // code, section, title, credit, professor, department, classification, times
        ["M1", "001", "확률과정론", "3", "이상열", "통계학과", "전선", "화 14:00-15:30; 목 14:00-15:30"],
        ["M1", "002", "확률과정론", "3", "김확률", "통계학과", "전선", "월 09:00-10:30"],
        ["L2", "001", "Linear Algebra", "2", "Kim", "수학과", "전필", "mon 09:00-10:00; mon 09:00-10:00"],
        ["L2", "002", "논문연구", "1", "", "", "논문", ""],
        ["L10", "001", "체육", "1", "박", "체육교육과", "교양", "월 18:00-20:00"],
    ];

    fn facts(row: [&str; 8]) -> LectureFacts {
        let [code, section, title, credit, professor, department, kind, times] = row;
        let record = ["2026-1", code, section, title, credit, professor, department, kind, "", times, "", "", ""];
        let columns = Columns::find(Columns::NAMES).unwrap();
        columns.parse(|index| record.get(index).copied()).result.unwrap()
    }

    fn semester() -> Semester {
        Semester::parse("2026-1".to_owned()).unwrap()
    }

    fn listed() -> Vec<LectureFacts> {
        FILE.map(facts).into()
    }

    fn merge(catalogue: &Catalogue, listed: &[LectureFacts]) -> Merge {
        catalogue.merge(semester(), listed, &HashSet::new(), Time::now())
    }

    fn catalogue() -> Catalogue {
        Catalogue::new(merge(&Catalogue::default(), &listed()).lectures)
    }

    fn codes_and_sections(found: &[&Lecture]) -> Vec<String> {
        found.iter().map(|lecture| format!("{}-{}", lecture.facts.code, lecture.facts.section)).collect()
    }

    fn search(filter: &LectureFilter) -> Vec<String> {
        let catalogue = catalogue();
        let (found, more) = catalogue.search(filter, None, 50);
        assert!(!more);
        codes_and_sections(&found)
    }

    #[test]
    fn part_of_title_or_professor_finds_a_lecture_without_regard_to_case() {
        let text = |text: &str| {
            search(&LectureFilter { text: LectureSearch::parse(text.to_owned()).ok(), ..LectureFilter::default() })
        };
        assert_eq!(text("확률"), ["M1-001", "M1-002"]);
        assert_eq!(text("linear ALG"), ["L2-001"]);
        assert_eq!(text("ｋｉｍ"), ["L2-001"]);
        assert_eq!(text("").len(), 5);
        assert_eq!(text("통계"), [""; 0], "the text does not match the department");
    }

    #[test]
    fn all_conditions_must_hold() {
        let part = |text: &str| LectureSearch::parse(text.to_owned()).ok();
        let none = LectureFilter::default;
        assert_eq!(search(&LectureFilter { professor: part("확률"), ..none() }), ["M1-002"]);
        assert_eq!(search(&LectureFilter { code: part("l2"), ..none() }), ["L2-001", "L2-002"]);
        assert_eq!(search(&LectureFilter { department: part("학과"), code: part("L"), ..none() }), ["L2-001"]);
        assert_eq!(
            search(&LectureFilter { classification: part("전"), ..none() }),
            [""; 0],
            "the classification must match as a whole"
        );
        assert_eq!(search(&LectureFilter { classification: part("전선"), ..none() }), ["M1-001", "M1-002"]);
        assert_eq!(search(&LectureFilter { credit: Credit::parse(1.0).ok(), ..none() }), ["L10-001", "L2-002"]);
        let nothing = LectureFilter { professor: part(""), department: part(""), classification: part(" "), ..none() };
        assert_eq!(search(&nothing).len(), 5, "an empty text is the same as none");
    }

    #[test]
    fn a_lecture_matches_day_and_time_only_if_it_has_slots_and_all_of_them_match() {
        let time = |text: &str| TimeOfDay::parse(text.to_owned()).ok();
        let none = LectureFilter::default;
        assert_eq!(search(&LectureFilter { day: Some(Day::Mon), ..none() }), ["L10-001", "L2-001", "M1-002"]);
        assert_eq!(
            search(&LectureFilter { day: Some(Day::Tue), ..none() }),
            [""; 0],
            "the lecture also has a slot on Thursday"
        );
        let morning = LectureFilter { from: time("09:00"), to: time("10:30"), ..none() };
        assert_eq!(search(&morning), ["L2-001", "M1-002"]);
        assert_eq!(search(&LectureFilter { to: time("10:29"), ..none() }), ["L2-001"]);
        assert_eq!(search(&LectureFilter { from: time("14:01"), ..none() }), ["L10-001"]);
    }

    #[test]
    fn pages_hold_every_lecture_once_even_if_an_import_adds_others() {
        let before = catalogue();
        let (first, more) = before.search(&LectureFilter::default(), None, 2);
        assert_eq!((codes_and_sections(&first), more), (vec!["L10-001".to_owned(), "L2-001".to_owned()], true));
        let mut longer = listed();
        longer.push(facts(["A1", "001", "앞", "1", "", "", "", ""]));
        longer.push(facts(["M0", "001", "뒤", "1", "", "", "", ""]));
        let after = Catalogue::new(merge(&before, &longer).lectures);
        let (rest, more) = after.search(&LectureFilter::default(), Some(("L2", "001")), 50);
        assert_eq!(
            (codes_and_sections(&rest), more),
            (["L2-002", "M0-001", "M1-001", "M1-002"].map(str::to_owned).into(), false)
        );
    }

    #[test]
    fn an_import_keeps_ids_and_unlisted_lectures() {
        let before = catalogue();
        let again = merge(&before, &listed());
        assert_eq!((again.added, again.changed, again.unchanged, again.unlisted.len()), (0, 0, 5, 0));
        assert!(!again.changes_anything());

        let mut other = listed();
        other[0] = facts(["M1", "001", "확률과정론", "3", "이상열", "통계학과", "전선", "금 14:00-15:30"]);
        other[4] = facts(["N1", "001", "새 강의", "1", "", "", "", ""]);
        let merged = merge(&before, &other);
        assert_eq!((merged.added, merged.changed, merged.unchanged), (1, 1, 3));
        assert_eq!(merged.unlisted, [facts(FILE[4])]);
        let after = Catalogue::new(merged.lectures);
        assert_eq!(after.lectures().len(), 6);
        for lecture in before.lectures() {
            assert_eq!(after.get(lecture.id).unwrap().facts.position(), lecture.facts.position());
        }
    }

    #[test]
    fn a_lecture_with_invalid_data_in_the_file_is_not_unlisted() {
        let mentioned = HashSet::from([("L10".to_owned(), "001".to_owned())]);
        let merged = catalogue().merge(semester(), &listed()[..3], &mentioned, Time::now());
        assert_eq!(merged.unlisted, [facts(FILE[3])]);
        assert_eq!(merged.lectures.len(), 5);
    }
}
