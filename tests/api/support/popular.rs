//! A post and a comment with so many likes that further likes are counted later (rule 6).

use campus_core::domain::{Role, School};

use crate::support::harness::{Student, TestApp};

/// How many likes each of them has.
pub const LIKES: u64 = 100;

/// A post and a comment on it, by the same author.
pub struct Popular {
    pub post: String,
    pub comment: String,
}

impl Popular {
    pub async fn start(app: &TestApp, school: &School, author: &Student) -> Self {
        let board = app.board(author, "인기").await;
        let post = app.write_post(author, &board, "인기 글", true).await;
        let comment = app.write_comment(author, &post, "인기 댓글", None).await;
        let popular = Self { post, comment };
        for _ in 0..LIKES {
            popular.like_all(app, &app.member(school, Role::Student).await).await;
        }
        popular
    }

    pub fn post_path(&self) -> String {
        format!("/posts/{}", self.post)
    }

    pub fn comment_path(&self) -> String {
        format!("/comments/{}", self.comment)
    }

    pub fn paths(&self) -> [String; 2] {
        [self.post_path(), self.comment_path()]
    }

    /// Likes both.
    pub async fn like_all(&self, app: &TestApp, by: &Student) {
        for path in self.paths() {
            app.post(format!("{path}/like")).by(by).send().await.is(200);
        }
    }
}
