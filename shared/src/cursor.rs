//! Pagination cursors: encrypted positions in lists. A client can send a cursor back, but cannot read or change it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::domain::{Caller, SchoolId};
use crate::sealer::Sealer;

/// Encrypts and decrypts cursors. A cursor is valid only for its own list.
#[derive(Debug)]
pub struct Cursors {
    sealer: Sealer,
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

impl Cursors {
    /// Creates cursors with a 256-bit key in base64url. `None` if the key is not valid.
    pub fn new(secret: &str) -> Option<Self> {
        Some(Self { sealer: Sealer::new(&BASE64_URL_SAFE_NO_PAD.decode(secret).ok()?)? })
    }

    /// Encrypts a position in the list.
    pub fn seal(&self, list: &CursorScope, position: &str) -> String {
        self.sealer.seal(&list.0, position)
    }

    /// Decrypts a cursor. `None` if it was altered or belongs to another list.
    pub fn open(&self, list: &CursorScope, cursor: &str) -> Option<String> {
        self.sealer.open(&list.0, cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::generate_secret;

    fn cursors() -> Cursors {
        Cursors::new(&generate_secret().unwrap()).unwrap()
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
