//! What moderation has done to something, in responses.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{HidingNotice, ReportReason, TakedownId, TakedownRight, Time};

/// Why your post, comment, message, review or exam info is hidden from others.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Moderation)]
pub struct ModerationView {
    /// The reason for which it was reported. Null if only a takedown request has hidden it.
    reason: Option<ReportReason>,
    /// The last moment for an appeal. If only a takedown request has hidden it: the end of the restriction.
    until: Time,
    /// Whether you can appeal. You can appeal once.
    can_appeal: bool,
    /// Whether you can object to the takedown request: `POST /takedowns/{id}/objection`.
    can_object: bool,
    /// The takedown request that restricts it. Null if only reports have hidden it.
    takedown_id: Option<TakedownId>,
    /// The right that it infringes, as the takedown request claims. Null if only reports have hidden it.
    takedown_right: Option<TakedownRight>,
}

impl From<HidingNotice> for ModerationView {
    fn from(notice: HidingNotice) -> Self {
        let HidingNotice { reason, until, can_appeal, can_object, takedown } = notice;
        let (takedown_id, takedown_right) = takedown.unzip();
        Self { reason, until, can_appeal, can_object, takedown_id, takedown_right }
    }
}
