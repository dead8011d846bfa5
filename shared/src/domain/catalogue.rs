//! The lectures of a semester: how they are searched, and what an import makes of them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Credit, Day, Lecture, LectureFacts, LectureId, Line, Semester, Slot, Time, TimeOfDay, fold};

/// A part of a title, a name or a code: up to 100 characters.
pub type LectureSearch = Line<0, 100>;

/// All lectures of a school in a semester, sorted by code and section.
#[derive(Debug, Default)]
pub struct Catalogue {
    lectures: Vec<Lecture>,
    folded: Vec<Folded>,
    places: HashMap<LectureId, usize>,
}

/// What is searched of a lecture. Many share a text, which is kept once.
#[derive(Debug)]
struct Folded {
    title: Arc<str>,
    code: Arc<str>,
    professor: Option<Arc<str>>,
    department: Option<Arc<str>>,
    classification: Option<Arc<str>>,
}

/// Which lectures to look for: those for which everything holds that is said. Texts are parts of the lecture's, without
/// regard to case and Unicode form; an empty one says nothing.
#[derive(Clone, Debug, Default)]
pub struct LectureFilter {
    /// In the title or the professor's name.
    pub text: Option<LectureSearch>,
    /// In the professor's name.
    pub professor: Option<LectureSearch>,
    /// In the code.
    pub code: Option<LectureSearch>,
    /// In the department's name.
    pub department: Option<LectureSearch>,
    /// The whole classification.
    pub classification: Option<LectureSearch>,
    /// The number of credits.
    pub credit: Option<Credit>,
    /// The day that every slot is on.
    pub day: Option<Day>,
    /// No slot begins earlier.
    pub from: Option<TimeOfDay>,
    /// No slot ends later.
    pub to: Option<TimeOfDay>,
}

/// A filter whose texts are folded.
struct Sieve<'a> {
    filter: &'a LectureFilter,
    text: Option<String>,
    professor: Option<String>,
    code: Option<String>,
    department: Option<String>,
    classification: Option<String>,
}

impl<'a> Sieve<'a> {
    fn new(filter: &'a LectureFilter) -> Self {
        // An empty text is one that is not given, also to a lecture that has nothing there.
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

    fn admits(&self, lecture: &Lecture, folded: &Folded) -> bool {
        let has = |part: &Option<String>, whole: Option<&Arc<str>>| {
            part.as_ref().is_none_or(|part| whole.is_some_and(|whole| whole.contains(part.as_str())))
        };
        (has(&self.text, Some(&folded.title)) || has(&self.text, folded.professor.as_ref()))
            && has(&self.professor, folded.professor.as_ref())
            && has(&self.code, Some(&folded.code))
            && has(&self.department, folded.department.as_ref())
            && self.classification.as_ref().is_none_or(|kind| folded.classification.as_deref() == Some(kind.as_str()))
            && self.filter.credit.is_none_or(|credit| credit == lecture.facts.credit)
            && self.admits_times(&lecture.facts.slots)
    }

    /// A lecture without times is on no day and in no window.
    fn admits_times(&self, slots: &[Slot]) -> bool {
        let LectureFilter { day, from, to, .. } = self.filter;
        if day.is_none() && from.is_none() && to.is_none() {
            return true;
        }
        let admits = |slot: &Slot| {
            day.is_none_or(|day| slot.day == day)
                && from.is_none_or(|from| from <= slot.start)
                && to.is_none_or(|to| slot.end <= to)
        };
        !slots.is_empty() && slots.iter().all(admits)
    }
}

/// What an import makes of a semester's catalogue.
#[derive(Debug)]
pub struct Merge {
    /// The lectures as they are afterwards.
    pub lectures: Vec<Lecture>,
    /// How many are new.
    pub added: usize,
    /// How many are not as they were.
    pub changed: usize,
    /// How many are as they were.
    pub unchanged: usize,
    /// Those that are no longer listed, which stay: timetables hold them.
    pub unlisted: Vec<LectureFacts>,
}

impl Merge {
    /// Whether the catalogue is to be written.
    pub fn changes_anything(&self) -> bool {
        self.added > 0 || self.changed > 0
    }
}

/// What names a lecture in its semester: code and section.
type Name = (String, String);

fn name(facts: &LectureFacts) -> Name {
    let (code, section) = facts.position();
    (code.to_owned(), section.to_owned())
}

impl Catalogue {
    /// Of these lectures.
    pub fn new(mut lectures: Vec<Lecture>) -> Self {
        lectures.sort_by(|one, other| one.facts.position().cmp(&other.facts.position()));
        let mut known = HashMap::new();
        let folded = lectures.iter().map(|lecture| Folded::new(&lecture.facts, &mut known)).collect();
        drop(known);
        let places = lectures.iter().enumerate().map(|(place, lecture)| (lecture.id, place)).collect();
        Self { lectures, folded, places }
    }

    /// All of them, sorted by code and section.
    pub fn lectures(&self) -> &[Lecture] {
        &self.lectures
    }

    /// The lecture with this id.
    pub fn get(&self, id: LectureId) -> Option<&Lecture> {
        self.lectures.get(*self.places.get(&id)?)
    }

    /// At most `limit` lectures that the filter admits, behind the code and the section, and whether there are more.
    pub fn search(&self, filter: &LectureFilter, after: Option<(&str, &str)>, limit: usize) -> (Vec<&Lecture>, bool) {
        let sieve = Sieve::new(filter);
        let start = after.map_or(0, |after| self.lectures.partition_point(|one| one.facts.position() <= after));
        let behind = self.lectures.iter().zip(&self.folded).skip(start);
        let mut found = behind.filter(|(lecture, folded)| sieve.admits(lecture, folded)).map(|(lecture, _)| lecture);
        let page = found.by_ref().take(limit).collect();
        (page, found.next().is_some())
    }

