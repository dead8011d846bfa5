use super::*;
use crate::domain::ReviewId;

const NOW: i64 = 1_000_000;

fn now() -> Time {
    Time::from_millis(NOW)
}

fn subject(moderation: Option<Moderation>) -> CaseSubject {
    CaseSubject {
        id: CaseId::Review(ReviewId::random()),
        author_id: UserId::random(),
        is_mine: false,
        version: Time::from_millis(0),
        moderation,
        snapshot: Snapshot { title: None, content: "글".to_owned(), media: Vec::new() },
    }
}

fn decision(verdict: Verdict) -> Decision {
    let note = DecisionNote::default();
    Decision { verdict, sanction: Sanction::None, note, decided_by: UserId::random(), decided_at: now() }
}

/// What becomes of a thing with this moderation and version by a decision for the reason of the reports.
fn after(case: &Case, verdict: Verdict, current: Option<Moderation>, version: Time) -> Option<Moderation> {
    case.moderation_after(&decision(verdict), case.removal_reason(None, current), current, version)
}

/// An appeal of a minute later.
fn appeal() -> Appeal {
    Appeal { text: AppealText::parse("아닙니다".to_owned()).unwrap(), created_at: now().plus_secs(60) }
}

/// Reports the subject with these reasons and weights. Returns which report blinds it, and the case.
fn report(subject: &mut CaseSubject, reports: &[(ReportReason, u32)]) -> (Option<usize>, Case) {
    let (mut case, mut blinded_by) = (None, None);
    for (index, (reason, weight)) in reports.iter().enumerate() {
        let outcome = subject.report(case.as_ref(), (*reason, *weight), ReportThreshold::default());
        let before = case.take().unwrap_or_else(|| subject.open(now()));
        case = Some(before.with_report(subject, *reason, &outcome, now()));
        if outcome.blinds {
            assert_eq!(blinded_by.replace(index), None, "blinded once");
            subject.moderation =
                Some(Moderation::Blinded(Hiding { reason: *reason, since: now(), ..Hiding::for_test() }));
        }
    }
    (blinded_by, case.unwrap())
}

#[test]
fn the_report_that_reaches_the_threshold_blinds() {
    use ReportReason::{Abuse, IllegalMedia, PersonalData, Spam};
    for (reports, blinded_by) in [
        (vec![(Abuse, 1); 4], None),
        (vec![(Abuse, 1); 7], Some(4)),
        (vec![(Abuse, 0); 50], None),
        (vec![(IllegalMedia, 1), (Spam, 1), (PersonalData, 1)], Some(2)),
        (vec![(IllegalMedia, 1), (Spam, 1), (Spam, 1), (Abuse, 0), (Spam, 1)], None),
        (vec![(IllegalMedia, 0), (PersonalData, 0), (PersonalData, 1)], None),
    ] {
        let mut subject = subject(None);
        let (found, case) = report(&mut subject, &reports);
        assert_eq!(found, blinded_by, "{reports:?}");
        assert_eq!(usize::try_from(case.report_count), Ok(reports.len()));
        assert_eq!(case.blinded_at.is_some(), blinded_by.is_some());
        assert_eq!(case.state, CaseState::Open, "cases without weight are queued, too");
    }
}

#[test]
fn only_others_report_and_not_what_is_removed() {
    let hiding = Hiding::for_test();
    for (moderation, expected) in [
        (None, Ok(())),
        (Some(Moderation::Blinded(hiding)), Ok(())),
        (Some(Moderation::Restored), Ok(())),
        (Some(Moderation::Removed(hiding)), Err(Refusal::ContentBlinded)),
    ] {
        let subject = subject(moderation);
        assert_eq!(subject.check_reportable(), expected);
        assert_eq!(CaseSubject { is_mine: true, ..subject }.check_reportable(), Err(Refusal::OwnContent));
    }
}

#[test]
fn a_restored_thing_is_not_blinded_again_unless_it_is_edited() {
    let mut restored = subject(None);
    let (_, case) = report(&mut restored, &[(ReportReason::Abuse, 1); 5]);
    let case = case.decide(decision(Verdict::Restore)).unwrap();
    let moderation = after(&case, Verdict::Restore, restored.moderation, restored.version);
    assert_eq!(moderation, Some(Moderation::Restored));
    restored.moderation = moderation;
    let outcome = restored.report(Some(&case), (ReportReason::Abuse, 1), ReportThreshold::default());
    assert_eq!((outcome.effect, outcome.blinds), (CaseEffect::Ignored, false));
    let ignored = case.with_report(&restored, ReportReason::Abuse, &outcome, now());
    assert_eq!((ignored.state, ignored.report_count, ignored.weight), (CaseState::Decided, 6, 5));

    let edited = CaseSubject { moderation: None, version: now(), ..restored };
    let outcome = edited.report(Some(&case), (ReportReason::Abuse, 1), ReportThreshold::default());
    assert_eq!((outcome.effect, outcome.blinds), (CaseEffect::Reopens, false), "the weight starts again");
    let reopened = case.with_report(&edited, ReportReason::Abuse, &outcome, now());
    assert_eq!((reopened.state, reopened.weight, reopened.version), (CaseState::Open, 1, now()));
}

