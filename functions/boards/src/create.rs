//! `POST /boards`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Anonymity, Board, BoardDraft, BoardId, BoardName, Caller, Category, Description};
use campus_core::http::{Created, Creation, Once, Problem};
use campus_core::request;
use campus_core::store::Error;
use utoipa::ToSchema;

use crate::view::BoardView;

request! {
    /// A board to be made.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewBoard {
        /// What kind of board it is, in the school's own words.
        #[schema(inline)]
        category: Category,
        /// Unique within the school, without regard to case.
        #[schema(inline)]
        name: BoardName,
    }
    optional {
        /// What it is for.
        #[schema(inline)]
        description: Description,
        /// Whether posts and comments are anonymous; `optional` if not given.
        #[schema(inline)]
        anonymity: Anonymity,
        /// Whether posts can become hot; true if not given.
        #[schema(inline)]
        hot_enabled: bool,
    }
}

/// Makes a board, which one manages from then on.
#[utoipa::path(post, path = "/boards", tag = "boards", request_body = NewBoard, responses(
    (status = 201, description = "The board.", body = BoardView),
    (status = 409, description = "`board_name_taken`."),
    (status = 429, description = "`rate_limited`: one has made too many.")))]
pub(crate) async fn create_board(
    caller: Caller,
    State(app): State<App>,
    creation: Creation<NewBoard>,
) -> Result<Created<BoardView>, Problem> {
    let attempt = make(&app, &caller, creation).await;
    let made = Once::settle(attempt, |id| load(&app, &caller, BoardId::from_uuid(id))).await?;
    Ok(made.created(
        |(board, _)| format!("/boards/{}", board.id),
        |(board, is_pinned)| BoardView::new(board, &caller, is_pinned),
    ))
}

/// The board as it now stands, and whether the caller has pinned it.
async fn load(app: &App, caller: &Caller, id: BoardId) -> Result<(Board, bool), Error> {
    tokio::try_join!(app.boards.get(caller.school, id), app.pins.has(caller, id))
}

async fn make(app: &App, caller: &Caller, creation: Creation<NewBoard>) -> Result<(Board, bool), Problem> {
    let writer = app.writers.admit_once(caller, creation.intent.as_ref()).await?;
    let request = creation.request;
    let draft = BoardDraft {
        category: request.category,
        name: request.name,
        description: request.description.unwrap_or_default(),
        anonymity: request.anonymity.unwrap_or_default(),
        hot_enabled: request.hot_enabled.unwrap_or(true),
    };
    let board = Board::open(caller, draft, app.clock.now());
    app.limiter.count_board(&writer, caller).await?;
    app.boards.add(&writer, caller.school, &board).await?;
    Ok((board, false))
}
