use super::*;
use crate::domain::{
    Appeal, AppealStatus, AppealText, BoardId, Decision, ExamInfoId, Hiding, LectureId, ReportReason, ReviewId,
    Sanction, Semester, Snapshot,
};

fn now() -> Time {
    Time::from_millis(1_000_000)
}

fn end() -> Time {
    now().plus_secs(RESTRICTED_FOR_S)
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

fn takedown() -> Takedown {
    Takedown {
        id: TakedownId::random(),
        case_id: CaseId::Review(ReviewId::random()),
        author_id: UserId::random(),
        right: TakedownRight::Privacy,
        explanation: TakedownExplanation::parse("전화번호".to_owned()).unwrap(),
        state: TakedownState::Open,
        listed_at: Time::from_millis(0),
        created_at: Time::from_millis(0),
        decision: None,
        until: None,
        before: None,
        objected_at: None,
    }
}

fn decision(verdict: TakedownVerdict) -> TakedownDecision {
    TakedownDecision { verdict, note: DecisionNote::default(), decided_by: None, decided_at: now() }
}

fn decide(takedown: &Takedown, verdict: TakedownVerdict, subject: Option<&CaseSubject>) -> TakedownStep {
    takedown.decide(decision(verdict), subject).unwrap()
}

fn hiding() -> Hiding {
    Hiding { since: now(), ..Hiding::for_test() }
}

/// A restricted thing, and its takedown.
fn restricted(before: Option<Moderation>) -> (CaseSubject, Takedown) {
    let mut thing = subject(before);
    let TakedownStep { takedown, effect } = decide(&takedown(), TakedownVerdict::Restrict, Some(&thing));
    let TakedownEffect::Moderates(moderation) = effect else { panic!("{effect:?}") };
    thing.moderation = moderation;
    (thing, takedown)
}

/// The thing after an objection.
fn objected(thing: &CaseSubject, takedown: &Takedown) -> (CaseSubject, Takedown) {
    let TakedownStep { takedown, effect } = takedown.object(thing, now()).unwrap().unwrap();
    let TakedownEffect::Moderates(moderation) = effect else { panic!("{effect:?}") };
    (CaseSubject { moderation, ..thing.clone() }, takedown)
}

fn state_and_effect(step: &TakedownStep) -> (TakedownState, TakedownEffect) {
    (step.takedown.state, step.effect)
}

#[test]
fn a_link_names_a_post_a_comment_or_a_review() {
    let post = PostId::new(BoardId::new(now()), now());
    let comment = CommentId::new(post, None, now());
    let reply = CommentId::new(post, Some(comment), now());
    let lecture = LectureId::new(now(), Semester::parse("2026-1".to_owned()).unwrap());
    let (review, exam_info) = (ReviewId::random(), ExamInfoId::random());
    for (link, id) in [
        (format!("https://campus.example/posts/{post}"), CaseId::Post(post)),
        (format!(" https://campus.example:8443/app/posts/{post}/?from=mail#top\n"), CaseId::Post(post)),
        (format!("/posts/{post}"), CaseId::Post(post)),
        (format!("https://campus.example/posts/{post}?comment={comment}"), CaseId::Comment(comment)),
        (format!("https://campus.example/posts/{post}#comment-{reply}"), CaseId::Comment(reply)),
        (format!("https://campus.example/lectures/{lecture}?a=b&review={review}"), CaseId::Review(review)),
        (format!("https://campus.example/lectures/{lecture}#review-{review}"), CaseId::Review(review)),
        (format!("https://campus.example/lectures/{lecture}?exam_info={exam_info}"), CaseId::ExamInfo(exam_info)),
    ] {
        assert_eq!(ContentLink::parse(link.clone()), Ok(ContentLink(id)), "{link}");
    }
    let other = PostId::new(BoardId::new(now()), now());
    for link in [
        "https://campus.example".to_owned(),
        "https://campus.example/posts/1".to_owned(),
        format!("https://campus.example/boards/{}", post.board()),
        format!("https://campus.example/posts/{post}/edit"),
        format!("https://campus.example/posts/{other}?comment={comment}"),
        format!("https://campus.example/posts/{post}?comment=1"),
        format!("https://campus.example/lectures/{lecture}"),
        format!("https://campus.example/lectures/{lecture}?review={review}&exam_info={exam_info}"),
        format!("{post}"),
    ] {
        assert_eq!(ContentLink::parse(link.clone()), Err(FieldError::InvalidFormat), "{link}");
    }
    assert_eq!(ContentLink::parse(" ".to_owned()), Err(FieldError::TooShort { min: 1 }));
    let long = format!("{}/posts/{post}", "x".repeat(ContentLink::MAX));
    assert_eq!(ContentLink::parse(long), Err(FieldError::TooLong { max: ContentLink::MAX }));
}

#[test]
fn a_restriction_lasts_30_days_and_is_decided_once() {
    let (thing, takedown) = restricted(None);
    assert_eq!((takedown.state, takedown.until), (TakedownState::Restricted, Some(end())));
    let (takedown_id, right) = (takedown.id, TakedownRight::Privacy);
    let restriction = TakedownRestriction { takedown_id, right, until: end(), is_objected: false };
    assert_eq!(thing.moderation, Some(Moderation::Restricted(restriction)));
    for verdict in [TakedownVerdict::Restrict, TakedownVerdict::Decline] {
        assert_eq!(takedown.decide(decision(verdict), Some(&thing)), Err(Refusal::CaseDecided));
    }
}

#[test]
fn declining_changes_nothing_of_the_thing() {
    for thing in [Some(subject(None)), Some(subject(Some(Moderation::Blinded(hiding())))), None] {
        let step = decide(&takedown(), TakedownVerdict::Decline, thing.as_ref());
        assert_eq!(state_and_effect(&step), (TakedownState::Declined, TakedownEffect::None));
    }
}

#[test]
fn what_is_gone_or_removed_is_not_restricted() {
    let (taken_down, _) = restricted(None);
    let taken_down = takedown_of(&taken_down).end(Some(&taken_down), None, end()).unwrap();
    let TakedownEffect::Moderates(taken_down) = taken_down.effect else { panic!() };
    let appealed = Moderation::Removed(Hiding { appeal: AppealStatus::Decided, ..hiding() });
    let unappealed = Moderation::Removed(Hiding { since: Time::from_millis(-21 * 24 * 3600 * 1000), ..hiding() });
    for thing in [Some(appealed), Some(unappealed), taken_down].map(|it| Some(subject(it))).into_iter().chain([None]) {
        let step = decide(&takedown(), TakedownVerdict::Restrict, thing.as_ref());
        assert_eq!(state_and_effect(&step), (TakedownState::Removed, TakedownEffect::None));
    }
}

/// The takedown that restricts the thing.
fn takedown_of(thing: &CaseSubject) -> Takedown {
    let Some(Moderation::Restricted(TakedownRestriction { takedown_id, .. })) = thing.moderation else { panic!() };
    Takedown { id: takedown_id, state: TakedownState::Restricted, ..takedown() }
}

#[test]
fn a_second_takedown_ends_with_the_first() {
    let (thing, first) = restricted(None);
    let later = TakedownDecision { decided_at: now().plus_secs(100), ..decision(TakedownVerdict::Restrict) };
    let second = takedown().decide(later, Some(&thing)).unwrap();
    assert_eq!(state_and_effect(&second), (TakedownState::Restricted, TakedownEffect::None));
    assert_eq!(second.takedown.until, first.until, "a restriction is not made longer");
    assert_eq!(second.takedown.end(Some(&thing), None, end()), None, "it waits for the first");
    let ended = first.end(Some(&thing), None, end()).unwrap();
    let TakedownEffect::Moderates(moderation) = ended.effect else { panic!() };
    let thing = CaseSubject { moderation, ..thing };
    let step = second.takedown.end(Some(&thing), None, end()).unwrap();
    assert_eq!(state_and_effect(&step), (TakedownState::Removed, TakedownEffect::None));
}

#[test]
fn the_author_objects_once_until_the_end() {
    let (thing, takedown) = restricted(None);
    let (after, objected) = objected(&thing, &takedown);
    assert_eq!(objected.objected_at, Some(now()));
    assert_eq!(objected.object(&after, now()), Ok(None), "again changes nothing");
    assert_eq!(takedown.object(&thing, end()), Err(Refusal::AppealClosed));
    let (others, _) = restricted(None);
    for other in [subject(None), subject(Some(Moderation::Removed(hiding()))), others] {
        assert_eq!(takedown.object(&other, now()), Err(Refusal::AppealClosed));
    }
}

#[test]
fn without_an_objection_the_thing_is_removed_at_the_end() {
    let (thing, takedown) = restricted(None);
    let step = takedown.end(Some(&thing), None, end()).unwrap();
    let taken_down = Moderation::TakenDown { takedown_id: takedown.id, right: TakedownRight::Privacy, since: end() };
    assert_eq!(state_and_effect(&step), (TakedownState::Removed, TakedownEffect::Moderates(Some(taken_down))));
}

#[test]
fn with_an_objection_the_thing_is_visible_again_at_the_end() {
    let (thing, takedown) = restricted(None);
    let (thing, takedown) = objected(&thing, &takedown);
    let step = takedown.end(Some(&thing), None, end()).unwrap();
    assert_eq!(state_and_effect(&step), (TakedownState::Restored, TakedownEffect::Moderates(None)));
}

#[test]
fn what_reports_have_hidden_stays_hidden_until_they_are_decided() {
    let blinded = Moderation::Blinded(hiding());
    let (thing, takedown) = restricted(Some(blinded));
    let (thing, takedown) = objected(&thing, &takedown);
    let open = thing.open(now());
    let restored = |case: &Case| {
        let step = takedown.end(Some(&thing), Some(case), end()).unwrap();
        assert_eq!(step.takedown.state, TakedownState::Restored);
        step.effect
    };
    let blinded_at_end = Moderation::Blinded(Hiding { since: end(), ..hiding() });
    assert_eq!(restored(&open), TakedownEffect::Moderates(Some(blinded_at_end)), "the author has 20 days to appeal");
    let (decided, moderation) = decide_case(&open, Verdict::Restore, &thing);
    assert_eq!(moderation, thing.moderation);
    assert_eq!(restored(&decided), TakedownEffect::Moderates(Some(Moderation::Restored)));
}

#[test]
fn an_appeal_that_is_open_stays_open_during_a_restriction() {
    let appealed = Moderation::Blinded(Hiding { appeal: AppealStatus::Open, ..hiding() });
    let (thing, takedown) = restricted(Some(appealed));
    let (thing, takedown) = objected(&thing, &takedown);
    let step = takedown.end(Some(&thing), Some(&thing.open(now())), end()).unwrap();
    assert_eq!(step.effect, TakedownEffect::Moderates(Some(appealed)));
}

/// The case and the moderation of the thing after a decision of an admin about its reports.
fn decide_case(case: &Case, verdict: Verdict, thing: &CaseSubject) -> (Case, Option<Moderation>) {
    let (note, decided_by) = (DecisionNote::default(), UserId::random());
    let decision = Decision { verdict, sanction: Sanction::None, note, decided_by, decided_at: now() };
    let moderation = case.moderation_after(&decision, ReportReason::Spam, thing.moderation, thing.version);
    (case.decide(decision).unwrap(), moderation)
}

/// The thing after an appeal of its author.
fn appealed(thing: &CaseSubject) -> CaseSubject {
    let own = CaseSubject { is_mine: true, ..thing.clone() };
    CaseSubject { moderation: Some(own.appeal(now()).unwrap()), ..own }
}

fn appeal() -> Appeal {
    Appeal { text: AppealText::parse("아닙니다".to_owned()).unwrap(), created_at: now() }
}

#[test]
fn a_removal_by_a_decision_prevails_over_the_objection() {
    let (thing, takedown) = restricted(None);
    let (thing, takedown) = objected(&thing, &takedown);
    let case = thing.open(now()).with_appeal(appeal());
    let (case, moderation) = decide_case(&case, Verdict::Remove, &thing);
    let removed = CaseSubject { moderation, ..thing };
    let step = takedown.end(Some(&removed), Some(&case), end()).unwrap();
    assert_eq!(state_and_effect(&step), (TakedownState::Removed, TakedownEffect::None));
}

#[test]
fn a_granted_appeal_against_a_removal_does_not_end_the_restriction() {
    let (thing, takedown) = restricted(None);
    let (case, moderation) = decide_case(&thing.open(now()), Verdict::Remove, &thing);
    let removed = CaseSubject { moderation, ..thing.clone() };
    assert!(matches!(moderation, Some(Moderation::Removed(_))), "{moderation:?}");
    assert_eq!(takedown.end(Some(&removed), Some(&case), now()), None, "the author can still appeal");
    let removed = appealed(&removed);
    assert_eq!(takedown.end(Some(&removed), Some(&case), end()), None, "an admin must decide first");
    let (case, moderation) = decide_case(&case.with_appeal(appeal()), Verdict::Restore, &removed);
    assert_eq!(moderation, thing.moderation);
    let step = takedown.end(Some(&thing), Some(&case), end()).unwrap();
    assert_eq!(step.takedown.state, TakedownState::Removed, "without an objection");
    let (thing, takedown) = objected(&thing, &takedown);
    let step = takedown.end(Some(&thing), Some(&case), end()).unwrap();
    assert_eq!(
        state_and_effect(&step),
        (TakedownState::Restored, TakedownEffect::Moderates(Some(Moderation::Restored)))
    );
}

#[test]
fn what_an_appeal_can_restore_is_restricted_when_it_is_restored() {
    let (case, removed) = decide_case(&subject(None).open(now()), Verdict::Remove, &subject(None));
    let thing = subject(removed);
    let TakedownStep { takedown, effect } = decide(&takedown(), TakedownVerdict::Restrict, Some(&thing));
    assert_eq!((takedown.state, takedown.until), (TakedownState::Restricted, Some(end())));
    let TakedownEffect::Moderates(moderation) = effect else { panic!("{effect:?}") };
    let thing = CaseSubject { moderation, ..thing };
    assert!(matches!(moderation, Some(Moderation::Removed(_))), "{moderation:?}");
    let second = decide(&self::takedown(), TakedownVerdict::Restrict, Some(&thing));
    assert_eq!(state_and_effect(&second), (TakedownState::Restricted, TakedownEffect::None), "it ends with the first");

    let (after, _) = objected(&thing, &takedown);
    assert!(matches!(after.moderation, Some(Moderation::Removed(_))), "{:?}", after.moderation);
    for (thing, is_objected) in [(thing, false), (after, true)] {
        let (_, restored) = decide_case(&case.with_appeal(appeal()), Verdict::Restore, &appealed(&thing));
        let (takedown_id, right) = (takedown.id, TakedownRight::Privacy);
        let restriction = TakedownRestriction { takedown_id, right, until: end(), is_objected };
        assert_eq!(restored, Some(Moderation::Restricted(restriction)));
    }
}

#[test]
fn a_restriction_of_something_deleted_ends_as_removed() {
    let (_, takedown) = restricted(None);
    let step = takedown.end(None, None, end()).unwrap();
    assert_eq!(state_and_effect(&step), (TakedownState::Removed, TakedownEffect::None));
}
