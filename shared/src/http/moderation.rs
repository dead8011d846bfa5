//! What moderation has done to something, in responses.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{HidingNotice, ReportReason, TakedownId, Time};

/// Why your post, comment, message or review is hidden from others.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Moderation)]
pub struct ModerationView {
    /// The reason for which it was reported. Null if it is restricted.
    reason: Option<ReportReason>,
    /// The last moment for an appeal. If it is restricted: when the restriction ends.
    until: Time,
    /// Whether you can appeal. You can appeal once.
    can_appeal: bool,
    /// The takedown request that led to the restriction. Null if it is not restricted.
    takedown_id: Option<TakedownId>,
}

impl From<HidingNotice> for ModerationView {
    fn from(notice: HidingNotice) -> Self {
        let HidingNotice { reason, until, can_appeal, takedown_id } = notice;
        Self { reason, until, can_appeal, takedown_id }
    }
}