    /// The catalogue after an import of these lectures, each named once. `mentioned` are names that the file has, too,
    /// but nothing that could be imported.
    pub fn merge(&self, semester: Semester, listed: &[LectureFacts], mentioned: &HashSet<Name>, now: Time) -> Merge {
        let mut old: HashMap<Name, &Lecture> =
            self.lectures.iter().map(|lecture| (name(&lecture.facts), lecture)).collect();
        let mut merge = Merge { lectures: Vec::new(), added: 0, changed: 0, unchanged: 0, unlisted: Vec::new() };
        for facts in listed {
            let lecture = match old.remove(&name(facts)) {
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
        for (name, lecture) in old {
            if !mentioned.contains(&name) {
                merge.unlisted.push(lecture.facts.clone());
            }
            merge.lectures.push(lecture.clone());
        }
        merge.unlisted.sort_by(|one, other| one.position().cmp(&other.position()));
        merge
    }
}

impl Folded {
    fn new(facts: &LectureFacts, known: &mut HashMap<String, Arc<str>>) -> Self {
        let mut folded = |text: &str| match known.get(text) {
            Some(folded) => folded.clone(),
            None => known.entry(text.to_owned()).or_insert(fold(text).into()).clone(),
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
        columns.parse(|at| record.get(at).copied()).result.unwrap()
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

    fn names(found: &[&Lecture]) -> Vec<String> {
        found.iter().map(|lecture| format!("{}-{}", lecture.facts.code, lecture.facts.section)).collect()
    }

    fn search(filter: &LectureFilter) -> Vec<String> {
        let catalogue = catalogue();
        let (found, more) = catalogue.search(filter, None, 50);
        assert!(!more);
        names(&found)
    }

    #[test]
    fn a_part_of_title_or_professor_finds_a_lecture_whatever_its_case() {
        let text = |text: &str| {
            search(&LectureFilter { text: LectureSearch::parse(text.to_owned()).ok(), ..LectureFilter::default() })
        };
        assert_eq!(text("확률"), ["M1-001", "M1-002"]);
        assert_eq!(text("linear ALG"), ["L2-001"]);
        assert_eq!(text("ｋｉｍ"), ["L2-001"]);
        assert_eq!(text("").len(), 5);
        assert_eq!(text("통계"), [""; 0], "the department is another thing");
    }

    #[test]
    fn everything_that_is_said_has_to_hold() {
        let part = |text: &str| LectureSearch::parse(text.to_owned()).ok();
        let none = LectureFilter::default;
        assert_eq!(search(&LectureFilter { professor: part("확률"), ..none() }), ["M1-002"]);
        assert_eq!(search(&LectureFilter { code: part("l2"), ..none() }), ["L2-001", "L2-002"]);
        assert_eq!(search(&LectureFilter { department: part("학과"), code: part("L"), ..none() }), ["L2-001"]);
        assert_eq!(search(&LectureFilter { classification: part("전"), ..none() }), [""; 0], "the whole of it");
        assert_eq!(search(&LectureFilter { classification: part("전선"), ..none() }), ["M1-001", "M1-002"]);
        assert_eq!(search(&LectureFilter { credit: Credit::parse(1).ok(), ..none() }), ["L10-001", "L2-002"]);
        let nothing = LectureFilter { professor: part(""), department: part(""), classification: part(" "), ..none() };
        assert_eq!(search(&nothing).len(), 5, "an empty text says nothing");
    }

    #[test]
    fn a_lecture_is_on_a_day_and_in_a_window_with_all_of_its_slots_and_only_if_it_has_any() {
        let time = |text: &str| TimeOfDay::parse(text.to_owned()).ok();
        let none = LectureFilter::default;
        assert_eq!(search(&LectureFilter { day: Some(Day::Mon), ..none() }), ["L10-001", "L2-001", "M1-002"]);
        assert_eq!(search(&LectureFilter { day: Some(Day::Tue), ..none() }), [""; 0], "it is on Thursday, too");
        let morning = LectureFilter { from: time("09:00"), to: time("10:30"), ..none() };
        assert_eq!(search(&morning), ["L2-001", "M1-002"]);
        assert_eq!(search(&LectureFilter { to: time("10:29"), ..none() }), ["L2-001"]);
        assert_eq!(search(&LectureFilter { from: time("14:01"), ..none() }), ["L10-001"]);
    }

    #[test]
    fn a_walk_meets_every_lecture_once_also_when_others_come_in_between() {
        let before = catalogue();
        let (first, more) = before.search(&LectureFilter::default(), None, 2);
        assert_eq!((names(&first), more), (vec!["L10-001".to_owned(), "L2-001".to_owned()], true));
        let mut longer = listed();
        longer.push(facts(["A1", "001", "앞", "1", "", "", "", ""]));
        longer.push(facts(["M0", "001", "뒤", "1", "", "", "", ""]));
        let after = Catalogue::new(merge(&before, &longer).lectures);
        let (rest, more) = after.search(&LectureFilter::default(), Some(("L2", "001")), 50);
        assert_eq!((names(&rest), more), (["L2-002", "M0-001", "M1-001", "M1-002"].map(str::to_owned).into(), false));
    }

    #[test]
    fn an_import_keeps_ids_and_what_is_no_longer_listed() {
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
    fn a_lecture_that_the_file_has_but_wrongly_is_not_one_that_it_lacks() {
        let mentioned = HashSet::from([("L10".to_owned(), "001".to_owned())]);
        let merged = catalogue().merge(semester(), &listed()[..3], &mentioned, Time::now());
        assert_eq!(merged.unlisted, [facts(FILE[3])]);
        assert_eq!(merged.lectures.len(), 5);
    }
}
