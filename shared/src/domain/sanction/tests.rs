use super::*;
use crate::domain::ReviewId;

fn at(day: i64) -> Time {
    Time::from_secs(day * DAY_S)
}

/// A decision on this day that leaves the case sanctioned since another day, or not sanctioned.
fn decided(case_id: CaseId, day: i64, since: Option<i64>) -> CaseSanction {
    CaseSanction { case_id, decided_at: at(day), since: since.map(at), reason: ReportReason::Abuse }
}

fn cases(count: usize) -> Vec<CaseId> {
    (0..count).map(|_| CaseId::Review(ReviewId::random())).collect()
}

fn sanctions_of(decisions: &[CaseSanction]) -> Sanctions {
    decisions.iter().fold(Sanctions::default(), |before, decided| before.after(*decided).unwrap_or(before))
}

/// The kinds of the restrictions, and on which day they end; 0 stands for no end.
fn ends(sanctions: &Sanctions) -> Vec<(RestrictionKind, i64)> {
    let restrictions = sanctions.restrictions().0.into_iter();
    restrictions.map(|it| (it.kind, it.until.map_or(0, |until| until.as_secs() / DAY_S))).collect()
}

/// When the student can write again.
fn barred_until(restrictions: &Restrictions, now: Time) -> Option<Time> {
    restrictions.barring(now).map(|restriction| restriction.until.unwrap())
}

/// All orders of the items.
fn orders<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, first) in items.iter().enumerate() {
        let rest = [&items[..index], &items[index + 1..]].concat();
        all.extend(orders(&rest).into_iter().map(|order| [vec![first.clone()], order].concat()));
    }
    all
}

use RestrictionKind::{ReadOnly, Suspended, Warning};

#[test]
fn the_ladder_has_a_warning_three_times_without_writing_and_a_suspension() {
    let cases = cases(7);
    let decisions: Vec<_> = (0..7).map(|day| decided(cases[day], 0, Some(0))).collect();
    let lengths = [(Warning, 30), (ReadOnly, 3), (ReadOnly, 7), (ReadOnly, 30), (Suspended, 0)];
    for count in 0..=7 {
        assert_eq!(ends(&sanctions_of(&decisions[..count])), lengths[..count.min(5)]);
    }
}

#[test]
fn a_suspension_bars_writing_without_an_end_and_survives_the_account() {
    let cases = cases(5);
    let decisions: Vec<_> = cases.iter().map(|case| decided(*case, 0, Some(0))).collect();
    let restrictions = sanctions_of(&decisions).restrictions();
    for day in [0, 29, 10_000] {
        let barring = restrictions.barring(at(day)).unwrap();
        assert_eq!((barring.kind, barring.until), (Suspended, None));
    }
    assert_eq!(restrictions.surviving(at(0)).unwrap().0.len(), 4, "all but the warning");
    assert_eq!(restrictions.surviving(at(10_000)).unwrap().0, restrictions.0[4..]);
}

#[test]
fn a_warning_bars_nothing_and_the_longest_time_without_writing_counts() {
    let cases = cases(3);
    let sanctions = sanctions_of(&[decided(cases[0], 0, Some(0))]);
    assert_eq!(barred_until(&sanctions.restrictions(), at(0)), None);
    let sanctions = sanctions.after(decided(cases[1], 1, Some(1))).unwrap();
    let sanctions = sanctions.after(decided(cases[2], 2, Some(2))).unwrap();
    let restrictions = sanctions.restrictions();
    assert_eq!(barred_until(&restrictions, at(2)), Some(at(9)));
    assert_eq!(barred_until(&restrictions, at(9).plus_millis(-1)), Some(at(9)));
    assert_eq!(barred_until(&restrictions, at(9)), None, "it ends by itself");
    assert_eq!(restrictions.in_force(at(9)).count(), 1, "the warning is shown for longer");
}

