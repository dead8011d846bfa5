//! Pins: which boards a student keeps at hand.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | pin | `SCHOOL#<school>#USER#<user>` | `PIN#<board>` |

use std::collections::HashSet;

use serde::Deserialize;

use super::audit::{Entry, Kind};
use super::change::Change;
use super::{Error, Key, Page, Range, Read, Table, Writer, boards, users, withdrawals};
use crate::domain::{BoardId, Caller, Refusal, Time};

const PIN: &str = "PIN#";

/// The most boards that a student can pin: every list of boards reads the pins. Who pins several at the same moment may
/// get a few more.
const MOST: usize = 100;

/// Access to pins.
#[derive(Clone, Debug)]
pub struct Pins {
    table: Table,
}

#[derive(Deserialize)]
struct Pin {
    pinned_at: Time,
}

fn key(caller: &Caller, board: BoardId) -> Key {
    Key::new(users::partition(caller.school, caller.user), format!("{PIN}{board}"))
}

impl Pins {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Pins a board, given what the caller has pinned; a board that is pinned keeps its place.
    ///
    /// # Errors
    /// [`Refusal::PinsFull`].
    pub async fn add(
        &self,
        writer: &Writer,
        caller: &Caller,
        board: BoardId,
        pinned: &HashSet<BoardId>,
    ) -> Result<(), Error> {
        if pinned.len() >= MOST && !pinned.contains(&board) {
            return Err(Refusal::PinsFull.into());
        }
        let pinned = Change::default().set_once(&["pinned_at"], self.table.clock().now())?;
        self.table.update(writer, key(caller, board), pinned).await
    }

    /// Unpins a board, if it is pinned.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn remove(&self, writer: &Writer, caller: &Caller, board: BoardId) -> Result<(), Error> {
        self.table.delete(writer, key(caller, board)).await
    }

    /// Whether the caller has pinned the board.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn has(&self, caller: &Caller, board: BoardId) -> Result<bool, Error> {
        Ok(self.table.get::<Pin>(key(caller, board), Read::Latest).await?.is_some())
    }

    /// The boards that the caller has pinned.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn all(&self, caller: &Caller) -> Result<HashSet<BoardId>, Error> {
        Ok(self.in_order(caller).await?.into_iter().map(|(_, board)| board).collect())
    }

    /// A page of the boards that the caller has pinned, deleted ones among them, in the order in which they were
    /// pinned, behind the given position.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list(
        &self,
        caller: &Caller,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<BoardId, String>, Error> {
        let mut pins = self.in_order(caller).await?;
        pins.retain(|(position, _)| after.as_ref().is_none_or(|after| position > after));
        let is_last = pins.len() <= limit;
        pins.truncate(limit);
        let next = pins.last().filter(|_| !is_last).map(|(position, _)| position.clone());
        Ok(Page { items: pins.into_iter().map(|(_, board)| board).collect(), next })
    }

    /// All pins, each behind its position: one query, since a student has few.
    async fn in_order(&self, caller: &Caller) -> Result<Vec<(String, BoardId)>, Error> {
        let range = Range::newest_first(users::partition(caller.school, caller.user), PIN);
        let rows = self.table.query_all::<Pin>(range).await?;
        let pin = |(sk, pin): (String, Pin)| {
            let board = sk.trim_start_matches(PIN);
            Ok((format!("{} {board}", pin.pinned_at), board.parse().or(Err(Error::broken("a pin of no board")))?))
        };
        let mut pins: Vec<(String, BoardId)> = rows.into_iter().map(pin).collect::<Result<_, Error>>()?;
        pins.sort_unstable();
        Ok(pins)
    }
}

/// A pin is of a student, on a board that was there once.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let (school, user) = users::of_partition(&entry.key.pk)?;
    let board = entry.key.sk.strip_prefix(PIN)?.parse().ok()?;
    entry.read::<Pin>();
    entry.needs_any(withdrawals::owner_keys(school, user));
    entry.needs_any(boards::traces(school, board));
    Some("pin")
}
