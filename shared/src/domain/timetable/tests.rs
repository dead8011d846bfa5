//! Tests of [`Timetable`] and [`SemesterTimetables`].

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::domain::{Credit, Day, LectureFacts, Role, TimeOfDay};

fn student() -> Caller {
    Caller::for_test(Role::Student)
}

fn line<const MIN: usize, const MAX: usize>(text: &str) -> SingleLine<MIN, MAX> {
    SingleLine::parse(text.to_owned()).unwrap()
}

fn semester() -> Semester {
    Semester::parse("2026-1".to_owned()).unwrap()
}

fn timetable(owner: &Caller, name: &str) -> Timetable {
    Timetable::new(owner, semester(), line(name), Visibility::Private, Time::now())
}

fn slot(day: Day, start: u16, end: u16) -> Slot {
    let time = |minutes| TimeOfDay::from_minutes(minutes).unwrap();
    Slot::new(day, time(start), time(end), None).unwrap()
}

fn custom(title: &str, slots: Vec<Slot>) -> CustomEntry {
    CustomEntry { title: line(title), professor: None, slots, credit: Credit::default() }
}

fn lecture(section: &str, slots: Vec<Slot>) -> Lecture {
    let now = Time::now();
    let facts = LectureFacts {
        code: line("M1"),
        section: line(section),
        title: line("확률과정론"),
        credit: Credit::parse(3.0).unwrap(),
        state: LectureState::Listed,
        professor: None,
        department: None,
        classification: None,
        academic_year: None,
        slots,
        quota: None,
        remark: None,
    };
    Lecture { id: LectureId::new(now, semester()), facts, created_at: now, updated_at: now }
}

fn add(timetable: &Timetable, title: &str, slots: Vec<Slot>) -> Result<Timetable, EntryRefusal> {
    timetable.add_custom(custom(title, slots), None, None, Time::now()).map(|(timetable, _)| timetable)
}

#[test]
fn a_new_entry_is_checked_against_all_slots_of_all_entries() {
    let timetable = timetable(&student(), "계획");
    let timetable = add(&timetable, "하나", vec![slot(Day::Mon, 540, 600)]).unwrap();
    let timetable = add(&timetable, "둘", vec![slot(Day::Tue, 540, 600), slot(Day::Wed, 540, 600)]).unwrap();
    let second = &timetable.entries[1];
    let refused = add(&timetable, "셋", vec![slot(Day::Fri, 0, 60), slot(Day::Wed, 599, 660)]).unwrap_err();
    assert_eq!(refused, EntryRefusal::Clash(Clash { entry_id: second.id, title: "둘".to_owned() }));
    add(&timetable, "셋", vec![slot(Day::Fri, 0, 60), slot(Day::Wed, 600, 660)]).unwrap();
}

#[test]
fn a_custom_entry_has_at_most_five_slots_that_do_not_overlap() {
    let timetable = timetable(&student(), "계획");
    let invalid = |error: FieldError| EntryRefusal::Invalid(vec![error.at("slots")]);
    let both = vec![slot(Day::Mon, 540, 600), slot(Day::Mon, 599, 660)];
    assert_eq!(add(&timetable, "둘", both), Err(invalid(FieldError::Overlapping)));
    let hours = |count| (0..count).map(|hour| slot(Day::Mon, hour * 60, hour * 60 + 60)).collect();
    assert!(add(&timetable, "다섯", hours(5)).is_ok());
    assert_eq!(add(&timetable, "여섯", hours(6)), Err(invalid(FieldError::TooMany { max: 5 })));
}

#[test]
fn a_lecture_is_added_once_and_lectures_without_slots_never_clash() {
    let overlapping = vec![slot(Day::Mon, 540, 600), slot(Day::Mon, 540, 600)];
    let (scheduled, unscheduled) = (lecture("001", overlapping), lecture("002", Vec::new()));
    let catalogue = Catalogue::new(vec![scheduled.clone(), unscheduled.clone()]);
    let catalogue = Some(&catalogue);
    let (now, empty) = (Time::now(), timetable(&student(), "계획"));
    let (one, _) = empty.add_lecture(&scheduled, None, catalogue, now).unwrap();
    let (both, _) = one.add_lecture(&unscheduled, None, catalogue, now).unwrap();
    for lecture in [&scheduled, &unscheduled] {
        let again = both.add_lecture(lecture, None, catalogue, now);
        assert_eq!(again, Err(Refusal::LectureAlreadyAdded.into()));
    }
    assert_eq!(both.shown(catalogue).iter().map(|entry| entry.conflicts).collect::<Vec<_>>(), [false, false]);
}

