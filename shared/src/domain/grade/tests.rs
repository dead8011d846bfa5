use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const SEMESTERS: [&str; 4] = ["2025-1", "2025-summer", "2025-2", "2026-1"];

fn semester(text: &str) -> Semester {
    Semester::parse(text.to_owned()).unwrap()
}

fn course(title: &str, credit: f64, grade: &str) -> GradedCourse {
    GradedCourse {
        title: LectureTitle::parse(title.to_owned()).unwrap(),
        credit: Credit::parse(credit).unwrap(),
        grade: Grade::parse(grade.to_owned()).unwrap(),
        is_major: false,
        is_retake: false,
        lecture_id: None,
    }
}

fn retake(title: &str, credit: f64, grade: &str) -> GradedCourse {
    GradedCourse { is_retake: true, ..course(title, credit, grade) }
}

fn major(title: &str, credit: f64, grade: &str) -> GradedCourse {
    GradedCourse { is_major: true, ..course(title, credit, grade) }
}

fn gradebook(scale: Scale, semesters: &[(&str, &[GradedCourse])]) -> Gradebook {
    let semesters = semesters.iter().map(|(name, courses)| (semester(name), courses.to_vec())).collect();
    Gradebook::new(scale, None, semesters)
}

/// The totals as JSON: mean, mean of the major, credits, credits earned.
fn shown(totals: GradeTotals) -> serde_json::Value {
    json!([totals.mean, totals.major_mean, totals.credits, totals.credits_earned])
}

fn totals(courses: &[GradedCourse]) -> serde_json::Value {
    shown(gradebook(Scale::FourFive, &[("2026-1", courses)]).totals())
}

#[test]
fn grades_have_the_points_of_their_scale() {
    let points = |scale| {
        let mean =
            |name: &&str| mean(scale, [course("강의", 3.0, name)].iter()).map(|mean| mean.ten_thousandths / 1000);
        Grade::NAMES.iter().filter(|name| Grade::parse((**name).to_owned()).unwrap().is_on(scale)).map(mean).collect()
    };
    let four_five: Vec<_> = points(Scale::FourFive);
    let expected = [45, 40, 35, 30, 25, 20, 15, 10, 0].map(Some);
    assert_eq!(four_five, expected.into_iter().chain([None, None]).collect::<Vec<_>>());
    let four_three: Vec<_> = points(Scale::FourThree);
    let expected = [43, 40, 37, 33, 30, 27, 23, 20, 17, 13, 10, 7, 0].map(Some);
    assert_eq!(four_three, expected.into_iter().chain([None, None]).collect::<Vec<_>>());
    for wrong in ["a+", "A", "E0", "", "F+", "A0 "] {
        assert_eq!(Grade::parse(wrong.to_owned()), Err(FieldError::UnknownChoice), "{wrong}");
    }
}

#[test]
fn the_mean_is_weighted_by_credits_and_has_four_decimals() {
    assert_eq!(totals(&[]), json!([null, null, 0, 0]));
    assert_eq!(totals(&[course("가", 3.0, "A+"), course("나", 3.0, "B+")]), json!([4.0, null, 6, 6]));
    // (4.5 * 0.5 + 3.0 * 3) / 3.5
    assert_eq!(totals(&[course("가", 0.5, "A+"), major("나", 3.0, "B0")]), json!([3.2143, 3.0, 3.5, 3.5]));
    // 23.5 / 6 = 3.91666…
    assert_eq!(totals(&[course("가", 5.0, "A0"), course("나", 1.0, "B+")]), json!([3.9167, null, 6, 6]));
    assert_eq!(totals(&[course("가", 0.0, "A+")]), json!([null, null, 0, 0]));
}

#[test]
fn pass_grades_are_outside_the_mean_and_f_is_inside() {
    let courses = [course("가", 3.0, "A0"), course("나", 2.0, "P"), course("다", 2.0, "NP"), course("라", 3.0, "F")];
    assert_eq!(totals(&courses), json!([2.0, null, 10, 5]));
    assert_eq!(totals(&courses[1..3]), json!([null, null, 4, 2]));
}

