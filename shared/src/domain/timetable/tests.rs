use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::domain::{Credit, Day, LectureFacts, LectureTitle, Role, SchoolId, SessionId, TimeOfDay};

fn student() -> Caller {
    let now = Time::now();
    Caller { school: SchoolId::new(now), user: UserId::random(), session: SessionId::new(now), role: Role::Student }
}

fn line<const MIN: usize, const MAX: usize>(text: &str) -> Line<MIN, MAX> {
    Line::parse(text.to_owned()).unwrap()
}

fn semester() -> Semester {
    Semester::parse("2026-1".to_owned()).unwrap()
}

fn timetable(owner: &Caller, name: &str) -> Timetable {
    Timetable::open(owner, semester(), line(name), Visibility::Private, Time::now())
}

fn slot(day: Day, start: u16, end: u16) -> Slot {
    let time = |minutes| TimeOfDay::from_minutes(minutes).unwrap();
    Slot::new(day, time(start), time(end), None).unwrap()
}

fn custom(title: &str, slots: Vec<Slot>) -> Custom {
    Custom { title: line(title), professor: None, slots, credit: Credit::default() }
}

fn lecture(section: &str, slots: Vec<Slot>) -> Lecture {
    let now = Time::now();
    let facts = LectureFacts {
        code: line("M1"),
        section: line(section),
        title: line("확률과정론"),
        credit: Credit::parse(3).unwrap(),
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
fn a_new_entry_is_checked_against_every_slot_of_every_entry_and_the_clash_names_it() {
    let timetable = timetable(&student(), "계획");
    let timetable = add(&timetable, "하나", vec![slot(Day::Mon, 540, 600)]).unwrap();
    let timetable = add(&timetable, "둘", vec![slot(Day::Tue, 540, 600), slot(Day::Wed, 540, 600)]).unwrap();
    let second = &timetable.entries[1];
    let refused = add(&timetable, "셋", vec![slot(Day::Fri, 0, 60), slot(Day::Wed, 599, 660)]).unwrap_err();
    assert_eq!(refused, EntryRefusal::Clash(Clash { entry_id: second.id, title: "둘".to_owned() }));
    add(&timetable, "셋", vec![slot(Day::Fri, 0, 60), slot(Day::Wed, 600, 660)]).unwrap();
}

#[test]
fn a_custom_entrys_own_slots_do_not_clash_and_are_five_at_most() {
    let timetable = timetable(&student(), "계획");
    let invalid = |error: FieldError| EntryRefusal::Invalid(vec![error.at("slots")]);
    let both = vec![slot(Day::Mon, 540, 600), slot(Day::Mon, 599, 660)];
    assert_eq!(add(&timetable, "둘", both), Err(invalid(FieldError::Overlapping)));
    let hours = |count| (0..count).map(|hour| slot(Day::Mon, hour * 60, hour * 60 + 60)).collect();
    assert!(add(&timetable, "다섯", hours(5)).is_ok());
    assert_eq!(add(&timetable, "여섯", hours(6)), Err(invalid(FieldError::TooMany { max: 5 })));
}

#[test]
fn a_lecture_is_added_once_and_what_has_no_times_never_clashes() {
    let overlapping = vec![slot(Day::Mon, 540, 600), slot(Day::Mon, 540, 600)];
    let (held, untimed) = (lecture("001", overlapping), lecture("002", Vec::new()));
    let catalogue = Catalogue::new(vec![held.clone(), untimed.clone()]);
    let catalogue = Some(&catalogue);
    let (now, empty) = (Time::now(), timetable(&student(), "계획"));
    let (one, _) = empty.add_lecture(&held, None, catalogue, now).unwrap();
    let (both, _) = one.add_lecture(&untimed, None, catalogue, now).unwrap();
    for lecture in [&held, &untimed] {
        let again = both.add_lecture(lecture, None, catalogue, now);
        assert_eq!(again, Err(Refusal::LectureAlreadyAdded.into()));
    }
    assert_eq!(both.shown(catalogue).iter().map(|entry| entry.conflicts).collect::<Vec<_>>(), [false, false]);
}

#[test]
fn when_the_catalogue_moves_a_lecture_onto_another_both_say_so() {
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
fn an_entry_may_move_within_its_own_time_but_not_into_anothers() {
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
fn of_a_lecture_only_the_colour_can_be_changed() {
    let held = lecture("001", Vec::new());
    let (timetable, id) = timetable(&student(), "계획").add_lecture(&held, None, None, Time::now()).unwrap();
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
fn colours_are_not_repeated_while_there_are_others() {
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
fn a_timetable_has_fifty_entries_at_most() {
    let mut timetable = timetable(&student(), "계획");
    for _ in 0..Timetable::MOST_ENTRIES {
        timetable = add(&timetable, "무엇", Vec::new()).unwrap();
    }
    assert_eq!(add(&timetable, "무엇", Vec::new()), Err(Refusal::EntriesFull.into()));
}

#[test]
fn friends_see_the_primary_one_and_others_what_is_the_schools() {
    let (owner, other) = (student(), student());
    let request = Friendship::request(other.user, Time::now());
    let friendship = Friendship { since: Some(request.created_at), ..request.clone() };
    for (visibility, friends, others) in
        [(Visibility::Private, false, false), (Visibility::Friends, true, false), (Visibility::School, true, true)]
    {
        let timetable = Timetable { visibility, ..timetable(&owner, "계획") };
        let shelf = Shelf::first(&timetable);
        let behind = Shelf { primary_id: TimetableId::new(Time::now(), timetable.semester), ..shelf.clone() };
        assert_eq!(timetable.is_open(), friends);
        assert_eq!(timetable.is_shown_to_other(Some(&shelf), Some(&friendship)), friends, "{visibility:?}");
        for (shelf, friendship) in [
            (Some(&shelf), None),
            (Some(&shelf), Some(&request)),
            (Some(&behind), Some(&friendship)),
            (None, Some(&friendship)),
        ] {
            assert_eq!(timetable.is_shown_to_other(shelf, friendship), others, "{visibility:?}");
        }
        assert_eq!(timetable.check_owned_by(&other), Err(Refusal::NotTimetableOwner));
    }
}

#[test]
fn a_copy_is_the_copiers_own_and_private() {
    let (owner, copier) = (student(), student());
    let source = Timetable { visibility: Visibility::School, ..timetable(&owner, "계획") };
    let source = add(&source, "동아리", vec![slot(Day::Fri, 540, 600)]).unwrap();
    let source = source.share(Some(ShareHash::from_base64("x".to_owned())), Time::now());
    let copy = source.copy(&copier, line("사본"), Time::now());
    assert_eq!((copy.owner_id, copy.visibility, copy.semester), (copier.user, Visibility::Private, source.semester));
    assert_eq!(copy.entries[0].subject, source.entries[0].subject);
    assert_ne!((copy.id, copy.entries[0].id), (source.id, source.entries[0].id));
    assert_eq!(copy.share, None);
}

#[test]
fn names_are_unique_without_regard_to_case_and_ten_fit() {
    let owner = student();
    let (first, now) = (timetable(&owner, "Plan"), Time::now());
    let mut shelf = Shelf::first(&first);
    assert_eq!(shelf.with(&timetable(&owner, "ｐLAN"), now), Err(Refusal::TimetableNameTaken));
    for number in 1..Shelf::MOST {
        shelf = shelf.with(&timetable(&owner, &number.to_string()), now).unwrap();
    }
    assert_eq!(shelf.with(&timetable(&owner, "하나 더"), now), Err(Refusal::TimetablesFull));
    let rename = |name: &str| TimetableChanges { name: Some(line(name)), ..TimetableChanges::default() };
    assert_eq!(shelf.edit(first.id, &rename("1"), now), Err(Refusal::TimetableNameTaken));
    assert_eq!(shelf.edit(first.id, &rename("PLAN"), now).unwrap().unwrap().timetables[0].name, line("PLAN"));
    assert_eq!(shelf.edit(first.id, &rename("Plan"), now), Ok(None), "nothing to write");
}

#[test]
fn one_timetable_is_the_primary_one_whatever_happens() {
    let (owner, now) = (student(), Time::now());
    let [first, second, third] = ["1", "2", "3"].map(|name| timetable(&owner, name));
    let shelf = Shelf::first(&first).with(&second, now).unwrap().with(&third, now).unwrap();
    assert_eq!(shelf.primary_id, first.id);
    let primary = |is_primary| TimetableChanges { is_primary: Some(is_primary), ..TimetableChanges::default() };
    assert_eq!(shelf.edit(first.id, &primary(false), now), Err(Refusal::PrimaryNeeded));
    assert_eq!(shelf.edit(second.id, &primary(false), now), Ok(None));
    let shelf = shelf.edit(second.id, &primary(true), now).unwrap().unwrap();
    assert_eq!(shelf.primary_id, second.id);
    assert_eq!(shelf.without(first.id, now).unwrap().primary_id, second.id);
    let newest = first.id.max(third.id);
    let shelf = shelf.without(second.id, now).unwrap();
    assert_eq!(shelf.primary_id, newest, "the newest of the others");
    let last = shelf.without(newest, now).unwrap();
    assert_eq!(last.without(last.primary_id, now), None);
}

fn entries() -> impl Strategy<Value = Vec<Vec<Slot>>> {
    let slot =
        (0_usize..3, 0_u16..40, 1_u16..20).prop_map(|(day, start, length)| slot(Day::ALL[day], start, start + length));
    prop::collection::vec(prop::collection::vec(slot, 0..4), 0..12)
}

proptest! {
    /// Whatever is put into a timetable, and whatever of it is refused, no minute is taken twice; and nothing is refused
    /// for which there was room.
    #[test]
    fn no_minute_of_a_timetable_is_taken_twice(entries in entries()) {
        let mut timetable = timetable(&student(), "계획");
        let mut taken: HashSet<(Day, u16)> = HashSet::new();
        for slots in entries {
            let minutes: Vec<_> = slots
                .iter()
                .flat_map(|slot| (slot.start.minutes()..slot.end.minutes()).map(|minute| (slot.day, minute)))
                .collect();
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
    fn an_entry_conflicts_exactly_where_another_has_a_minute_of_its(entries in entries()) {
        // As a catalogue might have it, which nobody checked.
        let entry = |slots| Entry {
            id: EntryId::new(Time::now()),
            color: Color::default(),
            subject: Subject::Custom(Custom { title: LectureTitle::parse("무엇".to_owned()).unwrap(), professor: None, slots, credit: Credit::default() }),
        };
        let timetable = Timetable { entries: entries.into_iter().map(entry).collect(), ..timetable(&student(), "계획") };
        let shown = timetable.shown(None);
        let minutes: Vec<HashSet<_>> = shown
            .iter()
            .map(|entry| entry.slots.iter().flat_map(|slot| (slot.start.minutes()..slot.end.minutes()).map(|minute| (slot.day, minute))).collect())
            .collect();
        for (at, entry) in shown.iter().enumerate() {
            let others = minutes.iter().enumerate().filter(|(other, _)| *other != at);
            let shares = others.into_iter().any(|(_, other)| !minutes[at].is_disjoint(other));
            prop_assert_eq!(entry.conflicts, shares);
        }
    }
}
