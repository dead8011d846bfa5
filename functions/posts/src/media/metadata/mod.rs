//! Removes from a picture all that is not needed to show it: EXIF, XMP, comments, thumbnails, colour profiles, and whatever
//! follows its end. The serial number of a camera, or the profile of a monitor, would link two anonymous posts.
//!
//! Each format has a list of what stays, so that kinds of metadata that nobody thought of are removed too. The picture is
//! not decoded. Its orientation stays in a JPEG file, because phones store photos unrotated.

mod gif;
mod jpeg;
mod png;
mod webp;

#[cfg(test)]
mod tests;

use campus_core::domain::ImageType;

/// The picture without metadata. None if the bytes are not a picture of this type.
pub(crate) fn strip(image_type: ImageType, picture: &[u8]) -> Option<Vec<u8>> {
    match image_type {
        ImageType::Jpeg => jpeg::strip(picture),
        ImageType::Png => png::strip(picture),
        ImageType::Webp => webp::strip(picture),
        ImageType::Gif => gif::strip(picture),
    }
}

/// The part of a file that is still to be read. Each method returns None if the file ends too early.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// A length of 32 bits, least significant byte first.
    fn little_endian_length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).ok()
    }

    /// A length of 32 bits, most significant byte first.
    fn big_endian_length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_be_bytes(self.array()?)).ok()
    }
}
