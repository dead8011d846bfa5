//! Posts in responses.

use std::time::Duration;

use campus_core::bucket::{BucketError, UrlSigner};
use campus_core::domain::{
    Appearance, Author, BoardId, Caller, Content, ContentState, ImageType, MediaId, PostHead, PostId, Time, Title,
};
use campus_core::http::{AuthorView, ModerationView, Problem};
use campus_core::store::{ListedPost, Page, Reaction, SeenPost};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::PostsState;

/// How long the URL of a picture is valid.
const URL_LIFETIME: Duration = Duration::from_secs(3600);

/// A post.
#[derive(Serialize, ToSchema)]
#[schema(as = Post)]
pub(crate) struct PostView {
    #[serde(flatten)]
    facts: PostFacts,
    /// Null if the post is hidden from you.
    content: Option<Content>,
    /// Whether you mute the post: you get no notifications about it.
    muted: bool,
}

/// A post in a list, without its full text.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedPost)]
pub(crate) struct ListedPostView {
    #[serde(flatten)]
    facts: PostFacts,
    /// The first 200 characters of the text. Null if the post is hidden from you.
    #[schema(max_length = 200)]
    content_preview: Option<String>,
}

/// The fields that lists and single posts have in common.
#[derive(Serialize, ToSchema)]
struct PostFacts {
    id: PostId,
    board_id: BoardId,
    /// Null if the post is hidden from you.
    title: Option<Title>,
    /// Null if the post is hidden from you.
    author: Option<AuthorView>,
    /// Whether you wrote the post.
    is_mine: bool,
    is_anonymous: bool,
    is_question: bool,
    like_count: u32,
    scrap_count: u32,
    /// The number of comments and replies that are not deleted.
    comment_count: u32,
    /// Whether you like the post.
    liked: bool,
    /// Whether the post is among your scraps.
    scrapped: bool,
    /// Whether you hide the post from your lists.
    hidden: bool,
    /// The pictures of the post, in order. Empty if the post is hidden from you.
    media: Vec<MediaView>,
    /// A post that is `blinded`, `removed` or `restricted` is hidden from everybody but its author. Only the author sees
    /// that a post is `restored`.
    state: ContentState,
    /// Why your post is hidden. Null if it is not hidden, or not yours.
    moderation: Option<ModerationView>,
    created_at: Time,
    updated_at: Time,
    /// When the author last changed the title or the text. Null if they never did.
    edited_at: Option<Time>,
}

/// A picture of a post.
#[derive(Serialize, ToSchema)]
#[schema(as = Media)]
struct MediaView {
    id: MediaId,
    /// The URL of the picture. It works for one hour.
    url: String,
    content_type: ImageType,
}

impl PostFacts {
    fn new(
        head: PostHead,
        author: Author,
        reaction: Reaction,
        appearance: Appearance,
        caller: &Caller,
        signer: &UrlSigner<'_>,
    ) -> Result<Self, BucketError> {
        let pictures = appearance.show(head.media_folder).flatten().map(|folder| (folder, head.media.as_slice()));
        let pictures = pictures.into_iter().flat_map(|(folder, media)| media.iter().map(move |one| (folder, one)));
        let media = pictures.map(|(folder, picture)| {
            let url = signer.picture_url(folder, picture.id, URL_LIFETIME)?;
            Ok(MediaView { id: picture.id, url, content_type: picture.content_type })
        });
        Ok(Self {
            media: media.collect::<Result<_, BucketError>>()?,
            edited_at: head.edited_at(),
            is_mine: head.author_id == caller.user,
            id: head.id,
            board_id: head.id.board(),
            title: appearance.show(head.title),
            author: appearance.show(author.into()),
            is_anonymous: head.is_anonymous,
            is_question: head.is_question,
            // The caller's own like shows at once.
            like_count: head.like_count.saturating_add(reaction.is_uncounted.into()),
            scrap_count: head.scrap_count,
            comment_count: head.comment_count,
            liked: reaction.liked_at.is_some(),
            scrapped: reaction.scrapped_at.is_some(),
            hidden: reaction.hidden_at.is_some(),
            state: appearance.state,
            moderation: appearance.notice.map(ModerationView::from),
            created_at: head.created_at,
            updated_at: head.updated_at,
        })
    }
}

impl PostView {
    pub(crate) async fn new(state: &PostsState, shown: SeenPost, caller: &Caller) -> Result<Self, Problem> {
        let SeenPost { post, author, reaction, appearance } = shown;
        let signer = state.bucket.signer().await?;
        let facts = PostFacts::new(post.head, author, reaction, appearance, caller, &signer)?;
        Ok(Self { facts, content: appearance.show(post.content), muted: reaction.muted_at.is_some() })
    }

    pub(crate) fn id(&self) -> PostId {
        self.facts.id
    }
}

impl ListedPostView {
    fn new(listed: ListedPost, caller: &Caller, signer: &UrlSigner<'_>) -> Result<Self, BucketError> {
        let ListedPost { head, author, reaction, appearance } = listed;
        let content_preview = appearance.show(head.content_preview.clone());
        Ok(Self { content_preview, facts: PostFacts::new(head, author, reaction, appearance, caller, signer)? })
    }

    /// The title, empty if the post is hidden.
    pub(crate) fn title(&self) -> &str {
        self.facts.title.as_ref().map_or("", Title::as_str)
    }

    /// The beginning of the text, empty if the post is hidden.
    pub(crate) fn content_preview(&self) -> &str {
        self.content_preview.as_deref().unwrap_or_default()
    }

    /// Converts a page from the store.
    pub(crate) async fn page(
        state: &PostsState,
        found: Page<ListedPost, String>,
        caller: &Caller,
    ) -> Result<Page<Self, String>, Problem> {
        let signer = state.bucket.signer().await?;
        let views = found.items.into_iter().map(|listed| Self::new(listed, caller, &signer));
        Ok(Page { items: views.collect::<Result<_, _>>()?, next: found.next })
    }
}
