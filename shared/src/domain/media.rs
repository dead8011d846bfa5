//! Pictures of posts: their types and sizes, and uploads that are not in a post yet.

use serde::{Deserialize, Serialize};

use super::{FieldError, Invalid, MediaId, Parse, Time};

/// How long an upload can be used, in seconds: one hour.
const UPLOAD_LIFETIME_S: i64 = 3600;

/// The maximum size of the pictures of a post together, in bytes: 20 MiB.
const MAX_TOGETHER: u32 = 20 * 1024 * 1024;

/// A picture in a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    pub id: MediaId,
    pub content_type: ImageType,
    /// The SHA-256 of the file of the post, in base64url. An upload that is not in a post yet has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// The file format of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImageType {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
    #[serde(rename = "image/gif")]
    Gif,
}

impl ImageType {
    /// The media type, such as `image/png`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }
}

impl Parse for ImageType {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let types = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif];
        types.into_iter().find(|image_type| image_type.as_str() == raw).ok_or(FieldError::UnknownChoice)
    }
}

/// The size of a picture in bytes: 1 byte to 5 MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImageSize(u32);

impl ImageSize {
    /// The maximum size in bytes.
    pub const MAX: u32 = 5 * 1024 * 1024;

    pub fn bytes(self) -> u32 {
        self.0
    }
}

impl Parse for ImageSize {
    type Raw = i64;

    fn parse(raw: i64) -> Result<Self, FieldError> {
        match u32::try_from(raw) {
            Ok(bytes) if (1..=Self::MAX).contains(&bytes) => Ok(Self(bytes)),
            _ => Err(FieldError::OutOfRange { min: 1, max: Self::MAX.into() }),
        }
    }
}

/// A picture that a client may upload and that is not in a post yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: MediaId,
    pub content_type: ImageType,
    pub size: ImageSize,
    /// The picture must be uploaded and used in a post before this time. It is a whole second.
    pub expires_at: Time,
}

impl Upload {
    /// Creates an upload that can be used for one hour.
    pub fn new(content_type: ImageType, size: ImageSize, now: Time) -> Self {
        let expires_at = Time::from_secs(now.as_secs().saturating_add(UPLOAD_LIFETIME_S));
        Self { id: MediaId::new(now), content_type, size, expires_at }
    }

    /// The pictures to store in a post.
    ///
    /// # Errors
    /// [`FieldError::TooLarge`] if they have more than 20 MiB together (rule 9).
    pub fn media(uploads: &[Self]) -> Result<Vec<Media>, Invalid> {
        let bytes = uploads.iter().fold(0_u32, |sum, upload| sum.saturating_add(upload.size.bytes()));
        if bytes > MAX_TOGETHER {
            return Err(FieldError::TooLarge { max: MAX_TOGETHER }.at("media_ids"));
        }
        Ok(uploads
            .iter()
            .map(|upload| Media { id: upload.id, content_type: upload.content_type, sha256: None })
            .collect())
    }
}

/// The ids of the pictures of a new post, as sent by the client: at most [`MAX`](Self::MAX).
#[derive(Clone, Debug, Default)]
pub struct MediaIds(Vec<String>);

impl MediaIds {
    /// The maximum number of pictures of a post.
    pub const MAX: usize = 10;

    /// Parses the ids, in order.
    ///
    /// # Errors
    /// For each wrong item, [`FieldError::Duplicate`] if its id occurs before, or [`FieldError::NoSuchThing`] if it is
    /// not an id.
    pub fn distinct(&self) -> Result<Vec<MediaId>, Vec<Invalid>> {
        let (mut ids, mut invalid) = (Vec::new(), Vec::new());
        for (index, text) in self.0.iter().enumerate() {
            match text.parse() {
                Ok(id) if ids.contains(&id) => invalid.push(FieldError::Duplicate.at(Self::field(index))),
                Ok(id) => ids.push(id),
                Err(_) => invalid.push(FieldError::NoSuchThing.at(Self::field(index))),
            }
        }
        if invalid.is_empty() { Ok(ids) } else { Err(invalid) }
    }

    /// The path of an item in the request.
    pub fn field(index: usize) -> String {
        format!("media_ids[{index}]")
    }
}

impl Parse for MediaIds {
    type Raw = Vec<String>;

    fn parse(raw: Vec<String>) -> Result<Self, FieldError> {
        if raw.len() > Self::MAX { Err(FieldError::TooMany { max: Self::MAX }) } else { Ok(Self(raw)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_1_byte_to_5_mebibytes() {
        for (raw, is_valid) in [(-1, false), (0, false), (1, true), (5_242_880, true), (5_242_881, false)] {
            assert_eq!(ImageSize::parse(raw).is_ok(), is_valid, "{raw}");
        }
    }

    #[test]
    fn other_media_types_are_refused() {
        for text in ["image/svg+xml", "image/JPEG", "image/png; charset=x", "text/html", ""] {
            assert_eq!(ImageType::parse(text.to_owned()), Err(FieldError::UnknownChoice), "{text}");
        }
    }

    #[test]
    fn picture_ids_are_valid_and_distinct() {
        let id = MediaId::new(Time::now());
        let ids = MediaIds::parse(vec![id.to_string(), "x".to_owned(), id.to_string()]).unwrap();
        let expected = [FieldError::NoSuchThing.at("media_ids[1]"), FieldError::Duplicate.at("media_ids[2]")];
        assert_eq!(ids.distinct(), Err(expected.into()));
        assert_eq!(MediaIds::parse(vec![id.to_string()]).unwrap().distinct(), Ok(vec![id]));
        assert!(MediaIds::parse(vec![id.to_string(); 11]).is_err());
    }

    #[test]
    fn the_pictures_of_a_post_have_20_mebibytes_together() {
        let upload = |bytes| Upload::new(ImageType::Png, ImageSize::parse(bytes).unwrap(), Time::now());
        let largest = i64::from(ImageSize::MAX);
        let mut uploads = vec![upload(largest); 4];
        assert_eq!(Upload::media(&uploads).map(|media| media.len()), Ok(4));
        uploads.push(upload(1));
        assert_eq!(Upload::media(&uploads), Err(FieldError::TooLarge { max: 20_971_520 }.at("media_ids")));
    }

    #[test]
    fn an_upload_expires_at_a_whole_second() {
        let (size, now) = (ImageSize::parse(1).unwrap(), Time::from_millis(7_999));
        assert_eq!(Upload::new(ImageType::Png, size, now).expires_at, Time::from_millis(3_607_000));
    }
}
