//! Rows of the lists that span several boards. A row is a pointer to a post and holds only data that never changes. A
//! list reads everything else from the posts themselves, so a deleted post disappears from all lists at once.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | own post | `SCHOOL#<school>#USER#<user>` | `POST#<post>` |
//! | hot post | `SCHOOL#<school>#HOT` | `<when>#<post>` |
//! | best post | `SCHOOL#<school>#BEST` | `<when>#<post>` |
//!
//! The rows of the lists of scraps and of commented posts are in [`reactions`](crate::store::content::reactions) and
//! [`comments`](crate::store::content::comments).

mod read;

pub use read::{ListedPost, PostList};

use serde::{Deserialize, Serialize};

use crate::domain::{Byline, Milestone, PostHead, PostId, SchoolId, Time, UserId};
use crate::store::accounts::users;
use crate::store::dynamo::Key;
use crate::store::schools;

pub(crate) const POST: &str = "POST#";

/// A pointer to a post, whose id is in the key. It has the author whose nickname is needed to show the post.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct PostPointer {
    pub(crate) byline: Byline,
}

impl PostPointer {
    pub(crate) fn to(head: &PostHead) -> Self {
        Self { byline: head.byline() }
    }
}

/// The post id at the end of a sort key.
pub(crate) fn post_id_from_sk(sk: &str) -> Option<PostId> {
    sk.rsplit('#').next()?.parse().ok()
}

pub(crate) fn own_key(school: SchoolId, author: UserId, post: PostId) -> Key {
    Key::new(users::partition(school, author), format!("{POST}{post}"))
}

fn milestone_partition(school: SchoolId, milestone: Milestone) -> String {
    let name = match milestone {
        Milestone::Hot => "HOT",
        Milestone::Best => "BEST",
    };
    format!("{}#{name}", schools::partition(school))
}

/// The school of the partition of its hot posts.
pub(crate) fn parse_hot_partition(pk: &str) -> Option<SchoolId> {
    let (school, _) = schools::parse_partition(pk)?;
    (pk == milestone_partition(school, Milestone::Hot)).then_some(school)
}

pub(crate) fn milestone_key(school: SchoolId, milestone: Milestone, reached_at: Time, post: PostId) -> Key {
    Key::new(milestone_partition(school, milestone), format!("{reached_at}#{post}"))
}
