//! The search index of posts (rule 24). For each gram of a post's title and text, a row leads from the gram to the post.
//! The rows of a gram sort by the time of the post.
//!
//! Hidden posts are not in the index. The index only finds candidates: a search reads every post again. So the index may lag behind the posts, and only the
//! consumer of the table's stream writes it. The indexed text says what is in the index, so that the consumer knows which
//! rows are left of an earlier text. It has a partition of its own, so that the consumer may write no other row of a post.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | gram | `SCHOOL#<school>#GRAM#<gram>` | `<post>` |
//! | indexed text | `SCHOOL#<school>#INDEXED#<post>` | `INDEXED` |

mod candidates;
mod consume;
mod find;
mod index;
mod rebuild;
mod strays;

pub(crate) use index::IndexedText;
pub(crate) use rebuild::{RebuildPosition, is_position};

use serde::Deserialize;

use crate::domain::{Gram, PostId, SchoolId};
use crate::store::dynamo::{Key, Table};
use crate::store::schools;

/// Searches for posts.
#[derive(Clone, Debug)]
pub struct PostSearch {
    table: Table,
    sizes: SearchSizes,
}

/// How much a page of a search reads at most, apart from its number of rounds.
#[derive(Clone, Copy, Debug)]
pub struct SearchSizes {
    /// The number of rows that the first read of a gram returns. 200 rows are 25 KB, 3.5 read units. Each further read
    /// returns four times as many.
    pub window: usize,
    /// The number of rows that a further read returns at most.
    pub largest_window: usize,
    /// How many candidates are looked up at once in the lists of other grams, for half a read unit each.
    pub looked_up: usize,
    /// How many candidates a round reads.
    pub read: usize,
    /// After how many candidates a page ends. Fewer than the rounds read: so that candidates that are gone make no
    /// difference.
    pub counted: usize,
}

impl Default for SearchSizes {
    fn default() -> Self {
        Self { window: 200, largest_window: 3_200, looked_up: 40, read: 20, counted: 50 }
    }
}

/// Keeps the search index.
#[derive(Clone, Debug)]
pub struct SearchIndex {
    table: Table,
}

/// A row that has only a key.
#[derive(Deserialize)]
struct KeyOnly {}

fn gram_partition(school: SchoolId, gram: &Gram) -> String {
    format!("{}#GRAM#{gram}", schools::partition(school))
}

pub(crate) fn gram_key(school: SchoolId, gram: &Gram, post: PostId) -> Key {
    Key::new(gram_partition(school, gram), post.to_string())
}

/// The inverse of [`gram_key`].
pub(crate) fn parse_gram_key(key: &Key) -> Option<(SchoolId, Gram, PostId)> {
    let (school, rest) = schools::parse_partition(&key.pk)?;
    Some((school, Gram::parse(rest.strip_prefix("#GRAM#")?)?, key.sk.parse().ok()?))
}

pub(crate) fn indexed_key(school: SchoolId, post: PostId) -> Key {
    Key::new(format!("{}#INDEXED#{post}", schools::partition(school)), "INDEXED")
}

/// The inverse of [`indexed_key`].
pub(crate) fn parse_indexed_key(key: &Key) -> Option<(SchoolId, PostId)> {
    let (school, rest) = schools::parse_partition(&key.pk)?;
    let post = rest.strip_prefix("#INDEXED#")?.parse().ok()?;
    (*key == indexed_key(school, post)).then_some((school, post))
}

impl PostSearch {
    /// A search of the table's index.
    pub fn new(table: Table, sizes: SearchSizes) -> Self {
        Self { table, sizes }
    }
}

impl SearchIndex {
    /// The index in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }
}
