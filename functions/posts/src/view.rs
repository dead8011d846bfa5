//! A post as clients see it.

use campus_core::domain::{Author, BoardId, Caller, Content, ImageType, MediaId, PostHead, PostId, Time, Title};
use campus_core::http::{AuthorView, Problem};
use campus_core::store::{ListedPost, Mark, Page, PostOnBoard};
use serde::Serialize;
use utoipa::ToSchema;

use crate::bucket::{BucketError, Signer};
use crate::state::Posts;

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
    #[schema(inline)]
    id: MediaId,
    /// Where it is, for an hour.
    url: String,
    #[schema(inline)]
    content_type: ImageType,
}

impl PostFacts {
    fn new(
        head: PostHead,
        author: Author,
        mark: Mark,
        caller: &Caller,
        signer: &Signer<'_>,
    ) -> Result<Self, BucketError> {
        let media = head.media.iter().map(|picture| {
            let url = signer.show(head.id, picture.id)?;
            Ok(MediaView { id: picture.id, url, content_type: picture.content_type })
        });
        Ok(Self {
            media: media.collect::<Result<_, BucketError>>()?,
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
            created_at: head.created_at,
            updated_at: head.updated_at,
        })
    }
}

impl PostView {
    pub(crate) async fn new(posts: &Posts, shown: PostOnBoard, caller: &Caller) -> Result<Self, Problem> {
        let PostOnBoard { post, author, mark, .. } = shown;
        let signer = posts.bucket.signer().await?;
        Ok(Self { facts: PostFacts::new(post.head, author, mark, caller, &signer)?, content: post.content })
    }

    pub(crate) fn id(&self) -> PostId {
        self.facts.id
    }
}

impl ListedPostView {
    fn new(listed: ListedPost, caller: &Caller, signer: &Signer<'_>) -> Result<Self, BucketError> {
        let ListedPost { head, author, mark } = listed;
        let content_preview = head.content_preview.clone();
        Ok(Self { content_preview, facts: PostFacts::new(head, author, mark, caller, signer)? })
    }

    /// A page of a list.
    pub(crate) async fn page(
        posts: &Posts,
        found: Page<ListedPost, String>,
        caller: &Caller,
    ) -> Result<Page<Self, String>, Problem> {
        let signer = posts.bucket.signer().await?;
        let views = found.items.into_iter().map(|listed| Self::new(listed, caller, &signer));
        Ok(Page { items: views.collect::<Result<_, _>>()?, next: found.next })
    }
}
