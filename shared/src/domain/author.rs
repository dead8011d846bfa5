//! How posts, comments and messages name their author without revealing an anonymous one (rule 4).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Nickname, UserId};

/// Whether something is anonymous or by a named author. If it is anonymous, this does not hold the author's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Byline {
    Anonymous,
    /// Shown with the author's current nickname.
    Named(UserId),
}

/// The author as a response shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    Anonymous(Alias),
    /// The nickname of a named author.
    User(Nickname),
    /// A named author who has withdrawn from the service.
    Withdrawn,
}

/// How an anonymous author is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alias {
    /// 익명.
    Unnumbered,
    /// 익명(글쓴이): the author of the anonymous post on which the comment is.
    PostAuthor,
    /// 익명 and a number that is unique on the post (rule 3).
    Number(u32),
}

impl Byline {
    /// The byline of something that `author` writes.
    pub fn of(author: UserId, is_anonymous: bool) -> Self {
        if is_anonymous { Self::Anonymous } else { Self::Named(author) }
    }

    /// The user whose nickname the response needs, or `None` if it is anonymous.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Anonymous => None,
            Self::Named(user) => Some(user),
        }
    }

    /// The author to show. `nicknames` holds the nicknames of users who have not withdrawn.
    pub fn shown(self, nicknames: &HashMap<UserId, Nickname>) -> Author {
        match self {
            Self::Anonymous => Author::Anonymous(Alias::Unnumbered),
            Self::Named(user) => Author::named(user, nicknames),
        }
    }
}

impl Author {
    /// A named author to show. `nicknames` holds the nicknames of users who have not withdrawn.
    pub fn named(user: UserId, nicknames: &HashMap<UserId, Nickname>) -> Self {
        nicknames.get(&user).cloned().map_or(Self::Withdrawn, Self::User)
    }
}
