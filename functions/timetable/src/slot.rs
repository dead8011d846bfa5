//! Slots as clients send and see them.

use campus_core::domain::{Day, Invalid, Place, Slot, TimeOfDay};
use campus_core::request;
use serde::Serialize;
use utoipa::ToSchema;

request! {
    /// A stretch of time that comes every week.
    #[derive(Debug, ToSchema)]
    #[schema(as = NewSlot)]
    pub(crate) struct SlotBody {
        #[schema(inline)]
        day: Day,
        /// When it begins.
        #[schema(inline)]
        start: TimeOfDay,
        /// When it ends, which is later on the same day.
        #[schema(inline)]
        end: TimeOfDay,
    }
    optional {
        #[schema(inline)]
        place: Place,
    }
}

/// The slots that were asked for.
///
/// # Errors
/// The first that ends before it begins, at its field `end`.
pub(crate) fn slots(bodies: Vec<SlotBody>) -> Result<Vec<Slot>, Invalid> {
    let slot = |(at, body): (usize, SlotBody)| {
        let slot = Slot::new(body.day, body.start, body.end, body.place);
        slot.map_err(|error| error.at(format!("slots[{at}].end")))
    };
    bodies.into_iter().enumerate().map(slot).collect()
}

/// A stretch of time that comes every week: the start belongs to it, the end does not.
#[derive(Serialize, ToSchema)]
#[schema(as = Slot)]
pub(crate) struct SlotView {
    #[schema(inline)]
    day: Day,
    #[schema(value_type = String, inline, example = "09:00")]
    start: TimeOfDay,
    /// `24:00` is the end of the day.
    #[schema(value_type = String, inline, example = "10:15")]
    end: TimeOfDay,
    /// Null where it is not known.
    #[schema(inline)]
    place: Option<Place>,
}

impl SlotView {
    pub(crate) fn all(slots: &[Slot]) -> Vec<Self> {
        slots.iter().map(Self::new).collect()
    }

    fn new(slot: &Slot) -> Self {
        Self { day: slot.day, start: slot.start, end: slot.end, place: slot.place.clone() }
    }
}
