//! What an import changes of a lecture, as far as it concerns the students who have it in a timetable (rule 23).

use serde::{Deserialize, Serialize};

use super::{Day, LectureFacts, LectureId, LectureState, LectureTitle, Room, Slot, TimeOfDay};

/// A change of a lecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LectureChange {
    /// It meets at other times.
    Time,
    /// It meets in other rooms.
    Place,
    /// It is cancelled.
    Cancelled,
    /// The school no longer lists it.
    Withdrawn,
    /// The school lists it again.
    Listed,
}

/// A lecture that an import has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedLecture {
    pub id: LectureId,
    /// The title after the import.
    pub title: LectureTitle,
    /// At least one change.
    pub changes: Vec<LectureChange>,
}

impl LectureChange {
    /// The changes from one state of the facts to another. Of a lecture that does not take place afterwards, times and
    /// rooms are left out.
    pub fn between(before: &LectureFacts, after: &LectureFacts) -> Vec<Self> {
        let state = (before.state != after.state).then_some(match after.state {
            LectureState::Listed => Self::Listed,
            LectureState::Cancelled => Self::Cancelled,
            LectureState::Withdrawn => Self::Withdrawn,
        });
        let mut changes: Vec<Self> = state.into_iter().collect();
        if after.state == LectureState::Listed {
            let has_other_times = times(&before.slots) != times(&after.slots);
            // With other times, only another set of rooms is a change of rooms.
            let has_other_places = match has_other_times {
                true => places(&before.slots) != places(&after.slots),
                false => times_and_places(&before.slots) != times_and_places(&after.slots),
            };
            changes.extend(has_other_times.then_some(Self::Time));
            changes.extend(has_other_places.then_some(Self::Place));
        }
        changes
    }
}

/// The parts of all slots in order, each once.
fn distinct<'a, T: Ord>(slots: &'a [Slot], part: impl Fn(&'a Slot) -> T) -> Vec<T> {
    let mut parts: Vec<T> = slots.iter().map(part).collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

fn times(slots: &[Slot]) -> Vec<(Day, TimeOfDay, TimeOfDay)> {
    distinct(slots, |slot| (slot.day, slot.start, slot.end))
}

fn places(slots: &[Slot]) -> Vec<Option<&str>> {
    distinct(slots, |slot| slot.place.as_ref().map(Room::as_str))
}

fn times_and_places(slots: &[Slot]) -> Vec<(Day, TimeOfDay, TimeOfDay, Option<&str>)> {
    distinct(slots, |slot| (slot.day, slot.start, slot.end, slot.place.as_ref().map(Room::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue_file::Columns;

    fn facts(times: &str, places: &str, state: LectureState) -> LectureFacts {
        let record = ["2026-1", "M1", "001", "확률과정론", "3", "", "", "", "", times, places, "", ""];
        let columns = Columns::find(Columns::NAMES).unwrap();
        let facts = columns.parse(|index| record.get(index).copied()).result.unwrap();
        LectureFacts { state, ..facts }
    }

    #[test]
    fn changes_are_of_times_rooms_and_state() {
        use LectureChange::{Cancelled, Listed as ListedAgain, Place, Time, Withdrawn};
        let listed = |times: &str, places: &str| facts(times, places, LectureState::Listed);
        let before = listed("화 14:00-15:30; 목 14:00-15:30", "24-112; 24-113");
        let to = |after: &LectureFacts| LectureChange::between(&before, after);
        assert_eq!(to(&before), []);
        assert_eq!(to(&listed("목 14:00-15:30; 화 14:00-15:30", "24-113; 24-112")), [], "another order is no change");
        assert_eq!(to(&listed("수 14:00-15:30; 목 14:00-15:30", "24-112; 24-113")), [Time]);
        assert_eq!(to(&listed("화 14:00-15:30; 목 14:00-15:30", "24-113; 24-112")), [Place], "exchanged rooms");
        assert_eq!(to(&listed("수 14:00-15:30; 목 14:00-15:30", "24-112; 25-101")), [Time, Place]);
        assert_eq!(to(&listed("", "")), [Time, Place]);
        assert_eq!(to(&LectureFacts { remark: None, quota: Some(7), ..before.clone() }), []);
        for (state, change) in [(LectureState::Cancelled, Cancelled), (LectureState::Withdrawn, Withdrawn)] {
            let gone = facts("", "", state);
            assert_eq!(to(&gone), [change], "a lecture that does not take place has no other changes");
            assert_eq!(LectureChange::between(&gone, &LectureFacts { quota: Some(7), ..gone.clone() }), []);
            assert_eq!(LectureChange::between(&gone, &before), [ListedAgain, Time, Place]);
        }
        let cancelled = facts("", "", LectureState::Cancelled);
        assert_eq!(LectureChange::between(&cancelled, &facts("", "", LectureState::Withdrawn)), [Withdrawn]);
    }
}
