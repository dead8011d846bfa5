//! JPEG (ITU-T T.81): segments, each with a marker, and the compressed data after each start of scan.

use super::Reader;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
/// Contains `JFIF`: the density of the pixels, and a thumbnail.
const APP0: u8 = 0xE0;
/// Contains EXIF or XMP.
const APP1: u8 = 0xE1;
/// Contains `Adobe`: how the colours are encoded.
const APP14: u8 = 0xEE;

/// The length of a `JFIF` segment without the size of the thumbnail, and of an `Adobe` segment.
const FIXED_PART: usize = 12;

pub(super) fn strip(picture: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Reader(picture);
    if rest.array()? != [0xFF, SOI] {
        return None;
    }
    let (mut kept, mut orientation, mut has_frame, mut has_scan) = (Vec::new(), None, false, false);
    while let Some(marker) = next_marker(&mut rest) {
        if marker == EOI {
            break;
        }
        let length = usize::from(u16::from_be_bytes(rest.array()?)).checked_sub(2)?;
        let data = rest.take(length)?;
        match marker {
            APP0 if data.starts_with(b"JFIF\0") => {
                segment(&mut kept, marker, &[data.get(..FIXED_PART)?, &[0, 0]].concat());
            }
            APP1 => orientation = orientation.or_else(|| exif_orientation(data)),
            APP14 if data.starts_with(b"Adobe") => segment(&mut kept, marker, data.get(..FIXED_PART)?),
            SOS => {
                segment(&mut kept, marker, data);
                kept.extend(compressed_data(&mut rest));
                has_scan = true;
            }
            // Frames, tables, restart intervals, numbers of lines, expansions.
            0xC0..=0xCF | 0xDB..=0xDF => {
                has_frame |= marker != 0xC4 && marker != 0xCC;
                segment(&mut kept, marker, data);
            }
            _ => {}
        }
    }
    if !has_frame || !has_scan {
        return None;
    }
    let mut stripped = vec![0xFF, SOI];
    if let Some(orientation) = orientation {
        segment(&mut stripped, APP1, &exif_with(orientation));
    }
    stripped.append(&mut kept);
    stripped.extend([0xFF, EOI]);
    Some(stripped)
}

/// The next marker. Bytes before it, which decoders skip, are skipped. None at the end of the file, which some programs write
/// without an end of the picture.
fn next_marker(rest: &mut Reader) -> Option<u8> {
    loop {
        while rest.byte()? != 0xFF {}
        let mut marker = rest.byte()?;
        while marker == 0xFF {
            marker = rest.byte()?;
        }
        // Restart markers and `TEM` have no data.
        if !matches!(marker, 0x00 | 0x01 | 0xD0..=0xD8) {
            return Some(marker);
        }
    }
}

/// The data up to the next marker that is not a restart marker.
fn compressed_data<'a>(rest: &mut Reader<'a>) -> &'a [u8] {
    let is_marker = |pair: &[u8]| matches!(pair, [0xFF, marker] if !matches!(marker, 0x00 | 0xD0..=0xD7 | 0xFF));
    let end = rest.0.windows(2).position(is_marker).unwrap_or(rest.0.len());
    rest.take(end).unwrap_or_default()
}

/// Appends a segment. Its data has at most 65,533 bytes, because it comes from a segment.
fn segment(picture: &mut Vec<u8>, marker: u8, data: &[u8]) {
    let length = u16::try_from(data.len().saturating_add(2)).unwrap_or(u16::MAX);
    picture.extend([0xFF, marker]);
    picture.extend(length.to_be_bytes());
    picture.extend(data);
}

/// The tag of the orientation (EXIF 2.32), and the type of its value.
const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;

/// The orientation in EXIF data, if the picture has to be rotated or mirrored.
fn exif_orientation(data: &[u8]) -> Option<u8> {
    let tiff = data.strip_prefix(b"Exif\0\0")?;
    let mut header = Reader(tiff);
    let is_little_endian = match &header.array()? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |bytes: [u8; 2]| if is_little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) };
    let offset = if is_little_endian { header.little_endian_length()? } else { header.big_endian_length()? };
    let mut directory = Reader(tiff.get(offset..)?);
    for _ in 0..short(directory.array()?) {
        let mut entry = Reader(directory.take(12)?);
        let (tag, kind) = (short(entry.array()?), short(entry.array()?));
        if (tag, kind) == (ORIENTATION, SHORT) {
            entry.take(4)?;
            return u8::try_from(short(entry.array()?)).ok().filter(|orientation| (2..=8).contains(orientation));
        }
    }
    None
}

/// EXIF data with the orientation only.
fn exif_with(orientation: u8) -> Vec<u8> {
    let header = b"Exif\0\0MM\0*\0\0\0\x08\0\x01";
    let entry = b"\x01\x12\0\x03\0\0\0\x01\0";
    [header.as_slice(), entry, &[orientation], &[0; 6]].concat()
}
