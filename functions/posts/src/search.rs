//! `GET /posts/search`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{BoardId, Caller, SearchQuery, TextRange};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use campus_core::store::UserAction;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::state::PostsState;
use crate::view::ListedPostView;

request! {
    /// What to search for.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct PostQuery {
        /// One or more words, separated by white space. A post is found if each is in its title or its text. Case and white
        /// space make no difference, so a word is also found within others. Of the characters, at least 2 are not white
        /// space.
        query: SearchQuery,
    }
    optional {
        /// Only posts of this board. If it does not exist, the list is empty.
        board_id: BoardId,
    }
}

/// A post that a search has found.
#[derive(Serialize, ToSchema)]
#[schema(as = PostSearchHit)]
pub(crate) struct PostSearchHitView {
    #[serde(flatten)]
    post: ListedPostView,
    highlights: HighlightsView,
}

/// Where the words of the query are.
#[derive(Serialize, ToSchema)]
#[schema(as = Highlights)]
struct HighlightsView {
    /// In the title. Empty if it has none of the words.
    title: Vec<TextRangeView>,
    /// In `content_preview`. A word can also be in the rest of the text.
    content_preview: Vec<TextRangeView>,
}

/// A range in UTF-16 code units, as JavaScript counts: `text.slice(start, end)`. Ranges are in order and do not overlap.
#[derive(Serialize, ToSchema)]
#[schema(as = TextRange)]
struct TextRangeView {
    /// The index of the first code unit.
    start: usize,
    /// The index after the last code unit.
    end: usize,
}

impl From<TextRange> for TextRangeView {
    fn from(TextRange { start, end }: TextRange) -> Self {
        Self { start, end }
    }
}

impl PostSearchHitView {
    fn new(post: ListedPostView, query: &SearchQuery) -> Self {
        let highlights = |text: &str| query.highlights(text).into_iter().map(TextRangeView::from).collect();
        let highlights =
            HighlightsView { title: highlights(post.title()), content_preview: highlights(post.content_preview()) };
        Self { post, highlights }
    }
}

/// Searches the posts of your school, newest first.
///
/// A new post is found after a few seconds. Hidden and deleted posts, and what you hide or block, are not found. A page may be
/// short, even empty, although `next_cursor` is not null.
#[utoipa::path(get, path = "/posts/search", tag = "posts", params(PostQuery, PageParams),
    responses(
        (status = 200, description = "A page of posts.", body = Listing<PostSearchHitView>),
        (status = 429, description = "`rate_limited`: you have searched too often.")))]
pub(crate) async fn search_posts(
    caller: Caller,
    State(state): State<PostsState>,
    page: PageRequest,
    Query(PostQuery { query, board_id }): Query<PostQuery>,
) -> Result<Json<Listing<PostSearchHitView>>, Problem> {
    let app = &state.app;
    let board = board_id.map(|board| board.to_string());
    let list = CursorScope::of(&caller, "search", &[Some(&query.as_text()), board.as_deref()]);
    let after = page.after(&app.cursors, &list)?;
    let access = app.authorizer.authorize_account(&caller).await?;
    app.limiter.count(UserAction::Search, &access, &caller).await?;
    let found = app.search.find(&caller, &query, board_id, after, page.limit).await?;
    let found = ListedPostView::page(&state, found, &caller).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, |post| PostSearchHitView::new(post, &query))))
}
