//! Files that are not pictures, and pictures that say more than they show.

use serde_json::json;

use crate::support::gallery::{Gallery, PNG, fetch};

const SERIAL_NUMBER: &[u8] = b"serial number 31415926";

/// Inserts a chunk with the serial number of a camera after the header of [`PNG`], and adds bytes after its end.
fn png_with_metadata() -> Vec<u8> {
    let (header, rest) = PNG.split_at(33);
    let length = u32::try_from(SERIAL_NUMBER.len()).unwrap().to_be_bytes();
    [header, &length, b"eXIf", SERIAL_NUMBER, b"\0\0\0\0", rest, SERIAL_NUMBER].concat()
}

#[tokio::test]
async fn a_file_that_is_not_a_picture_of_its_type_is_not_taken_by_a_post() {
    let gallery = Gallery::open().await;
    let html = b"<!doctype html><script>alert(document.domain)</script>".as_slice();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".as_slice();
    for (content_type, body) in [
        ("image/png", html),
        ("image/png", svg),
        ("image/jpeg", html),
        ("image/webp", html),
        ("image/gif", html),
        ("image/jpeg", PNG),
        ("image/png", &PNG[..20]),
        ("image/gif", b"GIF89a <script>alert(1)</script>"),
    ] {
        let real = gallery.upload(&gallery.author).await;
        let id = gallery.upload_with(content_type, &[], body).await;
        let answer = gallery.post(&gallery.author, &[&real, &id]).await;
        answer.is_invalid(&[("media_ids[1]", "invalid_format")]);
    }
    let list = gallery.app.get(format!("/boards/{}/posts", gallery.board)).by(&gallery.author).send().await;
    assert_eq!(list.at("/items"), json!([]));
    gallery.app.audit().await;
    assert!(gallery.pictures().is_empty(), "no picture is copied if one of them is refused");
    gallery.clean_up_later().await;
    gallery.app.audit().await;
}

#[tokio::test]
async fn metadata_does_not_link_two_anonymous_posts() {
    let gallery = Gallery::open().await;
    let picture = png_with_metadata();
    let id = gallery.upload_with("image/png", &[], &picture).await;
    let post = gallery.post(&gallery.author, &[&id]).await;
    gallery.shows(post.is(201)).await;
}

#[tokio::test]
async fn a_picture_has_no_header_that_its_author_has_chosen() {
    let gallery = Gallery::open().await;
    let chosen = [
        ("content-encoding", "gzip"),
        ("content-disposition", "attachment; filename=\"malware.exe\""),
        ("cache-control", "public, max-age=31536000"),
        ("content-language", "ko"),
        ("expires", "Fri, 01 Jan 2100 00:00:00 GMT"),
        ("x-amz-meta-author", "maru"),
        ("x-amz-website-redirect-location", "https://evil.example"),
    ];
    let id = gallery.upload_with("image/png", &chosen, PNG).await;
    let post = gallery.post(&gallery.author, &[&id]).await;
    let picture = fetch("GET", &post.is(201).text_at("/media/0/url"), &[], b"").await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    for (name, _) in chosen {
        assert_eq!(picture.header(name), "", "{name}");
    }
}