#[test]
fn a_decision_takes_back_exactly_the_step_of_its_case() {
    let cases = cases(3);
    let applied = [0, 10, 20].map(|day: i64| decided(cases[usize::try_from(day / 10).unwrap()], day, Some(day)));
    let taken_back = |case: usize| sanctions_of(&[&applied[..], &[decided(cases[case], 21, None)]].concat());
    assert_eq!(ends(&sanctions_of(&applied)), [(Warning, 30), (ReadOnly, 13), (ReadOnly, 27)]);
    assert_eq!(ends(&taken_back(2)), [(Warning, 30), (ReadOnly, 13)]);
    assert_eq!(ends(&taken_back(1)), [(Warning, 30), (ReadOnly, 23)], "the third step becomes the second");
    assert_eq!(ends(&taken_back(0)), [(Warning, 40), (ReadOnly, 23)]);
}

#[test]
fn the_sanctions_do_not_depend_on_the_order_of_the_records_or_on_repetitions() {
    let cases = cases(3);
    let decisions = [
        decided(cases[0], 0, Some(0)),
        decided(cases[1], 1, Some(1)),
        decided(cases[0], 2, None),
        decided(cases[2], 3, Some(3)),
        // The sanction holds after an appeal.
        decided(cases[1], 4, Some(1)),
    ];
    let expected = ends(&sanctions_of(&decisions));
    assert_eq!(expected, [(Warning, 31), (ReadOnly, 6)]);
    for order in orders(&decisions) {
        let sanctions = sanctions_of(&order);
        assert_eq!(ends(&sanctions), expected, "{order:?}");
        assert!(order.iter().all(|again| sanctions.after(*again).is_none()));
    }
}

#[test]
fn an_operator_takes_back_everything_and_old_records_change_nothing() {
    let cases = cases(6);
    let decisions: Vec<_> = cases.iter().map(|case| decided(*case, 0, Some(0))).collect();
    let inherited = sanctions_of(&decisions[..2]).restrictions();
    let lifted = sanctions_of(&decisions).inheriting(&inherited).lifted(at(1)).unwrap();
    assert!(ends(&lifted).is_empty() && lifted.lifted(at(2)).is_none());
    assert!(decisions.iter().all(|again| lifted.after(*again).is_none()));
}

#[test]
fn a_decision_that_keeps_a_lifted_sanction_does_not_bring_it_back() {
    let cases = cases(2);
    let lifted = sanctions_of(&[decided(cases[0], 0, Some(0))]).lifted(at(5)).unwrap();
    let kept = lifted.after(decided(cases[0], 6, Some(0))).unwrap();
    assert!(ends(&kept).is_empty());
    let late = kept.after(decided(cases[1], 4, Some(4))).unwrap();
    assert!(ends(&late).is_empty(), "the operator took it back before its record arrived");
    let sanctioned_again = late.after(decided(cases[0], 7, Some(7))).unwrap();
    assert_eq!(ends(&sanctioned_again), [(Warning, 37)]);
}

#[test]
fn only_the_time_without_writing_survives_an_account() {
    let cases = cases(2);
    let restrictions = sanctions_of(&[decided(cases[0], 0, Some(0)), decided(cases[1], 0, Some(0))]).restrictions();
    let surviving = restrictions.surviving(at(1)).unwrap();
    assert_eq!((surviving.0.len(), barred_until(&surviving, at(1))), (1, Some(at(3))));
    assert_eq!(restrictions.surviving(at(3)), None);
    let new = sanctions_of(&[decided(cases[0], 2, Some(2))]).inheriting(&surviving);
    assert_eq!(ends(&new), [(ReadOnly, 3), (Warning, 32)], "the ladder of the new account starts at its first step");
}

#[test]
fn a_student_with_very_many_cases_stays_suspended() {
    let cases = cases(200);
    let mut sanctions = Sanctions::default();
    for (day, case) in (0..).zip(&cases) {
        sanctions = sanctions.after(decided(*case, day, Some(day))).unwrap();
    }
    assert_eq!(sanctions.restrictions().barring(at(200)).unwrap().kind, Suspended);
    assert_eq!(sanctions.cases.len(), Sanctions::MAX_CASES);
    // What was taken back is forgotten first.
    let sanctions = sanctions.after(decided(cases[199], 300, None)).unwrap();
    let sanctions = sanctions.after(decided(cases[0], 301, Some(301))).unwrap();
    assert!(sanctions.cases.iter().all(|case| case.case_id != cases[199]));
}