#[test]
fn a_retake_replaces_the_newest_earlier_course_of_the_title() {
    let of = |semesters: &[(&str, &[GradedCourse])]| gradebook(Scale::FourFive, semesters);
    let (first, again) = ([course("Data  구조", 3.0, "C0")], [retake("data 구조", 3.0, "A0")]);
    let book = of(&[("2025-1", &first), ("2025-2", &again)]);
    assert_eq!(shown(book.totals()), json!([4.0, null, 3, 3]));
    assert_eq!(shown(book.totals_of(semester("2025-1"))), json!([null, null, 0, 0]));
    assert_eq!(shown(book.totals_of(semester("2025-2"))), json!([4.0, null, 3, 3]));
    // Each retake of a chain replaces the one before it.
    let third = [retake("DATA 구조", 3.0, "A+")];
    assert_eq!(
        shown(of(&[("2025-1", &first), ("2025-2", &again), ("2026-1", &third)]).totals()),
        json!([4.5, null, 3, 3])
    );
    // A retake that comes first, or in the same semester, replaces nothing.
    assert_eq!(shown(of(&[("2025-1", &again), ("2025-2", &first)]).totals()), json!([3.0, null, 6, 6]));
    let same = [first[0].clone(), again[0].clone()];
    assert_eq!(shown(of(&[("2025-1", &same)]).totals()), json!([3.0, null, 6, 6]));
    // A failed retake counts as well.
    let failed = [retake("Data 구조", 3.0, "F")];
    assert_eq!(shown(of(&[("2025-1", &first), ("2025-2", &failed)]).totals()), json!([0.0, null, 3, 0]));
}

#[test]
fn the_scale_decides_which_grades_are_allowed() {
    let minus = [course("가", 3.0, "A0"), course("나", 3.0, "B-")];
    let mut book = Gradebook::default();
    assert_eq!(book.check(&minus), Err(vec![FieldError::NotOnScale.at("courses[1].grade")]));
    let scale = |scale| GradeSettings { scale: Some(scale), goal_credits: None };
    book.change_settings(scale(Scale::FourThree)).unwrap();
    assert_eq!(book.check(&minus), Ok(()));
    book.set(semester("2026-1"), minus.to_vec()).unwrap();
    let before = book.clone();
    assert_eq!(book.change_settings(scale(Scale::FourFive)), Err(Refusal::MinusGrades));
    assert_eq!(book, before);
    book.set(semester("2026-1"), Vec::new()).unwrap();
    assert_eq!(book.change_settings(scale(Scale::FourFive)), Ok(()));
}

#[test]
fn the_numbers_of_courses_and_semesters_are_limited() {
    let courses = vec![course("가", 3.0, "A0"); Gradebook::MAX_COURSES + 1];
    let mut book = Gradebook::default();
    assert_eq!(book.check(&courses[1..]), Ok(()));
    assert_eq!(book.check(&courses), Err(vec![FieldError::TooMany { max: 30 }.at("courses")]));
    for number in 0..40 {
        book.set(Semester::from_number(number).unwrap(), courses[1..].to_vec()).unwrap();
    }
    let next = Semester::from_number(40).unwrap();
    assert_eq!(book.set(next, courses[1..].to_vec()), Err(Refusal::GradesFull));
    assert_eq!(book.set(next, Vec::new()), Ok(()));
    assert_eq!(book.set(Semester::from_number(7).unwrap(), courses[2..].to_vec()), Ok(()));
}

