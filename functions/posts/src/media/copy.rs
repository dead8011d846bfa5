//! Copies uploads to the pictures of a new post.

use std::time::Duration;

use campus_core::bucket::{Bucket, BucketError, UrlSigner};
use campus_core::domain::{FieldError, Media, MediaFolder};
use campus_core::hash::sha256;
use campus_core::store::time_left;
use futures_util::future::try_join_all;
use tokio::time::timeout;

use crate::media::metadata;

/// The time that copying leaves to the rest of the request, so that it can still create the post or respond with an
/// error.
const TIME_AFTER_COPY: Duration = Duration::from_secs(2);

/// Copies the uploads, without metadata, to the folder of a post, and notes the hashes of the files. If some of them
/// cannot be copied, copies none, and returns their indices with the reasons.
///
/// The pictures of a post are small enough together to be in memory at the same time (rule 9).
pub(crate) async fn copy_uploads(
    bucket: &Bucket,
    folder: MediaFolder,
    media: &mut [Media],
) -> Result<Vec<(usize, FieldError)>, BucketError> {
    let time = time_left().saturating_sub(TIME_AFTER_COPY);
    timeout(time, copy_all(bucket, folder, media)).await?
}

async fn copy_all(
    bucket: &Bucket,
    folder: MediaFolder,
    media: &mut [Media],
) -> Result<Vec<(usize, FieldError)>, BucketError> {
    let signer = bucket.signer().await?;
    let read = try_join_all(media.iter().map(|picture| read(bucket, &signer, picture))).await?;
    let (mut pictures, mut invalid) = (Vec::new(), Vec::new());
    for (index, (picture, read)) in media.iter_mut().zip(read).enumerate() {
        match read {
            Ok(stripped) => {
                picture.sha256 = Some(sha256(&stripped));
                pictures.push((&*picture, stripped));
            }
            Err(error) => invalid.push((index, error)),
        }
    }
    if invalid.is_empty() {
        let writes = pictures.into_iter().map(|(picture, body)| bucket.write_picture(&signer, folder, picture, body));
        try_join_all(writes).await?;
    }
    Ok(invalid)
}

/// Reads an upload without its metadata, or returns why it is not a picture of its type.
async fn read(
    bucket: &Bucket,
    signer: &UrlSigner<'_>,
    picture: &Media,
) -> Result<Result<Vec<u8>, FieldError>, BucketError> {
    let Some(upload) = bucket.read_upload(signer, picture.id).await? else {
        return Ok(Err(FieldError::NotUploaded));
    };
    let stripped = metadata::strip(picture.content_type, upload.bytes().unwrap_or_default());
    Ok(stripped.ok_or(FieldError::InvalidFormat))
}