#[test]
fn a_lecture_that_does_not_take_place_is_not_added_but_stays_with_its_state() {
    let (now, empty) = (Time::now(), timetable(&student(), "계획"));
    let listed = lecture("001", Vec::new());
    let (timetable, _) = empty.add_lecture(&listed, None, None, now).unwrap();
    for (state, title) in
        [(LectureState::Cancelled, "[폐강] 확률과정론"), (LectureState::Withdrawn, "[목록에 없음] 확률과정론")]
    {
        let facts = LectureFacts { state, ..listed.facts.clone() };
        let changed = Lecture { facts, ..listed.clone() };
        assert_eq!(empty.add_lecture(&changed, None, None, now), Err(Refusal::LectureNotListed.into()));
        assert_eq!(timetable.add_lecture(&changed, None, None, now), Err(Refusal::LectureAlreadyAdded.into()));
        let catalogue = Catalogue::new(vec![changed]);
        let shown = timetable.shown(Some(&catalogue));
        assert_eq!((shown[0].state, &*shown[0].noted_title()), (Some(state), title));
    }
}

#[test]
fn if_the_catalogue_moves_a_lecture_onto_another_both_conflict() {
    let (first, second) =
        (lecture("001", vec![slot(Day::Mon, 540, 600)]), lecture("002", vec![slot(Day::Tue, 540, 600)]));
    let before = Catalogue::new(vec![first.clone(), second.clone()]);
    let now = Time::now();
    let (timetable, _) = timetable(&student(), "계획").add_lecture(&first, None, Some(&before), now).unwrap();
    let (timetable, _) = timetable.add_lecture(&second, None, Some(&before), now).unwrap();
    let timetable = add(&timetable, "동아리", vec![slot(Day::Fri, 540, 600)]).unwrap();
    let moved = Lecture { facts: LectureFacts { slots: first.facts.slots.clone(), ..second.facts }, ..second };
    let after = Catalogue::new(vec![first, moved]);
    let conflicts: Vec<_> = timetable.shown(Some(&after)).iter().map(|entry| entry.conflicts).collect();
    assert_eq!(conflicts, [true, true, false]);
}

#[test]
fn an_entry_can_move_within_its_own_time_but_not_onto_another_entry() {
    let timetable = add(&timetable(&student(), "계획"), "하나", vec![slot(Day::Mon, 540, 600)]).unwrap();
    let timetable = add(&timetable, "둘", vec![slot(Day::Mon, 600, 660)]).unwrap();
    let (first, second) = (timetable.entries[0].id, timetable.entries[1].id);
    let move_to = |start, end| {
        let custom = CustomChanges { slots: Some(vec![slot(Day::Mon, start, end)]), ..CustomChanges::default() };
        timetable.edit_entry(first, &EntryChanges { color: None, custom }, None, Time::now())
    };
    assert!(move_to(570, 600).unwrap().is_some());
    let clash = Clash { entry_id: second, title: "둘".to_owned() };
    assert_eq!(move_to(570, 601), Err(EntryRefusal::Clash(clash)));
}

