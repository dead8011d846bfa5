//! `POST /boards`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Anonymity, Board, BoardDraft, BoardId, BoardName, Caller, Category, Description, Posting};
use campus_core::http::{AccessRequest, Created, Creation, Problem};
use campus_core::request;
use campus_core::store::{Error, UserAction};
use utoipa::ToSchema;

use crate::view::BoardView;

request! {
    /// A new board.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewBoard {
        /// The kind of board, as free text.
        category: Category,
        /// Unique within the school, case-insensitively.
        name: BoardName,
    }
    optional {
        /// What the board is for. Default: empty.
        description: Description,
        /// Whether posts and comments are anonymous: `optional` lets each author choose, `always` requires it, `never`
        /// forbids it. Default: `optional`.
        anonymity: Anonymity,
        /// Who may post: `everyone`, or only the school's `admins`. Everybody may comment. Default: `everyone`.
        posting: Posting,
        /// Whether posts can become hot or best posts. Default: true.
        hot_enabled: bool,
    }
}

/// Creates a board. You become its manager.
#[utoipa::path(post, path = "/boards", tag = "boards", request_body = NewBoard, responses(
    (status = 201, description = "The new board.", body = BoardView),
    (status = 409, description = "`board_name_taken`."),
    (status = 429, description = "`rate_limited`: you have created too many boards.")))]
pub(crate) async fn create_board(
    caller: Caller,
    State(app): State<App>,
    creation: Creation<NewBoard>,
) -> Result<Created<BoardView>, Problem> {
    creation
        .run(
            &app.authorizer,
            &caller,
            async |request, access| create(&app, &caller, request, access).await,
            async |id| load(&app, &caller, BoardId::from_uuid(id)).await,
            |(board, is_pinned)| {
                Created::new(format!("/boards/{}", board.id), BoardView::new(board, &caller, is_pinned))
            },
        )
        .await
}

/// Loads a board, and whether the caller has pinned it.
async fn load(app: &App, caller: &Caller, id: BoardId) -> Result<(Board, bool), Error> {
    tokio::try_join!(app.boards.get(caller.school, id), app.pins.has(caller, id))
}

async fn create(
    app: &App,
    caller: &Caller,
    request: NewBoard,
    access: AccessRequest,
) -> Result<(Board, bool), Problem> {
    let access = access.authorize().await?;
    let draft = BoardDraft {
        category: request.category,
        name: request.name,
        description: request.description.unwrap_or_default(),
        anonymity: request.anonymity.unwrap_or_default(),
        posting: request.posting.unwrap_or_default(),
        hot_enabled: request.hot_enabled.unwrap_or(true),
    };
    let board = Board::new(Some(caller.user), draft, app.clock.now());
    let named = board.check_named_by(caller, None)?;
    app.limiter.count(UserAction::CreateBoard, &access, caller).await?;
    app.boards.add(&access, caller, named, &board).await?;
    Ok((board, false))
}
