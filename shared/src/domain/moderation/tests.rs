use super::*;

const HIDDEN_AT: i64 = 1_000_000;

fn hiding(is_appealed: bool) -> Hiding {
    let appeal = if is_appealed { AppealStatus::Open } else { AppealStatus::NotMade };
    Hiding { since: Time::from_millis(HIDDEN_AT), appeal, ..Hiding::for_test() }
}

#[test]
fn the_pictures_of_a_removed_post_stay_as_long_as_an_appeal_can_restore_it() {
    let since = Time::from_millis(HIDDEN_AT);
    for (reason, appeal, until) in [
        (ReportReason::Spam, AppealStatus::NotMade, Some(since.plus_secs(20 * 24 * 3600))),
        (ReportReason::Spam, AppealStatus::Open, None),
        (ReportReason::Spam, AppealStatus::Decided, Some(since)),
        (ReportReason::IllegalMedia, AppealStatus::NotMade, Some(since)),
        (ReportReason::IllegalMedia, AppealStatus::Open, Some(since)),
    ] {
        let hiding = Hiding { reason, since, appeal, restriction: None };
        assert_eq!(Moderation::Removed(hiding).pictures_until(), until, "{hiding:?}");
        assert_eq!(Moderation::Blinded(hiding).pictures_until(), None);
    }
    assert_eq!(restricted().pictures_until(), None);
    assert!(taken_down().pictures_until().is_some());
}

fn restricted() -> Moderation {
    let now = Time::from_millis(HIDDEN_AT);
    let (takedown_id, right) = (TakedownId::random(), TakedownRight::Privacy);
    let until = now.plus_secs(60);
    Moderation::Restricted(TakedownRestriction { takedown_id, right, until, is_objected: false })
}

fn taken_down() -> Moderation {
    let now = Time::from_millis(HIDDEN_AT);
    Moderation::TakenDown { takedown_id: TakedownId::random(), right: TakedownRight::Privacy, since: now }
}

#[test]
fn others_see_only_the_place_of_something_hidden_and_nothing_of_a_restoration() {
    use ContentState::{Blinded, Removed, Restored, Restricted, Visible};
    let now = Time::from_millis(HIDDEN_AT);
    for (moderation, to_author, to_others, is_hidden) in [
        (None, Visible, Visible, false),
        (Some(Moderation::Blinded(hiding(false))), Blinded, Blinded, true),
        (Some(Moderation::Restored), Restored, Visible, false),
        (Some(Moderation::Removed(hiding(true))), Removed, Removed, true),
        (Some(restricted()), Restricted, Restricted, true),
        (Some(taken_down()), Removed, Removed, true),
    ] {
        let (author, other) = (Appearance::new(moderation, true, now), Appearance::new(moderation, false, now));
        assert_eq!((author.state, other.state), (to_author, to_others));
        assert_eq!((author.show(1), other.show(1)), (Some(1), (!is_hidden).then_some(1)), "{to_author:?}");
        assert_eq!((author.notice.is_some(), other.notice), (is_hidden, None), "{to_author:?}");
        assert_eq!(Moderation::check_not_hidden(moderation.as_ref()).is_err(), is_hidden, "{to_author:?}");
    }
}

#[test]
fn the_author_can_appeal_once_within_20_days() {
    let until = Time::from_millis(HIDDEN_AT).plus_secs(20 * 24 * 3600);
    let can_appeal = |moderation, now| Appearance::new(Some(moderation), true, now).notice.unwrap().can_appeal;
    for state in [Moderation::Blinded, Moderation::Removed] {
        assert!(can_appeal(state(hiding(false)), until));
        assert!(!can_appeal(state(hiding(false)), until.plus_millis(1)));
        assert!(!can_appeal(state(hiding(true)), until));
    }
    for moderation in [restricted(), taken_down()] {
        assert!(!can_appeal(moderation, Time::from_millis(HIDDEN_AT)));
    }
}

#[test]
fn the_author_can_object_until_the_restriction_ends() {
    let now = Time::from_millis(HIDDEN_AT);
    let can_object = |moderation, now| Appearance::new(Some(moderation), true, now).notice.unwrap().can_object;
    assert!(can_object(restricted(), now));
    assert!(!can_object(restricted(), now.plus_secs(60)));
    assert!(!can_object(taken_down(), now));
    assert!(!can_object(Moderation::Removed(hiding(false)), now));
}

#[test]
fn an_author_is_told_what_moderation_changes_and_not_of_edits_and_appeals() {
    use ContentState::{Blinded, Removed, Restored, Restricted, Visible};
    let with = |appeal| Moderation::Removed(Hiding { appeal, ..hiding(false) });
    let (open, decided) = (with(AppealStatus::Open), with(AppealStatus::Decided));
    let blinded = Moderation::Blinded(hiding(false));
    for (before, after, told) in [
        (None, Some(blinded), Some(Blinded)),
        (Some(blinded), Some(open), Some(Removed)),
        (Some(open), Some(decided), Some(Removed)),
        (Some(blinded), Some(Moderation::Restored), Some(Restored)),
        (None, Some(restricted()), Some(Restricted)),
        (Some(restricted()), None, Some(Visible)),
        (Some(with(AppealStatus::NotMade)), Some(open), None),
        (Some(decided), Some(decided), None),
        (Some(Moderation::Restored), None, None),
        (None, Some(Moderation::Restored), None),
        (None, None, None),
    ] {
        assert_eq!(Moderation::told_change(before.as_ref(), after.as_ref()), told, "{before:?} {after:?}");
    }
}

#[test]
fn an_edit_makes_a_restored_thing_like_any_other() {
    assert_eq!(Moderation::after_edit(Some(Moderation::Restored)), None);
    assert_eq!(Moderation::after_edit(None), None);
}

#[test]
fn a_reason_is_parsed_from_the_name_that_responses_have() {
    for reason in ReportReason::ALL {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        assert_eq!(ReportReason::parse(reason.as_str().to_owned()), Ok(reason));
    }
    assert_eq!(ReportReason::parse("boring".to_owned()), Err(FieldError::UnknownChoice));
}
