//! Tests of searching and merging catalogues.

use super::*;
use crate::domain::catalogue_file::Columns;
use crate::domain::{LectureTitle, Parse, Professor};

const FILE: [[&str; 8]; 5] = [
    // code, section, title, credit, professor, department, classification, times; lectures of one credit are for 2학년
    ["M1", "001", "확률과정론", "3", "이상열", "통계학과", "전선", "화 14:00-15:30; 목 14:00-15:30"],
    ["M1", "002", "확률과정론", "3", "김확률", "통계학과", "전선", "월 09:00-10:30"],
    ["L2", "001", "Linear Algebra", "2", "Kim", "수학과", "전필", "mon 09:00-10:00; mon 09:00-10:00"],
    ["L2", "002", "논문연구", "1", "", "", "논문", ""],
    ["L10", "001", "체육", "1", "박", "체육교육과", "교양", "월 18:00-20:00"],
];

fn facts(row: [&str; 8]) -> LectureFacts {
    let [code, section, title, credit, professor, department, kind, times] = row;
    let year = if credit == "1" { "2학년" } else { "" };
    let record = ["2026-1", code, section, title, credit, professor, department, kind, year, times, "", "", ""];
    let columns = Columns::find(Columns::NAMES).unwrap();
    columns.parse(|index| record.get(index).copied()).result.unwrap()
}

fn semester() -> Semester {
    Semester::parse("2026-1".to_owned()).unwrap()
}

fn listed() -> [LectureFacts; 5] {
    FILE.map(facts)
}

fn withdrawn(facts: LectureFacts) -> LectureFacts {
    LectureFacts { state: LectureState::Withdrawn, ..facts }
}

