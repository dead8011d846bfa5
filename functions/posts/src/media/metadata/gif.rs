//! GIF (GIF89a specification): a header, then pictures and extensions, whose data is in blocks of up to 255 bytes.

use super::Reader;

const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;

/// The extension with the delay and the transparent colour of the next picture.
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// The application extension that says how often the animation repeats.
const REPETITION: &[u8] = b"\x0BNETSCAPE2.0";

pub(super) fn strip(picture: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Reader(picture);
    let version: [u8; 6] = rest.array()?;
    if ![b"GIF87a", b"GIF89a"].contains(&&version) {
        return None;
    }
    let screen: [u8; 7] = rest.array()?;
    let [.., flags, _, _] = screen;
    let mut stripped = [version.as_slice(), &screen, rest.take(colour_table(flags))?].concat();
    let mut has_picture = false;
    loop {
        match rest.byte() {
            Some(PICTURE) => {
                let descriptor: [u8; 9] = rest.array()?;
                let [.., flags] = descriptor;
                stripped.push(PICTURE);
                stripped.extend(descriptor);
                stripped.extend(rest.take(colour_table(flags))?);
                // The smallest code size, then the data.
                stripped.push(rest.byte()?);
                stripped.extend(blocks(&mut rest)?);
                has_picture = true;
            }
            Some(EXTENSION) => {
                let kind = rest.byte()?;
                let data = blocks(&mut rest)?;
                let is_control = kind == GRAPHIC_CONTROL && data.len() == 6;
                let kept = if is_control { Some(data) } else { repetition(kind, data) };
                if let Some(data) = kept {
                    stripped.extend([EXTENSION, kind]);
                    stripped.extend(data);
                    if !is_control {
                        stripped.push(0);
                    }
                }
            }
            // Some programs leave out the trailer.
            Some(TRAILER) | None => {
                stripped.push(TRAILER);
                return has_picture.then_some(stripped);
            }
            Some(_) => return None,
        }
    }
}

/// The length of the colour table that these flags announce.
fn colour_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3_usize << ((flags & 0x07) + 1) }
}

/// The blocks up to the empty one, which ends them.
fn blocks<'a>(rest: &mut Reader<'a>) -> Option<&'a [u8]> {
    let mut end = *rest;
    loop {
        let length = end.byte()?;
        end.take(usize::from(length))?;
        if length == 0 {
            return rest.take(rest.0.len().checked_sub(end.0.len())?);
        }
    }
}

/// The first two blocks of the extension that repeats the animation: its name, and how often.
fn repetition(kind: u8, data: &[u8]) -> Option<&[u8]> {
    let is_repetition = kind == APPLICATION && data.strip_prefix(REPETITION)?.starts_with(&[3, 1]);
    if is_repetition { data.get(..REPETITION.len().checked_add(4)?) } else { None }
}
