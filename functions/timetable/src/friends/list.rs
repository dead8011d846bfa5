//! `GET /friends`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::Caller;
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem};
use campus_core::store::Page;

use super::FriendView;

/// Lists your friends, ordered by the time of the friend request, newest first.
#[utoipa::path(get, path = "/friends", tag = "friends", params(PageParams),
    responses((status = 200, description = "A page of friends.", body = Listing<FriendView>)))]
pub(crate) async fn list_friends(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<FriendView>>, Problem> {
    let list = CursorScope::of(&caller, &format!("friends of {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.friends.list(&caller, after, page.limit).await?;
    let page = Page { items: found.items.into_iter().filter_map(FriendView::of).collect(), next: found.next };
    Ok(Json(Listing::new(page, &app.cursors, &list, |view| view)))
}
