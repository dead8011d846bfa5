//! Tokens of links.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{Place, Professor, ShareHash, ShownEntry, Slot};
use campus_core::http::{Code, Problem};
use serde::{Deserialize, Deserializer, de};

/// 256 random bits that lead to a timetable. Only a hash of them is stored, and nothing prints them by accident.
pub(crate) struct ShareToken([u8; 32]);

impl ShareToken {
    /// A new one.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub(crate) fn generate() -> Result<Self, Problem> {
        let mut secret = [0; 32];
        rand::fill(&mut secret).or(Err(Code::Internal))?;
        Ok(Self(secret))
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> ShareHash {
        ShareHash::from_base64(hash(&self.0))
    }

    /// What the client gets.
    pub(crate) fn encode(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl<'de> Deserialize<'de> for ShareToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(String::deserialize(deserializer)?).ok();
        let secret = bytes.and_then(|bytes| bytes.try_into().ok());
        secret.map(Self).ok_or(de::Error::custom("not the token of a link"))
    }
}

/// A name of an entry for those who have the link: the same for as long as its events say the same, since nothing else
/// would tell calendar programs that they have changed. The entry's id would tell when it was made, and be another link's
/// as well.
pub(super) fn name_of(entry: &ShownEntry<'_>, link: &ShareHash) -> String {
    let professor = entry.professor.map_or("", Professor::as_str);
    let slots = entry.slots.iter().map(|Slot { day, start, end, place }| {
        format!("{} {start} {end} {}", day.as_str(), place.as_ref().map_or("", Place::as_str))
    });
    let head = [link.as_str(), &entry.id.to_string(), entry.title, professor].map(str::to_owned);
    // None of them has a line end in it.
    let said: Vec<_> = head.into_iter().chain(slots).collect();
    hash(said.join("\n").as_bytes())
}

/// SHA-256 in base64url.
fn hash(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, bytes))
}

#[cfg(test)]
mod tests {
    use campus_core::domain::{Color, Credit, Day, EntryId, Parse, Time, TimeOfDay};
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    use super::*;

    fn decode(text: &str) -> Option<ShareToken> {
        let text: StrDeserializer<'_, Error> = text.into_deserializer();
        ShareToken::deserialize(text).ok()
    }

    #[test]
    fn a_token_is_read_back_and_nothing_else_is_one() {
        let token = ShareToken::generate().unwrap();
        let text = token.encode();
        assert_eq!(text.len(), 43);
        assert_eq!(decode(&text).unwrap().hash(), token.hash());
        assert_ne!(ShareToken::generate().unwrap().hash(), token.hash());
        let shorter = text.get(..42).unwrap();
        for wrong in ["", "x", shorter, &format!("{text}A"), &format!("{text}="), token.hash().as_str()] {
            assert!(decode(wrong).is_none_or(|other| other.hash() != token.hash()), "{wrong}");
        }
    }

    #[test]
    fn an_entry_has_one_name_for_each_link_and_each_thing_that_its_events_say() {
        let [one, other] = [(); 2].map(|()| ShareToken::generate().unwrap().hash());
        let slot = |day, start: &str, end: &str, place: &str| {
            let time = |text: &str| TimeOfDay::parse(text.to_owned()).unwrap();
            Slot::new(day, time(start), time(end), Place::parse(place.to_owned()).ok()).unwrap()
        };
        let slots = |day, start, end, place| [slot(day, start, end, place), slot(Day::Fri, "09:00", "10:00", "")];
        let (said, color) = (slots(Day::Mon, "09:00", "10:00", "25-105"), Color::default());
        let entry = ShownEntry {
            id: EntryId::new(Time::now()),
            lecture_id: None,
            title: "합주",
            professor: None,
            slots: &said,
            credit: Credit::default(),
            color: &color,
            conflicts: false,
            lecture_updated_at: None,
        };
        let name = name_of(&entry, &one);
        let unheard = ShownEntry { credit: Credit::parse(3).unwrap(), conflicts: true, ..entry.clone() };
        assert_eq!(name_of(&unheard, &one), name, "no event says this");
        assert_ne!(name_of(&entry, &other), name);
        let professor = Professor::parse("박".to_owned()).unwrap();
        let others = [
            ShownEntry { id: EntryId::new(Time::now()), ..entry.clone() },
            ShownEntry { title: "연주", ..entry.clone() },
            ShownEntry { professor: Some(&professor), ..entry.clone() },
            ShownEntry { slots: &slots(Day::Tue, "09:00", "10:00", "25-105"), ..entry.clone() },
            ShownEntry { slots: &slots(Day::Mon, "09:01", "10:00", "25-105"), ..entry.clone() },
            ShownEntry { slots: &slots(Day::Mon, "09:00", "10:01", "25-105"), ..entry.clone() },
            ShownEntry { slots: &slots(Day::Mon, "09:00", "10:00", "25-106"), ..entry.clone() },
            ShownEntry { slots: &said[..1], ..entry.clone() },
        ];
        for other in others {
            assert_ne!(name_of(&other, &one), name, "{other:?}");
        }
    }
}