#[test]
fn a_restoration_holds_only_for_the_version_that_was_reported() {
    let mut subject = subject(None);
    let (_, case) = report(&mut subject, &[(ReportReason::Abuse, 1)]);
    assert_eq!(after(&case, Verdict::Restore, None, case.version), Some(Moderation::Restored));
    assert_eq!(after(&case, Verdict::Restore, None, now()), None);
    let removed = Hiding { reason: ReportReason::Abuse, since: now(), ..Hiding::for_test() };
    assert_eq!(after(&case, Verdict::Remove, None, now()), Some(Moderation::Removed(removed)));
}

#[test]
fn a_case_is_decided_once_and_an_appeal_opens_it_again() {
    let mut subject = subject(None);
    let (_, case) = report(&mut subject, &[(ReportReason::Abuse, 1); 5]);
    let decided = case.decide(decision(Verdict::Remove)).unwrap();
    assert_eq!(decided.decide(decision(Verdict::Restore)), Err(Refusal::CaseDecided));
    let appealed = decided.with_appeal(appeal());
    assert_eq!((appealed.state, appealed.listed_at), (CaseState::Open, appeal().created_at));
    assert_eq!(case.with_appeal(appeal()).listed_at, case.listed_at, "an open case keeps its position");
    assert!(appealed.decide(decision(Verdict::Restore)).is_ok());
}

#[test]
fn the_author_of_something_hidden_appeals_once_within_20_days() {
    let hiding = Hiding { since: now(), ..Hiding::for_test() };
    let appealed = Hiding { appeal: AppealStatus::Open, ..hiding };
    let last = hiding.appeal_until();
    for (moderation, at, expected) in [
        (None, now(), Err(Refusal::AppealClosed)),
        (Some(Moderation::Restored), now(), Err(Refusal::AppealClosed)),
        (Some(Moderation::Blinded(hiding)), last, Ok(Moderation::Blinded(appealed))),
        (Some(Moderation::Removed(hiding)), last, Ok(Moderation::Removed(appealed))),
        (Some(Moderation::Removed(hiding)), last.plus_millis(1), Err(Refusal::AppealClosed)),
        (Some(Moderation::Blinded(appealed)), last, Err(Refusal::AlreadyAppealed)),
    ] {
        let own = CaseSubject { is_mine: true, ..subject(moderation) };
        assert_eq!(own.appeal(at), expected, "{moderation:?}");
        assert_eq!(CaseSubject { is_mine: false, ..own }.appeal(at), Err(Refusal::NotAuthor));
    }
}

#[test]
fn a_sanction_and_a_reason_come_only_with_a_removal() {
    let with_sanction = |verdict| Decision { sanction: Sanction::Apply, ..decision(verdict) };
    let reason = Some(ReportReason::Spam);
    assert_eq!(with_sanction(Verdict::Remove).check(reason), Ok(()));
    assert_eq!(with_sanction(Verdict::Restore).check(None), Err(FieldError::UnknownChoice.at("sanction")));
    assert_eq!(decision(Verdict::Restore).check(reason), Err(FieldError::UnknownChoice.at("reason")));
    assert_eq!(decision(Verdict::Restore).check(None), Ok(()));
}

#[test]
fn a_thing_is_removed_for_the_weightiest_reason_unless_the_admin_chooses_another() {
    use ReportReason::{Abuse, IllegalMedia, Other, Spam};
    for (reports, expected) in [
        (vec![(Spam, 1), (Spam, 1), (Spam, 1), (Spam, 1), (IllegalMedia, 1)], Spam),
        (vec![(IllegalMedia, 1), (IllegalMedia, 1), (Spam, 1)], IllegalMedia),
        (vec![(IllegalMedia, 1), (IllegalMedia, 1), (Spam, 1), (Spam, 1)], Spam),
        (vec![(IllegalMedia, 1)], Other),
        (vec![(IllegalMedia, 0), (IllegalMedia, 0), (IllegalMedia, 0), (Abuse, 1)], Abuse),
        (vec![(Spam, 0), (IllegalMedia, 0)], Other),
    ] {
        let mut subject = subject(None);
        let (_, case) = report(&mut subject, &reports);
        assert_eq!(case.removal_reason(None, subject.moderation), expected, "{reports:?}");
        assert_eq!(case.removal_reason(Some(IllegalMedia), subject.moderation), IllegalMedia, "the admin has seen it");
        let removed = Moderation::Removed(Hiding { reason: Abuse, ..Hiding::for_test() });
        assert_eq!(case.removal_reason(None, Some(removed)), Abuse, "a second removal keeps the reason");
    }
}

#[test]
fn reports_of_an_edited_thing_forget_the_appeal_and_the_reasons_of_the_version_before() {
    let mut thing = subject(None);
    let (_, case) = report(&mut thing, &[(ReportReason::Abuse, 1); 5]);
    let case = case.with_appeal(appeal()).decide(decision(Verdict::Restore)).unwrap();
    let edited = CaseSubject { moderation: None, version: now(), ..thing };
    let outcome = edited.report(Some(&case), (ReportReason::Spam, 1), ReportThreshold::default());
    let reopened = case.with_report(&edited, ReportReason::Spam, &outcome, now());
    assert_eq!(reopened.appeal, None);
    let Some(Moderation::Removed(hiding)) = after(&reopened, Verdict::Remove, None, now()) else { panic!() };
    assert_eq!((hiding.appeal, hiding.reason), (AppealStatus::NotMade, ReportReason::Spam));
}
