//! The user who sent a request.

use super::{Refusal, Role, SchoolId, SessionId, Time, UserId};

/// The user who sent a request, from the claims of a verified access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The tenant. Every read and write on behalf of the caller stays in this school (rule 1).
    pub school: SchoolId,
    pub user: UserId,
    pub session: SessionId,
    /// The role when the token was issued. See [`Permission::AsAdmin`].
    pub role: Role,
    /// Whether the account was verified when the token was issued (rule 16).
    pub is_verified: bool,
    /// When the account stops being young (rule 32).
    pub young_until: Time,
}

/// Why a caller may change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission<E = Refusal> {
    /// The caller needs no role for it, such as for what is the caller's own.
    Own,
    /// The caller's access token says that they are an admin. The role may have been revoked since, so the transaction
    /// must check it in the table, and fails with `otherwise` if it was.
    AsAdmin { otherwise: E },
}

impl Caller {
    /// Checks that the account is verified, so that it may see and do more than what concerns only itself (rule 16).
    ///
    /// # Errors
    /// [`Refusal::SchoolUnverified`].
    pub fn check_verified(&self) -> Result<(), Refusal> {
        if self.is_verified { Ok(()) } else { Err(Refusal::SchoolUnverified) }
    }

    /// The permission to change something, which may be the caller's own: its owner and admins have it (rule 2).
    ///
    /// # Errors
    /// `otherwise`.
    pub fn permission<E>(&self, is_own: bool, otherwise: E) -> Result<Permission<E>, E> {
        match (is_own, self.role) {
            (true, _) => Ok(Permission::Own),
            (false, Role::Admin) => Ok(Permission::AsAdmin { otherwise }),
            (false, Role::Student) => Err(otherwise),
        }
    }
}

#[cfg(test)]
impl Caller {
    /// A new user of a new school, whose account is not young.
    pub(super) fn for_test(role: Role) -> Self {
        let now = Time::from_millis(0);
        Self {
            school: SchoolId::new(now),
            user: UserId::random(),
            session: SessionId::new(now),
            role,
            is_verified: true,
            young_until: now,
        }
    }
}
