//! Uploads: pictures that are in no post. Each is a row in the partition of the student who uploads it, until a post
//! takes it or it expires. The pictures in a post are listed in the post head.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | upload | `SCHOOL#<school>#USER#<user>` | `MEDIA#<picture>` |

use serde::{Deserialize, Serialize};

use crate::domain::{Caller, FieldError, ImageSize, ImageType, Media, MediaId, MediaIds, Time, Upload};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Error, Key, Read, RowUpdate, Table, Transaction};

pub(crate) const MEDIA: &str = "MEDIA#";

/// Access to uploads.
#[derive(Clone, Debug)]
pub struct Uploads {
    table: Table,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct UploadRow {
    content_type: ImageType,
    size: ImageSize,
    expires_at: i64,
}

impl UploadRow {
    fn upload(self, id: MediaId) -> Upload {
        let Self { content_type, size, expires_at } = self;
        Upload { id, content_type, size, expires_at: Time::from_secs(expires_at) }
    }
}

fn key(caller: &Caller, id: MediaId) -> Key {
    Key::new(users::partition(caller.school, caller.user), format!("{MEDIA}{id}"))
}

impl Uploads {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Adds an upload of the caller.
    ///
    /// # Errors
    /// [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn add(&self, access: &WriteAccess, caller: &Caller, upload: &Upload) -> Result<(), Error> {
        let Upload { id, content_type, size, expires_at } = *upload;
        let row = UploadRow { content_type, size, expires_at: expires_at.as_secs() };
        let transaction = self.table.transaction(access).record_idempotency(access, id.as_uuid())?;
        transaction.create(&key(caller, id), &row)?.commit().await
    }

    /// Returns an upload of the caller.
    ///
    /// # Errors
    /// [`Error::NotFound`], also if the picture is in a post or the upload has expired.
    pub async fn get(&self, caller: &Caller, id: MediaId) -> Result<Upload, Error> {
        let row: Option<UploadRow> = self.table.get(key(caller, id), Read::Consistent).await?;
        row.and_then(|row| self.unexpired(row, id)).ok_or(Error::NotFound)
    }

    /// Returns the pictures of these uploads of the caller, in the same order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the first id that is not an upload of the caller, is in a post or has expired, or if the
    /// pictures are too large together.
    pub async fn find(&self, caller: &Caller, ids: &[MediaId]) -> Result<Vec<Media>, Error> {
        let mut rows = self.table.batch_get(ids.iter().map(|id| key(caller, *id)), Read::Consistent).await?;
        let found = ids.iter().enumerate().map(|(index, id)| {
            let upload = rows.take::<UploadRow>(&key(caller, *id))?.and_then(|row| self.unexpired(row, *id));
            upload.ok_or_else(|| no_such_upload(index))
        });
        Upload::media(&found.collect::<Result<Vec<_>, Error>>()?).map_err(Error::Invalid)
    }

    fn unexpired(&self, row: UploadRow, id: MediaId) -> Option<Upload> {
        let upload = row.upload(id);
        (self.table.clock().now() < upload.expires_at).then_some(upload)
    }
}

impl Transaction {
    /// Deletes the uploads of these pictures of the caller, because the post that this transaction creates takes them.
    /// Fails with [`Error::Invalid`] if another post has taken one of them.
    pub(crate) fn take_uploads(mut self, caller: &Caller, media: &[Media]) -> Result<Self, Error> {
        for (index, picture) in media.iter().enumerate() {
            let deleted = self.delete_if(key(caller, picture.id), RowUpdate::of_existing())?;
            self = deleted.on_condition_failed_with(move |_| no_such_upload(index));
        }
        Ok(self)
    }
}

fn no_such_upload(index: usize) -> Error {
    Error::Invalid(FieldError::NoSuchThing.at(MediaIds::field(index)))
}
