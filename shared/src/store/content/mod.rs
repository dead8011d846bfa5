//! What students write and read: boards, posts and lists of them, reactions, comments and pictures.

pub(crate) mod boards;
pub(crate) mod comments;
pub(crate) mod feeds;
pub(crate) mod hidden_pictures;
pub(crate) mod likes;
pub(crate) mod media_deletions;
pub(crate) mod pins;
pub(crate) mod posts;
pub(crate) mod reactions;
pub(crate) mod search;
pub(crate) mod uploads;
