//! PNG (ISO/IEC 15948): chunks, each with a length, a type, data and a checksum.

use super::Reader;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The picture, its transparency, how its colours are encoded, and the frames of an animation.
const KEPT: [&[u8; 4]; 10] = [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"acTL", b"fcTL", b"fdAT"];

pub(super) fn strip(picture: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Reader(picture.strip_prefix(SIGNATURE)?);
    let mut stripped = SIGNATURE.to_vec();
    let (mut is_first, mut has_data) = (true, false);
    loop {
        let mut chunk = rest;
        let length = rest.big_endian_length()?;
        let kind = rest.array()?;
        rest.take(length)?;
        rest.take(4)?;
        if is_first && &kind != b"IHDR" {
            return None;
        }
        is_first = false;
        has_data |= &kind == b"IDAT";
        if KEPT.contains(&&kind) {
            stripped.extend(chunk.take(length.checked_add(12)?)?);
        }
        if &kind == b"IEND" {
            return has_data.then_some(stripped);
        }
    }
}
