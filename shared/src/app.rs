//! The state that every router is given.

use std::ops::Deref;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::http::Cursors;
use crate::store::{
    Boards, Catalogues, Comments, Connection, Error, Friends, Keys, Limiter, Logins, Marks, Messages, People, Pins,
    Posts, Reviews, Schools, Sessions, SigningKey, Sweeps, Table, Terms, Timetables, Uploads, Users, Withdrawals,
    Writers,
};
use crate::tokens::{KeyError, Verifier};

/// A running service: the stores, and what checks tokens and cursors. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What a service is made of.
pub struct Parts {
    /// Tells the time.
    pub clock: Clock,
    /// Checks access tokens.
    pub verifier: Verifier,
    /// Seals cursors.
    pub cursors: Cursors,
    /// The service's keys.
    pub keys: Keys,
    /// Schools.
    pub schools: Schools,
    /// Students.
    pub users: Users,
    /// What logins are checked against.
    pub logins: Logins,
    /// Sessions.
    pub sessions: Sessions,
    /// Withdrawals and purges.
    pub withdrawals: Withdrawals,
    /// Who may write.
    pub writers: Writers,
    /// How often they may.
    pub limiter: Limiter,
    /// Boards.
    pub boards: Boards,
    /// Pinned boards.
    pub pins: Pins,
    /// Posts.
    pub posts: Posts,
    /// Likes and scraps of posts.
    pub marks: Marks,
    /// Comments.
    pub comments: Comments,
    /// Messages.
    pub messages: Messages,
    /// Pictures on their way into a post.
    pub uploads: Uploads,
    /// Pictures that have to be deleted.
    pub sweeps: Sweeps,
    /// Catalogues of lectures.
    pub catalogues: Catalogues,
    /// When semesters begin and end.
    pub terms: Terms,
    /// Timetables.
    pub timetables: Timetables,
    /// Reviews of courses.
    pub reviews: Reviews,
    /// Who is known under what.
    pub people: People,
    /// Friends.
    pub friends: Friends,
}

/// Why a service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The environment lacks something, or has something wrong.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// The verification keys are of no use.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The table cannot be read.
    #[error("cannot read the table")]
    Table(#[from] Error),
    /// The table has no cursor key, or one of the wrong size.
    #[error("the table has no usable cursor key: run `campus keys generate`")]
    NoCursorKey,
}

impl App {
    /// Starts a service on the table. The one read that this takes also opens the connection, at a time when a
    /// starting function has a whole processor to do it with.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(config: &Config, connection: Connection, clock: Clock) -> Result<Self, StartError> {
        let table = Table::new(connection, clock.clone());
        let cursor_key = Keys::new(table.clone()).cursor().await?;
        Self::new(config, table, clock, cursor_key)
    }

    /// The same, and the key that signs access tokens, if the table has one: the same read fetches it for the auth
    /// function, which alone may read it.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start_with_signing_key(
        config: &Config,
        connection: Connection,
        clock: Clock,
    ) -> Result<(Self, Option<SigningKey>), StartError> {
        let table = Table::new(connection, clock.clone());
        let (cursor_key, signing_key) = Keys::new(table.clone()).cursor_and_signing().await?;
        Ok((Self::new(config, table, clock, cursor_key)?, signing_key))
    }

    fn new(config: &Config, table: Table, clock: Clock, cursor_key: Option<String>) -> Result<Self, StartError> {
        let cursors = cursor_key.and_then(|key| Cursors::new(&key)).ok_or(StartError::NoCursorKey)?;
        Ok(Self(Arc::new(Parts {
            clock,
            verifier: Verifier::new(&config.verification_keys, &config.issuer)?,
            cursors,
            keys: Keys::new(table.clone()),
            schools: Schools::new(table.clone()),
            users: Users::new(table.clone()),
            logins: Logins::new(table.clone()),
            sessions: Sessions::new(table.clone()),
            withdrawals: Withdrawals::new(table.clone()),
            writers: Writers::new(table.clone()),
            limiter: Limiter::new(table.clone(), config.limits),
            boards: Boards::new(table.clone()),
            pins: Pins::new(table.clone()),
            posts: Posts::new(table.clone()),
            marks: Marks::new(table.clone()),
            comments: Comments::new(table.clone()),
            messages: Messages::new(table.clone()),
            uploads: Uploads::new(table.clone()),
            sweeps: Sweeps::new(table.clone()),
            catalogues: Catalogues::new(table.clone()),
            terms: Terms::new(table.clone()),
            timetables: Timetables::new(table.clone()),
            reviews: Reviews::new(table.clone()),
            people: People::new(table.clone()),
            friends: Friends::new(table),
        })))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