#[test]
fn only_the_colour_of_a_lecture_can_be_changed() {
    let lecture = lecture("001", Vec::new());
    let (timetable, id) = timetable(&student(), "계획").add_lecture(&lecture, None, None, Time::now()).unwrap();
    let custom = CustomChanges { title: Some(line("내 강의")), professor: Some(None), ..CustomChanges::default() };
    let refused = timetable.edit_entry(id, &EntryChanges { color: None, custom }, None, Time::now());
    let fields = ["title", "professor"].map(|field| FieldError::FromCatalogue.at(field));
    assert_eq!(refused, Err(EntryRefusal::Invalid(fields.into())));
    let color = Color::parse("#AABBCC".to_owned()).unwrap();
    let changes = EntryChanges { color: Some(color.clone()), custom: CustomChanges::default() };
    let edited = timetable.edit_entry(id, &changes, None, Time::now()).unwrap().unwrap();
    assert_eq!((&edited.entries[0].color, color.as_str()), (&color, "#aabbcc"));
}

#[test]
fn a_colour_repeats_only_after_the_whole_palette_is_used() {
    let mut timetable = timetable(&student(), "계획");
    for _ in 0..20 {
        timetable = add(&timetable, "무엇", Vec::new()).unwrap();
    }
    for ten in timetable.entries.chunks(10) {
        let distinct: HashSet<_> = ten.iter().map(|entry| entry.color.as_str()).collect();
        assert_eq!(distinct.len(), 10);
    }
}

#[test]
fn a_timetable_has_at_most_50_entries() {
    let mut timetable = timetable(&student(), "계획");
    for _ in 0..Timetable::MAX_ENTRIES {
        timetable = add(&timetable, "무엇", Vec::new()).unwrap();
    }
    assert_eq!(add(&timetable, "무엇", Vec::new()), Err(Refusal::EntriesFull.into()));
}

#[test]
fn friends_see_the_primary_timetable_and_others_only_school_timetables() {
    let (owner, other) = (student(), student());
    let request = Friendship::request(other.user, false, Time::now());
    let friendship = Friendship { since: Some(request.created_at), ..request.clone() };
    for (visibility, friends, others) in
        [(Visibility::Private, false, false), (Visibility::Friends, true, false), (Visibility::School, true, true)]
    {
        let timetable = Timetable { visibility, ..timetable(&owner, "계획") };
        let list = SemesterTimetables::first(&timetable);
        let not_primary =
            SemesterTimetables { primary_id: TimetableId::new(Time::now(), timetable.semester), ..list.clone() };
        assert_eq!(timetable.is_private(), !friends);
        assert_eq!(timetable.is_visible_to_other(Some(&list), Some(&friendship)), friends, "{visibility:?}");
        for (list, friendship) in [
            (Some(&list), None),
            (Some(&list), Some(&request)),
            (Some(&not_primary), Some(&friendship)),
            (None, Some(&friendship)),
        ] {
            assert_eq!(timetable.is_visible_to_other(list, friendship), others, "{visibility:?}");
        }
        assert_eq!(timetable.check_owned_by(&other), Err(Refusal::NotTimetableOwner));
    }
}

#[test]
fn a_copy_is_private_and_belongs_to_the_copier() {
    let (owner, copier) = (student(), student());
    let source = Timetable { visibility: Visibility::School, ..timetable(&owner, "계획") };
    let source = add(&source, "동아리", vec![slot(Day::Fri, 540, 600)]).unwrap();
    let source = source.share(Some(ShareHash::from_base64("x".to_owned())), Time::now());
    let copy = source.copy(&copier, line("사본"), Time::now());
    assert_eq!((copy.owner_id, copy.visibility, copy.semester), (copier.user, Visibility::Private, source.semester));
    assert_eq!(copy.entries[0].source, source.entries[0].source);
    assert_ne!((copy.id, copy.entries[0].id), (source.id, source.entries[0].id));
    assert_eq!(copy.share, None);
}

#[test]
fn a_semester_has_at_most_ten_timetables_with_unique_names() {
    let owner = student();
    let (first, now) = (timetable(&owner, "Plan"), Time::now());
    let mut list = SemesterTimetables::first(&first);
    assert_eq!(list.with(&timetable(&owner, "ｐLAN"), now), Err(Refusal::TimetableNameTaken));
    for number in 1..SemesterTimetables::MAX {
        list = list.with(&timetable(&owner, &number.to_string()), now).unwrap();
    }
    assert_eq!(list.with(&timetable(&owner, "하나 더"), now), Err(Refusal::TimetablesFull));
    let rename = |name: &str| TimetableChanges { name: Some(line(name)), ..TimetableChanges::default() };
    assert_eq!(list.edit(first.id, &rename("1"), now), Err(Refusal::TimetableNameTaken));
    assert_eq!(list.edit(first.id, &rename("PLAN"), now).unwrap().unwrap().timetables[0].name, line("PLAN"));
    assert_eq!(list.edit(first.id, &rename("Plan"), now), Ok(None), "the list does not change");
}

