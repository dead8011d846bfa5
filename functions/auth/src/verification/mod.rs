//! Verification of the caller by a code that is sent to an address of the school (rule 16).

pub(crate) mod confirm;
pub(crate) mod request;
