//! The user who sent a request.

use super::{Role, SchoolId, SessionId, Time, UserId};

/// The user who sent a request, from the claims of a verified access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The tenant. Every read and write on behalf of the caller stays in this school (rule 1).
    pub school: SchoolId,
    pub user: UserId,
    pub session: SessionId,
    pub role: Role,
    /// When the account stops being young (rule 32).
    pub young_until: Time,
}
