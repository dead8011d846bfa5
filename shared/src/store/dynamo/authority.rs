//! The authority for a write. Every write method takes a value that implements [`Authority`], so a handler that has not
//! checked the caller's session does not compile.

/// Permission to write to the table: a `WriteAccess`, whose session was live when the request came in, or
/// [`ServiceAuthority`].
pub(crate) trait Authority {}

/// The service itself writes, because no student is logged in: sign-up, login, schedules, operator commands.
#[derive(Clone, Copy)]
pub(crate) struct ServiceAuthority;

impl Authority for ServiceAuthority {}
