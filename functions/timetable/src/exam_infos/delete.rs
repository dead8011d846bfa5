//! `DELETE /exam-infos/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, ExamInfoId};
use campus_core::http::{Path, Problem};

/// Deletes an exam info.
///
/// Only its author and admins of the school can do this. After that, the author can write another one about the exam.
#[utoipa::path(delete, path = "/exam-infos/{id}", tag = "exam-infos", params(("id" = ExamInfoId, Path)), responses(
    (status = 204, description = "The exam info is deleted."),
    (status = 403, description = "`not_author`.")))]
pub(crate) async fn delete_exam_info(
    caller: Caller,
    Path(id): Path<ExamInfoId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize_account(&caller), app.exam_infos.find(&caller, id));
    let (access, found) = (access?, found?);
    app.exam_infos.delete(&access, &caller, &found).await?;
    Ok(StatusCode::NO_CONTENT)
}
