//! Rebuilding the index of a school, for operators.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | rebuild | `SCHOOL#<school>#REBUILD` | `SEARCH` |

use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

use super::{KeyOnly, SearchIndex};
use crate::domain::{BoardId, PostId, SchoolId, Time};
use crate::store::content::boards::{self, Boards};
use crate::store::content::posts;
use crate::store::dynamo::{Error, Key, Page, Read, ServiceAuthority};
use crate::store::schools;

/// How many posts are done before the position is saved.
const PAGE: usize = 25;

/// How many posts are done at the same time.
const CONCURRENT_POSTS: usize = 5;

/// After how many seconds a rebuild that was stopped begins again: what it has done then says little about the index.
const POSITION_HOLDS_S: i64 = 24 * 3600;

/// How far a rebuild has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RebuildPosition {
    /// The boards before this one are done.
    board_id: BoardId,
    /// The sort key of the last post of the board that is done.
    after: Option<String>,
    /// The number of posts that are done.
    posts: u64,
    saved_at: Time,
}

fn position_key(school: SchoolId) -> Key {
    Key::new(format!("{}#REBUILD", schools::partition(school)), "SEARCH")
}

/// Whether the key is that of the position of a rebuild.
pub(crate) fn is_position(key: &Key) -> bool {
    schools::parse_partition(&key.pk).is_some_and(|(school, _)| *key == position_key(school))
}

impl SearchIndex {
    /// Puts all posts of the school into the index again. The service can run meanwhile. A rebuild that was stopped in the last
    /// day continues where its position was saved last. Calls `progress` with the number of posts that are done, after every
    /// 25. Returns the number of posts. Rows that lead to nothing stay: see [`remove_strays`](Self::remove_strays).
    ///
    /// # Errors
    /// If the table cannot be read or written. The next call continues.
    pub async fn rebuild(&self, school: SchoolId, mut progress: impl FnMut(u64)) -> Result<u64, Error> {
        let saved = self.position(school).await?;
        let mut posts = saved.as_ref().map_or(0, |saved| saved.posts);
        for board in Boards::new(self.table.clone()).all(school).await? {
            let mut after = match &saved {
                Some(saved) if board.id < saved.board_id => continue,
                Some(saved) if board.id == saved.board_id => saved.after.clone(),
                _ => None,
            };
            loop {
                let heads = posts::heads(school, board.id).after(after);
                let Page { items, next } = self.table.query::<KeyOnly>(heads, Some(PAGE)).await?;
                let key = |sk: String| Key::new(boards::partition(school, board.id), sk);
                let ids: Vec<_> = items.into_iter().filter_map(|(sk, _)| posts::post_of_head(&key(sk))).collect();
                self.repair_all(&ids).await?;
                posts = posts.saturating_add(u64::try_from(ids.len()).unwrap_or_default());
                progress(posts);
                if next.is_none() {
                    break;
                }
                let position = RebuildPosition {
                    board_id: board.id,
                    after: next.clone(),
                    posts,
                    saved_at: self.table.clock().now(),
                };
                let transaction = self.table.transaction(ServiceAuthority);
                transaction.overwrite(&position_key(school), &position)?.commit().await?;
                after = next;
            }
        }
        self.restart_rebuild(school).await?;
        Ok(posts)
    }

    /// The number of posts after which the next rebuild of the school continues; `None` if it begins with the first post.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn stopped_rebuild(&self, school: SchoolId) -> Result<Option<u64>, Error> {
        Ok(self.position(school).await?.map(|saved| saved.posts))
    }

    /// Makes the next rebuild of the school begin with the first post.
    ///
    /// # Errors
    /// If the table cannot be written.
    pub async fn restart_rebuild(&self, school: SchoolId) -> Result<(), Error> {
        self.table.delete(ServiceAuthority, position_key(school)).await
    }

    async fn position(&self, school: SchoolId) -> Result<Option<RebuildPosition>, Error> {
        let saved: Option<RebuildPosition> = self.table.get(position_key(school), Read::Consistent).await?;
        let now = self.table.clock().now();
        Ok(saved.filter(|saved| now < saved.saved_at.plus_secs(POSITION_HOLDS_S)))
    }

    async fn repair_all(&self, posts: &[(SchoolId, PostId)]) -> Result<(), Error> {
        let repairs: Vec<_> = posts.iter().map(|(school, post)| self.repair(*school, *post)).collect();
        stream::iter(repairs).buffer_unordered(CONCURRENT_POSTS).try_collect().await
    }
}
