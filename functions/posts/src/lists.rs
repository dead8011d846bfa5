//! `GET /posts/mine`, `/posts/commented`, `/posts/scraps`, `/posts/hot` and `/posts/best`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::Caller;
use campus_core::http::{List, Listing, PageParams, PageRequest, Problem};
use campus_core::store::PostList;

use crate::state::Posts;
use crate::view::ListedPostView;

type PageOfPosts = Result<Json<Listing<ListedPostView>>, Problem>;

/// Lists the posts that one wrote, anonymous ones among them, newest first.
#[utoipa::path(get, path = "/posts/mine", tag = "posts", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_my_posts(caller: Caller, State(posts): State<Posts>, page: PageRequest) -> PageOfPosts {
    list(&posts, &caller, &page, PostList::Mine, &format!("mine of {}", caller.user)).await
}

/// Lists the posts under which one has a comment, the newest post first.
#[utoipa::path(get, path = "/posts/commented", tag = "posts", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_commented_posts(caller: Caller, State(posts): State<Posts>, page: PageRequest) -> PageOfPosts {
    list(&posts, &caller, &page, PostList::Commented, &format!("commented of {}", caller.user)).await
}

/// Lists one's scraps, the last scrapped first.
#[utoipa::path(get, path = "/posts/scraps", tag = "posts", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_scraps(caller: Caller, State(posts): State<Posts>, page: PageRequest) -> PageOfPosts {
    list(&posts, &caller, &page, PostList::Scraps, &format!("scraps of {}", caller.user)).await
}

/// Lists the school's hot posts, those first that came to 10 likes last.
#[utoipa::path(get, path = "/posts/hot", tag = "posts", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_hot_posts(caller: Caller, State(posts): State<Posts>, page: PageRequest) -> PageOfPosts {
    list(&posts, &caller, &page, PostList::Hot, "hot posts").await
}

/// Lists the school's best posts, those first that came to 100 likes last.
#[utoipa::path(get, path = "/posts/best", tag = "posts", params(PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_best_posts(caller: Caller, State(posts): State<Posts>, page: PageRequest) -> PageOfPosts {
    list(&posts, &caller, &page, PostList::Best, "best posts").await
}

async fn list(posts: &Posts, caller: &Caller, page: &PageRequest, which: PostList, name: &str) -> PageOfPosts {
    let app = &posts.app;
    let list = List::of(caller, name, &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.posts.list_across_boards(caller, which, after, page.limit).await?;
    let page = ListedPostView::page(posts, found, caller).await?;
    Ok(Json(Listing::new(page, &app.cursors, &list, |view| view)))
}
