//! Tokens of share links, and the event names in shared calendars.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{Professor, Room, ShareHash, ShownEntry, Slot};
use campus_core::http::{Code, Problem};
use serde::{Deserialize, Deserializer, de};

/// The secret of a share link: 256 random bits. The table stores only its hash. The type has no `Debug`, so that logs
/// cannot contain it.
pub(crate) struct ShareToken([u8; 32]);

impl ShareToken {
    /// Creates a random token.
    ///
    /// # Errors
    /// `internal` if the system's random number generator fails.
    pub(crate) fn generate() -> Result<Self, Problem> {
        let mut secret = [0; 32];
        rand::fill(&mut secret).or(Err(Code::Internal))?;
        Ok(Self(secret))
    }

    /// The hash that the table stores.
    pub(crate) fn hash(&self) -> ShareHash {
        ShareHash::from_base64(hash(&self.0))
    }

    /// The token as clients see it, in base64url.
    pub(crate) fn encode(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl<'de> Deserialize<'de> for ShareToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(String::deserialize(deserializer)?).ok();
        let secret = bytes.and_then(|bytes| bytes.try_into().ok());
        secret.map(Self).ok_or(de::Error::custom("not a share token"))
    }
}

/// The name of the entry's events in the calendar of a share link.
///
/// The name changes when the content of the events changes, because nothing else in the file tells calendar programs
/// about the change. It is not the entry's id, which would reveal when the entry was created, and would be the same in
/// the calendars of other links.
pub(super) fn event_name(entry: &ShownEntry<'_>, link: &ShareHash) -> String {
    let professor = entry.professor.map_or("", Professor::as_str);
    let slots = entry.slots.iter().map(|Slot { day, start, end, place }| {
        format!("{} {start} {end} {}", day.as_str(), place.as_ref().map_or("", Room::as_str))
    });
    let head = [link.as_str(), &entry.id.to_string(), entry.title, professor].map(str::to_owned);
    // No part contains a line break.
    let parts: Vec<_> = head.into_iter().chain(slots).collect();
    hash(parts.join("\n").as_bytes())
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
    fn a_token_can_be_decoded_and_other_text_cannot() {
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
    fn an_event_name_depends_on_the_link_and_on_the_content_of_the_events() {
        let [one, other] = [(); 2].map(|()| ShareToken::generate().unwrap().hash());
        let slot = |day, start: &str, end: &str, place: &str| {
            let time = |text: &str| TimeOfDay::parse(text.to_owned()).unwrap();
            Slot::new(day, time(start), time(end), Room::parse(place.to_owned()).ok()).unwrap()
        };
        let slots = |day, start, end, place| [slot(day, start, end, place), slot(Day::Fri, "09:00", "10:00", "")];
        let (weekly, color) = (slots(Day::Mon, "09:00", "10:00", "25-105"), Color::default());
        let entry = ShownEntry {
            id: EntryId::new(Time::now()),
            lecture_id: None,
            title: "합주",
            professor: None,
            slots: &weekly,
            credit: Credit::default(),
            color: &color,
            conflicts: false,
            lecture_updated_at: None,
        };
        let name = event_name(&entry, &one);
        let same_events = ShownEntry { credit: Credit::parse(3).unwrap(), conflicts: true, ..entry.clone() };
        assert_eq!(event_name(&same_events, &one), name, "events do not contain these fields");
        assert_ne!(event_name(&entry, &other), name);
        let professor = Professor::parse("박".to_owned()).unwrap();
        let others = [
            ShownEntry { id: EntryId::new(Time::now()), ..entry.clone() },
            ShownEntry { title: "연주", ..entry.clone() },
            ShownEntry { professor: Some(&professor), ..entry.clone() },
            ShownEntry { slots: &slots(Day::Tue, "09:00", "10:00", "25-105"), ..entry.clone() },
            ShownEntry { slots: &slots(Day::Mon, "09:01", "10:00", "25-105"), ..entry.clone() },
            ShownEntry { slots: &slots(Day::Mon, "09:00", "10:01", "25-105"), ..entry.clone() },
            ShownEntry { slots: &slots(Day::Mon, "09:00", "10:00", "25-106"), ..entry.clone() },
            ShownEntry { slots: &weekly[..1], ..entry.clone() },
        ];
        for other in others {
            assert_ne!(event_name(&other, &one), name, "{other:?}");
        }
    }
}
