//! Who is shown as the author of a thing (rule 4).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Nickname, UserId};

/// Whose name stands over a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Byline {
    /// Nobody's.
    Anonymous,
    /// The author's nickname as it is now.
    Named(UserId),
}

/// Who is shown as the author of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Somebody who hides.
    Anonymous(Alias),
    /// A student, by nickname.
    User(Nickname),
    /// Somebody who has left.
    Withdrawn,
}

/// What somebody who hides is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alias {
    /// Nothing in particular.
    Nobody,
    /// The author of the anonymous post that the thing stands under.
    PostAuthor,
    /// One of those who hide on the post, by number.
    Number(u32),
}

impl Byline {
    /// What stands over a thing that this author wrote.
    pub fn of(author: UserId, is_anonymous: bool) -> Self {
        if is_anonymous { Self::Anonymous } else { Self::Named(author) }
    }

    /// The student whose nickname is needed to show it.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Anonymous => None,
            Self::Named(user) => Some(user),
        }
    }

    /// The author as shown, given the nicknames of those who are still there.
    pub fn shown(self, nicknames: &HashMap<UserId, Nickname>) -> Author {
        match self {
            Self::Anonymous => Author::Anonymous(Alias::Nobody),
            Self::Named(user) => Author::named(user, nicknames),
        }
    }
}

impl Author {
    /// A student who does not hide, given the nicknames of those who are still there.
    pub fn named(user: UserId, nicknames: &HashMap<UserId, Nickname>) -> Self {
        nicknames.get(&user).cloned().map_or(Self::Withdrawn, Self::User)
    }
}
