//! The ids of posts and comments: their parts, and ids that do not exist.

use uuid::Uuid;

const DIGITS: usize = 32;

/// Whether the word is an id, or one of the UUIDs in the id of a post or comment.
pub fn is_id(word: &str) -> bool {
    let is_hex = word.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let is_uuids = is_hex && [1, 2, 3, 4].map(|uuids| uuids * DIGITS).contains(&word.len());
    is_uuids || (word.len() == 36 && Uuid::try_parse(word).is_ok())
}

/// A well-formed id of the same kind that does not exist.
pub fn unknown(id: &str) -> String {
    let uuids = || (0..id.len() / DIGITS).map(|_| Uuid::now_v7().simple().to_string());
    if id.len() == 36 { Uuid::now_v7().to_string() } else { uuids().collect() }
}

/// The UUID of a post, from its id.
pub fn post_uuid(post: &str) -> &str {
    &post[..DIGITS]
}

/// The UUID of a comment, or of a reply, from its id.
pub fn comment_uuid(comment: &str) -> &str {
    &comment[comment.len() - DIGITS..]
}

/// The sort key of a comment or reply.
pub fn comment_sk(comment: &str) -> String {
    match comment.len() / DIGITS {
        4 => format!("COMMENT#{}#{}", &comment[2 * DIGITS..3 * DIGITS], &comment[3 * DIGITS..]),
        _ => format!("COMMENT#{}", &comment[2 * DIGITS..]),
    }
}
