//! Authors as clients see them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Alias, Author};

/// Whose name stands over a thing. It holds nothing by which two anonymous things under different posts could be told to
/// be one student's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Author)]
pub struct AuthorView {
    kind: AuthorKind,
    /// The nickname as it is now; (알수없음) for those who have left. An anonymous post is by 익명, an anonymous comment
    /// by 익명 and a number, or by 익명(글쓴이) where the author of the anonymous post wrote it.
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AuthorKind {
    Anonymous,
    User,
    Withdrawn,
}

impl From<Author> for AuthorView {
    fn from(author: Author) -> Self {
        let (kind, name) = match author {
            Author::Anonymous(Alias::Nobody) => (AuthorKind::Anonymous, "익명".to_owned()),
            Author::Anonymous(Alias::PostAuthor) => (AuthorKind::Anonymous, "익명(글쓴이)".to_owned()),
            Author::Anonymous(Alias::Number(number)) => (AuthorKind::Anonymous, format!("익명{number}")),
            Author::User(nickname) => (AuthorKind::User, nickname.to_string()),
            Author::Withdrawn => (AuthorKind::Withdrawn, "(알수없음)".to_owned()),
        };
        Self { kind, name }
    }
}
