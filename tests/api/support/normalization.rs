//! The table and responses without the parts that differ each time: new ids, times and secrets.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::support::fixture::Fixture;
use crate::support::ids::is_id;

/// Normalizes texts. Ids and password hashes that the fixture had from the start stay.
pub struct Normalizer {
    known: HashSet<String>,
    /// The normalized rows, by the original ones.
    rows: RefCell<HashMap<String, String>>,
    /// The tables that were audited.
    audited: RefCell<HashSet<Vec<String>>>,
}

impl Normalizer {
    pub async fn of(fixture: &Fixture) -> Self {
        let rows = fixture.app.snapshot().await.join("\n");
        let hashes = rows.split('"').filter(|literal| literal.starts_with("$argon2"));
        let known = words(&rows).filter(|word| is_id(word)).chain(hashes).map(str::to_owned).collect();
        Self { known, rows: RefCell::default(), audited: RefCell::default() }
    }

    /// The normalized rows of the table, except counters of attempts, which count failed attempts as well, and the index of
    /// lectures, which the consumer of the stream writes. Audits the table, unless it has audited exactly the same rows before.
    pub async fn table(&self, fixture: &Fixture) -> Vec<String> {
        let rows = fixture.app.snapshot().await;
        if !self.audited.borrow().contains(&rows) {
            fixture.app.audit().await;
            self.audited.borrow_mut().insert(rows.clone());
        }
        let mut known = self.rows.borrow_mut();
        let is_left_out = |row: &String| row.contains("\"sk\":\"LIMIT") || row.contains("#LECTURE#");
        let rows = rows.into_iter().filter(|row| !is_left_out(row));
        let mut rows: Vec<_> =
            rows.map(|row| known.entry(row).or_insert_with_key(|row| self.text(row)).clone()).collect();
        rows.sort_unstable();
        rows
    }

    /// The text with `<id>`, `<time>`, `<hash>` and `<secret>` in place of the values.
    pub fn text(&self, text: &str) -> String {
        let literals = text.split('"').map(|literal| match literal {
            hash if hash.starts_with("$argon2") => {
                if self.known.contains(hash) { "<old hash>" } else { "<hash>" }.to_owned()
            }
            // Rows of these kinds are spread over partitions at random.
            mail if is_shard(mail, "MAILS#") => "MAILS#<shard>".to_owned(),
            deadline if is_shard(deadline, "UNVERIFIED#") => "UNVERIFIED#<shard>".to_owned(),
            _ => literal.split_inclusive(|c| !is_inner(c)).map(|part| self.word(part)).collect(),
        });
        literals.collect::<Vec<_>>().join("\"")
    }

    /// A word and the character after it.
    fn word(&self, part: &str) -> String {
        let word = part.trim_end_matches(|c| !is_inner(c));
        // RFC 3339, or the basic form of ISO 8601 as in signed URLs.
        let is_time = [(24, 10), (16, 8)]
            .iter()
            .any(|(length, at)| word.len() == *length && word.ends_with('Z') && word.as_bytes()[*at] == b'T');
        let number = word.trim_start_matches(':');
        let is_number = number.len() >= 10 && number.bytes().all(|byte| byte.is_ascii_digit());
        let kind = match word {
            id if is_id(id) && !self.known.contains(id) => "<id>",
            _ if is_time || is_number => "<time>",
            secret if secret.len() >= 40 => "<secret>",
            word => word,
        };
        format!("{kind}{}", &part[word.len()..])
    }
}

/// Whether the literal is the key of one of the partitions with this prefix.
fn is_shard(literal: &str, prefix: &str) -> bool {
    literal
        .strip_prefix(prefix)
        .is_some_and(|shard| !shard.is_empty() && shard.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether ids, times and secrets may contain the character.
fn is_inner(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.:".contains(c)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_inner(c))
}
