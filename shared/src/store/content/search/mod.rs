//! The search index of posts (rule 24). For each gram of a post's title and text, a row leads from the gram to the post.
//! The rows of a gram sort by the time of the post.
//!
//! The index only finds candidates: a search reads every post again. So the index may lag behind the posts, and only the
//! consumer of the table's stream writes it. The indexed text says what is in the index, so that the consumer knows which
//! rows are left of an earlier text.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | gram | `SCHOOL#<school>#GRAM#<gram>` | `<post>` |
//! | indexed text | `SCHOOL#<school>#POST#<post>` | `INDEXED` |

mod candidates;
mod find;

use crate::domain::{Gram, PostId, SchoolId};
use crate::store::dynamo::{Key, Table};
use crate::store::schools;

/// Searches for posts.
#[derive(Clone, Debug)]
pub struct PostSearch {
    table: Table,
}

fn gram_partition(school: SchoolId, gram: &Gram) -> String {
    format!("{}#GRAM#{gram}", schools::partition(school))
}

pub(crate) fn gram_key(school: SchoolId, gram: &Gram, post: PostId) -> Key {
    Key::new(gram_partition(school, gram), post.to_string())
}

impl PostSearch {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }
}
