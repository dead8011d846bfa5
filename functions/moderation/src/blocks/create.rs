//! `POST /blocks`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Author, BlockId, Caller, CommentId, FieldError, Invalid, MessageSource, PostId, Refusal};
use campus_core::http::{AccessRequest, Created, Creation, Problem};
use campus_core::request;
use campus_core::store::{BlockableAuthor, NamedBlock};
use utoipa::ToSchema;

use super::BlockView;

request! {
    /// A block of the author of a post or comment. Give either `post_id` or `comment_id`.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewBlock {}
    optional {
        post_id: PostId,
        comment_id: CommentId,
    }
}

/// Blocks the author of a post or comment.
///
/// If the author is named, your lists leave out what they write under their nickname, and neither of you can send the
/// other messages with nicknames. Friend requests between you reach nobody. If the author is anonymous, your lists leave
/// out what this author wrote on this post, and the thread about it is blocked; nothing else. Blocking the same author
/// again returns the same block.
#[utoipa::path(post, path = "/blocks", tag = "blocks", request_body = NewBlock, responses(
    (status = 201, description = "The block.", body = BlockView),
    (status = 403, description = "`own_content`: the post or comment is yours. `content_blinded`. `author_withdrawn`."),
    (status = 404, description = "`not_found`: the post or comment does not exist."),
    (status = 409, description = "`blocks_full`: you already have 200 blocks.")))]
pub(crate) async fn create_block(
    caller: Caller,
    State(app): State<App>,
    creation: Creation<NewBlock>,
) -> Result<Created<BlockView>, Problem> {
    creation
        .run(
            &app.authorizer,
            &caller,
            async |request, access| create(&app, &caller, &request, access).await,
            async |id| app.blocks.get(&caller, BlockId::from_uuid(id)).await,
            |named| Created::new(format!("/blocks/{}", named.block.id), BlockView::from(named)),
        )
        .await
}

async fn create(app: &App, caller: &Caller, request: &NewBlock, access: AccessRequest) -> Result<NamedBlock, Problem> {
    let source = source(request)?;
    let (access, found, list) =
        tokio::join!(access.authorize_account(), app.blocks.author_of(caller, source), app.blocks.list(caller));
    let (access, BlockableAuthor { target, author, is_caller }) = (access?, found?);
    if is_caller {
        return Err(Refusal::OwnContent.into());
    }
    if author == Author::Withdrawn {
        return Err(Refusal::AuthorWithdrawn.into());
    }
    let block = app.blocks.add(&access, caller, target, list?).await?;
    Ok(NamedBlock { block, author })
}

/// The post or comment whose author to block.
fn source(request: &NewBlock) -> Result<MessageSource, Invalid> {
    match (request.post_id, request.comment_id) {
        (Some(post), None) => Ok(MessageSource::Post(post)),
        (None, Some(comment)) => Ok(MessageSource::Comment(comment)),
        (None, None) => Err(FieldError::Required.at("post_id")),
        (Some(_), Some(_)) => Err(FieldError::OnlyOne.at("comment_id")),
    }
}
