//! `POST /appeals`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{
    Appeal, AppealText, Caller, CaseId, CommentId, ExamInfoId, Invalid, MessageId, PostId, ReviewId, ThreadId, Time,
};
use campus_core::http::{AccessRequest, Created, Creation, Problem};
use campus_core::request;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::ModerationState;
use crate::subject::SubjectFields;

request! {
    /// An appeal about a post, comment, message, review or exam info of yours that is hidden. Give the id of one of them.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewAppeal {
        text: AppealText,
    }
    optional {
        post_id: PostId,
        comment_id: CommentId,
        /// The thread of the message.
        thread_id: ThreadId,
        /// A message that you sent. Give its thread, too.
        message_id: MessageId,
        review_id: ReviewId,
        exam_info_id: ExamInfoId,
    }
}

/// An appeal.
#[derive(Serialize, ToSchema)]
#[schema(as = Appeal)]
pub(crate) struct AppealView {
    text: AppealText,
    created_at: Time,
}

impl From<Appeal> for AppealView {
    fn from(appeal: Appeal) -> Self {
        let Appeal { text, created_at } = appeal;
        Self { text, created_at }
    }
}

/// Appeals against the hiding of something that you wrote.
///
/// You can appeal once, within 20 days. An admin then decides again.
#[utoipa::path(post, path = "/appeals", tag = "appeals", request_body = NewAppeal, responses(
    (status = 201, description = "The appeal.", body = AppealView),
    (status = 403, description = "`not_author`: you did not write it."),
    (status = 404, description = "`not_found`: it does not exist."),
    (status = 409, description = "`already_appealed`. `appeal_closed`: it is not hidden, or was hidden more than 20 days \
        ago.")))]
pub(crate) async fn create_appeal(
    caller: Caller,
    State(state): State<ModerationState>,
    creation: Creation<NewAppeal>,
) -> Result<Created<AppealView>, Problem> {
    let (app, id) = (&state.app, case_id(&creation.request));
    creation
        .run(
            &app.authorizer,
            &caller,
            async |request, access| create(app, &caller, request, access).await,
            // A repeated request names the same thing.
            async |_| match id {
                Ok(id) => app.cases.own_appeal(&caller, id).await.map_err(Problem::from),
                Err(invalid) => Err(invalid.into()),
            },
            |appeal| Created::new("/appeals", AppealView::from(appeal)),
        )
        .await
}

fn case_id(request: &NewAppeal) -> Result<CaseId, Invalid> {
    let NewAppeal { post_id, comment_id, thread_id, message_id, review_id, exam_info_id, .. } = *request;
    SubjectFields { post_id, comment_id, thread_id, message_id, review_id, exam_info_id }.case_id()
}

async fn create(app: &App, caller: &Caller, request: NewAppeal, access: AccessRequest) -> Result<Appeal, Problem> {
    let id = case_id(&request)?;
    let (access, context) = tokio::join!(access.authorize_account(), app.cases.appeal_context(caller, id));
    let (access, context) = (access?, context?);
    let appeal = Appeal { text: request.text, created_at: app.clock.now() };
    app.cases.appeal(&access, caller, context, &appeal).await?;
    Ok(appeal)
}