fn any_course() -> impl Strategy<Value = (usize, GradedCourse)> {
    let names = prop::sample::select(Grade::NAMES.to_vec());
    let titles = prop::sample::select(vec!["가", "나", "Da", "dA"]);
    (0..SEMESTERS.len(), titles, 0_u8..=8, names, any::<(bool, bool)>()).prop_map(
        |(at, title, halves, grade, (is_major, is_retake))| {
            let course = course(title, f64::from(halves) / 2.0, grade);
            (at, GradedCourse { is_major, is_retake, ..course })
        },
    )
}

/// The model of a mean: a fraction of integers, as in the definition.
fn model_mean(courses: &[&GradedCourse], points: &[(&str, u64)]) -> Option<f64> {
    let (mut numerator, mut denominator) = (0, 0);
    for course in courses {
        if let Some((_, tenths)) = points.iter().find(|(name, _)| *name == course.grade.name) {
            numerator += tenths * u64::from(Credits::from(course.credit).halves());
            denominator += 10 * u64::from(Credits::from(course.credit).halves());
        }
    }
    // Rounded by counting up: the least number of ten-thousandths that is at most half of one below the mean.
    let is_rounded = |number: &u64| (2 * number + 1) * denominator > 20_000 * numerator;
    (denominator > 0).then(|| (0..=45_000).find(is_rounded).map(|number| format!("{number}e-4").parse().unwrap()))?
}

proptest! {
    #[test]
    fn means_and_credits_agree_with_a_brute_force_model(listed in vec(any_course(), 0..14), is_four_five: bool) {
        let (scale, points): (_, &[(&str, u64)]) = match is_four_five {
            true => (Scale::FourFive, &[
                ("A+", 45), ("A0", 40), ("B+", 35), ("B0", 30), ("C+", 25), ("C0", 20), ("D+", 15), ("D0", 10), ("F", 0),
            ]),
            false => (Scale::FourThree, &[
                ("A+", 43), ("A0", 40), ("A-", 37), ("B+", 33), ("B0", 30), ("B-", 27), ("C+", 23), ("C0", 20),
                ("C-", 17), ("D+", 13), ("D0", 10), ("D-", 7), ("F", 0),
            ]),
        };
        let listed: Vec<_> = listed.into_iter().filter(|(_, course)| course.grade.is_on(scale)).collect();
        let mut semesters: BTreeMap<Semester, Vec<GradedCourse>> = BTreeMap::new();
        for (at, course) in &listed {
            semesters.entry(semester(SEMESTERS[*at])).or_default().push(course.clone());
        }
        let book = Gradebook::new(scale, None, semesters);
        let is_same = |one: &GradedCourse, other: &GradedCourse| {
            one.title.as_str().to_lowercase() == other.title.as_str().to_lowercase()
        };
        let replaced: Vec<usize> = listed.iter().filter(|(_, course)| course.is_retake).filter_map(|(at, course)| {
            let earlier = listed.iter().enumerate().filter(|(_, (other, one))| other < at && is_same(one, course));
            earlier.max_by_key(|(index, (other, _))| (*other, *index)).map(|(index, _)| index)
        }).collect();
        let counted: Vec<_> = listed.iter().enumerate().filter(|(index, _)| !replaced.contains(index)).collect();
        for only in [None, Some(0), Some(1), Some(2), Some(3)] {
            let courses: Vec<&GradedCourse> = counted.iter()
                .filter(|(_, (at, _))| only.is_none_or(|only| only == *at)).map(|(_, (_, course))| course).collect();
            let major: Vec<_> = courses.iter().copied().filter(|course| course.is_major).collect();
            let passed = courses.iter().copied().filter(|course| !["F", "NP"].contains(&course.grade.name));
            let expected = json!([
                model_mean(&courses, points),
                model_mean(&major, points),
                courses.iter().map(|course| course.credit).sum::<Credits>(),
                passed.map(|course| course.credit).sum::<Credits>(),
            ]);
            let totals = only.map_or_else(|| book.totals(), |only| book.totals_of(semester(SEMESTERS[only])));
            prop_assert_eq!(shown(totals), expected);
        }
    }
}
