//! `POST /exam-infos/{id}/like`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, ExamInfoId};
use campus_core::http::{LikeCount, Path, Problem};

/// Likes an exam info. You cannot take a like back.
#[utoipa::path(post, path = "/exam-infos/{id}/like", tag = "exam-infos", params(("id" = ExamInfoId, Path)), responses(
    (status = 200, description = "The number of likes.", body = LikeCount),
    (status = 403, description = "`own_content`: you wrote the exam info. `content_blinded`."),
    (status = 409, description = "`already_liked`.")))]
pub(crate) async fn like_exam_info(
    caller: Caller,
    Path(id): Path<ExamInfoId>,
    State(app): State<App>,
) -> Result<Json<LikeCount>, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize(&caller), app.exam_infos.find(&caller, id));
    let (access, found) = (access?, found?);
    let like_count = app.exam_infos.like(&access, &caller, &found).await?;
    Ok(Json(LikeCount { like_count }))
}
