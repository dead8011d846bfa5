//! Cases in responses. They hold neither the author of the thing nor its reporters.

use std::time::Duration;

use campus_core::bucket::{BucketError, UrlSigner};
use campus_core::domain::{
    Case, CaseId, CaseState, DecisionNote, ImageType, MediaFolder, MediaId, ReportDetail, ReportReason, Sanction,
    Snapshot, Time, Verdict,
};
use campus_core::store::{CaseDetails, ReportRow, SeenCase};
use serde::Serialize;
use utoipa::ToSchema;

use crate::appeals::AppealView;

/// How long the URL of a reported picture is valid: ten minutes.
const URL_LIFETIME: Duration = Duration::from_secs(600);

/// The reports of a post, comment, message, review or exam info.
#[derive(Serialize, ToSchema)]
#[schema(as = Case)]
pub(crate) struct CaseView {
    id: CaseId,
    kind: SubjectKind,
    state: CaseState,
    /// What was reported, as it was at the newest report. Null after a year.
    content: Option<SnapshotView>,
    report_count: u32,
    /// The weight of the reports. Reports of new accounts weigh nothing, nor do many reports of one student.
    weight: u32,
    /// The reasons of the reports, most common first.
    reasons: Vec<ReasonCount>,
    /// When the reports hid it. Null if they did not.
    blinded_at: Option<Time>,
    /// The appeal of the author. Null if there is none.
    appeal: Option<AppealView>,
    /// The last decision. Null before the first.
    decision: Option<DecisionView>,
    /// When it was first reported.
    created_at: Time,
    /// When the case was opened, opened again or decided.
    updated_at: Time,
}

/// A case with its reports.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseDetails)]
pub(crate) struct CaseDetailsView {
    #[serde(flatten)]
    case: CaseView,
    /// The newest 100 reports, newest first.
    reports: Vec<CaseReportView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SubjectKind {
    Post,
    Comment,
    Message,
    Review,
    ExamInfo,
}

impl From<CaseId> for SubjectKind {
    fn from(id: CaseId) -> Self {
        match id {
            CaseId::Post(_) => Self::Post,
            CaseId::Comment(_) => Self::Comment,
            CaseId::Message(..) => Self::Message,
            CaseId::Review(_) => Self::Review,
            CaseId::ExamInfo(_) => Self::ExamInfo,
        }
    }
}

/// The content of a post, comment, message, review or exam info.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportedContent)]
pub(crate) struct SnapshotView {
    /// The title of a post. Null for anything else.
    title: Option<String>,
    content: String,
    /// The pictures of a post.
    media: Vec<ReportedMedia>,
}

/// A picture of a reported post.
#[derive(Serialize, ToSchema)]
struct ReportedMedia {
    id: MediaId,
    content_type: ImageType,
    /// The SHA-256 of the file, in base64url.
    sha256: Option<String>,
    /// The URL of the picture. It works for ten minutes, or until the picture is moved or deleted. Null in lists, and if the
    /// picture was deleted.
    url: Option<String>,
}

/// A reason, and the number of reports with it.
#[derive(Serialize, ToSchema)]
struct ReasonCount {
    reason: ReportReason,
    count: u32,
}

/// A report, without its author.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseReport)]
struct CaseReportView {
    reason: ReportReason,
    /// May be empty.
    detail: ReportDetail,
    created_at: Time,
}

/// A decision about a case.
#[derive(Serialize, ToSchema)]
#[schema(as = Decision)]
pub(crate) struct DecisionView {
    verdict: Verdict,
    sanction: Sanction,
    note: DecisionNote,
    decided_at: Time,
}

impl From<campus_core::domain::Decision> for DecisionView {
    fn from(decision: campus_core::domain::Decision) -> Self {
        let campus_core::domain::Decision { verdict, sanction, note, decided_at, .. } = decision;
        Self { verdict, sanction, note, decided_at }
    }
}

impl From<Snapshot> for SnapshotView {
    fn from(snapshot: Snapshot) -> Self {
        let Snapshot { title, content, media } = snapshot;
        let media = media.into_iter().map(|picture| ReportedMedia {
            id: picture.id,
            content_type: picture.content_type,
            sha256: picture.sha256,
            url: None,
        });
        Self { title, content, media: media.collect() }
    }
}

impl SnapshotView {
    /// Adds the URLs of the pictures, which are in this folder.
    pub(crate) fn sign(&mut self, folder: MediaFolder, signer: &UrlSigner<'_>) -> Result<(), BucketError> {
        for picture in &mut self.media {
            picture.url = Some(signer.picture_url(folder, picture.id, URL_LIFETIME)?);
        }
        Ok(())
    }
}

impl From<SeenCase> for CaseView {
    fn from(seen: SeenCase) -> Self {
        let SeenCase { case, snapshot } = seen;
        let mut reasons: Vec<_> =
            case.reasons.iter().map(|(reason, count)| ReasonCount { reason: *reason, count: *count }).collect();
        reasons.sort_by_key(|one| std::cmp::Reverse(one.count));
        let Case { id, state, report_count, weight, blinded_at, appeal, decision, created_at, listed_at, .. } = case;
        Self {
            id,
            kind: id.into(),
            state,
            content: snapshot.map(SnapshotView::from),
            report_count,
            weight,
            reasons,
            blinded_at,
            appeal: appeal.map(AppealView::from),
            decision: decision.map(DecisionView::from),
            created_at,
            updated_at: listed_at,
        }
    }
}

impl CaseDetailsView {
    /// With a URL for each picture that still exists.
    pub(crate) fn new(details: CaseDetails, signer: &UrlSigner<'_>) -> Result<Self, BucketError> {
        let CaseDetails { seen, reports, media_folder } = details;
        let report = |ReportRow { reason, detail, created_at, .. }| CaseReportView { reason, detail, created_at };
        let mut case = CaseView::from(seen);
        if let (Some(content), Some(folder)) = (&mut case.content, media_folder) {
            content.sign(folder, signer)?;
        }
        Ok(Self { case, reports: reports.into_iter().map(report).collect() })
    }
}
