//! Pins: the boards that a student has pinned.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | pin | `SCHOOL#<school>#USER#<user>` | `PIN#<board>` |

use std::collections::HashSet;

use serde::Deserialize;

use crate::domain::{BoardId, Caller, Refusal, Time};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Error, Key, Page, Range, Read, RowUpdate, Table};

pub(crate) const PIN: &str = "PIN#";

/// The maximum number of pinned boards, because every list of boards reads all pins. Concurrent requests of a student
/// may exceed it by a few.
const MAX_PINS: usize = 100;

/// Access to pins.
#[derive(Clone, Debug)]
pub struct Pins {
    table: Table,
}

#[derive(Deserialize)]
pub(crate) struct Pin {
    pub(crate) pinned_at: Time,
}

fn key(caller: &Caller, board: BoardId) -> Key {
    Key::new(users::partition(caller.school, caller.user), format!("{PIN}{board}"))
}

impl Pins {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Pins a board. `pinned` are the boards that the caller has pinned. A board that is already pinned keeps its time.
    ///
    /// # Errors
    /// [`Refusal::PinsFull`].
    pub async fn add(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        board: BoardId,
        pinned: &HashSet<BoardId>,
    ) -> Result<(), Error> {
        if pinned.len() >= MAX_PINS && !pinned.contains(&board) {
            return Err(Refusal::PinsFull.into());
        }
        let pinned = RowUpdate::default().set_once(&["pinned_at"], self.table.clock().now())?;
        self.table.update(access, key(caller, board), pinned).await
    }

    /// Unpins a board, if it is pinned.
    pub async fn remove(&self, access: &WriteAccess, caller: &Caller, board: BoardId) -> Result<(), Error> {
        self.table.delete(access, key(caller, board)).await
    }

    /// Whether the caller has pinned the board.
    pub async fn has(&self, caller: &Caller, board: BoardId) -> Result<bool, Error> {
        Ok(self.table.get::<Pin>(key(caller, board), Read::Consistent).await?.is_some())
    }

    /// Returns the boards that the caller has pinned, including deleted boards.
    pub async fn all(&self, caller: &Caller) -> Result<HashSet<BoardId>, Error> {
        Ok(self.by_time(caller).await?.into_iter().map(|(_, board)| board).collect())
    }

    /// Lists the boards that the caller has pinned after the cursor position, in the order in which they were pinned.
    /// Deleted boards are included.
    pub async fn list(
        &self,
        caller: &Caller,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<BoardId, String>, Error> {
        let mut pins = self.by_time(caller).await?;
        pins.retain(|(position, _)| after.as_ref().is_none_or(|after| position > after));
        let is_last = pins.len() <= limit;
        pins.truncate(limit);
        let next = pins.last().filter(|_| !is_last).map(|(position, _)| position.clone());
        Ok(Page { items: pins.into_iter().map(|(_, board)| board).collect(), next })
    }

    /// Reads all pins, sorted by time, each with its cursor position.
    async fn by_time(&self, caller: &Caller) -> Result<Vec<(String, BoardId)>, Error> {
        let range = Range::newest_first(users::partition(caller.school, caller.user), PIN);
        let rows = self.table.query_all::<Pin>(range).await?;
        let pin = |(sk, pin): (String, Pin)| {
            let board = sk.trim_start_matches(PIN);
            Ok((
                format!("{} {board}", pin.pinned_at),
                board.parse().or(Err(Error::unexpected("a pin without a board id")))?,
            ))
        };
        let mut pins: Vec<(String, BoardId)> = rows.into_iter().map(pin).collect::<Result<_, Error>>()?;
        pins.sort_unstable();
        Ok(pins)
    }
}
