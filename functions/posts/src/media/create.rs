//! `POST /media`.

use std::collections::BTreeMap;

use axum::extract::State;
use campus_core::domain::{Caller, ImageSize, ImageType, MediaId, Time, Upload};
use campus_core::http::{AccessRequest, Created, Creation, Problem};
use campus_core::request;
use campus_core::store::UserAction;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::PostsState;

request! {
    /// A picture that you want to upload.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewMedia {
        content_type: ImageType,
        /// The size of the picture in bytes: 1 byte to 5 MiB.
        size: ImageSize,
    }
}

/// An upload: how to send the picture, and until when it can be used.
#[derive(Serialize, ToSchema)]
#[schema(as = Upload)]
pub(crate) struct UploadView {
    /// The id for the `media_ids` of a post.
    id: MediaId,
    /// The URL to send the picture to, with `PUT`.
    upload_url: String,
    /// The headers that the `PUT` request must have. Browsers set `content-length` themselves.
    headers: BTreeMap<&'static str, String>,
    /// Upload the picture and create a post with it before this time.
    expires_at: Time,
}

impl UploadView {
    async fn new(state: &PostsState, upload: &Upload) -> Result<Self, Problem> {
        let target = state.bucket.signer().await?.upload_target(upload)?;
        let headers = target.headers.into_iter().collect();
        Ok(Self { id: upload.id, upload_url: target.url, headers, expires_at: upload.expires_at })
    }
}

/// Creates an upload for a picture.
///
/// Send the picture to `upload_url`, then create a post with the upload's id in `media_ids`. The URL accepts only a
/// picture of exactly the given type and size.
#[utoipa::path(post, path = "/media", tag = "media", request_body = NewMedia, responses(
    (status = 201, description = "The new upload.", body = UploadView),
    (status = 429, description = "`rate_limited`: you have created too many uploads.")))]
pub(crate) async fn create_media(
    caller: Caller,
    State(state): State<PostsState>,
    creation: Creation<NewMedia>,
) -> Result<Created<UploadView>, Problem> {
    creation
        .run(
            &state.app.authorizer,
            &caller,
            async |request, access| create(&state, &caller, request, access).await,
            async |id| show(&state, &caller, MediaId::from_uuid(id)).await,
            |upload| Created::new(format!("/media/{}", upload.id), upload),
        )
        .await
}

async fn show(state: &PostsState, caller: &Caller, id: MediaId) -> Result<UploadView, Problem> {
    UploadView::new(state, &state.app.uploads.get(caller, id).await?).await
}

async fn create(
    state: &PostsState,
    caller: &Caller,
    request: NewMedia,
    access: AccessRequest,
) -> Result<UploadView, Problem> {
    let app = &state.app;
    let access = access.authorize().await?;
    let NewMedia { content_type, size } = request;
    let upload = Upload::new(content_type, size, app.clock.now());
    app.limiter.count(UserAction::UploadMedia, &access, caller).await?;
    app.uploads.add(&access, caller, &upload).await?;
    UploadView::new(state, &upload).await
}