#[test]
fn exactly_one_timetable_is_always_primary() {
    let (owner, now) = (student(), Time::now());
    let [first, second, third] = ["1", "2", "3"].map(|name| timetable(&owner, name));
    let list = SemesterTimetables::first(&first).with(&second, now).unwrap().with(&third, now).unwrap();
    assert_eq!(list.primary_id, first.id);
    let primary = |is_primary| TimetableChanges { is_primary: Some(is_primary), ..TimetableChanges::default() };
    assert_eq!(list.edit(first.id, &primary(false), now), Err(Refusal::PrimaryNeeded));
    assert_eq!(list.edit(second.id, &primary(false), now), Ok(None));
    let list = list.edit(second.id, &primary(true), now).unwrap().unwrap();
    assert_eq!(list.primary_id, second.id);
    assert_eq!(list.without(first.id, now).unwrap().primary_id, second.id);
    let newest = first.id.max(third.id);
    let list = list.without(second.id, now).unwrap();
    assert_eq!(list.primary_id, newest, "the newest of the others");
    let last = list.without(newest, now).unwrap();
    assert_eq!(last.without(last.primary_id, now), None);
}

fn entries() -> impl Strategy<Value = Vec<Vec<Slot>>> {
    let slot =
        (0_usize..3, 0_u16..40, 1_u16..20).prop_map(|(day, start, length)| slot(Day::ALL[day], start, start + length));
    prop::collection::vec(prop::collection::vec(slot, 0..4), 0..12)
}

/// All minutes in the slots.
fn minutes(slots: &[Slot]) -> impl Iterator<Item = (Day, u16)> {
    slots.iter().flat_map(|slot| (slot.start.minutes()..slot.end.minutes()).map(|minute| (slot.day, minute)))
}

proptest! {
    /// No minute of a timetable is taken twice, and an entry is refused only if one of its minutes is already taken.
    #[test]
    fn no_minute_of_a_timetable_is_taken_twice(entries in entries()) {
        let mut timetable = timetable(&student(), "계획");
        let mut taken: HashSet<(Day, u16)> = HashSet::new();
        for slots in entries {
            let minutes: Vec<_> = minutes(&slots).collect();
            let distinct: HashSet<_> = minutes.iter().copied().collect();
            let fits = distinct.len() == minutes.len() && distinct.is_disjoint(&taken);
            match add(&timetable, "무엇", slots) {
                Ok(more) => {
                    prop_assert!(fits);
                    taken.extend(minutes);
                    timetable = more;
                }
                Err(_) => prop_assert!(!fits),
            }
        }
        prop_assert!(timetable.shown(None).iter().all(|entry| !entry.conflicts));
    }

    #[test]
    fn an_entry_conflicts_if_and_only_if_it_shares_a_minute_with_another(entries in entries()) {
        // Built without the checks, like a timetable whose lectures an import has moved.
        let entry = |slots| Entry {
            id: EntryId::new(Time::now()),
            color: Color::default(),
            source: EntrySource::Custom(custom("무엇", slots)),
        };
        let timetable = Timetable { entries: entries.into_iter().map(entry).collect(), ..timetable(&student(), "계획") };
        let shown = timetable.shown(None);
        let minutes: Vec<HashSet<_>> = shown.iter().map(|entry| minutes(entry.slots).collect()).collect();
        for (index, entry) in shown.iter().enumerate() {
            let others = minutes.iter().enumerate().filter(|(other, _)| *other != index);
            let shares = others.into_iter().any(|(_, other)| !minutes[index].is_disjoint(other));
            prop_assert_eq!(entry.conflicts, shares);
        }
    }
}
