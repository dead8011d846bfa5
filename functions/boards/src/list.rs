//! `GET /boards`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{BoardSearch, Caller, Category, SchoolId};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use campus_core::store::{BoardFilter, Page};
use utoipa::IntoParams;

use crate::view::BoardView;

request! {
    /// Filters of the list of boards.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct BoardQuery {}
    optional {
        /// Only boards of this category.
        category: Category,
        /// Only boards whose name contains this text. Case-insensitive.
        name: BoardSearch,
        /// Only boards of this school. For a school other than yours, the list is empty.
        school_id: SchoolId,
    }
}

/// Lists the boards of your school, newest first.
#[utoipa::path(get, path = "/boards", tag = "boards", params(BoardQuery, PageParams),
    responses((status = 200, description = "A page of boards.", body = Listing<BoardView>)))]
pub(crate) async fn list_boards(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
    Query(query): Query<BoardQuery>,
) -> Result<Json<Listing<BoardView>>, Problem> {
    let filter = BoardFilter::new(query.category.clone(), query.name.as_ref());
    let school = query.school_id.unwrap_or(caller.school);
    let school_id = school.to_string();
    let filters =
        [query.category.as_ref().map(Category::as_str), query.name.as_ref().map(BoardSearch::as_str), Some(&school_id)];
    let list = CursorScope::of(&caller, "boards", &filters);
    let after = page.after(&app.cursors, &list)?;
    if school != caller.school {
        return Ok(Json(Listing { items: Vec::new(), next_cursor: None }));
    }
    let (found, pinned): (Page<_, _>, _) =
        tokio::try_join!(app.boards.list(school, &filter, after, page.limit), app.pins.all(&caller))?;
    let show = |board: campus_core::domain::Board| {
        let is_pinned = pinned.contains(&board.id);
        BoardView::new(board, &caller, is_pinned)
    };
    Ok(Json(Listing::new(found, &app.cursors, &list, show)))
}
