//! `POST /timetables/{id}/share`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, TimetableId};
use campus_core::http::{Created, Path, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::ShareToken;

/// A share link.
#[derive(Serialize, ToSchema)]
#[schema(as = Share)]
pub(crate) struct ShareView {
    /// Anyone who has the token can see the timetable at `/shared-timetables/{token}`. No later response contains it.
    token: String,
}

/// Creates a share link to your timetable. The visibility of the timetable does not affect it.
///
/// A timetable has at most one link: this request deletes the previous one.
#[utoipa::path(post, path = "/timetables/{id}/share", tag = "shares",
    params(("id" = TimetableId, Path)), responses(
    (status = 201, description = "The link.", body = ShareView),
    (status = 403, description = "`not_timetable_owner`.")))]
pub(crate) async fn create_share(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(app): State<App>,
) -> Result<Created<ShareView>, Problem> {
    let token = ShareToken::generate()?;
    let (access, timetable) =
        tokio::join!(app.authorizer.authorize_despite_sanction(&caller), app.timetables.get_own_timetable(&caller, id));
    let (access, timetable) = (access?, timetable?);
    app.timetables.set_share_link(&access, &caller, timetable, Some(token.hash())).await?;
    let token = token.encode();
    Ok(Created::new(format!("/shared-timetables/{token}"), ShareView { token }))
}
