//! Who is asking.

use super::{Role, SchoolId, SessionId, UserId};

/// Whoever sent a request, as a checked access token says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The school: the only one whose things exist for this caller.
    pub school: SchoolId,
    /// The user.
    pub user: UserId,
    /// The session that the token belongs to.
    pub session: SessionId,
    /// What the user may do in the school.
    pub role: Role,
}
