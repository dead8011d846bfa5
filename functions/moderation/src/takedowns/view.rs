//! Takedown requests in responses. They hold neither the applicant nor the author.

use campus_core::bucket::{BucketError, UrlSigner};
use campus_core::domain::{
    CaseId, DecisionNote, MediaFolder, Takedown, TakedownDecision, TakedownExplanation, TakedownId, TakedownRight,
    TakedownState, TakedownVerdict, Time,
};
use campus_core::store::SeenTakedown;
use serde::Serialize;
use utoipa::ToSchema;

use crate::cases::view::{SnapshotView, SubjectKind};

/// A confirmed takedown request.
#[derive(Serialize, ToSchema)]
#[schema(as = Takedown)]
pub(crate) struct TakedownView {
    id: TakedownId,
    /// What it is about.
    case_id: CaseId,
    kind: SubjectKind,
    /// `open`: an admin must decide. `restricted`: hidden until `until`. `declined`: it stays visible. `restored`: the
    /// restriction has ended, and it is visible. `removed`: the restriction has ended, and it stays hidden, or its author or
    /// an admin has removed it.
    state: TakedownState,
    /// The right that it infringes, as the applicant says.
    right: TakedownRight,
    /// Why it infringes the right, as the applicant says.
    explanation: TakedownExplanation,
    /// What it is about, as it is now. Null if it was deleted, or the request is over.
    content: Option<SnapshotView>,
    /// The decision. Null before it.
    decision: Option<TakedownDecisionView>,
    /// When the restriction ends or ended. Null if there was none.
    until: Option<Time>,
    /// When the author objected. Null if the author has not.
    objected_at: Option<Time>,
    /// When the applicant confirmed the request.
    created_at: Time,
    /// When it got its state.
    updated_at: Time,
}

/// A decision about a takedown request.
#[derive(Serialize, ToSchema)]
#[schema(as = TakedownDecision)]
struct TakedownDecisionView {
    verdict: TakedownVerdict,
    note: DecisionNote,
    decided_at: Time,
}

impl From<TakedownDecision> for TakedownDecisionView {
    fn from(decision: TakedownDecision) -> Self {
        let TakedownDecision { verdict, note, decided_at, .. } = decision;
        Self { verdict, note, decided_at }
    }
}

impl From<SeenTakedown> for TakedownView {
    fn from(seen: SeenTakedown) -> Self {
        let SeenTakedown { takedown, snapshot } = seen;
        let Takedown {
            id,
            case_id,
            state,
            right,
            explanation,
            decision,
            until,
            objected_at,
            created_at,
            listed_at,
            ..
        } = takedown;
        Self {
            id,
            case_id,
            kind: case_id.into(),
            state,
            right,
            explanation,
            content: snapshot.map(SnapshotView::from),
            decision: decision.map(TakedownDecisionView::from),
            until,
            objected_at,
            created_at,
            updated_at: listed_at,
        }
    }
}

impl TakedownView {
    /// With a URL for each picture. `media_folder` is where the pictures are; `None` if there are none.
    pub(crate) fn with_pictures(
        seen: SeenTakedown,
        media_folder: Option<MediaFolder>,
        signer: &UrlSigner<'_>,
    ) -> Result<Self, BucketError> {
        let mut view = Self::from(seen);
        if let (Some(content), Some(folder)) = (&mut view.content, media_folder) {
            content.sign(folder, signer)?;
        }
        Ok(view)
    }
}
