//! A post as clients see it.

use campus_core::domain::{Author, BoardId, Caller, Content, PostHead, PostId, Time, Title};
use campus_core::http::AuthorView;
use campus_core::store::{ListedPost, Mark, PostOnBoard};
use serde::Serialize;
use utoipa::ToSchema;

/// A post.
#[derive(Serialize, ToSchema)]
#[schema(as = Post)]
pub(crate) struct PostView {
    #[serde(flatten)]
    facts: PostFacts,
    #[schema(inline)]
    content: Content,
}

/// A post in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedPost)]
pub(crate) struct ListedPostView {
    #[serde(flatten)]
    facts: PostFacts,
    /// The first 200 characters of the content.
    #[schema(max_length = 200)]
    content_preview: String,
}

/// What is shown of a post everywhere.
#[derive(Serialize, ToSchema)]
struct PostFacts {
    #[schema(inline)]
    id: PostId,
    #[schema(inline)]
    board_id: BoardId,
    #[schema(inline)]
    title: Title,
    author: AuthorView,
    /// Whether one wrote it oneself.
    is_mine: bool,
    is_anonymous: bool,
    is_question: bool,
    like_count: u32,
    scrap_count: u32,
    comment_count: u32,
    /// Whether one likes it.
    liked: bool,
    /// Whether one has it among one's scraps.
    scrapped: bool,
    /// The pictures in it.
    media: Vec<MediaView>,
    #[schema(inline)]
    created_at: Time,
    #[schema(inline)]
    updated_at: Time,
}

/// A picture in a post.
#[derive(Serialize, ToSchema)]
#[schema(as = Media)]
struct MediaView {
    id: String,
    url: String,
    content_type: String,
}

impl PostFacts {
    fn new(head: PostHead, author: Author, mark: Mark, caller: &Caller) -> Self {
        Self {
            is_mine: head.author_id == caller.user,
            id: head.id,
            board_id: head.board_id,
            title: head.title,
            author: author.into(),
            is_anonymous: head.is_anonymous,
            is_question: head.is_question,
            like_count: head.like_count,
            scrap_count: head.scrap_count,
            comment_count: head.comment_count,
            liked: mark.liked_at.is_some(),
            scrapped: mark.scrapped_at.is_some(),
            media: Vec::new(),
            created_at: head.created_at,
            updated_at: head.updated_at,
        }
    }
}

impl PostView {
    pub(crate) fn new(shown: PostOnBoard, caller: &Caller) -> Self {
        let PostOnBoard { post, author, mark, .. } = shown;
        Self { facts: PostFacts::new(post.head, author, mark, caller), content: post.content }
    }
}

impl ListedPostView {
    pub(crate) fn new(listed: ListedPost, caller: &Caller) -> Self {
        let ListedPost { head, author, mark } = listed;
        Self { content_preview: head.content_preview.clone(), facts: PostFacts::new(head, author, mark, caller) }
    }
}
