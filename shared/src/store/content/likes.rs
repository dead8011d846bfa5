//! Counting likes later (rule 6). Until a post or a comment has many likes, the transaction of a like changes its counter.
//! From then on a like writes only its own row, with the attribute `uncounted`: a reaction, or the like of a comment. The
//! consumer of the table's stream adds the uncounted likes of a batch to the counter and removes the attribute, in one
//! transaction. So each like is counted once, however often and in whatever order the records come.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::domain::{CommentId, PostId, SchoolId};
use crate::store::accounts::users;
use crate::store::content::{comments, posts, reactions};
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, ServiceAuthority, StreamRecord, Table};

/// The attribute of a like that the counter does not include yet.
pub(crate) const UNCOUNTED: &str = "uncounted";

/// How many likes a transaction counts. DynamoDB allows 100 rows, and one of them has the counter.
const LIKES_PER_TRANSACTION: usize = 99;

/// Counts the likes that were not counted when they were written.
#[derive(Clone, Debug)]
pub struct LikeCounter {
    table: Table,
}

/// What students like.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Liked {
    Post(PostId),
    Comment(CommentId),
}

/// The part that the likes of posts and of comments have in common.
#[derive(Deserialize)]
struct Like {
    #[serde(default, rename = "uncounted")]
    is_uncounted: bool,
    #[serde(default)]
    liked_while_young: bool,
}

/// The uncounted likes among some rows.
struct Uncounted {
    rows: Vec<Key>,
    /// How many of them count towards hot.
    hot: usize,
}

/// What the row with this key likes, if it is a like.
fn liked_by(key: &Key) -> Option<(SchoolId, Liked)> {
    let (school, _) = users::parse_partition(&key.pk)?;
    let post = reactions::post_id_from_sk(&key.sk).map(Liked::Post);
    Some((school, post.or_else(|| comments::liked_comment_from_sk(&key.sk).map(Liked::Comment))?))
}

impl LikeCounter {
    /// Counts likes in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Counts the likes that the records are about, if they are not counted. Returns the positions of the records whose
    /// likes could not be counted.
    pub async fn consume(&self, records: &[StreamRecord]) -> Vec<String> {
        let mut likes: BTreeMap<(SchoolId, Liked), Vec<&StreamRecord>> = BTreeMap::new();
        for record in records {
            if let Some(liked) = liked_by(&record.key) {
                likes.entry(liked).or_default().push(record);
            }
        }
        let mut failed = Vec::new();
        for ((school, liked), records) in likes {
            let rows: BTreeSet<&Key> = records.iter().map(|record| &record.key).collect();
            let rows: Vec<&Key> = rows.into_iter().collect();
            for rows in rows.chunks(LIKES_PER_TRANSACTION) {
                if let Err(error) = self.count(school, liked, rows).await {
                    tracing::error!(%error, likes = rows.len(), "likes were not counted");
                    let of_rows = records.iter().filter(|record| rows.contains(&&record.key));
                    failed.extend(of_rows.map(|record| record.sequence_number.clone()));
                }
            }
        }
        failed
    }

    /// Counts those of the likes that are not counted.
    async fn count(&self, school: SchoolId, liked: Liked, rows: &[&Key]) -> Result<(), Error> {
        let mut is_live = true;
        let mut backoff = Backoff::begin();
        loop {
            let uncounted = self.uncounted(rows).await?;
            if uncounted.rows.is_empty() {
                return Ok(());
            }
            match self.add(school, is_live.then_some(liked), &uncounted).await {
                // The counter of what is deleted does not change.
                Err(Error::NotFound) if is_live => is_live = false,
                // Another consumer has counted some of them.
                Err(Error::Stale) => backoff.pause().await?,
                result => return result,
            }
        }
    }

    async fn uncounted(&self, rows: &[&Key]) -> Result<Uncounted, Error> {
        let mut found = self.table.batch_get(rows.iter().copied().cloned(), Read::Consistent).await?;
        let mut uncounted = Uncounted { rows: Vec::new(), hot: 0 };
        for row in rows {
            if let Some(like) = found.take::<Like>(row)?.filter(|like| like.is_uncounted) {
                uncounted.rows.push((*row).clone());
                uncounted.hot = uncounted.hot.saturating_add((!like.liked_while_young).into());
            }
        }
        Ok(uncounted)
    }

    /// Adds the likes to the counter of what is liked, unless it is deleted, and notes that they are counted. A hidden post
    /// or comment counts likes that were written before it was hidden.
    ///
    /// # Errors
    /// [`Error::NotFound`] if what is liked is deleted; [`Error::Stale`] if one of the likes is counted.
    async fn add(&self, school: SchoolId, liked: Option<Liked>, uncounted: &Uncounted) -> Result<(), Error> {
        let number = |likes: usize| i64::try_from(likes).map_err(Error::unexpected);
        let likes = number(uncounted.rows.len())?;
        let mut transaction = self.table.transaction(ServiceAuthority);
        if let Some(liked) = liked {
            let (key, live) = match liked {
                Liked::Post(post) => {
                    let live = RowUpdate::of_existing().add(&["hot_like_count"], number(uncounted.hot)?)?;
                    (posts::head_key(school, post), live)
                }
                Liked::Comment(comment) => {
                    (comments::key(school, comment), RowUpdate::default().if_present(&["written"]))
                }
            };
            transaction =
                transaction.update(key, live.add(&["like_count"], likes)?)?.on_condition_failed(Error::NotFound);
        }
        for row in &uncounted.rows {
            let counted = RowUpdate::default().if_present(&[UNCOUNTED]).remove(&[UNCOUNTED]);
            transaction = transaction.update(row.clone(), counted)?.on_condition_failed(Error::Stale);
        }
        transaction.commit().await
    }
}
