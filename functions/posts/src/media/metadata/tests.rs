//! Tests of pictures with metadata.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample;

use super::*;

const TYPES: [ImageType; 4] = [ImageType::Jpeg, ImageType::Png, ImageType::Webp, ImageType::Gif];

/// What must not be in a stripped picture.
const SECRET: &[u8] = b"serial number 31415926";

fn contains_secret(picture: &[u8]) -> bool {
    picture.windows(SECRET.len()).any(|part| part == SECRET)
}

fn jpeg_segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], length.as_slice(), data].concat()
}

/// A JPEG file with these segments before its frame, and these bytes after its end.
fn jpeg(segments: &[u8], after: &[u8]) -> Vec<u8> {
    let frame = jpeg_segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0");
    let scan = [&jpeg_segment(0xDA, b"\x01\x01\0\0\x3F\0"), b"\x12\xFF\0\x34\xFF\xD0\x56".as_slice()].concat();
    [b"\xFF\xD8", segments, &frame, &scan, b"\xFF\xD9", after].concat()
}

/// EXIF data with an orientation and a secret.
fn exif(orientation: u8) -> Vec<u8> {
    let header = b"Exif\0\0II*\0\x08\0\0\0\x02\0";
    let model = b"\x10\x01\x02\0\x17\0\0\0\x26\0\0\0";
    let entry = [b"\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0]].concat();
    [header.as_slice(), model, &entry, &[0; 4], SECRET].concat()
}

fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, kind.as_slice(), data, b"crc!"].concat()
}

fn png(chunks: &[u8], after: &[u8]) -> Vec<u8> {
    let header = png_chunk(b"IHDR", &[0; 13]);
    [b"\x89PNG\r\n\x1a\n", &*header, chunks, &png_chunk(b"IDAT", b"pixels"), &png_chunk(b"IEND", b""), after].concat()
}

fn webp_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let padding: &[u8] = if data.len() % 2 == 1 { b"\0" } else { b"" };
    [kind, length.as_slice(), data, padding].concat()
}

