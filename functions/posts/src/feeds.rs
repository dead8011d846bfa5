//! `GET /posts/mine`, `/posts/commented`, `/posts/scraps`, `/posts/hot` and `/posts/best`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::Caller;
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem};
use campus_core::store::PostList;

use crate::state::PostsState;
use crate::view::ListedPostView;

type PageOfPosts = Result<Json<Listing<ListedPostView>>, Problem>;

/// Lists your posts, including anonymous ones, newest first.
#[utoipa::path(get, path = "/posts/mine", tag = "feeds", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_my_posts(caller: Caller, State(state): State<PostsState>, page: PageRequest) -> PageOfPosts {
    list(&state, &caller, &page, PostList::Mine, &format!("mine of {}", caller.user)).await
}

/// Lists the posts that you have commented on, newest post first.
#[utoipa::path(get, path = "/posts/commented", tag = "feeds", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_commented_posts(
    caller: Caller,
    State(state): State<PostsState>,
    page: PageRequest,
) -> PageOfPosts {
    list(&state, &caller, &page, PostList::Commented, &format!("commented of {}", caller.user)).await
}

/// Lists your scraps, most recently scrapped first.
#[utoipa::path(get, path = "/posts/scraps", tag = "scraps", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_scraps(caller: Caller, State(state): State<PostsState>, page: PageRequest) -> PageOfPosts {
    list(&state, &caller, &page, PostList::Scraps, &format!("scraps of {}", caller.user)).await
}

/// Lists the hot posts of your school, those first that most recently reached 10 likes. A new one may show about a second later.
#[utoipa::path(get, path = "/posts/hot", tag = "feeds", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_hot_posts(caller: Caller, State(state): State<PostsState>, page: PageRequest) -> PageOfPosts {
    list(&state, &caller, &page, PostList::Hot, "hot posts").await
}

/// Lists the best posts of your school, those first that most recently reached 100 likes. A new one may show about a second later.
#[utoipa::path(get, path = "/posts/best", tag = "feeds", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_best_posts(caller: Caller, State(state): State<PostsState>, page: PageRequest) -> PageOfPosts {
    list(&state, &caller, &page, PostList::Best, "best posts").await
}

/// Lists the posts that you hide, most recently hidden first.
#[utoipa::path(get, path = "/posts/hidden", tag = "feeds", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_hidden_posts(
    caller: Caller,
    State(state): State<PostsState>,
    page: PageRequest,
) -> PageOfPosts {
    list(&state, &caller, &page, PostList::Hidden, &format!("hidden of {}", caller.user)).await
}

async fn list(state: &PostsState, caller: &Caller, page: &PageRequest, which: PostList, name: &str) -> PageOfPosts {
    let app = &state.app;
    let list = CursorScope::of(caller, name, &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.posts.list_across_boards(caller, which, after, page.limit).await?;
    let page = ListedPostView::page(state, found, caller).await?;
    Ok(Json(Listing::new(page, &app.cursors, &list, |view| view)))
}
