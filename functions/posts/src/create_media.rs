//! `POST /media`.

use std::collections::BTreeMap;

use axum::extract::State;
use campus_core::domain::{Caller, ImageSize, ImageType, MediaId, Time, Upload};
use campus_core::http::{Created, Creation, Once, Problem};
use campus_core::request;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::Posts;

request! {
    /// A picture to be uploaded.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewMedia {
        #[schema(inline)]
        content_type: ImageType,
        /// How many bytes it has: at most 10 MiB.
        #[schema(inline)]
        size: ImageSize,
    }
}

/// Where to upload a picture.
#[derive(Serialize, ToSchema)]
#[schema(as = Upload)]
pub(crate) struct UploadView {
    /// What to name in the `media_ids` of a post.
    #[schema(inline)]
    id: MediaId,
    /// Where to `PUT` the picture.
    upload_url: String,
    /// The headers that the request must have, or it is refused. A browser sends `content-length` by itself.
    headers: BTreeMap<&'static str, String>,
    /// Until when it has to be uploaded and in a post.
    #[schema(inline)]
    expires_at: Time,
}

impl UploadView {
    async fn new(posts: &Posts, upload: &Upload) -> Result<Self, Problem> {
        let target = posts.bucket.signer().await?.upload(upload)?;
        let headers = target.headers.into_iter().collect();
        Ok(Self { id: upload.id, upload_url: target.url, headers, expires_at: upload.expires_at })
    }
}

/// Announces a picture, which is then uploaded by a request of its own and can be put into a post. The url takes just
/// what was announced: this type and this number of bytes.
#[utoipa::path(post, path = "/media", tag = "posts", request_body = NewMedia, responses(
    (status = 201, description = "Where to upload it.", body = UploadView),
    (status = 429, description = "`rate_limited`: one has uploaded too many.")))]
pub(crate) async fn create_media(
    caller: Caller,
    State(posts): State<Posts>,
    creation: Creation<NewMedia>,
) -> Result<Created<UploadView>, Problem> {
    let attempt = announce(&posts, &caller, creation).await;
    let made = Once::settle(attempt, async |id| show(&posts, &caller, MediaId::from_uuid(id)).await).await?;
    Ok(made.created(|view| format!("/media/{}", view.id), |view| view))
}

async fn show(posts: &Posts, caller: &Caller, id: MediaId) -> Result<UploadView, Problem> {
    UploadView::new(posts, &posts.app.uploads.get(caller, id).await?).await
}

async fn announce(posts: &Posts, caller: &Caller, creation: Creation<NewMedia>) -> Result<UploadView, Problem> {
    let app = &posts.app;
    let writer = app.writers.admit_once(caller, creation.intent.as_ref()).await?;
    let NewMedia { content_type, size } = creation.request;
    let upload = Upload::announce(content_type, size, app.clock.now());
    app.limiter.count_media(&writer, caller).await?;
    app.uploads.add(&writer, caller, &upload).await?;
    UploadView::new(posts, &upload).await
}
