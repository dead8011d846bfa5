//! The consumer of the table's stream: which records change the index.

use super::{KeyOnly, SearchIndex};
use crate::domain::{BoardId, PostId, SchoolId};
use crate::store::content::{boards, posts};
use crate::store::dynamo::{Error, Key, Page, Read, RowUpdate, ServiceAuthority, StreamRecord};

/// How many posts of a deleted board are taken out of the index at once. The position is saved after that.
const BOARD_PAGE: usize = 25;

/// What a record of the stream is about.
enum RecordSubject {
    Post(SchoolId, PostId),
    /// The deleted-board row: the board was deleted, or some of its posts were taken out of the index.
    DeletedBoard(SchoolId, BoardId),
}

impl RecordSubject {
    /// The text of a post changes together with its body, and a deletion writes a row. The stream delivers the head if the
    /// post is or was hidden.
    fn of(key: &Key) -> Option<Self> {
        if let Some((school, post)) = posts::post_of_head(key) {
            return Some(Self::Post(school, post));
        }
        if let Some((school, post)) = posts::parse_partition(&key.pk) {
            let rows = [posts::body_key(school, post), posts::deleted_key(school, post)];
            return rows.contains(key).then_some(Self::Post(school, post));
        }
        let (school, board) = boards::parse_partition(&key.pk)?;
        (*key == boards::deleted_key(school, board)).then_some(Self::DeletedBoard(school, board))
    }
}

impl SearchIndex {
    /// Makes the index follow what the record is about.
    ///
    /// # Errors
    /// [`Error::Contention`] if others continue to change the index of the post.
    pub async fn consume(&self, record: &StreamRecord) -> Result<(), Error> {
        match RecordSubject::of(&record.key) {
            Some(RecordSubject::Post(school, post)) => self.update(school, post).await,
            Some(RecordSubject::DeletedBoard(school, board)) => self.remove_board(school, board).await,
            None => Ok(()),
        }
    }

    /// Takes the next posts of a deleted board out of the index and saves the position in the deleted-board row. The stream
    /// then delivers that row again. After the last posts, there is no position to save.
    async fn remove_board(&self, school: SchoolId, board: BoardId) -> Result<(), Error> {
        let key = boards::deleted_key(school, board);
        let Some(deleted) = self.table.get::<boards::DeletedBoard>(key.clone(), Read::Consistent).await? else {
            return Ok(());
        };
        let heads = posts::heads(school, board).after(deleted.removed_to);
        let Page { items, next } = self.table.query::<KeyOnly>(heads, Some(BOARD_PAGE)).await?;
        for (sk, _) in &items {
            let post = posts::post_of_head(&Key::new(boards::partition(school, board), sk));
            if let Some((school, post)) = post {
                self.update(school, post).await?;
            }
        }
        let Some(position) = next else { return Ok(()) };
        let progress = RowUpdate::of_existing().set(&["removed_to"], position)?;
        let progress = progress.set(&["removed_at"], self.table.clock().now())?;
        self.table.update(ServiceAuthority, key, progress).await
    }
}