fn merge(catalogue: &Catalogue, in_file: &[LectureFacts]) -> Merge {
    catalogue.merge(semester(), in_file, Time::now())
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
fn a_catalogue_knows_the_courses_of_its_lectures() {
    let mut in_file = listed();
    in_file[0].title = LectureTitle::parse("확률 과정론 Ⅱ".to_owned()).unwrap();
    in_file[1].professor = Some(Professor::parse("한 가람 / 윤나래".to_owned()).unwrap());
    let catalogue = Catalogue::new(merge(&Catalogue::default(), &in_file).lectures);
    for lecture in catalogue.lectures() {
        assert_eq!(catalogue.course_of(lecture), lecture.facts.course());
    }
    let others = self::catalogue();
    let unknown = &others.lectures()[0];
    assert_eq!(catalogue.course_of(unknown), unknown.facts.course());
}

#[test]
fn part_of_title_or_professor_finds_a_lecture_without_regard_to_case() {
    let text = |text: &str| {
        search(&LectureFilter { text: LectureSearch::parse(text.to_owned()).ok(), ..LectureFilter::default() })
    };
    assert_eq!(text("확률"), ["M1-001", "M1-002"]);
    assert_eq!(text("linear ALG"), ["L2-001"]);
    assert_eq!(text("ｋｉｍ"), ["L2-001"]);
    assert_eq!(text("linearalgebra"), ["L2-001"]);
    assert_eq!(text("확 률 과정 론"), ["M1-001", "M1-002"]);
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
    assert_eq!(search(&LectureFilter { academic_year: part("학년"), ..none() }), [""; 0]);
    assert_eq!(search(&LectureFilter { academic_year: part("2 학년"), ..none() }), ["L10-001", "L2-002"]);
    assert_eq!(search(&LectureFilter { credit: Credit::parse(1.0).ok(), ..none() }), ["L10-001", "L2-002"]);
    let (blank, space) = (part(""), part(" "));
    let nothing = LectureFilter {
        professor: blank.clone(),
        department: blank,
        classification: space.clone(),
        academic_year: space,
        ..none()
    };
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
    let mut longer = listed().to_vec();
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
fn an_import_keeps_ids_and_withdraws_what_it_does_not_list() {
    let before = catalogue();
    let again = merge(&before, &listed());
    assert_eq!((again.added, again.changed, again.unchanged, again.withdrawn.len()), (0, 0, 5, 0));
    assert!(!again.changes_anything());

    let mut other = listed();
    other[0] = facts(["M1", "001", "확률과정론", "3", "이상열", "통계학과", "전선", "금 14:00-15:30"]);
    other[4] = facts(["N1", "001", "새 강의", "1", "", "", "", ""]);
    let merged = merge(&before, &other);
    assert_eq!((merged.added, merged.changed, merged.unchanged), (1, 1, 3));
    assert_eq!(merged.withdrawn, [withdrawn(facts(FILE[4]))]);
    let announced: Vec<_> = merged.announced.iter().map(|it| (it.title.as_str(), it.changes.as_slice())).collect();
    let gone = ("체육", &[LectureChange::Withdrawn][..]);
    assert!(announced.len() == 2 && announced.contains(&gone), "nobody has a new lecture: {announced:?}");
    assert!(announced.contains(&("확률과정론", &[LectureChange::Time])));
    let after = Catalogue::new(merged.lectures);
    assert_eq!(after.lectures().len(), 6);
    for lecture in before.lectures() {
        assert_eq!(after.get(lecture.id).unwrap().facts.position(), lecture.facts.position());
    }
    let again = merge(&after, &other);
    assert!(!again.changes_anything() && again.unchanged == 5, "a withdrawn lecture is withdrawn once");
}

#[test]
fn a_withdrawn_lecture_is_not_found_until_a_file_lists_it_again() {
    let before = catalogue();
    let id = before.lectures()[0].id;
    let after = Catalogue::new(merge(&before, &listed()[..4]).lectures);
    assert_eq!(after.get(id).unwrap().facts.state, LectureState::Withdrawn);
    let found = |catalogue: &Catalogue| codes_and_sections(&catalogue.search(&LectureFilter::default(), None, 50).0);
    assert_eq!(found(&after), ["L2-001", "L2-002", "M1-001", "M1-002"]);
    assert_eq!(after.searchable().count(), 4);
    let back = merge(&after, &listed());
    assert_eq!((back.added, back.changed, back.unchanged), (0, 1, 4));
    assert_eq!((back.announced.len(), &back.announced[0].changes[..]), (1, &[LectureChange::Listed][..]));
    let back = Catalogue::new(back.lectures);
    assert_eq!((found(&back).len(), back.lectures()[0].id), (5, id));
}

#[test]
fn a_cancelled_lecture_is_found() {
    let cancelled = |facts| LectureFacts { state: LectureState::Cancelled, ..facts };
    let merged = merge(&catalogue(), &listed().map(cancelled));
    assert_eq!((merged.changed, merged.withdrawn.len()), (5, 0));
    assert_eq!(Catalogue::new(merged.lectures).searchable().count(), 5);
}

#[test]
fn returning_to_an_earlier_edition_keeps_ids_and_marks_each_change() {
    let start = Time::now();
    let first = Catalogue::new(catalogue().merge(semester(), &listed()[..4], start).lectures);
    let mut other = listed().to_vec();
    other[0] = facts(["M1", "001", "확률과정론", "3", "다른 교수", "통계학과", "전선", ""]);
    other.swap_remove(1);
    other.push(facts(["N1", "001", "새 강의", "1", "", "", "", ""]));
    let second = Catalogue::new(first.merge(semester(), &other, start.plus_secs(1)).lectures);
    let undone = second.return_to(&first, semester(), start.plus_secs(2));
    // L10 was withdrawn before the import that listed it again.
    let names: Vec<_> = undone.withdrawn.iter().map(|facts| facts.code.as_str()).collect();
    assert_eq!((names, undone.added, undone.changed, undone.unchanged), (vec!["L10", "N1"], 0, 2, 2));
    let changes = |code: &str| {
        let lecture = undone.lectures.iter().find(|lecture| lecture.facts.code.as_str() == code).unwrap();
        undone.announced.iter().find(|it| it.id == lecture.id).map(|it| it.changes.clone())
    };
    assert_eq!((changes("L10"), changes("N1")), (Some(vec![LectureChange::Withdrawn]), changes("L10")));
    let undone = Catalogue::new(undone.lectures);
    assert_eq!(undone.lectures().len(), 6);
    for lecture in undone.lectures() {
        let (earlier, later) = (first.get(lecture.id), second.get(lecture.id).unwrap());
        match earlier {
            Some(earlier) => assert_eq!(lecture.facts, earlier.facts),
            None => assert_eq!(lecture.facts, withdrawn(facts(["N1", "001", "새 강의", "1", "", "", "", ""]))),
        }
        let expected = if lecture.facts == later.facts { later.updated_at } else { start.plus_secs(2) };
        assert_eq!((lecture.updated_at, lecture.created_at), (expected, later.created_at));
    }
}
