//! Pictures.

use serde::{Deserialize, Serialize};

use super::{FieldError, MediaId, Parse};

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
