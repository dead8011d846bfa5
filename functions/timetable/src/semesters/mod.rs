//! The semesters for which the school has a catalogue.

pub(crate) mod filters;
pub(crate) mod list;
