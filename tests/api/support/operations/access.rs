//! Who may send a request.

use crate::support::fixture::Who;

/// The status and the code of a problem.
pub type Refusal = (u16, &'static str);

pub(super) const TOKEN_MISSING: Refusal = (401, "token_missing");
/// The session has ended. Reading stays possible until the access token expires.
pub(super) const SESSION_ENDED: Refusal = (401, "token_invalid");
pub(super) const BAD_CREDENTIALS: Refusal = (401, "invalid_credentials");
pub(super) const BAD_REFRESH_TOKEN: Refusal = (401, "refresh_token_invalid");
pub(super) const SCHOOL_UNVERIFIED: Refusal = (403, "school_unverified");
pub(super) const NOT_ADMIN: Refusal = (403, "not_admin");
pub(super) const NOT_AUTHOR: Refusal = (403, "not_author");
pub(super) const OWN_CONTENT: Refusal = (403, "own_content");
pub(super) const NOT_MANAGER: Refusal = (403, "not_board_manager");
pub(super) const BOARD_HAS_POSTS: Refusal = (409, "board_has_posts");
pub(super) const NOT_OWNER: Refusal = (403, "not_timetable_owner");
pub(super) const NOT_TAKEN: Refusal = (403, "not_taken");
pub(super) const OWN_REQUEST: Refusal = (403, "own_request");
pub(super) const NOT_FOUND: Refusal = (404, "not_found");
/// A message to its own sender.
pub(super) const TO_SELF: Refusal = (422, "validation_failed");

/// The response to each kind of caller.
#[derive(Clone, Debug)]
pub struct Access {
    /// The status of a successful response.
    pub success: u16,
    /// The callers that are refused, and how.
    refusals: Vec<(Who, Refusal)>,
}

impl Access {
    /// Succeeds for every caller, with or without a token.
    pub(super) fn public(success: u16) -> Self {
        Self { success, refusals: Vec::new() }
    }

    /// Succeeds for every verified caller with a valid access token, even if its session has ended.
    pub(super) fn read(success: u16) -> Self {
        Self::public(success).except(Who::Nobody, TOKEN_MISSING).except(Who::Unverified, SCHOOL_UNVERIFIED)
    }

    /// Succeeds for every verified caller with a session.
    pub(super) fn write(success: u16) -> Self {
        Self::read(success).except(Who::Ended, SESSION_ENDED).except(Who::Withdrawn, SESSION_ENDED)
    }

    /// Unverified callers are not refused.
    pub(super) fn open_to_unverified(mut self) -> Self {
        self.refusals.retain(|(refused, _)| *refused != Who::Unverified);
        self
    }

    /// Callers of another school get 404.
    pub(super) fn in_school(self) -> Self {
        self.except(Who::Foreigner, NOT_FOUND).except(Who::ForeignAdmin, NOT_FOUND)
    }

    /// Of the callers that would succeed, all but these get the refusal.
    pub(super) fn only(self, callers: &[Who], refusal: Refusal) -> Self {
        let others = Who::ALL.into_iter().filter(|who| !callers.contains(who));
        let others: Vec<_> = others.filter(|who| self.refusal(*who).is_none()).collect();
        others.into_iter().fold(self, |access, who| access.except(who, refusal))
    }

    /// This caller gets the refusal.
    pub(super) fn except(mut self, who: Who, refusal: Refusal) -> Self {
        self.refusals.retain(|(refused, _)| *refused != who);
        self.refusals.push((who, refusal));
        self
    }

    /// The problem that the caller gets, if its request is refused.
    pub fn refusal(&self, who: Who) -> Option<Refusal> {
        self.refusals.iter().find(|(refused, _)| *refused == who).map(|(_, refusal)| *refusal)
    }
}
