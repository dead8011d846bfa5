//! Pictures on their way into a post: a row each beside the profile of whoever announced it, until a post takes it or
//! its time is up. What is in a post stands in the post's head.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | upload | `SCHOOL#<school>#USER#<user>` | `MEDIA#<id>` |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Kind};
use super::change::Change;
use super::{Error, Key, Read, Table, Transaction, Writer, users, withdrawals};
use crate::domain::{Caller, FieldError, ImageSize, ImageType, Media, MediaId, MediaIds, PostId, Time, Upload};

const MEDIA: &str = "MEDIA#";

/// Access to uploads.
#[derive(Clone, Debug)]
pub struct Uploads {
    table: Table,
}

#[derive(Serialize, Deserialize)]
struct Row {
    content_type: ImageType,
    size: ImageSize,
    expires_at: i64,
}

impl Row {
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

    /// Adds an upload of the caller's.
    ///
    /// # Errors
    /// Those of a claim.
    pub async fn add(&self, writer: &Writer, caller: &Caller, upload: &Upload) -> Result<(), Error> {
        let Upload { id, content_type, size, expires_at } = *upload;
        let row = Row { content_type, size, expires_at: expires_at.as_secs() };
        let transaction = self.table.transaction(writer).claim(writer, id.as_uuid())?;
        transaction.create(&key(caller, id), &row)?.commit().await
    }

    /// An upload of the caller's.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when it is in a post or its time is up.
    pub async fn get(&self, caller: &Caller, id: MediaId) -> Result<Upload, Error> {
        let row: Option<Row> = self.table.get(key(caller, id), Read::Latest).await?;
        row.and_then(|row| self.live(row, id)).ok_or(Error::NotFound)
    }

    /// The pictures that these uploads of the caller's are going to be, in the same order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the first that is none of the caller's, is in a post or whose time is up.
    pub async fn find(&self, caller: &Caller, ids: &[MediaId]) -> Result<Vec<Media>, Error> {
        let mut rows = self.table.batch_get(ids.iter().map(|id| key(caller, *id)), Read::Latest).await?;
        let found = ids.iter().enumerate().map(|(place, id)| {
            let upload = rows.take::<Row>(&key(caller, *id))?.and_then(|row| self.live(row, *id));
            upload.map(|upload| upload.media()).ok_or_else(|| no_such_upload(place))
        });
        found.collect()
    }

    fn live(&self, row: Row, id: MediaId) -> Option<Upload> {
        let upload = row.upload(id);
        (self.table.clock().now() < upload.expires_at).then_some(upload)
    }
}

impl Transaction {
    /// Takes these uploads of the caller's for a post: of several posts that want one, one gets it.
    pub(super) fn take_uploads(mut self, caller: &Caller, media: &[Media]) -> Result<Self, Error> {
        for (place, picture) in media.iter().enumerate() {
            let taken = self.delete_if(key(caller, picture.id), Change::of_existing())?;
            self = taken.on_condition_failed_with(move |_| no_such_upload(place));
        }
        Ok(self)
    }
}

fn no_such_upload(place: usize) -> Error {
    Error::Invalid(FieldError::NoSuchThing.at(MediaIds::field(place)))
}

/// An upload is of a student, and in no post.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let (school, user) = users::of_partition(&entry.key.pk)?;
    let id = entry.key.sk.strip_prefix(MEDIA)?.parse().ok()?;
    entry.read::<Row>();
    entry.needs_any(withdrawals::owner_keys(school, user));
    entry.claim(picture(id), format!("user {user}'s, in no post"));
    Some("upload")
}

/// The pictures in a post are in no other.
pub(super) fn audit_post(entry: &mut Entry<'_>, post: PostId, media: &[Media]) {
    for Media { id, .. } in media {
        entry.claim(picture(*id), format!("in post {post}"));
    }
}

fn picture(id: MediaId) -> String {
    format!("picture {id}")
}
