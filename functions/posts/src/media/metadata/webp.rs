//! WebP (RFC 9649): a RIFF file of chunks, each with a type, a length and data, padded to an even length.

use super::Reader;

/// The picture, its transparency, its size, and the frames of an animation.
const KEPT: [&[u8; 4]; 6] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"];

/// The chunks in a frame.
const KEPT_IN_FRAME: [&[u8; 4]; 3] = [b"VP8 ", b"VP8L", b"ALPH"];

/// The bits of `VP8X` that announce a colour profile, EXIF and XMP.
const METADATA_FLAGS: u8 = 0b0010_1100;

pub(super) fn strip(picture: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Reader(picture);
    if rest.array()? != *b"RIFF" {
        return None;
    }
    let length = rest.little_endian_length()?;
    let mut file = Reader(rest.take(length)?);
    if file.array()? != *b"WEBP" {
        return None;
    }
    let mut chunks = Vec::from(b"WEBP");
    let mut has_picture = false;
    while !file.0.is_empty() {
        let (kind, data) = next_chunk(&mut file)?;
        has_picture |= [b"VP8 ", b"VP8L", b"ANMF"].contains(&&kind);
        match &kind {
            b"VP8X" => chunk(&mut chunks, kind, &without_flags(data)?),
            b"ANMF" => chunk(&mut chunks, kind, &frame(data)?),
            _ if KEPT.contains(&&kind) => chunk(&mut chunks, kind, data),
            _ => {}
        }
    }
    let mut stripped = Vec::new();
    chunk(&mut stripped, *b"RIFF", &chunks);
    has_picture.then_some(stripped)
}

fn next_chunk<'a>(file: &mut Reader<'a>) -> Option<([u8; 4], &'a [u8])> {
    let kind = file.array()?;
    let length = file.little_endian_length()?;
    let data = file.take(length)?;
    // Some programs leave out the padding at the end of the file.
    let _ = file.take(length % 2);
    Some((kind, data))
}

/// Appends a chunk. Its length fits, because the file is smaller than 4 GiB.
fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend(kind);
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    file.extend(data);
    if data.len() % 2 == 1 {
        file.push(0);
    }
}

/// The data of `VP8X` without the flags of metadata.
fn without_flags(data: &[u8]) -> Option<[u8; 10]> {
    let [flags, rest @ ..] = *data.first_chunk::<10>()?;
    let mut stripped = [0; 10];
    let kept = [flags & !METADATA_FLAGS].into_iter().chain(rest);
    stripped.iter_mut().zip(kept).for_each(|(to, from)| *to = from);
    Some(stripped)
}

/// The data of a frame of an animation, without other chunks than the picture.
fn frame(data: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Reader(data);
    let mut stripped = rest.take(16)?.to_vec();
    while !rest.0.is_empty() {
        let (kind, data) = next_chunk(&mut rest)?;
        if KEPT_IN_FRAME.contains(&&kind) {
            chunk(&mut stripped, kind, data);
        }
    }
    Some(stripped)
}
