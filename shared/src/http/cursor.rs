//! Cursors: a position in a list that a client can hand back but neither read nor change.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::domain::{Caller, SchoolId};

/// Seals positions into cursors and opens them again, by AES-256-GCM-SIV (RFC 8452), which stays safe should two
/// random nonces ever meet. A cursor is bound to its list: it does not open for another one.
#[derive(Debug)]
pub struct Cursors {
    key: LessSafeKey,
}

/// A list that cursors belong to: whose school, which list, under which filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List(String);

impl List {
    /// A list of the caller's school. `name` tells it from every other one of the school; a list of the caller's own
    /// things has the caller in its name.
    pub fn of(caller: &Caller, name: &str, filters: &[Option<&str>]) -> Self {
        Self::named(Some(caller.school), name, filters)
    }

    /// A list that belongs to no school.
    pub fn public(name: &str, filters: &[Option<&str>]) -> Self {
        Self::named(None, name, filters)
    }

    fn named(school: Option<SchoolId>, name: &str, filters: &[Option<&str>]) -> Self {
        Self(format!("{school:?} {name} {filters:?}"))
    }
}

/// The least bytes of a cursor: the nonce and the tag.
const OVERHEAD: usize = NONCE_LEN + 16;

impl Cursors {
    /// With the key in base64url.
    ///
    /// # Errors
    /// None when it is not 256 bits.
    pub fn new(secret: &str) -> Option<Self> {
        let key = BASE64_URL_SAFE_NO_PAD.decode(secret).ok()?;
        Some(Self { key: LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, &key).ok()?) })
    }

    /// A new key, in base64url.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn generate_secret() -> Result<String, aws_lc_rs::error::Unspecified> {
        let mut key = [0; 32];
        rand::fill(&mut key)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(key))
    }

    /// The cursor of a position in the list.
    pub fn seal(&self, list: &List, position: &str) -> String {
        let mut nonce = [0; NONCE_LEN];
        let mut text = position.as_bytes().to_vec();
        let sealed = rand::fill(&mut nonce).and_then(|()| {
            let aad = Aad::from(list.0.as_bytes());
            self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text)
        });
        // Neither step fails on a machine that works; an empty cursor opens for no list.
        if sealed.is_err() {
            return String::new();
        }
        BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), &text].concat())
    }

    /// The position that the cursor stands for, if it is one of the list's.
    pub fn open(&self, list: &List, cursor: &str) -> Option<String> {
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
    fn a_cursor_opens_for_its_own_list_only() {
        let cursors = cursors();
        let list = List::public("boards", &[Some("a"), None]);
        let cursor = cursors.seal(&list, "BOARD#1");
        assert_eq!(cursors.open(&list, &cursor).as_deref(), Some("BOARD#1"));
        for other in [
            List::public("boards", &[None, Some("a")]),
            List::public("posts", &[Some("a"), None]),
            List::named(Some(SchoolId::from_uuid(uuid::Uuid::nil())), "boards", &[Some("a"), None]),
        ] {
            assert_eq!(cursors.open(&other, &cursor), None);
        }
    }

    #[test]
    fn an_altered_truncated_or_foreign_cursor_does_not_open() {
        let cursors = cursors();
        let list = List::public("boards", &[]);
        let cursor = cursors.seal(&list, "BOARD#1");
        for end in 0..cursor.len() {
            assert_eq!(cursors.open(&list, cursor.get(..end).unwrap()), None);
        }
        for at in 0..cursor.len() {
            let flip = |(i, c)| if i == at { if c == 'A' { 'B' } else { 'A' } } else { c };
            let altered: String = cursor.chars().enumerate().map(flip).collect();
            assert!(altered == cursor || cursors.open(&list, &altered).is_none());
        }
        assert_eq!(self::cursors().open(&list, &cursor), None, "another service's");
    }

    #[test]
    fn a_cursor_does_not_show_its_position() {
        let cursor = cursors().seal(&List::public("boards", &[]), "BOARD#1");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap();
        assert!(!bytes.windows(5).any(|window| window == b"BOARD"));
    }
}
