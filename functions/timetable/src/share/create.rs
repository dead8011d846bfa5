//! `POST /timetables/{id}/share`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, TimetableId};
use campus_core::http::{Created, Path, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::ShareToken;

/// A link to a timetable.
#[derive(Serialize, ToSchema)]
#[schema(as = Share)]
pub(crate) struct ShareView {
    /// Whoever has it sees the timetable at `/shared-timetables/{token}`. It cannot be asked for again.
    token: String,
}

/// Makes a link by which anybody sees a timetable of one's own, whatever its visibility is. It ends the link that there
/// was before: a timetable has one at a time.
#[utoipa::path(post, path = "/timetables/{id}/share", tags = ["timetable", "anew"],
    params(("id" = inline(TimetableId), Path)), responses(
    (status = 201, description = "The link.", body = ShareView),
    (status = 403, description = "`not_timetable_owner`.")))]
pub(crate) async fn share_timetable(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(app): State<App>,
) -> Result<Created<ShareView>, Problem> {
    let token = ShareToken::generate()?;
    let (writer, timetable) = tokio::join!(app.writers.admit(&caller), app.timetables.own_alone(&caller, id));
    let (writer, timetable) = (writer?, timetable?);
    app.timetables.share(&writer, &caller, timetable, Some(token.hash())).await?;
    let token = token.encode();
    Ok(Created::new(format!("/shared-timetables/{token}"), ShareView { token }))
}
