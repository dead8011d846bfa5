//! `GET /friends`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::Caller;
use campus_core::http::{List, Listing, PageParams, PageRequest, Problem};
use campus_core::store::Page;

use super::FriendView;

/// Lists one's friends, the newest request first.
#[utoipa::path(get, path = "/friends", tag = "timetable", params(PageParams),
    responses((status = 200, description = "A page of friends.", body = Listing<FriendView>)))]
pub(crate) async fn list_friends(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<FriendView>>, Problem> {
    let list = List::of(&caller, &format!("friends of {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.friends.list(&caller, after, page.limit).await?;
    let page = Page { items: found.items.into_iter().filter_map(FriendView::of).collect(), next: found.next };
    Ok(Json(Listing::new(page, &app.cursors, &list, |view| view)))
}
