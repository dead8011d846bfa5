//! Authors in responses.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Alias, Author};

/// The author of a post, comment or message. It never reveals an anonymous author, or links anonymous content on
/// different posts to the same author.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Author)]
pub struct AuthorView {
    kind: AuthorKind,
    /// The current nickname, or (알수없음) if the user has withdrawn. The author of an anonymous post is 익명. The author
    /// of an anonymous comment is 익명 and a number, or 익명(글쓴이) if they also wrote the anonymous post.
    pub name: String,
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
            Author::Anonymous(Alias::Unnumbered) => (AuthorKind::Anonymous, "익명".to_owned()),
            Author::Anonymous(Alias::PostAuthor) => (AuthorKind::Anonymous, "익명(글쓴이)".to_owned()),
            Author::Anonymous(Alias::Number(number)) => (AuthorKind::Anonymous, format!("익명{number}")),
            Author::User(nickname) => (AuthorKind::User, nickname.to_string()),
            Author::Withdrawn => (AuthorKind::Withdrawn, "(알수없음)".to_owned()),
        };
        Self { kind, name }
    }
}