fn webp(flags: u8, chunks: &[u8], after: &[u8]) -> Vec<u8> {
    let size = webp_chunk(b"VP8X", &[flags, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
    [webp_chunk(b"RIFF", &[b"WEBP", &*size, chunks].concat()), after.to_vec()].concat()
}

fn gif(extensions: &[u8], after: &[u8]) -> Vec<u8> {
    let picture = b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    let table = b"\0\0\0\xFF\xFF\xFF";
    [b"GIF89a\x01\0\x01\0\x80\0\0".as_slice(), table, extensions, picture, b"\x3B", after].concat()
}

fn gif_extension(kind: u8, blocks: &[&[u8]]) -> Vec<u8> {
    let blocks: Vec<_> = blocks.iter().map(|block| [&[u8::try_from(block.len()).unwrap()], *block].concat()).collect();
    [&[0x21, kind], &*blocks.concat(), &[0]].concat()
}

/// For each type, a picture with metadata, and how it is without.
fn pictures() -> Vec<(ImageType, Vec<u8>, Vec<u8>)> {
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat();
    let thumbnail = [b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01".as_slice(), SECRET].concat();
    let segments = [
        jpeg_segment(0xE0, &thumbnail),
        jpeg_segment(0xE1, &exif(1)),
        jpeg_segment(0xE1, &xmp),
        jpeg_segment(0xE2, &[b"ICC_PROFILE\0\x01\x01", SECRET].concat()),
        jpeg_segment(0xED, SECRET),
        jpeg_segment(0xFE, SECRET),
        jpeg_segment(0xEE, &[b"Adobe\0\x64\0\0\0\0\x01".as_slice(), SECRET].concat()),
    ];
    let kept =
        [jpeg_segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"), jpeg_segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01")];
    let chunks = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"tIME", b"pHYs", b"prVt"];
    let chunks = chunks.map(|kind| png_chunk(kind, SECRET)).concat();
    let shown = webp_chunk(b"VP8L", b"odd");
    let hidden = [b"EXIF", b"XMP ", b"ICCP", b"ABCD"].map(|kind| webp_chunk(kind, SECRET)).concat();
    let frame = [&[7; 16], &*shown].concat();
    let loop_twice = gif_extension(0xFF, &[b"NETSCAPE2.0", b"\x01\x02\0"]);
    let control = gif_extension(0xF9, &[b"\0\x05\0\0"]);
    let extensions = [
        gif_extension(0xFF, &[b"NETSCAPE2.0", b"\x01\x02\0", SECRET]),
        gif_extension(0xFF, &[b"XMP DataXMP", SECRET]),
        gif_extension(0xFE, &[SECRET, SECRET]),
        gif_extension(0x01, &[&[0; 12], SECRET]),
        control.clone(),
    ];
    vec![
        (ImageType::Jpeg, jpeg(&segments.concat(), SECRET), jpeg(&kept.concat(), b"")),
        (ImageType::Png, png(&chunks, SECRET), png(b"", b"")),
        (ImageType::Webp, webp(0x3C, &[&*shown, &hidden].concat(), SECRET), webp(0x10, &shown, b"")),
        (
            ImageType::Webp,
            webp(0x2E, &webp_chunk(b"ANMF", &[&*frame, &hidden].concat()), b""),
            webp(0x02, &webp_chunk(b"ANMF", &frame), b""),
        ),
        (ImageType::Gif, gif(&extensions.concat(), SECRET), gif(&[loop_twice, control].concat(), b"")),
    ]
}

#[test]
fn only_the_picture_stays() {
    for (image_type, picture, expected) in pictures() {
        assert!(contains_secret(&picture));
        let stripped = strip(image_type, &picture).unwrap();
        assert_eq!(stripped, expected, "{image_type:?}");
        assert_eq!(strip(image_type, &stripped), Some(expected), "{image_type:?}");
    }
}

#[test]
fn a_rotated_jpeg_keeps_its_orientation_and_nothing_else() {
    for orientation in 2..=8 {
        let stripped = strip(ImageType::Jpeg, &jpeg(&jpeg_segment(0xE1, &exif(orientation)), b"")).unwrap();
        assert!(!contains_secret(&stripped));
        let kept = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0";
        let kept = [kept.as_slice(), &[orientation, 0, 0, 0, 0, 0, 0]].concat();
        assert_eq!(stripped, jpeg(&jpeg_segment(0xE1, &kept), b""));
        assert_eq!(strip(ImageType::Jpeg, &stripped), Some(stripped.clone()));
    }
    for orientation in [0, 1, 9] {
        let stripped = strip(ImageType::Jpeg, &jpeg(&jpeg_segment(0xE1, &exif(orientation)), b"")).unwrap();
        assert_eq!(stripped, jpeg(b"", b""));
    }
}

#[test]
fn a_jpeg_may_have_several_scans_and_no_end() {
    let scans = [jpeg(b"", b"").as_slice(), b""].concat();
    let without_end = &scans[..scans.len() - 2];
    assert_eq!(strip(ImageType::Jpeg, without_end), Some(scans.clone()));
    let second = [jpeg_segment(0xFE, SECRET), jpeg_segment(0xDA, b"\x01\x01\0\0\x3F\0"), b"\x99".to_vec()].concat();
    let progressive = [without_end, &second, b"\xFF\xD9"].concat();
    let expected = [without_end, &jpeg_segment(0xDA, b"\x01\x01\0\0\x3F\0"), b"\x99\xFF\xD9"].concat();
    assert_eq!(strip(ImageType::Jpeg, &progressive), Some(expected));
}

#[test]
fn what_is_not_a_picture_of_the_type_is_refused() {
    for (image_type, picture, _) in pictures() {
        for other in TYPES.into_iter().filter(|other| *other != image_type) {
            assert_eq!(strip(other, &picture), None, "{image_type:?} as {other:?}");
        }
    }
    for image_type in TYPES {
        let html = b"<!doctype html><script>alert(1)</script>".as_slice();
        for bytes in [b"".as_slice(), html, b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1a\n", b"RIFF\x04\0\0\0WEBP", b"GIF89a"] {
            assert_eq!(strip(image_type, bytes), None, "{bytes:?} as {image_type:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_stripped_or_refused(
        (index, edits, length) in (0..5_usize, vec((any::<sample::Index>(), any::<u8>()), 0..8), any::<sample::Index>())
    ) {
        let (image_type, mut picture, _) = pictures().swap_remove(index);
        for (at, byte) in edits {
            let at = at.index(picture.len());
            picture[at] = byte;
        }
        picture.truncate(length.index(picture.len() + 1));
        if let Some(stripped) = strip(image_type, &picture) {
            prop_assert_eq!(strip(image_type, &stripped), Some(stripped));
        }
    }

    #[test]
    fn random_bytes_do_not_panic(bytes in vec(any::<u8>(), 0..200), prefix in 0..5_usize) {
        let prefixes: [&[u8]; 5] = [b"", b"\xFF\xD8", b"\x89PNG\r\n\x1a\n", b"RIFF\xC0\0\0\0WEBP", b"GIF89a"];
        for image_type in TYPES {
            strip(image_type, &[prefixes[prefix], &bytes].concat());
        }
    }
}
