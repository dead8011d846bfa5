//! `GET /friends/requests`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, Direction};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use utoipa::IntoParams;

use super::RequestView;

request! {
    /// Filters of the list of friend requests.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct RequestQuery {}
    optional {
        /// `in` for the requests that you received, `out` for those that you sent. Default: both.
        direction: Direction,
    }
}

/// Lists the open friend requests that you received or sent, newest first.
#[utoipa::path(get, path = "/friends/requests", tag = "friend-requests", params(RequestQuery, PageParams),
    responses((status = 200, description = "A page of requests.", body = Listing<RequestView>)))]
pub(crate) async fn list_friend_requests(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
    Query(query): Query<RequestQuery>,
) -> Result<Json<Listing<RequestView>>, Problem> {
    let filter = query.direction.map(Direction::as_str);
    let list = CursorScope::of(&caller, &format!("friend requests of {}", caller.user), &[filter]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.friends.list_requests(&caller, query.direction, after, page.limit).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, RequestView::from)))
}
