//! `POST /reports`.

use axum::extract::State;
use campus_core::domain::{
    Caller, CaseId, CommentId, ExamInfoId, MessageId, PostId, ReportDetail, ReportDraft, ReportReason, ReviewId,
    ThreadId, Time,
};
use campus_core::http::{AccessRequest, Created, Creation, Problem};
use campus_core::request;
use campus_core::store::{OwnReport, UserAction};
use serde::Serialize;
use utoipa::ToSchema;

use crate::help_lines::HelpLine;
use crate::state::ModerationState;
use crate::subject::SubjectFields;

request! {
    /// A report of a post, a comment, a message to you, a review or an exam info. Give the id of one of them.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewReport {
        reason: ReportReason,
    }
    optional {
        /// What the admins should know. Required if the reason is `other`.
        detail: ReportDetail,
        post_id: PostId,
        comment_id: CommentId,
        /// The thread of the message.
        thread_id: ThreadId,
        /// A message that you received. Give its thread, too.
        message_id: MessageId,
        review_id: ReviewId,
        exam_info_id: ExamInfoId,
    }
}

/// A report of yours. Nobody learns who reported something.
#[derive(Serialize, ToSchema)]
#[schema(as = Report)]
pub(crate) struct ReportView {
    reason: ReportReason,
    created_at: Time,
    /// Where somebody in need finds help. Only if the reason is `self_harm`.
    help_lines: Vec<HelpLine>,
}

/// Reports a post, a comment, a message to you, a review or an exam info.
///
/// You can report each of them once. When enough students have reported something, it is hidden until an admin decides.
#[utoipa::path(post, path = "/reports", tag = "reports", request_body = NewReport, responses(
    (status = 201, description = "The report.", body = ReportView),
    (status = 403, description = "`own_content`: you wrote it. `content_blinded`: an admin has removed it."),
    (status = 404, description = "`not_found`: it does not exist."),
    (status = 409, description = "`already_reported`."),
    (status = 429, description = "`rate_limited`: you have reported too much.")))]
pub(crate) async fn create_report(
    caller: Caller,
    State(state): State<ModerationState>,
    creation: Creation<NewReport>,
) -> Result<Created<ReportView>, Problem> {
    let id = case_id(&creation.request);
    creation
        .run(
            &state.app.authorizer,
            &caller,
            async |request, access| create(&state, &caller, request, access).await,
            // A repeated request names the same thing.
            async |_| match id {
                Ok(id) => state.app.cases.own_report(&caller, id).await.map_err(Problem::from),
                Err(invalid) => Err(invalid.into()),
            },
            |report| Created::new("/reports", view(&state, report)),
        )
        .await
}

fn case_id(request: &NewReport) -> Result<CaseId, campus_core::domain::Invalid> {
    let NewReport { post_id, comment_id, thread_id, message_id, review_id, exam_info_id, .. } = *request;
    SubjectFields { post_id, comment_id, thread_id, message_id, review_id, exam_info_id }.case_id()
}

fn view(state: &ModerationState, report: OwnReport) -> ReportView {
    let OwnReport { reason, created_at } = report;
    let help_lines = if reason == ReportReason::SelfHarm { state.help_lines.0.clone() } else { Vec::new() };
    ReportView { reason, created_at, help_lines }
}

async fn create(
    state: &ModerationState,
    caller: &Caller,
    request: NewReport,
    access: AccessRequest,
) -> Result<OwnReport, Problem> {
    let app = &state.app;
    let id = case_id(&request)?;
    let draft = ReportDraft::new(request.reason, request.detail)?;
    let (access, context) = tokio::join!(access.authorize_account(), app.cases.report_context(caller, id));
    let (access, context) = (access?, context?);
    context.check()?;
    app.limiter.count(UserAction::Report, &access, caller).await?;
    Ok(app.cases.report(&access, caller, context, &draft).await?)
}
