//! The row of a comment. It has nothing that its key tells, because pages read many of these rows: the id is in the key, and
//! the time of the last change is there only if the comment was deleted.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::{Comment, CommentBody, CommentId, Time};
use crate::store::content::comments::COMMENT;
use crate::store::content::posts;

#[derive(Serialize)]
struct NewRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a CommentBody>,
    like_count: u32,
    reply_count: u32,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Time>,
}

#[derive(Deserialize)]
struct CommentRow {
    pk: String,
    sk: String,
    written: Option<CommentBody>,
    like_count: u32,
    reply_count: u32,
    created_at: Time,
    updated_at: Option<Time>,
}

/// The id of the comment with this key.
fn id_of(pk: &str, sk: &str) -> Option<CommentId> {
    let (_, post) = posts::parse_partition(pk)?;
    format!("{post}{}", sk.strip_prefix(COMMENT)?.replace('#', "")).parse().ok()
}

impl Serialize for Comment {
    /// Without the key, which `key` makes from the id.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { body, like_count, reply_count, created_at, updated_at, .. } = self;
        let row = NewRow {
            written: body.as_ref(),
            like_count: *like_count,
            reply_count: *reply_count,
            created_at: *created_at,
            updated_at: (updated_at != created_at).then_some(*updated_at),
        };
        row.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Comment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let CommentRow { pk, sk, written, like_count, reply_count, created_at, updated_at } =
            CommentRow::deserialize(deserializer)?;
        let id = id_of(&pk, &sk).ok_or_else(|| de::Error::custom("the key is not that of a comment"))?;
        let updated_at = updated_at.unwrap_or(created_at);
        Ok(Self { id, body: written, like_count, reply_count, created_at, updated_at })
    }
}
