//! Days, times of day, and the weekly slots of lectures and timetable entries.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{FieldError, Parse, SingleLine};

/// The place of a slot, such as a room number: 1 to 100 characters.
pub type Room = SingleLine<1, 100>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// All days, from Monday to Sunday.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The name in requests and responses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }

    /// The Korean abbreviation, such as 월.
    pub fn korean(self) -> &'static str {
        match self {
            Self::Mon => "월",
            Self::Tue => "화",
            Self::Wed => "수",
            Self::Thu => "목",
            Self::Fri => "금",
            Self::Sat => "토",
            Self::Sun => "일",
        }
    }

    /// The number of days after Monday.
    pub fn since_monday(self) -> u8 {
        match self {
            Self::Mon => 0,
            Self::Tue => 1,
            Self::Wed => 2,
            Self::Thu => 3,
            Self::Fri => 4,
            Self::Sat => 5,
            Self::Sun => 6,
        }
    }
}

impl Parse for Day {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        Self::ALL.into_iter().find(|day| day.as_str() == raw).ok_or(FieldError::UnknownChoice)
    }
}

/// A time of day in minutes, from `00:00` to `24:00`, which is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// The number of minutes in a day.
    pub const DAY: u16 = 24 * 60;

    /// The time `minutes` minutes after midnight, or `None` if that is after the end of the day.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= Self::DAY).then_some(Self(minutes))
    }

    /// Minutes after midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Parse for TimeOfDay {
    type Raw = String;

    /// Parses `HH:MM` with two digits each.
    fn parse(raw: String) -> Result<Self, FieldError> {
        let number = |text: &str| match text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => text.parse::<u16>().ok(),
            false => None,
        };
        let (hours, minutes) = raw.split_once(':').ok_or(FieldError::InvalidFormat)?;
        match (number(hours), number(minutes)) {
            (Some(hours), Some(minutes @ 0..60)) => {
                Self::from_minutes(hours.saturating_mul(60).saturating_add(minutes)).ok_or(FieldError::InvalidFormat)
            }
            _ => Err(FieldError::InvalidFormat),
        }
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).or(Err(de::Error::custom("invalid time of day")))
    }
}

/// A time range that repeats every week, with an optional room. It includes its start and excludes its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub day: Day,
    pub start: TimeOfDay,
    /// Always later than `start`.
    pub end: TimeOfDay,
    pub place: Option<Room>,
}

/// A time of a lecture or an entry, in all of its rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting<'a> {
    pub day: Day,
    pub start: TimeOfDay,
    pub end: TimeOfDay,
    /// The names of the rooms, each once.
    pub places: Vec<&'a str>,
}

impl Meeting<'_> {
    /// The meetings of the slots: slots of the same time are one meeting. A class that uses two rooms has two slots.
    pub fn all(slots: &[Slot]) -> Vec<Meeting<'_>> {
        let mut meetings: Vec<Meeting<'_>> = Vec::new();
        for Slot { day, start, end, place } in slots {
            let (day, start, end) = (*day, *start, *end);
            let place = place.as_ref().map(Room::as_str);
            match meetings.iter_mut().find(|meeting| (meeting.day, meeting.start, meeting.end) == (day, start, end)) {
                Some(meeting) => meeting.places.extend(place.filter(|place| !meeting.places.contains(place))),
                None => meetings.push(Meeting { day, start, end, places: place.into_iter().collect() }),
            }
        }
        meetings
    }
}

impl Slot {
    /// Creates a slot.
    ///
    /// # Errors
    /// [`FieldError::EndsBeforeStart`], for the field `end`.
    pub fn new(day: Day, start: TimeOfDay, end: TimeOfDay, place: Option<Room>) -> Result<Self, FieldError> {
        if start < end { Ok(Self { day, start, end, place }) } else { Err(FieldError::EndsBeforeStart) }
    }

    /// Whether the two slots overlap: they are on the same day, and each starts before the other ends.
    pub fn clashes_with(&self, other: &Self) -> bool {
        self.day == other.day && self.start < other.end && other.start < self.end
    }
}

/// Whether any slot of `first` overlaps any slot of `second`.
pub fn clash(first: &[Slot], second: &[Slot]) -> bool {
    first.iter().any(|slot| second.iter().any(|other| slot.clashes_with(other)))
}

/// Whether any two of the slots overlap.
pub fn clash_within(slots: &[Slot]) -> bool {
    slots
        .iter()
        .enumerate()
        .any(|(index, slot)| slots.iter().skip(index.saturating_add(1)).any(|other| slot.clashes_with(other)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> TimeOfDay {
        TimeOfDay::parse(text.to_owned()).unwrap()
    }

    fn slot(day: Day, start: &str, end: &str) -> Slot {
        Slot::new(day, time(start), time(end), None).unwrap()
    }

    #[test]
    fn a_time_of_day_has_two_digits_for_hours_and_minutes() {
        assert_eq!((time("00:00").minutes(), time("09:05").minutes(), time("24:00").minutes()), (0, 545, 1440));
        for text in ["00:00", "09:05", "23:59", "24:00"] {
            assert_eq!(time(text).to_string(), text);
        }
        for wrong in ["", "9:00", "09:5", "09:60", "24:01", "25:00", "0900", "+9:00", "09:00:00", "aa:bb", "９:00"] {
            assert_eq!(TimeOfDay::parse(wrong.to_owned()), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }

    #[test]
    fn a_slot_ends_after_it_starts() {
        for end in ["09:00", "08:59"] {
            assert_eq!(Slot::new(Day::Mon, time("09:00"), time(end), None), Err(FieldError::EndsBeforeStart));
        }
    }

    #[test]
    fn adjacent_slots_do_not_clash() {
        let first = slot(Day::Mon, "09:00", "10:15");
        assert!(!first.clashes_with(&slot(Day::Mon, "10:15", "11:30")));
        assert!(!first.clashes_with(&slot(Day::Tue, "09:00", "10:15")));
        assert!(first.clashes_with(&slot(Day::Mon, "10:14", "11:30")));
    }

    fn slots() -> impl Strategy<Value = Vec<Slot>> {
        // Few days and few minutes, so that clashes are about as frequent as free slots.
        let slot = (0_usize..3, 0_u16..40, 1_u16..20).prop_map(|(day, start, length)| Slot {
            day: Day::ALL[day],
            start: TimeOfDay(start),
            end: TimeOfDay(start + length),
            place: None,
        });
        prop::collection::vec(slot, 0..4)
    }

    /// All minutes in the slots.
    fn minutes(slots: &[Slot]) -> Vec<(Day, u16)> {
        slots.iter().flat_map(|slot| (slot.start.0..slot.end.0).map(|minute| (slot.day, minute))).collect()
    }

    proptest! {
        #[test]
        fn slots_clash_if_and_only_if_they_share_a_minute(first in slots(), second in slots()) {
            let taken: HashSet<_> = minutes(&first).into_iter().collect();
            let shares = minutes(&second).iter().any(|minute| taken.contains(minute));
            prop_assert_eq!(clash(&first, &second), shares);
            prop_assert_eq!(clash(&second, &first), shares);
        }

        #[test]
        fn slots_clash_within_if_and_only_if_a_minute_occurs_twice(slots in slots()) {
            let all = minutes(&slots);
            let distinct: HashSet<_> = all.iter().collect();
            prop_assert_eq!(clash_within(&slots), distinct.len() < all.len());
        }
    }
}
