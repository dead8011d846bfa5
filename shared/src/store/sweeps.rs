//! Sweeps: pictures that have to be deleted from the bucket, which no transaction reaches. So that none is forgotten, it
//! is written down first: a post's before they are copied, to be crossed out in the transaction that makes the post; a
//! deleted post's and a deleted board's in the transaction that deletes it. Whoever sweeps can be killed anywhere and
//! begin again, and doing it twice is doing it once.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | sweep | `SWEEPS` | `<when it is due>#<what>#<id of the post or the board>` |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Kind};
use super::change::Change;
use super::table::Service;
use super::{Error, Key, Page, Range, Run, Table, Transaction, Writer, boards, posts, schools};
use crate::domain::{BoardId, Media, MediaId, PostHead, PostId, SchoolId, Time};

const SWEEPS: &str = "SWEEPS";

/// How long a sweep waits, in seconds: longer than a request may take, so that none is still at what is swept.
const GRACE_S: i64 = 60;

/// How many posts of a deleted board are looked at before the position is saved.
const BOARD_PAGE: usize = 25;

/// Access to sweeps.
#[derive(Clone, Debug)]
pub struct Sweeps {
    table: Table,
}

/// Pictures to be deleted, once it is due.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sweep {
    school_id: SchoolId,
    due_at: Time,
    of: Of,
    /// In a sweep of an attempt: that it is too late for the post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<bool>,
    /// In a sweep of a board: behind which of its posts to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

/// Whose pictures they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Of {
    /// Those of a post that was to be written.
    Attempt { board_id: BoardId, post_id: PostId, media: Vec<MediaId> },
    /// Those of a post that was deleted.
    Post { post_id: PostId, media: Vec<MediaId> },
    /// Those of all posts of a board that was deleted.
    Board { board_id: BoardId },
}

/// Some of a sweep's pictures.
#[derive(Clone, Debug)]
pub struct SweepPage {
    /// The pictures, and in which posts they are.
    pub pictures: Vec<(PostId, MediaId)>,
    /// Where the sweep goes on when they are deleted, if it does.
    pub next: Option<String>,
}

impl Sweep {
    fn key(&self) -> Key {
        let (what, id) = match &self.of {
            Of::Attempt { post_id, .. } => ("ATTEMPT", post_id.as_uuid()),
            Of::Post { post_id, .. } => ("POST", post_id.as_uuid()),
            Of::Board { board_id } => ("BOARD", board_id.as_uuid()),
        };
        Key::new(SWEEPS, format!("{}#{what}#{id}", self.due_at))
    }

    fn new(school_id: SchoolId, now: Time, of: Of) -> Self {
        Self { school_id, due_at: now.plus_secs(GRACE_S), of, begun: None, after: None }
    }

    /// Of a board that is deleted now.
    pub(super) fn of_board(school: SchoolId, board_id: BoardId, now: Time) -> Self {
        Self::new(school, now, Of::Board { board_id })
    }

    /// Of a post that is deleted now, if it has pictures.
    pub(super) fn of_post(school: SchoolId, head: &PostHead, now: Time) -> Option<Self> {
        let of = Of::Post { post_id: head.id, media: ids(&head.media) };
        (!head.media.is_empty()).then(|| Self::new(school, now, of))
    }
}

fn ids(media: &[Media]) -> Vec<MediaId> {
    media.iter().map(|picture| picture.id).collect()
}

impl Transaction {
    /// Writes a sweep down.
    pub(super) fn create_sweep(self, sweep: &Sweep) -> Result<Self, Error> {
        self.create(&sweep.key(), sweep)
    }

    /// Crosses out the sweep of an attempt that comes to something. One that has been begun keeps it from that: its
    /// pictures may be gone.
    pub(super) fn cross_out(self, sweep: &Sweep) -> Result<Self, Error> {
        let waiting = Change::of_existing().if_absent(&["begun"]);
        Ok(self.delete_if(sweep.key(), waiting)?.on_condition_failed(Error::Stale))
    }
}

impl Sweeps {
    /// Over the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Writes down what has to be deleted if the post does not come to be. To be done before its pictures are copied.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn prepare(&self, writer: &Writer, school: SchoolId, head: &PostHead) -> Result<Sweep, Error> {
        let of = Of::Attempt { board_id: head.board_id, post_id: head.id, media: ids(&head.media) };
        let sweep = Sweep::new(school, self.table.clock().now(), of);
        self.table.transaction(writer).create_sweep(&sweep)?.commit().await?;
        Ok(sweep)
    }

    /// The sweeps that are due, the oldest first.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn due(&self) -> Result<Vec<Sweep>, Error> {
        let now = self.table.clock().now();
        // No key has a character in the place of the tilde that comes behind it.
        let run = Run::Between("0".to_owned(), format!("{now}~"));
        let due = self.table.query_all(Range::oldest_first(SWEEPS.to_owned(), run)).await?;
        Ok(due.into_iter().map(|(_, sweep)| sweep).collect())
    }

    /// Begins a sweep. From here on its pictures are in no post and will be in none.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it has been crossed out or finished meanwhile.
    pub async fn begin(&self, sweep: &Sweep) -> Result<(), Error> {
        let begun = Change::of_existing().set(&["begun"], true)?;
        let transaction = self.table.transaction(Service).update(sweep.key(), begun)?;
        transaction.on_condition_failed(Error::NotFound).commit().await
    }

    /// The pictures behind the position at which the sweep is.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn page(&self, sweep: &Sweep) -> Result<SweepPage, Error> {
        let in_post = |post: PostId, media: &[MediaId]| media.iter().map(|id| (post, *id)).collect();
        match &sweep.of {
            Of::Attempt { post_id, media, .. } | Of::Post { post_id, media } => {
                Ok(SweepPage { pictures: in_post(*post_id, media), next: None })
            }
            Of::Board { board_id } => {
                let heads = posts::heads(sweep.school_id, *board_id).after(sweep.after.clone());
                let Page { items, next } = self.table.query::<PostHead>(heads, Some(BOARD_PAGE)).await?;
                let pictures = items.iter().flat_map(|(_, head)| head.media.iter().map(|media| (head.id, media.id)));
                Ok(SweepPage { pictures: pictures.collect(), next })
            }
        }
    }

    /// Saves that the pictures before this position are deleted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it has been finished meanwhile.
    pub async fn advance(&self, sweep: &mut Sweep, position: String) -> Result<(), Error> {
        let moved = Change::of_existing().set(&["after"], &position)?;
        let transaction = self.table.transaction(Service).update(sweep.key(), moved)?;
        transaction.on_condition_failed(Error::NotFound).commit().await?;
        sweep.after = Some(position);
        Ok(())
    }

    /// Crosses a sweep out: all of its pictures are deleted.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn finish(&self, sweep: &Sweep) -> Result<(), Error> {
        self.table.delete(Service, sweep.key()).await
    }
}

/// A sweep is of a post that was deleted or never was, or of a board that was deleted.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    if entry.key.pk != SWEEPS {
        return None;
    }
    let sweep = entry.read::<Sweep>()?;
    entry.belongs_at(&sweep.key());
    let school = sweep.school_id;
    match sweep.of {
        Of::Attempt { board_id, post_id, .. } => {
            entry.needs(schools::key(school));
            entry.excludes(posts::head_key(school, board_id, post_id));
        }
        Of::Post { post_id, .. } => entry.needs(posts::deleted_key(school, post_id)),
        Of::Board { board_id } => entry.needs(boards::tombstone_key(school, board_id)),
    }
    Some("sweep")
}
