//! Pictures.

use serde::{Deserialize, Serialize};

use super::{FieldError, Invalid, MediaId, Parse, Time};

/// For how long a picture can be uploaded and put into a post, in seconds: an hour.
const UPLOADED_WITHIN_S: i64 = 3600;

/// A picture in a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// What kind of picture it is.
    pub content_type: ImageType,
}

/// The kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImageType {
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
    /// WebP.
    #[serde(rename = "image/webp")]
    Webp,
    /// GIF.
    #[serde(rename = "image/gif")]
    Gif,
}

impl ImageType {
    /// Its media type.
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
        let kinds = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif];
        kinds.into_iter().find(|kind| kind.as_str() == raw).ok_or(FieldError::UnknownChoice)
    }
}

/// How large a picture is, in bytes: 1 to 10 MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImageSize(u32);

impl ImageSize {
    /// The largest.
    pub const MAX: u32 = 10 * 1024 * 1024;

    /// The number of bytes.
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

/// A picture that is going to be uploaded, and is in no post yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: MediaId,
    /// What kind of picture it is.
    pub content_type: ImageType,
    /// How large it is.
    pub size: ImageSize,
    /// Until when it has to be uploaded and in a post; a whole second.
    pub expires_at: Time,
}

impl Upload {
    /// A new one.
    pub fn announce(content_type: ImageType, size: ImageSize, now: Time) -> Self {
        let expires_at = Time::from_secs(now.as_secs().saturating_add(UPLOADED_WITHIN_S));
        Self { id: MediaId::new(now), content_type, size, expires_at }
    }

    /// The picture, once it is in a post.
    pub fn media(&self) -> Media {
        Media { id: self.id, content_type: self.content_type }
    }
}

/// The pictures that a post is to have, as a client names them: at most [`MAX`](Self::MAX).
#[derive(Clone, Debug, Default)]
pub struct MediaIds(Vec<String>);

impl MediaIds {
    /// The most pictures of a post.
    pub const MAX: usize = 20;

    /// The ids, in order.
    ///
    /// # Errors
    /// [`FieldError::Duplicate`] where a picture is named for the second time; [`FieldError::NoSuchThing`] where
    /// something is no id, and so the id of nothing.
    pub fn distinct(&self) -> Result<Vec<MediaId>, Vec<Invalid>> {
        let (mut ids, mut invalid) = (Vec::new(), Vec::new());
        for (place, text) in self.0.iter().enumerate() {
            match text.parse() {
                Ok(id) if ids.contains(&id) => invalid.push(FieldError::Duplicate.at(Self::field(place))),
                Ok(id) => ids.push(id),
                Err(_) => invalid.push(FieldError::NoSuchThing.at(Self::field(place))),
            }
        }
        if invalid.is_empty() { Ok(ids) } else { Err(invalid) }
    }

    /// The path of one of them in the request.
    pub fn field(place: usize) -> String {
        format!("media_ids[{place}]")
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
    fn a_picture_has_between_a_byte_and_ten_mebibytes() {
        for (raw, is_size) in [(-1, false), (0, false), (1, true), (10_485_760, true), (10_485_761, false)] {
            assert_eq!(ImageSize::parse(raw).is_ok(), is_size, "{raw}");
        }
    }

    #[test]
    fn other_types_are_no_pictures() {
        for text in ["image/svg+xml", "image/JPEG", "image/png; charset=x", "text/html", ""] {
            assert_eq!(ImageType::parse(text.to_owned()), Err(FieldError::UnknownChoice), "{text}");
        }
    }

    #[test]
    fn each_picture_is_named_once_and_by_an_id() {
        let id = MediaId::new(Time::now());
        let ids = MediaIds::parse(vec![id.to_string(), "x".to_owned(), id.to_string()]).unwrap();
        let expected = [FieldError::NoSuchThing.at("media_ids[1]"), FieldError::Duplicate.at("media_ids[2]")];
        assert_eq!(ids.distinct(), Err(expected.into()));
        assert_eq!(MediaIds::parse(vec![id.to_string()]).unwrap().distinct(), Ok(vec![id]));
        assert!(MediaIds::parse(vec![id.to_string(); 21]).is_err());
    }

    #[test]
    fn an_upload_ends_with_a_whole_second() {
        let (size, now) = (ImageSize::parse(1).unwrap(), Time::from_millis(7_999));
        assert_eq!(Upload::announce(ImageType::Png, size, now).expires_at, Time::from_millis(3_607_000));
    }
}
