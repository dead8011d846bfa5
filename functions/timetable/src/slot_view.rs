//! Slots in requests and responses.

use campus_core::domain::{Day, Invalid, Room, Slot, TimeOfDay};
use campus_core::request;
use serde::Serialize;
use utoipa::ToSchema;

request! {
    /// A time in every week.
    #[derive(Debug, ToSchema)]
    #[schema(as = NewSlot)]
    pub(crate) struct SlotBody {
        day: Day,
        start: TimeOfDay,
        /// Later than `start`. `24:00` is the end of the day.
        end: TimeOfDay,
    }
    optional {
        place: Room,
    }
}

/// Converts the slots of a request.
///
/// # Errors
/// `ends_before_start` at the `end` of the first slot that does not end after its start.
pub(crate) fn slots(bodies: Vec<SlotBody>) -> Result<Vec<Slot>, Invalid> {
    let slot = |(at, body): (usize, SlotBody)| {
        let slot = Slot::new(body.day, body.start, body.end, body.place);
        slot.map_err(|error| error.at(format!("slots[{at}].end")))
    };
    bodies.into_iter().enumerate().map(slot).collect()
}

/// A time in every week. A slot that starts when another one ends does not overlap it.
#[derive(Serialize, ToSchema)]
#[schema(as = Slot)]
pub(crate) struct SlotView {
    day: Day,
    start: TimeOfDay,
    /// `24:00` is the end of the day.
    end: TimeOfDay,
    /// The room. Null if it is unknown.
    place: Option<Room>,
}

impl SlotView {
    pub(crate) fn all(slots: &[Slot]) -> Vec<Self> {
        slots.iter().map(Self::new).collect()
    }

    fn new(slot: &Slot) -> Self {
        Self { day: slot.day, start: slot.start, end: slot.end, place: slot.place.clone() }
    }
}
