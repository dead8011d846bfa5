//! Pagination cursors: encrypted positions in lists. A client can send a cursor back, but cannot read or change it.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::domain::{Caller, SchoolId};

/// Encrypts and decrypts cursors with AES-256-GCM-SIV (RFC 8452), which stays secure even if a random nonce repeats. A
/// cursor is valid only for its own list.
#[derive(Debug)]
pub struct Cursors {
    key: LessSafeKey,
}

/// Identifies the list to which a cursor belongs: the school, the name of the list and its filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorScope(String);

impl CursorScope {
    /// A list of the caller's school. `name` must be unique in the school, so the name of a list that belongs to the
    /// caller must contain the caller's id.
    pub fn of(caller: &Caller, name: &str, filters: &[Option<&str>]) -> Self {
        Self::named(Some(caller.school), name, filters)
    }

    /// A list that does not belong to a school.
    pub fn public(name: &str, filters: &[Option<&str>]) -> Self {
        Self::named(None, name, filters)
    }

    fn named(school: Option<SchoolId>, name: &str, filters: &[Option<&str>]) -> Self {
        // An empty filter is the same as none.
        let filters: Vec<_> = filters.iter().map(|filter| filter.filter(|value| !value.is_empty())).collect();
        Self(format!("{school:?} {name} {filters:?}"))
    }
}

/// The size of the nonce and the authentication tag, in bytes.
const OVERHEAD: usize = NONCE_LEN + 16;

impl Cursors {
    /// Creates cursors with a 256-bit key in base64url. `None` if the key is not valid.
    pub fn new(secret: &str) -> Option<Self> {
        let key = BASE64_URL_SAFE_NO_PAD.decode(secret).ok()?;
        Some(Self { key: LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, &key).ok()?) })
    }

    /// Generates a random key, in base64url.
    ///
    /// # Errors
    /// If the system's random number generator fails.
    pub fn generate_secret() -> Result<String, aws_lc_rs::error::Unspecified> {
        let mut key = [0; 32];
        rand::fill(&mut key)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(key))
    }

    /// Encrypts a position in the list.
    pub fn seal(&self, list: &CursorScope, position: &str) -> String {
        let mut nonce = [0; NONCE_LEN];
        let mut text = position.as_bytes().to_vec();
        let sealed = rand::fill(&mut nonce).and_then(|()| {
            let aad = Aad::from(list.0.as_bytes());
            self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text)
        });
        // This fails only if the random number generator fails. An empty cursor is not valid for any list.
        if sealed.is_err() {
            return String::new();
        }
        BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), &text].concat())
    }

    /// Decrypts a cursor. `None` if it was altered or belongs to another list.
    pub fn open(&self, list: &CursorScope, cursor: &str) -> Option<String> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok().filter(|bytes| bytes.len() >= OVERHEAD)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let text = self.key.open_in_place(nonce, Aad::from(list.0.as_bytes()), &mut sealed).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursors() -> Cursors {
        Cursors::new(&Cursors::generate_secret().unwrap()).unwrap()
    }

    #[test]
    fn a_cursor_opens_only_for_its_own_list() {
        let cursors = cursors();
        let list = CursorScope::public("boards", &[Some("a"), None]);
        let cursor = cursors.seal(&list, "BOARD#1");
        assert_eq!(cursors.open(&list, &cursor).as_deref(), Some("BOARD#1"));
        for other in [
            CursorScope::public("boards", &[None, Some("a")]),
            CursorScope::public("posts", &[Some("a"), None]),
            CursorScope::named(Some(SchoolId::from_uuid(uuid::Uuid::nil())), "boards", &[Some("a"), None]),
        ] {
            assert_eq!(cursors.open(&other, &cursor), None);
        }
    }

    #[test]
    fn an_empty_filter_is_the_same_as_none() {
        let cursors = cursors();
        let cursor = cursors.seal(&CursorScope::public("schools", &[Some(""), Some("a")]), "NAME#1");
        assert!(cursors.open(&CursorScope::public("schools", &[None, Some("a")]), &cursor).is_some());
        assert!(cursors.open(&CursorScope::public("schools", &[None, None]), &cursor).is_none());
    }

    #[test]
    fn an_altered_or_truncated_cursor_or_a_cursor_of_another_service_does_not_open() {
        let cursors = cursors();
        let list = CursorScope::public("boards", &[]);
        let cursor = cursors.seal(&list, "BOARD#1");
        for end in 0..cursor.len() {
            assert_eq!(cursors.open(&list, cursor.get(..end).unwrap()), None);
        }
        for at in 0..cursor.len() {
            let flip = |(i, c)| if i == at { if c == 'A' { 'B' } else { 'A' } } else { c };
            let altered: String = cursor.chars().enumerate().map(flip).collect();
            assert!(altered == cursor || cursors.open(&list, &altered).is_none());
        }
        assert_eq!(self::cursors().open(&list, &cursor), None, "a cursor of another service");
    }

    #[test]
    fn a_cursor_does_not_show_its_position() {
        let cursor = cursors().seal(&CursorScope::public("boards", &[]), "BOARD#1");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap();
        assert!(!bytes.windows(5).any(|window| window == b"BOARD"));
    }
}
