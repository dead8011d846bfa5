//! What the table and an answer look like but for what differs each time: new ids, times and secrets.

use std::collections::HashSet;

use uuid::Uuid;

use crate::world::World;

/// The looks of things beside a world as it was at the start.
pub struct Shapes {
    /// The ids and the hashes of passwords that were there before.
    known: HashSet<String>,
}

impl Shapes {
    pub async fn of(world: &World) -> Self {
        let rows = world.app.snapshot().await.join("\n");
        let hashes = rows.split('"').filter(|literal| literal.starts_with("$argon2"));
        Self { known: words(&rows).filter(|word| is_id(word)).chain(hashes).map(str::to_owned).collect() }
    }

    /// The table, which is true, but for what counts attempts, whatever comes of them.
    pub async fn table(&self, world: &World) -> Vec<String> {
        world.app.audit().await;
        let rows = world.app.snapshot().await.into_iter().filter(|row| !row.contains("\"sk\":\"LIMIT"));
        let mut rows: Vec<_> = rows.map(|row| self.text(&row)).collect();
        rows.sort_unstable();
        rows
    }

    pub fn text(&self, text: &str) -> String {
        let literals = text.split('"').map(|literal| match literal.starts_with("$argon2") {
            true => if self.known.contains(literal) { "<old hash>" } else { "<hash>" }.to_owned(),
            false => literal.split_inclusive(|c| !is_inner(c)).map(|part| self.word(part)).collect(),
        });
        literals.collect::<Vec<_>>().join("\"")
    }

    /// A word and the character behind it.
    fn word(&self, part: &str) -> String {
        let word = part.trim_end_matches(|c| !is_inner(c));
        // RFC 3339, or the basic form of ISO 8601 that signed urls have.
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

/// Whether a character may stand in an id, a time or a secret.
fn is_inner(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.:".contains(c)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_inner(c))
}

fn is_id(word: &str) -> bool {
    word.len() == 36 && Uuid::try_parse(word).is_ok()
}
