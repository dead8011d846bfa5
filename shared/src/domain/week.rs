//! The week: days, times of day, and the slots that lectures take.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{FieldError, Line, Parse};

/// Where a slot is: 1 to 100 characters.
pub type Place = Line<1, 100>;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// The week, from Monday on.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The word that clients see.
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

    /// The one letter by which it goes in Korean.
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

    /// How many days after Monday.
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

/// A time of day to the minute, from `00:00` to `24:00`, which is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// The minutes of a day.
    pub const DAY: u16 = 24 * 60;

    /// So many minutes after midnight.
    ///
    /// # Errors
    /// None past the end of the day.
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

    /// Takes `HH:MM`, both of two digits.
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
        Self::parse(String::deserialize(deserializer)?).or(Err(de::Error::custom("not a time of day")))
    }
}

/// A stretch of time that comes every week, and where. The start belongs to it, the end does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// On which day.
    pub day: Day,
    /// When it begins.
    pub start: TimeOfDay,
    /// When it ends; later than the start.
    pub end: TimeOfDay,
    /// Where, if that is known.
    pub place: Option<Place>,
}

impl Slot {
    /// A slot.
    ///
    /// # Errors
    /// [`FieldError::EndsBeforeStart`], which is about the end.
    pub fn new(day: Day, start: TimeOfDay, end: TimeOfDay, place: Option<Place>) -> Result<Self, FieldError> {
        if start < end { Ok(Self { day, start, end, place }) } else { Err(FieldError::EndsBeforeStart) }
    }

    /// Whether the two share a minute: on one day, each begins before the other ends.
    pub fn clashes_with(&self, other: &Self) -> bool {
        self.day == other.day && self.start < other.end && other.start < self.end
    }
}

/// Whether any of these slots clashes with any of those.
pub fn clash(these: &[Slot], those: &[Slot]) -> bool {
    these.iter().any(|one| those.iter().any(|other| one.clashes_with(other)))
}

/// Whether two of these slots clash with each other.
pub fn clash_within(slots: &[Slot]) -> bool {
    slots
        .iter()
        .enumerate()
        .any(|(at, slot)| slots.iter().skip(at.saturating_add(1)).any(|other| slot.clashes_with(other)))
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
    fn a_time_of_day_has_two_digits_each() {
        assert_eq!((time("00:00").minutes(), time("09:05").minutes(), time("24:00").minutes()), (0, 545, 1440));
        for text in ["00:00", "09:05", "23:59", "24:00"] {
            assert_eq!(time(text).to_string(), text);
        }
        for wrong in ["", "9:00", "09:5", "09:60", "24:01", "25:00", "0900", "+9:00", "09:00:00", "aa:bb", "９:00"] {
            assert_eq!(TimeOfDay::parse(wrong.to_owned()), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }

    #[test]
    fn a_slot_ends_after_it_begins() {
        for end in ["09:00", "08:59"] {
            assert_eq!(Slot::new(Day::Mon, time("09:00"), time(end), None), Err(FieldError::EndsBeforeStart));
        }
    }

    #[test]
    fn slots_that_touch_do_not_clash() {
        let first = slot(Day::Mon, "09:00", "10:15");
        assert!(!first.clashes_with(&slot(Day::Mon, "10:15", "11:30")));
        assert!(!first.clashes_with(&slot(Day::Tue, "09:00", "10:15")));
        assert!(first.clashes_with(&slot(Day::Mon, "10:14", "11:30")));
    }

    fn slots() -> impl Strategy<Value = Vec<Slot>> {
        // Few days and a short day, so that clashes are as frequent as their absence.
        let slot = (0_usize..3, 0_u16..40, 1_u16..20).prop_map(|(day, start, length)| Slot {
            day: Day::ALL[day],
            start: TimeOfDay(start),
            end: TimeOfDay(start + length),
            place: None,
        });
        prop::collection::vec(slot, 0..4)
    }

    /// Every minute that the slots take.
    fn minutes(slots: &[Slot]) -> Vec<(Day, u16)> {
        slots.iter().flat_map(|slot| (slot.start.0..slot.end.0).map(|minute| (slot.day, minute))).collect()
    }

    proptest! {
        #[test]
        fn slots_clash_exactly_where_they_share_a_minute(these in slots(), those in slots()) {
            let taken: HashSet<_> = minutes(&these).into_iter().collect();
            let shares = minutes(&those).iter().any(|minute| taken.contains(minute));
            prop_assert_eq!(clash(&these, &those), shares);
            prop_assert_eq!(clash(&those, &these), shares);
        }

        #[test]
        fn slots_clash_among_themselves_exactly_where_a_minute_is_taken_twice(slots in slots()) {
            let all = minutes(&slots);
            let distinct: HashSet<_> = all.iter().collect();
            prop_assert_eq!(clash_within(&slots), distinct.len() < all.len());
        }
    }
}
